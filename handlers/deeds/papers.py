"""Papers that are made of a directive when somebody asks: the consolidated report, a letter, the dossier."""

from __future__ import annotations

from db.directives import Directive
from db.editions import Edition, Kind, last_edition
from handlers import Turn


async def ask_for(turn: Turn, directive: Directive, kind: Kind) -> Edition:
    """The one that is being made already, or the next; one that was given up is tried again."""
    assert turn.person is not None
    found = await last_edition(turn.work.session, directive.id, kind)
    if found is None or found.made_at is not None:
        number = found.number + 1 if found else 1
        found = Edition(directive_id=directive.id, kind=kind, number=number, held={}, files=[])
        turn.work.session.add(found)
    elif found.under_way:
        return found
    found.asked_by, found.asked_at, found.failed_at, found.attempts = turn.person.id, turn.work.now, None, 0
    await turn.work.session.flush()
    turn.work.log("edition_asked", turn.contact, office_id=directive.collector_id, subject=f"edition:{found.id}")
    return found
