"""The values a consolidated report, its matrix and its ZIP are written from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, groupby

from bot.documents.report import (
    Annex,
    Collection,
    Heading,
    Letterhead,
    Matrix,
    Names,
    Passage,
    Question,
    Report,
    Respondent,
    SentFile,
    Signature,
    State,
    Topic,
    by_topic,
    counts,
    names_in,
    rolls,
)
from bot.documents.report.outline import NOTHING, SILENT
from bot.files import Store
from bot.vi import edition as vi
from bot.vi import report as vi_report
from db.chapters import Chapter, Part
from db.directives import Directive, Task
from db.directives import Question as Asked
from handlers.deeds.gathering import SENT, respondent, state
from handlers.deeds.passages import answered_itself, in_text, passage, tables, total
from handlers.deeds.values import ADDED

BLANK = "……"
_WORST = (State.MISSING, State.WAITING, State.LATE, State.ON_TIME, State.EXEMPT)


@dataclass(frozen=True)
class Papers:
    """What goes out as one edition; no `files` where no office sent any."""

    report: Report
    matrix: Matrix
    files: Collection | None


def papers(directive: Directive, found: Sequence[Chapter], number: int, made_at: datetime, store: Store) -> Papers:
    """Nothing in them that is not in `found`; what an office did not say is left out and named."""
    offices, by_office = _offices(found), _by_office(found)
    asked = tuple(
        Question(each.id, each.text, each.unit, each.kind in ADDED) for chapter in found for each in chapter.questions
    )
    answers = (
        passage(part, each)
        for office in offices
        for chapter, part in by_office[office.id]
        for each in chapter.questions
    )
    said = tuple(each for each in answers if each is not None)
    sent = [
        _sent(place, chapter, part, store, several=len(found) > 1)
        for place, office in enumerate(offices, 1)
        for chapter, part in by_office[office.id]
    ]
    files = _files(directive, offices, [file for some in sent for file in some], number, made_at)
    if files is not None:
        offices = _linked(offices, files, vi.file_name("files", directive, number).removesuffix(".zip"))
    return Papers(
        _report(directive, found, offices, number, made_at),
        Matrix(vi.subject(directive, [chapter.task for chapter in found]), asked, offices, said, made_at, number),
        files,
    )


def _linked(offices: Sequence[Respondent], files: Collection, folder: str) -> tuple[Respondent, ...]:
    """Each with its first file, where it lies once the ZIP is unpacked beside the matrix."""
    first: dict[int, str] = {}
    for name, file in names_in(files):
        first.setdefault(file.place, f"{folder}/{name}")
    return tuple(replace(each, file=first.get(place, "")) for place, each in enumerate(offices, 1))


def _report(
    directive: Directive, found: Sequence[Chapter], offices: Sequence[Respondent], number: int, made_at: datetime
) -> Report:
    collector, states = directive.collector, counts(offices)
    superior = above(directive, found[0].task)
    answered, owing = states[State.ON_TIME] + states[State.LATE], len(offices) - states[State.EXEMPT]
    tasks = [chapter.task for chapter in found]
    opening = vi_report.opening(vi.named(directive), collector.name, answered, owing, states[State.MISSING])
    outlines = [_outline(chapter) for chapter in found]
    several = len(found) > 1
    return Report(
        letterhead(directive, superior, f"BC-{collector.short}"),
        vi.subject(directive, tasks),
        (superior,),
        vi.grounds(directive, tasks),
        (opening,),
        tuple(Heading(vi.chapter(each.task), points=points) for each, points in zip(found, outlines, strict=True))
        if several
        else outlines[0],
        vi_report.closing(collector.name, superior),
        Signature(vi.signs(collector)),
        (),
        "VT",
        tuple(offices),
        tuple(annex for chapter in found for annex in (*_annex(chapter, several=several), *tables(chapter))),
        made_at,
        number,
    )


def above(directive: Directive, task: Task) -> str:
    """Whom the collecting office reports to."""
    return (directive.issuer or task.send_to or BLANK).removeprefix("Chủ tịch ")


def letterhead(directive: Directive, superior: str, symbol: str) -> Letterhead:
    """Of what the collecting office writes; the day is its văn thư's to give."""
    place = directive.reading.get("place") or BLANK
    return Letterhead(directive.collector.name, vi_report.shortened(superior), place, symbol)


