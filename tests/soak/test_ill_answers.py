"""Slow, cut, truncated and foreign answers on every method we call, and senders at our webhook who never end (F11).

Each ends as `Unreachable`, never as a success that was none; and what took effect all the same is said to be possible.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from bot.channel import Unreachable, Upload
from bot.channels.telegram import Telegram
from bot.channels.telegram_door import SECRET_HEADER
from bot.channels.telegram_request import TelegramRequest
from bot.clocks import VIETNAM
from bot.messages import Address, Button, FileKind, InFile, OutFile, Outgoing
from bot.sandbox.stage import TOKEN, Stage
from bot.sandbox.telegram import Fault, TelegramServer, User
from bot.settings import Settings
from soak.child import apart
from soak.crowd import Crowd
from soak.theatre import START, knock, message, name_of, publish, seat_block, unlogged

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
READ = 0.4
LAN = Address("telegram", "42")
PEOPLE = 6
ROUNDS = int(os.environ.get("NHACVIEC_ROUNDS", "3"))
SLOW, OTHERS = 200, 100
FAULTS = {
    "slow": lambda: Fault.slow(3 * READ),
    "hangs": Fault.hang,
    "hangs after": lambda: Fault.hang(after=True),
    "cut": Fault.cut,
    "cut after": lambda: Fault.cut(after=True),
    "truncated": Fault.truncated,
    "HTML 502": lambda: Fault.html(502),
    "HTML 200": lambda: Fault.html(200),
    "HTML 504": lambda: Fault.html(504),
    "error 500": lambda: Fault.refuse(500),
}
Deed = Callable[[], Awaitable[object]]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    server = TelegramServer(token=TOKEN)
    await server.start()
    yield server
    await server.stop()


def settings(url: str) -> Settings:
    facts = {"telegram_token": SecretStr(TOKEN), "telegram_api_url": url}
    return Settings(_env_file=None, **facts)  # type: ignore[call-arg]


async def deeds(channel: Telegram, lan: User, folder: Path) -> dict[str, Deed]:
    """Everything we ask of Telegram, by its method."""
    (folder / "mau.docx").write_bytes(b"PK bao cao")
    upload = Upload("mau.docx", folder / "mau.docx")
    with_file = Outgoing("Mẫu", file=OutFile("mau.docx", "0" * 64))
    shown = await channel.send(LAN, Outgoing("Nhận?", ((Button("Đã nhận", "nhan 17"),),)), None)
    sent = await lan.send_document("a.txt", b"x" * 100_000)
    assert sent.file is not None
    file = InFile(sent.file.file_id, "a.txt", FileKind.DOCUMENT)
    numbers = iter(range(1000))

    async def fetched() -> None:
        _ = [chunk async for chunk in channel.fetch(file)]

    return {
        "sendMessage": lambda: channel.send(LAN, Outgoing(f"tin {next(numbers)}"), None),
        "sendDocument": lambda: channel.send(LAN, with_file, upload),
        "editMessageText": lambda: channel.send(LAN, Outgoing(f"sửa {next(numbers)}"), None, edit=shown.message_id),
        "getFile": fetched,
        "file": fetched,
        "getMe": channel.check,
        "getWebhookInfo": channel.check,
        "deleteWebhook": channel.start,
        "setMyCommands": lambda: channel.set_menu(LAN, [("viec", "Việc của đơn vị")]),
    }


async def test_every_method_that_is_answered_ill_ends_as_unreachable(server: TelegramServer, tmp_path: Path) -> None:
    unlogged()
    lan, tried = server.user(42, "Lan"), 0
    lan.opened()
    async with aiohttp.ClientSession() as http:
        channel = Telegram(settings(server.url), http, TelegramRequest(http, read=READ))
        for method, deed in (await deeds(channel, lan, tmp_path)).items():
            for name, fault in FAULTS.items():
                if (method, name) == ("file", "slow"):
                    continue  # a download may take its time: 20 s without a byte end it
                if method == "file" and name.startswith("hangs"):
                    continue
                before = len(lan.messages)
                server.faults.add(method, fault(), times=2 if method == "file" else 1)
                with pytest.raises(Unreachable) as failure:
                    await asyncio.wait_for(deed(), 5)
                server.faults.clear()
                assert len(lan.messages) == before or failure.value.maybe_sent, (method, name)
                tried += 1
    print(f"\nF11 ill answers: {tried} of {tried} calls ended as Unreachable, none that took effect unmarked")


async def test_people_are_answered_though_the_platform_answers_ill(tmp_path: Path) -> None:
    """While they write, every method is answered ill now and then."""
    unlogged()
    ill = [Fault.slow(2), Fault.cut(), Fault.cut(after=True), Fault.truncated(), Fault.html(502), Fault.html(200)]
    async with Stage(datetime.now(VIETNAM), folder=tmp_path, running=True) as stage:
        await publish(stage, await seat_block(stage, PEOPLE))
        crowd = Crowd(stage, PEOPLE)
        listening = asyncio.create_task(crowd.listen())
        async with apart(stage):
            async with crowd.at_work():
                for _ in range(ROUNDS):
                    for fault in ill:
                        stage.telegram.faults.add("sendMessage", fault, times=2)
                        await asyncio.sleep(1)
            stage.telegram.faults.clear()
            await crowd.answered(120)
        print(f"\nF11 platform answers ill: {await crowd.judge()}")
        listening.cancel()


async def dribble(url: str, secret: str, body: bool) -> None:
    """A sender who never ends: a byte a second, of the head or of the body."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        head = f"POST {where.path} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {secret}\r\n"
        writer.write(head.encode() + (b"Content-Length: 900000\r\n\r\n" if body else b""))
        while not reader.at_eof():
            writer.write(b"{" if body else b"X-A: b\r\n")
            await writer.drain()
            await asyncio.sleep(1)
    finally:
        writer.close()


async def test_senders_who_never_end_hold_up_nobody(tmp_path: Path) -> None:
    unlogged()
    async with Stage(START, folder=tmp_path) as stage:
        await seat_block(stage, 1)
        door = stage.app.channels["telegram"]._webhook  # type: ignore[attr-defined]
        url = stage.settings.public_url + door.path
        slow = [asyncio.create_task(dribble(url, door.secret, n % 2 == 0)) for n in range(SLOW)]
        await asyncio.sleep(3)
        waits = []
        async with aiohttp.ClientSession() as http:
            for number in range(OTHERS):
                began = time.monotonic()
                assert await knock(stage, http, message(number, 5000 + number, name_of(0), "xin chào")) == 200
                waits.append(time.monotonic() - began)
        for one in slow:
            one.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        waits.sort()
        print(
            f"\nF11 {SLOW} senders who never end: {OTHERS} others answered 200, "
            f"p50 {waits[OTHERS // 2] * 1000:.0f} ms, p99 {waits[int(OTHERS * 0.99)] * 1000:.0f} ms"
        )
        assert waits[int(OTHERS * 0.99)] < 1
