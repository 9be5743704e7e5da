"""A file out of the blue: a directive, a list of offices or a forwarded report from the coordinator; a report from an
office."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.documents import DocumentError, Reading, look_at, read_files, read_table, read_text, stands_alone
from bot.messages import FileKind, Incoming, InFile, Outgoing
from bot.vi import directive as vi
from bot.vi import filing as vi_filing
from db.offices import Office, find_offices
from db.people import Role
from handlers import COORDINATOR, FILES, LONG_TEXT, UNSEEN, Aside, House, Looked, Rule, Turn, command, expected, intent
from handlers.deeds.arriving import out_of_the_blue
from handlers.deeds.cards import draft_card
from handlers.deeds.drafting import start_draft
from handlers.deeds.filing import refusals
from handlers.deeds.joining import joined, recent_draft, take_time
from handlers.deeds.links import upload_link
from handlers.deeds.recording import ask_whose, record_in_words, words_of
from handlers.deeds.roster import Row, import_rows, offices_in
from handlers.deeds.secret import page_of_secret

Prepared = Reading | DocumentError | list[Row] | None


async def prepare(incoming: Incoming, house: House) -> Prepared:
    """Read what the coordinator sent before any transaction is open."""
    good = _good(incoming)
    try:
        if not good:
            return read_text(incoming.text, house.calendar) if len(incoming.text) >= LONG_TEXT else None
        paths = _paths(good, house)
        if len(paths) == 1 and paths[0][1].lower().endswith((".csv", ".xlsx")):
            return offices_in(await read_table(*paths[0]))
        return await read_files(paths, house.calendar, ocr=house.ocr)
    except DocumentError as error:
        return error


async def glance(incoming: Incoming, house: House) -> Looked | None:
    """Look through an office's report for stamps, on pictures too; what else these say is not read, its receipt must
    not wait for that. A Word report is: it may hold the answers."""
    good = _good(incoming)
    if not good:
        return None
    seen, error = await look_at(_paths(good, house), ocr=house.ocr)
    found = error or await _words(good, house)
    return Looked(found, {file.sha256 or "": each for file, each in zip(good, seen, strict=True)})


async def _words(files: Sequence[InFile], house: House) -> Reading | None:
    written = [file for file in files if file.name.lower().endswith(".docx")]
    try:
        return await read_files(_paths(written, house), house.calendar, ocr=False) if written else None
    except DocumentError:
        return None


def _paths(files: Sequence[InFile], house: House) -> list[tuple[Path, str]]:
    return [(house.store.path(file.sha256 or ""), file.name) for file in files]


def _good(incoming: Incoming) -> list[InFile]:
    return [file for file in incoming.files if file.sha256 and not file.problem]


async def dropped(turn: Turn) -> Outgoing:
    """Whatever it is that the coordinator sent."""
    if any(file.problem for file in turn.incoming.files):
        return vi_filing.problems(await refusals(turn, turn.incoming.files))
    if turn.incoming.files and turn.incoming.files[0].kind == FileKind.VOICE:
        return vi_filing.voice(coordinator=True)
    if turn.incoming.files and intent(turn.text.removeprefix("/")) == "ghinhan":
        return await record_in_words(turn, words_of(turn))
    strange = turn.incoming.files and _no_directive(turn.prepared) and not await _goes_on(turn)
    asked = await ask_whose(turn) if strange else None
    return asked or await _take(turn)


FILES.append(Rule(dropped, prepare, who=COORDINATOR))
FILES.append(Rule(out_of_the_blue, glance))


async def _goes_on(turn: Turn) -> bool:
    """Whether it can belong to the directive that is being put together."""
    reading = turn.prepared
    return isinstance(reading, Reading) and not stands_alone(reading) and await recent_draft(turn) is not None


async def unseen(turn: Turn) -> Outgoing:
    """Zalo tells that something came, not what."""
    return vi_filing.unseen(await upload_link(turn))


UNSEEN.append(Rule(unseen))


def _no_directive(prepared: Prepared) -> bool:
    """Cannot be read, is called a report, asks nothing of anybody, or is a table without offices."""
    if isinstance(prepared, Reading):
        return prepared.doc_type == "báo cáo" or not prepared.tasks
    return isinstance(prepared, DocumentError) or prepared == []


@command("congvanmoi", who=COORDINATOR, listed=False)
async def new_directive(turn: Turn) -> Outgoing:
    """Tệp vừa gửi là công văn mới"""
    turn.expect("directive:")
    return vi.send_directive_again()


@expected("directive", files=True, who=COORDINATOR)
async def directive(turn: Turn) -> Outgoing:
    """The file we were told is a directive."""
    if not turn.incoming.files:
        raise Aside
    turn.expect("")
    return await _take(turn, new=True)


async def _take(turn: Turn, *, new: bool = False) -> Outgoing:
    """A list of offices, or a directive that becomes a draft or, unless it is `new`, part of one."""
    assert turn.person is not None
    if isinstance(turn.prepared, list):
        return await import_rows(turn, turn.prepared)
    if isinstance(turn.prepared, DocumentError):
        return vi.reading_failed(str(turn.prepared))
    if turn.prepared is None:
        return vi.no_draft()
    if turn.incoming.files and (refused := await page_of_secret(turn, turn.prepared)) is not None:
        return refused
    files = [(file.name, file.sha256 or "") for file in _good(turn.incoming)]
    found = None if new else await joined(turn, turn.prepared, files)
    if found is None:
        collector = await _collector(turn, turn.prepared)
        found = await start_draft(turn.work, turn.house, turn.prepared, files, turn.person.id, collector)
        turn.work.log("drafted", turn.contact, subject=f"directive:{found.id}")
    if files:
        await take_time(turn, photos=turn.incoming.files[0].kind == FileKind.PHOTO)
    return await draft_card(turn.work, turn.house, found)


async def _collector(turn: Turn, reading: Reading) -> Office:
    """Of the offices she coordinates for the one through which the paper wants the reports, else the first."""
    mine = {place.office_id: place.office for place in turn.places if place.role == Role.COORDINATOR}
    named = await find_offices(turn.work.session, [task.via for task in reading.tasks if task.via])
    return next((mine[each.id] for each in named.values() if each.id in mine), next(iter(mine.values())))
