"""The doctor finds what is wrong, and says nothing is when nothing is."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from pydantic import SecretStr
from typer.testing import CliRunner

from bot import admin
from bot.__main__ import cli
from bot.clocks import SystemClock
from bot.doctor import Doctor, Finding, Status, worst
from bot.sandbox.ports import free_port
from bot.sandbox.stage import TOKEN, Stage
from bot.settings import Settings
from migrated import put_database

NOW = datetime.now(UTC)
MAIN = {
    "database",
    "schema",
    "disk",
    "calendar",
    "scans",
    "telegram",
    "telegram.clock",
    "telegram.door",
    "service",
    "aside",
}
QUEUES = {"queue.received", "queue.reminders", "queue.deliveries"}


class Shifted(SystemClock):
    """A machine whose clock is off."""

    def __init__(self, **off: float) -> None:
        super().__init__()
        self._off = timedelta(**off)

    def machine(self) -> datetime:
        return super().machine() + self._off


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """The command sets up the logs of its process, which here is ours."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def found(settings: Settings, clock: SystemClock | None = None) -> dict[str, Finding]:
    return {finding.name: finding for finding in await Doctor(settings, clock or SystemClock()).examine()}


def graded(findings: dict[str, Finding], status: Status) -> set[str]:
    return {name for name, finding in findings.items() if finding.status == status}


def settings_in(folder: Path, **more: Any) -> Settings:
    facts = {"data_dir": folder, "port": free_port(), **more}
    return Settings(_env_file=None, **facts)  # type: ignore[call-arg]


