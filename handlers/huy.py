"""Stop what is being done; nothing that was noted is lost."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import answering
from bot.vi import directive as vi
from db.directives import Assignment, Directive, questions_of
from db.reports import answers_of
from handlers import Turn, command
from handlers.deeds.asides import GIVEN_UP
from handlers.deeds.recurring import take_back

_LATER = r"^(thoi )?de (mai|sau|chieu|toi|lat nua|khi khac)( (em|anh|chi|toi))?( lam)?( tiep)?( nhe)?$"


@command("huy", "thoi", says=rf"^(huy|thoi)$|^{GIVEN_UP}( a| nhe| em)*$|{_LATER}")
async def cancel(turn: Turn) -> Outgoing:
    """Dừng việc đang làm dở (những gì đã ghi vẫn được giữ)"""
    if (directive_id := turn.number(0)) is not None:
        return await _drop_draft(turn, directive_id)
    expects = turn.contact.expects
    turn.expect("")
    if expects.startswith("answer:"):
        return await _pause(turn, int(expects.split(":")[1]))
    return vi.stopped() if expects else vi.nothing_to_cancel()


async def _drop_draft(turn: Turn, directive_id: int) -> Outgoing:
    directive = await turn.work.session.get(Directive, directive_id)
    if directive is None or not turn.collects(directive.collector_id):
        return vi.nothing_to_cancel()
    if directive.published_at is not None:
        return vi.already_published(directive)
    directive.cancelled_at = turn.work.now
    await take_back(turn.work, directive)
    turn.work.log("draft_cancelled", turn.contact, subject=f"directive:{directive.id}")
    return vi.cancelled(directive)


async def _pause(turn: Turn, assignment_id: int) -> Outgoing:
    assignment = await turn.work.session.get(Assignment, assignment_id)
    if assignment is None or not turn.may_act_for(assignment.office_id):  # they have been moved since
        return vi.stopped()
    questions = await questions_of(turn.work.session, assignment.task_id)
    done = len(await answers_of(turn.work.session, assignment.id, settled=True))
    return answering.paused(done, len(questions), assignment)
