"""A Telegram lean enough not to be the limit: one asyncio protocol, no framework. It counts what it hears, and when."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import deque
from dataclasses import dataclass, field
from math import ceil
from typing import Any
from urllib.parse import parse_qs

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CALL = re.compile(rb"/bot([^/ ]+)/(\w+)")
_CHAT = re.compile(rb"chat_id\W{1,5}(\d+)")
_ME = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
WINDOW = 1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One sendMessage: when its request was whole, for whom, and the HTTP status it got."""

    at: float
    chat: int
    status: int


@dataclass
class Bot:
    """What one token's bot told us. `limit` is a strict sliding window, in messages a second; 0 is none."""

    delay: float = 0.0
    limit: int = 0
    heard: list[Heard] = field(default_factory=list)
    hook: asyncio.Future[tuple[str, str]] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    taken: int = 0
    first: int = 0
    refusing: float = 0.0
    silent_until: float = 0.0
    recent: deque[float] = field(default_factory=deque)
    waited_for: tuple[int, asyncio.Future[None]] | None = None

    async def hears(self, count: int, within: float) -> None:
        """Returns once so many messages were taken since the last `forget`, or after `within` seconds."""
        self.waited_for = (count, asyncio.get_running_loop().create_future())
        self._look()
        await asyncio.wait([self.waited_for[1]], timeout=within)

    def forget(self, first: int = 0) -> None:
        """Begin anew; from now on count what goes to the chats from this one on."""
        self.heard.clear()
        self.recent.clear()
        self.taken, self.first = 0, first

    def refuse(self, seconds: float) -> None:
        """The next message is refused, and all that come within so many seconds."""
        self.refusing = seconds

    def refusals(self) -> list[float]:
        """When messages were refused."""
        return [each.at for each in self.heard if each.status == 429]

    def speak(self, chat: int) -> int:
        """The seconds this sendMessage is told to wait, rounded up; 0 when it is taken."""
        now = time.perf_counter()
        while self.recent and self.recent[0] <= now - WINDOW:
            self.recent.popleft()
        if self.limit and len(self.recent) >= self.limit:
            self.refusing = self.refusing or WINDOW
        if self.refusing:
            self.silent_until, self.refusing = now + self.refusing, 0
        if now < self.silent_until:
            self.heard.append(Heard(now, chat, 429))
            return ceil(self.silent_until - now)
        self.recent.append(now)
        self.heard.append(Heard(now, chat, 200))
        self.taken += chat >= self.first
        self._look()
        return 0

    def _look(self) -> None:
        if self.waited_for and self.taken >= self.waited_for[0] and not self.waited_for[1].done():
            self.waited_for[1].set_result(None)


class Telegram:
    """`async with Telegram(port)`: answers every bot, each by its own token."""

    def __init__(self, port: int) -> None:
        self.port, self.url = port, f"http://127.0.0.1:{port}"
        self.bots: dict[str, Bot] = {}
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> Telegram:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Caller(self), "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def bot(self, token: str) -> Bot:
        return self.bots.setdefault(token, Bot())

    def call(self, token: str, method: str, body: bytes) -> tuple[int, float, Any]:
        """The status, the seconds to hold it back, and the answer."""
        bot = self.bot(token)
        if method == "sendMessage":
            return self._said(bot, body)
        if method == "setWebhook" and not bot.hook.done():
            said = parse_qs(body.decode())
            bot.hook.set_result((said["url"][0], said.get("secret_token", [""])[0]))
        return 200, bot.delay, {"ok": True, "result": _ME if method == "getMe" else True}

    def _said(self, bot: Bot, body: bytes) -> tuple[int, float, Any]:
        found = _CHAT.search(body)
        chat = int(found[1]) if found else 0
        if wait := bot.speak(chat):
            parameters = {"retry_after": wait}
            return (
                429,
                bot.delay,
                {
                    "ok": False,
                    "error_code": 429,
                    "description": f"Too Many Requests: retry after {wait}",
                    "parameters": parameters,
                },
            )
        message = {"message_id": next(self._numbers), "date": int(time.time()), "chat": {"id": chat, "type": "private"}}
        return 200, bot.delay, {"ok": True, "result": {**message, "text": "."}}


class _Caller(asyncio.Protocol):
    """One connection, kept alive. Requests on it come one after the other."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram, self._buffer = telegram, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._buffer, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            head, body = self._buffer[:end], self._buffer[end + 4 : whole]
            self._buffer = self._buffer[whole:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        called = _CALL.search(head)
        assert called, "not a call of the Bot API"
        status, delay, answer = self._telegram.call(called[1].decode(), called[2].decode(), body)
        payload = json.dumps(answer).encode()
        reply = b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
        line = reply % (status, len(payload), payload)
        if delay:
            asyncio.get_running_loop().call_later(delay, self._transport.write, line)
        else:
            self._transport.write(line)
