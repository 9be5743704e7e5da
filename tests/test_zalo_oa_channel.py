"""The Zalo OA channel against a Zalo on this machine: nothing is faked but the platform itself."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.app import App, choose_clock
from bot.channel import (
    Blocked,
    Checkable,
    KnowsNames,
    OutsideWindow,
    Raw,
    Rejected,
    Revoked,
    Throttled,
    Timed,
    Unreachable,
    Upload,
)
from bot.channels.zalo_oa import ZaloOA
from bot.channels.zalo_oa_courier import renew
from bot.channels.zalo_oa_door import BODY_LIMIT, PATH, SIGNATURE, signature
from bot.channels.zalo_oa_read import NAME, address, key
from bot.channels.zalo_oa_wire import MaybeSent, NotSent, OAuth, Refused, Trouble, Wire
from bot.clocks import MovableClock, SystemClock
from bot.doctor import Doctor, Status
from bot.fit import fit
from bot.lease import Speaker
from bot.messages import Address, Button, Incoming, OutFile, Outgoing
from bot.sandbox.ports import free_port
from bot.sandbox.zalo_oa import APP_ID, OA_ID, Fault, User, ZaloOAServer, refuse
from bot.sandbox.zalo_oa_join import let_in, settings_for
from bot.settings import Settings
from bot.wire import object_in
from db import Database
from db.mail import Delivery, Received
from db.people import Contact
from db.windows import Receipt, opened_at, turned_to_us

NOW = datetime(2026, 9, 21, 1, 42, tzinfo=UTC)
OA_SECRET = "OA-SECRET-canary-canary"
LAN = Address(NAME, "246845883529197922")

FAILURES = [
    (Refused(-32, "Request exceeded the rate limit"), Throttled(30.0)),
    (Refused(-211, "Out of quota"), Throttled(3600.0)),
    (Refused(-234, "night"), Throttled(1800.0)),
    (Refused(-200, "Send message failed"), Unreachable("-200 Send message failed")),
    (Refused(-201, "Params is invalid"), Rejected("-201 Params is invalid")),
    (Refused(-210, "over"), Rejected("-210 over")),
    (Refused(-240), Rejected("-240")),
    (Refused(-999, "unheard of"), Rejected("-999 unheard of")),
    (Refused(-213, "not followed"), Blocked("-213 not followed")),
    (Refused(-227, "inactive"), Blocked("-227 inactive")),
    (Refused(-244, "restricted"), Blocked("-244 restricted")),
    (Refused(-230, "7 days"), OutsideWindow("-230 7 days")),
    (Refused(-232, "expired"), OutsideWindow("-232 expired")),
    (Refused(-311, "reply quota"), OutsideWindow("-311 reply quota")),
    (Refused(-216, "token"), Revoked("-216 token")),
    (Refused(-224, "plan"), Revoked("-224 plan")),
    (Refused(-242, "proof"), Revoked("-242 proof")),
    (NotSent("ClientConnectorError"), Unreachable("ClientConnectorError")),
    (Trouble("HTTP 502, not from Zalo"), Unreachable("HTTP 502, not from Zalo")),
    (MaybeSent("ServerTimeoutError"), Unreachable("ServerTimeoutError", maybe_sent=True)),
]


@dataclass
class Inbox:
    """What `receive` was handed; it fails while `refusals` last."""

    refusals: int = 0
    rows: list[Raw] = field(default_factory=list)

    async def receive(self, rows: Sequence[Raw]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise RuntimeError("the disk is full")
        self.rows += rows

    @property
    def events(self) -> list[str]:
        return [json.loads(row.body)["event_name"] for row in self.rows]


@dataclass
class House:
    """A Zalo, our channel with its webhook served, and what it hands on."""

    server: ZaloOAServer
    channel: ZaloOA
    inbox: Inbox
    db: Database
    clock: MovableClock
    url: str

    @property
    def lan(self) -> User:
        return self.server.user(LAN.chat, "Trần Thị Lan")

    async def said(self, text: str = "xin chào") -> None:
        await self.lan.say(text)
        await asyncio.wait_for(self.server.idle(), 5)

    def later(self, **time: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**time))

    async def send(self, message: Outgoing | str, upload: Upload | None = None) -> Any:
        return await self.channel.send(LAN, Outgoing(message) if isinstance(message, str) else message, upload)

    async def rows(self, question: Any) -> Any:
        async with self.db.reading() as session:
            return await question(session)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
async def server(clock: MovableClock) -> AsyncIterator[ZaloOAServer]:
    server = ZaloOAServer(clock.now, oa_secret=OA_SECRET, second=0.0001, per_minute=None)
    await server.start()
    yield server
    await server.stop()


def settings(server: ZaloOAServer, url: str = "", **more: Any) -> Settings:
    return Settings(_env_file=None, database_url=SecretStr(url) if url else None, **{**settings_for(server), **more})


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def opened(server: ZaloOAServer, http: aiohttp.ClientSession, db: Database, clock: MovableClock, **more: Any) -> ZaloOA:
    async def by_ourselves(access: str) -> None:
        await renew(db, SystemClock(), OAuth(Wire(http), server.url, APP_ID, server.app_secret), access)

    channel = ZaloOA(settings(server, **more), http, db, by_ourselves)
    channel._api.wire = Wire(http, read=0.3)
    channel.clock = clock
    return channel


@pytest.fixture
async def house(
    server: ZaloOAServer, http: aiohttp.ClientSession, sqlite_url: str, clock: MovableClock
) -> AsyncIterator[House]:
    db, inbox = Database(sqlite_url), Inbox()
    channel = opened(server, http, db, clock)
    app, port = web.Application(), free_port()
    app.add_routes(channel.routes(inbox.receive))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await let_in(db, clock, server)
    url = f"http://127.0.0.1:{port}{PATH}"
    server.webhook.url = url
    yield House(server, channel, inbox, db, clock, url)
    await runner.cleanup()
    await channel.close()
    await db.close()


def paper(folder: Path, name: str, size: int = 100, ref: str | None = None) -> tuple[Outgoing, Upload]:
    path = folder / "blob"
    path.write_bytes(b"%PDF" + b"x" * (size - 4))
    return Outgoing("", file=OutFile(name, "aa")), Upload(name, path, ref)


KEYS = Outgoing("Đã nhận chưa?", buttons=((Button("Đã nhận", "nhan 17"), Button("Chưa", "chua 17")),))


# The door


def test_the_signature_is_that_of_the_published_example() -> None:
    body = (
        '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
        '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text","message":{"text":"xin chào",'
        '"msg_id":"96d3cdf3af150460909"},"timestamp":"1728000000000"}'
    ).encode()
    assert len(body) == 266
    expected = "af0a5a6860a4eb818a5c4864c4d531de2b258fedd3b81e1c1b44b874bdeeec81"
    assert signature("360846524940903967", body, "1728000000000", "TEST_OA_SECRET") == expected


@pytest.mark.parametrize("mac", [True, False])
async def test_what_zalo_signed_is_committed_and_acknowledged(house: House, mac: bool) -> None:
    house.server.webhook.mac = mac
    await house.said()
    [row] = house.inbox.rows
    assert (row.channel, row.lane) == (NAME, str(LAN))
    assert row.body == house.server.webhook.tries[0].body
    reading = house.channel.read(json.loads(row.body), NOW)
    assert isinstance(reading, Incoming)
    assert (reading.text, reading.at, reading.private) == ("xin chào", NOW, True)


async def test_what_zalo_did_not_sign_is_shut_out(house: House, http: aiohttp.ClientSession) -> None:
    await house.said()
    genuine = house.server.webhook.tries[0]
    mark = genuine.headers[SIGNATURE]
    secretless = signature(APP_ID, genuine.body, str(int(NOW.timestamp() * 1000)), "")
    no_time = b'{"event_name":"user_send_text"}'
    forged = [
        (genuine.body, {}),
        (genuine.body, {SIGNATURE: ""}),
        (genuine.body, {SIGNATURE: "mac="}),
        (genuine.body, {SIGNATURE: f"mac={mark}"}),
        (genuine.body, {SIGNATURE: mark.upper()}),
        (genuine.body, {SIGNATURE: secretless}),
        (genuine.body, {SIGNATURE: "mac=đoán"}),
        (genuine.body + b" ", {SIGNATURE: mark}),
        (genuine.body.replace(b"xin", b"Xin"), {SIGNATURE: mark}),
        (no_time, {SIGNATURE: signature(APP_ID, no_time, "", OA_SECRET)}),
        (b"[]", {SIGNATURE: signature(APP_ID, b"[]", "", OA_SECRET)}),
        (b"not json", {SIGNATURE: signature(APP_ID, b"not json", "", OA_SECRET)}),
        (b"[" * 100_000, {SIGNATURE: mark}),
    ]
    for body, headers in forged:
        async with http.post(house.url, data=body, headers=headers) as answer:
            assert answer.status == 403, (body[:50], headers)
    async with http.post(house.url, data=b" " * (BODY_LIMIT + 1), headers={SIGNATURE: mark}) as answer:
        assert answer.status == 413
    assert len(house.inbox.rows) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"message": {"msg_id": "1", "attachments": 5}},
        {"message": {"msg_id": "1", "attachments": "abc"}},
        {"message": {"msg_id": {"a": 1}, "text": [["x"]]}},
        {"message": [1]},
        {"message": {"msg_id": "1", "text": "a\ud800b\0"}},
        {"sender": {"id": "\ud800x\0"}},
        {"event_name": "user_seen_message", "message": {"msg_ids": [{"a": 1}, "\ud800", 5, "x" * 900]}},
        {"event_name": ["a"]},
        {"sender": {"id": "9" * 900}, "message": {"msg_id": "y" * 900}},
    ],
)
async def test_whatever_zalo_signs_is_acknowledged_and_read(
    house: House, http: aiohttp.ClientSession, odd: dict[str, object]
) -> None:
    said = {"event_name": "user_send_file", "sender": {"id": LAN.chat}, "message": {"msg_id": "1"}, "timestamp": "10"}
    body = json.dumps({**said, **odd}).encode()
    headers = {SIGNATURE: signature(APP_ID, body, "10", OA_SECRET)}
    async with http.post(house.url, data=body, headers=headers) as answer:
        assert answer.status == 200
    for row in house.inbox.rows:
        assert len(row.key) <= 200
        house.channel.read(object_in(row.body) or {}, NOW)


async def test_an_event_that_could_not_be_committed_comes_again_as_the_same(house: House) -> None:
    house.inbox.refusals = 2
    await house.said()
    assert len(house.inbox.rows) == 1
    tries = house.server.webhook.tries
    assert [each.headers.get("num_retry") for each in tries] == [None, "1", "2"]
    assert [each.status for each in tries] == [503, 503, 200]
    assert len({key(json.loads(each.body)) for each in tries}) == 1


def test_a_key_tells_events_apart_and_deliveries_not() -> None:
    who = {"sender": {"id": "1"}, "recipient": {"id": "9"}, "timestamp": "10"}
    said = {**who, "event_name": "user_send_text", "message": {"msg_id": "a", "text": "x"}}
    seen = {**who, "event_name": "user_seen_message", "message": {"msg_ids": ["a"]}}
    others = [
        {**said, "message": {"msg_id": "b", "text": "x"}},
        {**said, "sender": {"id": "2"}},
        {**said, "event_name": "user_send_image"},
        {**said, "message": {"text": "x"}},
        {**said, "message": {"text": "y"}},
        seen,
        {**seen, "timestamp": "11"},
        {"event_name": "follow", "follower": {"id": "1"}, "timestamp": "10"},
        {"event_name": "unfollow", "follower": {"id": "1"}, "timestamp": "10"},
        {},
    ]
    assert len({key(event) for event in [said, *others]}) == len(others) + 1
    assert key(said) == key(json.loads(json.dumps(said)))
    assert address({}) == Address(NAME, "0")


async def test_every_event_is_acknowledged_and_our_own_words_are_dropped(house: House) -> None:
    house.lan.opened()
    await house.send("Đã ghi nhận.")
    for known in (
        house.lan.send_sticker(),
        house.lan.send_location(10.76, 106.67),
        house.lan.submit_info("0912345678"),
    ):
        await known
    house.server.world.tell_raw({"event_name": "change_oa_daily_quota", "oaId": "1"}, "oa")
    house.server.world.tell_raw({"event_name": "never_heard_of"}, "oa")
    await asyncio.wait_for(house.server.idle(), 5)
    assert {each.status for each in house.server.webhook.tries} == {200}
    assert sorted(house.inbox.events) == sorted(
        ["user_send_sticker", "user_send_location", "user_submit_info", "change_oa_daily_quota", "never_heard_of"]
    )


async def test_an_unfollow_overtaken_by_the_next_follow_shuts_nothing(house: House) -> None:
    house.server.webhook.ordered = False
    await house.lan.follow()
    await asyncio.wait_for(house.server.idle(), 5)
    url, house.server.webhook.url = house.server.webhook.url, ""
    house.later(minutes=1)
    late = {"event_name": "unfollow", "follower": {"id": LAN.chat}, "timestamp": str(int(NOW.timestamp() * 1000) + 1)}
    house.server.webhook.url = url
    await house.lan.follow()
    await asyncio.wait_for(house.server.idle(), 5)
    house.server.webhook.tell(late, LAN.chat)
    await asyncio.wait_for(house.server.idle(), 5)
    assert house.inbox.events == ["follow", "follow"]
    house.later(minutes=1)
    await house.lan.unfollow()
    await asyncio.wait_for(house.server.idle(), 5)
    assert house.inbox.events[-1] == "unfollow"


async def test_receipts_are_kept_also_before_the_delivery_knows_its_number(house: House) -> None:
    house.lan.opened()
    sent = await house.send("Đã ghi nhận.")
    await asyncio.wait_for(house.server.idle(), 5)
    first = await house.rows(lambda session: session.get(Receipt, (NAME, sent.message_id)))
    assert (first.received_at, first.seen_at) == (NOW, None)
    house.later(minutes=5)
    await house.lan.see()
    house.later(minutes=5)
    await house.lan.see()
    await asyncio.wait_for(house.server.idle(), 5)
    then = await house.rows(lambda session: session.get(Receipt, (NAME, sent.message_id)))
    assert (then.received_at, then.seen_at) == (NOW, NOW + timedelta(minutes=5))
    assert "user_seen_message" not in house.inbox.events


async def test_many_events_of_one_chat_at_once_leave_the_newest_window(
    server: ZaloOAServer, http: aiohttp.ClientSession, database_url: str, clock: MovableClock
) -> None:
    db, inbox = Database(database_url), Inbox()
    webhook = opened(server, http, db, clock)._webhook
    events = [
        {"event_name": "user_send_text", "sender": {"id": LAN.chat}, "message": {"msg_id": str(n)}, "timestamp": str(n)}
        for n in (5000, 9000, 1000, 7000)
    ]
    try:
        await asyncio.gather(*(webhook._take(event, b"{}", inbox.receive) for event in events))
        async with db.reading() as session:
            assert await opened_at(session, LAN) == datetime.fromtimestamp(9, UTC)
    finally:
        await db.close()
    assert len(inbox.rows) == 4


# The window


async def charged_since(session: AsyncSession, since: datetime) -> int:
    """How many of our messages cost something."""
    return await session.scalar(select(func.count()).select_from(Receipt).where(Receipt.charged_at >= since)) or 0


async def test_within_48_hours_we_speak_for_nothing(house: House) -> None:
    await house.said()
    house.later(hours=48)
    await house.send("Còn 2 ngày làm việc")
    assert [m.text for m in house.lan.messages if m.from_bot] == ["Còn 2 ngày làm việc"]
    assert house.server.world.charged == 0 == await house.rows(lambda session: charged_since(session, NOW))


async def test_after_48_hours_nothing_is_said_unless_it_may_cost(house: House, http: aiohttp.ClientSession) -> None:
    await house.said()
    house.later(hours=48.1)
    with pytest.raises(OutsideWindow):
        await house.send("Còn 1 ngày")
    assert [call.method for call in house.server.calls] == ["message"]  # Zalo was asked, and agreed
    paying = opened(house.server, http, house.db, house.clock, zalo_oa_paid=True)
    assert paying.capabilities.window == timedelta(days=7)
    await paying.send(LAN, Outgoing("Còn 1 ngày"), None)
    assert house.server.world.charged == 1 == await house.rows(lambda session: charged_since(session, NOW))
    house.later(days=6)
    with pytest.raises(OutsideWindow):
        await paying.send(LAN, Outgoing("Quá hạn"), None)
    assert await house.rows(lambda session: charged_since(session, house.clock.now())) == 0


@pytest.mark.parametrize("deed", ["say", "press", "follow", "submit_info", "send_sticker"])
async def test_whatever_they_do_opens_the_window_again(house: House, deed: str) -> None:
    await house.said()
    await house.send(KEYS)
    house.later(days=5)
    keys = house.lan.messages[-1]
    deeds = {"say": ("chào",), "press": (keys, "Đã nhận"), "submit_info": ("0912345678",)}
    await getattr(house.lan, deed)(*deeds.get(deed, ()))
    await asyncio.wait_for(house.server.idle(), 5)
    asked = len(house.server.calls)
    await house.send("Đã ghi nhận.")
    assert len(house.server.calls) == asked + 1


async def test_seeing_a_message_opens_no_window(house: House) -> None:
    await house.said()
    await house.send("Còn 2 ngày")
    house.later(days=3)
    await house.lan.see()
    await asyncio.wait_for(house.server.idle(), 5)
    with pytest.raises(OutsideWindow):
        await house.send("Còn 1 ngày")


async def test_an_event_we_missed_is_learnt_from_zalo(house: House) -> None:
    house.server.webhook.url = ""
    await house.lan.say("có ai không")
    await house.send("Có.")
    assert [call.path for call in house.server.calls] == ["/v3.0/oa/quota/message", "/v3.0/oa/message/cs"]
    await house.send("Vâng.")
    assert len(house.server.calls) == 3


# Speaking


async def test_text_goes_plain_and_comes_back_by_its_number(house: House) -> None:
    await house.said()
    sent = await house.send("<b>Kính gửi</b> *Phòng Tư pháp*")
    assert house.lan.messages[-1].text == "<b>Kính gửi</b> *Phòng Tư pháp*"
    assert sent.message_id == house.lan.messages[-1].message_id


async def test_a_pressed_button_arrives_as_the_text_it_is_worth(house: House) -> None:
    await house.said()
    await house.send(KEYS)
    shown = house.lan.messages[-1]
    assert (shown.text, shown.shape) == ("Đã nhận chưa?", "a")
    assert [[button.label for button in row] for row in shown.buttons] == [["Đã nhận"], ["Chưa"]]
    await house.lan.press(shown, "Đã nhận")
    await asyncio.wait_for(house.server.idle(), 5)
    reading = house.channel.read(json.loads(house.inbox.rows[-1].body), NOW)
    assert isinstance(reading, Incoming)
    assert reading.text == "nhan 17"


@pytest.mark.parametrize(("refused", "taken"), [({"a": -201}, "b"), ({"a": -240, "b": -233}, "c")])
async def test_the_shape_of_buttons_an_account_takes_is_remembered(
    house: House, refused: dict[str, int], taken: str
) -> None:
    await house.said()
    house.server.world.shapes = refused
    for number in (1, 2):
        await house.send(KEYS)
        assert house.lan.messages[-1].shape == taken
        assert len(house.server.calls) == len(refused) + number
    assert "Đã nhận chưa?" in house.lan.messages[-1].text


async def test_where_no_shape_is_taken_choices_are_numbered_from_then_on(house: House) -> None:
    await house.said()
    house.server.world.shapes = {"a": -201, "b": -201, "c": -233}
    with pytest.raises(Throttled) as raised:
        await house.send(KEYS)
    assert raised.value.retry_after == 0
    assert not house.channel.capabilities.buttons
    fitted = fit(KEYS, house.channel.capabilities)
    assert [choice.number for choice in fitted.choices] == [1, 2]
    await house.send(fitted.parts[0])
    assert house.lan.messages[-1].text == "Đã nhận chưa?\n\n1. Đã nhận\n2. Chưa"
    with pytest.raises(Rejected):
        await house.channel.send(Address(NAME, "404"), Outgoing("x"), None)
    assert not house.channel.capabilities.buttons


async def test_a_wrong_recipient_is_no_reason_to_give_buttons_up(house: House) -> None:
    async with house.db.writing() as session:
        await turned_to_us(session, Address(NAME, "404"), NOW)
    with pytest.raises(Throttled):
        await house.channel.send(Address(NAME, "404"), KEYS, None)
    with pytest.raises(Rejected):
        await house.channel.send(Address(NAME, "404"), Outgoing("1. Đã nhận"), None)
    assert house.channel.capabilities.buttons
    await house.said()
    await house.send(KEYS)
    assert house.lan.messages[-1].shape == "a"


async def test_more_buttons_than_five_are_numbered_and_fewer_are_not(house: House) -> None:
    for count, numbered in ((5, False), (6, True)):
        many = Outgoing("Chọn:", buttons=tuple((Button(f"Đơn vị {n}", f"x {n}"),) for n in range(count)))
        fitted = fit(many, house.channel.capabilities)
        assert {bool(choice.number) for choice in fitted.choices} == {numbered}
        assert bool(fitted.parts[-1].buttons) is not numbered
        assert ("5. Đơn vị 4" in fitted.parts[-1].text) is numbered


@pytest.mark.parametrize("name", ["Báo cáo quý II.docx", "cv.PDF", "anh.jpg"])
async def test_a_file_is_uploaded_once_and_sent_by_its_handle_until_that_expires(
    house: House, tmp_path: Path, name: str
) -> None:
    await house.said()
    message, upload = paper(tmp_path, name)
    sent = await house.send(message, upload)
    shown = house.lan.messages[-1].file
    assert shown is not None
    assert (shown.name, len(shown.data)) == (name, 100)
    assert (await house.send(message, Upload(name, upload.path, sent.file_ref))).file_ref == sent.file_ref
    uploads = [call for call in house.server.calls if "/upload/" in call.path]
    assert len(uploads) == 1
    house.later(days=7)
    await house.said()
    again = await house.send(message, Upload(name, upload.path, sent.file_ref))
    assert again.file_ref not in (None, sent.file_ref)
    assert house.server.world.warnings == []


@pytest.mark.parametrize(
    ("name", "size", "carried"),
    [
        ("cv.pdf", 5 << 20, True),
        ("cv.pdf", (5 << 20) + 1, False),
        ("tong-hop.xlsx", 10, False),
        ("anh.png", 1 << 20, True),
        ("anh.png", (1 << 20) + 1, False),
        ("khong-duoi", 1, False),
    ],
)
async def test_a_file_zalo_does_not_carry_becomes_a_link(house: House, name: str, size: int, carried: bool) -> None:
    message = Outgoing("Mẫu báo cáo", file=OutFile(name, "aa"))
    link = "https://nhacviec.example.vn/t/1"
    parts = fit(message, house.channel.capabilities, lambda file: link, size=size).parts
    assert [bool(part.file) for part in parts] == ([True, False] if carried else [False])
    assert (link in parts[-1].text) is not carried


async def test_a_file_that_is_gone_is_our_mistake(house: House, tmp_path: Path) -> None:
    await house.said()
    message, _ = paper(tmp_path, "a.pdf")
    for upload in (None, Upload("a.pdf", tmp_path / "gone")):
        with pytest.raises(Rejected):
            await house.send(message, upload)


# Failing


async def test_a_token_zalo_no_longer_takes_is_renewed_once_and_the_message_is_said_once(house: House) -> None:
    await house.said()
    house.server.oauth.expire_access()
    await house.send("Đã ghi nhận.")
    assert [call.method for call in house.server.calls] == ["cs", "access_token", "cs"]
    assert len([m for m in house.lan.messages if m.from_bot]) == 1
    house.server.faults.add("cs", refuse(-216), times=None)
    with pytest.raises(Revoked):
        await house.send("Đã ghi nhận.")
    assert [call.method for call in house.server.calls[3:]] == ["cs", "access_token", "cs"]


async def test_whoever_has_not_been_let_in_says_so(house: House, http: aiohttp.ClientSession, sqlite_url: str) -> None:
    house.server.oauth.revoke()
    await house.said()
    with pytest.raises(Revoked):
        await house.send("x")
    with pytest.raises(Revoked):
        await house.channel.check()
    assert house.lan.messages[-1].text == "xin chào"


@pytest.mark.parametrize(
    ("fault", "expected", "heard"),
    [
        (Fault.cut(), Unreachable("ServerDisconnectedError", maybe_sent=True), 0),
        (Fault.cut(after=True), Unreachable("ServerDisconnectedError", maybe_sent=True), 1),
        (Fault.hang(after=True), Unreachable("SocketTimeoutError", maybe_sent=True), 1),
        (Fault.truncated(), Unreachable("answer cut short", maybe_sent=True), 1),
        (Fault.html(504), Unreachable("HTTP 504, no answer", maybe_sent=True), 0),
        (Fault.html(502), Unreachable("HTTP 502, not from Zalo"), 0),
        (refuse(-200, "Send message failed"), Unreachable("-200 Send message failed"), 0),
        (refuse(-32), Throttled(30.0), 0),
    ],
    ids=str,
)
async def test_whether_a_failed_call_may_have_been_heard_is_known(
    house: House, fault: Fault, expected: Any, heard: int
) -> None:
    await house.said()
    house.server.faults.add("cs", fault)
    with pytest.raises(type(expected)) as raised:
        await house.send("x")
    assert raised.value.args == expected.args
    assert getattr(raised.value, "maybe_sent", None) == getattr(expected, "maybe_sent", None)
    assert len([m for m in house.lan.messages if m.from_bot]) == heard


async def test_a_question_or_an_upload_that_failed_was_no_message(house: House, tmp_path: Path) -> None:
    house.server.webhook.url, url = "", house.server.webhook.url
    await house.lan.say("một sự kiện bị lỡ")
    message, upload = paper(tmp_path, "cv.pdf")
    for method in ("message", "file"):
        house.server.faults.add(method, Fault.cut(after=True))
        with pytest.raises(Unreachable) as raised:
            await house.send(message, upload)
        assert not raised.value.maybe_sent
        house.server.faults.clear()
        house.server.webhook.url = url
        await house.said()
    await house.send(message, upload)
    assert len([m for m in house.lan.messages if m.from_bot]) == 1


async def test_an_outage_is_safe_to_repeat(house: House) -> None:
    await house.said()
    await house.server.stop()
    with pytest.raises(Unreachable) as raised:
        await house.send("x")
    assert not raised.value.maybe_sent
    await house.server.start()
    await house.send("x")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("left", Blocked),
        ("banned", Blocked),
        ("restricted", Blocked),
        ("out_of_quota", Throttled),
        ("plan_expired", Revoked),
    ],
)
async def test_what_people_and_the_account_are_in_has_a_name(
    house: House, state: str, expected: type[Exception]
) -> None:
    await house.said()
    setattr(house.lan.person if hasattr(house.lan.person, state) else house.server.world, state, True)
    with pytest.raises(expected):
        await house.send("x")


async def test_a_database_that_is_away_means_later(house: House) -> None:
    await house.said()
    house.channel._db, whole = Database("sqlite+aiosqlite:////nowhere/at/all.db"), house.channel._db
    with pytest.raises(Unreachable) as raised:
        await house.send("x")
    assert not raised.value.maybe_sent
    await house.channel._db.close()
    house.channel._db = whole


# Tokens, names, the account, the clock


async def test_only_the_process_that_speaks_for_the_account_renews_its_tokens(
    server: ZaloOAServer, http: aiohttp.ClientSession, sqlite_url: str, clock: MovableClock
) -> None:
    db, renewed = Database(sqlite_url), asyncio.Queue[str]()
    await let_in(db, clock, server, due=True)

    def by(name: str) -> ZaloOA:
        async def by_this(access: str) -> None:
            renewed.put_nowait(name)
            await renew(db, SystemClock(), OAuth(Wire(http), server.url, APP_ID, server.app_secret), access)

        return ZaloOA(settings(server), http, db, by_this)

    speakers = {name: Speaker(db, SystemClock(), NAME, name) for name in ("one", "other")}
    assert await speakers["one"].take()
    jobs = [asyncio.create_task(speaker.keep()) for speaker in speakers.values()]
    jobs += [
        asyncio.create_task(speaker.while_speaking(partial(by(name).listen, Inbox().receive)))
        for name, speaker in speakers.items()
    ]
    assert await asyncio.wait_for(renewed.get(), 5) == "one"
    await asyncio.wait(jobs, timeout=0.2)
    assert renewed.empty()
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
    await db.close()


async def test_names_and_the_account_are_looked_up_without_renewing_anything(house: House) -> None:
    assert isinstance(house.channel, KnowsNames)
    assert isinstance(house.channel, Timed)
    assert isinstance(house.channel, Checkable)
    house.lan.opened()
    assert await house.channel.name_of(LAN) == "Trần Thị Lan"
    assert house.channel.invite_link("4839 2061") is None
    assert (await house.channel.check()).name == "UBND huyện"
    assert house.channel.invite_link("4839 2061") == f"https://zalo.me/{OA_ID}"
    house.server.oauth.expire_access()
    assert await house.channel.name_of(LAN) == ""
    with pytest.raises(Revoked):
        await house.channel.check()
    assert "access_token" not in {call.method for call in house.server.calls}


async def test_the_doctor_asks_zalo_and_says_what_to_do(house: House, sqlite_url: str, tmp_path: Path) -> None:
    doctor = Doctor(settings(house.server, sqlite_url, data_dir=tmp_path, port=free_port()), SystemClock())
    found = {each.name: each for each in await doctor.examine()}
    assert found["zalo_oa"].status == Status.OK
    assert "UBND huyện" in found["zalo_oa"].message
    assert found["zalo_oa.clock"].status == Status.OK
    assert "zalo_oa.door" not in found
    house.server.oauth.revoke()
    found = {each.name: each for each in await doctor.examine()}
    assert found["zalo_oa"].status == Status.FAILURE
    assert "zalo-oa authorise" in found["zalo_oa"].message


async def test_a_request_for_the_proof_of_the_secret_is_met(house: House) -> None:
    house.server.proof = True
    await house.said()
    await house.send("x")


async def test_the_clock_of_the_sandbox_is_refused_while_the_real_zalo_is_spoken_to(
    server: ZaloOAServer, tmp_path: Path
) -> None:
    ours = {"clock_file": tmp_path / "clock", "telegram_api_url": "http://127.0.0.1:1"}
    choose_clock(settings(server, **ours))
    real = settings(server, **ours).model_copy(update={"zalo_oa_api_url": "https://openapi.zalo.me"})
    with pytest.raises(ValueError, match="loopback"):
        choose_clock(real)


def test_half_a_configuration_is_refused(server: ZaloOAServer) -> None:
    with pytest.raises(ValueError, match="NHACVIEC_ZALO_OA_SECRET_KEY"):
        ZaloOA(settings(server).model_copy(update={"zalo_oa_secret_key": None}), None, None)  # type: ignore[arg-type]


async def test_no_secret_reaches_the_log(
    house: House, caplog: pytest.LogCaptureFixture, http: aiohttp.ClientSession
) -> None:
    with caplog.at_level(logging.DEBUG):
        await house.said("Báo cáo mật của Phòng Tư pháp")
        house.server.oauth.expire_access()
        for fault in (Fault.cut(), Fault.hang(), refuse(-216), refuse(-201)):
            house.server.faults.add("cs", fault)
        house.server.faults.add("access_token", Fault.html(502))
        for _ in range(4):
            with pytest.raises((Unreachable, Rejected, Revoked)):
                await house.send("Nội dung mật")
        house.inbox.refusals = 1
        await house.said("Thêm một tin mật")
    for secret in (house.server.app_secret, OA_SECRET, "mật", "access0", "refresh0", LAN.chat):
        assert secret not in caplog.text
    assert repr(house.channel) == "ZaloOA()"


# All of it


@pytest.mark.parametrize("numbered", [False, pytest.param(True, marks=pytest.mark.full)], ids=["buttons", "numbers"])
async def test_a_stranger_becomes_the_coordinator_by_zalo_alone(
    server: ZaloOAServer, sqlite_url: str, clock: MovableClock, tmp_path: Path, numbered: bool
) -> None:
    """Signed events in and told twice, names looked up, buttons pressed or their numbers typed, answers out."""
    server.world.shapes = dict.fromkeys("abc", -201) if numbered else {}
    server.webhook.redeliver = 2
    db = Database(sqlite_url)
    await let_in(db, clock, server)
    port = free_port()
    app = App(settings(server, sqlite_url, port=port, data_dir=tmp_path, tick_seconds=3600), clock)
    server.webhook.url = f"http://127.0.0.1:{port}{PATH}"
    await app.start()
    try:
        lan = server.user(LAN.chat, "Trần Thị Lan")

        async def settled() -> list[str]:
            await asyncio.wait_for(server.idle(), 10)
            await app.settled(20)
            return [message.text for message in lan.messages if message.from_bot]

        code = await app.first_code()
        assert code is not None
        await lan.start(code)
        assert len(await settled()) == 1
        asked = lan.messages[-1]
        if numbered:
            assert "1. " in asked.text
            await lan.say("1")
        else:
            await lan.press(asked, asked.buttons[0][0].label)
        assert len(await settled()) == 2
        async with db.reading() as session:
            contact = (await session.scalars(select(Contact))).one()
            rows = len((await session.scalars(select(Received))).all())
            sent = (await session.scalars(select(Delivery))).all()
        assert (contact.name, contact.person is not None) == ("Trần Thị Lan", True)
        assert rows == 3
        assert all(delivery.message_id for delivery in sent)
    finally:
        await app.stop()
        await db.close()