async def called(stage: Stage, method: str, **parameters: str) -> None:
    """Somebody else with our token speaks to the platform."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{stage.telegram.url}/bot{TOKEN}/{method}", data=parameters) as answer,
    ):
        assert answer.status == 200


async def test_a_bot_that_is_well_has_only_good_findings_whichever_way_updates_come() -> None:
    for webhook in (True, False):
        async with Stage(NOW, webhook=webhook) as stage:
            await stage.telegram.idle()
            await reached(stage)
            findings = await found(stage.settings)
        assert graded(findings, Status.OK) == MAIN | QUEUES | ({"public"} if webhook else set())
        assert worst(list(findings.values())) == Status.OK
        assert ("webhook trỏ đúng" in findings["telegram.door"].message) == webhook


async def reached(stage: Stage) -> None:
    """The bot sets its webhook after it has begun to serve."""
    async with asyncio.timeout(10):
        while not {"setWebhook", "deleteWebhook"} & {call.method for call in stage.telegram.calls if call.status}:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_clock_that_is_off_is_found_by_what_the_platform_says() -> None:
    async with Stage(NOW) as stage:
        slow = (await found(stage.settings, Shifted(hours=-2)))["telegram.clock"]
        fast = (await found(stage.settings, Shifted(minutes=1)))["telegram.clock"]
        right = (await found(stage.settings, Shifted(seconds=3)))["telegram.clock"]
    assert (slow.status, "chậm" in slow.message) == (Status.FAILURE, True)
    assert (fast.status, "nhanh" in fast.message) == (Status.WARNING, True)
    assert right.status == Status.OK


async def test_a_refused_token_and_a_platform_that_is_away_are_told_apart() -> None:
    async with Stage(NOW) as stage:
        other = stage.settings.model_copy(update={"telegram_token": SecretStr("123456:another-token-of-nobody")})
        refused = await found(other)
        await stage.telegram.stop()
        away = await found(stage.settings)
        await stage.telegram.start()
    assert (refused["telegram"].status, "BotFather" in refused["telegram"].message) == (Status.FAILURE, True)
    assert (away["telegram"].status, "kết nối" in away["telegram"].message) == (Status.FAILURE, True)
    assert graded(away, Status.WARNING) == {"telegram.clock"}


async def test_a_webhook_that_leads_elsewhere_or_into_nothing_is_found() -> None:
    async with Stage(NOW) as stage:
        await reached(stage)
        await stage.app.stop()
        phone = stage.phone("Lan")
        phone.opened()
        await phone.say("xin chào")
        async with asyncio.timeout(10):
            while (nothing := await found(stage.settings))["telegram.door"].status == Status.OK:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert "không gọi tới được trợ lý: Connection failed" in nothing["telegram.door"].message
        assert graded(nothing, Status.WARNING) == {"telegram.door", "service"}
        await called(stage, "setWebhook", url=f"http://127.0.0.1:{free_port()}/x")
        elsewhere = await found(stage.settings)
        assert elsewhere["telegram.door"].status == Status.FAILURE
        polling = await found(stage.settings.model_copy(update={"public_url": ""}))
        assert (polling["telegram.door"].status, "webhook cũ" in polling["telegram.door"].message) == (1, True)
        await stage.power_on()


async def test_what_waits_too_long_and_what_stepped_aside_is_found(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    put_database(tmp_path)
    columns = "lane, priority, due_at, attempt, failures, done_at, outcome, channel, key, body, received_at"
    with closing(sqlite3.connect(tmp_path / "nhacviec.db")) as database, database:
        for key, age, done, outcome in (
            ("a", timedelta(minutes=5), None, None),
            ("b", timedelta(hours=3), str(NOW), "poisoned"),
            ("c", timedelta(hours=3), str(NOW), "done"),
        ):
            at = f"{NOW - age:%Y-%m-%d %H:%M:%S}"
            values = ("telegram:1", 0, at, 0, 0, done, outcome, "telegram", key, b"{}", at)
            database.execute(f"INSERT INTO received ({columns}) VALUES ({', '.join('?' * 11)})", values)
    findings = await found(settings)
    assert (findings["queue.received"].status, " phút" in findings["queue.received"].message) == (1, True)
    assert findings["queue.deliveries"].status == Status.OK
    assert (findings["aside"].status, "1 tin" in findings["aside"].message) == (1, True)
    assert "số 2." in findings["aside"].message


async def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    findings = await found(settings_in(tmp_path / "data"))
    assert findings["database"].status == Status.FAILURE
    assert not QUEUES & set(findings)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("statement", "name", "status"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "schema", Status.WARNING),
        ("UPDATE alembic_version SET version_num = '9999'", "schema", Status.FAILURE),
        ("DROP TABLE channel_files", "database", Status.FAILURE),
        ("PRAGMA user_version = 0", "schema", Status.OK),
    ],
)
async def test_a_database_of_another_version_or_in_pieces_is_found(
    tmp_path: Path, statement: str, name: str, status: Status
) -> None:
    settings = settings_in(tmp_path)
    put_database(tmp_path)
    with closing(sqlite3.connect(tmp_path / "nhacviec.db")) as database, database:
        database.execute(statement)
    assert (await found(settings))[name].status == status


async def test_days_off_that_cannot_be_read_and_a_stranger_on_our_port_are_found(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    (tmp_path / "ngay_nghi.toml").write_text("off = [2026-13-01]")
    stranger = web.AppRunner(web.Application())
    await stranger.setup()
    await web.TCPSite(stranger, "127.0.0.1", settings.port).start()
    findings = await found(settings)
    await stranger.cleanup()
    assert (findings["calendar"].status, "ngay_nghi.toml" in findings["calendar"].message) == (2, True)
    assert (findings["service"].status, "chương trình khác" in findings["service"].message) == (2, True)
    (tmp_path / "ngay_nghi.toml").write_text("off = [2026-01-02]")
    assert "1 ngày" in (await found(settings))["calendar"].message


async def test_a_bot_that_runs_but_is_not_ready_is_found() -> None:
    async with Stage(NOW) as stage:
        stage.settings.tick_seconds = 1e-9
        findings = await found(stage.settings)
    assert (findings["service"].status, "nhịp kiểm tra" in findings["service"].message) == (2, True)


@pytest.mark.usefixtures("logging_restored")
async def test_at_the_terminal_it_speaks_in_lines_or_json_and_exits_with_the_worst() -> None:
    async with Stage(NOW) as stage:
        environment = {
            "NHACVIEC_DATA_DIR": str(stage.folder),
            "NHACVIEC_TELEGRAM_TOKEN": TOKEN,
            "NHACVIEC_TELEGRAM_API_URL": stage.telegram.url,
            "NHACVIEC_PUBLIC_URL": stage.settings.public_url,
            "NHACVIEC_PORT": str(free_port()),
        }
        await reached(stage)
        said = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor", "--json"], env=environment)
        lines = await asyncio.to_thread(CliRunner().invoke, cli, ["doctor"], env=environment)
    report = json.loads(said.stdout[said.stdout.index("{") :])  # the bot of this process logs there too
    statuses = {check["name"]: check["status"] for check in report["checks"]}
    assert (said.exit_code, report["status"]) == (1, "warning")
    assert {name for name, status in statuses.items() if status != "ok"} == {"service"}
    assert all(f'"{name}"' in (admin.doctor.__doc__ or "") for name in statuses)
    assert all(set(check) == {"name", "status", "message"} for check in report["checks"])
    assert lines.exit_code == 1
    assert "LƯU Ý  Trợ lý không chạy" in lines.stdout


def test_wrong_settings_are_named_without_their_values() -> None:
    wrong = {"NHACVIEC_PORT": "bí-mật", "NHACVIEC_TICK_SECONDS": "-1"}
    said = CliRunner().invoke(cli, ["doctor"], env=wrong)
    assert (said.exit_code, "NHACVIEC_PORT, NHACVIEC_TICK_SECONDS" in said.stdout) == (2, True)
    assert "bí-mật" not in said.output
