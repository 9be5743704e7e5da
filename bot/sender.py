"""Room 6: the one place that speaks to the wire. Asks whether it is still wanted, fits, sends, marks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from bot import metrics
from bot.channel import (
    Channel,
    NotEditable,
    Rejected,
    SendError,
    Sent,
    Upload,
)
from bot.clocks import Clock
from bot.files import Store
from bot.fit import Fitted, fit
from bot.lease import Speaker
from bot.loops import LOOK_AGAIN, Crew, Together, insist, renewing, work_queue
from bot.messages import Address, Choice, OutFile, Outgoing
from bot.pacer import Pacer, Turns
from bot.remedies import Remedies
from bot.vi import download as vi
from bot.watch import Watch
from db import Database, Work, open_work
from db.directives import Assignment
from db.mail import Delivery, Outcome, Priority
from db.people import find_contact, memberships
from db.post import known_ref, note_spoken, remember_choices, remember_ref, said_by_a_newer
from db.queue import LeaseLost, deliveries
from db.reports import still_owed
from handlers.deeds.links import FILE_DAYS, download_token, download_url
from handlers.deeds.quota import Quota
from handlers.deeds.telling import still_true

log = structlog.get_logger()
AT_ONCE = 64
WAITED = timedelta(minutes=5)
AT_REST, LONGEST_REST = timedelta(minutes=10), timedelta(minutes=30)
"""Who is amid answering us is not reminded before they pause; no reminder is put off longer than the second."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What was spoken, and the choices it numbered."""

    row: Delivery
    facts: dict[str, Any]
    choices: tuple[Choice, ...]


