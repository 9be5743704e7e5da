"""Deliveries to a webhook: serial in a lane, the next after a 2xx, repeated with a doubling delay until it expires."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.telegram_errors import bad
from bot.sandbox.telegram_model import Json, Now
from bot.sandbox.telegram_updates import Update, UpdateQueue

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LONGEST_DELAY = 60
LONGEST_RETRY_AFTER = 3600
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(slots=True)
class Failure:
    at: datetime
    message: str


class Webhook:
    """`retry_base` is what a second of Telegram's patience lasts here: 0.05 makes a retry of 4 s come after 0.2 s."""

    def __init__(self, queue: UpdateQueue, now: Now, *, retry_base: float, timeout: float) -> None:
        self._queue, self._now = queue, now
        self._retry_base, self._timeout = retry_base, timeout
        self._http: aiohttp.ClientSession | None = None
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(40)
        self.url, self.secret, self.connections = "", "", 40
        self.failure: Failure | None = None
        queue.on_push = self._wake

    def check(self, url: str, secret: str, connections: int) -> None:
        check_url(url)
        if secret and not _SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        if not 1 <= connections <= 100:
            raise bad("max_connections must be between 1 and 100")

    def set(self, url: str, secret: str, connections: int) -> None:
        self.clear()
        self.url, self.secret, self.connections = url, secret, connections
        self._slots = asyncio.Semaphore(connections)
        self.resume()

    def clear(self) -> None:
        self.url, self.secret, self.failure = "", "", None
        self._cancel()

    def resume(self) -> None:
        for lane in self._queue.lanes():
            self._wake(lane)

    async def open(self) -> None:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout))
        self.resume()

    async def close(self) -> None:
        workers = list(self._workers.values())
        self._cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if self._http:
            await self._http.close()
            self._http = None

    def info(self) -> Json:
        body: Json = {"url": self.url, "has_custom_certificate": False, "pending_update_count": self._queue.pending()}
        if self.url:
            body |= {"max_connections": self.connections, "ip_address": "127.0.0.1"}
        if self.failure:
            body |= {"last_error_date": int(self.failure.at.timestamp()), "last_error_message": self.failure.message}
        return body | ({"allowed_updates": self._queue.allowed} if self._queue.allowed else {})

    def _cancel(self) -> None:
        for worker in self._workers.values():
            worker.cancel()
        self._workers.clear()

    def _wake(self, lane: str) -> None:
        if self.url and self._http and lane not in self._workers:
            self._workers[lane] = asyncio.create_task(self._serve(lane))

    async def _serve(self, lane: str) -> None:
        failures = 0
        while update := self._queue.first(lane):
            pause = await self._deliver(update)
            if pause is None:
                self._queue.delivered(update)
                failures = 0
                continue
            await asyncio.sleep(self._retry_base * (pause or min(2**failures, LONGEST_DELAY)))
            failures += 1
        del self._workers[lane]

    async def _deliver(self, update: Update) -> int | None:
        """None when taken; else the Retry-After that was asked for, 0 without one."""
        assert self._http is not None
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            async with self._slots, self._http.post(self.url, json=update.to_json(), headers=headers) as answer:
                await answer.read()
                return self._judged(answer)
        except (TimeoutError, aiohttp.ClientError) as error:
            timed_out = isinstance(error, TimeoutError)
            return self._failed("Read timeout expired" if timed_out else "Connection failed")

    def _judged(self, answer: aiohttp.ClientResponse) -> int | None:
        if 200 <= answer.status < 300:
            return None
        wish = answer.headers.get("Retry-After", "")
        self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        return min(int(wish), LONGEST_RETRY_AFTER) if wish.isdigit() else 0

    def _failed(self, message: str) -> int:
        self.failure = Failure(self._now(), message)
        return 0


def check_url(url: str) -> None:
    """Plain http is for loopback only; and nothing on this machine speaks to the outside."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise bad("invalid webhook URL specified")
    if parts.hostname in LOOPBACK:
        return
    if parts.scheme == "http":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    raise bad("bad webhook: Failed to resolve host: this Telegram reaches only loopback")
