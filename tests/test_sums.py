"""Sums, counts and lists of a consolidated report equal the database, whatever the offices said; each passage maps back
to its office, question and version; and strangers' words stay words from the database to the page."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clocks import VIETNAM, MovableClock
from bot.documents.report import write_matrix, write_report
from bot.documents.report.body import MOST_IN_LINE
from bot.documents.report.plain import prose
from bot.figures import written
from bot.files import Store
from bot.text import clean
from db import Database, open_work
from db.chapters import chapters
from db.decisions import Exemption
from db.directives import Assignment, Directive, Kind, Question, Task
from db.offices import NewOffice, add_offices
from db.people import Person
from db.reports import Answer, Submission, Way
from handlers.deeds.consolidating import Papers, papers
from tests.layout_read import W
from tests.report_tools import ANY, FORBIDDEN, PAYLOADS, body, cells, made, parts, texts

NOW = datetime(2024, 5, 16, 9, tzinfo=VIETNAM)
COLUMNS = ["Tiêu chí", "Điểm 2022", "Điểm 2023"]
ASKED = ((Kind.NUMBER, "hồ sơ"), (Kind.MONEY, "triệu đồng"), (Kind.SHARE, "%"), (Kind.TABLE, ""), (Kind.TEXT, ""))


class Said(NamedTuple):
    """What one office said to one question: `how` is silent, skipped, nothing, words, value or unsure; `taken`: it was
    read in its Word report."""

    how: str
    text: str
    value: Decimal
    late: bool
    taken: bool = False


SAID = st.builds(
    Said,
    st.sampled_from(("silent", "skipped", "nothing", "words", "value", "value", "unsure")),
    ANY.map(clean),
    st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.booleans(),
)
OFFICE = st.tuples(
    st.sampled_from(("answers", "answers", "answers", "files", "nothing", "withdrawn", "missing", "exempt")),
    st.lists(st.tuples(SAID, SAID), min_size=len(ASKED), max_size=len(ASKED)),
)


@given(st.lists(OFFICE, min_size=1, max_size=12))
@settings(max_examples=15, deadline=None)
def test_sums_counts_and_passages_are_those_of_the_database(
    template: Path, world: list[tuple[str, list[tuple[Said, Said]]]]
) -> None:
    with copied(template) as folder:
        found = asyncio.run(report_of(folder, world))
        told = list(in_force(folder))
    sheets, document = cells(made(write_matrix, found.matrix)), body(made(write_report, found.report))
    listed = [row for row in sheets["Từng câu trả lời"] if isinstance(row[0], int)]
    assert [(row[1], row[5]) for row in listed] == [(each.office, each.version) for each in told]
    assert [row[4] for row in listed] == [float(each.value) if each.value is not None else None for each in told]
    assert [row[3] == "Không phát sinh" for row in listed] == [each.nothing for each in told]
    assert marks(document) == {
        f"nguon_dv{each.office_id}_cau{each.question}_v{each.version}" for each in told if not each.nothing
    }
    assert rows_of(document) == [
        (each.office, each.office_id, each.question, each.version, *map(shown, row))
        for each in told
        for row in each.rows
    ]
    for place, (kind, unit) in enumerate(ASKED):
        figures = [each.value for each in told if each.question == place + 1 and each.value is not None]
        summed = bool(figures) and kind in {Kind.NUMBER, Kind.MONEY}
        assert summed == any(
            text.startswith(f"Tổng cộng: {written(sum(figures, Decimal(0)))} {unit} (") for text in texts(document)
        )
        if summed and len(figures) > MOST_IN_LINE:
            assert [written(each) for each in figures] in tables_of(document)
        total = [row for row in sheets["Tổng hợp"] if row[1] == "Tổng cộng"]
        cell = total[0][8 + place] if total else None
        assert cell == (float(sum(figures, Decimal(0))) if summed else None)
    states = dict(row[1:3] for row in sheets["Chưa có báo cáo"] if row[1] and isinstance(row[2], int))
    owing = [each for each, _ in world]
    assert sum(states.values()) == len(owing)
    assert states["Được miễn"] == owing.count("exempt")
    assert states["Chưa gửi"] == sum(each in {"withdrawn", "missing"} for each in owing)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_every_stored_field_come_out_as_words(template: Path, payload: str) -> None:
    payload = clean(payload)
    world = [("answers", [(Said("words", payload, Decimal(0), False), Said("silent", "", Decimal(0), False))] * 5)]
    with copied(template) as folder:
        found = asyncio.run(report_of(folder, world, payload))
        data, document = made(write_matrix, found.matrix), body(made(write_report, found.report))
    assert not FORBIDDEN.search("".join(document.itertext()))
    assert not any(True for _ in document.iter(f"{W}instrText"))
    kinds = {type(value) for rows in cells(data).values() for row in rows for value in row}
    assert kinds <= {str, int, float, datetime, type(None)}
    held = b"".join(text for name, text in parts(data).items() if name.startswith("xl/worksheets/sheet"))
    assert not re.search(rb"<f[ >]", held)


MARK = re.compile(r"nguon_dv(\d+)_cau(\d+)_v(\d+)")


def marks(document: Any) -> set[str]:
    """Bookmarks by which a passage is found again; one in two places counts once."""
    names = (MARK.match(each.get(f"{W}name")) for each in document.iter(f"{W}bookmarkStart"))
    return {found[0] for found in names if found}


def rows_of(document: Any) -> list[tuple[Any, ...]]:
    """The rows of the annex's tables: the office named there, where its bookmark leads, the cells."""
    found = []
    for row in document.iter(f"{W}tr"):
        cells = ["".join(cell.itertext()) for cell in row.iter(f"{W}tc")]
        at = [MARK.match(each.get(f"{W}name")) for each in row.iter(f"{W}bookmarkStart")]
        if at and at[0] and len(cells) == 2 + len(COLUMNS):
            found.append((cells[1], *map(int, at[0].groups()), *map(shown, cells[2:])))
    return found