def _annex(chapter: Chapter, *, several: bool) -> Iterator[Annex]:
    """Nothing where everybody sent in time and by the bot."""
    owing = [respondent(part) for part in chapter.parts]
    annex = rolls(owing)
    if any(each.state is not State.ON_TIME or each.elsewhere for each in owing):
        yield replace(annex, title=f"{annex.title} (việc {chapter.task.number})") if several else annex


def _outline(chapter: Chapter) -> tuple[Heading, ...]:
    """A point for each question; who reported otherwise than by answering is named once, at the end."""
    parts = {part.office_id: part for part in chapter.parts}
    reported = {part.office_id for part in chapter.parts if state(part) in SENT}
    by_files = [part for part in chapter.parts if part.office_id in reported and not answered_itself(part)]
    apart = {part.office_id for part in by_files if part.said is None}
    rest = [respondent(part) for part in chapter.parts if part.office_id not in apart]
    named = Names(vi.BY_FILES_LABEL, tuple(part.name for part in by_files))
    if chapter.questions:
        topics = [Topic(vi.title(each), (each.id,)) for each in chapter.questions]
        asked = {each.id: each for each in chapter.questions}
        answered = by_topic(topics, rest, lambda office, number: in_text(parts[office], asked[number]))
        summed = [
            _with_sum(each, question, chapter) for each, question in zip(answered, chapter.questions, strict=True)
        ]
        return (*_assessed(summed), *([Heading(vi.BY_FILES, (named,))] if by_files else ()))
    nothing = tuple(part.name for part in chapter.parts if part.office_id in reported and part.nothing)
    silent = tuple(part.name for part in chapter.parts if state(part) in {State.MISSING, State.WAITING})
    listed = [named, Names(NOTHING, nothing), Names(SILENT, silent)]
    return (Heading(vi.NO_QUESTIONS, tuple(each for each in listed if each.offices)),)


def _assessed(headings: Sequence[Heading]) -> Iterator[Heading]:
    """What is good, what is lacking and why, one after another, are points of «Đánh giá chung»."""
    for assessing, run in groupby(headings, lambda each: vi.assesses(each.title)):
        points = tuple(run)
        yield from [Heading(vi.ASSESSMENT, points=points)] if assessing and len(points) > 1 else points


def _with_sum(heading: Heading, question: Asked, chapter: Chapter) -> Heading:
    """What the offices say, then what it comes to; many figures stand in the table of the sum alone."""
    found = total(chapter, question)
    if found is None:
        return heading
    told = {each.source for each in found.said}
    rest = (each for each in heading.blocks if not (isinstance(each, Passage) and each.source in told))
    return replace(heading, blocks=chain((found,), rest) if told else chain(heading.blocks, (found,)))


def _offices(found: Sequence[Chapter]) -> tuple[Respondent, ...]:
    """Each office once; of several tasks it stands as in the one where it stands worst."""
    every: dict[int, Respondent] = {}
    for each in (respondent(part) for chapter in found for part in chapter.parts):
        before = every.get(each.id)
        if before is None or _WORST.index(each.state) < _WORST.index(before.state):
            every[each.id] = each
    return tuple(every.values())


def _by_office(found: Sequence[Chapter]) -> dict[int, list[tuple[Chapter, Part]]]:
    every: dict[int, list[tuple[Chapter, Part]]] = {}
    for chapter in found:
        for part in chapter.parts:
            every.setdefault(part.office_id, []).append((chapter, part))
    return every


def _sent(place: int, chapter: Chapter, part: Part, store: Store, *, several: bool) -> list[SentFile]:
    return [
        SentFile(
            place,
            part.name,
            submission.version,
            file.name,
            file.sha256,
            store.path(file.sha256),
            submission.arrived_at,
            vi.part(file.part, file.marks, chapter.task, several=several),
        )
        for submission, file in part.files
    ]


def _files(
    directive: Directive, offices: Sequence[Respondent], sent: Sequence[SentFile], number: int, made_at: datetime
) -> Collection | None:
    have = {file.place for file in sent}
    without = tuple(each.name for place, each in enumerate(offices, 1) if place not in have)
    of = directive.number or ""
    return Collection(vi.named(directive), of, len(offices), sent, without, made_at, number) if sent else None
