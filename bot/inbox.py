"""Room 3: claims what came in, finds out who speaks and what they mean, and lets one handler decide."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from bot import bylink, metrics
from bot.channel import Channel, KnowsNames, Raw
from bot.choices import agreed, answered, just_offered, pressed, several, waiting
from bot.clocks import Clock
from bot.door import Door
from bot.files import Problem
from bot.flood import Flood
from bot.intake import take_in
from bot.loops import Crew, insist, renewing, work_queue
from bot.messages import NOBODY, Address, Incoming, Notice, NoticeKind, Outgoing
from bot.vi import people as vi_people
from bot.vi import trouble
from bot.vi.filing import UNSEEN
from bot.watch import Watch
from bot.wire import object_in
from db import Database, Work, open_work
from db.base import is_away
from db.mail import Outcome, Received
from db.people import Contact, contact_for, find_contact, known_at, memberships, spoken_with
from db.post import mark_blocked, pressed_delivery, purge_received, readdress, said_since, unpark
from db.queue import LeaseLost, received
from db.uploads import remember_said
from handlers import COMMANDS, EXPECTED, REPORTING, Aside, House, Refused, Rule, Silence, Turn, allowed, intent
from handlers.deeds.others import picked
from handlers.deeds.publishing import back_again
from handlers.deeds.reach import shut_out, tell_of_full_disk
from handlers.deeds.secret import note_page, quotes_secret, refuse_secret, stamp_of
from handlers.routing import choose, decides, proposed

log = structlog.get_logger()
TRIES = 3
MOST_ATTEMPTS = 300
"""Takers of one message, those that died holding it among them; a lease, a minute, passes after each such death.
Fewer would blame a message for a machine that restarts again and again."""
AT_ONCE = 16
TELL_AGAIN = timedelta(minutes=5)
PER_GROUP = timedelta(hours=1)
PAUSES = (timedelta(seconds=1), timedelta(seconds=5))


class Purged(Exception):
    """A file was taken from the store, as a secret of somebody else's, before anything referred to it."""


