"""The way in: Zalo calls us, signed over the bytes as they came. Acknowledged is only what is committed."""

from __future__ import annotations

import hashlib
import hmac

import structlog
from aiohttp import web

from bot.channel import Raw, Receive
from bot.channels.hook import BODY_LIMIT, limited
from bot.channels.zalo_oa_read import (
    NAME,
    Json,
    address,
    is_echo,
    key,
    moment,
    name_of,
    receipts,
    turns_to_us,
)
from bot.clocks import Clock
from bot.vi import zalo_oa as vi
from bot.wire import object_in
from db import Database
from db.windows import came_or_left, noticed, turned_to_us

__all__ = ["BODY_LIMIT", "CALLBACK", "PATH", "SIGNATURE", "Webhook", "genuine", "signature"]

log = structlog.get_logger()
PATH, CALLBACK = "/zalo_oa", "/zalo_oa/callback"
SIGNATURE = "X-ZEvent-Signature"
_PREFIX = "mac="


def signature(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """Plain SHA-256, as Zalo has it, and no HMAC."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def genuine(header: str, app_id: str, body: bytes, secret: str) -> Json | None:
    """The event in a body that Zalo signed; None for anything else. The signature covers the body's own timestamp, and
    a body told anew is a duplicate: there is no need to refuse old ones, which come late after an outage."""
    event = object_in(body)
    timestamp = event.get("timestamp") if event else None
    if isinstance(timestamp, bool) or not isinstance(timestamp, str | int) or not secret:
        return None
    expected = signature(app_id, body, str(timestamp), secret)
    said = header.removeprefix(_PREFIX).encode("utf-8", "surrogateescape")
    return event if hmac.compare_digest(said, expected.encode()) else None


class Webhook:
    def __init__(self, app_id: str, secret: str, db: Database, clock: Clock) -> None:
        self._app_id, self._secret, self._db, self.clock = app_id, secret, db, clock

    def routes(self, receive: Receive) -> list[web.RouteDef]:
        async def handle(request: web.Request) -> web.Response:
            return await self._handle(request, receive)

        return [web.post(PATH, handle), web.get(CALLBACK, _called_back)]

    async def _handle(self, request: web.Request, receive: Receive) -> web.Response:
        body = await limited(request)
        if body is None:
            return web.Response(status=413)
        event = genuine(request.headers.get(SIGNATURE, ""), self._app_id, body, self._secret)
        if event is None:
            return web.Response(status=403)
        try:
            await self._take(event, body, receive)
        except Exception:
            log.exception("zalo webhook not committed")
            return web.Response(status=503)
        return web.Response()

    async def _take(self, event: Json, body: bytes, receive: Receive) -> None:
        """Facts first: who answers is to find the window open."""
        if is_echo(event):
            return
        if await self._noted(event):
            await receive([Raw(NAME, key(event), str(address(event)), body)])

    async def _noted(self, event: Json) -> bool:
        """Write down what it tells of windows and receipts; whether there is more to it."""
        who, at = address(event), moment(event) or self.clock.now()
        ids, comes_or_goes = receipts(event), name_of(event) in ("follow", "unfollow")
        if not (ids or comes_or_goes or turns_to_us(event)):
            return True
        async with self._db.writing() as session:
            if ids:
                await noticed(session, NAME, ids, at, seen=name_of(event) == "user_seen_message")
            if turns_to_us(event):
                await turned_to_us(session, who, at)
            # An unfollow overtaken by the next follow must not shut the door again.
            return not ids and (not comes_or_goes or await came_or_left(session, who, at))


async def _called_back(request: web.Request) -> web.Response:
    return web.Response(text=vi.callback_page())
