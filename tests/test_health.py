"""What a supervisor asks: alive, ready, how much was done; and that it is told when the loop stands still."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from bot.clocks import SystemClock
from bot.disk import Room
from bot.sandbox.play import START
from bot.sandbox.ports import free_port
from bot.sandbox.stage import TOKEN, Stage
from bot.sandbox.telegram import TelegramServer
from bot.sandbox.telegram_faults import Fault
from bot.settings import Settings
from bot.web.health import Health
from bot.web.server import WebServer
from db import Database
from db.people import Role
from migrated import put_database

ROOT = Path(__file__).parent.parent
Page = tuple[int, Any]


async def asked(port: int, path: str, **headers: str) -> Page:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}{path}", headers=headers) as answer,
    ):
        return answer.status, await (answer.json() if "json" in answer.content_type else answer.text())


async def becomes(port: int, status: int, within: float = 10) -> Page:
    async with asyncio.timeout(within):
        while (page := await asked(port, "/readyz"))[0] != status:  # noqa: ASYNC110 - seen from outside
            await asyncio.sleep(0.05)
        return page


def counted(page: str) -> dict[tuple[str, frozenset[str]], float]:
    """By name and label values."""
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


@asynccontextmanager
async def alone(folder: Path, now: list[float] | None = None, **settings: Any) -> AsyncIterator[tuple[Health, int]]:
    """Health on a port of its own, with a bot's database but without the bot; `now` is its monotonic clock."""
    found = Settings(_env_file=None, data_dir=folder, port=free_port(), **settings)  # type: ignore[call-arg]
    put_database(folder)
    db, web = Database(found.url), WebServer("127.0.0.1", found.port)
    health = Health(db, SystemClock(), found, dict, (lambda: now[0]) if now else asyncio.get_running_loop().time)
    await web.start([], _nobody, *health.routes())
    try:
        yield health, found.port
    finally:
        await web.stop()
        await health.close()
        await db.close()


def value(found: dict[tuple[str, frozenset[str]], float], name: str, *labels: str) -> float:
    return found.get((name, frozenset(labels)), 0)


async def done(folder: Path, statement: str) -> None:
    """Beside the bot, and off its loop: it may hold the lock and need the loop to give it back."""

    def execute() -> None:
        with closing(sqlite3.connect(folder / "nhacviec.db", timeout=20)) as other, other:
            other.execute(statement)

    await asyncio.to_thread(execute)


async def _nobody(_rows: object) -> None: ...


async def test_a_running_bot_is_alive_and_ready() -> None:
    async with Stage(START) as stage:
        assert await asked(stage.settings.port, "/healthz") == (200, {"ok": True})
        assert await asked(stage.settings.port, "/readyz") == (200, {"ready": True, "wrong": {}})


