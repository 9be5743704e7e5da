"""Offices, the people in them, and the chats those people are reached by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, lazyload, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from bot.messages import Address
from db.base import Base, Words
from db.offices import Office as Office  # an office is asked for with its people
from db.offices import add_office as add_office
from db.offices import find_office as find_office
from db.offices import offices as offices
from db.parts import parts


class Role(StrEnum):
    HEAD = "head"
    DEPUTY = "deputy"
    STAFF = "staff"
    COORDINATOR = "coordinator"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words(200))
    title: Mapped[str] = mapped_column(Words(100), default="")
    phone: Mapped[str] = mapped_column(Words(30), default="")
    consented_at: Mapped[datetime | None]


class Member(Base):
    """A person's place in an office. Waits for approval until `approved_at`; ended at `ended_at`.

    `stands_for`: it is the place of this other member, who is away, up to and including the day `until`. One that
    begins on the day `since` is approved on that day.
    """

    __tablename__ = "members"
    __table_args__ = (Index("ix_members_office", "office_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    role: Mapped[Role] = mapped_column(String(20))
    asked_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    stands_for: Mapped[int | None] = mapped_column(index=True)
    since: Mapped[date | None]
    until: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    office: Mapped[Office] = relationship(lazy="joined", innerjoin=True)


class Contact(Base):
    """One chat of a person. `expects` is what we asked (`answer:17:2`), `choices` see `bot.choices`. `parked_at`:
    since then something waits until they turn to us.

    `join_hash` and `join_until`: the code by which another app of this person joins it. `preferred`: before the others,
    whichever was heard last.
    """

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "chat"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    chat: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(Words(200), default="")
    heard_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    expects: Mapped[str] = mapped_column(Words(200), default="")
    choices: Mapped[list[Any]] = mapped_column(default=list)
    wrong_codes: Mapped[list[Any]] = mapped_column(default=list)
    preferred: Mapped[bool] = mapped_column(default=False)
    join_hash: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    join_until: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def address(self) -> Address:
        return Address(self.channel, self.chat)


_CONTACT = select(Contact).where(Contact.channel == bindparam("channel"), Contact.chat == bindparam("chat"))
_CONTACTS = select(Contact).where(Contact.person_id == bindparam("person_id"))


async def find_contact(session: AsyncSession, address: Address) -> Contact | None:
    return (await session.scalars(_CONTACT, {"channel": address.channel, "chat": address.chat})).one_or_none()


async def contact_for(session: AsyncSession, address: Address, name: str = "") -> Contact:
    """The contact of this address, made if we never met."""
    found = await find_contact(session, address)
    if found is None:
        blank: dict[str, Any] = {"choices": [], "wrong_codes": [], "expects": "", "preferred": False}
        found = Contact(channel=address.channel, chat=address.chat, name=name, **blank)
        session.add(found)
        await session.flush()
    return found


async def contacts_of(session: AsyncSession, person_id: int) -> Sequence[Contact]:
    """A person's chats: the preferred one, then the one heard last first; those that shut the door at the end."""
    return sorted((await session.scalars(_CONTACTS, {"person_id": person_id})).all(), key=_order)


def _order(contact: Contact) -> tuple[bool, bool, float, int]:
    heard = contact.heard_at.timestamp() if contact.heard_at else 0
    return contact.blocked_at is not None, not contact.preferred, -heard, contact.id


_IN_PLACE = select(Member).where(Member.approved_at.is_not(None), Member.ended_at.is_(None)).order_by(Member.id)
_PLACES = _IN_PLACE.where(Member.person_id == bindparam("person_id"))


async def memberships(session: AsyncSession, person_id: int) -> Sequence[Member]:
    """The places a person holds now, approved and not ended."""
    return (await session.scalars(_PLACES, {"person_id": person_id})).all()


_STAND_IN = aliased(Member)


def not_away() -> ColumnElement[bool]:
    """Of a member: nobody stands in for them."""
    in_force = (_STAND_IN.stands_for.is_not(None), _STAND_IN.approved_at.is_not(None), _STAND_IN.ended_at.is_(None))
    return Member.id.not_in(select(_STAND_IN.stands_for).where(*in_force))


async def all_places(session: AsyncSession, office_ids: Iterable[int] | None = None) -> list[Member]:
    """Every place people hold now, in these offices or in all."""
    if office_ids is None:
        return list(await session.scalars(_IN_PLACE))
    return [each for part in parts(office_ids) for each in await session.scalars(_IN_PLACE.where(_of(part)))]


def _of(office_ids: Sequence[int]) -> ColumnElement[bool]:
    return Member.office_id.in_(office_ids)


async def place_in_force(session: AsyncSession, member_id: int | None) -> Member | None:
    return (await session.scalars(_IN_PLACE.where(Member.id == member_id))).one_or_none()


async def stand_ins(session: AsyncSession, member_ids: Iterable[int]) -> list[Member]:
    """Those who stand in now for these members."""
    return list(await session.scalars(_IN_PLACE.where(Member.stands_for.in_(list(member_ids)))))


