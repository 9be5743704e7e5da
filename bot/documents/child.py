"""Reading a stranger's file in a child process that may fail, hang or burst without taking us along.

The children are born of one process that holds the parsers ready (`bot.documents.nursery`): a fork takes a hundredth of
the time that a new Python takes.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.documents import errors, tools
from bot.documents.bundle import Files
from bot.documents.dates import Calendar
from bot.documents.errors import DocumentError, NeedsOcr, Secret, TooBig, TooSlow, Unreadable
from bot.documents.ocr import Scans
from bot.documents.reader import with_calendar
from bot.documents.reading import Reading, freeze
from bot.documents.tables import Table
from bot.documents.worker import Request
from bot.messages import Seen

WALL_SECONDS = 20.0
SCAN_WALL_SECONDS = 120.0
BIRTH_SECONDS = 20.0
"""The first child waits until the parsers are loaded."""
TURN_SECONDS = 600.0
"""Scans are read one after the other."""
_ROOT = Path(__file__).resolve().parents[2]


async def read_file(
    path: Path, name: str, calendar: Calendar | None = None, wall: float = WALL_SECONDS, *, ocr: bool = True
) -> Reading:
    """`read_files` for one."""
    return await read_files([(path, name)], calendar, wall, ocr=ocr)


async def read_files(
    files: Files, calendar: Calendar | None = None, wall: float = WALL_SECONDS, *, ocr: bool = True
) -> Reading:
    """Read the files of one document in a child process: 300 MB, 10 s of CPU, `wall` seconds in all.

    `files` are paths, each with what its sender called it; `calendar` decides the last working days (default Monday
    to Friday). Pages that are pictures are read, one document at a time and in `SCAN_WALL_SECONDS`, where this machine
    has the programs and `ocr` allows it; else they are passed over with a note.

    Raises the errors of `bot.documents.errors`: Unreadable, TooBig, TooSlow, NeedsOcr, Secret.
    """
    ocr = ocr and await asyncio.to_thread(tools.can_ocr)
    try:
        found = await _read(files, Scans.REFUSE if ocr else Scans.SKIP, wall)
    except TooSlow:
        for each in files if len(files) > 1 else ():  # it may be one of them, and another is secret
            with suppress(Unreadable, TooBig, TooSlow, NeedsOcr):
                await _read([each], Scans.SKIP, wall)
        raise
    except NeedsOcr:
        if not ocr:
            raise
        found = await _read(files, Scans.READ, SCAN_WALL_SECONDS)
    reading = freeze(found)
    return with_calendar(reading, calendar) if calendar else reading


async def read_table(path: Path, name: str, wall: float = WALL_SECONDS) -> Table:
    """The cells of a .csv or .xlsx, likewise."""
    table: Table = (await _read([(path, name)], Scans.REFUSE, wall))["table"]
    return table


async def look_at(
    files: Files, wall: float = WALL_SECONDS, *, ocr: bool = True
) -> tuple[list[Seen], DocumentError | None]:
    """What can be told of each of an office's files at a glance, and why they could not all be looked through: as for
    `read_files`, but on pages that are pictures only stamps are sought, where `ocr` allows it, and whoever would wait
    for that longer than BIRTH_SECONDS is not looked at. Never raises."""
    scans = Scans.GLANCE if ocr and await asyncio.to_thread(tools.can_ocr) else Scans.SKIP
    try:
        found = await _asked(Request("look", files, scans), wall)
    except TooSlow as error:
        seen, failed = list[Seen](), list[DocumentError | None]()
        for each in files if scans is Scans.GLANCE or len(files) > 1 else ():  # it may be one, and another is secret
            [one], why = await look_at([each], wall, ocr=False)
            seen.append(one)
            failed.append(why)
        return seen or [Seen()], next((why for why in failed if isinstance(why, Secret)), error)
    except DocumentError as error:
        return [Seen()] * len(files), error
    return [Seen.from_json(each) for each in found["seen"]], found["failed"] and errors.from_json(found["failed"])


async def bind(photos: Sequence[Path], into: Path) -> None:
    """Photos of pages, upright and in this order, as one PDF at `into`. Raises Unreadable, TooBig and TooSlow."""
    await _asked(Request("bind", [(path, "") for path in photos], into=str(into)), SCAN_WALL_SECONDS)


async def _read(files: Files, scans: Scans, wall: float) -> Any:
    return await _asked(Request("read", files, scans), wall)


async def _asked(request: Request, wall: float) -> Any:
    answer, theirs = os.pipe()
    try:
        _nursery.bear(request, theirs)
    finally:
        os.close(theirs)
    return _answer(await _output(answer, wall, TURN_SECONDS if request.scans is Scans.READ else BIRTH_SECONDS))


class _Nursery:
    """The process that bears the children; started when first needed, and again if it is gone."""

    def __init__(self) -> None:
        self._door: socket.socket | None = None

    def bear(self, request: Request, answer: int) -> None:
        """A child that does this and writes to the file descriptor `answer`."""
        message = request.to_json().encode()
        with suppress(OSError):
            socket.send_fds(self._open(), [message], [answer])
            return
        self.close()
        socket.send_fds(self._open(), [message], [answer])

    def _open(self) -> socket.socket:
        if self._door is None:
            self._door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own module
                    [sys.executable, "-m", "bot.documents.nursery", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    cwd=_ROOT,
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
        return self._door

    def close(self) -> None:
        """It ends when its door is closed."""
        if self._door is not None:
            self._door.close()
            self._door = None
            self._process.wait()


_nursery = _Nursery()
atexit.register(_nursery.close)


def _environment() -> dict[str, str]:
    """No tokens, no settings: only what finds Python and this package."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


async def _output(answer: int, wall: float, birth: float) -> bytes:
    """The child's number first, so that it can be ended, then what it found."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(answer, "rb")
    )
    child = 0
    try:
        async with asyncio.timeout(birth):
            child = int(await reader.readline() or 0)
        async with asyncio.timeout(wall):
            return await reader.read()
    except TimeoutError:
        raise TooSlow from None
    finally:
        if child and not reader.at_eof():
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            await reader.read()  # until it has let go
        transport.close()


def _answer(output: bytes) -> Any:
    """What the worker printed; nothing at all means that a limit or the file killed it."""
    if not output:
        raise TooSlow
    data = json.loads(output)
    if "error" in data:
        raise errors.from_json(data)
    return data
