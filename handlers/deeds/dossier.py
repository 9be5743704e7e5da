"""The dossier of a directive: its papers, every version of every report, the answers and the log, from what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.documents.report import Dossier, Paper, Sheet, Table
from bot.files import Store
from bot.vi import dossier as vi
from bot.vi import edition as vi_edition
from db.pages import BoundPages
from db.reports import SubmissionFile
from db.whole import Whole


def dossier(whole: Whole, number: int, made_at: datetime, store: Store) -> Dossier:
    """Nothing in it that is not in `whole`."""
    title = vi_edition.named(whole.directive)
    sheets = [Sheet(vi.LOG, vi.LOG_TITLE, Table(vi.LOG_COLUMNS, _log(whole), vi.LOG_WIDTHS))]
    if whole.answers:
        answers = Table(vi.ANSWERS_COLUMNS, _answers(whole), vi.ANSWERS_WIDTHS)
        sheets.insert(0, Sheet(vi.ANSWERS, vi.ANSWERS_TITLE, answers))
    opening = vi.opening(whole.directive, len(whole.submissions), len(whole.editions), whole.followers, made_at)
    return Dossier(title, opening, _papers(whole, store), tuple(sheets), made_at, number)


def _papers(whole: Whole, store: Store) -> Iterator[Paper]:
    for original in whole.originals:
        yield Paper(vi.ORIGINALS, original.name, original.sha256, store.path(original.sha256))
    places: dict[int, int] = {}
    for each in whole.assignments.values():
        places.setdefault(each.office_id, len(places) + 1)
    for submission in whole.submissions:
        office = submission.assignment.office
        lead = vi.lead(places[office.id], len(places), office, submission)
        bound = whole.bound.get(submission.id)
        files: list[SubmissionFile | BoundPages] = [*submission.files, *([bound] if bound else [])]
        for file in files:
            yield Paper(
                vi.REPORTS,
                f"{lead}{file.name}",
                file.sha256,
                store.path(file.sha256),
                office.name,
                submission.arrived_at,
                vi.BOUND if file is bound else vi.note(submission, file.marks),
            )
    for edition in whole.editions:
        for made in edition.files:
            packed = made.name.endswith(".zip")  # of what lies beside it, as it came
            note = vi.packed(made.sha256) if packed else ""
            path = store.path(made.sha256)
            yield Paper(vi.EDITIONS, made.name, made.sha256, path, "", edition.made_at, note, elsewhere=packed)


def _answers(whole: Whole) -> Iterator[tuple[str, ...]]:
    for answer in whole.answers:
        assignment, question = whole.assignments[answer.assignment_id], whole.questions.get(answer.question_id)
        yield vi.answer(assignment, question.text if question else "", answer, whole.people.get(answer.person_id, ""))


def _log(whole: Whole) -> Iterator[tuple[str, ...]]:
    about = {f"submission:{each.id}": vi.about_report(each) for each in whole.submissions}
    about |= {f"edition:{each.id}": vi.about_edition(each) for each in whole.editions}
    about |= {f"task:{each.id}": vi.about_task(each) for each in whole.tasks.values()}
    about |= {f"assignment:{each.id}": vi.about_assignment(each) for each in whole.assignments.values()}
    for line in whole.log:
        who, office = whole.people.get(line.person_id or 0, ""), whole.offices.get(line.office_id or 0, "")
        yield vi.logged(line, who, office, about.get(line.subject, ""))