_PLANNED = select(Member).where(Member.since.is_not(None), Member.approved_at.is_(None), Member.ended_at.is_(None))


async def planned_stand_ins(session: AsyncSession, member_ids: Iterable[int]) -> list[Member]:
    """Those who are to stand in for these members from a later day."""
    return list(await session.scalars(_PLANNED.where(Member.stands_for.in_(list(member_ids))).order_by(Member.id)))


async def planned_for(session: AsyncSession, person_id: int, office_id: int) -> list[Member]:
    """The places of this office in which this person is to stand in from a later day."""
    return list(await session.scalars(_PLANNED.where(Member.person_id == person_id, Member.office_id == office_id)))


async def stand_ins_beginning(session: AsyncSession, today: date) -> list[Member]:
    """Those whose first day has come."""
    return list(await session.scalars(_PLANNED.where(Member.since <= today).order_by(Member.id)))


async def stand_ins_over(session: AsyncSession, today: date) -> list[Member]:
    """Those whose last day has gone by."""
    return list(await session.scalars(_IN_PLACE.where(Member.until < today)))


async def left_since(session: AsyncSession, person_id: int, moment: datetime) -> list[Office]:
    """The offices in which a place of this person's own has ended since then, the last first."""
    mine = (Member.person_id == person_id, Member.stands_for.is_(None), Member.approved_at.is_not(None))
    ended = select(Member).where(*mine, Member.ended_at >= moment).order_by(Member.ended_at.desc(), Member.id.desc())
    return [place.office for place in await session.scalars(ended)]


async def was_member(session: AsyncSession, person_id: int, office_id: int) -> bool:
    """Whether this person once held a place there."""
    mine = (Member.person_id == person_id, Member.office_id == office_id, Member.ended_at.is_not(None))
    return await session.scalar(select(Member.id).where(*mine, Member.approved_at.is_not(None)).limit(1)) is not None


_SPEAKER = (
    select(Contact, Member)
    .outerjoin(
        Member,
        and_(Member.person_id == Contact.person_id, Member.approved_at.is_not(None), Member.ended_at.is_(None)),
    )
    .where(Contact.channel == bindparam("channel"), Contact.chat == bindparam("chat"))
    .order_by(Member.id)
    .options(lazyload(Member.person))  # the contact brings it
)
_HEARD = (
    update(Contact.__table__)  # type: ignore[arg-type]
    .where(Contact.__table__.c.id == bindparam("contact"))
    .values(heard_at=bindparam("at"), blocked_at=None, name=bindparam("called"))
)


async def spoken_with(
    session: AsyncSession, address: Address, name: str, at: datetime
) -> tuple[Contact, Sequence[Member]]:
    """Who speaks now, made if we never met, and the places they hold: written down as heard at this moment."""
    found = (await session.execute(_SPEAKER, {"channel": address.channel, "chat": address.chat})).all()
    contact = found[0][0] if found else await contact_for(session, address, name)
    heard = {"heard_at": at, "blocked_at": None, "name": name or contact.name}
    await session.execute(_HEARD, {"contact": contact.id, "at": at, "called": heard["name"]})
    for field, value in heard.items():
        set_committed_value(contact, field, value)
    places: list[Member | None] = [row[1] for row in found]
    return contact, [place for place in places if place is not None]


async def known_at(session: AsyncSession, address: Address) -> tuple[Contact, Sequence[Member]]:
    """Whose chat this is, and the places they hold; nothing is written down."""
    contact = await contact_for(session, address)
    return contact, await memberships(session, contact.person_id) if contact.person_id else []


async def people_with(session: AsyncSession, role: Role) -> Sequence[Person]:
    query = (
        select(Person)
        .join(Member, Member.person_id == Person.id)
        .where(Member.role == role, Member.approved_at.is_not(None), Member.ended_at.is_(None), not_away())
        .distinct()
    )
    return (await session.scalars(query.order_by(Person.id))).all()


async def leaders(session: AsyncSession) -> Sequence[Member]:
    """The places of those who lead and are not away."""
    return (await session.scalars(_IN_PLACE.where(Member.role == Role.LEADER, not_away()))).all()


async def collecting_offices(session: AsyncSession) -> set[int]:
    """Where somebody coordinates."""
    held = (Member.role == Role.COORDINATOR, Member.approved_at.is_not(None), Member.ended_at.is_(None))
    return set(await session.scalars(select(Member.office_id).where(*held).distinct()))


_WAITING = (
    select(Member)
    .where(Member.approved_at.is_(None), Member.ended_at.is_(None), Member.stands_for.is_(None))
    .order_by(Member.id)
)


async def waiting_places(session: AsyncSession, person_id: int) -> Sequence[Member]:
    """The places this person asked for and nobody has decided on."""
    return (await session.scalars(_WAITING.where(Member.person_id == person_id))).all()


async def waiting_people(session: AsyncSession, office_ids: Iterable[int]) -> list[Member]:
    """Those who asked for a place in these offices and wait for an answer."""
    found: list[Member] = []
    for part in parts(office_ids):
        found += await session.scalars(_WAITING.where(Member.office_id.in_(part)))
    return found
