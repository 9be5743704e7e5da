"""Who may do what: every registered command, typed by everybody, does nothing for those it is not for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import handlers
from bot.sandbox.chatfile import parse
from bot.sandbox.play import START, Player
from bot.sandbox.stage import Stage
from bot.vi import people as vi
from bot.vi.directive import stopped
from db.base import Base
from db.directives import Assignment
from db.mail import Received
from db.people import Role
from handlers import COMMANDS, COORDINATOR, EVERYONE

HERE = Path(__file__).parent / "chats"
SCENE = """# scene
đơn vị: Phòng Nội vụ (NV); Phòng Tư pháp (TP); Phòng Tài chính - Kế hoạch (TCKH)
người: Hà (NV, người tổng hợp); Lan (TP, thủ trưởng); Vân (TP, chuyên viên); Bình (TCKH, thủ trưởng)
đã gửi: hai-don-vi.txt, chậm

Lan  > 📎 bao-cao-tu-phap.docx
Lan  < Đã ghi nhận 1 tệp ...
--- Vân rời đơn vị
"""
BOOKKEEPING = {"received", "deliveries", "contacts", "audit", "channel_files", "leases", "alembic_version"}
handlers.load()
ALL = sorted({found.names[0]: found for found in COMMANDS.values()}.values(), key=lambda found: found.names[0])
FOR_HER = [found for found in ALL if found.who == COORDINATOR]


@pytest.fixture
async def stage(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Stage]:
    """A directive sent, one report of Phòng Tư pháp in, Vân gone."""
    (tmp_path / "scene.chat").write_text(SCENE, encoding="utf-8")
    async with Stage(START, database_url=sqlite_url) as stage:
        await Player(stage, parse(tmp_path / "scene.chat"), folder=HERE / "files").play()
        yield stage


async def said(stage: Stage, who: str, text: str) -> list[str]:
    """What this person hears after typing it."""
    phone = stage.phone(who)
    before = len(phone.messages)
    await phone.say(text)
    await stage.settled()
    return [message.text for message in phone.messages[before:] if message.from_bot]


async def facts(stage: Stage) -> dict[str, list[Any]]:
    """Everything that is remembered but the mail itself."""
    async with stage.app.db.reading() as session:
        return {
            table.name: sorted(map(repr, (await session.execute(select(table))).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in BOOKKEEPING
        }


async def typed(stage: Stage) -> dict[str, list[str]]:
    """For each command what its buttons would say about the report, the task and the directive of Phòng Tư pháp."""
    async with stage.app.db.reading() as session:
        office = select(Assignment.id).order_by(Assignment.id)
        ids = (await session.scalars(office)).all()
    return {found.names[0]: [f"/{found.names[0]} 1 1", f"/{found.names[0]} {ids[1]} 1"] for found in ALL}


def test_every_command_is_for_a_known_circle() -> None:
    assert ALL
    assert {found.who for found in ALL} <= {EVERYONE, COORDINATOR, handlers.MEMBERS, handlers.LEADER}
    assert {found.names[0] for found in ALL if found.who == EVERYONE} == {"start", "huongdan"}


async def test_a_stranger_and_a_removed_colleague_get_nothing_from_any_command(stage: Stage) -> None:
    before = await facts(stage)
    for who in ("Người lạ", "Vân"):
        heard = {
            text for lines in (await typed(stage)).values() for line in lines for text in await said(stage, who, line)
        }
        assert heard == {vi.stranger().text}, who
    assert await facts(stage) == before


@pytest.mark.parametrize("words", ["MẬT", "huong dan", "/huongdan", "/start", "chào"])
async def test_a_stranger_is_answered_once(stage: Stage, words: str) -> None:
    assert sum([len(await said(stage, "Người lạ", words)) for _ in range(4)]) == 1


async def test_who_was_moved_hears_nothing_of_the_former_office(stage: Stage) -> None:
    async with stage.app.db.reading() as session:
        ids = (await session.scalars(select(Assignment.id).order_by(Assignment.id))).all()
    assert "Câu 1" in (await said(stage, "Lan", f"/traloi {ids[1]}"))[0]
    await stage.unseat("Lan")
    await stage.seat("Lan", await stage.office("Phòng Y tế"), Role.HEAD)
    assert await said(stage, "Lan", "/huy") == [stopped().text]


async def test_another_office_changes_and_sees_nothing(stage: Stage) -> None:
    before, seen = await facts(stage), {}
    for name, lines in (await typed(stage)).items():
        for line in lines:
            answers = await said(stage, "Bình", line)
            assert answers, f"{line}: silence"
            seen[name] = answers
            assert not any("Lan" in text or "bao-cao-tu-phap" in text for text in answers), line
    assert await facts(stage) == before
    for found in FOR_HER:
        assert seen[found.names[0]] == [vi.not_yours().text], found.names[0]


@pytest.mark.full
async def test_what_is_the_coordinators_is_refused_to_a_head(stage: Stage) -> None:
    before = await facts(stage)
    names = [name for found in FOR_HER for name in found.names]
    for who, name, arguments in product(["Lan", "Bình"], names, ["", " 1 1"]):
        assert await said(stage, who, f"/{name}{arguments}") == [vi.not_yours().text], (who, name)
    assert await facts(stage) == before


@pytest.mark.full
async def test_the_own_head_is_answered_by_every_command(stage: Stage) -> None:
    for name, lines in (await typed(stage)).items():
        assert await said(stage, "Lan", lines[1]), f"{name}: silence"


async def test_the_coordinator_is_let_in(stage: Stage) -> None:
    for found in FOR_HER:
        answers = await said(stage, "Hà", f"/{found.names[0]}")
        assert answers, found.names[0]
        assert vi.not_yours().text not in answers, found.names[0]


@pytest.mark.parametrize("before", ["", "/nop", "/traloi"], ids=["out-of-the-blue", "as-a-report", "as-an-answer"])
async def test_nothing_of_a_secret_document_stays(stage: Stage, before: str) -> None:
    kept = {path for path in stage.settings.files_dir.rglob("*") if path.is_file()}
    if before:
        async with stage.app.db.reading() as session:
            ids = (await session.scalars(select(Assignment.id).order_by(Assignment.id))).all()
        await said(stage, "Lan", f"{before} {ids[1]} 1")
    await stage.phone("Lan").send_document("van-ban-mat.txt", (HERE / "files" / "van-ban-mat.txt").read_bytes())
    await stage.settled()
    await said(stage, "Lan", "TUYỆT MẬT\nKế hoạch sơ tán số 99")
    assert {path for path in stage.settings.files_dir.rglob("*") if path.is_file()} == kept
    async with stage.app.db.reading() as session:
        bodies = (await session.scalars(select(Received.body).order_by(Received.id.desc()).limit(2))).all()
    assert bodies == [b"{}", b"{}"]


async def test_a_strangers_file_is_not_even_fetched(stage: Stage) -> None:
    kept = {path for path in stage.settings.files_dir.rglob("*") if path.is_file()}
    await stage.phone("Người lạ").send_document("la.docx", b"PK\3\4")
    await stage.settled()
    assert {path for path in stage.settings.files_dir.rglob("*") if path.is_file()} == kept
