"""What was read from one document. Nothing here is invented: what was not found is None or empty, and listed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bot.documents.recurring import rrule

Span = tuple[int, int]
"""Start and end (exclusive) into `Reading.text`, in characters."""


@dataclass(frozen=True, slots=True)
class Period:
    """Reported data, both ends inclusive, ISO dates; `expression` is verbatim."""

    start: str
    end: str
    expression: str
    span: Span

    def to_json(self) -> dict[str, Any]:
        return {"from": self.start, "to": self.end, "expression": self.expression}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as written and what it means. `date` is the date it names (ISO), `time` HH:MM, `effective` the last
    day strictly on time, `last_workday` the last working day not after it. `rule` is a word of `dates.Rule`."""

    rule: str = "none"
    expression: str | None = None
    date: str | None = None
    time: str | None = None
    effective: str | None = None
    last_workday: str | None = None
    recurrence: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One guided question, and the words of the document it was drawn from."""

    text: str
    span: Span

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "span": list(self.span)}


@dataclass(frozen=True, slots=True)
class Task:
    """One demand. `no` is as printed (`2(1)`, `6b`), `end` for the closing paragraph, `-` when nothing is numbered."""

    no: str
    assignees: tuple[str, ...]
    coordinating: tuple[str, ...]
    text: str
    span: Span
    deadline: Deadline
    kind: str
    send_to: str | None = None
    via: str | None = None
    period: Period | None = None
    questions: tuple[Question, ...] = ()

    def to_json(self) -> dict[str, Any]:
        due = self.deadline
        return {
            "no": self.no,
            "assignees": list(self.assignees),
            "coordinating": list(self.coordinating),
            "text": self.text,
            "deadline_expression": due.expression,
            "due_date_iso": due.date,
            "due_time": due.time,
            "due_rule": due.rule,
            "due_effective_iso": due.effective,
            "last_workday_iso": due.last_workday,
            "recurrence": due.recurrence,
            "rrule": rrule(due.recurrence),
            "kind": self.kind,
            "send_to": self.send_to,
            "via": self.via,
            "period_override": self.period.to_json() if self.period else None,
            "span": list(self.span),
            "spans": _spans({"deadline": due.span, "period": self.period.span if self.period else None}),
            "questions": [question.to_json() for question in self.questions],
        }


@dataclass(frozen=True, slots=True)
class Classification:
    """Stamps, in the spelling of Nghị định 30/2020: `HỎA TỐC`, `LƯU HÀNH NỘI BỘ`. `secrecy` of a reading is always
    None: a secret document is refused, not read."""

    secrecy: str | None = None
    urgency: str | None = None
    circulation: str | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    name: str | None
    title: str | None
    authority: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One document. `date` is ISO, or `2024`, `2024-05` where the day or the month is blank. `recipients` are as
    printed, `offices` the same expanded to single names. `spans` tells where each field was read."""

    text: str
    doc_type: str | None = None
    number: str | None = None
    date: str | None = None
    issuer: str | None = None
    issuer_parent: str | None = None
    place: str | None = None
    subject: str | None = None
    recipients: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    report_period: Period | None = None
    classification: Classification = Classification()
    signer: Signer | None = None
    references: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    spans: dict[str, Span] = field(default_factory=dict)

    def words(self, span: Span) -> str:
        """The words of a span on one line."""
        return " ".join(self.text[span[0] : span[1]].split())

    def to_json(self) -> dict[str, Any]:
        """Plain data; keys of the fields are those of the hand-annotated corpus."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        plain |= {name: list(getattr(self, name)) for name in _LISTS}
        return plain | {
            "tasks": [task.to_json() for task in self.tasks],
            "report_period": self.report_period.to_json() if self.report_period else None,
            "classification": asdict(self.classification),
            "signer": asdict(self.signer) if self.signer else None,
            "spans": _spans(self.spans),
        }


_PLAIN = ("text", "doc_type", "number", "date", "issuer", "issuer_parent", "place", "subject")
_LISTS = ("recipients", "offices", "references", "notes", "not_found")


def _spans(spans: dict[str, Any]) -> dict[str, list[int]]:
    return {name: list(span) for name, span in spans.items() if span}


def freeze(data: dict[str, Any]) -> Reading:
    """A Reading from what `dataclasses.asdict` and JSON made of it: how a reading crosses from the worker."""
    period = _period(data["report_period"])
    signer = Signer(**data["signer"]) if data["signer"] else None
    rest = {name: tuple(data[name]) for name in _LISTS} | {name: data[name] for name in _PLAIN}
    return Reading(
        **rest,
        tasks=tuple(_task(task) for task in data["tasks"]),
        report_period=period,
        classification=Classification(**data["classification"]),
        signer=signer,
        spans={name: _pair(span) for name, span in data["spans"].items()},
    )


def _task(data: dict[str, Any]) -> Task:
    due = data["deadline"]
    return Task(
        **{item.name: data[item.name] for item in fields(Task) if item.name in _TASK_PLAIN},
        assignees=tuple(data["assignees"]),
        coordinating=tuple(data["coordinating"]),
        span=_pair(data["span"]),
        deadline=Deadline(**{**due, "span": _pair(due["span"]) if due["span"] else None}),
        period=_period(data["period"]),
        questions=tuple(Question(each["text"], _pair(each["span"])) for each in data["questions"]),
    )


_TASK_PLAIN = ("no", "text", "kind", "send_to", "via")


def _period(data: dict[str, Any] | None) -> Period | None:
    return Period(**{**data, "span": _pair(data["span"])}) if data else None


def _pair(span: list[int]) -> Span:
    return span[0], span[1]
