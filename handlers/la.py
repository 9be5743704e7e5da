"""A name on a paper that the directory has under another one: said once, known from then on."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.text import clean
from bot.vi import fixing as vi
from db.directives import Directive
from db.offices import Office
from handlers import COORDINATOR, Turn, command, expected
from handlers.deeds.cards import draft_card
from handlers.deeds.drafting import unknown_names
from handlers.deeds.fixing import own_draft, rename
from handlers.deeds.naming import alike


@command("la", who=COORDINATOR, listed=False)
async def means(turn: Turn) -> Outgoing:
    """Chọn đơn vị trong danh mục cho một tên trong văn bản"""
    directive = await own_draft(turn)
    unknown, place = await unknown_names(turn.work, directive), turn.number(1)
    named = _names(directive)
    if place is None:
        near = await alike(turn.work, unknown)
        name = next(iter(near), unknown[0] if unknown else None)
        if name is None:
            return await draft_card(turn.work, turn.house, directive)
        turn.expect(f"alias:{directive.id}:{named.index(name)}")
        return vi.ask_which_office(directive, name, named.index(name), near.get(name, ()))
    office = await turn.work.session.get(Office, turn.number(2) or 0)
    name = named[place] if place < len(named) else ""
    turn.expect("")
    if office is None or office.valid_to is not None or name not in unknown:
        return await draft_card(turn.work, turn.house, directive)
    return await draft_card(turn.work, turn.house, directive, await rename(turn, directive, name, office.name))


@expected("alias", who=COORDINATOR)
async def typed(turn: Turn) -> Outgoing:
    directive, place = await own_draft(turn), turn.number(1) or 0
    named = _names(directive)
    if place >= len(named):
        return await draft_card(turn.work, turn.house, directive)
    lead = await rename(turn, directive, named[place], clean(turn.text))
    turn.expect("")
    return await draft_card(turn.work, turn.house, directive, lead)


def _names(directive: Directive) -> list[str]:
    """Every name on the draft, in order."""
    return list(dict.fromkeys(name for task in directive.reading["tasks"] for name in task["assignees"]))
