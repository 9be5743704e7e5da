"""A stage: the platforms of this machine, the real bot, and a clock held in the hand."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr

from bot.app import App
from bot.clocks import MovableClock
from bot.messages import Address
from bot.sandbox.ports import free_port
from bot.sandbox.telegram import TelegramServer
from bot.sandbox.zalo_bot import ZaloBotServer
from bot.sandbox.zalo_oa import ZaloOAServer
from bot.sandbox.zalo_oa_join import let_in, settings_for
from bot.settings import Settings
from db import Database, open_work
from db.migrate import upgrade
from db.people import Member, Office, Person, Role, add_office, contact_for, find_office, memberships

TOKEN = "123456:sandbox-token-of-this-machine-only"  # noqa: S105 - the emulator knows no other
ZALO_BOT_TOKEN = "12345689:sandbox-token-of-this-machine-only"  # noqa: S105 - likewise
MOST_A_SECOND = 50
"""Nobody here is hurt by a pace faster than a platform would like."""
ECHO = timedelta(seconds=3)


class Stage:
    """`async with Stage(start) as stage`: a platform, an app, people with phones. Everything on loopback.

    Everybody is on `channel`, but for those whom `others` names with another one. `more` are further settings.
    """

    def __init__(
        self,
        start: datetime,
        *,
        folder: Path | None = None,
        running: bool = False,
        clock: MovableClock | None = None,
        webhook: bool = True,
        redeliver: int = 1,
        database_url: str = "",
        channel: str = "telegram",
        others: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self._temporary = (
            tempfile.TemporaryDirectory(prefix="nhacviec-", ignore_cleanup_errors=True) if folder is None else None
        )
        self.folder = folder or Path(self._temporary.name if self._temporary else "")
        self.clock = clock or MovableClock(start, running=running)
        self.webhook, self.database_url = webhook, database_url
        self.telegram = TelegramServer(token=TOKEN, now=self.clock.now, redeliver=redeliver, retry_base=0.05)
        self.zalo_bot = ZaloBotServer(token=ZALO_BOT_TOKEN, now=self.clock.now, redeliver=redeliver)
        self.zalo_oa = ZaloOAServer(now=self.clock.now, redeliver=redeliver, second=0.05, per_minute=None)
        self.channel, self.others, self._more = channel, dict(others or {}), dict(more or {})
        every: dict[str, Any] = {"telegram": self.telegram, "zalo_bot": self.zalo_bot, "zalo_oa": self.zalo_oa}
        self.platforms = {name: every[name] for name in sorted({channel, *self.others.values()})}
        self.phones: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        for platform in self.platforms.values():
            await platform.start()
        self.settings = self._settings()
        if "zalo_oa" in self.platforms:
            await self._let_in()
        await self.power_on()
        return self

    async def _let_in(self) -> None:
        """The Official Account is authorised before the bot first opens."""
        self.zalo_oa.webhook.url = f"{self.settings.public_url}/zalo_oa"
        await upgrade(self.settings.url)
        db = Database(self.settings.url)
        await let_in(db, self.clock, self.zalo_oa)
        await db.close()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.app.stop()
        for platform in self.platforms.values():
            await platform.stop()
        if self._temporary is not None:
            self._temporary.cleanup()

    async def restart(self) -> None:
        """Stop the bot and start it again on the same database; the platforms stay."""
        await self.app.stop()
        await self.power_on()

    async def power_on(self) -> None:
        self.app = App(self.settings, self.clock)
        await self.app.start()
        for pacer in self.app.sender.pacers.values():
            pacer.gap = min(pacer.gap, 1 / MOST_A_SECOND)

    async def settled(self) -> None:
        """Until nobody has anything to say, echoes that wait a moment included."""
        while True:
            await self.heard_out()
            await self.app.settled()
            due = await self.app.next_due()
            if due is None or due > self.clock.now() + ECHO:
                if not any(platform.pending for platform in self.platforms.values()):
                    return
                continue
            await self.app.walk_to(due)

    async def heard_out(self) -> None:
        """Until the platforms have handed over all that people sent."""
        for platform in self.platforms.values():
            await platform.idle()

    async def taken_in(self) -> None:
        """Until everything people sent is handled, whether or not an answer gets through."""
        await self.heard_out()
        while await self.app.unhandled():  # noqa: ASYNC110 - what ends it is spread over two queues
            await asyncio.sleep(0.005)

    def phone(self, name: str) -> Any:
        """This person's phone, made when first asked for: a User of the platform they are on."""
        if name not in self.phones:
            number, channel = 1000 + len(self.phones), self.channel_of(name)
            known_as = {"zalo_bot": f"6ede9afa66b88fe6{number}", "zalo_oa": f"24684588352919{number}"}
            self.phones[name] = self.platforms[channel].user(known_as.get(channel, number), name)
        return self.phones[name]

    def channel_of(self, name: str) -> str:
        return self.others.get(name, self.channel)

    def address(self, name: str) -> Address:
        return Address(self.channel_of(name), str(self.phone(name).id))

    async def office(self, name: str, short: str = "") -> int:
        async with open_work(self.app.db, self.clock) as work:
            found = await find_office(work.session, name) or await add_office(work.session, name, short)
            return found.id

    async def seat(self, name: str, office_id: int, role: Role, title: str = "") -> None:
        """Put a person into an office as if they had joined, with a phone that has spoken with the bot."""
        phone = self.phone(name)
        async with open_work(self.app.db, self.clock) as work:
            office = await work.session.get(Office, office_id)
            assert office is not None
            contact = await contact_for(work.session, self.address(name), name)
            person = contact.person or Person(name=name, title=title, consented_at=work.now)
            contact.person = person
            place = Member(
                person=person, office=office, office_id=office_id, role=role, asked_at=work.now, approved_at=work.now
            )
            work.session.add(place)
        phone.opened()

    async def unseat(self, name: str) -> None:
        """This person no longer works where they did."""
        async with open_work(self.app.db, self.clock) as work:
            contact = await contact_for(work.session, self.address(name))
            for place in await memberships(work.session, contact.person_id or 0):
                place.ended_at = work.now

    def _settings(self) -> Settings:
        port = free_port()
        oa = {**settings_for(self.zalo_oa), "zalo_oa_paid": True} if "zalo_oa" in self.platforms else {}
        on = {name: name in self.platforms for name in ("telegram", "zalo_bot")}
        return Settings(
            _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own argument
            database_url=SecretStr(self.database_url),
            data_dir=self.folder,
            telegram_token=SecretStr(TOKEN) if on["telegram"] else None,
            telegram_api_url=self.telegram.url,
            zalo_bot_token=SecretStr(ZALO_BOT_TOKEN) if on["zalo_bot"] else None,
            zalo_bot_api_url=self.zalo_bot.url,
            public_url=f"http://127.0.0.1:{port}" if self.webhook else "",
            port=port,
            tick_seconds=3600,
            **{"digest": "off", **oa, **self._more},
        )
