"""Who answers for an office and the chat that reaches them: of one office or of ten thousand, in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Address
from db.parts import parts
from db.people import Contact, Member, Person, Role

OWING = (Role.HEAD, Role.DEPUTY, Role.STAFF)
"""Those who answer for an office, in the order they are named."""


HEADS = (Role.HEAD, Role.DEPUTY)
"""Those who may hand a task over, and who look after the people of their office."""


class Seat(NamedTuple):
    """A person's place in an office, and the open chat they were heard in last, if any is open. `away`: the person in
    whose place they are for a time, called `instead_of`, up to and including the day `until`.
    `staff`: a head's place is not their only one in that office."""

    office_id: int
    person_id: int
    role: str
    name: str
    phone: str
    channel: str | None
    chat: str | None
    away: int | None = None
    instead_of: str | None = None
    until: date | None = None
    staff: bool = False

    @property
    def address(self) -> Address | None:
        return Address(self.channel, self.chat) if self.channel and self.chat else None


_M, _P, _C = Member.__table__.c, Person.__table__.c, Contact.__table__.c
_AWAY_PERSON = Person.__table__.alias("away_person")
_AWAY, _STAND_IN = Member.__table__.alias("away"), Member.__table__.alias("stand_in")
_IN_FORCE = (_STAND_IN.c.stands_for.is_not(None), _STAND_IN.c.approved_at.is_not(None), _STAND_IN.c.ended_at.is_(None))
_SEATS = (
    select(_M.office_id, _M.person_id, _M.role, _P.name, _P.phone, _C.channel, _C.chat, _AWAY.c.person_id)
    .add_columns(_AWAY_PERSON.c.name, _M.until)
    .join_from(Member.__table__, Person.__table__, _P.id == _M.person_id)
    .outerjoin(_AWAY, _AWAY.c.id == _M.stands_for)
    .outerjoin(_AWAY_PERSON, _AWAY_PERSON.c.id == _AWAY.c.person_id)
    .outerjoin(Contact.__table__, and_(_C.person_id == _M.person_id, _C.blocked_at.is_(None)))
    .where(_M.office_id.in_(bindparam("offices", expanding=True)))
    .where(_M.approved_at.is_not(None), _M.ended_at.is_(None))
    .where(_M.id.not_in(select(_STAND_IN.c.stands_for).where(*_IN_FORCE)))  # asked once, not once a member
    .order_by(_M.id, _C.preferred.desc().nulls_last(), _C.heard_at.desc().nulls_last(), _C.id)
)


async def seats(
    session: AsyncSession, office_ids: Iterable[int], roles: Sequence[Role] = OWING
) -> dict[int, list[Seat]]:
    """The people of each of these offices in these roles, in the order of the roles, each person once; in the place of
    those who are away, who stands in for them."""
    await session.flush()  # plain columns do not do it by themselves
    ids = list(dict.fromkeys(office_ids))
    found: dict[int, list[Seat]] = {office: [] for office in ids}
    for part in parts(ids):
        for row in (await session.execute(_SEATS, {"offices": part})).all():
            if row[2] in roles:
                found[row[0]].append(Seat(*row))
    return {office: _once(people, roles) if len(people) > 1 else people for office, people in found.items()}


def _once(people: list[Seat], roles: Sequence[Role]) -> list[Seat]:
    """Each person by their first role and their best chat."""
    first: dict[int, Seat] = {}
    for seat in sorted(people, key=lambda seat: roles.index(Role(seat.role))):
        known = first.setdefault(seat.person_id, seat)
        if known.role == Role.HEAD != seat.role:
            known = first[seat.person_id] = known._replace(staff=True)
        if known.away is None and seat.away is not None:
            first[seat.person_id] = known._replace(away=seat.away, instead_of=seat.instead_of, until=seat.until)
    return list(first.values())
