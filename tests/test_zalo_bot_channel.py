"""The Zalo Bot channel against a Zalo on this machine: nothing is faked but the platform itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.channel import Blocked, OutsideWindow, Raw, Rejected, Revoked, Throttled, TooBigToFetch, Unreachable
from bot.channels.zalo_bot import CAPABILITIES, ZaloBot, write
from bot.channels.zalo_bot_door import SECRET_HEADER, raw
from bot.channels.zalo_bot_media import Media, PublicOnly
from bot.channels.zalo_bot_read import key, read
from bot.channels.zalo_bot_wire import Api, Strange, TimedOut, ZaloRefusal
from bot.fit import fit
from bot.messages import Address, Button, FileKind, Incoming, InFile, Notice, OutFile, Outgoing
from bot.sandbox.ports import free_port
from bot.sandbox.zalo_bot import Fault, Plan, User, ZaloBotServer
from bot.settings import Settings

TOKEN = "12345689:CANARYcanaryCANARYcanaryCANARYcanary"
LAN_ID = "6ede9afa66b88fe6d6a9"
LAN = Address("zalo_bot", LAN_ID)
NOW = datetime(2026, 9, 10, 9, tzinfo=UTC)

FAILURES = [
    (ZaloRefusal(429, "Quota exceeded"), Throttled(60.0)),
    (ZaloRefusal(400, "Bad Request"), Rejected("400 Bad Request")),
    (ZaloRefusal(400, "Bad Request: chat not found"), Blocked("400 Bad Request: chat not found")),
    (ZaloRefusal(403, "Internal server error"), Unreachable("403 Internal server error")),
    (ZaloRefusal(403, "Bot was blocked by the user"), Blocked("403 Bot was blocked by the user")),
    (ZaloRefusal(400, "User has not interacted with bot"), OutsideWindow("400 User has not interacted with bot")),
    (ZaloRefusal(404, "Not Found"), Blocked("404 Not Found")),
    (ZaloRefusal(401, "Unauthorized"), Revoked("401 Unauthorized")),
    (ZaloRefusal(408, "Request timeout"), TimedOut("408 Request timeout", maybe_sent=True)),
    (ZaloRefusal(425, "The sticker is invalid"), Rejected("425 The sticker is invalid")),
    (ZaloRefusal(502), Unreachable("502")),
    (ZaloRefusal(504), Unreachable("504", maybe_sent=True)),
    (ZaloRefusal(-216, "something new"), Rejected("-216 something new")),
    (Strange(401), Unreachable("HTTP 401, not from Zalo")),
    (Strange(504), Unreachable("HTTP 504, not from Zalo", maybe_sent=True)),
    (Strange(200, cut=True), Unreachable("HTTP 200, cut short", maybe_sent=True)),
    (aiohttp.ServerDisconnectedError(), Unreachable("ServerDisconnectedError", maybe_sent=True)),
    (aiohttp.SocketTimeoutError(), Unreachable("SocketTimeoutError", maybe_sent=True)),
    (aiohttp.ConnectionTimeoutError(), Unreachable("ConnectionTimeoutError")),
]


@dataclass
class Inbox:
    """What `receive` was handed: committed, or refused while `refusals` last."""

    refusals: int = 0
    rows: asyncio.Queue[Raw] = field(default_factory=asyncio.Queue)

    async def receive(self, rows: Sequence[Raw]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise RuntimeError("the disk is full")
        for row in rows:
            self.rows.put_nowait(row)

    async def next(self) -> Raw:
        return await asyncio.wait_for(self.rows.get(), 3)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
async def server() -> AsyncIterator[ZaloBotServer]:
    server = ZaloBotServer(TOKEN, now=lambda: NOW, retry_base=0.005)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def settings(url: str, **more: Any) -> Settings:
    return Settings(_env_file=None, **{"zalo_bot_token": TOKEN, "zalo_bot_api_url": url, "public_url": "", **more})


@pytest.fixture
async def channel(server: ZaloBotServer, http: aiohttp.ClientSession) -> AsyncIterator[ZaloBot]:
    channel = ZaloBot(settings(server.url), http, Api(http, server.url, TOKEN, read=0.15))
    channel.poller.first, channel.poller.seconds = 0.01, 0.3
    yield channel
    await channel.close()


@pytest.fixture
def lan(server: ZaloBotServer) -> User:
    """She has written to the bot, long ago."""
    lan = server.user(LAN_ID, "Lan")
    lan.opened()
    return lan


@contextlib.asynccontextmanager
async def polling(channel: ZaloBot, inbox: Inbox) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(channel.listen(inbox.receive))
    yield task
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def reading(channel: ZaloBot, row: Raw) -> Incoming | Notice:
    return channel.read(json.loads(row.body), NOW)


# Coming in by polling


async def test_polling_takes_one_update_at_a_time_and_a_quiet_wait_is_no_failure(
    channel: ZaloBot, server: ZaloBotServer, lan: User, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with polling(channel, inbox):
        await asyncio.sleep(0.4)  # longer than a poll is held
        await lan.say("một")
        await lan.say("hai")
        rows = [await inbox.next(), await inbox.next()]
        await asyncio.wait_for(server.idle(), 3)
    assert [row.lane for row in rows] == [str(LAN)] * 2
    texts = [each.text for row in rows if isinstance(each := reading(channel, row), Incoming)]
    assert texts == ["một", "hai"]
    assert any(call.status == 408 for call in server.calls)
    assert "polling failed" not in caplog.text


async def test_what_was_polled_is_insisted_on_as_it_never_comes_again(
    channel: ZaloBot, lan: User, inbox: Inbox
) -> None:
    inbox.refusals = 2
    await lan.say("xin chào")
    async with polling(channel, inbox):
        assert "xin chào" in (await inbox.next()).body.decode()


@pytest.mark.parametrize(
    "fault", [Fault.refuse(403), Fault.refuse(400), Fault.html(502), Fault.html(401), Fault.cut(), Fault.refuse(429)]
)
async def test_polling_outlives_trouble(
    channel: ZaloBot, server: ZaloBotServer, lan: User, inbox: Inbox, fault: Fault
) -> None:
    server.faults.add("getUpdates", fault, times=2)
    await lan.say("xin chào")
    async with polling(channel, inbox):
        await inbox.next()


async def test_polling_beside_a_webhook_rests_between_questions(
    channel: ZaloBot, server: ZaloBotServer, inbox: Inbox
) -> None:
    """It is refused at once then, so that asking on without a rest would never end."""
    channel.poller.first = 0.05
    server.updates.url = "http://127.0.0.1:9/"
    async with polling(channel, inbox):
        await asyncio.sleep(0.3)
    assert sum(call.method == "getUpdates" for call in server.calls) < 8


async def test_polling_ends_loudly_when_the_token_is_refused(
    channel: ZaloBot, server: ZaloBotServer, inbox: Inbox
) -> None:
    server.reset_token("12345689:another")
    with pytest.raises(Revoked):
        await channel.listen(inbox.receive)
    with pytest.raises(Revoked):
        await channel.start()


def test_a_key_tells_messages_apart_and_deliveries_not() -> None:
    message = {"message_id": "2d75", "chat": {"id": LAN_ID}, "from": {"id": LAN_ID}, "text": "a"}
    first = {"event_name": "message.text.received", "message": message}
    assert key(first) == key({"ok": True, "result": first})
    others = [{**first, "message": {**message, **changed}} for changed in ({"message_id": "3"}, {"chat": {"id": "b"}})]
    assert len({key(update) for update in [first, *others]}) == 3
    long = {**first, "message": {**message, "message_id": "9" * 300}}
    assert len(key(long) or "") <= 200


def test_what_bears_no_id_is_a_row_of_its_own_each_time() -> None:
    """Two cards sent on one day look alike, and both are to be answered."""
    bare = {"event_name": "message.unsupported.received", "message": {"chat": {"id": LAN_ID}}}
    assert key(bare) is None
    assert raw(bare).key != raw(bare).key


# Coming in by webhook


@pytest.fixture
async def hooked(server: ZaloBotServer, http: aiohttp.ClientSession, inbox: Inbox) -> AsyncIterator[ZaloBot]:
    """A channel with its webhook served and set."""
    port = free_port()
    channel = ZaloBot(settings(server.url, public_url=f"http://127.0.0.1:{port}"), http)
    app = web.Application()
    app.add_routes(channel.routes(inbox.receive))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await channel.start()
    await asyncio.wait_for(channel.listen(inbox.receive), 1)
    yield channel
    await runner.cleanup()
    await channel.close()


async def test_a_webhook_is_set_up_though_the_probe_bears_no_secret(hooked: ZaloBot, inbox: Inbox) -> None:
    assert inbox.rows.empty()
    account = await hooked.check()
    assert (account.name, account.called, account.fits) == ("bot.VDKyGxQvc", True, True)


async def test_a_probe_that_fails_is_told(server: ZaloBotServer, http: aiohttp.ClientSession) -> None:
    channel = ZaloBot(settings(server.url, public_url=f"http://127.0.0.1:{free_port()}"), http)
    with structlog.testing.capture_logs() as told:
        await channel.start()
    assert "webhook.err.unreachable" in str(told)


@pytest.mark.parametrize("wrapped", [False, True])
async def test_a_webhook_delivers_flat_or_wrapped_and_is_repeated_until_committed(
    hooked: ZaloBot, server: ZaloBotServer, lan: User, inbox: Inbox, wrapped: bool
) -> None:
    server.updates._wrapped = wrapped
    inbox.refusals = 2
    await lan.say("xin chào")
    found = reading(hooked, await inbox.next())
    assert isinstance(found, Incoming)
    assert (found.text, found.at, found.private) == ("xin chào", NOW, True)
    await asyncio.wait_for(server.idle(), 3)
    assert inbox.rows.empty()


async def test_the_webhook_opens_only_to_the_secret(
    hooked: ZaloBot, server: ZaloBotServer, http: aiohttp.ClientSession, inbox: Inbox
) -> None:
    url, update = server.updates.url, {"event_name": "message.text.received", "message": {}}
    wrong = {SECRET_HEADER: "mykey-abcyxz"}
    right = {SECRET_HEADER: server.updates.secret}
    for sent, expected in (
        ({}, 200),
        ({"data": b""}, 200),
        ({"json": update}, 403),
        ({"json": update, "headers": wrong}, 403),
        ({"headers": wrong}, 403),
        ({"headers": right}, 200),
        ({"headers": right, "data": b"<xml/>"}, 400),
        ({"headers": right, "data": b"x" * 1_000_001}, 413),
        ({"headers": right, "data": b"[" * 200_000}, 400),
        ({"data": b'{"a":' * 100_000}, 200),
    ):
        async with http.post(url, **sent) as answer:  # type: ignore[arg-type]
            assert answer.status == expected, sent
    for method in ("GET", "HEAD"):
        async with http.request(method, url) as answer:
            assert answer.status == 200
    assert inbox.rows.empty()
    inbox.refusals = 1
    async with http.post(url, json=update, headers=right) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize("date", [10**300, 1e300, 253402300800000, -5, "x", None])
def test_whatever_a_message_says_it_is_read(date: object) -> None:
    said = {"message_id": "m" * 900, "text": "a", "date": date, "from": {"id": "1" * 900}, "chat": 5}
    update = {"event_name": "message.text.received", "message": said}
    found = read(json.loads(json.dumps(update)), NOW)
    assert isinstance(found, Incoming)
    assert found.at == NOW
    assert len(found.sender.chat) == 64


async def test_the_address_of_the_webhook_is_no_part_of_the_token(hooked: ZaloBot, server: ZaloBotServer) -> None:
    assert TOKEN.partition(":")[2] not in server.updates.url
    assert server.updates.secret not in server.updates.url
    assert 8 <= len(server.updates.secret) <= 256


async def test_our_own_messages_that_come_back_are_dropped(
    hooked: ZaloBot, server: ZaloBotServer, lan: User, inbox: Inbox
) -> None:
    server.world.echo = True
    await hooked.send(LAN, Outgoing("Kính gửi"), None)
    assert isinstance(reading(hooked, await inbox.next()), Notice)


@pytest.mark.parametrize("shape", ["full", "no sender", "bare"])
async def test_a_document_comes_as_something_unseen_or_as_nothing_at_all(
    hooked: ZaloBot, server: ZaloBotServer, lan: User, inbox: Inbox, shape: Any
) -> None:
    server.world.unsupported = shape
    await lan.send_document("bao-cao.docx", b"PK", caption="đây")
    found = reading(hooked, await inbox.next())
    if shape == "bare":
        assert isinstance(found, Notice)
        return
    assert isinstance(found, Incoming)
    assert (found.unseen, found.chat, found.text) == (True, LAN, "")


async def test_in_a_group_it_hears_those_who_name_it(
    hooked: ZaloBot, server: ZaloBotServer, lan: User, inbox: Inbox
) -> None:
    group = server.group("Tổ tổng hợp")
    await lan.say("nói với nhau", group)
    await lan.mention("ai chưa nộp", group)
    found = reading(hooked, await inbox.next())
    assert isinstance(found, Incoming)
    assert (found.called, found.private, found.chat.chat) == (True, False, group.id)


# Going out


async def test_a_text_arrives_plain(channel: ZaloBot, server: ZaloBotServer, lan: User) -> None:
    sent = await channel.send(LAN, Outgoing("**Hạn** 17/5 *"), None)
    assert (sent.message_id, lan.messages[-1].text) == (lan.messages[-1].message_id, "**Hạn** 17/5 *")
    assert "parse_mode" not in server.calls[-1].params


async def test_every_part_of_a_long_message_is_taken(channel: ZaloBot, lan: User) -> None:
    parts = fit(Outgoing("📌 Đề nghị báo cáo kết quả. " * 300), CAPABILITIES).parts
    for part in parts:
        await channel.send(LAN, part, None)
    assert len(lan.messages) == len(parts) > 3
    with pytest.raises(Rejected):
        await channel.send(LAN, Outgoing("📌" * 1001), None)


@pytest.mark.parametrize(
    "part", [Outgoing("", file=OutFile("a.docx", "aa")), Outgoing("Nhận?", ((Button("Đã nhận", "nhan 17"),),))]
)
def test_what_cannot_be_written_is_our_mistake(part: Outgoing) -> None:
    with pytest.raises(Rejected):
        write(LAN, part)


@pytest.mark.parametrize(
    ("fault", "maybe_sent"),
    [
        (Fault.refuse(403), False),
        (Fault.refuse(408), True),
        (Fault.html(502), False),
        (Fault.html(504), True),
        (Fault.html(200), False),
        (Fault.cut(), True),
        (Fault.cut(after=True), True),
        (Fault.truncated(), True),
        (Fault.hang(after=True), True),
    ],
)
async def test_trouble_on_the_wire_tells_whether_it_may_have_been_sent(
    channel: ZaloBot, server: ZaloBotServer, lan: User, fault: Fault, maybe_sent: bool
) -> None:
    server.faults.add("sendMessage", fault)
    with pytest.raises(Unreachable) as raised:
        await channel.send(LAN, Outgoing("Nhắc"), None)
    assert raised.value.maybe_sent is maybe_sent
    assert len(lan.messages) == (1 if fault.after else 0)


async def test_nobody_listening_is_not_sent(channel: ZaloBot, server: ZaloBotServer) -> None:
    await server.stop()
    with pytest.raises(Unreachable) as raised:
        await channel.send(LAN, Outgoing("Nhắc"), None)
    assert raised.value.maybe_sent is False


async def test_throttled_and_blocked_have_their_names(channel: ZaloBot, server: ZaloBotServer, lan: User) -> None:
    with pytest.raises(Blocked):
        await channel.send(Address("zalo_bot", "404"), Outgoing("Nhắc"), None)
    await lan.block()
    with pytest.raises(Blocked):
        await channel.send(LAN, Outgoing("Nhắc"), None)
    await lan.unblock()
    server.world.plan = Plan(messages=0)
    with pytest.raises(Throttled) as throttled:
        await channel.send(LAN, Outgoing("Nhắc"), None)
    assert throttled.value.retry_after >= 60


# What people send


async def test_a_photo_somebody_sent_is_fetched(channel: ZaloBot, lan: User, inbox: Inbox) -> None:
    data = bytes(range(256)) * 1000
    await lan.send_photo(data, "Bản ký")
    async with polling(channel, inbox):
        found = reading(channel, await inbox.next())
    assert isinstance(found, Incoming)
    assert found.files[0].kind == FileKind.PHOTO
    assert b"".join([chunk async for chunk in channel.fetch(found.files[0])]) == data


async def test_a_fetch_that_fails_has_a_name(server: ZaloBotServer, lan: User) -> None:
    small = Media(server.url, 1000)
    good = (await lan.send_photo(b"x" * 900)).url
    assert b"".join([chunk async for chunk in small.fetch(good)]) == b"x" * 900
    cases = [
        ((await lan.send_photo(b"x" * 1001)).url, None, TooBigToFetch),
        (f"{server.url}/media/gone.jpg", None, Rejected),
        (good, Fault.html(503), Unreachable),
        (good, Fault.html(302), Rejected),
        ("https://photo-stal-1.zdn.vn.evil.example/a.jpg", None, Rejected),
    ]
    for url, fault, expected in cases:
        if fault:
            server.faults.add("media", fault)
        with pytest.raises(expected):
            _ = [chunk async for chunk in small.fetch(url)]
    await small.close()


@pytest.mark.parametrize(
    ("url", "permitted"),
    [
        ("https://photo-stal-1.zdn.vn/1/a.jpg", True),
        ("https://zalo-api.zadn.vn:443/a", True),
        ("http://photo-stal-1.zdn.vn/1/a.jpg", False),
        ("https://photo-stal-1.zdn.vn:8443/a.jpg", False),
        ("https://zdn.vn.example.com/a.jpg", False),
        ("https://xzdn.vn/a.jpg", False),
        ("https://ha@photo.zdn.vn/a.jpg", False),
        ("https://127.0.0.1/a.jpg", False),
        ("https://[::1]/a.jpg", False),
        ("https://169.254.169.254/latest", False),
        ("https://photo.zdn.vn:port/a.jpg", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_media_are_fetched_from_zalo_alone(url: str, permitted: bool) -> None:
    assert Media("https://bot-api.zaloplatforms.com", 1).permits(url) is permitted


class Told(AbstractResolver):
    """Answers with these addresses."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=at, port=port, family=family, proto=0, flags=0) for at in self.addresses
        ]

    async def close(self) -> None: ...


