"""What the inbox and the sender ask of the queues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from bot.bylink import CHANNEL
from bot.choices import offered, spoken_since
from bot.messages import Address, Choice
from db.directives import Assignment
from db.mail import LONGEST_REF, ChannelFile, Delivery, Outcome, Received, Reminder
from db.parts import parts
from db.people import Contact, Member, contact_for, find_contact
from db.queue import deliveries
from db.seats import OWING

PARKED, KEPT = "parked", timedelta(days=30)

_STORE: dict[str, Any] = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(Received.__table__).on_conflict_do_nothing(
        index_elements=["channel", "key"]
    )
    for dialect in (postgresql, sqlite)
}
_REPLACE = (
    update(Delivery.__table__)  # type: ignore[arg-type]
    .where(Delivery.lane == bindparam("to"), Delivery.about == bindparam("thing"))
    .where(Delivery.done_at.is_(None), Delivery.on_wire_at.is_(None))
    .values(done_at=bindparam("at"), outcome=Outcome.REPLACED)
)


async def receive(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Store updates as they came; those seen before are dropped, by membership and never by order."""
    if rows:
        await session.execute(_STORE[session.get_bind().dialect.name], list(rows))


async def replace_waiting(session: AsyncSession, said: Sequence[tuple[str, str]], machine: datetime) -> None:
    """Something newer is to be said in these chats (lane, about): what still waits there about it is not sent."""
    if said:
        await session.execute(_REPLACE, [{"to": lane, "thing": about, "at": machine} for lane, about in said])