def shown(cell: str) -> str:
    """The letters of a cell, without what is not printed and what only parts them."""
    return "".join(prose(cell).split())


def tables_of(document: Any) -> list[list[str]]:
    """The figures of each table of a sum that bear a bookmark."""
    return [
        [
            "".join(mark.getparent().itertext())
            for mark in table.iter(f"{W}bookmarkStart")
            if mark.getparent().tag == f"{W}p"
        ]
        for table in document.iter(f"{W}tbl")
    ]


@contextmanager
def copied(template: Path) -> Iterator[Path]:
    """A folder with a database of its own."""
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        shutil.copy(template, Path(folder) / "test.db")
        yield Path(folder)


async def report_of(folder: Path, world: list[tuple[str, list[tuple[Said, Said]]]], words: str = "") -> Papers:
    """These offices and what they said, stored, read and consolidated; `words` stand in every other field."""
    db = Database(f"sqlite+aiosqlite:///{folder / 'test.db'}")
    try:
        async with open_work(db, MovableClock(NOW)) as work:
            session = work.session
            names = ["Phòng Nội vụ", *(f"Đơn vị {number}" for number in range(1, len(world) + 1))]
            collector, *owing = await add_offices(session, [NewOffice(name) for name in names])
            session.add(person := Person(name=words or "Hà", phone=""))
            await session.flush()
            directive = Directive(
                number=words or "1/UBND",
                subject=words or "Báo cáo",
                issuer=words or None,
                collector_id=collector.id,
                coordinator_id=person.id,
                reading={"place": words},
                drafted_at=NOW,
                published_at=NOW,
            )
            task = Task(directive=directive, position=0, number="1", text=words or "Báo cáo", due_at=NOW, target_at=NOW)
            session.add(task)
            await session.flush()
            questions = [
                Question(
                    task_id=task.id,
                    position=place,
                    text=words or f"Nội dung {place}",
                    kind=kind,
                    unit=words[:40] or unit,
                    options=[words or each for each in COLUMNS] if kind == Kind.TABLE else [],
                )
                for place, (kind, unit) in enumerate(ASKED)
            ]
            session.add_all(questions)
            owed = [Assignment(task_id=task.id, office_id=office.id) for office in owing]
            session.add_all(owed)
            await session.flush()
            for assignment, (how, said) in zip(owed, world, strict=True):
                session.add_all(_answers(assignment.id, person.id, questions, said, words, read=how == "files"))
                session.add_all(_sent(assignment.id, person.id, how, words))
        async with db.reading() as session:
            directive = await session.get_one(Directive, directive.id)
            return papers(directive, await chapters(session, directive.id), 1, NOW, Store(folder))
    finally:
        await db.close()