@pytest.mark.full
async def test_it_is_alive_but_not_ready_while_the_database_cannot_be_written(tmp_path: Path) -> None:
    async with alone(tmp_path) as (health, port):
        health.patience = 0.2
        with closing(sqlite3.connect(tmp_path / "nhacviec.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert await asked(port, "/readyz") == (
                503,
                {"ready": False, "wrong": {"database": "cannot be written"}},
            )
            assert (await asked(port, "/healthz"))[0] == 200
            other.execute("ROLLBACK")
        await becomes(port, 200)


async def test_it_is_not_ready_once_two_ticks_were_missed(tmp_path: Path) -> None:
    now = [1000.0]
    async with alone(tmp_path, now, tick_seconds=15) as (health, port):
        now[0] += 30
        assert (await asked(port, "/readyz"))[0] == 200
        now[0] += 1
        assert await asked(port, "/readyz") == (503, {"ready": False, "wrong": {"tick": "the last one was 31 s ago"}})
        health.ticked()
        assert (await asked(port, "/readyz"))[0] == 200


async def test_a_tick_that_fails_is_none() -> None:
    async with Stage(START) as stage:
        before = stage.app.health._ticked
        await stage.app.tick()
        assert (after := stage.app.health._ticked) > before
        await done(stage.folder, "ALTER TABLE reminders RENAME TO elsewhere")
        with pytest.raises(OperationalError):
            await stage.app.tick()
        await done(stage.folder, "ALTER TABLE elsewhere RENAME TO reminders")
        assert stage.app.health._ticked == after


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Four megabytes."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


async def test_it_is_not_ready_while_the_disk_is_full_and_recovers_by_itself(small_disk: Path) -> None:
    async with alone(small_disk) as (_health, port):
        assert (await asked(port, "/readyz"))[0] == 200
        with pytest.raises(OSError, match="No space"):
            (small_disk / "filler").write_bytes(bytes(5 << 20))
        status, body = await becomes(port, 503)
        assert (status, body["wrong"]["disk"]) == (503, "nearly full: 0 MiB left")
        (small_disk / "filler").unlink()
        await becomes(port, 200)


def test_a_small_disk_is_not_full_for_being_small() -> None:
    assert not Room(free=2**20, total=4 * 2**20).low
    assert Room(free=2**30 - 1, total=2**40).low
    assert not Room(free=2**30 - 1, total=2**40).full
    assert Room(free=100 * 2**20 - 1, total=2**40).full


async def test_what_was_done_is_counted_and_no_label_tells_of_people() -> None:
    async with Stage(START) as stage:
        before = counted((await asked(stage.settings.port, "/metrics"))[1])
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        stage.telegram.faults.add("sendMessage", Fault.refuse(500))
        stage.app.sender.remedies.first_pause = timedelta(milliseconds=50)
        await stage.phone("Lan").say("/viec")
        await stage.settled()
        status, page = await asked(stage.settings.port, "/metrics")
        after = counted(page)

    def more(name: str, *labels: str) -> float:
        return value(after, name, *labels) - value(before, name, *labels)

    assert status == 200
    assert more("nhacviec_received_total", "telegram") == 1
    assert more("nhacviec_finished_total", "received", "telegram", "done") == 1
    assert more("nhacviec_finished_total", "deliveries", "telegram", "done") == 1
    assert more("nhacviec_failures_total", "deliveries", "telegram", "Unreachable") == 1
    assert more("nhacviec_dwell_seconds_count", "telegram") == 1
    assert 0.04 <= more("nhacviec_dwell_seconds_sum", "telegram") < 60
    assert value(after, "nhacviec_due", "deliveries") == 0
    assert value(after, "nhacviec_ready", "database") == 1
    assert value(after, "process_resident_memory_bytes") > 2**20
    moved = [key for key, figure in after.items() if before.get(key) != figure]  # others counted here before us
    labels = {label for _name, values in moved for label in values if not label.replace(".", "").isdigit()}
    known = {"telegram", "received", "reminders", "deliveries", "database", "disk", "tick", "handler", "", "+Inf"}
    kinds = {"done", "failed", "poisoned", "uncertain", "expired", "unneeded", "merged", "replaced"}
    failures = {"Throttled", "Unreachable", "Revoked", "Blocked", "Rejected", "NotEditable", "Moved", "OutsideWindow"}
    assert labels <= known | kinds | failures
    numbers = {label for name, values in moved for label in values if name != "nhacviec_dwell_seconds_bucket"}
    assert not any(label.isdigit() for label in numbers)


async def test_the_depth_and_age_of_a_queue_are_measured() -> None:
    async with Stage(START) as stage:
        await done(
            stage.folder,
            "INSERT INTO deliveries (lane, priority, due_at, attempt, failures, message, created_at, uncertain,"
            " parts_sent) VALUES ('zalo:1', 1, '2024-05-14 00:59:00', 0, 0, '{}', '2024-05-14', 0, 0)",
        )
        found = counted((await asked(stage.settings.port, "/metrics"))[1])
    assert value(found, "nhacviec_due", "deliveries") == 1
    assert value(found, "nhacviec_oldest_due_seconds", "deliveries") == 60


async def test_metrics_are_for_the_near_and_never_through_a_proxy(tmp_path: Path) -> None:
    async with alone(tmp_path) as (_health, port):
        assert (await asked(port, "/metrics"))[0] == 200
        assert (await asked(port, "/metrics", **{"X-Forwarded-For": "127.0.0.1"}))[0] == 404
    async with alone(tmp_path, metrics_from="10.0.0.0/8") as (_health, port):
        assert (await asked(port, "/metrics"))[0] == 404


class Supervisor:
    """The other end of NOTIFY_SOCKET: what systemd would hear."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)

    async def hears(self, wanted: str) -> list[str]:
        """Everything up to a message with this line."""
        heard: list[str] = []
        async with asyncio.timeout(20):
            while wanted not in heard:
                heard += (await asyncio.get_running_loop().sock_recv(self._socket, 4096)).decode().splitlines()
        return heard

    def close(self) -> None:
        self._socket.close()


@pytest.mark.full
async def test_systemd_hears_when_it_is_ready_at_every_tick_and_when_it_stops(tmp_path: Path) -> None:
    telegram = TelegramServer(token=TOKEN)
    await telegram.start()
    supervisor = Supervisor(tmp_path / "notify")
    put_database(tmp_path / "data")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NHACVIEC_")},
        "NHACVIEC_TELEGRAM_TOKEN": TOKEN,
        "NHACVIEC_TELEGRAM_API_URL": telegram.url,
        "NHACVIEC_DATA_DIR": str(tmp_path / "data"),
        "NHACVIEC_PORT": str(free_port()),
        "NHACVIEC_TICK_SECONDS": "0.2",
        "NOTIFY_SOCKET": str(tmp_path / "notify"),
        "WATCHDOG_USEC": "500000",
        "PYTHONPATH": str(ROOT),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=-3
    )
    try:
        assert "WATCHDOG_USEC=600000" in await supervisor.hears("WATCHDOG_USEC=600000")
        await supervisor.hears("WATCHDOG=1")
        process.send_signal(signal.SIGTERM)
        assert "READY=1" not in await supervisor.hears("STOPPING=1")
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        supervisor.close()
        await telegram.stop()
