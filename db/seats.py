"""Who answers for an office and the chat that reaches them: of one office or of ten thousand, in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import and_, bindparam, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import Address
from db.people import Contact, Member, Person, Role

MOST = 10_000
"""Values in one statement; the databases take some 32,000."""
OWING = (Role.HEAD, Role.DEPUTY, Role.STAFF)
"""Those who answer for an office, in the order they are named."""


class Seat(NamedTuple):
    """A person's place in an office, and the open chat they were heard in last, if any is open."""

    office_id: int
    person_id: int
    role: str
    name: str
    phone: str
    channel: str | None
    chat: str | None

    @property
    def address(self) -> Address | None:
        return Address(self.channel, self.chat) if self.channel and self.chat else None


_M, _P, _C = Member.__table__.c, Person.__table__.c, Contact.__table__.c
_SEATS = (
    select(_M.office_id, _M.person_id, _M.role, _P.name, _P.phone, _C.channel, _C.chat)
    .join_from(Member.__table__, Person.__table__, _P.id == _M.person_id)
    .outerjoin(Contact.__table__, and_(_C.person_id == _M.person_id, _C.blocked_at.is_(None)))
    .where(_M.office_id.in_(bindparam("offices", expanding=True)), _M.role.in_(bindparam("roles", expanding=True)))
    .where(_M.approved_at.is_not(None), _M.ended_at.is_(None))
    .order_by(
        case({role: place for place, role in enumerate(OWING)}, value=_M.role, else_=len(OWING)),
        _M.id,
        _C.heard_at.desc().nulls_last(),
        _C.id,
    )
)


async def seats(
    session: AsyncSession, office_ids: Iterable[int], roles: Iterable[Role] = OWING
) -> Mapping[int, list[Seat]]:
    """The people of each of these offices in these roles, heads first, each person once; none for an empty office."""
    await session.flush()  # plain columns do not do it by themselves
    ids = list(dict.fromkeys(office_ids))
    found: dict[int, dict[int, Seat]] = {each: {} for each in ids}
    for start in range(0, len(ids), MOST):
        values = {"offices": ids[start : start + MOST], "roles": list(roles)}
        for row in map(Seat._make, await session.execute(_SEATS, values)):
            found[row.office_id].setdefault(row.person_id, row)
    return {office: list(people.values()) for office, people in found.items()}
