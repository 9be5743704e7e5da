"""A file out of the blue: a directive, a list of offices or a forwarded report from the coordinator; a report from an
office."""

from __future__ import annotations

from bot.documents import DocumentError, Reading, read_file, read_table, read_text
from bot.messages import FileKind, Incoming, Outgoing
from bot.vi import directive as vi
from bot.vi import filing as vi_filing
from db.people import Role
from handlers import COORDINATOR, FILES, LONG_TEXT, UNSEEN, Aside, House, Rule, Turn, command, expected, intent
from handlers.deeds.arriving import out_of_the_blue
from handlers.deeds.drafting import draft_card, start_draft
from handlers.deeds.filing import refusals
from handlers.deeds.links import upload_link
from handlers.deeds.recording import ask_whose, record_in_words, words_of
from handlers.deeds.roster import Row, import_rows, offices_in

Prepared = Reading | DocumentError | list[Row] | None


async def prepare(incoming: Incoming, house: House) -> Prepared:
    """Read the first document before any transaction is open."""
    good = [file for file in incoming.files if file.sha256 and not file.problem]
    try:
        if not good:
            return read_text(incoming.text, house.calendar) if len(incoming.text) >= LONG_TEXT else None
        path = house.store.path(good[0].sha256 or "")
        if good[0].name.lower().endswith((".csv", ".xlsx")):
            return offices_in(await read_table(path, good[0].name))
        return await read_file(path, good[0].name, house.calendar)
    except DocumentError as error:
        return error


async def dropped(turn: Turn) -> Outgoing:
    """Whatever it is, whoever sent it."""
    if not turn.holds(Role.COORDINATOR):
        return await out_of_the_blue(turn)
    if any(file.problem for file in turn.incoming.files):
        return vi_filing.problems(await refusals(turn, turn.incoming.files))
    if turn.incoming.files and turn.incoming.files[0].kind == FileKind.VOICE:
        return vi_filing.voice(coordinator=True)
    if turn.incoming.files and intent(turn.text.removeprefix("/")) == "ghinhan":
        return await record_in_words(turn, words_of(turn))
    if turn.incoming.files and _no_directive(turn.prepared) and (asked := await ask_whose(turn)) is not None:
        return asked
    return await _take(turn)


FILES.append(Rule(dropped, prepare))


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
    return await _take(turn)


async def _take(turn: Turn) -> Outgoing:
    """A list of offices, or a directive that becomes a draft."""
    assert turn.person is not None
    if isinstance(turn.prepared, list):
        return await import_rows(turn, turn.prepared)
    if isinstance(turn.prepared, DocumentError):
        return vi.reading_failed(str(turn.prepared))
    if turn.prepared is None:
        return vi.no_draft()
    files = [(file.name, file.sha256) for file in turn.incoming.files if file.sha256]
    place = next(place for place in turn.places if place.role == Role.COORDINATOR)
    found = await start_draft(turn.work, turn.house, turn.prepared, files, turn.person.id, place.office)
    turn.work.log("drafted", turn.contact, subject=f"directive:{found.id}")
    return await draft_card(turn.work, turn.house, found)
