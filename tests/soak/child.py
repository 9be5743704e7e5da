"""The bot as a process of its own, on a stage whose own app has stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.sandbox.ports import free_port
from bot.sandbox.stage import TOKEN, Stage

ROOT = Path(__file__).parents[2]


class Child:
    """`python -m bot run`, or another program of ours, with these settings besides."""

    def __init__(self, stage: Stage, extra: Mapping[str, str] | None = None, program: str = "bot") -> None:
        self._stage, self._folder, self._program, port = stage, stage.folder, program, free_port()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("NHACVIEC_")},
            "NHACVIEC_TELEGRAM_TOKEN": TOKEN,
            "NHACVIEC_TELEGRAM_API_URL": stage.telegram.url,
            "NHACVIEC_DATA_DIR": str(stage.folder),
            "NHACVIEC_DATABASE_URL": stage.database_url,
            "NHACVIEC_PORT": str(port),
            "NHACVIEC_PUBLIC_URL": f"http://127.0.0.1:{port}" if stage.webhook else "",
            "NHACVIEC_TICK_SECONDS": "1",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
            **(extra or {}),
        }
        self.log = stage.folder / f"bot-{port}.log"

    async def start(self) -> int:
        """How many calls Telegram had heard before."""
        before = len(self._stage.telegram.calls)
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._program, "run"),
                cwd=self._folder,  # no .env there
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        return before

    async def die(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        assert await self.process.wait() == -signal.SIGKILL, "it had died before"

    async def stop(self) -> None:
        """A lawful end, if it still lives."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        await self.process.wait()

    def memory(self) -> int:
        """Resident bytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@asynccontextmanager
async def apart(stage: Stage, extra: Mapping[str, str] | None = None, program: str = "bot") -> AsyncIterator[Child]:
    """The stage's bot goes into a process of its own; afterwards it is the stage's again, to be looked into."""
    await opened(stage)
    await stage.app.stop()
    child = Child(stage, extra, program)
    before = await child.start()
    try:
        await opened(stage, before)
        yield child
    finally:
        await child.stop()
        before = len(stage.telegram.calls)
        await stage.power_on()
        await opened(stage, before)
        await stage.settled()


async def opened(stage: Stage, before: int = 0) -> None:
    """Since that many calls a bot has told Telegram all about itself."""
    async with asyncio.timeout(60):
        while not any(call.method == "setMyCommands" and call.status for call in stage.telegram.calls[before:]):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
