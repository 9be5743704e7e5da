"""The two ways in: Telegram calls us, or we ask. Both acknowledge only what `receive` has committed."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import structlog
from aiohttp import web
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.channel import Raw, Receive
from bot.channels.hook import BODY_LIMIT, bears, derived, limited
from bot.channels.telegram_read import NAME, Json, key, lane
from bot.channels.telegram_request import TelegramRequest
from bot.channels.telegram_write import failure
from bot.wire import object_in

__all__ = ["BODY_LIMIT", "SECRET_HEADER", "UPDATES", "Poller", "Webhook", "raw"]

log = structlog.get_logger()

UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
POLL_SECONDS = 25
"""Telegram would hold a poll for 50 s, but proxies cut a silent line sooner."""


def raw(update: Json, body: bytes | None = None) -> Raw:
    """The row of an update; `body` as it came, where it came alone."""
    body = body or json.dumps(update, ensure_ascii=False).encode()
    return Raw(NAME, key(update), lane(update), body, greet=isinstance(update.get("callback_query"), dict))


class Webhook:
    """Telegram calls us, at a path nobody can guess, with a secret nobody else knows."""

    def __init__(self, token: str, secret: str | None = None) -> None:
        self.path = f"/telegram/{derived(NAME, token, 'path')[:32]}"
        self.secret = secret or derived(NAME, token, "secret")

    def route(self, receive: Receive) -> web.RouteDef:
        async def handle(request: web.Request) -> web.Response:
            return await self._handle(request, receive)

        return web.post(self.path, handle)

    async def _handle(self, request: web.Request, receive: Receive) -> web.Response:
        if not bears(request, SECRET_HEADER, self.secret):
            return web.Response(status=403)
        body = await limited(request)
        if body is None:
            return web.Response(status=413)
        update = object_in(body)
        if update is None:
            return web.Response(status=400)
        return await self._received([raw(update, body)], receive)

    async def _received(self, rows: Sequence[Raw], receive: Receive) -> web.Response:
        try:
            await receive(rows)
        except Exception:
            log.exception("telegram webhook not committed")
            return web.Response(status=503, headers={"Retry-After": "5"})
        return web.Response()


class Poller:
    """We ask, and confirm a batch by asking for the next one once its rows are committed.

    `first` and `cap` bound the rest after a failure, in seconds.
    """

    def __init__(self, request: TelegramRequest, base_url: str, *, first: float = 1, cap: float = 60) -> None:
        self._request, self._base_url = request, base_url
        self.first, self.cap = first, cap
        self._offset: int | None = None

    async def run(self, receive: Receive) -> None:
        """Until cancelled. Raises Revoked when Telegram refuses the token."""
        self._offset = None  # another process may have polled meanwhile
        failures = 0
        while True:
            try:
                await self._once(receive)
                failures = 0
            except InvalidToken as error:
                log.error("telegram refuses the token", error=type(error).__name__)
                raise failure(error) from None
            except Exception as error:
                failures += 1
                await self._rest(error, failures)

    async def _once(self, receive: Receive) -> None:
        updates = await self._updates()
        if updates:
            await receive([raw(update) for update in updates])
        # An empty answer confirmed all before it. After a quiet week ids restart lower than the old offset, so it goes.
        self._offset = max(update["update_id"] for update in updates) + 1 if updates else None

    async def _updates(self) -> list[Json]:
        ask: dict[str, Any] = {"timeout": POLL_SECONDS, "limit": 100, "allowed_updates": json.dumps(UPDATES)}
        if self._offset is not None:
            ask["offset"] = self._offset
        url = f"{self._base_url}/getUpdates?{urlencode(ask)}"
        updates = await self._request.post(url, read_timeout=POLL_SECONDS + 10)
        return updates if isinstance(updates, list) else []

    async def _rest(self, error: Exception, failures: int) -> None:
        known = isinstance(error, TelegramError)
        log.warning("telegram polling failed", error=type(error).__name__, failures=failures, exc_info=not known)
        rest = min(self.cap, self.first * 2 ** min(failures - 1, 10)) * random.uniform(0.5, 1)  # noqa: S311
        if isinstance(error, RetryAfter):
            rest = max(rest, getattr(failure(error), "retry_after", 0))
        await asyncio.sleep(rest)
