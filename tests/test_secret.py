"""A state secret by ways that are easily forgotten: beside another page, in a name, quoted by a reply."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clocks import VIETNAM
from bot.documents import Secret, read_files
from bot.sandbox.page_files import signed_pdf
from bot.sandbox.stage import Stage
from bot.sandbox.zalo_oa_world import File
from bot.vi.filing import NOT_LOOKED_THROUGH
from db.directives import Directive
from db.held import HeldFile
from db.mail import Received
from db.people import Role
from db.reports import Submission
from test_upload import SECRET, opened

CHATS = Path(__file__).with_name("chats")
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


async def reports(stage: Stage) -> list[list[str]]:
    """The names in those that count."""
    async with stage.app.db.reading() as session:
        found = (await session.scalars(select(Submission).order_by(Submission.id))).unique()
        return [[file.name for file in each.files] for each in found if each.counts]


async def test_earlier_pages_of_an_album_go_with_a_later_one_that_is_secret(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        lan = stage.phone("Lan")
        await lan.send_document("truoc.pdf", PDF + b"\n%0")
        await stage.settled()
        for page in (1, 2):
            await lan.send_document(f"trang-{page}.pdf", PDF + b"\n%%%d" % page, caption=f"Phu luc {page}", album="77")
            await stage.settled()
        assert await reports(stage) == [["truoc.pdf", "trang-1.pdf", "trang-2.pdf"]]
        await lan.send_document("trang-3.txt", SECRET, album="77")
        await stage.settled()
        assert await reports(stage) == [["truoc.pdf"]]
        assert len(kept(stage)) == 1
        assert REFUSED in heard(stage)[-1]
        assert "Còn giữ báo cáo mã TP-0001 gửi trước đó: truoc.pdf." in heard(stage)[-1]
        async with stage.app.db.reading() as session:
            bodies = [row.body.decode() for row in await session.scalars(select(Received))]
        assert not any("Phu luc" in body for body in bodies)


async def test_a_report_of_nothing_but_such_pages_is_no_report(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        await stage.phone("Lan").send_document("trang-1.pdf", PDF, album="77")
        await stage.phone("Lan").send_document("trang-2.txt", SECRET, album="77")
        await stage.settled()
        assert (await reports(stage), kept(stage)) == ([], [])
        assert "báo cáo mã TP-0001 không còn được tính" in heard(stage)[-1]


async def test_every_attachment_of_one_event_is_read(sqlite_url: str) -> None:
    async with opened(sqlite_url, channel="zalo_oa") as stage:
        lan = stage.phone("Lan")
        said = []
        for name, data in (("bao-cao.pdf", PDF), ("phu-luc.txt", SECRET)):
            sent = {"url": lan._world.link(File("file", name, data)), "name": name, "size": str(len(data))}
            said.append({"type": "file", "payload": sent})
        lan._say("file", "", attachments=said)
        await stage.settled()
        assert REFUSED in heard(stage)[-1]
        assert (await reports(stage), kept(stage)) == ([], [])


async def test_pages_that_wait_for_a_question_go_too(sqlite_url: str) -> None:
    async with opened(sqlite_url, tasks=2) as stage:
        await stage.phone("Lan").send_document("trang-1.pdf", PDF, album="77")
        await stage.settled()
        await stage.phone("Lan").send_document("trang-2.txt", SECRET, album="77")
        await stage.settled()
        assert kept(stage) == []
        async with stage.app.db.reading() as session:
            assert not (await session.scalars(select(HeldFile))).all()


@pytest.mark.parametrize("edited", [True, False])
async def test_words_that_make_a_file_secret_afterwards_take_it_back(sqlite_url: str, *, edited: bool) -> None:
    async with opened(sqlite_url) as stage:
        lan = stage.phone("Lan")
        sent = await lan.send_document("trang.pdf", PDF)
        await stage.settled()
        assert await reports(stage) == [["trang.pdf"]]
        if edited:
            await lan.edit(sent, "TUYỆT MẬT\nđề nghị xóa")
        else:
            await lan.send_document("trang.pdf", PDF, caption="TUYỆT MẬT")
        await stage.settled()
        assert (await reports(stage), kept(stage)) == ([], [])
        assert "đã xóa tệp" in heard(stage)[-1]


async def test_what_somebody_else_sent_too_stays_and_nobody_says_it_is_gone(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        await stage.phone("Minh").send_document("bieu.pdf", PDF)
        await stage.settled()
        await stage.phone("Lan").send_document("bieu.pdf", PDF, caption="MẬT")
        await stage.settled()
        assert await reports(stage) == [["bieu.pdf"]]
        assert len(kept(stage)) == 1
        assert "đã xóa tệp" not in heard(stage)[-1]
        assert "chưa xóa" in heard(stage)[-1]


async def test_what_could_not_be_looked_through_is_said(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        await stage.phone("Lan").send_document("so-lieu.txt", b"Bao cao\n" * 250_001)
        await stage.settled()
        assert "Đã ghi nhận 1 tệp" in heard(stage)[-1]
        assert NOT_LOOKED_THROUGH in heard(stage)[-1]


async def test_a_file_that_takes_too_long_hides_no_other(tmp_path: Path) -> None:
    slow, secret = tmp_path / "a.pdf", tmp_path / "b.txt"
    os.mkfifo(slow)  # whoever reads it waits
    secret.write_bytes(SECRET)
    with pytest.raises(Secret):
        await read_files([(slow, "a.pdf"), (secret, "b.txt")], wall=1, ocr=False)


async def test_a_draft_of_such_pages_is_forgotten(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        hà = stage.phone("Hà")
        await hà.send_document("cong-van.txt", (CHATS / "files" / "hai-don-vi.txt").read_bytes(), album="77")
        await stage.settled()
        await hà.send_document("phu-luc.txt", SECRET, album="77")
        await stage.settled()
        assert REFUSED in hà.messages[-1].text
        assert kept(stage) == []
        async with stage.app.db.reading() as session:
            draft = (await session.scalars(select(Directive).order_by(Directive.id.desc()))).first()
        assert draft
        assert (draft.reading, draft.cancelled_at is not None) == ({}, True)


@pytest.mark.parametrize(
    "name", ["TUYỆT MẬT.pdf", "TUYỆT MẬT - ke hoach.pdf", "TOI_MAT.pdf", "TUYET MAT - ke hoach.pdf", "12-BC-MẬT.pdf"]
)
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
