"""Files nobody asked for: the one task they can be for, or the question which; meanwhile they wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.messages import InFile, Outgoing
from bot.vi import filing as vi
from db.directives import Assignment
from db.held import hold_files, take_files
from db.offices import Office
from db.people import left_since
from handlers import Refused, Turn
from handlers.deeds.filing import ECHO, accept_files, nothing_to_take, unlooked
from handlers.deeds.late import accept_late, closed_last
from handlers.deeds.owed import open_lines, over_lately

LATELY = timedelta(days=1)
QUESTIONS = {"hold", "whose", "record"}
"""What is expected while files wait: which task, whose report, by which way."""


async def out_of_the_blue(turn: Turn, going_on: Assignment | None = None) -> Outgoing:
    """A file from an office: taken at once where only one task can be meant. It may also be for what they were
    `going_on` with, or for what lacks of a directive that is over."""
    lines, former = await open_lines(turn), await _just_left(turn)
    owed = [each for each in lines if each.owes or each.missing_parts or each.assignment is going_on] or lines
    if not any(file.sha256 and not file.problem for file in turn.incoming.files):
        only = owed[0].assignment if len(owed) == 1 else None
        return await nothing_to_take(turn, turn.offices[0], turn.incoming.files, only)
    possible = [*owed, *await over_lately(turn)] if owed else await closed_last(turn)
    if not possible:
        raise Refused(vi.nothing_awaited())
    if len(possible) == 1 and former is None:
        meant = possible[0].assignment
        over = meant.task.directive.closed_at is not None
        return await accept_late(turn, meant) if over else await accept_files(turn, meant, turn.incoming.files)
    await hold(turn, "hold")
    return vi.which(possible, unlooked(turn), former)


async def _just_left(turn: Turn) -> Office | None:
    """The office this person answered for until lately: a file may still be meant for it."""
    if turn.person is None:
        return None
    left = await left_since(turn.work.session, turn.person.id, turn.work.now - LATELY)
    return next((each for each in left if not turn.may_act_for(each.id)), None)


async def hold(turn: Turn, question: str) -> int:
    """Let the files of this message wait, with those that already do, for the answer to `question`; how many wait."""
    if not _waiting(turn):
        await take_files(turn.work.session, turn.contact.id)
    turn.expect(f"{question}:")
    turn.reply_in = ECHO
    good = [file for file in turn.incoming.files if file.sha256 and not file.problem]
    return await hold_files(turn.work.session, turn.contact.id, good, turn.incoming.at)


async def files_wait(turn: Turn) -> bool:
    """Whether any do, for the answer to what was asked."""
    return _waiting(turn) and bool(await hold_files(turn.work.session, turn.contact.id, (), turn.incoming.at))


async def held(turn: Turn) -> list[InFile]:
    """The files that waited for what this message answers; what is made of them came when the first of them did."""
    if not _waiting(turn):
        return []
    files, at = await take_files(turn.work.session, turn.contact.id)
    turn.incoming = replace(turn.incoming, at=at or turn.incoming.at)
    return files


def _waiting(turn: Turn) -> bool:
    return turn.contact.expects.partition(":")[0] in QUESTIONS
