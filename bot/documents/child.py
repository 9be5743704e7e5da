"""Reading a stranger's file in a child process that may fail, hang or burst without taking us along."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.documents import errors
from bot.documents.dates import Calendar
from bot.documents.errors import TooSlow
from bot.documents.reader import with_calendar
from bot.documents.reading import Reading, freeze

if TYPE_CHECKING:
    from asyncio.subprocess import Process

WALL_SECONDS = 20.0
_ROOT = Path(__file__).resolve().parents[2]


async def read_file(path: Path, name: str, calendar: Calendar | None = None, wall: float = WALL_SECONDS) -> Reading:
    """Read a file in a child process: 512 MB, 10 s of CPU, `wall` seconds in all.

    `name` is what its sender called it; `calendar` decides the last working days (default Monday to Friday).

    Raises the errors of `bot.documents.errors`: Unreadable, TooBig, TooSlow, NeedsOcr, Secret.
    """
    import asyncio

    child = await asyncio.create_subprocess_exec(
        *_command(path, name),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=_ROOT,
        env=_environment(),
    )
    reading = _answer(await _output(child, wall))
    return with_calendar(reading, calendar) if calendar else reading


def _command(path: Path, name: str) -> list[str]:
    return [sys.executable, "-m", "bot.documents.worker", str(path.resolve()), name]


def _environment() -> dict[str, str]:
    """No tokens, no settings: only what finds Python and this package."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


async def _output(child: Process, wall: float) -> bytes:
    import asyncio

    try:
        async with asyncio.timeout(wall):
            output, _ = await child.communicate()
    except TimeoutError:
        raise TooSlow from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return output


def _answer(output: bytes) -> Reading:
    """What the worker printed; nothing at all means that a limit or the file killed it."""
    if not output:
        raise TooSlow
    data = json.loads(output)
    if "error" in data:
        raise errors.from_json(data)
    return freeze(data)
