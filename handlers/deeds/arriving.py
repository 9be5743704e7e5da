"""Files nobody asked for: the one task they can be for, or the question which; meanwhile they wait."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import InFile, Outgoing
from bot.vi import filing as vi
from handlers import Refused, Turn
from handlers.deeds.filing import ECHO, accept_files, nothing_to_take
from handlers.deeds.owed import open_lines

HELD = 15
"""Messages with files that wait for a question; as many as `expects` has room for."""


async def out_of_the_blue(turn: Turn) -> Outgoing:
    """A file from an office: taken at once where only one task can be meant."""
    if not any(file.sha256 and not file.problem for file in turn.incoming.files):
        return await nothing_to_take(turn, turn.offices[0], turn.incoming.files)
    lines = await open_lines(turn)
    owed = [each for each in lines if each.missing_parts or not (each.reported or each.claimed)] or lines
    if not owed:
        raise Refused(vi.nothing_awaited())
    if len(owed) == 1:
        return await accept_files(turn, owed[0].assignment, turn.incoming.files)
    hold(turn, "hold")
    return vi.which(owed)


def hold(turn: Turn, question: str) -> int:
    """Let this message wait, with those that already do, for the answer to `question`; how many wait."""
    waiting = [*held(turn, question), str(turn.received_id)][-HELD:]
    turn.expect(f"{question}:{','.join(waiting)}")
    turn.reply_in = ECHO
    return len(waiting)


def held(turn: Turn, question: str) -> list[str]:
    """The messages that wait for the answer to it."""
    kind, _, numbers = turn.contact.expects.partition(":")
    return [number for number in numbers.split(",") if number.isdecimal()] if kind == question else []


async def files_of_messages(turn: Turn, waiting: Sequence[str]) -> list[InFile]:
    return [file for number in waiting for file in await turn.held_files(int(number)) or ()]
