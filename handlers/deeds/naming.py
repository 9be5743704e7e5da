"""Names on papers and names in the directory: which are alike, and what the coordinator said of them."""

from __future__ import annotations

from collections.abc import Sequence

from db import Work
from db.names import likeness
from db.offices import Office, offices, remember_alias
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
