"""How events reach the bot: by its webhook, or one at a time to whoever polls, and never again after that."""

from __future__ import annotations

import asyncio
import ipaddress
from collections import deque
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.telegram_errors import ApiError
from bot.sandbox.telegram_updates import Pulse
from bot.sandbox.zalo_bot_world import Json

SECRET_HEADER = "X-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
AGENT = "Java/17.0.9"
LONGEST_POLL = 60.0
BY_WEBHOOK = "Bad Request: webhook is active"


@dataclass(eq=False, slots=True)
class Update:
    body: Json
    lane: str
    left: int


class Updates:
    """`redeliver`: every event comes that often. `wrapped`: as the docs show it, which the real calls are not.

    `retries` of a failed call, each after twice the pause, the first after `retry_base` s: Zalo tells nobody what it
    does. `lose`: what comes while nobody polls is lost, as some have seen.
    """

    def __init__(self, *, redeliver: int, wrapped: bool, retries: int, retry_base: float, timeout: float) -> None:
        self._redeliver, self._wrapped, self._timeout = redeliver, wrapped, timeout
        self._retries, self._retry_base = retries, retry_base
        self._waiting: deque[Update] = deque()
        self._lanes: dict[str, deque[Update]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._http: aiohttp.ClientSession | None = None
        self._polls = self._handed_out = 0
        self.changed = Pulse()
        self.lose = False
        self.dropped: list[Json] = []
        self.url, self.secret = "", ""

    def push(self, body: Json, lane: str) -> None:
        if not self.url and self.lose and not self._polls:
            self.dropped.append(body)
            return
        update = Update(body, lane, self._redeliver)
        if self.url:
            self._lanes.setdefault(lane, deque()).append(update)
            self._wake(lane)
        else:
            self._waiting.append(update)
        self.changed.beat()

    @property
    def pending(self) -> int:
        """Events not delivered; one handed to a poller counts until it asks for the next."""
        return len(self._waiting) + sum(map(len, self._lanes.values())) + self._handed_out

    async def poll(self, seconds: float) -> Json:
        if self.url:
            raise ApiError(400, BY_WEBHOOK)
        self._handed_out, self._polls = 0, self._polls + 1
        self.changed.beat()
        try:
            update = await self._next(min(seconds, LONGEST_POLL))
        finally:
            self._polls -= 1
        if update is None:
            raise ApiError(408, "Request timeout")
        self._handed_out = 1
        return update.body

    async def _next(self, seconds: float) -> Update | None:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self._waiting and loop.time() < until:
            await self.changed.wait(until - loop.time())
        if not self._waiting:
            return None
        update = self._waiting[0]
        update.left -= 1
        if update.left <= 0:
            self._waiting.popleft()
        return update

    async def set(self, url: str, secret: str) -> Json:
        """Saved even if the probe fails; what that found."""
        self.url, self.secret, self._handed_out = url, secret, 0
        while self._waiting:
            update = self._waiting.popleft()
            self._lanes.setdefault(update.lane, deque()).append(update)
        found = await self.probe()
        for lane in list(self._lanes):
            self._wake(lane)
        return found

    def clear(self) -> None:
        self.url = self.secret = ""
        self._cancel()
        self._waiting.extend(update for lane in self._lanes.values() for update in lane)
        self._lanes.clear()
        self.changed.beat()

    async def probe(self) -> Json:
        """A call without secret, type or body."""
        outcome, hint = "webhook.err.unreachable", "Your endpoint could not be reached."
        try:
            async with self._session().post(self.url, headers={"User-Agent": AGENT}) as answer:
                outcome = _OUTCOMES.get(answer.status, "webhook.http.other" if answer.status >= 300 else "webhook.ok")
                outcome = "webhook.http.5xx" if answer.status >= 500 else outcome
                hint = "Your endpoint responded successfully." if outcome == "webhook.ok" else f"HTTP {answer.status}"
        except (TimeoutError, aiohttp.ClientError):
            pass
        return {"ok": outcome == "webhook.ok", "url": self.url, "outcome": outcome, "hint": hint}

    async def open(self) -> None:
        for lane in list(self._lanes):
            self._wake(lane)

    async def close(self) -> None:
        workers = list(self._workers.values())
        self._cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if self._http:
            await self._http.close()
            self._http = None

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))
        return self._http

    def _cancel(self) -> None:
        for worker in self._workers.values():
            worker.cancel()
        self._workers.clear()

    def _wake(self, lane: str) -> None:
        if self.url and lane not in self._workers:
            self._workers[lane] = asyncio.create_task(self._serve(lane))

    async def _serve(self, lane: str) -> None:
        failures = 0
        while waiting := self._lanes.get(lane):
            update = waiting[0]
            taken = await self._deliver(update)
            failures = 0 if taken else failures + 1
            if taken or failures > self._retries:
                update.left -= 1
                failures = 0
            else:
                await asyncio.sleep(self._retry_base * 2**failures)
            if update.left <= 0:
                waiting.popleft()
                if not taken:
                    self.dropped.append(update.body)
            self.changed.beat()
        self._lanes.pop(lane, None)
        self._workers.pop(lane, None)
        self.changed.beat()

    async def _deliver(self, update: Update) -> bool:
        headers = {SECRET_HEADER: self.secret, "User-Agent": AGENT}
        body = {"ok": True, "result": update.body} if self._wrapped else update.body
        try:
            async with self._session().post(self.url, json=body, headers=headers) as answer:
                await answer.read()
                return 200 <= answer.status < 300
        except (TimeoutError, aiohttp.ClientError):
            return False


_OUTCOMES = {403: "webhook.http.403", 404: "webhook.http.404"}


def check_webhook(url: str, secret: str, *, loopback: bool) -> None:
    """HTTPS and public, unless `loopback` lets this machine in; a secret of 8 to 256 characters."""
    parts = urlsplit(url)
    if not 8 <= len(secret) <= 256:
        raise ApiError(400, "Bad Request: secret_token must be 8 to 256 characters long")
    local = _is_private(parts.hostname or "")
    if loopback and local and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https" or local:
        raise ApiError(400, "Bad Request: url must be a public HTTPS address")


def _is_private(host: str) -> bool:
    if host in {"", "localhost"}:
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
