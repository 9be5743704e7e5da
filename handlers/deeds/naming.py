"""Names on papers and names in the directory: which are alike, and what the coordinator said of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.text import fold
from db import Work
from db.names import likeness
from db.offices import Office, offices, remember_alias
from db.seats import Seat
from handlers import Turn

MOST = 3
LIKE = 0.5


async def alike(work: Work, names: Sequence[str]) -> dict[str, list[Office]]:
    """The offices each of these names may mean, the likeliest first; those that look like none are left out."""
    known = await offices(work.session) if names else ()
    found: dict[str, list[Office]] = {}
    for name in names:
        scored = sorted(((likeness(name, each.name, each.short), each) for each in known), key=lambda pair: -pair[0])
        if near := [office for score, office in scored if score >= LIKE][:MOST]:
            found[name] = near
    return found


async def remember(turn: Turn, name: str, office: Office) -> bool:
    """From now on this name means that office; False where another bears it as its own."""
    if not await remember_alias(turn.work.session, name, office):
        return False
    turn.work.log("alias_remembered", turn.contact, subject=f"office:{office.id}")
    return True


_ONESELF, _ALSO_NAMES = {"", "toi", "em", "anh", "chi", "minh"}, {"minh", "chi"}


def oneself(said: str, text: str) -> bool:
    """«Tôi», «chị», or nobody: whoever speaks. Where `text` bears marks, «Minh» and «Chi» without any are names."""
    bears_marks = not text.isascii()
    return fold(said) in _ONESELF and not (bears_marks and said.strip().casefold() in _ALSO_NAMES)


_TITLES = {"anh", "chi", "co", "chu", "bac", "ong", "ba", "em", "cau", "dong", "nguoi", "can", "bo"}


Bearer = TypeVar("Bearer")


def people_named(people: Sequence[Seat], said: str) -> list[Seat]:
    """Those of these people who are called so."""
    return named(people, said, lambda seat: seat.name)


def named(found: Sequence[Bearer], said: str, name: Callable[[Bearer], str]) -> list[Bearer]:
    """Those who are called so: «cô Vân» is Nguyễn Thị Vân; with its marks where somebody bears them."""
    words = said.split()
    while len(words) > 1 and fold(words[0]) in _TITLES:
        words = words[1:]
    for same in (str.casefold, fold):
        asked = [same(word.strip(".,;:")) for word in words]
        ends = [one for one in found if asked and [same(each) for each in name(one).split()][-len(asked) :] == asked]
        if ends:
            return ends
    return []
