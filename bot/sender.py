"""Room 6: the one place that speaks to the wire. Asks whether it is still wanted, fits, sends, marks."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from bot import metrics
from bot.channel import (
    Blocked,
    Channel,
    Moved,
    NotEditable,
    OutsideWindow,
    Rejected,
    SendError,
    Sent,
    Throttled,
    Unreachable,
    Upload,
)
from bot.clocks import Clock
from bot.files import Store
from bot.fit import Fitted, fit
from bot.lease import Speaker
from bot.loops import LOOK_AGAIN, Crew, Together, insist, renewing, work_queue
from bot.messages import Choice, Outgoing
from bot.pacer import Pacer
from bot.vi import missing as vi
from db import Database, Work, open_work
from db.directives import Assignment
from db.mail import Delivery, Outcome, Priority
from db.people import Office, Person, contacts_of
from db.post import known_ref, mark_blocked, readdress, remember_choices, remember_ref
from db.queue import LeaseLost, deliveries
from db.reports import still_owed
from handlers.deeds.reach import shut_out, tell_coordinators

log = structlog.get_logger()
AT_ONCE = 64
GIVE_UP = 30
LONGEST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Said:
    """What was spoken, and the choices it numbered."""

    row: Delivery
    facts: dict[str, Any]
    choices: tuple[Choice, ...]


class Sender:
    """Works the outbox until cancelled, each channel at its own pace, while this process speaks for it."""

    def __init__(
        self, db: Database, clock: Clock, channels: Mapping[str, Channel], store: Store, speakers: Mapping[str, Speaker]
    ) -> None:
        self.db, self.clock, self.channels, self.store, self.speakers = db, clock, channels, store, speakers
        self.pacers = {name: Pacer(channel.capabilities.pace) for name, channel in channels.items()}
        self._wakes = {name: db.watch("deliveries") for name in channels}
        self.crews = {name: Crew(AT_ONCE, wake) for name, wake in self._wakes.items()}
        self.first_pause = timedelta(seconds=1)
        self._finish = Together(self._finished)
        self._through = dict.fromkeys(channels, datetime.min.replace(tzinfo=UTC))

    @property
    def busy(self) -> set[asyncio.Task[None]]:
        return {task for crew in self.crews.values() for task in crew.busy}

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for name, wake in self._wakes.items():
                group.create_task(work_queue(wake, partial(self._start, name)))

    async def _start(self, name: str) -> float | None:
        """Speak what may be spoken now; the seconds until the next may be, if there is more."""
        pacer, crew = self.pacers[name], self.crews[name]
        if crew.room <= 0 or not self.speakers[name].speaks:
            return None
        if pacer.wait:
            return min(pacer.wait, LOOK_AGAIN)
        most = min(crew.room, 1 if pacer.gap else crew.size)
        async with open_work(self.db, self.clock) as work:
            moment: dict[str, Any] = {"now": work.now, "machine": work.machine}
            rows = await deliveries.claim(work.session, **moment, most=most, lanes=f"{name}:")
            wanted = [row for row in rows if await self._wanted(work, row)]
            # Written down before speaking: if we die now, it may have been heard.
            await deliveries.note(work.session, *wanted, on_wire_at=work.now)
            taken = [(row, await self._upload(work, row)) for row in wanted]
        for row, upload in taken:
            pacer.take()
            crew.start(self._deliver(row, upload))
        return pacer.wait if rows else None

    async def _wanted(self, work: Work, row: Delivery) -> bool:
        """Whether it is still to be said."""
        outcome = await self._needless(work, row)
        if outcome is not None:
            await deliveries.finish(work.session, row, work.machine, outcome)
            return False
        if row.on_wire_at is not None:
            log.warning("may have been heard before", delivery=row.id)
            metrics.UNCERTAIN.labels(row.to.channel).inc()
            row.uncertain = True
            await deliveries.note(work.session, row, uncertain=True)
        return True

    async def _needless(self, work: Work, row: Delivery) -> Outcome | None:
        """Why a row is not to be sent: done meanwhile, too late, or possibly heard twice already."""
        if row.on_wire_at is not None and row.uncertain:
            return Outcome.UNCERTAIN
        if row.expires_at is not None and row.expires_at <= work.now:
            return Outcome.EXPIRED
        if row.owed_by and row.priority >= Priority.REMINDER:
            found = [await work.session.get(Assignment, number) for number in row.owed_by]
            closed = [each for each in found if each and each.task.directive.closed_at]
            if len(closed) == len(row.owed_by) or not await still_owed(work.session, row.owed_by):
                return Outcome.UNNEEDED
        return None

    async def _upload(self, work: Work, row: Delivery) -> Upload | None:
        file = row.outgoing.file
        if file is None:
            return None
        ref = await known_ref(work.session, row.to.channel, file.sha256)
        return Upload(file.name, self.store.path(file.sha256), ref)

    async def _deliver(self, row: Delivery, upload: Upload | None) -> None:
        try:
            async with renewing(lambda: self._renew(row)):
                await self._speak(row, self.channels[row.to.channel], upload)
        except LeaseLost:
            log.warning("taken over by another worker", delivery=row.id)
        except SendError as failure:
            await insist(partial(self._failed, row, failure), unless=LeaseLost)
        except Exception:
            log.exception("a delivery failed", delivery=row.id)
            await insist(partial(self._failed, row, Rejected("our own mistake")), unless=LeaseLost)

    async def _speak(self, row: Delivery, channel: Channel, upload: Upload | None) -> None:
        fitted, already = await _fitted(row, channel, upload), row.parts_sent
        sent = Sent(row.message_id or "")
        for number, part in enumerate(fitted.parts):
            if number < already:
                continue
            if number > already:
                await self.pacers[channel.name].slot()
                await insist(partial(self._next_part, row), unless=LeaseLost)
            sent = await self._part(row, channel, part, upload, edit=row.pressed_on if number == 0 else None)
            row.parts_sent = number + 1
            if upload is not None and sent.file_ref and part.file:
                await insist(partial(self._remember, row, sent), unless=LeaseLost)
        facts: dict[str, Any] = {
            "message_id": sent.message_id,
            "sent_at": self.clock.now(),
            "parts_sent": row.parts_sent,
        }
        said = _Said(row, facts, fitted.choices)
        await insist(lambda: self._finish(said), unless=LeaseLost)
        if row.priority <= Priority.REPLY:
            metrics.dwell.end(row.lane)
        self._through[channel.name] = self.clock.machine()
        log.info("delivered", delivery=row.id, channel=channel.name, attempt=row.attempt)

    async def _finished(self, batch: Sequence[_Said]) -> None:
        async with self.db.writing() as session:
            await deliveries.finish_all(session, self.clock.machine(), [(said.row, said.facts) for said in batch])
            for said in batch:
                if said.choices:
                    keep = said.row.priority >= Priority.REMINDER
                    await remember_choices(session, said.row.to, said.choices, keep=keep)

    async def _part(
        self, row: Delivery, channel: Channel, part: Outgoing, upload: Upload | None, *, edit: str | None
    ) -> Sent:
        carried = upload if part.file else None
        if edit is not None and channel.capabilities.edits:
            try:
                return await channel.send(row.to, part, carried, edit=edit)
            except NotEditable:
                edit = None
        elif edit is not None and row.outgoing.short:
            part = replace(part, text=row.outgoing.short, buttons=())
        return await channel.send(row.to, part, carried)

    async def _next_part(self, row: Delivery) -> None:
        async with self.db.writing() as session:
            await deliveries.note(session, row, on_wire_at=self.clock.now(), parts_sent=row.parts_sent)

    async def _remember(self, row: Delivery, sent: Sent) -> None:
        file = row.outgoing.file
        async with self.db.writing() as session:
            if file is not None and sent.file_ref:
                await remember_ref(session, row.to.channel, file.sha256, sent.file_ref)

    async def _failed(self, row: Delivery, failure: SendError) -> None:
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
            until = work.machine + timedelta(seconds=failure.retry_after)
            await deliveries.rest(work.session, row, until, str(failure), failed=False, on_wire_at=None, **parts)
        elif isinstance(failure, Unreachable):
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
        if row.failures >= GIVE_UP and work.machine - self._through[row.to.channel] < 2 * LONGEST_PAUSE:
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

    async def _elsewhere(self, work: Work, row: Delivery, failure: SendError) -> None:
        """Their next chat; with none left the coordinators hear of it."""
        await deliveries.finish(work.session, row, work.machine, Outcome.FAILED, str(failure)[:500])
        if isinstance(failure, Blocked) and (shut := await mark_blocked(work.session, row.to, work.now)):
            await shut_out(work, shut)
        if row.person_id is None:
            return
        other = [
            c for c in await contacts_of(work.session, row.person_id) if c.blocked_at is None and c.address != row.to
        ]
        facts: dict[str, Any] = {
            "person_id": row.person_id,
            "office_id": row.office_id,
            "owed_by": row.owed_by,
            "expires_at": row.expires_at,
        }
        if other:
            await work.send(other[0].address, row.outgoing, priority=Priority(row.priority), **facts)
        if row.office_id is not None and isinstance(failure, OutsideWindow):
            await self._tell(work, row, other[0].channel if other else None)

    async def _tell(self, work: Work, row: Delivery, switched: str | None) -> None:
        person = await work.session.get(Person, row.person_id)
        office = await work.session.get(Office, row.office_id)
        if person is None or office is None:
            return
        if switched:
            message = vi.switched(person.name, office.name, switched)
        else:
            message = vi.not_reached(person.name, office.name, "chưa mở trợ lý nên chưa nhắn được")
        await tell_coordinators(work, replace(message, about=f"blocked:{person.id}"))

    async def _renew(self, row: Delivery) -> None:
        async with self.db.writing() as session:
            await deliveries.renew(session, row, self.clock.machine())


async def _fitted(row: Delivery, channel: Channel, upload: Upload | None) -> Fitted:
    message = row.outgoing
    if row.priority >= Priority.REMINDER:
        message = replace(message, wants_words=True)
    size = await asyncio.to_thread(_size, upload.path) if upload and channel.capabilities.file_limits else None
    return fit(message, channel.capabilities, size=size)


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None
