"""The second way in for files: a page of our own, by a link that is one person's for one report."""

from __future__ import annotations

import secrets
from datetime import timedelta

from db.directives import Assignment
from db.uploads import Link, new_link
from handlers import Turn
from handlers.deeds.instants import end_of, today

DAYS = 7
TOKEN_BYTES = 20


async def upload_link(turn: Turn, assignment: Assignment | None = None) -> Link | None:
    """A link in the place of the former one for the same assignment; None where nobody could reach our pages."""
    if not turn.house.public_url or turn.person is None:
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    until = end_of(today(turn.work.now) + timedelta(days=DAYS))
    assignment_id = assignment.id if assignment else None
    await new_link(turn.work.session, token, turn.contact, assignment_id, turn.work.now, until)
    office_id = assignment.office_id if assignment else None
    turn.work.log("link_given", turn.contact, office_id=office_id, subject=f"assignment:{assignment_id or ''}")
    return Link(f"{turn.house.public_url}/nop/{token}", until)


def carries_files(turn: Turn) -> bool:
    """Whether a file can come through this chat itself."""
    return turn.incoming.chat.channel in turn.house.with_files
