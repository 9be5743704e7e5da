"""Files that seem not to be what they are handed in as: asked about before they count, never refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.clocks import local
from bot.documents import years_in
from bot.messages import InFile, Outgoing
from bot.vi import doubt as vi
from db.directives import Assignment, files_of, questions_of
from db.held import doubted, hold_files
from db.offices import Office, find_offices
from db.reports import Submission, with_content
from handlers import Turn

Reasons = dict[str, list[str]]
"""Why each file is doubted, by hash; only those that are."""


async def doubts(turn: Turn, assignment: Assignment, files: Sequence[InFile]) -> Reasons:
    """Empty ones, broken ones, of an earlier year, of another office, sent by another office, or our own paper."""
    session, directive = turn.work.session, assignment.task.directive
    known = await with_content(session, [file.sha256 or "" for file in files], directive.collector_id)
    elsewhere = {sha for sha, found in known if not turn.may_act_for(found.assignment.office_id)}
    ours = {file.sha256 for file in (await files_of(session, [directive.id])).get(directive.id, ())}
    named = await _offices(turn, {file.seen.issuer for file in files if file.seen.issuer})
    issued = int((directive.issued_on or "")[:4] or local(directive.drafted_at).year)
    asked = await _years(turn, assignment)
    found: Reasons = {}
    for file in files:
        office = named.get(file.seen.issuer)
        year = max(file.seen.years, default=0)
        said = [
            vi.BLANK if file.seen.blank else "",
            vi.BROKEN if file.seen.broken else "",
            vi.OURS if file.sha256 in ours else "",
            vi.COPIED if file.sha256 in elsewhere else "",
            vi.of_year(year) if 0 < year < issued and year not in asked else "",
            vi.of_office(office.name) if office and office.id not in _may_write(assignment) else "",
        ]
        if reasons := [each for each in said if each]:
            found[file.sha256 or ""] = reasons
    return found


async def _offices(turn: Turn, issuers: Iterable[str]) -> dict[str, Office]:
    """Those these names begin with, the longest name that is known: a paper names the place too."""
    beginnings = {issuer: _beginnings(issuer.split()) for issuer in issuers}
    known = await find_offices(turn.work.session, {each for found in beginnings.values() for each in found})
    found = {issuer: [known[each] for each in beginnings[issuer] if each in known] for issuer in beginnings}
    return {issuer: offices[0] for issuer, offices in found.items() if offices}


def _beginnings(words: Sequence[str]) -> list[str]:
    return [" ".join(words[:count]) for count in range(len(words), 1, -1)]


def _may_write(assignment: Assignment) -> set[int | None]:
    """The offices whose paper this report may be: also that above, which passes on what is signed there."""
    return {assignment.office_id, assignment.office.parent_id}


async def _years(turn: Turn, assignment: Assignment) -> set[int]:
    """Those that the directive and its questions name, and that of the end of the period asked for."""
    task = assignment.task
    asked = [each.text for each in await questions_of(turn.work.session, task.id)]
    until = {task.period_to.year} if task.period_to else set()
    return years_in(" ".join([task.directive.subject, task.text, *asked])) | until


async def ask_whether(turn: Turn, assignment: Assignment, files: Sequence[InFile], why: Reasons) -> Outgoing:
    """Hold these, and ask of all that are held for it whether they are meant."""
    session, at = turn.work.session, turn.incoming.at
    await hold_files(session, turn.contact.id, [file for file in files if file.sha256 in why], at, assignment.id)
    turn.work.log("doubted", turn.contact, office_id=assignment.office_id, subject=f"assignment:{assignment.id}")
    waiting = await doubted(session, turn.contact.id, assignment.id)
    why = why | await doubts(turn, assignment, [file for file in waiting if file.sha256 not in why])
    turn.expect(f"file:{assignment.id}")
    return vi.ask(assignment, [(file.name, why.get(file.sha256 or "", [])) for file in waiting], at)


async def sent_before(turn: Turn, assignment: Assignment, files: Sequence[InFile]) -> list[tuple[str, Submission]]:
    """Which of these this office has sent for this task before, by name, and with what."""
    names = {file.sha256: file.name for file in files}
    known = await with_content(turn.work.session, [sha for sha in names if sha], assignment.task.directive.collector_id)
    return [(names[sha], found) for sha, found in known if found.assignment_id == assignment.id]
