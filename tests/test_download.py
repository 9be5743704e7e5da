"""Files that go out by a link: whoever has it gets that one file whole, while its owner is in place and no longer."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import aiohttp
import pytest
from sqlalchemy import select

from bot.channels.zalo_oa import CAPABILITIES as ZALO_OA
from bot.clocks import VIETNAM
from bot.messages import OutFile, Outgoing
from bot.sandbox.chatfile import parse
from bot.sandbox.page_files import signed_pdf
from bot.sandbox.play import Player
from bot.sandbox.samples import sample
from bot.sandbox.stage import Stage
from bot.sandbox.telegram_faults import Fault
from bot.web.uploads import KEPT
from db import open_work
from db.downloads import DownloadLink, add_download
from db.invitations import code_hash
from db.mail import Delivery
from db.people import Role, contact_for
from db.uploads import UploadLink, new_link
from handlers.deeds.links import FILE_DAYS

START = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
CHATS = Path(__file__).parent / "chats"
NAME = "Công văn số 412 (bản ký).pdf"
PDF = signed_pdf()
DEAD = "Liên kết này không còn dùng được"
LINK = re.compile(r"Tệp «([^»]+)»: (http://127\.0\.0\.1:\d+/tep/[\w-]{22,}) \(mở được trong 30 ngày\)\Z")


@asynccontextmanager
async def opened(url: str, channel: str = "zalo_bot", *, webhook: bool = True) -> AsyncIterator[Stage]:
    async with Stage(START, channel=channel, database_url=url, webhook=webhook) as stage:
        for name, office in (("Lan", "Phòng Tư pháp"), ("Minh", "Phòng Y tế")):
            await stage.seat(name, await stage.office(office), Role.HEAD)
        yield stage


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with opened(sqlite_url) as stage:
        yield stage


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Connection": "close"}) as session:
        yield session


async def sent(stage: Stage, who: str = "Lan", data: bytes = PDF, name: str = NAME) -> None:
    """A file is put into the outbox of this person."""

    async def chunks() -> AsyncIterator[bytes]:
        yield data

    kept = await stage.app.house.store.keep(chunks(), limit=len(data))
    async with open_work(stage.app.db, stage.clock) as work:
        await work.send(stage.address(who), Outgoing("", file=OutFile(name, kept.sha256)))


async def link_of(stage: Stage, who: str = "Lan", **what: Any) -> str:
    await sent(stage, who, **what)
    await stage.settled()
    return last_link(stage, who)


def last_link(stage: Stage, who: str) -> str:
    found = LINK.search(stage.phone(who).messages[-1].text)
    assert found, stage.phone(who).messages[-1].text
    return found[2]


async def got(http: aiohttp.ClientSession, url: str, **headers: str) -> tuple[int, bytes]:
    async with http.get(url, headers=headers) as answer:
        return answer.status, await answer.read()


async def is_dead(http: aiohttp.ClientSession, url: str) -> bool:
    status, page = await got(http, url)
    return status == 410 and DEAD in page.decode()


async def links(stage: Stage) -> list[DownloadLink]:
    async with stage.app.db.reading() as session:
        return list((await session.scalars(select(DownloadLink).order_by(DownloadLink.id))).all())


async def test_a_head_on_zalo_bot_gets_the_directive_as_it_was_dropped(
    sqlite_url: str, http: aiohttp.ClientSession
) -> None:
    async with Stage(START, channel="zalo_bot", database_url=sqlite_url) as stage:
        transcript = parse(CHATS / "49-tai-tep.chat")
        ended = next(n for n, step in enumerate(transcript.steps) if step.text == "huỷ liên kết")
        transcript.steps = transcript.steps[:ended]
        await Player(stage, transcript, folder=CHATS / "files").play()
        [found] = [m for message in stage.phone("Lan").messages if (m := LINK.search(message.text))]
        assert found[1] == "hai-don-vi-tp.txt"
        assert await got(http, found[2]) == (200, (CHATS / "files" / found[1]).read_bytes())


async def test_a_link_gives_the_file_under_its_name_as_often_as_asked(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    url = await link_of(stage)
    async with http.get(url, headers={"User-Agent": "ZaloBot-Preview/1.0"}) as answer:
        assert (answer.status, await answer.read()) == (200, PDF)
        shown = answer.headers
    way, plain, encoded = shown["Content-Disposition"].split("; ")
    assert (way, plain) == ("attachment", 'filename="tep.pdf"')
    assert unquote(encoded.removeprefix("filename*=UTF-8''")) == NAME
    assert shown["Content-Type"] == "application/pdf"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Cache-Control"] == "no-store"
    assert "noindex" in shown["X-Robots-Tag"]
    assert shown["Content-Security-Policy"].startswith("sandbox")
    async with http.head(url) as answer:
        assert (answer.status, answer.content_length, await answer.read()) == (200, len(PDF), b"")
    assert await got(http, url, Range="bytes=5-9") == (206, PDF[5:10])
    assert await got(http, url) == (200, PDF)


async def test_what_a_browser_might_run_is_only_saved(stage: Stage, http: aiohttp.ClientSession) -> None:
    for name in ("a.html", "b.svg", "không đuôi", "x.công văn", 'c"\r\nX: y.txt'):
        url = await link_of(stage, data=b"<script>alert(1)</script>", name=name)
        async with http.get(url) as answer:
            assert answer.status == 200
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Content-Disposition"].startswith('attachment; filename="tep')
            assert "X" not in answer.headers


async def test_only_the_hash_of_a_token_is_kept_once_it_is_said(stage: Stage) -> None:
    token = (await link_of(stage)).rpartition("/")[2]
    assert len(token) * 6 >= 128
    [link] = await links(stage)
    assert link.token_hash == code_hash(token)
    async with stage.app.db.reading() as session:
        assert set(await session.scalars(select(Delivery.file_token))) == {None}


async def test_each_has_a_link_of_their_own_and_ends_only_that(stage: Stage, http: aiohttp.ClientSession) -> None:
    lan, minh = await link_of(stage, "Lan"), await link_of(stage, "Minh")
    assert lan != minh
    await stage.phone("Lan").say("huỷ liên kết")
    await stage.settled()
    assert stage.phone("Lan").messages[-1].text.startswith("Đã huỷ liên kết tải tệp của đồng chí.")
    assert await is_dead(http, lan)
    assert await got(http, minh) == (200, PDF)
    assert await is_dead(http, minh[:-1] + ("a" if minh[-1] != "a" else "b"))
    assert (await got(http, f"{minh.rpartition('/')[0]}/x"))[0] == 404
    assert (await got(http, minh.replace("/tep/", "/nop/")))[0] == 410


async def test_a_link_holds_to_the_end_of_its_last_day(stage: Stage, http: aiohttp.ClientSession) -> None:
    url = await link_of(stage)
    last = datetime(2024, 5, 14, 23, 58, tzinfo=VIETNAM) + timedelta(days=FILE_DAYS)
    stage.clock.move_to(last)
    assert await got(http, url) == (200, PDF)
    stage.clock.move_to(last + timedelta(minutes=1))
    assert await is_dead(http, url)


async def test_who_left_has_no_file_any_more(stage: Stage, http: aiohttp.ClientSession) -> None:
    url = await link_of(stage)
    await stage.unseat("Lan")
    assert await is_dead(http, url)


async def test_a_chat_that_is_now_anothers_opens_nothing(stage: Stage, http: aiohttp.ClientSession) -> None:
    url = await link_of(stage)
    async with open_work(stage.app.db, stage.clock) as work:
        lan, minh = [await contact_for(work.session, stage.address(name)) for name in ("Lan", "Minh")]
        lan.person = minh.person
    assert await is_dead(http, url)


async def test_a_file_that_is_gone_is_said_in_words(stage: Stage, http: aiohttp.ClientSession) -> None:
    url = await link_of(stage)
    [link] = await links(stage)
    await stage.app.house.store.purge(link.sha256)
    assert await is_dead(http, url)
    async with http.get(url) as answer:
        assert "Content-Disposition" not in answer.headers
        assert "người tổng hợp" in await answer.text()


@pytest.mark.parametrize("after", [True, pytest.param(False, marks=pytest.mark.full)], ids=["heard", "unheard"])
@pytest.mark.full
async def test_tried_again_after_a_restart_it_is_the_same_link(
    database_url: str, http: aiohttp.ClientSession, after: bool
) -> None:
    async with opened(database_url) as stage:
        stage.zalo_bot.faults.add("sendMessage", Fault.cut(after=after))
        await sent(stage)
        while not (first := await links(stage)):  # noqa: ASYNC110 - the sender makes it
            await asyncio.sleep(0.01)
        await stage.restart()
        await stage.settled()
        assert len(await until_heard(stage, 1 + after)) == 1
        assert [link.token_hash for link in await links(stage)] == [link.token_hash for link in first]
        assert await got(http, last_link(stage, "Lan")) == (200, PDF)


async def until_heard(stage: Stage, times: int) -> set[str]:
    """What Lan has heard once so many messages came."""
    while len(said := [m.text for m in stage.phone("Lan").messages if m.from_bot]) < times:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    return set(said)


async def test_without_an_address_of_ours_it_says_where_else_to_look(sqlite_url: str) -> None:
    async with opened(sqlite_url, webhook=False) as stage:
        await sent(stage)
        await stage.settled()
        assert "kênh này chưa gửi được tệp" in stage.phone("Lan").messages[-1].text
        assert await links(stage) == []


async def test_a_stranger_hears_of_no_link(stage: Stage) -> None:
    await stage.phone("Người lạ").say("chào")
    await stage.settled()
    await sent(stage, "Người lạ")
    await stage.settled()
    assert "kênh này chưa gửi được tệp" in stage.phone("Người lạ").messages[-1].text
    assert await links(stage) == []


@pytest.mark.parametrize(
    ("name", "over", "linked"), [("a.pdf", 0, False), ("a.pdf", 1, True), ("a.docx", 0, False), ("a.xlsx", 0, True)]
)
async def test_a_link_is_made_only_where_the_channel_does_not_carry_the_file(
    sqlite_url: str, http: aiohttp.ClientSession, name: str, over: int, linked: bool
) -> None:
    """By what the Zalo OA carries."""
    size = ZALO_OA.file_limits[".pdf"] + over
    async with opened(sqlite_url, "telegram") as stage:
        telegram = stage.app.channels["telegram"]
        telegram.capabilities = replace(telegram.capabilities, file_limits=ZALO_OA.file_limits)
        await sent(stage, data=bytes(size), name=name)
        await stage.settled()
        message = stage.phone("Lan").messages[-1]
        assert len(await links(stage)) == linked == (message.file is None)
        if linked:
            assert await got(http, last_link(stage, "Lan")) == (200, bytes(size))


async def test_so_many_may_fetch_at_once_and_a_line_that_stalls_gives_its_place_back(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    downloads, size = stage.app.downloads, 30 << 20
    downloads.limits = replace(downloads.limits, each=1, idle=0.3, pace=1 << 40)
    url = await link_of(stage, data=bytes(size), name="a.docx")
    other = await link_of(stage, "Minh", data=sample("a.docx"), name="a.docx")
    async with http.get(url) as stalled:
        status, page = await got(http, url)
        assert (status, "Đề nghị mở lại liên kết sau ít phút" in page.decode()) == (429, True)
        assert (await got(http, other))[0] == 200
        await idle(downloads)
        with pytest.raises(aiohttp.ClientPayloadError):
            await stalled.read()
    downloads.limits = replace(downloads.limits, at_once=0)
    assert (await got(http, other))[0] == 429


async def idle(downloads: Any) -> None:
    """Until nobody fetches any more."""
    while len(downloads.places):  # noqa: ASYNC110 - the end of a request is no event
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(("later", "left"), [(timedelta(0), 1), (timedelta(minutes=2), 0)])
async def test_links_that_ended_a_month_ago_are_forgotten(stage: Stage, later: timedelta, left: int) -> None:
    async with open_work(stage.app.db, stage.clock) as work:
        contact = await contact_for(work.session, stage.address("Lan"))
        add_download(work.session, "a" * 27, contact, OutFile(NAME, "0" * 64), work.now, work.now)
        await new_link(work.session, "b" * 27, contact, None, work.now, work.now)
    stage.clock.move_to(START + KEPT + later)
    await stage.app.uploads.sweep()
    async with stage.app.db.reading() as session:
        assert len((await session.scalars(select(DownloadLink.id))).all()) == left
        assert len((await session.scalars(select(UploadLink.id))).all()) == left


async def test_a_link_does_not_follow_its_owner_to_another_office(stage: Stage, http: aiohttp.ClientSession) -> None:
    link = await link_of(stage)
    stage.clock.move_to(START + timedelta(hours=1))
    await stage.unseat("Lan")
    await stage.seat("Lan", await stage.office("Phòng Y tế"), Role.STAFF)
    async with http.get(link) as answer:
        assert answer.status == 410


async def test_what_waited_is_not_said_to_somebody_who_has_left(stage: Stage) -> None:
    office = await stage.office("Phòng Tư pháp")
    for number, later in ((1, timedelta(hours=1)), (2, timedelta(hours=3))):
        async with open_work(stage.app.db, stage.clock) as work:
            contact = await contact_for(work.session, stage.address("Lan"))
            facts = {"person_id": contact.person_id, "office_id": office, "due_in": timedelta(minutes=30)}
            await work.send(contact.address, Outgoing(f"Nhắc {number}"), **facts)
        if number == 2:
            await stage.unseat("Lan")
        stage.clock.move_to(START + later)
        await stage.app.tick()
        await stage.settled()
    assert [message.text for message in stage.phone("Lan").messages if message.from_bot] == ["Nhắc 1"]


async def test_content_nobody_refers_to_goes_after_a_week(stage: Stage) -> None:
    await sent(stage)
    refused = await stage.app.house.store.keep(_refused(), limit=9)
    store, sweep = stage.app.house.store, stage.app.uploads.sweep
    await sweep()
    assert store.path(refused.sha256).exists()
    for path in store.path(refused.sha256).parent.parent.rglob("*"):
        if path.is_file():
            os.utime(path, (0, 0))
    stage.app.uploads._swept = None
    await sweep()
    async with stage.app.db.reading() as session:
        [waiting] = await session.scalars(select(Delivery))
    assert not store.path(refused.sha256).exists()
    assert waiting.outgoing.file is not None
    assert waiting.done_at or store.path(waiting.outgoing.file.sha256).exists()


async def _refused() -> AsyncIterator[bytes]:
    yield b"refused"
