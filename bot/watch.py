"""How each channel does: whether what we say gets through, whether the platform still calls us; who hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.channel import Channel, Checkable, Revoked, SendError
from bot.clocks import Clock
from bot.vi import apps as vi
from db import Database, open_work
from db.people import contacts_of
from db.post import said_since
from handlers.deeds.reach import keepers

log = structlog.get_logger()
PATIENCE = timedelta(minutes=3)
"""A channel through which nothing has got for so long is dead: what waits goes to people's other apps."""
LOOK_EVERY = timedelta(minutes=2)
SAY_AGAIN = timedelta(days=1)
MOST_WAITING = 60.0
NEVER = datetime.min.replace(tzinfo=UTC)
REVOKED, AWAY, SILENT = "revoked", "unreachable", "webhook silent"


@dataclass
class Pulse:
    """One channel, by machine time. Since `since` nothing gets through; since `silent` updates wait at the platform.
    `unsent`: it was a message that did not get through, and not only our own question.
    """

    through: datetime = NEVER
    heard: datetime = NEVER
    since: datetime | None = None
    reason: str = ""
    silent: datetime | None = None
    unsent: bool = False
    told: bool = False


class Watch:
    """Told of each success and failure; `look` asks the platforms and says aloud what is wrong, once."""

    def __init__(self, db: Database, clock: Clock, channels: Mapping[str, Channel]) -> None:
        self._db, self._clock, self._channels = db, clock, channels
        self._pulses = {name: Pulse() for name in channels}
        self._looked = NEVER
        self._asking: asyncio.Task[None] | None = None

    def through(self, name: str) -> None:
        """Something was said."""
        pulse = self._pulses[name]
        pulse.through = self._clock.machine()
        _lives(pulse)

    def heard(self, name: str) -> None:
        """An update came in."""
        pulse = self._pulses[name]
        pulse.heard, pulse.silent = self._clock.machine(), None

    def failed(self, name: str, failure: SendError, *, asking: bool = False) -> None:
        """Nothing got through, and not for what was said or to whom. `asking`: we only asked how it does."""
        pulse = self._pulses[name]
        pulse.unsent = pulse.unsent or not asking
        pulse.since = pulse.since or self._clock.machine()
        pulse.reason = REVOKED if isinstance(failure, Revoked) else AWAY

    def last_through(self, name: str) -> datetime:
        return self._pulses[name].through

    def dead(self, name: str) -> bool:
        """Whether what waits there should go elsewhere."""
        pulse = self._pulses.get(name)
        if pulse is None:
            return True
        return pulse.since is not None and (pulse.reason == REVOKED or self._clock.machine() - pulse.since >= PATIENCE)

    def wrong(self) -> dict[str, str]:
        """Channels that do not work, and why; for people and for /readyz."""
        found = {name: pulse.reason for name, pulse in self._pulses.items() if self.dead(name)}
        silent = {name: SILENT for name, pulse in self._pulses.items() if self._silent(pulse)}
        return {**silent, **found}

    async def look(self) -> None:
        """Called at every tick; never waits for a platform."""
        machine = self._clock.machine()
        if machine - self._looked >= LOOK_EVERY and (self._asking is None or self._asking.done()):
            self._looked, self._asking = machine, asyncio.create_task(self._ask())
        wrong = self.wrong()
        for name, pulse in self._pulses.items():
            if name in wrong and not pulse.told:
                pulse.told = await self._tell(name, wrong[name])
            elif name not in wrong and pulse.told:
                pulse.told = False
                await self._tell(name, "")

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    def _silent(self, pulse: Pulse) -> bool:
        return pulse.silent is not None and self._clock.machine() - pulse.silent >= PATIENCE

    async def _ask(self) -> None:
        for name, channel in self._channels.items():
            if isinstance(channel, Checkable):
                await self._ask_one(name, channel)

    async def _ask_one(self, name: str, channel: Checkable) -> None:
        pulse = self._pulses[name]
        try:
            async with asyncio.timeout(MOST_WAITING):
                account = await channel.check()
        except (SendError, TimeoutError) as failure:
            self.failed(name, failure if isinstance(failure, Revoked) else SendError(), asking=True)
            return
        if pulse.reason == REVOKED or not pulse.unsent:
            _lives(pulse)
        shut = account.called and (not account.fits or account.waiting > 0)
        pulse.silent = (pulse.silent or self._clock.machine()) if shut else None

    async def _tell(self, name: str, reason: str) -> bool:
        """Whoever runs this hears it in another app, once a day at most; an empty reason: it works again."""
        log.error("a channel is dead", channel=name, reason=reason) if reason else log.info("alive again", channel=name)
        message = vi.dead(name, reason) if reason else vi.alive(name)
        async with open_work(self._db, self._clock) as work:
            if await said_since(work.session, message.about or "", work.now - (SAY_AGAIN if reason else LOOK_EVERY)):
                return True  # by another process, or before we were started anew
            for person in await keepers(work):
                chats = [c for c in await contacts_of(work.session, person) if c.blocked_at is None]
                chat = next((c for c in chats if c.channel != name and not self.dead(c.channel)), None)
                if chat is not None:
                    await work.send(chat.address, replace(message, unasked=True), person_id=person)
        return True


def _lives(pulse: Pulse) -> None:
    pulse.since, pulse.reason, pulse.unsent = None, "", False
