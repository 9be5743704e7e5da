"""Misfortune on request: what may go wrong on the wire, and a strict limiter of the kind that punishes bursts."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

from bot.sandbox.telegram_errors import TITLES, ApiError, throttled

Kind = Literal["error", "html", "hang", "cut", "truncated", "slow"]


@dataclass(frozen=True, slots=True)
class Fault:
    """`after`: the call takes effect first, so the message is delivered but its answer never comes."""

    kind: Kind
    after: bool = False
    error: ApiError | None = None
    status: int = 200
    seconds: float = 0

    @classmethod
    def throttle(cls, retry_after: int) -> Fault:
        return cls("error", error=throttled(retry_after))

    @classmethod
    def refuse(cls, code: int, description: str | None = None) -> Fault:
        """Any refusal or 5xx in the Bot API's own JSON."""
        return cls("error", error=ApiError(code, description or TITLES.get(code, "Internal Server Error")))

    @classmethod
    def html(cls, status: int = 502) -> Fault:
        return cls("html", status=status)

    @classmethod
    def hang(cls, *, after: bool = False) -> Fault:
        return cls("hang", after)

    @classmethod
    def cut(cls, *, after: bool = False) -> Fault:
        return cls("cut", after)

    @classmethod
    def truncated(cls) -> Fault:
        """Half of the answer; the effect took place."""
        return cls("truncated", after=True)

    @classmethod
    def slow(cls, seconds: float) -> Fault:
        return cls("slow", after=True, seconds=seconds)

    async def play(self, request: web.Request, whole: web.Response, stopping: asyncio.Event) -> web.StreamResponse:
        """`whole` is what would have been answered."""
        if self.error:
            return web.json_response(self.error.to_json(), status=self.error.code)
        if self.kind == "html":
            return web.Response(text="<html><h1>Bad Gateway</h1></html>", status=self.status, content_type="text/html")
        if self.kind == "truncated":
            body = whole.body if isinstance(whole.body, bytes) else b""
            return web.Response(body=body[: len(body) // 2], content_type=whole.content_type)
        if self.kind == "slow":
            await asyncio.sleep(self.seconds)
            return whole
        return await self._silence(request, stopping)

    async def _silence(self, request: web.Request, stopping: asyncio.Event) -> web.StreamResponse:
        if self.kind == "hang":
            await stopping.wait()
        if request.transport:
            request.transport.abort()
        return web.Response()


@dataclass(slots=True)
class _Planned:
    method: str
    fault: Fault
    chat: int | str | None
    times: int | None


class Faults:
    """Those planned first come first; `*` is every method, `file` a download; `times=None` is until `clear()`."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def add(self, method: str, fault: Fault, *, times: int | None = 1, chat: int | str | None = None) -> None:
        self._planned.append(_Planned(method.lower(), fault, chat, times))

    def clear(self) -> None:
        self._planned.clear()

    def take(self, method: str, chat: int | str | None) -> Fault | None:
        for planned in self._planned:
            if planned.method in ("*", method.lower()) and planned.chat in (None, chat):
                return self._use(planned)
        return None

    def _use(self, planned: _Planned) -> Fault:
        if planned.times is not None:
            planned.times -= 1
            if not planned.times:
                self._planned.remove(planned)
        return planned.fault


@dataclass(slots=True)
class RateLimit:
    """At most `rate` sends in any `window` seconds; the next one, and all for `retry_after` seconds, draw a 429."""

    rate: int = 30
    window: float = 1.0
    retry_after: int = 5
    _sent: deque[float] = field(default_factory=deque)
    _blocked_until: float = 0.0

    def check(self, at: float) -> None:
        while self._sent and self._sent[0] <= at - self.window:
            self._sent.popleft()
        if at >= self._blocked_until and len(self._sent) < self.rate:
            self._sent.append(at)
            return
        if at >= self._blocked_until:
            self._blocked_until = at + self.retry_after
        raise throttled(max(1, round(self._blocked_until - at)))
