"""A state secret, by whatever door it came: refused, and nothing of it kept."""

from __future__ import annotations

from pathlib import PurePath

from bot.documents import Reading, Secret, stands_alone
from bot.documents.secrecy import secret_level
from bot.messages import Outgoing
from bot.vi import directive as vi
from db.audit import last_line
from db.directives import Directive, drop_tasks, files_of
from db.held import refers_to
from db.post import forget_said, purge_received
from handlers import Turn
from handlers.deeds.joining import JOINING, are_photos, recent_draft

DEED = "secret_refused"


async def stamp_of(turn: Turn) -> str | None:
    """`MẬT`, `TỐI MẬT` or `TUYỆT MẬT` on the file, in its name or in the words of this message; or on what came with it
    in one album."""
    if isinstance(turn.prepared, Secret):
        return turn.prepared.level
    names = (PurePath(file.name).stem.replace("_", " ") for file in turn.incoming.files)
    found = next(filter(None, map(secret_level, (turn.text, *names))), None)
    if found is None and turn.incoming.album and turn.person is not None:
        refused = await last_line(turn.work.session, DEED, turn.person.id, turn.work.now - JOINING)
        if refused is not None and refused.details.get("album") == turn.incoming.album:
            found = str(refused.details["level"])
            turn.prepared = Secret(found)
    return found


def quotes_secret(turn: Turn) -> bool:
    """Whether the platform hands us once more what was refused: a reply quotes it."""
    return secret_level(turn.incoming.quoted) is not None


async def refuse_secret(turn: Turn, level: str) -> Outgoing:
    """Its bytes go, and with a page the other pages; the inbox forgets the update. Who sent it is warned."""
    in_content = isinstance(turn.prepared, Secret)
    for file in turn.incoming.files:
        # Words beside a file are no reason to take it from somebody else who sent the same bytes.
        if file.sha256 and (in_content or not await refers_to(turn.work.session, file.sha256)):
            await turn.house.store.purge(file.sha256)
    turn.work.log(DEED, turn.contact, level=level, album=turn.incoming.album or "")
    draft = await recent_draft(turn) if in_content and are_photos(file.name for file in turn.incoming.files) else None
    if draft is None or not await _of_photos(turn, draft):
        return vi.secret(level)
    await _forget(turn, draft)
    return vi.secret(level, draft)


async def page_of_secret(turn: Turn, reading: Reading) -> Outgoing | None:
    """A photo that is no document by itself goes the way of the secret page that came before it."""
    if not are_photos(file.name for file in turn.incoming.files) or stands_alone(reading):
        return None
    since = turn.work.now - JOINING
    refused = await last_line(turn.work.session, DEED, turn.contact.person_id or 0, since)
    if refused is None:
        return None
    await purge_received(turn.work.session, turn.received_id)
    turn.prepared = Secret(refused.details["level"])
    return await refuse_secret(turn, turn.prepared.level)


async def _of_photos(turn: Turn, draft: Directive) -> bool:
    files = (await files_of(turn.work.session, [draft.id])).get(draft.id, ())
    return bool(files) and are_photos(file.name for file in files)


async def _forget(turn: Turn, draft: Directive) -> None:
    for file in (await files_of(turn.work.session, [draft.id])).get(draft.id, ()):
        await turn.house.store.purge(file.sha256)
        await turn.work.session.delete(file)
    await drop_tasks(turn.work.session, draft.id)
    await forget_said(turn.work.session, vi.card_name(draft))
    draft.reading, draft.number, draft.subject, draft.issuer = {}, None, "", None
    draft.cancelled_at = turn.work.now
