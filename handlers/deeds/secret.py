"""A state secret, by whatever door it came: refused, and nothing of it kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import PurePath

from bot.documents import Reading, Secret, stands_alone
from bot.documents.secrecy import secret_level, secret_name
from bot.messages import Outgoing
from bot.vi import directive as vi_directive
from bot.vi import edition as vi_edition
from bot.vi import late as vi_late
from bot.vi import secret as vi
from db.audit import last_line
from db.directives import Directive, DirectiveFile, files_of
from db.drafts import drop_tasks
from db.editions import Edition, Kind
from db.held import refers_to
from db.pages import bound_of
from db.post import forget_said, purge_received
from db.reports import Answer, Submission, Way
from db.secret import (
    PAGE,
    album_before,
    drop_waiting,
    editions_since,
    editions_with,
    forget_answers,
    forget_files,
    forget_message,
    photos_before,
    read_from,
    reports_of,
    take_back,
    typed_in,
)
from handlers import Turn
from handlers.deeds.joining import JOINING, are_photos, recent_draft
from handlers.deeds.reach import tell_collector
from handlers.deeds.strangers import told_once

DEED = "secret_refused"
CUT, FOLLOWS = 1_900, timedelta(seconds=10)
"""A text as long as this may go on in the next message: Zalo cuts at 2,000 characters, Telegram at 4,096."""


async def stamp_of(turn: Turn) -> str | None:
    """`MẬT`, `TỐI MẬT` or `TUYỆT MẬT` on the file, in its name or in the words of this message; or on what came with it
    in one album."""
    if isinstance(turn.prepared, Secret):
        return turn.prepared.level
    names = (PurePath(file.name).stem for file in turn.incoming.files)
    found = secret_level(turn.text) or next(filter(None, map(secret_name, names)), None)
    if found is None and not turn.incoming.files:
        found = await _goes_on(turn)
    if found is None and turn.incoming.album and turn.person is not None:
        refused = await last_line(turn.work.session, DEED, turn.person.id, turn.work.now - JOINING)
        if refused is not None and refused.details.get("album") == turn.incoming.album:
            found = str(refused.details["level"])
            turn.prepared = Secret(found)
    return found


async def _goes_on(turn: Turn) -> str | None:
    """Of a text that platforms cut in parts only the first bears the mark: what follows at once is a part too."""
    if turn.person is None or turn.text.startswith("/"):
        return None
    refused = await last_line(turn.work.session, DEED, turn.person.id, turn.work.now - JOINING)
    if refused is None or refused.details.get("cut_at") is None:
        return None
    apart = turn.incoming.at - datetime.fromisoformat(refused.details["cut_at"])
    return str(refused.details["level"]) if apart <= FOLLOWS else None


def note_page(turn: Turn) -> None:
    """Should a later page of this album be secret, this one is found by it."""
    files = [file.sha256 for file in turn.incoming.files if file.sha256]
    if turn.incoming.album and files:
        turn.work.log(PAGE, turn.contact, album=turn.incoming.album, files=files, received=turn.received_id)


def quotes_secret(turn: Turn) -> bool:
    """Whether the platform hands us once more what was refused: a reply quotes it."""
    return secret_level(turn.incoming.quoted) is not None


async def refuse_secret(turn: Turn, level: str) -> Outgoing:
    """Its bytes go, and with a page the other pages; the inbox forgets the update. Who sent it is warned, also of what
    stays."""
    if not turn.places:
        return told_once(turn, vi.secret(level))
    session, in_content = turn.work.session, isinstance(turn.prepared, Secret)
    cut_at = turn.incoming.at.isoformat() if len(turn.text) >= CUT else None
    turn.work.log(DEED, turn.contact, level=level, album=turn.incoming.album or "", cut_at=cut_at)
    own = {file.sha256 for file in turn.incoming.files if file.sha256}
    if turn.incoming.edited:
        await forget_message(session, turn.incoming.chat, turn.incoming.message_id)
    if turn.person is None:
        return vi.secret(level)
    if not own:
        given = await typed_in(session, turn.person.id, turn.incoming.message_id)
        await _forget_answers(turn, given)
        return vi.secret(level, answered=bool(given))
    pages = own | await _pages_before(turn)
    editions = await editions_with(session, pages)
    about, gone, kept = await _taken_back(turn, pages, in_content=in_content)
    # Words beside a file are no reason to take it from somebody else who sent the same bytes.
    others = {sha for sha in pages if await refers_to(session, sha)} - (own if in_content else set())
    await _purge(turn, pages - others)
    await _withdraw(turn, [edition for edition, inside in editions if inside - others])
    return vi.secret(level, about, gone, kept, shared=bool(others))


async def _forget_answers(turn: Turn, given: Sequence[Answer]) -> None:
    """With the editions in which they may stand."""
    await _withdraw(turn, await editions_since(turn.work.session, given))
    await forget_answers(turn.work.session, given)


async def _taken_back(
    turn: Turn, pages: set[str], *, in_content: bool
) -> tuple[str | None, list[Submission], list[Submission]]:
    """Out of a draft, all of whose files become `pages`, out of reports and from what waits: what was about them, the
    reports of which nothing is left, and those that stay."""
    assert turn.person is not None
    session, about = turn.work.session, None
    draft = await recent_draft(turn)
    if draft is not None and (await _holds(turn, draft, pages) or (in_content and await _of_photos(turn, draft))):
        pages |= await _forget(turn, draft)
        about = vi_directive.card_name(draft)
    found = await reports_of(session, turn.person.id, turn.work.now - 2 * JOINING, pages)
    for submission in found:
        if any(file.sha256 in pages for file in submission.files):
            about = f"receipt:{submission.id}"
            bound = (await bound_of(session, [submission.id])).get(submission.id)
            pages |= {bound.sha256} if bound else set()
            await forget_said(session, about)
            await _forget_answers(turn, await read_from(session, submission))
            await take_back(session, submission, pages)
            if bound and submission.photos:
                submission.bind_at = turn.work.now
            if submission.way == Way.LATE:
                await forget_said(session, f"late:{submission.id}")
                await tell_collector(turn.work, submission.assignment.task.directive, vi_late.taken_back(submission))
    gone = [submission for submission in found if not submission.files]
    for submission in gone:
        submission.withdrawn_at, submission.withdrawn_by = turn.work.now, turn.person.id
        turn.work.log("withdrawn", turn.contact, subject=f"submission:{submission.id}")
    await drop_waiting(session, turn.contact.id, pages)
    return about, gone, [submission for submission in found if submission.files]


async def _pages_before(turn: Turn) -> set[str]:
    """What came before and is part of it, by hash: pages of its album, and photos where it is one."""
    assert turn.person is not None
    session, since, pages = turn.work.session, turn.work.now - JOINING, set[str]()
    if turn.incoming.album:
        pages, updates = await album_before(session, turn.person.id, turn.incoming.album, since)
        for update in updates:
            await purge_received(session, update)
    if are_photos(file.name for file in turn.incoming.files):
        pages |= await photos_before(session, turn.contact.id, turn.person.id, since)
    return pages


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
    files = await _files(turn, draft)
    photos = are_photos(file.name for file in turn.incoming.files)
    return photos and bool(files) and are_photos(file.name for file in files)


async def _holds(turn: Turn, draft: Directive, pages: set[str]) -> bool:
    return any(file.sha256 in pages for file in await _files(turn, draft))


async def _files(turn: Turn, draft: Directive) -> Sequence[DirectiveFile]:
    return (await files_of(turn.work.session, [draft.id])).get(draft.id, ())


async def _forget(turn: Turn, draft: Directive) -> set[str]:
    """The draft's words go with its files; the content of these, by hash, is left to be purged."""
    files = await _files(turn, draft)
    for file in files:
        await turn.work.session.delete(file)
    await drop_tasks(turn.work.session, draft.id)
    await forget_said(turn.work.session, vi_directive.card_name(draft))
    draft.reading, draft.number, draft.subject, draft.issuer = {}, None, "", None
    draft.cancelled_at = turn.work.now
    return {file.sha256 for file in files}


async def _withdraw(turn: Turn, editions: Sequence[Edition]) -> None:
    """Editions made with it go with their files; the coordinator hears it, and makes the next without it."""
    session, numbers, content = turn.work.session, dict[tuple[int, Kind], list[int]](), set[str]()
    for edition in editions:
        numbers.setdefault((edition.directive_id, Kind(edition.kind)), []).append(edition.number)
        content |= {file.sha256 for file in edition.files}
        edition.withdrawn_at = turn.work.now
        for file in list(edition.files):
            edition.files.remove(file)
            await session.delete(file)
        turn.work.log("edition_withdrawn", turn.contact, subject=f"edition:{edition.id}")
    await session.flush()
    await _purge(turn, {sha for sha in content if not await refers_to(session, sha)})
    for (directive_id, kind), withdrawn in numbers.items():
        directive = await session.get_one(Directive, directive_id)
        await tell_collector(turn.work, directive, vi_edition.withdrawn(directive, kind, withdrawn))


async def _purge(turn: Turn, content: Collection[str]) -> None:
    """Before this transaction ends: who would refer to it by then sees that it is gone, and fetches it again."""
    await forget_files(turn.work.session, content, turn.work.now, turn.work.machine)
    for sha in content:
        await turn.house.store.purge(sha)
