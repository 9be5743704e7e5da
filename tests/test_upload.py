"""Files by a link: what the page shows, takes and refuses, and that they go the way of files in the chat."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.clocks import VIETNAM
from bot.files import Store, TooBig
from bot.partial import Elsewhere, Partials, Taken
from bot.sandbox.page_files import signed_pdf
from bot.sandbox.samples import sample
from bot.sandbox.stage import Stage
from db import open_work
from db.directives import Assignment, Directive, Task
from db.invitations import code_hash
from db.mail import Received
from db.people import Person, Role, contact_for
from db.reports import Submission
from db.uploads import ComingFile, UploadLink, new_link
from test_disk import files_at_most

MB = 2**20
START = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
DUE = datetime(2024, 5, 16, 17, tzinfo=VIETNAM)
SECRET = "UBND HUYỆN\nTỐI MẬT\nSố: 12/BC-UBND\nBáo cáo kết quả thực hiện nhiệm vụ được giao.".encode()


@asynccontextmanager
async def opened(
    url: str = "", *, tasks: int = 1, running: bool = False, channel: str = "telegram"
) -> AsyncIterator[Stage]:
    """A stage on which Phòng Tư pháp and Phòng Y tế owe a report of each task."""
    async with Stage(START, database_url=url, running=running, channel=channel) as stage:
        home = await stage.office("Phòng Nội vụ", "NV")
        await stage.seat("Hà", home, Role.COORDINATOR)
        offices = [await stage.office("Phòng Tư pháp", "TP"), await stage.office("Phòng Y tế", "YT")]
        for name, office in zip(("Lan", "Minh"), offices, strict=True):
            await stage.seat(name, office, Role.HEAD)
        async with open_work(stage.app.db, stage.clock) as work:
            hà = (await work.session.scalars(select(Person).where(Person.name == "Hà"))).one()
            for number in range(1, tasks + 1):
                directive = Directive(number=f"{number}/UBND-NV", subject="báo cáo", collector_id=home)
                directive.coordinator_id, directive.drafted_at, directive.published_at = hà.id, work.now, work.now
                work.session.add(directive)
                await work.session.flush()
                task = Task(directive_id=directive.id, position=1, number="1", text="Báo cáo kết quả", due_at=DUE)
                task.target_at, task.deadline_words = DUE, "trước 17:00 ngày 16/5/2024"
                work.session.add(task)
                await work.session.flush()
                work.session.add_all(Assignment(task_id=task.id, office_id=each, sent_at=work.now) for each in offices)
        yield stage


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with opened(sqlite_url) as stage:
        yield stage


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Connection": "close"}) as session:
        yield session


async def hears(stage: Stage, name: str, text: str) -> str:
    phone = stage.phone(name)
    before = len(phone.messages)
    await phone.say(text)
    await stage.settled()
    return "\n".join(message.text for message in phone.messages[before:] if message.from_bot)


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/nop/[\w-]+", text)
    assert found, text
    return found[0]


async def link_for(stage: Stage, name: str = "Lan", said: str = "/lienket") -> str:
    return link_in(await hears(stage, name, said))


def form(*files: tuple[str, bytes]) -> aiohttp.FormData:
    found = aiohttp.FormData(quote_fields=False)
    for name, data in files:
        found.add_field("tep", io.BytesIO(data), filename=name, content_type="application/octet-stream")
    return found


async def send(http: aiohttp.ClientSession, url: str, *files: tuple[str, bytes]) -> tuple[int, str]:
    async with http.post(url, data=form(*files)) as answer:
        return answer.status, await answer.text()


async def asked(http: aiohttp.ClientSession, method: str, url: str, **options: Any) -> tuple[int, dict[str, Any]]:
    async with http.request(method, url, **options) as answer:
        return answer.status, await answer.json()


async def begin(http: aiohttp.ClientSession, url: str, name: str, size: int, known_by: str = "") -> str:
    known_by = known_by or secrets.token_hex(16)
    status, said = await asked(http, "POST", f"{url}/tep", json={"print": known_by, "name": name, "size": size})
    assert status == 200, said
    return known_by


async def piece(http: aiohttp.ClientSession, url: str, known_by: str, at: int, data: Any) -> tuple[int, dict[str, Any]]:
    headers = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
    return await asked(
        http,
        "PATCH",
        f"{url}/tep/{known_by}",
        data=io.BytesIO(data) if isinstance(data, bytes) else data,
        headers=headers,
    )


async def hand_in(http: aiohttp.ClientSession, url: str, *prints: str, act: str = "a" * 32) -> tuple[int, Any]:
    return await asked(http, "POST", f"{url}/xong", json={"act": act, "files": list(prints)})


async def reports(stage: Stage) -> list[Submission]:
    async with stage.app.db.reading() as session:
        return list((await session.scalars(select(Submission).order_by(Submission.id))).unique())


def kept(stage: Stage) -> set[str]:
    """What lies in the store, and on the way there."""
    return {path.name for path in stage.settings.files_dir.glob("*/*")}


def scan(size: int) -> bytes:
    """A PDF of about so many bytes, as a scanner leaves it."""
    book = pypdf.PdfWriter(clone_from=io.BytesIO(signed_pdf()))
    book.add_attachment("quet.bin", os.urandom(size))
    data = io.BytesIO()
    book.write(data)
    return data.getvalue()


async def test_a_form_by_the_link_of_a_button_is_counted_and_the_page_says_what_the_chat_says(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    report = scan(2 * MB)
    url = await link_for(stage)
    status, page = await send(http, url, ("Báo cáo quý.pdf", report))
    await stage.settled()
    [submission] = await reports(stage)
    receipt = stage.phone("Lan").messages[-1].text
    assert status == 200
    assert receipt.startswith("Đã ghi nhận 1 tệp lúc 08:00, 14/5 (đúng hạn). Mã TP-")
    assert receipt in page
    assert (submission.files[0].name, submission.files[0].size) == ("Báo cáo quý.pdf", len(report))
    assert submission.files[0].sha256 == hashlib.sha256(report).hexdigest()
    assert Store(stage.settings.files_dir).exists(submission.files[0].sha256)
    assert (await http.get(url)).status == 410
    assert "1/2 đơn vị chưa nộp" in await hears(stage, "Hà", "/missing")


async def test_several_files_of_one_form_are_one_report(stage: Stage, http: aiohttp.ClientSession) -> None:
    url = await link_for(stage)
    status, page = await send(http, url, ("", b""), ("a.docx", sample("a.docx")), ("b.pdf", signed_pdf()))
    await stage.settled()
    [submission] = await reports(stage)
    assert status == 200
    assert [file.name for file in submission.files] == ["a.docx", "b.pdf"]
    assert "Đã ghi nhận 2 tệp" in page
    assert "Đã ghi nhận 2 tệp" in stage.phone("Lan").messages[-1].text


async def test_a_robot_that_looks_at_a_link_uses_nothing_up_and_learns_next_to_nothing(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    url = await link_for(stage)
    for method in ("HEAD", "GET", "GET"):
        async with http.request(method, url, headers={"User-Agent": "TelegramBot (like TwitterBot)"}) as answer:
            assert answer.status == 200
            page = await answer.text()
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "Phòng Tư pháp: việc 1, Công văn số 1/UBND-NV." in page
    assert "Lan" not in page
    assert not re.search(r"(?:src|href|action)=.?(?:https?:)?//", page)
    assert (await send(http, url, ("a.docx", sample("a.docx"))))[0] == 200


async def test_only_the_hash_of_a_token_is_kept_and_it_has_no_less_than_128_bits(stage: Stage) -> None:
    token = (await link_for(stage)).rpartition("/")[2]
    async with stage.app.db.reading() as session:
        [link] = await session.scalars(select(UploadLink))
    assert len(token) * 6 >= 128
    assert link.token_hash == code_hash(token)
    assert token not in repr([getattr(link, column.name) for column in UploadLink.__table__.columns])


async def test_a_link_ends_when_it_is_replaced_revoked_too_old_or_its_owner_gone(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    async def dead(url: str) -> bool:
        statuses = {(await http.get(url)).status, (await send(http, url, ("a.docx", sample("a.docx"))))[0]}
        known_by = {"print": "0" * 32, "name": "a.pdf", "size": 1}
        statuses |= {
            (await asked(http, "POST", f"{url}/tep", json=known_by))[0],
            (await hand_in(http, url, "0" * 32))[0],
        }
        assert statuses in ({410}, {200, 422, 409}), statuses
        return statuses == {410}

    first = await link_for(stage)
    second = await link_for(stage)
    assert await dead(first)
    assert (await http.get(second)).status == 200
    assert "Đã huỷ liên kết" in await hears(stage, "Lan", "huỷ liên kết")
    assert await dead(second)
    assert "không có liên kết" in await hears(stage, "Lan", "huỷ liên kết")
    third, theirs = await link_for(stage, said="lấy liên kết"), await link_for(stage, "Minh")
    stage.clock.move_to(START + timedelta(days=7))
    assert (await http.get(third)).status == 200
    await stage.unseat("Minh")
    assert await dead(theirs)
    stage.clock.move_to(START + timedelta(days=8))
    assert await dead(third)
    assert await dead(f"{third[:-4]}AAAA")
    assert await reports(stage) == []


async def test_what_comes_by_a_link_after_the_closing_is_kept_and_waits_for_the_coordinators_word(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    url = await link_for(stage)
    async with open_work(stage.app.db, stage.clock) as work:
        [directive] = await work.session.scalars(select(Directive))
        directive.closed_at = work.now
    status, page = await send(http, url, ("a.docx", sample("a.docx")))
    assert (status, "đã kết thúc" in page) == (200, True)
    [late] = await reports(stage)
    assert late.waits_for_confirmation
    assert not late.counts


async def test_what_comes_by_a_link_is_its_own_offices(stage: Stage, http: aiohttp.ClientSession) -> None:
    async with stage.app.db.reading() as session:
        [lan, minh] = await session.scalars(select(Assignment.id).order_by(Assignment.id))
    before = len(stage.phone("Minh").messages)
    assert "http" not in await hears(stage, "Minh", f"/nop {lan} 1")
    assert "http" not in await hears(stage, "Minh", f"/lienket {lan}")
    theirs, mine = await link_for(stage, "Minh"), await link_for(stage, "Lan")
    known_by = await begin(http, mine, "a.docx", 100)
    assert (await piece(http, theirs, known_by, 0, b"x"))[0] == 404
    assert (await hand_in(http, theirs, known_by))[0] == 409
    await send(http, theirs, ("a.docx", sample("a.docx")))
    await stage.settled()
    assert [each.assignment_id for each in await reports(stage)] == [minh]
    assert (await http.get(mine)).status == 200
    assert len(stage.phone("Minh").messages) > before


REFUSED = [
    ("a.docm", sample("a.docm"), "có macro nên không nhận"),
    ("a.docx", b"", "không có nội dung"),
    ("a.rar", b"Rar!\x1a\x07\x00", "là tệp nén"),
    ("a.pdf", b"hello", "không đúng định dạng"),
    ("a.pdf", signed_pdf() + bytes(MB), "lớn quá 1 MB"),
]


async def test_a_refused_file_is_told_on_the_page_and_the_link_still_holds(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    stage.app.uploads.limits = replace(stage.app.uploads.limits, file=MB)
    url = await link_for(stage)
    for name, data, says in REFUSED:
        status, page = await send(http, url, (name, data))
        assert (status, says in page, "<form" in page) == (422, True, True)
        known_by = secrets.token_hex(16)
        file = {"print": known_by, "name": name, "size": len(data)}
        status, said = await asked(http, "POST", f"{url}/tep", json=file)
        if status == 200:
            status, said = await piece(http, url, known_by, 0, data)
        assert (status, says in said["say"]) == (422, True)
    assert kept(stage) == set()
    status, page = await send(http, url, *[(name, data) for name, data, _ in REFUSED], ("b.docx", sample("b.docx")))
    assert (status, "Đã ghi nhận 1 tệp" in page) == (200, True)
    assert all(says in page for _, _, says in REFUSED)
    assert len(await reports(stage)) == 1


async def test_of_a_secret_nothing_is_kept_nor_of_what_came_in_the_same_form(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    url = await link_for(stage)
    status, page = await send(http, url, ("a.docx", sample("a.docx")), ("b.txt", SECRET))
    await stage.settled()
    [submission] = await reports(stage)
    assert status == 200
    assert "Văn bản có dấu TỐI MẬT. Hệ thống không tiếp nhận" in page
    assert any("dấu TỐI MẬT" in message.text for message in stage.phone("Lan").messages)
    assert submission.withdrawn_at
    assert kept(stage) == set()
    async with stage.app.db.reading() as session:
        bodies = list(await session.scalars(select(Received.body).where(Received.channel == "link")))
    assert len(bodies) == 2
    assert [b"b.txt" in body for body in bodies] == [False, False]


async def test_what_was_cut_off_goes_on_where_it_stopped_also_after_a_restart(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    report = scan(3 * MB)
    url = await link_for(stage)
    known_by = await begin(http, url, "a.pdf", len(report))

    async def cut() -> AsyncIterator[bytes]:
        yield report[: 2 * MB]
        raise ConnectionResetError

    with pytest.raises((ConnectionResetError, aiohttp.ClientError)):
        await piece(http, url, known_by, 0, cut())
    file, there = {"print": known_by, "name": "a.pdf", "size": len(report)}, 0
    while there < 2 * MB:  # what was on the way when it was cut still comes in
        there = (await asked(http, "POST", f"{url}/tep", json=file))[1]["offset"]
    assert there == 2 * MB
    await stage.restart()
    assert (await hand_in(http, url, known_by))[0] == 409
    assert (await piece(http, url, known_by, there + 1, b"x"))[:1] == (409,)
    status, said = await piece(http, url, known_by, there, report[there:])
    assert (status, said) == (200, {"offset": len(report), "whole": True})
    status, said = await hand_in(http, url, known_by)
    await stage.settled()
    [submission] = await reports(stage)
    assert (status, said["said"][0].startswith("Đã ghi nhận 1 tệp")) == (200, True)
    assert submission.files[0].sha256 == hashlib.sha256(report).hexdigest()


async def test_handing_in_twice_because_the_answer_was_lost_is_one_report(
    database_url: str, http: aiohttp.ClientSession
) -> None:
    async with opened(database_url) as stage:
        await twice(stage, http)


async def twice(stage: Stage, http: aiohttp.ClientSession) -> None:
    url, data = await link_for(stage), sample("a.docx")
    known_by = await begin(http, url, "a.docx", len(data))
    await piece(http, url, known_by, 0, data)
    both = await asyncio.gather(hand_in(http, url, known_by), hand_in(http, url, known_by))
    again = await hand_in(http, url, known_by)
    assert again[0] == 200
    assert again in both
    assert {status for status, _ in both} <= {200, 410}
    assert (await hand_in(http, url, known_by, act="b" * 32))[0] == 410
    assert len(await reports(stage)) == 1


async def test_on_time_is_decided_by_the_last_byte_of_a_file(stage: Stage, http: aiohttp.ClientSession) -> None:
    data, other = sample("a.docx"), sample("b.docx")
    mine, theirs = await link_for(stage), await link_for(stage, "Minh")
    stage.clock.move_to(DUE)
    whole, cut = await begin(http, mine, "b.docx", len(other)), await begin(http, theirs, "a.docx", len(data))
    await piece(http, mine, whole, 0, other)
    await piece(http, theirs, cut, 0, data[:-1])
    stage.clock.move_to(DUE + timedelta(minutes=5))
    await piece(http, theirs, cut, len(data) - 1, data[-1:])
    assert "(đúng hạn)" in (await hand_in(http, mine, whole))[1]["said"][0]
    assert "(quá hạn, đã nhận)" in (await hand_in(http, theirs, cut))[1]["said"][0]
    assert [each.arrived_at for each in await reports(stage)] == [DUE, DUE + timedelta(minutes=5)]


async def test_a_link_for_nothing_named_asks_in_the_chat_which_task_its_files_are_for(
    sqlite_url: str, http: aiohttp.ClientSession
) -> None:
    async with opened(sqlite_url, tasks=2) as stage:
        url = await link_for(stage, said="lấy liên kết")
        _, page = await send(http, url, ("a.docx", sample("a.docx")), ("b.docx", sample("b.docx")))
        await stage.settled()
        phone = stage.phone("Lan")
        assert "Tệp này là báo cáo của việc nào?" in page
        assert await reports(stage) == []
        await phone.press(phone.messages[-1], "Việc 1, CV 2/UBND-NV – Phòng Tư pháp")
        await stage.settled()
        [submission] = await reports(stage)
        assert [file.name for file in submission.files] == ["a.docx", "b.docx"]


async def test_a_file_by_a_link_leaves_what_the_chat_was_about(stage: Stage, http: aiohttp.ClientSession) -> None:
    url = await link_for(stage)
    assert "số, ký hiệu" in await hears(stage, "Lan", "/qlvb")
    await send(http, url, ("a.docx", sample("a.docx")))
    await stage.settled()
    assert "45/BC-TP" in await hears(stage, "Lan", "45/BC-TP")


async def test_a_file_too_big_for_the_chat_is_answered_with_a_link(stage: Stage, http: aiohttp.ClientSession) -> None:
    await stage.phone("Lan").send_document("bao-cao.pdf", signed_pdf() + b"\n" * (21 * MB))
    await stage.settled()
    said = stage.phone("Lan").messages[-1].text
    assert said.startswith("Tệp «bao-cao.pdf» quá lớn (chat nhận đến 20 MB). Đề nghị gửi tại liên kết riêng")
    assert "Đã ghi nhận 1 tệp" in (await send(http, link_in(said), ("a.docx", sample("a.docx"))))[1]


async def test_where_the_chat_carries_no_files_people_are_led_to_the_page(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    stage.app.inbox.house = replace(stage.app.house, with_files=frozenset())
    said = await hears(stage, "Lan", "/lienket")
    assert "vào đây" not in said
    assert "Đã ghi nhận 1 tệp" in (await send(http, link_in(said), ("a.docx", sample("a.docx"))))[1]
    telegram = stage.app.channels["telegram"]
    telegram.capabilities = replace(telegram.capabilities, files_in=False)
    await stage.phone("Minh").send_document("a.docx", sample("a.docx"))
    await stage.settled()
    said = stage.phone("Minh").messages[-1].text
    assert said.startswith("Kênh này chưa nhận được tệp. Đề nghị gửi tại liên kết riêng của đồng chí:")
    assert "Phòng Y tế: việc 1" in await (await http.get(link_in(said))).text()
    stage.app.inbox.house = replace(stage.app.house, with_files=frozenset(), public_url="")
    assert "qua QLVB hoặc bản giấy" in await hears(stage, "Minh", "/nop")


async def test_a_link_takes_so_many_files_and_bytes_and_no_more(stage: Stage, http: aiohttp.ClientSession) -> None:
    data = sample("a.docx")
    stage.app.uploads.limits = replace(stage.app.uploads.limits, files=2, total=3 * len(data))
    url = await link_for(stage)
    assert (await send(http, url, *[("a.docx", data)] * 3))[0] == 413
    assert (await send(http, url, ("a.docx", data + bytes(2 * len(data) + 1)), ("b.docx", data)))[0] == 413
    for size in (1, len(data)):
        await begin(http, url, "a.docx", size)
    third = {"print": "3" * 32, "name": "a.docx", "size": 1}
    assert (await asked(http, "POST", f"{url}/tep", json=third))[0] == 413
    assert kept(stage) == set()
    assert await reports(stage) == []


async def test_a_piece_longer_than_its_file_said_is_refused(stage: Stage, http: aiohttp.ClientSession) -> None:
    url = await link_for(stage)
    known_by = await begin(http, url, "a.docx", 10)
    assert (await piece(http, url, known_by, 0, bytes(11)))[0] == 413
    for at in ("", "-1", "x", "9" * 30):
        assert (await asked(http, "PATCH", f"{url}/tep/{known_by}", data=b"x", headers={"Upload-Offset": at}))[0] == 400


ASKED = [b"[" * 200_000, b"", b"[]", b"{}", b'{"print": 1}', b'{"print": "%s", "name": 1, "size": "x"}' % (b"0" * 32)]
FORMS = [
    b"",
    b"nothing of the kind",
    b"--a\r\n",
    b"--a\r\n\xff: \xff\r\n\r\nx\r\n--a--",
    b'--a\r\nContent-Disposition: form-data; name="tep"; filename="a.pdf"\r\n\r\n%PDF-',
    b"--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n--a--",
]


async def test_what_is_no_request_of_the_page_or_ends_early_is_refused_and_leaves_nothing(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    url = await link_for(stage)
    for body in ASKED:
        for path in ("/tep", "/xong"):
            assert (await asked(http, "POST", url + path, data=body))[0] == 400
        assert (await http.post(url, data=body)).status == 400
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert (await http.post(url + "/tep", data=b"{}", headers=packed)).status == 400
    for odd in ("application/json; charset=nonsense", "application/json; charset=utf-16"):
        assert (await asked(http, "POST", url + "/tep", data=b"\xff{", headers={"Content-Type": odd}))[0] == 400
    for body in FORMS:
        async with http.post(url, data=body, headers={"Content-Type": "multipart/form-data; boundary=a"}) as answer:
            assert answer.status in {400, 422}, await answer.text()
    assert (await http.post(url, data=b"x", headers={"Content-Type": "multipart/form-data"})).status == 400
    assert kept(stage) == set()
    assert (await http.get(url)).status == 200


async def test_a_full_disk_is_said_on_the_page_and_to_the_coordinator(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    url, report = await link_for(stage), scan(3 * MB)
    known_by = await begin(http, url, "a.pdf", len(report))
    with files_at_most(2 * MB):
        status, said = await piece(http, url, known_by, 0, report)
        assert (status, "Máy chủ đang đầy" in said["say"]) == (507, True)
        status, page = await send(http, url, ("a.pdf", report))
        assert (status, "Máy chủ đang đầy" in page) == (507, True)
    await stage.settled()
    assert sum("hết chỗ lưu" in message.text for message in stage.phone("Hà").messages) == 1
    assert (await piece(http, url, known_by, 2 * MB, report[2 * MB :]))[1]["whole"]


async def test_who_holds_several_links_gets_no_more_places_and_others_still_get_theirs(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    stage.app.uploads.limits = replace(stage.app.uploads.limits, each=1)
    async with stage.app.db.writing() as session:
        contact = await contact_for(session, stage.address("Lan"))
        tokens = ["a" * 27, "b" * 27]
        for number, token in enumerate(tokens):
            until = stage.clock.now() + timedelta(days=1)
            owed = number or None  # a link in another's place would end it
            await new_link(session, token, contact, owed, stage.clock.now(), until)
    first, second = (f"http://127.0.0.1:{stage.settings.port}/nop/{token}" for token in tokens)
    prints = [await begin(http, url, "a.docx", 1000) for url in (first, second)]
    gate = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield b"x"
        gate.set()
        await asyncio.Event().wait()

    stopped = asyncio.create_task(piece(http, first, prints[0], 0, stuck()))
    await gate.wait()
    while (await piece(http, second, prints[1], 0, b""))[0] != 429:
        assert not stopped.done()
    minh = await link_for(stage, "Minh")
    assert (await piece(http, minh, await begin(http, minh, "b.docx", 1000), 0, b"y"))[0] == 200
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)


async def test_who_stops_sending_holds_no_place_for_ever(stage: Stage, http: aiohttp.ClientSession) -> None:
    stage.app.uploads.limits = replace(stage.app.uploads.limits, each=1, idle=0.3)
    url = await link_for(stage)
    known_by = await begin(http, url, "a.docx", 1000)
    gate = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield b"x"
        gate.set()
        await asyncio.Event().wait()

    stopped = asyncio.create_task(piece(http, url, known_by, 0, stuck()))
    await gate.wait()
    while (await piece(http, url, known_by, 1, b""))[0] != 429:
        assert not stopped.done()
    async with asyncio.timeout(10):
        status = 429
        while status == 429:
            status, said = await piece(http, url, known_by, 1, b"y")
    assert (status, said) == (200, {"offset": 2, "whole": False})
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)


async def test_a_slow_drip_is_ended_though_something_comes_all_the_time(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    stage.app.uploads.limits = replace(stage.app.uploads.limits, idle=0.2, pace=10_000)
    url = await link_for(stage)
    known_by = await begin(http, url, "a.docx", 1000)

    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.05)

    headers = {"Upload-Offset": "0", "Content-Length": "1000"}
    async with asyncio.timeout(10):
        assert await ended(http, f"{url}/tep/{known_by}", data=drip(), headers=headers) in {408, None}


async def ended(http: aiohttp.ClientSession, url: str, **options: Any) -> int | None:
    """The status; None if the connection was shut before it could be read."""
    try:
        async with http.patch(url, **options) as answer:
            return answer.status
    except (aiohttp.ClientError, OSError):
        return None


async def test_a_file_removed_while_it_comes_is_gone_and_its_sender_is_told(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    url, gone = await link_for(stage), asyncio.Event()
    data = signed_pdf()
    known_by = await begin(http, url, "a.pdf", len(data))

    async def halting() -> AsyncIterator[bytes]:
        yield data[:100]
        await gone.wait()
        yield data[100:]

    coming = asyncio.create_task(piece(http, url, known_by, 0, halting()))
    while not kept(stage):  # noqa: ASYNC110 - a disk rings no bell
        await asyncio.sleep(0.01)
    assert (await asked(http, "DELETE", f"{url}/tep/{known_by}"))[0] == 200
    await begin(http, url, "a.pdf", len(data), known_by)
    assert (await piece(http, url, known_by, 0, data[:50]))[0] == 200
    gone.set()
    assert (await coming)[0] == 404
    assert (await hand_in(http, url, known_by))[0] == 409


async def test_what_came_by_a_link_that_was_replaced_goes_when_the_next_file_comes(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    for _ in range(3):
        url = await link_for(stage)
        await piece(http, url, await begin(http, url, "a.docx", 10), 0, b"12345")
    other = await link_for(stage, "Minh")
    await piece(http, other, await begin(http, other, "a.docx", 10), 0, b"12345")
    assert len(kept(stage)) == 2


async def test_what_was_never_handed_in_is_swept(stage: Stage, http: aiohttp.ClientSession) -> None:
    url = await link_for(stage)
    known_by = await begin(http, url, "a.docx", 10)
    await piece(http, url, known_by, 0, b"12345")
    [part] = stage.settings.files_dir.glob("tmp/*")
    await stage.app.tick()
    assert part.exists()
    os.utime(part, (0, 0))
    stage.clock.move_to(START + timedelta(days=2))
    stage.app.uploads._swept = None
    await stage.app.tick()
    assert kept(stage) == set()
    async with stage.app.db.reading() as session:
        assert list(await session.scalars(select(ComingFile))) == []


@given(data=st.binary(min_size=1, max_size=400), cuts=st.lists(st.integers(0, 400)), batch=st.integers(1, 64))
@settings(max_examples=60, deadline=None)
def test_any_pieces_in_order_make_the_file_again_and_others_are_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, cuts: list[int], batch: int
) -> None:
    async def run() -> None:
        partials = Partials(tmp_path_factory.getbasetemp() / "parts")
        name = secrets.token_hex(8)

        async def chunks(piece: bytes) -> AsyncIterator[bytes]:
            for start in range(0, len(piece), batch):
                yield piece[start : start + batch]

        at = 0
        for end in [*sorted(cut for cut in cuts if cut < len(data)), len(data)]:
            with pytest.raises(Elsewhere):
                await partials.append(name, at + 1, chunks(b"x"), limit=len(data))
            at = await partials.append(name, at, chunks(data[at:end]), limit=len(data))
            assert at == end == partials.size(name)
        with pytest.raises(TooBig):
            await partials.append(name, at, chunks(b"x"), limit=len(data))
        assert partials.path(name).read_bytes() == data
        partials.drop(name)

    asyncio.run(run())


async def test_one_writes_to_a_file_at_a_time_and_whoever_is_cut_off_leaves_what_came(tmp_path: Path) -> None:
    partials, gate = Partials(tmp_path), asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield b"abc"
        gate.set()
        await asyncio.Event().wait()

    async def more() -> AsyncIterator[bytes]:
        yield b"def"

    first = asyncio.create_task(partials.append("a", 0, stuck(), limit=10))
    await gate.wait()
    with pytest.raises(Taken):
        await Partials(tmp_path).append("a", 0, more(), limit=10)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert await partials.append("a", 3, more(), limit=10) == 6
    assert partials.path("a").read_bytes() == b"abcdef"
