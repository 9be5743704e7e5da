"""The two ways in. Zalo calls us, and hears 200 once its row is committed; or, in development, we ask.

Asking hands each update out once and cannot be told what was kept: what we lose then is lost.
"""

from __future__ import annotations

import asyncio
import json
import random
import secrets

import structlog
from aiohttp import web

from bot.channel import Raw, Receive, Revoked, SendError
from bot.channels.hook import bears, derived, limited
from bot.channels.zalo_bot_read import NAME, Json, key, lane, nobody
from bot.channels.zalo_bot_wire import Api, TimedOut
from bot.wire import object_in

log = structlog.get_logger()

SECRET_HEADER = "X-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
POLL_SECONDS = 30
_DONE = {"message": "Success"}


def raw(update: Json, body: bytes | None = None) -> Raw:
    """The row of an update; `body` as it came, where it came alone."""
    if nobody(update):
        log.warning("of nobody we could answer", channel=NAME, kind=str(update.get("event_name", ""))[:60])
    body = body or json.dumps(update, ensure_ascii=False).encode()
    return Raw(NAME, key(update) or f"nameless:{secrets.token_hex(8)}", lane(update), body)


class Webhook:
    """Zalo calls us, at a path nobody can guess, with a secret nobody else knows.

    While it is being set up it also calls without secret, type or body: that is answered, and nothing taken.
    """

    def __init__(self, token: str) -> None:
        self.path = f"/zalo-bot/{derived(NAME, token, 'path')[:32]}"
        self.secret = derived(NAME, token, "secret")

    def route(self, receive: Receive) -> web.RouteDef:
        async def handle(request: web.Request) -> web.Response:
            return await self._handle(request, receive)

        return web.route("*", self.path, handle)

    async def _handle(self, request: web.Request, receive: Receive) -> web.Response:
        if request.method in {"GET", "HEAD"}:
            return web.json_response(_DONE)
        body = await limited(request)
        if body is None:
            return web.Response(status=413)
        update = object_in(body)
        if not bears(request, SECRET_HEADER, self.secret):
            return self._stranger(request, update)
        if update is None:
            return web.json_response(_DONE) if not body.strip() else web.Response(status=400)
        try:
            await receive([raw(update, body)])
        except Exception:
            log.exception("zalo bot webhook not committed")
            return web.Response(status=503, headers={"Retry-After": "5"})
        return web.json_response(_DONE)

    def _stranger(self, request: web.Request, update: Json | None) -> web.Response:
        probing = SECRET_HEADER not in request.headers and not update
        log.info("webhook probed" if probing else "webhook called without its secret", channel=NAME)
        return web.json_response(_DONE) if probing else web.Response(status=403)


class Poller:
    """One update a question. `first` and `cap` bound the rest after a failure, in seconds."""

    def __init__(self, api: Api, *, seconds: float = POLL_SECONDS, first: float = 1, cap: float = 60) -> None:
        self._api, self.seconds, self.first, self.cap = api, seconds, first, cap

    async def run(self, receive: Receive) -> None:
        """Until cancelled. Raises Revoked when Zalo refuses the token."""
        log.warning("polling Zalo Bot: for development only, an update is handed out once", channel=NAME)
        failures = 0
        while True:
            try:
                updates = await self._updates()
                await self._kept(receive, updates)
                failures = 0 if updates else 1
            except TimedOut:
                failures = 0
            except Revoked:
                raise
            except SendError as error:
                failures += 1
                log.warning("polling failed", channel=NAME, error=str(error), failures=failures)
            if failures:
                await asyncio.sleep(self._rest(failures))

    async def _updates(self) -> list[Json]:
        """Empty if it answered without waiting, as while a webhook is set; a quiet wait ends as TimedOut."""
        began = asyncio.get_running_loop().time()
        try:
            found = await self._api.call("getUpdates", {"timeout": self.seconds}, read=self.seconds + 10)
        except TimedOut:
            if asyncio.get_running_loop().time() - began < self.seconds / 2:
                return []
            raise
        found = found if isinstance(found, list) else [found]
        return [each for each in found if isinstance(each, dict) and each]

    async def _kept(self, receive: Receive, updates: list[Json]) -> None:
        """It will not come again: insist until it is committed."""
        rows, failures = [raw(each) for each in updates], 0
        while rows:
            try:
                await receive(rows)
                rows = []
            except Exception:
                failures += 1
                log.exception("what was polled is not committed yet", channel=NAME, failures=failures)
                await asyncio.sleep(self._rest(failures))

    def _rest(self, failures: int) -> float:
        longest = min(self.cap, self.first * 2.0 ** min(failures - 1, 10))
        return longest * random.uniform(0.5, 1)  # noqa: S311
