"""A state secret by ways that are easily forgotten: beside another page, in a name, quoted by a reply."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clocks import VIETNAM
from bot.sandbox.page_files import signed_pdf
from bot.sandbox.stage import Stage
from db.mail import Received
from db.people import Role

PDF = signed_pdf()
REFUSED = "Hệ thống không tiếp nhận"


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with Stage(datetime(2024, 5, 14, 8, tzinfo=VIETNAM), database_url=sqlite_url) as stage:
        await stage.seat("Lan", await stage.office("Phòng Tư pháp", "TP"), Role.HEAD)
        yield stage


def heard(stage: Stage) -> list[str]:
    return [message.text for message in stage.phone("Lan").messages if message.from_bot]


def kept(stage: Stage) -> list[Path]:
    return [path for path in stage.settings.files_dir.rglob("*") if path.is_file()]


async def test_what_comes_in_one_album_with_a_secret_page_is_refused_with_it(stage: Stage) -> None:
    lan = stage.phone("Lan")
    await lan.send_document("trang-1.pdf", PDF, caption="MẬT\nDanh sách trạm", album="77")
    await lan.send_document("trang-2.pdf", PDF + b"\n%2", album="77")
    await stage.settled()
    assert all(REFUSED in text for text in heard(stage))
    assert kept(stage) == []
    await lan.send_document("khac.pdf", PDF + b"\n%3", album="78")
    await stage.settled()
    assert REFUSED not in heard(stage)[-1]


@pytest.mark.parametrize("name", ["TUYỆT MẬT.pdf", "TUYỆT MẬT - ke hoach.pdf", "TOI_MAT.pdf"])
async def test_a_name_that_says_so_is_enough(stage: Stage, name: str) -> None:
    await stage.phone("Lan").send_document(name, PDF)
    await stage.settled()
    assert REFUSED in heard(stage)[-1]
    assert kept(stage) == []


async def test_a_reply_does_not_bring_back_what_was_refused(stage: Stage) -> None:
    lan = stage.phone("Lan")
    secret = await lan.say("TUYỆT MẬT\nKế hoạch sơ tán")
    await stage.settled()
    await lan.say("em gửi nhầm", reply_to=secret)
    await stage.settled()
    async with stage.app.db.reading() as session:
        bodies = [row.body.decode() for row in await session.scalars(select(Received))]
    assert len(bodies) == 2
    assert not any("sơ tán" in body or "s\\u01a1 t\\u00e1n" in body for body in bodies)