def _answers(
    assignment: int, person: int, questions: list[Question], said: list[tuple[Said, Said]], words: str, *, read: bool
) -> Iterator[Answer]:
    for question, versions in zip(questions, said, strict=True):
        for each in versions:
            if each.how == "silent":
                continue
            given = Answer(assignment_id=assignment, question_id=question.id, person_id=person, text=each.text, rows=[])
            taken = read and each.taken and not each.late
            given.answered_at = NOW if taken else NOW + timedelta(minutes=1 if each.late else -1)
            given.nothing, given.skipped = each.how == "nothing", each.how == "skipped"
            given.unsure, given.source = each.how == "unsure", words or "Báo cáo số 45/BC" * taken
            if each.how in {"value", "unsure"} and question.kind != Kind.TEXT:
                given.value = f"{each.value:f}" if question.kind != Kind.TABLE else None
            if question.kind == Kind.TABLE and each.how in {"words", "value"}:
                given.rows = [[each.text, written(each.value), words]]
            yield given


def _sent(assignment: int, person: int, how: str, words: str) -> Iterator[Any]:
    if how == "exempt":
        yield Exemption(assignment_id=assignment, reason=words or "Mới lập", exempted_at=NOW, exempted_by=person)
    elif how != "missing":
        way = {"nothing": Way.NOTHING, "files": Way.FILES}.get(how, Way.ANSWERS)
        sent = Submission(assignment_id=assignment, way=way, files=[])
        sent.version, sent.reference = 3, words
        sent.arrived_at = sent.created_at = NOW
        sent.withdrawn_at = NOW if how == "withdrawn" else None
        yield sent


class InForce(NamedTuple):
    office: str
    office_id: int
    question: int
    version: int
    value: Decimal | None
    nothing: bool
    rows: list[list[str]]


def in_force(folder: Path) -> Iterator[InForce]:
    """By SQL alone: of each office that sent, its newest settled answer to each question when it sent; of one that sent
    a file, what was read in it."""
    rows = sqlite3.connect(folder / "test.db").execute(
        """
        SELECT o.name, o.id, q.id, s.version, q.kind, a.value, a.is_nothing, s.way, a.id, a.skipped, a.rows
        FROM submissions s JOIN assignments b ON b.id = s.assignment_id JOIN offices o ON o.id = b.office_id
        JOIN questions q ON q.task_id = b.task_id
        LEFT JOIN answers a ON a.id = (
            SELECT max(c.id) FROM answers c WHERE c.assignment_id = b.id AND c.question_id = q.id
            AND c.unsure = 0 AND c.answered_at <= s.arrived_at AND (s.way <> 'files' OR c.source <> ''))
        WHERE s.withdrawn_at IS NULL ORDER BY b.id, q.position
        """
    )
    for office, office_id, question, version, kind, value, nothing, way, answer, skipped, kept in rows:
        if skipped or (answer is None and way != "nothing"):
            continue
        figure = Decimal(value) if value is not None and kind in {"number", "money", "share"} else None
        given = json.loads(kept) if kept and kind == "table" else []
        yield InForce(office, office_id, question, version, figure, bool(nothing) or answer is None, given)
