"""The second way for files, in and out: pages of our own, by a link that is one person's for one report or file."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.messages import Address, OutFile
from db import Work
from db.directives import Assignment
from db.downloads import add_download
from db.people import find_contact
from db.uploads import Link, new_link
from handlers import Turn
from handlers.deeds.instants import end_of, today

DAYS, FILE_DAYS = 7, 30
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


async def download_token(work: Work, to: Address, file: OutFile) -> str | None:
    """Of a new link by which this file goes to whoever has this chat; None where nobody is known there."""
    contact = await find_contact(work.session, to)
    if contact is None or contact.person_id is None:
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    until = end_of(today(work.now) + timedelta(days=FILE_DAYS))
    add_download(work.session, token, contact, file, work.now, until)
    return token


def download_url(public_url: str, token: str) -> str:
    return f"{public_url}/tep/{token}"


def carries_files(turn: Turn) -> bool:
    """Whether a file can come through this chat itself."""
    return turn.incoming.chat.channel in turn.house.with_files