class Inbox:
    """`receive` is the door of every channel; `run` works the queue until cancelled."""

    def __init__(self, db: Database, clock: Clock, channels: Mapping[str, Channel], house: House, watch: Watch) -> None:
        self.db, self.clock, self.channels, self.house, self.watch = db, clock, channels, house, watch
        self._wake = db.watch("received")
        self.crew = Crew(AT_ONCE, self._wake)
        self.door = Door(db, clock)
        self.flood = Flood(db, clock)
        self._greetings: set[asyncio.Task[None]] = set()
        self.pauses: Sequence[timedelta] = PAUSES

    async def receive(self, rows: Sequence[Raw]) -> None:
        """Commit what came; only after this may a channel acknowledge it."""
        await self.door.receive(rows)
        self.db.wake("received")
        for raw in rows:
            metrics.RECEIVED.labels(raw.channel).inc()
            self.watch.heard(raw.channel)
        aside = [self.channels[raw.channel].greet(object_in(raw.body) or {}) for raw in rows if raw.greet]
        for job in [*aside, *(self.flood.calm(lane) for lane in self.flood.over(rows))]:
            task = asyncio.create_task(job)
            self._greetings.add(task)
            task.add_done_callback(self._greetings.discard)

    async def run(self) -> None:
        await work_queue(self._wake, self._start)

    async def _start(self) -> float | None:
        if self.crew.room <= 0:
            return None
        async with self.db.writing() as session:
            moment: dict[str, Any] = {"now": self.clock.now(), "machine": self.clock.machine()}
            rows = await received.claim(session, **moment, most=self.crew.room)
        for row in rows:
            self.crew.start(self._handle(row))
        return 0.0 if rows else None

    async def _handle(self, row: Received) -> None:
        try:
            if row.attempt > MOST_ATTEMPTS:
                raise RuntimeError("whoever takes this dies of it")
            message = self._read(row)
            if isinstance(message, Notice):
                await self._note(row, message)
            else:
                async with renewing(lambda: self._renew(row)):
                    await self._answer(row, await self._named(await self._fetched(message)))
        except LeaseLost:
            log.warning("taken over by another worker", received=row.id)
        except Exception as error:
            log.exception("a message failed", received=row.id, attempt=row.attempt)
            await insist(partial(self._failed, row, is_away(error) or isinstance(error, Purged)), unless=LeaseLost)

    def _read(self, row: Received) -> Incoming | Notice:
        if row.channel == bylink.CHANNEL:
            return bylink.read(object_in(row.body) or {})
        return self.channels[row.channel].read(object_in(row.body) or {}, row.received_at)

    async def _renew(self, row: Received) -> None:
        async with self.db.writing() as session:
            await received.renew(session, row, self.clock.machine())

    async def _note(self, row: Received, notice: Notice) -> None:
        async with open_work(self.db, self.clock) as work:
            if notice.kind == NoticeKind.BLOCKED:
                if shut := await mark_blocked(work.session, notice.chat, work.now):
                    await shut_out(work, shut)
            elif notice.kind == NoticeKind.UNBLOCKED:
                contact = await contact_for(work.session, notice.chat)
                contact.blocked_at = None
                await unpark(work.session, contact, work.now)
                await back_again(work, self.house, contact)
            elif notice.kind == NoticeKind.MOVED and notice.moved_to is not None:
                await readdress(work.session, notice.chat, notice.moved_to)
            await received.finish(work.session, row, work.machine)

    async def _answer(self, row: Received, incoming: Incoming) -> None:
        """Decide inside one transaction. A handler with slow work first gets it done outside, and is asked again."""
        prepared: Any = None
        asked: Rule | None = None
        while True:
            async with open_work(self.db, self.clock) as work:
                turn = await self._turn(work, row, incoming)
                if any(file.sha256 and not self.house.store.exists(file.sha256) for file in incoming.files):
                    raise Purged
                rule, turn.args = choose(turn)
                if rule.prepare is None or asked == rule:
                    turn.take(prepared)
                    await self._decide(turn, rule, row)
                    return
            prepared, asked = await rule.prepare(incoming, self.house), rule

    async def _fetched(self, incoming: Incoming) -> Incoming:
        """With its files in our store, unless they are a stranger's or a group's: those are not even fetched."""
        if not incoming.files or not incoming.private:
            return incoming
        async with self.db.reading() as session:
            contact = await find_contact(session, incoming.sender)
            known = contact and contact.person_id and await memberships(session, contact.person_id)
        if not known:
            return incoming
        channel = self.channels[incoming.chat.channel]
        return incoming.with_files(tuple([await take_in(channel, self.house.store, file) for file in incoming.files]))

    async def _named(self, incoming: Incoming) -> Incoming:
        """With a name, also where the channel's messages bear none."""
        channel = self.channels[incoming.chat.channel]
        if incoming.sender_name or not isinstance(channel, KnowsNames):
            return incoming
        async with self.db.reading() as session:
            contact = await find_contact(session, incoming.sender)
        name = contact.name if contact and contact.name else await channel.name_of(incoming.sender)
        return replace(incoming, sender_name=name)

    async def _turn(self, work: Work, row: Received, incoming: Incoming) -> Turn:
        if row.channel == bylink.CHANNEL:  # a web page: nothing was heard in the chat
            contact, places = await known_at(work.session, incoming.sender)
        else:
            contact, places = await spoken_with(work.session, incoming.sender, incoming.sender_name, work.now)
            if contact.parked_at is not None:
                await unpark(work.session, contact, work.now)
        incoming = _resolved(incoming, contact)
        turn = Turn(work, incoming, contact, self.house, received_id=row.id)
        turn.person, turn.places = contact.person, places
        return turn

    async def _decide(self, turn: Turn, rule: Rule, row: Received) -> None:
        work, incoming = turn.work, turn.incoming
        stamp = await stamp_of(turn)
        if stamp or quotes_secret(turn):
            await purge_received(work.session, row.id)
        if not incoming.private:
            await received.finish(work.session, row, work.machine)
            called = incoming.called or incoming.text.startswith("/")
            if called and not await said_since(work.session, vi_people.GROUP, work.now - PER_GROUP, str(incoming.chat)):
                await work.send(incoming.chat, vi_people.only_private())
            return
        if await _told_already(turn):
            await received.finish(work.session, row, work.machine)
            return
        if any(file.problem == Problem.NO_SPACE for file in incoming.files):
            await tell_of_full_disk(work)
        expected = turn.contact.expects
        try:
            answer = await refuse_secret(turn, stamp) if stamp else await self._run(turn, rule)
            if turn.places and not stamp:
                note_page(turn)
        except Silence:
            await received.finish(work.session, row, work.machine)
            return
        if row.channel == bylink.CHANNEL:
            await remember_said(work.session, row.key, answer.about, answer.text)
            if expected and turn.incoming.answers:
                turn.expect(expected)  # what the chat was about goes on
        if turn.contact.choices:
            settled = turn.incoming.text if decides(turn.incoming.text) else ""
            turn.contact.choices = answered(turn.contact.choices, settled)
        pressed_on = await _edited(work, incoming, answer)
        metrics.dwell.begin(row.lane, (work.now - row.received_at).total_seconds())
        await work.send(
            incoming.chat,
            answer,
            priority=turn.priority,
            due_in=turn.reply_in,
            pressed_on=pressed_on,
            person_id=turn.contact.person_id,
        )
        await received.finish(work.session, row, work.machine)

    async def _run(self, turn: Turn, rule: Rule) -> Outgoing:
        try:
            return await _handled(turn, rule)
        except Aside as aside:
            if not aside.still_expecting and not turn.incoming.answers:
                turn.expect("")
            turn.incoming = replace(turn.incoming, edited=False, answers="")
            again, turn.args = choose(turn)
            if again.handle is rule.handle:
                again = Rule(COMMANDS["huongdan"].handle)
            return await self._run(turn, again)
        except Refused as refused:
            return refused.answer

    async def _failed(self, row: Received, blameless: bool) -> None:
        """Again a little later; after the last try it steps aside, with an apology, and can be replayed.

        What the database did is not the message's fault and no try.
        """
        metrics.FAILURES.labels("received", row.channel, "handler").inc()
        try:
            async with open_work(self.db, self.clock) as work:
                if (blameless or row.failures + 1 < TRIES) and row.attempt <= MOST_ATTEMPTS:
                    until = work.machine + self.pauses[min(row.failures, len(self.pauses) - 1)]
                    await received.rest(work.session, row, until, "handler failed", failed=not blameless)
                else:
                    apology = trouble.apology(row.id)
                    await received.finish(work.session, row, work.machine, Outcome.POISONED, "handler failed")
                    if Address.parse(row.lane).chat != NOBODY:
                        await work.send(Address.parse(row.lane), apology)
                    if row.channel == bylink.CHANNEL:
                        await remember_said(work.session, row.key, apology.about, apology.text)
        except LeaseLost:
            log.warning("taken over by another worker", received=row.id)


