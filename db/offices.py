"""The directory: offices, and the ways people write their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.text import fold
from db.base import Base, Words
from db.names import Ways, initials, short_names
from db.parts import parts


class Office(Base):
    """Someone who owes reports; `key` is its folded name, `short` the letters in its receipts."""

    __tablename__ = "offices"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words(200))
    key: Mapped[str] = mapped_column(Words(200), unique=True)
    short: Mapped[str] = mapped_column(Words(20))
    head_title: Mapped[str] = mapped_column(Words(100), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    phone: Mapped[str] = mapped_column(Words(30), default="")


class OfficeAlias(Base):
    """Another way people write an office's name, folded."""

    __tablename__ = "office_aliases"

    key: Mapped[str] = mapped_column(Words(200), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)


async def offices(session: AsyncSession) -> Sequence[Office]:
    """All offices in force, in the order they were entered."""
    return (await session.scalars(select(Office).where(Office.valid_to.is_(None)).order_by(Office.id))).all()


async def find_offices(session: AsyncSession, names: Iterable[str]) -> dict[str, Office]:
    """The offices in force of these names, letters or aliases, however they are written, by the name as given."""
    keys = {name: fold(name) for name in names}
    borne: dict[str, Office] = {}
    for part in parts(set(keys.values())):
        by_alias = select(OfficeAlias.key, Office).join(Office, Office.id == OfficeAlias.office_id)
        rows = (await session.execute(by_alias.where(OfficeAlias.key.in_(part), Office.valid_to.is_(None)))).all()
        borne.update((alias, office) for alias, office in rows)
        own = await session.scalars(select(Office).where(Office.key.in_(part), Office.valid_to.is_(None)))
        borne.update((office.key, office) for office in own)  # its own name goes before another's alias
    return {name: borne[key] for name, key in keys.items() if key in borne}


async def find_office(session: AsyncSession, name: str) -> Office | None:
    """The office in force of this name, these letters or this alias, however it is written."""
    return (await find_offices(session, [name])).get(name)


async def ways_said(session: AsyncSession) -> tuple[dict[int, Office], Ways]:
    """All offices in force, by id, and how people call them."""
    known, ways = {office.id: office for office in await offices(session)}, Ways()
    for office in known.values():
        ways.add(office.id, office.key, office.short)
    aliases = select(OfficeAlias.key, OfficeAlias.office_id).order_by(OfficeAlias.key)
    ways.add_aliases((key, office) for key, office in await session.execute(aliases) if office in known)
    return known, ways


async def remember_alias(session: AsyncSession, name: str, office: Office) -> bool:
    """From now on this name means that office; False where another in force bears it as its own."""
    key = fold(name)[:200]
    own = await session.scalar(select(Office).where(Office.key == key, Office.valid_to.is_(None)))
    if own is not None or not key:
        return own is not None and own.id == office.id
    alias = await session.get(OfficeAlias, key)
    if alias is None:
        session.add(OfficeAlias(key=key, office_id=office.id))
    else:
        alias.office_id = office.id
    await session.flush()
    return True


@dataclass(frozen=True)
class NewOffice:
    """An office to be entered; `short` is made from the name where it is blank."""

    name: str
    short: str = ""
    phone: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def letters(self) -> str:
        return self.short or initials(self.name)

    @property
    def other_keys(self) -> set[str]:
        """Other ways people write it, folded."""
        return {fold(way) for way in (*self.aliases, self.letters, *short_names(self.name))} - {fold(self.name), ""}


async def add_offices(session: AsyncSession, wanted: Sequence[NewOffice]) -> list[Office]:
    """Those of them the directory does not know, entered; two spellings of one name are one office.

    One that had ended is in force again. Aliases of another office in force stay with that one.
    """
    known = await find_offices(session, [each.name for each in wanted])
    fresh: dict[str, NewOffice] = {}
    borne: set[str] = set()
    for each in wanted:
        if each.name not in known and fold(each.name) not in borne:
            fresh[fold(each.name)] = each
            borne |= {fold(each.name), *each.other_keys}
    ended = {key: office for part in parts(fresh) for key, office in await _by_keys(session, part)}
    for key, each in fresh.items():
        if key in ended:
            ended[key].valid_to = None
        else:
            ended[key] = Office(name=each.name, key=key, short=each.letters, phone=each.phone)
            session.add(ended[key])
    await session.flush()
    await name_them(session, [(ended[key], each) for key, each in fresh.items()])
    return [ended[key] for key in fresh]


async def name_them(session: AsyncSession, new: Sequence[tuple[Office, NewOffice]]) -> None:
    """Their aliases, as far as no office in force bears them."""
    ways = {way for _, each in new for way in each.other_keys}
    taken = {key for part in parts(ways) for key, office in await _by_keys(session, part) if office.valid_to is None}
    bearers = select(OfficeAlias, Office.valid_to).join(Office, Office.id == OfficeAlias.office_id)
    held: dict[str, tuple[OfficeAlias, date | None]] = {}
    for part in parts(ways):
        rows = (await session.execute(bearers.where(OfficeAlias.key.in_(part)))).all()
        held |= {alias.key: (alias, ended) for alias, ended in rows}
    for office, each in new:
        for way in sorted(each.other_keys - taken):
            alias, ended = held.get(way, (None, None))
            if alias is None:
                alias = OfficeAlias(key=way, office_id=office.id)
                session.add(alias)
            elif ended is not None:
                alias.office_id = office.id
            held[way] = alias, None
    await session.flush()


async def _by_keys(session: AsyncSession, keys: Sequence[str]) -> list[tuple[str, Office]]:
    return [(office.key, office) for office in await session.scalars(select(Office).where(Office.key.in_(keys)))]


async def add_office(session: AsyncSession, name: str, short: str = "", aliases: Sequence[str] = ()) -> Office:
    """The office of this name, entered if the directory does not know it."""
    added = await add_offices(session, [NewOffice(name, short, aliases=tuple(aliases))])
    found = added[0] if added else await find_office(session, name)
    assert found is not None
    return found
