"""The people: updates posted to a bot's webhook over a few kept connections, as fast as it takes them or at a rate."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from statistics import quantiles
from urllib.parse import urlsplit

from tests.bench.wire import Bot, Heard

CONNECTIONS = 40
FIRST_CHAT = 1000
TEXT = "/huongdan"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Answered:
    """How a load went: replies a second from the first post to the last reply, waits in ms, replies that never came."""

    rate: float
    p50: float
    p99: float
    missing: int


class _Line(asyncio.Protocol):
    """One connection: posts a request, and waits for the head of its answer."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self._answer and not self._answer.done() and b"\r\n\r\n" in data:
            self._answer.set_result(data)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError())

    async def post(self, request: bytes) -> None:
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        answer = await self._answer
        assert answer.startswith(b"HTTP/1.1 200"), answer[:60]


class Crowd:
    """`people` chats that speak to one bot. `hook` is where it listens and the secret it wants to see."""

    def __init__(self, bot: Bot, hook: tuple[str, str], people: int, first: int = FIRST_CHAT) -> None:
        self._bot, self._people, self._first = bot, people, first
        self._url, self._secret = urlsplit(hook[0]), hook[1]
        self.sent: dict[int, list[float]] = {}

    async def burst(self, count: int, within: float = 60.0) -> Answered:
        """Everything as fast as it is taken, one message a person in turn."""
        self._begin()
        jobs = self._jobs(count)
        lines = [await self._line() for _ in range(CONNECTIONS)]
        began = time.perf_counter()
        posting = asyncio.gather(*(self._pour(line, jobs) for line in lines))
        await self._bot.hears(count, within)
        return await self._end(posting, lines, count, began)

    async def stream(self, rate: float, seconds: float, within: float = 30.0) -> Answered:
        """An open loop: a message each 1/rate seconds, whether or not the one before was answered."""
        self._begin()
        count = int(rate * seconds)
        lines = [await self._line() for _ in range(CONNECTIONS)]
        free: asyncio.Queue[_Line] = asyncio.Queue()
        for line in lines:
            free.put_nowait(line)
        began = time.perf_counter()
        posting = asyncio.gather(*(self._at(began + i / rate, free, job) for i, job in enumerate(self._jobs(count))))
        await self._bot.hears(count, seconds + within)
        return await self._end(posting, lines, count, began)

    def _begin(self) -> None:
        self._bot.forget(self._first)
        self.sent = {}

    def _jobs(self, count: int) -> Iterator[tuple[int, bytes]]:
        chats = (self._first + number % self._people for number in range(count))
        return ((chat, self._request(chat)) for chat in chats)

    def _request(self, chat: int) -> bytes:
        number, who = next(_numbers), {"id": chat, "is_bot": False, "first_name": f"Người {chat}"}
        message = {"message_id": number, "date": int(time.time()), "from": who, "text": TEXT}
        message["chat"] = {"id": chat, "type": "private", "first_name": who["first_name"]}
        if TEXT.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(TEXT)}]
        body = json.dumps({"update_id": number, "message": message}).encode()
        head = (
            f"POST {self._url.path or '/'} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self._secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def _line(self) -> _Line:
        _, line = await asyncio.get_running_loop().create_connection(_Line, "127.0.0.1", self._url.port)
        return line

    async def _pour(self, line: _Line, jobs: Iterator[tuple[int, bytes]]) -> None:
        for chat, request in jobs:
            self._spoke(chat)
            await line.post(request)

    async def _at(self, moment: float, free: asyncio.Queue[_Line], job: tuple[int, bytes]) -> None:
        await asyncio.sleep(moment - time.perf_counter())
        self._spoke(job[0])
        line = await free.get()
        await line.post(job[1])
        free.put_nowait(line)

    def _spoke(self, chat: int) -> None:
        self.sent.setdefault(chat, []).append(time.perf_counter())

    async def _end(self, posting: asyncio.Future[list[None]], lines: list[_Line], count: int, began: float) -> Answered:
        posting.cancel() if not posting.done() else None
        with suppress(asyncio.CancelledError):
            await posting
        await asyncio.sleep(2 * self._bot.delay)  # answers still held back
        for line in lines:
            line.transport.close()
        return self.answered(self._bot.heard, count, began)

    def answered(self, heard: list[Heard], count: int, began: float) -> Answered:
        """What the people who spoke have heard, the first answer in a chat for the first question."""
        asked = {chat: iter(moments) for chat, moments in self.sent.items()}
        mine = [each for each in heard if each.status == 200 and each.chat in asked]
        waits = [(each.at - moment) * 1000 for each in mine if (moment := next(asked[each.chat], None)) is not None]
        if len(waits) < 2:
            return Answered(0, 0, 0, count)
        cuts = quantiles(waits, n=100)
        return Answered(len(waits) / (mine[-1].at - began), cuts[49], cuts[98], count - len(waits))
