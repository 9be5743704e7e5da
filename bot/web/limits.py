"""What one link, one request and all of them together may take: bytes, files, places and time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, web

from bot.vi import upload as vi

MB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a file and of all files of a link; how many files; requests at once, in all and of one person.

    A request ends when nothing came for `idle` seconds, or less than `pace` bytes a second. `patience` is how many
    seconds a page waits for its answer.
    """

    file: int = 50 * MB
    total: int = 200 * MB
    files: int = 20
    at_once: int = 16
    each: int = 3
    idle: float = 30.0
    pace: int = 8 * 1024
    patience: float = 25.0


class Places:
    """Who is being served now, each person by their id: few at once, however many links one of them holds."""

    def __init__(self) -> None:
        self._busy: Counter[int] = Counter()

    def __len__(self) -> int:
        return self._busy.total()

    def full(self, person: int, limits: Limits) -> bool:
        return len(self) >= limits.at_once or self._busy[person] >= limits.each

    @contextmanager
    def taken(self, person: int) -> Iterator[None]:
        self._busy[person] += 1
        try:
            yield
        finally:
            self._busy[person] -= 1
            if not self._busy[person]:
                del self._busy[person]


class Refusal(Exception):
    """What to say instead, with the status of HTTP and how far the file has come."""

    def __init__(self, status: int, say: str, offset: int | None = None) -> None:
        super().__init__(status)
        self.status, self.say, self.offset = status, say, offset


class Gone(Exception):
    """The sender is no longer there: nobody to answer to."""


class Meter:
    """Reads what a request brings, in time and within `most` bytes. Raises Refusal or Gone."""

    def __init__(self, limits: Limits, most: int, over: Refusal) -> None:
        self._limits, self._left, self._over = limits, most, over
        self._loop = asyncio.get_running_loop()
        self._ends = self._loop.time() + limits.idle + most / limits.pace

    async def chunks(self, read: Callable[[], Awaitable[bytes]]) -> AsyncIterator[bytes]:
        """Until `read` gives nothing."""
        while chunk := await self.next(read()):
            self._left -= len(chunk)
            if self._left < 0:
                raise self._over
            yield chunk

    async def next(self, coming: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout_at(min(self._ends, self._loop.time() + self._limits.idle)):
                return await coming
        except TimeoutError:
            raise Refusal(408, vi.SLOW) from None
        except (ClientError, ConnectionError, web.RequestPayloadError):
            raise Gone from None