class Sender:
    """Works the outbox until cancelled, each channel at its own pace, while this process speaks for it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        channels: Mapping[str, Channel],
        store: Store,
        speakers: Mapping[str, Speaker],
        watch: Watch,
        public_url: str = "",
    ) -> None:
        self.db, self.clock, self.channels, self.store = db, clock, channels, store
        self.speakers, self.watch, self.public_url = speakers, watch, public_url
        self.pacers = {name: Pacer(channel.capabilities.pace) for name, channel in channels.items()}
        self.turns = {name: Turns() for name in channels}
        self._wakes = {name: db.watch("deliveries") for name in channels}
        self.quotas = {name: Quota(name, channel.capabilities) for name, channel in channels.items()}
        self.crews = {name: Crew(AT_ONCE, wake) for name, wake in self._wakes.items()}
        self.remedies = Remedies(db, clock, self.pacers, watch)
        self._finish = Together(self._finished)

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
            rows = await self._claim(work, name, most)
            if rows:
                await self.quotas[name].look(work)
            wanted = [row for row in rows if await self._wanted(work, row)]
            for row in wanted:
                await self.quotas[name].gather(work, row, self._needless)
            # Written down before speaking: if we die now, it may have been heard.
            await deliveries.note(work.session, *wanted, on_wire_at=work.now)
            taken = [(row, await self._upload(work, row)) for row in wanted]
        for row, upload in taken:
            pacer.take()
            self.turns[name].spoke(row.lane)
            crew.start(self._deliver(row, upload))
        return pacer.wait if rows else None

    async def _claim(self, work: Work, name: str, most: int) -> Sequence[Delivery]:
        asked: dict[str, Any] = {"now": work.now, "machine": work.machine, "most": most, "lanes": f"{name}:"}
        stand_back = self.turns[name].stand_back()
        rows = await deliveries.claim(work.session, **asked, but=stand_back)
        return rows if rows or not stand_back else await deliveries.claim(work.session, **asked)

    async def _wanted(self, work: Work, row: Delivery) -> bool:
        """Whether it is still to be said."""
        outcome = await self._needless(work, row)
        if outcome is not None:
            await deliveries.finish(work.session, row, work.machine, outcome)
            return False
        if await self.quotas[row.to.channel].holds(work, row):
            return False
        if (rests_at := await _in_a_form(work, row)) is not None:
            await deliveries.postpone(work.session, row, rests_at)
            return False
        if row.on_wire_at is not None:
            log.warning("may have been heard before", delivery=row.id)
            metrics.UNCERTAIN.labels(row.to.channel).inc()
            row.uncertain = True
            await deliveries.note(work.session, row, uncertain=True)
        return True

    async def _needless(self, work: Work, row: Delivery) -> Outcome | None:
        """Why a row is not to be sent: done meanwhile, too late, said anew, or possibly heard twice already."""
        if row.on_wire_at is not None and row.uncertain:
            return Outcome.UNCERTAIN
        if row.expires_at is not None and row.expires_at <= work.now:
            return Outcome.EXPIRED
        if await _left(work, row):
            return Outcome.UNNEEDED
        if row.about and row.attempt > 1 and not row.parts_sent and await said_by_a_newer(work.session, row):
            return Outcome.REPLACED  # it could not be while it was on the wire
        if row.about and not await still_true(work, row):
            return Outcome.REPLACED
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
            await insist(partial(self.remedies.failed, row, failure), unless=LeaseLost)
        except Exception:
            log.exception("a delivery failed", delivery=row.id)
            await insist(partial(self.remedies.failed, row, Rejected("our own mistake")), unless=LeaseLost)

    async def _speak(self, row: Delivery, channel: Channel, upload: Upload | None) -> None:
        fitted, already = await self._fitted(row, channel, upload), row.parts_sent
        sent = Sent(row.message_id or "")
        for number, part in enumerate(fitted.parts):
            if number < already:
                continue
            if number > already:
                await self.pacers[channel.name].slot()
                await insist(partial(self._next_part, row), unless=LeaseLost)
            sent = await self._part(row, channel, part, upload, edit=row.pressed_on if number == 0 else None)
            row.parts_sent = number + 1
            self.quotas[channel.name].spoke()
            if upload is not None and sent.file_ref and part.file:
                await insist(partial(self._remember, row, sent), unless=LeaseLost)
        facts: dict[str, Any] = {
            "message_id": sent.message_id,
            "sent_at": self.clock.now(),
            "parts_sent": row.parts_sent,
            "file_token": None,
        }
        said = _Said(row, facts, fitted.choices)
        await insist(lambda: self._finish(said), unless=LeaseLost)
        if row.priority <= Priority.REPLY:
            metrics.dwell.end(row.lane)
        self.watch.through(channel.name)
        log.info("delivered", delivery=row.id, channel=channel.name, attempt=row.attempt)

    async def _fitted(self, row: Delivery, channel: Channel, upload: Upload | None) -> Fitted:
        can, link_for = channel.capabilities, None
        size = await asyncio.to_thread(_size, upload.path) if upload and can.file_limits else None
        if upload and self.public_url and not can.carries(upload.name, size):
            if row.file_token is None:
                await insist(partial(self._new_link, row), unless=LeaseLost)
            if row.file_token is not None:
                link_for = partial(_link_to, vi.link(download_url(self.public_url, row.file_token), FILE_DAYS))
        return fit(row.outgoing, can, link_for, size=size)

    async def _new_link(self, row: Delivery) -> None:
        """Written down before it is said, so that whoever tries again says the same."""
        assert row.outgoing.file is not None
        async with open_work(self.db, self.clock) as work:
            token = await download_token(work, row.to, row.outgoing.file)
            await deliveries.note(work.session, row, file_token=token)
        row.file_token = token

    async def _finished(self, batch: Sequence[_Said]) -> None:
        async with self.db.writing() as session:
            await deliveries.finish_all(session, self.clock.machine(), [(said.row, said.facts) for said in batch])
            silent: list[Address] = []
            for said in batch:
                told, to = said.row.outgoing, said.row.to
                if said.choices or told.wants_words:  # asked for words: what was offered before is no answer to it
                    await remember_choices(session, to, said.choices, unasked=told.unasked, said=told.text)
                else:
                    silent.append(to)
            await note_spoken(session, silent)

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

    async def _renew(self, row: Delivery) -> None:
        async with self.db.writing() as session:
            await deliveries.renew(session, row, self.clock.machine())


async def _left(work: Work, row: Delivery) -> bool:
    """Whether what concerns an office has waited so long that its person is no longer one of it."""
    if row.office_id is None or row.person_id is None or work.now - row.created_at < WAITED:
        return False
    return row.office_id not in {place.office_id for place in await memberships(work.session, row.person_id)}


async def _in_a_form(work: Work, row: Delivery) -> datetime | None:
    """Until when a reminder waits, because its person is amid answering us."""
    contact = await find_contact(work.session, row.to) if row.priority == Priority.REMINDER else None
    if contact is None or not contact.expects or contact.heard_at is None:
        return None
    rests_at = min(contact.heard_at + AT_REST, row.created_at + LONGEST_REST)
    return rests_at if rests_at > work.now else None


def _link_to(link: str, _file: OutFile) -> str:
    return link


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None
