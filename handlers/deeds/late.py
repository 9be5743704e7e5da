"""Files that come when their directive is over: kept, passed on to the coordinator, counted once she says so."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import InFile, OutFile, Outgoing
from bot.vi import card
from bot.vi import late as vi
from db.directives import Assignment, last_closed
from db.mail import Priority
from db.reports import Way, open_submission
from db.standing import Line, lines
from handlers import Refused, Turn
from handlers.deeds.filing import (
    ADDING,
    ECHO,
    acting_member,
    add_files,
    new_submission,
    nothing_to_take,
    refusals,
    tell_head,
    unlooked,
)
from handlers.deeds.owed import open_lines, over_lately
from handlers.deeds.reach import tell_collector


async def closed_last(turn: Turn) -> list[Line]:
    """What this person's offices still lack, of the directive closed last and of those closed lately; else all that the
    one closed last asked."""
    asked = await last_closed(turn.work.session, turn.answering)
    found = [each for each in await lines(turn.work.session, asked) if not each.assignment.collectors_own]
    lacking = [each for each in found if not each.reported or each.missing_parts]
    last = {each.assignment.id for each in found}
    return [*lacking, *(each for each in await over_lately(turn) if each.assignment.id not in last)] or found


async def meant_over(turn: Turn, verb: str) -> Assignment | None:
    """The task of a closed directive that is meant: that of an old button, or where nothing is open the only one there
    is. Raises Refused with the question which."""
    if (number := turn.number(0)) is not None:
        asked = await turn.work.session.get(Assignment, number)
        mine = asked is not None and turn.may_act_for(asked.office_id)
        return asked if mine and asked is not None and asked.task.directive.closed_at else None
    if await open_lines(turn):
        return None
    found = await closed_last(turn)
    if len(found) > 1:
        raise Refused(card.which_task(found, verb))
    return found[0].assignment if found else None


async def accept_late(turn: Turn, assignment: Assignment, kept: Sequence[InFile] = ()) -> Outgoing:
    """Keep the files of this message, or those that waited; the coordinator gets them, and decides."""
    came = kept or turn.incoming.files
    good = [file for file in came if file.problem is None and file.sha256]
    if not good:
        return await nothing_to_take(turn, assignment.office, came, assignment)
    assert turn.person is not None
    since, directive = turn.work.now - ADDING, assignment.task.directive
    adding = await open_submission(turn.work.session, assignment.id, turn.person.id, since, Way.LATE)
    submission = adding or await new_submission(turn, assignment, Way.LATE, arrived_at=turn.incoming.at)
    await add_files(turn, submission, good)
    for file in good:
        await tell_collector(turn.work, directive, Outgoing("", file=OutFile(file.name, file.sha256 or "")))
    await tell_collector(turn.work, directive, vi.ask_to_record(submission, turn.person), due_in=ECHO)
    await tell_head(turn, submission, acting_member(turn, assignment.office_id))
    turn.expect(f"file:{assignment.id}:more")
    turn.reply_in, turn.priority = ECHO, Priority.RECEIPT
    return vi.kept(submission, [*await refusals(turn, came, assignment), *unlooked(turn)])
