"""The Telegram channel against a Telegram on this machine: nothing is faked but the platform itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from bot.channel import (
    Blocked,
    HasMenu,
    Moved,
    NotEditable,
    OutsideWindow,
    Raw,
    Rejected,
    Revoked,
    Throttled,
    TooBigToFetch,
    Unreachable,
    Upload,
)
from bot.channels.telegram import Telegram, write
from bot.channels.telegram_door import BODY_LIMIT, SECRET_HEADER
from bot.channels.telegram_read import key
from bot.channels.telegram_request import MaybeSent, NotSent, TelegramRequest
from bot.clocks import SystemClock
from bot.door import Door
from bot.messages import Address, Button, FileKind, Incoming, InFile, OutFile, Outgoing
from bot.sandbox.telegram import Fault, TelegramServer, User
from bot.settings import Settings
from db import Database
from db.mail import Received

TOKEN = "123456:CANARYcanaryCANARYcanaryCANARYcanary"
LAN = Address("telegram", "42")
NOW = datetime(2024, 5, 16, 1, 42, tzinfo=UTC)

FAILURES = [
    (RetryAfter(7), Throttled(7.0)),
    (RetryAfter(timedelta(seconds=9)), Throttled(9.0)),
    (NetworkError("Too Many Requests"), Throttled(5)),
    (ChatMigrated(-100777), Moved(Address("telegram", "-100777"))),
    (Forbidden("Forbidden: bot was blocked by the user"), Blocked("Forbidden: bot was blocked by the user")),
    (
        Forbidden("bot can't initiate conversation with a user"),
        OutsideWindow("bot can't initiate conversation with a user"),
    ),
    (BadRequest("Chat not found"), Blocked("Chat not found")),
    (BadRequest("PEER_ID_INVALID"), Blocked("PEER_ID_INVALID")),
    (BadRequest("Message text is empty"), Rejected("Message text is empty")),
    (BadRequest("Message to edit not found"), NotEditable("Message to edit not found")),
    (BadRequest("Message can't be edited"), NotEditable("Message can't be edited")),
    (BadRequest("File is too big"), TooBigToFetch("File is too big")),
    (NetworkError("Request Entity Too Large"), Rejected("Request Entity Too Large")),
    (InvalidToken("Unauthorized"), Revoked("Unauthorized")),
    (Conflict("terminated by other getUpdates request"), Unreachable("terminated by other getUpdates request")),
    (NotSent("ClientConnectorError"), Unreachable("ClientConnectorError")),
    (TimedOut("Pool timeout: all connections are occupied"), Unreachable("Pool timeout: all connections are occupied")),
    (TimedOut("SocketTimeoutError"), Unreachable("SocketTimeoutError", maybe_sent=True)),
    (MaybeSent("ServerDisconnectedError"), Unreachable("ServerDisconnectedError", maybe_sent=True)),
    (NetworkError("Internal Server Error"), Unreachable("Internal Server Error")),
]


@dataclass
class Inbox:
    """What `receive` was handed: a batch is committed, or refused while `refusals` last."""

    refusals: int = 0
    batches: asyncio.Queue[Sequence[Raw]] = field(default_factory=asyncio.Queue)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, rows: Sequence[Raw]) -> None:
        await self.batches.put(rows)
        await self.gate.wait()
        if self.refusals:
            self.refusals -= 1
            raise RuntimeError("the disk is full")

    async def next(self) -> Sequence[Raw]:
        return await asyncio.wait_for(self.batches.get(), 3)


@pytest.fixture
def inbox() -> Inbox:
    inbox = Inbox()
    inbox.gate.set()
    return inbox


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    server = TelegramServer(TOKEN, now=lambda: NOW, retry_base=0.005)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def settings(url: str, **more: Any) -> Settings:
    return Settings(_env_file=None, **{"telegram_token": TOKEN, "telegram_api_url": url, "public_url": "", **more})


@pytest.fixture
def channel(server: TelegramServer, http: aiohttp.ClientSession) -> Telegram:
    channel = Telegram(settings(server.url), http, TelegramRequest(http, read=0.15, connect=2))
    channel.poller.first = 0.01
    return channel


@pytest.fixture
async def lan(server: TelegramServer) -> User:
    """She has pressed Start, long ago."""
    lan = server.user(42, "Lan")
    await lan.start()
    return lan


@contextlib.asynccontextmanager
async def polling(channel: Telegram, inbox: Inbox) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(channel.listen(inbox.receive))
    yield task
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def listener() -> socket.socket:
    """On a loopback port below 32768."""
    for port in range(12000, 17000, 7):
        sock = socket.socket()
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            sock.close()
            continue
        return sock
    raise OSError("no port free")


@contextlib.asynccontextmanager
async def serving(app: web.Application, sock: socket.socket) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, sock).start()
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    await runner.cleanup()


def upload(folder: Path, ref: str | None = None) -> Upload:
    path = folder / "blob"
    path.write_bytes(b"PK bao cao")
    return Upload("Báo cáo quý II.docx", path, ref)


WITH_FILE = Outgoing("Mẫu báo cáo", file=OutFile("Báo cáo quý II.docx", "aa"))


# Coming in by polling


async def test_polling_confirms_a_batch_only_after_its_rows_are_committed(
    channel: Telegram, server: TelegramServer, inbox: Inbox
) -> None:
    inbox.gate.clear()
    await server.user(42, "Lan").say("xin chào")
    async with polling(channel, inbox):
        rows = await inbox.next()
        assert server.pending == 1
        inbox.gate.set()
        await asyncio.wait_for(server.idle(), 3)
    assert [(row.channel, row.lane) for row in rows] == [("telegram", "telegram:42")]
    reading = channel.read(json.loads(rows[0].body), NOW)
    assert isinstance(reading, Incoming)
    assert (reading.text, reading.at, reading.private) == ("xin chào", NOW, True)


async def test_a_batch_that_could_not_be_committed_comes_again(
    channel: Telegram, server: TelegramServer, inbox: Inbox
) -> None:
    inbox.refusals = 2
    await server.user(42, "Lan").say("một")
    await server.user(43, "Bình").say("hai")
    async with polling(channel, inbox):
        batches = [await inbox.next() for _ in range(3)]
        await asyncio.wait_for(server.idle(), 3)
    assert [len(batch) for batch in batches] == [2, 2, 2]
    assert len({row.key for batch in batches for row in batch}) == 2


async def test_polling_anew_begins_without_the_offset_of_before(
    channel: Telegram, server: TelegramServer, inbox: Inbox
) -> None:
    """Another process may have polled meanwhile."""
    inbox.gate.clear()
    await server.user(42, "Lan").say("xin chào")
    async with polling(channel, inbox):
        await inbox.next()
        inbox.gate.set()
        await asyncio.wait_for(server.idle(), 3)
    async with polling(channel, inbox):
        await server.user(42, "Lan").say("còn ai không")
        await inbox.next()
    offsets = [call.params.get("offset") for call in server.calls if call.method == "getUpdates"]
    assert offsets[1:3] == ["2", None]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.refuse(500),
        Fault.refuse(409),
        Fault.html(502),
        Fault.html(401),
        Fault.cut(),
        Fault.truncated(),
        Fault.throttle(0),
    ],
)
async def test_polling_outlives_trouble(channel: Telegram, server: TelegramServer, inbox: Inbox, fault: Fault) -> None:
    server.faults.add("getUpdates", fault, times=2)
    await server.user(42, "Lan").say("xin chào")
    async with polling(channel, inbox):
        assert len(await inbox.next()) == 1


async def test_polling_outlives_an_outage(channel: Telegram, server: TelegramServer, inbox: Inbox) -> None:
    async with polling(channel, inbox):
        await server.user(42, "Lan").say("trước")
        await inbox.next()
        await server.stop()
        await server.start()
        await server.user(42, "Lan").say("sau")
        while "sau" not in (await inbox.next())[-1].body.decode():
            pass


async def test_polling_ends_loudly_when_the_token_is_refused(
    server: TelegramServer, http: aiohttp.ClientSession, inbox: Inbox
) -> None:
    stranger = Telegram(settings(server.url, telegram_token="123456:" + "x" * 30), http)
    with pytest.raises(Revoked):
        await stranger.listen(inbox.receive)
    with pytest.raises(Revoked):
        await stranger.start()


async def test_updates_of_a_restarted_count_are_still_read(
    channel: Telegram, server: TelegramServer, inbox: Inbox
) -> None:
    server.restart_update_ids(900_000)
    async with polling(channel, inbox):
        await server.user(42, "Lan").say("trước")
        await inbox.next()
        await asyncio.wait_for(server.idle(), 3)
        server.restart_update_ids(5)
        await server.user(42, "Lan").say("sau")
        assert "sau" in (await inbox.next())[0].body.decode()


def test_a_key_tells_events_apart_and_deliveries_not() -> None:
    lan, chat = {"id": 42, "first_name": "Lan"}, {"id": 42, "type": "private"}
    message = {"message_id": 5, "from": lan, "chat": chat, "date": 10, "text": "a"}
    edits = [{**message, "edit_date": 11, "text": text} for text in "bc"]
    first = {"update_id": 1, "message": message}
    assert key(first) == key({**first, "update_id": 70_000})
    others = [{"update_id": 1, "edited_message": edit} for edit in edits]
    others += [{"update_id": 1, "message": {**message, **changed}} for changed in ({"message_id": 6}, {"date": 12})]
    others += [{"update_id": 1, "callback_query": {"id": id_, "from": lan, "data": "x"}} for id_ in "12"]
    others += [{"update_id": 1, "my_chat_member": {"chat": chat, "from": lan, "date": date}} for date in (1, 2)]
    assert len({key(update) for update in [first, *others]}) == len(others) + 1
    assert key({"update_id": 3}) != key({"update_id": 4})


# Coming in by webhook


@pytest.fixture
async def hooked(server: TelegramServer, http: aiohttp.ClientSession, inbox: Inbox) -> AsyncIterator[str]:
    """A channel with its webhook served and set; the URL of the webhook."""
    sock = listener()
    root = f"http://127.0.0.1:{sock.getsockname()[1]}"
    channel = Telegram(settings(server.url, public_url=root), http)
    app = web.Application()
    app.add_routes(channel.routes(inbox.receive))
    async with serving(app, sock):
        await channel.start()
        await asyncio.wait_for(channel.listen(inbox.receive), 1)
        yield str(server.calls[-1].params["url"])


async def test_a_webhook_delivers_and_is_repeated_until_committed(
    hooked: str, server: TelegramServer, inbox: Inbox
) -> None:
    inbox.refusals = 1
    await server.user(42, "Lan").say("xin chào")
    first, second = await inbox.next(), await inbox.next()
    await asyncio.wait_for(server.idle(), 3)
    assert first == second
    assert json.loads(first[0].body)["message"]["text"] == "xin chào"


async def test_a_webhook_without_the_secret_is_shut(hooked: str, http: aiohttp.ClientSession, inbox: Inbox) -> None:
    for headers in ({}, {SECRET_HEADER: "guess"}, {SECRET_HEADER: "đoán"}):
        async with http.post(hooked, json={"update_id": 1}, headers=headers) as answer:
            assert (answer.status, await answer.read()) == (403, b"")
    assert inbox.batches.empty()


async def test_a_webhook_answers_each_body_properly(
    hooked: str, server: TelegramServer, http: aiohttp.ClientSession, inbox: Inbox
) -> None:
    secret = {SECRET_HEADER: server.calls[-1].params["secret_token"]}
    for body, status in ((b"x" * (BODY_LIMIT + 1), 413), (b"{", 400), (b"[]", 400), (b'{"update_id":1}', 200)):
        async with http.post(hooked, data=body, headers=secret) as answer:
            assert answer.status == status
    inbox.refusals = 1
    async with http.post(hooked, data=b'{"update_id":2}', headers=secret) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    "update",
    [
        {"message": {"chat": 5, "from": {"id": 1}}},
        {"message": {"chat": {"id": "x" * 500}, "message_id": "y" * 500}},
        {"callback_query": {"id": "1", "message": 5}},
        {"callback_query": 5, "message": [1]},
        {"edited_message": {"chat": {"id": 10**300}, "from": 5, "edit_date": "z" * 500}},
        {"message": {"text": "\ud800", "chat": {"id": 1}, "message_id": "\udfff\0"}},
    ],
)
async def test_whatever_an_update_says_it_is_kept_and_acknowledged(
    hooked: str, server: TelegramServer, http: aiohttp.ClientSession, inbox: Inbox, sqlite_url: str, update: object
) -> None:
    headers = {SECRET_HEADER: server.calls[-1].params["secret_token"]}
    async with http.post(hooked, data=json.dumps(update), headers=headers) as answer:
        assert answer.status == 200
    db = Database(sqlite_url)
    await Door(db, SystemClock()).receive(await inbox.next())
    async with db.reading() as session:
        [row] = await session.scalars(select(Received))
    assert (len(row.key) <= 200, len(row.lane) <= 100) == (True, True)
    await db.close()


async def test_a_body_nested_without_end_is_refused(
    hooked: str, server: TelegramServer, http: aiohttp.ClientSession
) -> None:
    headers = {SECRET_HEADER: server.calls[-1].params["secret_token"]}
    for body in (b"[" * 200_000, b'{"a":' * 100_000, b'{"a":' + b"9" * 5_000 + b"}"):
        async with http.post(hooked, data=body, headers=headers) as answer:
            assert answer.status == 400
    async with http.post(hooked, data=b"{}", headers={**headers, "Content-Encoding": "gzip"}) as answer:
        assert answer.status == 400


async def test_the_address_of_the_webhook_is_no_part_of_the_token(hooked: str, server: TelegramServer) -> None:
    assert TOKEN.partition(":")[2] not in hooked
    assert server.calls[-1].params["secret_token"] not in hooked
    assert server.calls[-1].params["allowed_updates"]


# Going out


async def test_a_text_with_buttons_arrives_and_is_edited_in_place(channel: Telegram, lan: User) -> None:
    sent = await channel.send(LAN, Outgoing("<b>Nhận?</b>", ((Button("Đã nhận", "nhan 17"),),)), None)
    message = lan.messages[-1]
    assert (sent.message_id, message.text) == (str(message.message_id), "<b>Nhận?</b>")
    assert message.buttons == [[("Đã nhận", "nhan 17")]]
    edited = await channel.send(LAN, Outgoing("Đã nhận 08:12"), None, edit=sent.message_id)
    assert edited == sent
    assert (message.text, message.buttons, len(lan.messages)) == ("Đã nhận 08:12", [], 2)


async def test_an_edit_that_changes_nothing_is_done_already(channel: Telegram, lan: User) -> None:
    sent = await channel.send(LAN, Outgoing("Đã nhận"), None)
    assert await channel.send(LAN, Outgoing("Đã nhận"), None, edit=sent.message_id) == sent


async def test_what_cannot_be_edited_says_so(channel: Telegram, lan: User, tmp_path: Path) -> None:
    with pytest.raises(NotEditable):
        await channel.send(LAN, Outgoing("x"), None, edit="999")
    with pytest.raises(NotEditable):
        await channel.send(LAN, WITH_FILE, upload(tmp_path), edit="1")


async def test_a_press_is_read_and_its_spinner_stopped(
    channel: Telegram, server: TelegramServer, lan: User, inbox: Inbox
) -> None:
    sent = await channel.send(LAN, Outgoing("Nhận?", ((Button("Đã nhận", "nhan 17"),),)), None)
    press = await lan.press(lan.messages[-1], "Đã nhận")
    async with polling(channel, inbox):
        rows = await inbox.next()
    payload = json.loads(rows[-1].body)
    later = NOW + timedelta(minutes=1)
    reading = channel.read(payload, later)
    assert isinstance(reading, Incoming)
    assert (reading.text, reading.pressed_on, reading.at) == ("nhan 17", sent.message_id, later)
    await channel.greet(payload)
    assert press.answered
    server.faults.add("answerCallbackQuery", Fault.refuse(400, "Bad Request: query is too old"))
    await channel.greet(payload)
    await channel.greet({"message": {}})


async def test_a_file_is_uploaded_once_and_then_sent_by_its_handle(
    channel: Telegram, server: TelegramServer, lan: User, tmp_path: Path
) -> None:
    first = await channel.send(LAN, WITH_FILE, upload(tmp_path))
    assert first.file_ref
    file = lan.messages[-1].file
    assert file is not None
    assert file.name == "Báo cáo quý II.docx"
    assert server.file_bytes(first.file_ref) == b"PK bao cao"
    again = await channel.send(LAN, WITH_FILE, Upload("x", tmp_path / "nowhere", first.file_ref))
    assert again.file_ref == first.file_ref
    assert lan.messages[-1].text == "Mẫu báo cáo"


async def test_a_handle_that_no_longer_holds_makes_it_upload_again(
    channel: Telegram, server: TelegramServer, lan: User, tmp_path: Path
) -> None:
    sent = await channel.send(LAN, WITH_FILE, upload(tmp_path, ref="of-another-bot"))
    assert sent.file_ref
    assert server.file_bytes(sent.file_ref) == b"PK bao cao"


@pytest.mark.usefixtures("lan")
async def test_a_file_we_do_not_have_is_our_mistake(channel: Telegram, tmp_path: Path) -> None:
    for missing in (None, Upload("x", tmp_path / "nowhere")):
        with pytest.raises(Rejected):
            await channel.send(LAN, WITH_FILE, missing)


@pytest.mark.parametrize(
    ("fault", "maybe_sent"),
    [
        (Fault.refuse(500), False),
        (Fault.html(502), False),
        (Fault.html(200), False),
        (Fault.html(504), True),
        (Fault.cut(), True),
        (Fault.cut(after=True), True),
        (Fault.truncated(), True),
        (Fault.hang(), True),
        (Fault.hang(after=True), True),
    ],
)
async def test_trouble_on_the_wire_tells_whether_it_may_have_been_sent(
    channel: Telegram, server: TelegramServer, lan: User, fault: Fault, maybe_sent: bool
) -> None:
    server.faults.add("sendMessage", fault)
    with pytest.raises(Unreachable) as raised:
        await channel.send(LAN, Outgoing("Nhắc"), None)
    assert raised.value.maybe_sent is maybe_sent
    assert len(lan.messages) == (2 if fault.after else 1)


async def test_nobody_listening_is_not_sent(channel: Telegram, server: TelegramServer) -> None:
    await server.stop()
    with pytest.raises(Unreachable) as raised:
        await channel.send(LAN, Outgoing("Nhắc"), None)
    assert raised.value.maybe_sent is False
    with pytest.raises(Unreachable):
        await channel.start()
    assert channel.invite_link("48392061") is None


async def test_throttled_blocked_and_unknown_have_their_names(
    channel: Telegram, server: TelegramServer, lan: User
) -> None:
    server.faults.add("sendMessage", Fault.throttle(17))
    with pytest.raises(Throttled) as throttled:
        await channel.send(LAN, Outgoing("Nhắc"), None)
    assert throttled.value.retry_after == 17
    await lan.block()
    with pytest.raises(Blocked):
        await channel.send(LAN, Outgoing("Nhắc"), None)
    with pytest.raises(Blocked):
        await channel.send(Address("telegram", "404"), Outgoing("Nhắc"), None)
    await lan.unblock()
    with pytest.raises(Rejected):
        await channel.send(LAN, Outgoing("x" * 5000), None)


async def test_a_group_that_moved_tells_its_new_address(channel: Telegram, server: TelegramServer, lan: User) -> None:
    group = server.group(-4005, "Tổ báo cáo")
    await group.add_bot(lan)
    await group.upgrade(lan)
    with pytest.raises(Moved) as moved:
        await channel.send(Address("telegram", "-4005"), Outgoing("Nhắc"), None)
    assert moved.value.to == Address("telegram", str(group.id))


def test_what_cannot_be_written_is_our_mistake() -> None:
    with pytest.raises(Rejected):
        write(LAN, Outgoing("?", ((Button("Gửi", "đ" * 33),),)))
    with pytest.raises(Rejected):
        write(Address("telegram", "lan"), Outgoing("?"))


# Files, menus, links


async def test_a_file_somebody_sent_is_fetched(channel: Telegram, lan: User, inbox: Inbox) -> None:
    data = bytes(range(256)) * 1000
    await lan.send_document("bao-cao.pdf", data, "application/pdf")
    async with polling(channel, inbox):
        rows = await inbox.next()
    reading = channel.read(json.loads(rows[-1].body), NOW)
    assert isinstance(reading, Incoming)
    assert [(file.name, file.size) for file in reading.files] == [("bao-cao.pdf", len(data))]
    assert b"".join([chunk async for chunk in channel.fetch(reading.files[0])]) == data


async def test_a_fetch_that_fails_has_a_name(channel: Telegram, server: TelegramServer, lan: User) -> None:
    message = await lan.send_document("a.pdf", b"x" * 100_000)
    assert message.file is not None
    file = InFile(message.file.file_id, "a.pdf", FileKind.DOCUMENT)
    for fault, expected in ((Fault.cut(), Unreachable), (Fault.html(503), Unreachable), (Fault.html(404), Rejected)):
        server.faults.add("file", fault, times=2)  # a GET on a kept connection is asked again by aiohttp itself
        with pytest.raises(expected):
            _ = [chunk async for chunk in channel.fetch(file)]
        server.faults.clear()
    server.faults.add("getFile", Fault.refuse(400, "Bad Request: file is too big"))
    for big in (file, InFile("x", "a.pdf", FileKind.DOCUMENT, size=21 << 20)):
        with pytest.raises(TooBigToFetch):
            _ = [chunk async for chunk in channel.fetch(big)]


@pytest.mark.parametrize("fault", [Fault.truncated(), Fault.html(200)])
async def test_a_file_that_is_not_as_long_as_telegram_says_is_not_taken(
    channel: Telegram, server: TelegramServer, lan: User, fault: Fault
) -> None:
    message = await lan.send_document("a.txt", b"x" * 100_000)
    assert message.file is not None
    server.faults.add("file", fault)
    with pytest.raises(Unreachable, match="cut short"):
        _ = [chunk async for chunk in channel.fetch(InFile(message.file.file_id, "a.txt", FileKind.DOCUMENT))]


async def test_start_meets_the_bot_and_publishes_its_menus(
    channel: Telegram, server: TelegramServer, lan: User
) -> None:
    channel.commands = [("viec", "Việc của đơn vị"), ("huongdan", "Hướng dẫn")]
    assert isinstance(channel, HasMenu)
    await channel.start()
    assert channel.invite_link("48392061") == "https://t.me/nhacviec_bot?start=48392061"
    await channel.set_menu(LAN, [("thieu", "Ai chưa nộp")])
    assert [command["command"] for command in server.menu(43)] == ["viec", "huongdan"]
    assert [command["command"] for command in server.menu(lan.id)] == ["thieu"]


async def test_a_command_for_another_bot_is_not_ours(channel: Telegram) -> None:
    channel.username = "nhacviec_bot"
    message = {"message_id": 1, "date": 1, "chat": {"id": -5}, "from": {"id": 42, "first_name": "Lan"}}
    ours, theirs = ({"message": {**message, "text": f"/viec@{name}"}} for name in ("NhacViec_bot", "khac_bot"))
    assert isinstance(channel.read(ours, NOW), Incoming)
    assert not isinstance(channel.read(theirs, NOW), Incoming)


# The road there


async def test_everything_goes_through_the_proxy(
    server: TelegramServer, http: aiohttp.ClientSession, lan: User
) -> None:
    asked: list[tuple[str, str]] = []

    async def forward(request: web.Request) -> web.Response:
        asked.append((str(request.url), request.headers.get("Proxy-Authorization", "")))
        async with http.request(
            request.method,
            request.url,
            data=await request.read(),
            headers={"Content-Type": request.content_type},
        ) as answer:
            return web.Response(body=await answer.read(), status=answer.status, content_type=answer.content_type)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", forward)
    message = await lan.send_document("a.pdf", b"%PDF")
    assert message.file is not None
    async with serving(app, listener()) as proxy:
        channel = Telegram(settings(server.url, telegram_proxy=proxy.replace("//", "//ha:mat-khau@")), http)
        await channel.send(LAN, Outgoing("qua proxy"), None)
        file = InFile(message.file.file_id, "a.pdf", FileKind.DOCUMENT)
        assert b"".join([chunk async for chunk in channel.fetch(file)]) == b"%PDF"
    assert [url.rpartition("/")[2] for url, _ in asked][:2] == ["sendMessage", "getFile"]
    assert len(asked) == 3
    assert all(url.startswith(server.url) and auth.startswith("Basic ") for url, auth in asked)


async def test_the_token_never_reaches_the_logs(
    channel: Telegram,
    server: TelegramServer,
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
        server.faults.add("file", Fault.cut())
    await channel.start()
    for _ in range(4):
        with contextlib.suppress(Unreachable):
            await channel.send(LAN, Outgoing("Nhắc"), None)
            logging.getLogger("app").debug("sent by %r", channel)
    try:
        await channel.send(Address("telegram", "404"), Outgoing("Nhắc"), None)
    except Blocked:
        logging.getLogger("app").exception("not sent")
    async with polling(channel, inbox):
        await inbox.next()
        await inbox.next()
    told = caplog.text + capsys.readouterr().out
    assert "not sent" in told
    assert "telegram polling failed" in told
    assert "CANARY" not in told
