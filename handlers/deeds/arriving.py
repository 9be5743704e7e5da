"""Files nobody asked for: the one task they can be for, or the question which; meanwhile they wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.messages import InFile, Outgoing
from bot.vi import filing as vi
from db.held import hold_files, take_files
from db.offices import Office
from db.people import left_since
from handlers import Refused, Turn
from handlers.deeds.filing import ECHO, accept_files, nothing_to_take, unlooked
from handlers.deeds.late import accept_late, closed_last
from handlers.deeds.owed import open_lines

LATELY = timedelta(days=1)
QUESTIONS = {"hold", "whose", "record"}
"""What is expected while files wait: which task, whose report, by which way."""


async def out_of_the_blue(turn: Turn) -> Outgoing:
    """A file from an office: taken at once where only one task can be meant."""
    lines, former = await open_lines(turn), await _just_left(turn)
    owed = [each for each in lines if each.owes or each.missing_parts] or lines
    if not any(file.sha256 and not file.problem for file in turn.incoming.files):
        meant = owed[0].assignment if len(owed) == 1 else None
        return await nothing_to_take(turn, turn.offices[0], turn.incoming.files, meant)
    if not owed:
        owed = await closed_last(turn)
        if len(owed) == 1 and former is None:
            return await accept_late(turn, owed[0].assignment)
        if not owed:
            raise Refused(vi.nothing_awaited())
    elif len(owed) == 1 and former is None:
        return await accept_files(turn, owed[0].assignment, turn.incoming.files)
    await hold(turn, "hold")
    return vi.which(owed, unlooked(turn), former)


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
