"""A verified Zalo Official Account over the OpenAPI: files in, a window to speak in, tokens that rotate.

One app, one OA. Facts and doubts: docs/channels.md.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from bot.channel import (
    Account,
    Capabilities,
    OutsideWindow,
    Receive,
    Rejected,
    SendError,
    Sent,
    Throttled,
    Upload,
)
from bot.channels.zalo_oa_api import Api
from bot.channels.zalo_oa_courier import Errand
from bot.channels.zalo_oa_door import Webhook
from bot.channels.zalo_oa_media import Media
from bot.channels.zalo_oa_read import NAME, Json, read
from bot.channels.zalo_oa_tokens import Renew, Tokens, database_may_be_away
from bot.channels.zalo_oa_wire import Refused, Wire, ZaloError
from bot.channels.zalo_oa_write import (
    FILES,
    MOST_BUTTONS,
    NOT_THIS_SHAPE,
    SHAPES,
    STALE_FILE,
    Shape,
    failure,
    write,
)
from bot.clocks import Clock, SystemClock
from bot.messages import Address, Incoming, InFile, Notice, Outgoing
from bot.settings import Settings
from db import Database
from db.windows import charged, opened_at, turned_to_us

__all__ = ["CAPABILITIES", "ZaloOA", "failure", "open_channel", "read", "write"]

log = structlog.get_logger()
FREE, PAID = timedelta(hours=48), timedelta(days=7)
LONGEST_REF = 300
QUOTA, PERSON, ACCOUNT = "/v3.0/oa/quota/message", "/v3.0/oa/user/detail", "/v2.0/oa/getoa"

CAPABILITIES = Capabilities(
    text_limit=2000,
    measure="utf-16",
    buttons=True,
    most_buttons=MOST_BUTTONS,
    files_in=True,
    files_out=True,
    file_limits=FILES,
    upload_limit=max(FILES.values()),
    download_limit=20 << 20,
    pace=80 / 60,
    window=FREE,
)


def open_channel(settings: Settings, http: aiohttp.ClientSession, db: Any = None) -> ZaloOA | None:
    return ZaloOA(settings, http, db) if settings.zalo_oa_app_id else None


class ZaloOA:
    """One account. `clock` is handed in by the app; `renew` is the courier's unless told otherwise."""

    name = NAME

    def __init__(
        self, settings: Settings, http: aiohttp.ClientSession, db: Database | None = None, renew: Renew | None = None
    ) -> None:
        app_secret, secret = (
            value.get_secret_value() if value else ""
            for value in (settings.zalo_oa_app_secret, settings.zalo_oa_secret_key)
        )
        if not app_secret or not secret:
            raise ValueError("a Zalo OA needs NHACVIEC_ZALO_OA_APP_SECRET and NHACVIEC_ZALO_OA_SECRET_KEY")
        self._window = PAID if settings.zalo_oa_paid else FREE
        self.capabilities = replace(CAPABILITIES, pace=settings.zalo_oa_per_minute / 60, window=self._window)
        self._media = Media(settings.zalo_oa_media_hosts, CAPABILITIES.download_limit)
        self._db = db if db is not None else Database(settings.url)
        self._owns_db = db is None
        self._clock: Clock = SystemClock()
        self.tokens = Tokens(self._db, self._clock, renew or _by_courier(settings, app_secret))
        self._api = Api(Wire(http), settings.zalo_oa_api_url, app_secret, self.tokens)
        self._webhook = Webhook(settings.zalo_oa_app_id, secret, self._db, self._clock)
        self._shapes: tuple[Shape, ...] = SHAPES
        self._in_doubt = False
        self._oa_id = ""

    def __repr__(self) -> str:
        return "ZaloOA()"

    @property
    def clock(self) -> Clock:
        return self._clock

    @clock.setter
    def clock(self, clock: Clock) -> None:
        self._clock = self._webhook.clock = clock

    def routes(self, receive: Receive) -> Iterable[web.RouteDef]:
        return self._webhook.routes(receive)

    async def start(self) -> None:
        """Says whether we have been let in. The webhook is set in Zalo's console, which no call can do."""
        await self.tokens.newest()
        with suppress(SendError):
            await self.check()  # by what link it is opened

    async def listen(self, receive: Receive) -> None:
        """Nothing is polled; whoever speaks for the account keeps its tokens."""
        await self.tokens.keep()

    async def close(self) -> None:
        await self._media.close()
        if self._owns_db:
            await self._db.close()

    def read(self, payload: Json, received_at: datetime) -> Incoming | Notice:
        return read(payload, received_at)

    async def greet(self, payload: Json) -> None:
        """Zalo shows nothing that turns."""

    async def check(self) -> Account:
        try:
            found = await self._api.look_up(ACCOUNT, {})
        except ZaloError as error:
            raise failure(error) from None
        finally:
            if self._owns_db:
                await self._db.close()
        self._oa_id = str(found.get("oa_id") or "")
        return Account(name=str(found.get("name") or ""), said_at=self._api.wire.said_at, called=None)

    async def name_of(self, who: Address) -> str:
        try:
            return str((await self._api.look_up(PERSON, {"user_id": who.chat})).get("display_name") or "")
        except (ZaloError, SendError) as error:
            log.info("name not known", channel=NAME, error=type(error).__name__)
            return ""

    async def send(self, to: Address, part: Outgoing, upload: Upload | None, *, edit: str | None = None) -> Sent:
        try:
            await self._check_window(to)
            data, ref = await self._said(to, part, upload)
        except ZaloError as error:
            raise failure(error) from None
        message_id = str(data.get("message_id") or "")[:64]
        if not data.get("quota"):
            await self._count_charged(message_id)
        return Sent(message_id, ref if ref and len(ref) <= LONGEST_REF else None)

    def fetch(self, file: InFile) -> AsyncIterator[bytes]:
        return self._media.fetch(file.ref)

    def invite_link(self, code: str) -> str | None:
        """A link to an OA carries nothing: the code is typed."""
        return f"https://zalo.me/{self._oa_id}" if self._oa_id else None

    # The window

    async def _check_window(self, to: Address) -> None:
        """Zalo's own word is asked for before we hold our tongue: an event may have been missed."""
        with database_may_be_away():
            async with self._db.reading() as session:
                last = await opened_at(session, to)
        if not self._is_open(last) and not self._is_open(await self._asked(to)):
            raise OutsideWindow(f"silent for more than {self._window}")

    def _is_open(self, last: datetime | None) -> bool:
        return last is not None and self._clock.now() - last <= self._window

    async def _asked(self, to: Address) -> datetime | None:
        said = (await self._api.ask(QUOTA, {"user_id": to.chat})).get("last_interaction")
        try:
            last = datetime.fromtimestamp(int(said or "") / 1000, UTC)
        except (TypeError, ValueError, OverflowError, OSError):
            return None
        with database_may_be_away():
            async with self._db.writing() as session:
                await turned_to_us(session, to, last)
        return last

    async def _count_charged(self, message_id: str) -> None:
        try:
            async with self._db.writing() as session:
                await charged(session, NAME, message_id, self._clock.now())
        except Exception:
            log.exception("a charged message is not counted", channel=NAME)

    # Saying it

    async def _said(self, to: Address, part: Outgoing, upload: Upload | None) -> tuple[Json, str | None]:
        if part.file:
            return await self._with_file(to, part, upload)
        if part.buttons and self._shapes:
            return await self._with_buttons(to, part), None
        try:
            data = await self._api.say(write(to, part))
        except Refused as refusal:
            if self._in_doubt and refusal.code in NOT_THIS_SHAPE:
                self._take_buttons(SHAPES)  # it was not the buttons, then
            raise
        self._in_doubt = False
        return data, None

    async def _with_buttons(self, to: Address, part: Outgoing) -> Json:
        """The first shape this account takes is used from then on; where it takes none, choices are numbered."""
        shapes = self._shapes
        for number, shape in enumerate(shapes):
            try:
                data = await self._api.say(write(to, part, shape))
            except Refused as refusal:
                if refusal.code not in NOT_THIS_SHAPE:
                    raise
                log.info("buttons refused", channel=NAME, shape=shape, code=refusal.code)
                continue
            self._take_buttons(shapes[number:])
            return data
        self._take_buttons(())
        self._in_doubt = True
        raise Throttled(0)  # not an attempt: it is fitted anew, to a channel without buttons

    def _take_buttons(self, shapes: tuple[Shape, ...]) -> None:
        self._shapes = shapes
        self.capabilities = replace(self.capabilities, buttons=bool(shapes))

    async def _with_file(self, to: Address, part: Outgoing, upload: Upload | None) -> tuple[Json, str]:
        """By Zalo's handle where it holds, which is a week."""
        if upload is None:
            raise Rejected("a file without its bytes")
        if upload.ref:
            try:
                return await self._api.say(write(to, part, file_ref=upload.ref)), upload.ref
            except Refused as refusal:
                if refusal.code not in STALE_FILE:
                    raise
        ref = await self._api.upload(upload)
        return await self._api.say(write(to, part, file_ref=ref)), ref


def _by_courier(settings: Settings, app_secret: str) -> Renew:
    where = settings.url, settings.zalo_oa_oauth_url, settings.zalo_oa_app_id, app_secret
    return lambda access: Errand(*where, access).run()