async def test_a_name_that_leads_into_our_own_network_leads_nowhere() -> None:
    for private in ("127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fd00::1"):
        with pytest.raises(OSError, match="no public address"):
            await PublicOnly(Told(private)).resolve("photo.zdn.vn")
    found = await PublicOnly(Told("10.0.0.1", "118.102.1.1")).resolve("photo.zdn.vn")
    assert [each["host"] for each in found] == ["118.102.1.1"]


async def test_expired_media_are_gone(http: aiohttp.ClientSession) -> None:
    moment = [NOW]
    server = ZaloBotServer(TOKEN, now=lambda: moment[0])
    await server.start()
    photo = await server.user(LAN_ID, "Lan").send_photo(b"x")
    channel = ZaloBot(settings(server.url), http)
    moment[0] += timedelta(days=8)
    with pytest.raises(Rejected):
        _ = [chunk async for chunk in channel.fetch(InFile(photo.url, "a.jpg", FileKind.PHOTO))]
    await channel.close()
    await server.stop()


async def test_the_token_never_reaches_the_logs(
    channel: ZaloBot,
    server: ZaloBotServer,
    lan: User,
    inbox: Inbox,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    inbox.refusals = 1
    for fault in (Fault.html(502), Fault.cut(), Fault.truncated()):
        server.faults.add("getUpdates", fault)
        server.faults.add("sendMessage", fault)
    await channel.start()
    for _ in range(3):
        with contextlib.suppress(Unreachable):
            await channel.send(LAN, Outgoing("Nhắc"), None)
    try:
        await channel.send(Address("zalo_bot", "404"), Outgoing("Nhắc"), None)
    except Blocked:
        logging.getLogger("app").exception("not sent by %r", channel)
    await lan.say("lost with the answer that was cut short")
    await lan.say("xin chào")
    async with polling(channel, inbox):
        assert "xin chào" in (await inbox.next()).body.decode()
    told = caplog.text + capsys.readouterr().out
    assert "not sent" in told
    assert "polling failed" in told
    assert "CANARY" not in told
