"""What becomes of a message that did not get through: what each of the five names asks for."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from bot import metrics
from bot.channel import Blocked, Moved, OutsideWindow, SendError, Throttled, Unreachable
from bot.clocks import Clock
from bot.pacer import Pacer
from bot.vi import trouble as vi
from bot.watch import Watch
from db import Database, Work, open_work
from db.base import LONGEST
from db.mail import Delivery, Outcome
from db.people import Contact, Office, Person, contacts_of
from db.post import mark_blocked, park, readdress, said_since
from db.queue import LeaseLost, deliveries
from handlers.deeds.reach import shut_out, tell_coordinators

log = structlog.get_logger()
GIVE_UP = 30
LONGEST_PAUSE = timedelta(minutes=1)
AT_ONCE = timedelta(seconds=1)
"""What was put out together is one occasion: nobody hears twice that it did not arrive."""


class Remedies:
    """Each writes down what happened to the row, in one transaction."""

    def __init__(self, db: Database, clock: Clock, pacers: Mapping[str, Pacer], watch: Watch) -> None:
        self.db, self.clock, self.pacers, self.watch = db, clock, pacers, watch
        self.first_pause = timedelta(seconds=1)

    async def failed(self, row: Delivery, failure: SendError) -> None:
        """What each of the five names asks."""
        metrics.FAILURES.labels("deliveries", row.to.channel, type(failure).__name__).inc()
        try:
            async with open_work(self.db, self.clock) as work:
                await self._remedy(work, row, failure)
        except LeaseLost:
            log.warning("taken over by another worker", delivery=row.id)

    async def _remedy(self, work: Work, row: Delivery, failure: SendError) -> None:
        parts: dict[str, Any] = {"parts_sent": row.parts_sent}
        if isinstance(failure, Throttled):
            self.pacers[row.to.channel].rest(failure.retry_after)
            until = work.machine + min(timedelta(seconds=failure.retry_after), LONGEST)  # the pacer rests it all out
            await deliveries.rest(work.session, row, until, str(failure), failed=False, on_wire_at=None, **parts)
        elif isinstance(failure, Unreachable):
            self.watch.failed(row.to.channel, failure)
            if not await self._moved(work, row, failure):
                await self._again(work, row, failure)
        elif isinstance(failure, Moved):
            await deliveries.rest(work.session, row, work.machine, "moved", failed=False, on_wire_at=None)
            await readdress(work.session, row.to, failure.to)
        elif isinstance(failure, Blocked | OutsideWindow):
            await self._elsewhere(work, row, failure)
        else:
            log.error("rejected", delivery=row.id, reason=str(failure))
            await deliveries.finish(work.session, row, work.machine, Outcome.FAILED, str(failure)[:500])

    async def _again(self, work: Work, row: Delivery, failure: Unreachable) -> None:
        if failure.maybe_sent and row.uncertain:
            await deliveries.finish(work.session, row, work.machine, Outcome.UNCERTAIN, str(failure)[:500])
            return
        # While nobody gets through, the platform is to blame: what it missed is said when it is back.
        if row.failures >= GIVE_UP and work.machine - self.watch.last_through(row.to.channel) < 2 * LONGEST_PAUSE:
            await deliveries.finish(work.session, row, work.machine, Outcome.FAILED, str(failure)[:500])
            return
        pause = min(self.first_pause * 2 ** min(row.failures, 10), LONGEST_PAUSE)
        until = work.machine + pause * random.uniform(0.8, 1.2)  # noqa: S311 - jitter is no secret
        facts: dict[str, Any] = {
            "uncertain": row.uncertain or failure.maybe_sent,
            "on_wire_at": None,
            "parts_sent": row.parts_sent,
        }
        if failure.maybe_sent:
            log.warning("may have been sent", delivery=row.id)
            metrics.UNCERTAIN.labels(row.to.channel).inc()
        await deliveries.rest(work.session, row, until, str(failure), **facts)

    async def _moved(self, work: Work, row: Delivery, failure: Unreachable) -> bool:
        """A dead channel: to their next app, where they have one that lives. The keepers hear it from the watch."""
        if row.person_id is None or not self.watch.dead(row.to.channel):
            return False
        others = await self._others(work, row)
        if not others:
            return False
        await deliveries.finish(work.session, row, work.machine, Outcome.MOVED, str(failure)[:500])
        await work.say_elsewhere(row, others[0].address)
        return True

    async def _others(self, work: Work, row: Delivery) -> list[Contact]:
        """Chats of this person that are open, in channels that live."""
        mine = await contacts_of(work.session, row.person_id or 0)
        return [c for c in mine if c.blocked_at is None and c.address != row.to and not self.watch.dead(c.channel)]

    async def _elsewhere(self, work: Work, row: Delivery, failure: SendError) -> None:
        """Their next chat; with none left it waits where it may, and the coordinators hear of it."""
        others = await self._others(work, row) if row.person_id is not None else []
        if isinstance(failure, OutsideWindow) and not others:
            await park(work.session, row, work.now)
        else:
            await deliveries.finish(work.session, row, work.machine, Outcome.FAILED, str(failure)[:500])
        if isinstance(failure, Blocked) and (shut := await mark_blocked(work.session, row.to, work.now)):
            await shut_out(work, shut)
        if others:
            await work.say_elsewhere(row, others[0].address)
        if row.person_id is not None and row.office_id is not None and isinstance(failure, OutsideWindow):
            await self._tell(work, row, others[0].channel if others else None)

    async def _tell(self, work: Work, row: Delivery, switched: str | None) -> None:
        about = f"blocked:{row.person_id}"
        if await said_since(work.session, about, row.created_at - AT_ONCE):
            return
        person = await work.session.get(Person, row.person_id)
        office = await work.session.get(Office, row.office_id)
        if person is None or office is None:
            return
        if switched:
            message = vi.switched(person.name, office.name, switched)
        else:
            message = vi.not_reached(person.name, office.name, vi.NOT_OPENED)
        await tell_coordinators(work, replace(message, about=about), but=person.id)
