"""A state secret by ways that are easily forgotten: beside another page, in a name, quoted by a reply."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import bylink
from bot.clocks import VIETNAM
from bot.documents import Secret, read_files
from bot.files import Kept
from bot.messages import FileKind, Incoming, InFile
from bot.sandbox.chatfile import parse
from bot.sandbox.page_files import signed_pdf
from bot.sandbox.play import START, Player
from bot.sandbox.stage import Stage
from bot.sandbox.zalo_oa_world import File
from bot.vi.filing import NOT_LOOKED_THROUGH
from db import open_work
from db.directives import Directive, Question
from db.editions import Edition
from db.held import HeldFile, refers_to
from db.mail import Delivery, Received
from db.pages import BoundPages
from db.people import Role
from db.post import receive
from db.reports import Answer, Submission
from handlers import House
from handlers.deeds.filing import ADDING
from scheduler import binding, exporting
from test_pages import page
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


async def test_a_secret_text_cut_in_parts_by_the_platform_is_refused_to_its_end(stage: Stage) -> None:
    lan = stage.phone("Lan")
    for text in ("MẬT\n" + "Danh sách trạm. " * 250, "Trạm tiếp theo. " * 250, "Trạm cuối."):
        await lan.say(text)
        await stage.settled()
        assert REFUSED in heard(stage)[-1]
    async with stage.app.db.reading() as session:
        bodies = [bytes(row.body or b"").decode() for row in await session.scalars(select(Received))]
    assert not any("Tr" in body and "cu" in body for body in bodies)
    await lan.say("còn gì")
    await stage.settled()
    assert REFUSED not in heard(stage)[-1]


@pytest.mark.parametrize(("first", "later"), [("MẬT\nMột dòng", 1), ("MẬT\n" + "Danh sách trạm. " * 250, 11)])
async def test_what_follows_a_short_secret_or_comes_later_is_no_part_of_it(
    stage: Stage, first: str, later: int
) -> None:
    lan = stage.phone("Lan")
    await lan.say(first)
    await stage.settled()
    stage.clock.move_to(stage.clock.now() + timedelta(seconds=later))
    await lan.say("Trạm cuối.")
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


@pytest.mark.full
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


@pytest.mark.full
async def test_what_another_sends_at_that_very_moment_is_not_lost_with_it(sqlite_url: str) -> None:
    """The same bytes lie in the store once: whoever refers to them last must find them there."""
    async with opened(sqlite_url) as stage:
        inbox, fetched, purged = stage.app.inbox, asyncio.Event(), asyncio.Event()
        named = inbox._named

        async def held_up(incoming: Incoming) -> Incoming:
            if incoming.sender == stage.address("Minh") and not fetched.is_set():
                fetched.set()
                await purged.wait()
            return await named(incoming)

        inbox._named = held_up  # type: ignore[method-assign]
        await stage.phone("Minh").send_document("bieu.pdf", PDF)
        await fetched.wait()
        assert len(kept(stage)) == 1
        await stage.phone("Lan").send_document("bieu.pdf", PDF, caption="MẬT")
        while REFUSED not in "".join(heard(stage)):  # noqa: ASYNC110 - it is said by another task
            await asyncio.sleep(0.01)
        assert kept(stage) == []
        purged.set()
        await stage.settled()
        assert await reports(stage) == [["bieu.pdf"]]
        assert [path.read_bytes() for path in kept(stage)] == [PDF]


async def test_an_edition_made_with_it_is_withdrawn_and_the_next_is_made_without(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        lan, hà = stage.phone("Lan"), stage.phone("Hà")
        await lan.send_document("bieu.pdf", PDF)
        await stage.settled()
        await made(stage)
        first = {name: sha256 for edition in await editions(stage) for name, sha256 in edition}
        assert [Path(name).suffix for name in first] == [".docx", ".xlsx", ".zip"]
        await lan.send_document("bieu.pdf", PDF, caption="MẬT")
        await stage.settled()
        assert (await editions(stage), kept(stage)) == ([[]], [])
        assert "Hệ thống đã thu hồi lần 1 và xóa các tệp trên máy chủ." in hà.messages[-1].text
        await made(stage)
        [gone, second] = await editions(stage)
        assert (gone, [Path(name).suffix for name, _ in second]) == ([], [".docx", ".xlsx"])
        assert first.keys().isdisjoint(name for name, _ in second)


@pytest.mark.full
async def test_an_edition_of_which_something_was_taken_while_it_was_made_is_made_anew(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_url) as stage:
        await stage.phone("Lan").send_document("bieu.pdf", PDF)
        await stage.settled()
        [report] = kept(stage)
        write = exporting.write

        async def overtaken(*asked: Any) -> list[tuple[str, str]]:
            found = await write(*asked)
            report.unlink()
            return found

        with monkeypatch.context() as broken:
            broken.setattr(exporting, "write", overtaken)
            await made(stage)
        assert (await editions(stage), kept(stage)) == ([[]], [])
        await stage.app.tick()
        await stage.settled()
        [edition] = await editions(stage)
        assert len(edition) == 3


@pytest.mark.full
async def test_files_of_a_closed_directive_go_too_and_what_was_said_about_them(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        async with open_work(stage.app.db, stage.clock) as work:
            (await work.session.get_one(Directive, 1)).closed_at = work.now
        lan, hà = stage.phone("Lan"), stage.phone("Hà")
        await lan.send_document("bieu.pdf", PDF)
        await stage.settled()
        await lan.send_document("bieu.pdf", PDF, caption="MẬT")
        await stage.settled()
        assert "đề nghị đồng chí xóa tệp đã nhận ở đây" in hà.messages[-1].text
        async with stage.app.db.reading() as session:
            said = list(await session.scalars(select(Delivery.message).where(Delivery.about.like("late:%"))))
        assert [each["text"] == "…" for each in said] == [True, False]
        assert kept(stage) == []


async def made(stage: Stage) -> None:
    await stage.phone("Hà").say("/tonghop 1")
    await stage.settled()
    await stage.app.tick()
    await stage.settled()


async def editions(stage: Stage) -> list[list[tuple[str, str]]]:
    """The files of each with their hashes."""
    async with stage.app.db.reading() as session:
        found = await session.scalars(select(Edition).order_by(Edition.number))
        return [[(file.name, file.sha256) for file in each.files] for each in found]


async def test_what_has_just_come_by_a_link_is_needed_until_it_is_decided_on(stage: Stage) -> None:
    chat, sha256 = stage.address("Lan"), "a" * 64
    file = InFile("", "bieu.pdf", FileKind.DOCUMENT, 9, sha256=sha256)
    came = Incoming(chat, chat, "", stage.clock.now(), "link:1:0", files=(file,))
    row = {"channel": bylink.CHANNEL, "key": "1:0", "lane": str(chat), "body": bylink.body_of(came)}
    async with open_work(stage.app.db, stage.clock) as work:
        await receive(work.session, [{**row, "received_at": work.now, "due_at": work.now}])
        assert await refers_to(work.session, sha256)
        await work.session.execute(update(Received).values(done_at=work.now))
        assert not await refers_to(work.session, sha256)


async def ticked(stage: Stage) -> None:
    await stage.app.tick()
    await stage.settled()


async def bound(stage: Stage) -> list[BoundPages]:
    async with stage.app.db.reading() as session:
        return list(await session.scalars(select(BoundPages)))


async def three_pages(stage: Stage, *, said: str = "xong") -> None:
    lan = stage.phone("Lan")
    for shade in (0, 80, 160):
        await lan.send_photo(page(shade))
    await stage.settled()
    await lan.say(said)
    await stage.settled()


@pytest.mark.full
async def test_a_page_found_secret_after_binding_takes_the_pdf_and_all_papers_and_the_rest_is_bound_anew(
    sqlite_url: str,
) -> None:
    async with opened(sqlite_url) as stage:
        lan, hà = stage.phone("Lan"), stage.phone("Hà")
        await three_pages(stage)
        await ticked(stage)
        await made(stage)
        await hà.say("/hoso 1")
        await stage.settled()
        await ticked(stage)
        [first] = await bound(stage)
        assert [len(files) for files in await editions(stage)] == [3, 1]
        stage.clock.move_to(stage.clock.now() + timedelta(hours=2))
        await lan.send_photo(page(80), caption="MẬT")
        await stage.settled()
        assert (await editions(stage), len(kept(stage))) == ([[], []], 2)
        said = "".join(message.text for message in hà.messages[-2:])
        assert ("Báo cáo tổng hợp lần 1" in said, "Hồ sơ lần 1" in said) == (True, True)
        await ticked(stage)
        [second] = await bound(stage)
        assert (len(second.photos), second.sha256 != first.sha256) == (2, True)
        assert len(kept(stage)) == 3


@pytest.mark.full
async def test_a_page_found_secret_while_its_pdf_is_made_leaves_no_pdf(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_url) as stage:
        await three_pages(stage)
        bind = binding._bound

        async def overtaken(house: House, photos: list[str]) -> Kept:
            found = await bind(house, photos)
            await stage.phone("Lan").send_photo(page(80), caption="MẬT")
            await stage.settled()
            return found

        monkeypatch.setattr(binding, "_bound", overtaken)
        await binding.bind_photos(stage.app.db, stage.clock, stage.app.house)
        assert (await bound(stage), kept(stage)) == ([], [])


@pytest.mark.full
async def test_a_pdf_that_another_takes_the_place_of_is_not_kept(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        await three_pages(stage, said="còn trang nữa")
        stage.clock.move_to(stage.clock.now() + ADDING)
        await ticked(stage)
        assert len(kept(stage)) == 4
        await stage.phone("Lan").send_photo(page(240))
        await stage.settled()
        stage.clock.move_to(stage.clock.now() + ADDING)
        await ticked(stage)
        [found] = await bound(stage)
        assert (len(found.photos), len(kept(stage))) == (4, 5)


@pytest.mark.full
async def test_two_processes_bind_the_same_photos_once(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        await three_pages(stage)
        before = len(stage.phone("Lan").messages)
        both = (binding.bind_photos(stage.app.db, stage.clock, stage.app.house) for _ in range(2))
        await asyncio.gather(*both)
        await stage.settled()
        assert len(stage.phone("Lan").messages) == before + 1


@pytest.mark.full
async def test_an_answer_found_secret_when_it_is_edited_is_gone_with_what_was_made_of_it(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        async with open_work(stage.app.db, stage.clock) as work:
            work.session.add_all(Question(task_id=1, position=n, text=f"Câu hỏi {n}?", quote="") for n in range(2))
        lan, words = stage.phone("Lan"), "Kế hoạch sơ tán kho"
        for text in ("/traloi 1", "Bình thường"):
            await lan.say(text)
            await stage.settled()
        sent = await lan.say(words)
        await stage.settled()
        await lan.say("gửi")
        await stage.settled()
        await made(stage)
        assert len((await editions(stage))[0]) == 2
        await lan.edit(sent, f"TỐI MẬT\n{words}")
        await stage.settled()
        assert "không còn câu trả lời" in heard(stage)[-1]
        assert (await editions(stage), kept(stage)) == ([[]], [])
        async with stage.app.db.reading() as session:
            assert list(await session.scalars(select(Answer.text))) == ["Bình thường"]
            rows = [*await session.scalars(select(Received.body)), *await session.scalars(select(Delivery.message))]
        assert not any("sơ tán" in str(row) or "s\\u01a1 t\\u00e1n" in str(row) for row in rows)


@pytest.mark.full
async def test_answers_read_from_a_report_go_with_it(sqlite_url: str, tmp_path: Path) -> None:
    scene, name = tmp_path / "scene.chat", "bao-cao-theo-de-cuong.docx"
    scene.write_text(
        "# scene\nđơn vị: Phòng Nội vụ (NV); Phòng Tư pháp (TP); Phòng Y tế (YT)\n"
        "người: Hà (NV, người tổng hợp); Lan (TP, thủ trưởng); Sơn (YT, thủ trưởng)\nđã gửi: so-lieu.txt, chậm\n\n"
        f"Lan  > 📎 {name}\nLan  < Đã ghi nhận 1 tệp ...\nLan  > nhận 4 mục\nLan  < Đã nhận 4 mục ...\n",
        encoding="utf-8",
    )
    async with Stage(START, database_url=sqlite_url) as stage:
        await Player(stage, parse(scene), folder=CHATS / "files").play()
        await made(stage)
        await stage.phone("Lan").send_document(name, (CHATS / "files" / name).read_bytes(), caption="MẬT")
        await stage.settled()
        assert await editions(stage) == [[]]
        async with stage.app.db.reading() as session:
            assert not list(await session.scalars(select(Answer.text)))
            said = list(await session.scalars(select(Delivery.message)))
        assert not any("1.250" in str(each) for each in said)


@pytest.mark.full
async def test_an_edition_that_quotes_an_answer_taken_away_while_it_was_made_is_made_anew(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_url) as stage:
        async with open_work(stage.app.db, stage.clock) as work:
            work.session.add(Question(task_id=1, position=0, text="Kết quả?", quote=""))
        lan, write, words = stage.phone("Lan"), exporting.write, []
        for text in ("/traloi 1", "Kế hoạch sơ tán kho", "gửi"):
            words.append(await lan.say(text))
            await stage.settled()

        async def overtaken() -> None:
            await lan.edit(words[1], "MẬT\nKế hoạch")
            while REFUSED not in heard(stage)[-1]:  # noqa: ASYNC110 - it is said by another task
                await asyncio.sleep(0.01)

        async def late(*asked: Any) -> list[tuple[str, str]]:
            found = await write(*asked)
            await asyncio.wait_for(overtaken(), 20)
            return found

        with monkeypatch.context() as broken:
            broken.setattr(exporting, "write", late)
            await made(stage)
        assert (await editions(stage), kept(stage)) == ([[]], [])