async def put_reminders(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Hang reminders, each with the columns of Reminder it needs."""
    if rows:
        await session.execute(insert(Reminder.__table__), list(rows))  # type: ignore[arg-type]


async def said_by_a_newer(session: AsyncSession, row: Delivery) -> bool:
    """Whether a younger message about the same thing waits in this chat and says all that this one does."""
    same = (Delivery.lane == row.lane, Delivery.about == row.about, Delivery.id > row.id, Delivery.done_at.is_(None))
    younger = await session.scalars(select(Delivery.owed_by).where(*same))
    return any(set(row.owed_by or ()) <= set(owed or ()) for owed in younger)


async def known_ref(session: AsyncSession, channel: str, sha256: str) -> str | None:
    """The channel's own handle of a file it already holds."""
    found = await session.get(ChannelFile, (channel, sha256))
    return found.ref if found else None


async def remember_ref(session: AsyncSession, channel: str, sha256: str, ref: str) -> None:
    if len(ref) <= LONGEST_REF:  # else the file is sent anew each time
        await session.merge(ChannelFile(channel=channel, sha256=sha256, ref=ref))


async def remember_choices(
    session: AsyncSession, to: Address, choices: Sequence[Choice], *, unasked: bool, said: str = ""
) -> None:
    """What typing a button's label, or its number, means from now on."""
    contact = await find_contact(session, to)
    if contact is not None:
        contact.choices = offered(contact.choices, choices, unasked=unasked, said=said)


async def note_spoken(session: AsyncSession, chats: Iterable[Address]) -> None:
    """Something was said in these that offers nothing."""
    by_channel: dict[str, list[str]] = {}
    for chat in chats:
        by_channel.setdefault(chat.channel, []).append(chat.chat)
    for channel, ids in by_channel.items():
        for part in parts(ids):
            mine = select(Contact).where(Contact.channel == channel, Contact.chat.in_(part))
            for contact in await session.scalars(mine.options(lazyload(Contact.person))):
                if (since := spoken_since(contact.choices)) != contact.choices:
                    contact.choices = since


async def pressed_delivery(session: AsyncSession, lane: str, message_id: str) -> str | None:
    """What the message with this id in this chat was about."""
    query = select(Delivery.about).where(Delivery.lane == lane, Delivery.message_id == message_id)
    return (await session.scalars(query.order_by(Delivery.id.desc()).limit(1))).first()


async def said_since(session: AsyncSession, about: str, since: datetime, lane: str | None = None) -> bool:
    """Whether something about this was put into the outbox since, for anybody or for one chat."""
    mine = (Delivery.about == about, Delivery.created_at > since)
    query = select(Delivery.id).where(*mine, *([] if lane is None else [Delivery.lane == lane]))
    return (await session.scalars(query.limit(1))).first() is not None


async def last_said_about(
    session: AsyncSession, about: Iterable[str], since: datetime
) -> dict[tuple[str, str], datetime]:
    """When something about each of these was last put into the outbox since, by chat (lane) and thing."""
    found: dict[tuple[str, str], datetime] = {}
    for part in parts(about):
        mine = (Delivery.about.in_(part), Delivery.created_at > since)
        query = select(Delivery.lane, Delivery.about, func.max(Delivery.created_at)).where(*mine)
        rows = (await session.execute(query.group_by(Delivery.lane, Delivery.about))).all()
        found |= {(lane, thing): at for lane, thing, at in rows if thing}
    return found


async def reminded_next(session: AsyncSession, person_ids: Iterable[int]) -> dict[int, dict[int, datetime]]:
    """By person, when each office they answer for is to be reminded next."""
    found: dict[int, dict[int, datetime]] = {}
    for part in parts(person_ids):
        in_place = (Member.approved_at.is_not(None), Member.ended_at.is_(None), Member.role.in_(OWING))
        query = (
            select(Member.person_id, Member.office_id, func.min(Reminder.due_at))
            .join(Assignment, Assignment.office_id == Member.office_id)
            .join(Reminder, Reminder.assignment_id == Assignment.id)
            .where(Member.person_id.in_(part), *in_place, Reminder.done_at.is_(None))
            .group_by(Member.person_id, Member.office_id)
        )
        for person, office, due in (await session.execute(query)).all():
            found.setdefault(person, {})[office] = due
    return found


async def rungs_of(session: AsyncSession, assignments: Iterable[Assignment]) -> list[Reminder]:
    """Every reminder of these as their deadlines now stand, past and to come."""
    versions = {each.id: each.version for each in assignments}
    found: list[Reminder] = []
    for part in parts(versions):
        found += await session.scalars(select(Reminder).where(Reminder.assignment_id.in_(part)))
    return [row for row in found if row.version == versions[row.assignment_id]]


async def move_reminders(session: AsyncSession, moments: Mapping[int, datetime], dropped: Iterable[int]) -> None:
    """Other moments for these rows, by id; those `dropped` are taken down."""
    if moments:
        await session.execute(update(Reminder), [{"id": number, "due_at": at} for number, at in moments.items()])
    for part in parts(dropped):
        await session.execute(delete(Reminder).where(Reminder.id.in_(part)))


async def last_said(session: AsyncSession, office_ids: Iterable[int]) -> dict[int, datetime]:
    """When something last reached the platform for each of these offices; none where nothing ever did."""
    found: dict[int, datetime] = {}
    for part in parts(office_ids):
        mine = (Delivery.office_id.in_(part), Delivery.sent_at.is_not(None))
        query = select(Delivery.office_id, func.max(Delivery.sent_at)).where(*mine).group_by(Delivery.office_id)
        found |= {office: at for office, at in (await session.execute(query)).all() if office and at}
    return found


async def next_reminder(session: AsyncSession, office_ids: Iterable[int]) -> datetime | None:
    """When one of these offices is to be reminded next."""
    lanes = [f"office:{number}" for number in office_ids]
    query = select(func.min(Reminder.due_at)).where(Reminder.done_at.is_(None), Reminder.lane.in_(lanes))
    return await session.scalar(query)


async def waiting(session: AsyncSession, chat: Address, about: Iterable[str]) -> set[str]:
    """About which of these something is still to be said in this chat."""
    mine = (Delivery.lane == str(chat), Delivery.done_at.is_(None), Delivery.about.in_(list(about)))
    return {thing for thing in await session.scalars(select(Delivery.about).where(*mine)) if thing}


async def rungs_between(
    session: AsyncSession, office_ids: Iterable[int], after: datetime, before: datetime
) -> list[tuple[datetime, Assignment, str]]:
    """When, of what and of what kind: reminders that wait and that no promise stops, the first first."""
    mine = (Assignment.office_id.in_(list(office_ids)), Reminder.version == Assignment.version)
    time = (Reminder.done_at.is_(None), Reminder.due_at > after, Reminder.due_at < before)
    query = select(Reminder.due_at, Assignment, Reminder.rung).join(Assignment).where(*mine, *time)
    open_ = Assignment.promised_on.is_(None)
    rows = (await session.execute(query.where(open_).order_by(Reminder.due_at))).all()
    return [(due, assignment, rung) for due, assignment, rung in rows]


async def next_rung(session: AsyncSession, assignment: Assignment, kinds: Iterable[str]) -> datetime | None:
    """When the next reminder of one of these kinds is due for an assignment as its deadline now stands."""
    mine = (Reminder.assignment_id == assignment.id, Reminder.version == assignment.version)
    query = select(func.min(Reminder.due_at)).where(*mine, Reminder.done_at.is_(None), Reminder.rung.in_(list(kinds)))
    return await session.scalar(query)


async def waiting_reminders(session: AsyncSession, about: Mapping[int, str]) -> dict[int, list[Reminder]]:
    """By office, the newest rung of each assignment of which a message about this is still to be sent to it."""
    owed: dict[int, int] = {}
    waiting = select(Delivery.office_id, Delivery.owed_by).where(Delivery.done_at.is_(None))
    for part in parts(about.values()):
        mine = waiting.where(Delivery.about.in_(part), Delivery.on_wire_at.is_(None))
        owed |= {each: office for office, ids in (await session.execute(mine)).all() for each in ids or ()}
    newest: dict[int, Reminder] = {}
    for some in parts(owed):
        said = (Reminder.assignment_id.in_(some), Reminder.outcome == Outcome.DONE)
        rows = await session.scalars(select(Reminder).where(*said).order_by(Reminder.id))
        newest |= {row.assignment_id: row for row in rows}
    found: dict[int, list[Reminder]] = {}
    for row in newest.values():
        found.setdefault(owed[row.assignment_id], []).append(row)
    return found


async def ignore_behind(session: AsyncSession, lane: str, kept: int, at: datetime) -> int:
    """At most `kept` messages and answers wait in a chat: what came behind is over, unhandled; how many that is."""
    answers = select(func.count()).where(Delivery.lane == lane, Delivery.done_at.is_(None))
    kept = max(0, kept - (await session.scalar(answers) or 0))
    waits = (Received.lane == lane, Received.done_at.is_(None))
    behind = select(Received.id).where(*waits).order_by(Received.priority, Received.id).offset(kept)
    found = (await session.scalars(behind)).all()
    free = (Received.id.in_(found), Received.taken_until.is_(None), Received.done_at.is_(None))
    chat = Received.channel != CHANNEL  # of files by a link the page has said that they are here
    await session.execute(update(Received).where(*free, chat).values(done_at=at, outcome=Outcome.IGNORED))
    return len(found)


async def more_came(session: AsyncSession, lane: str, row_id: int) -> bool:
    """Whether more of this chat waits behind this update."""
    behind = (Received.lane == lane, Received.done_at.is_(None), Received.id > row_id)
    return (await session.scalars(select(Received.id).where(*behind).limit(1))).first() is not None


async def drop_waiting(session: AsyncSession, machine: datetime, *which: ColumnElement[bool]) -> None:
    """What still waits of these is not said any more."""
    waits = (Delivery.done_at.is_(None), Delivery.on_wire_at.is_(None))
    await session.execute(update(Delivery).where(*waits, *which).values(done_at=machine, outcome=Outcome.UNNEEDED))


async def drop_waiting_of_office(session: AsyncSession, person_id: int, office_id: int, machine: datetime) -> None:
    await drop_waiting(session, machine, Delivery.person_id == person_id, Delivery.office_id == office_id)


async def drop_waiting_in(session: AsyncSession, chat: Address, machine: datetime) -> None:
    await drop_waiting(session, machine, Delivery.lane == str(chat))


async def forget_said(session: AsyncSession, about: str) -> None:
    """What was said about something that nobody may keep, said or not."""
    mine = update(Delivery).where(Delivery.about == about)
    await session.execute(mine.values(message={"text": "…"}))


async def purge_received(session: AsyncSession, row_id: int) -> None:
    """Forget the body of an update, at once: it held a secret document."""
    await session.execute(update(Received).where(Received.id == row_id).values(body=b"{}"))


async def replay(session: AsyncSession, row_id: int) -> bool:
    """Put an update that had stepped aside back into the queue; False if there is none with this number."""
    mine = (Received.id == row_id, Received.outcome == Outcome.POISONED)
    values = {"done_at": None, "outcome": None, "error": None, "failures": 0, "retry_at": None, "taken_until": None}
    found = await session.scalars(update(Received).where(*mine).values(**values).returning(Received.id))
    return found.first() is not None


async def readdress(session: AsyncSession, old: Address, new: Address) -> None:
    """A chat has a new id: contact and everything that waits move with it."""
    contact = await find_contact(session, old)
    if contact is not None and await find_contact(session, new) is None:
        contact.chat = new.chat
    waiting = (Delivery.lane == str(old), Delivery.done_at.is_(None))
    await session.execute(update(Delivery).where(*waiting).values(lane=str(new), taken_until=None))


async def park(session: AsyncSession, row: Delivery, now: datetime) -> None:
    """It cannot be said before they turn to us: kept until then, or until it is too late."""
    contact = await contact_for(session, row.to)
    contact.parked_at = now
    await deliveries.note(session, row, on_wire_at=None, error=PARKED)
    await deliveries.postpone(session, row, row.expires_at or now + KEPT)


async def unpark(session: AsyncSession, contact: Contact, now: datetime) -> None:
    """They turned to us: what was kept for them may be said."""
    contact.parked_at = None
    mine = (Delivery.lane == str(contact.address), Delivery.done_at.is_(None), Delivery.error == PARKED)
    await session.execute(update(Delivery).where(*mine).values(due_at=now, error=None))


async def mark_blocked(session: AsyncSession, address: Address, at: datetime) -> Contact | None:
    """The contact, if its door was open until now."""
    contact = await find_contact(session, address)
    if contact is None or contact.blocked_at is not None:
        return None
    contact.blocked_at = at
    await session.flush()
    return contact