async def _handled(turn: Turn, rule: Rule) -> Outgoing:
    found = next((c for c in COMMANDS.values() if c.handle is rule.handle), None)
    if found is not None and not allowed(found, turn):
        return vi_people.not_a_leaders() if turn.only_leads and found.who == REPORTING else vi_people.not_yours()
    if any(file.problem == Problem.UNREACHABLE for file in turn.incoming.files) and not turn.places:
        return vi_people.stranger()
    return await rule.handle(turn)


async def _told_already(turn: Turn) -> bool:
    """Who sends ten files Zalo keeps from us is told once."""
    if not turn.incoming.unseen or not turn.places:
        return False
    return await said_since(turn.work.session, UNSEEN, turn.work.now - TELL_AGAIN, str(turn.incoming.chat))


def _resolved(incoming: Incoming, contact: Contact) -> Incoming:
    """«3» is the third choice last sent, where a channel numbers choices; a button's label is worth the button, and so
    is the task or directive it names.

    Where a label was offered for several things, words that mean something by themselves are asked back about.
    """
    if incoming.files or incoming.edited or not incoming.private or not contact.choices:
        return incoming
    if (one := agreed(incoming.text, contact.choices)) is not None and proposed(one):
        return replace(incoming, text=one)
    meant = pressed(incoming.text, contact.choices)
    if meant and decides(meant[-1]) and _asked_back(incoming.text, contact):
        return replace(incoming, text=f"/chon {incoming.text}")
    if not meant and (one := picked(incoming.text, just_offered(contact.choices))):
        return replace(incoming, text=one)
    if not meant or (len(meant) > 1 and intent(incoming.text)):
        return incoming
    return replace(incoming, text=meant[-1])


def _asked_back(text: str, contact: Contact) -> bool:
    """Whether what seems to answer a request may be meant otherwise: several wait, or more was asked since."""
    rule = EXPECTED.get(contact.expects.partition(":")[0])
    words_wanted = rule is not None and not rule.files
    return bool(several(text, contact.choices)) or (words_wanted and bool(waiting(text, contact.choices)))


async def _edited(work: Work, incoming: Incoming, answer: Outgoing) -> str | None:
    """The message to edit: the one whose button was pressed, if the answer is about the same thing."""
    if incoming.pressed_on is None or answer.about is None:
        return None
    about = await pressed_delivery(work.session, str(incoming.chat), incoming.pressed_on)
    return incoming.pressed_on if about == answer.about else None
