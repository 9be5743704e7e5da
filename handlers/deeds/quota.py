"""The month of an account that may say only so much: those who run it are warned, then what nobody asked for waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta

from bot.channel import Capabilities
from bot.clocks import VIETNAM, local
from bot.messages import Outgoing
from bot.vi import quota as vi
from db import Work
from db.mail import Delivery, Outcome, Priority
from db.people import contacts_of
from db.post import said_since
from db.queue import deliveries
from db.usage import exchanged, people_in, waiting_beside
from handlers.deeds.reach import tell_keepers

WARN, STOP = 0.8, 0.95
LOOK_AGAIN = timedelta(minutes=1)
OPENING = time(8)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
Needless = Callable[[Work, Delivery], Awaitable[Outcome | None]]


class Quota:
    """One channel's. Counted both ways, as Zalo does not tell which way it counts; looked at again each minute."""

    def __init__(self, channel: str, capabilities: Capabilities) -> None:
        self.channel, self._can = channel, capabilities
        self.used = 0
        self._month = self._looked_at = _LONG_AGO

    @property
    def share(self) -> float:
        return self.used / self._can.monthly_limit if self._can.monthly_limit else 0.0

    def spoke(self) -> None:
        self.used += 1

    async def look(self, work: Work) -> None:
        """Count anew if that was long ago, and warn once in a month of what is running out."""
        if not self._can.monthly_limit and not self._can.user_limit:
            return
        month = local(work.now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        if month == self._month and work.machine - self._looked_at < LOOK_AGAIN:
            return
        self._month, self._looked_at = month, work.machine
        self.used = await exchanged(work.session, self.channel, month)
        await self._warn(work, month)

    async def holds(self, work: Work, row: Delivery) -> bool:
        """Whether it waits: said in another chat of theirs if there is one, else looked at again tomorrow morning."""
        if self.share < STOP or row.priority < Priority.REMINDER:
            return False
        open_ = [c for c in await contacts_of(work.session, row.person_id or 0) if c.blocked_at is None]
        other = next((contact for contact in open_ if contact.channel != self.channel), None)
        if other is None:
            tomorrow = local(work.now).date() + timedelta(days=1)
            await deliveries.postpone(work.session, row, datetime.combine(tomorrow, OPENING, VIETNAM))
            return True
        await deliveries.finish(work.session, row, work.machine, Outcome.FAILED, "the month's messages are used up")
        await work.say_elsewhere(row, other.address)
        return True

    async def gather(self, work: Work, row: Delivery, needless: Needless) -> None:
        """When little is left, all that waits unasked in this chat is one message."""
        if self.share < WARN or row.priority < Priority.REMINDER:
            return
        found = [row]
        for other in await waiting_beside(work.session, row, work.now):
            outcome = await needless(work, other)
            if outcome is None and (other.outgoing.file is None or not any(each.outgoing.file for each in found)):
                found.append(other)
                outcome = Outcome.MERGED
            if outcome is not None:
                await deliveries.finish(work.session, other, work.machine, outcome)
        if len(found) > 1:
            await _become(work, row, vi.digest([each.outgoing for each in found]), found)

    async def _warn(self, work: Work, month: datetime) -> None:
        limit, people = self._can.monthly_limit, self._can.user_limit
        if self.share >= STOP:
            await _once(work, vi.stopped(self.channel, self.used, limit), month)
        elif self.share >= WARN:
            await _once(work, vi.running_out(self.channel, self.used, limit), month)
        if people and (met := await people_in(work.session, self.channel)) >= WARN * people:
            await _once(work, vi.many_people(self.channel, met, people), month)


async def _become(work: Work, row: Delivery, message: Outgoing, parts: list[Delivery]) -> None:
    row.message, row.about = message.to_json(), None
    owed = [each.owed_by for each in parts]
    row.owed_by = sorted({number for each in owed for number in each or ()}) if all(owed) else None
    ends = [each.expires_at for each in parts]
    row.expires_at = max(end for end in ends if end) if all(ends) else None
    names = ("message", "about", "owed_by", "expires_at")
    await deliveries.note(work.session, row, **{name: getattr(row, name) for name in names})


async def _once(work: Work, message: Outgoing, month: datetime) -> None:
    if not await said_since(work.session, message.about or "", month):
        await tell_keepers(work, message)
