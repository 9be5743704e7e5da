"""The bot where the wall clock is off by what a file says, in seconds: a child of test_leaps.py."""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.clocks import SystemClock
from bot.logs import setup
from bot.settings import Settings

WALL = "wall"


class Wall(SystemClock):
    """A process that starts while the clock is wrong believes it, as it would."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self.booted += self._off()

    def now(self) -> datetime:
        return super().now() + self._off()

    def _off(self) -> timedelta:
        return timedelta(seconds=float(self._file.read_text()))


async def main() -> None:
    settings = Settings()
    setup("INFO", False, settings.secrets)
    app, over = App(settings, Wall(settings.data_dir / WALL)), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    await app.start()
    await over.wait()
    await app.stop()


if __name__ == "__main__":
    asyncio.run(main())
