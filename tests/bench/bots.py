"""Bots in processes of their own on core 0: started, weighed, stopped. The people and their Telegram keep core 1."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.sandbox.ports import free_port
from tests.bench.alone import ROOT, resident
from tests.bench.wire import Bot, Telegram

BIN = Path(sys.executable).parent
PEERS = ROOT / ".venv-bench" / "bin" / "python"
BOTS_CORE, PEOPLES_CORE = 0, 1


def pin(core: int) -> None:
    """Keep this process on one core, where the system can and there is more than one."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


@dataclass
class Running:
    """A bot under test: its process, what Telegram knows of it, and where it hears (url, secret)."""

    process: asyncio.subprocess.Process
    bot: Bot
    hook: tuple[str, str]
    said: bytes = b""

    def cpu(self) -> float:
        """Seconds of CPU so far, all threads."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self) -> float:
        """Resident megabytes."""
        return resident(process=self.process.pid)


@asynccontextmanager
async def peer(telegram: Telegram, kind: str, at_once: int = 1) -> AsyncIterator[Running]:
    """One of peers.py; `at_once` counts only for python-telegram-bot."""
    port, token = free_port(), f"{100 + at_once}:{kind}-on-loopback-only"
    arguments = [str(PEERS), str(ROOT / "tests/bench/peers.py"), kind, str(port), telegram.url, token, str(at_once)]
    async with process(arguments, {}) as started:
        await _line(started, b"READY")
        yield Running(started, telegram.bot(token), (f"http://127.0.0.1:{port}/", ""))


@asynccontextmanager
async def ours(telegram: Telegram, folder: Path, *, paced: bool = False, trace: bool = False) -> AsyncIterator[Running]:
    """nhacviec on the database in `folder`, heard of by Telegram."""
    flags = {"BENCH_PACE": "1" if paced else "0", "BENCH_TRACE": "1" if trace else ""}
    async with nhacviec(telegram, folder, [sys.executable, "-m", "tests.bench.ours"], flags) as found:
        await _line(found.process, b"READY")
        yield found


@asynccontextmanager
async def nhacviec(
    telegram: Telegram, folder: Path, arguments: list[str], flags: dict[str, str]
) -> AsyncIterator[Running]:
    """Yields once Telegram was told where we hear. Afterwards `said` is the last line it printed."""
    port, token = free_port(), f"7:{folder.name}-on-loopback-only"
    telegram.bots.pop(token, None)
    settings = {
        "NHACVIEC_DATA_DIR": str(folder),
        "NHACVIEC_TELEGRAM_TOKEN": token,
        "NHACVIEC_TELEGRAM_API_URL": telegram.url,
        "NHACVIEC_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "NHACVIEC_PORT": str(port),
    }
    async with process(arguments, settings | flags) as started:
        async with asyncio.timeout(30):
            hook = await telegram.bot(token).hook
        running = Running(started, telegram.bot(token), hook)
        yield running
        started.terminate()
        assert started.stdout
        running.said = (await started.stdout.read()).strip().rpartition(b"\n")[2]


def counted(running: Running) -> dict[str, int]:
    """The statements a traced bot ran, by first word."""
    found: dict[str, int] = json.loads(running.said)
    return found


@asynccontextmanager
async def process(arguments: list[str], extra: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    # Compiled once and kept, as where it is installed.
    strange = ("NHACVIEC_", "PYTHONDONTWRITEBYTECODE")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    process = await asyncio.create_subprocess_exec(
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL if "NHACVIEC_PORT" in extra else None,
        cwd=ROOT,
        env=clean | extra,
        preexec_fn=partial(pin, BOTS_CORE),
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 15)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _line(process: asyncio.subprocess.Process, wanted: bytes) -> None:
    assert process.stdout
    async with asyncio.timeout(30):
        while (line := await process.stdout.readline()).strip() != wanted:
            assert line, "the bot died before it was ready"
