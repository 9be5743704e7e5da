"""Stop what is being done; nothing that was noted is lost."""

from __future__ import annotations

import re

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import answering, periods
from bot.vi import directive as vi
from db.directives import Assignment, Directive, questions_of
from db.drafts import draft_of
from db.reports import answers_of
from handlers import Turn, command
from handlers.deeds.asides import GIVEN_UP, TAKEN_BACK
from handlers.deeds.granting import withdraw
from handlers.deeds.recurring import drop, nexts, period_of

_LATER = r"^(thoi )?de (mai|sau|chieu|toi|lat nua|khi khac)( (em|anh|chi|toi))?( lam)?( tiep)?( nhe)?$"


_DRAFT = r"^bo$|^(huy|bo)( cong van)?( ban)?( nhap| dang soan)+$"


@command("huy", "thoi", says=rf"^(huy|thoi)$|^{GIVEN_UP}( a| nhe| em)*$|{_LATER}|{_DRAFT}|^{TAKEN_BACK}( a| nhe| em)*$")
async def cancel(turn: Turn) -> Outgoing:
    """Dừng việc đang làm dở (những gì đã ghi vẫn được giữ)"""
    if (directive_id := turn.number(0)) is not None:
        return await _drop_draft(turn, directive_id)
    if (draft := await _draft_said(turn)) is not None:
        return await _drop_draft(turn, draft.id)
    if "gia han" in fold(turn.text) and (said := await withdraw(turn)) is not None:
        return said
    expects = turn.contact.expects
    turn.expect("")
    if expects.startswith("answer:"):
        return await _pause(turn, int(expects.split(":")[1]))
    return vi.stopped() if expects else vi.nothing_to_cancel()


async def _draft_said(turn: Turn) -> Directive | None:
    """The draft these words drop; «bỏ» alone only that of a period, which is not lost by it."""
    if turn.person is None or not re.search(_DRAFT, said := fold(turn.text)):
        return None
    draft = await draft_of(turn.work.session, turn.person.id)
    if draft is None or (said == "bo" and await period_of(turn.work, draft) is None):
        return None
    return draft


async def _drop_draft(turn: Turn, directive_id: int) -> Outgoing:
    directive = await turn.work.session.get(Directive, directive_id)
    if directive is None or not turn.collects(directive.collector_id):
        return vi.nothing_to_cancel()
    if directive.published_at is not None:
        return vi.already_published(directive)
    drop(turn, directive)
    series = await period_of(turn.work, directive)
    if series is None or series.stopped_at is not None:
        return vi.cancelled(directive)
    return periods.given_back(vi.cancelled(directive), (await nexts(turn.work, [series]))[0])


async def _pause(turn: Turn, assignment_id: int) -> Outgoing:
    assignment = await turn.work.session.get(Assignment, assignment_id)
    if assignment is None or not turn.may_act_for(assignment.office_id):  # they have been moved since
        return vi.stopped()
    questions = await questions_of(turn.work.session, assignment.task_id)
    done = len(await answers_of(turn.work.session, assignment.id, settled=True))
    return answering.paused(done, len(questions), assignment)
