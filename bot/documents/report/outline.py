"""The outline: its numbers, and the answers put under it by topic or by office."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.documents.report.model import Block, Heading, Names, Passage, Respondent, State

LETTERS = "abcdđeghiklmnopqrstuvxy"
NOTHING = "Không phát sinh"
SILENT = "Chưa có nội dung báo cáo"
_ROMAN = {1000: "M", 900: "CM", 500: "D", 400: "CD", 100: "C", 90: "XC", 50: "L", 40: "XL", 10: "X", 9: "IX", 5: "V"}
_ROMAN |= {4: "IV", 1: "I"}

Answers = Callable[[int, int], Passage | None]
"""What the office of this id answered to the question of this id."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A point of the directive's own outline, and the questions that belong under it."""

    title: str
    questions: tuple[int, ...] = ()
    points: tuple[Topic, ...] = ()


def numeral(depth: int, count: int) -> str:
    """`I.`, `1.`, `a)`, `-`; letters in the Vietnamese order, doubled after the last."""
    if depth == 0:
        return f"{roman(count)}."
    if depth == 1:
        return f"{count}."
    if depth == 2:
        again, place = divmod(count - 1, len(LETTERS))
        return f"{LETTERS[place] * (again + 1)})"
    return "-"


def roman(count: int) -> str:
    found = ""
    for worth, letters in _ROMAN.items():
        found += letters * (count // worth)
        count %= worth
    return found


def by_topic(topics: Iterable[Topic], offices: Sequence[Respondent], answers: Answers) -> tuple[Heading, ...]:
    """Under each topic what each office says to it, then who has nothing to report and who has not said."""
    return tuple(
        Heading(
            topic.title,
            _Said(answers, tuple(offices), topic.questions, named=True) if topic.questions else (),
            by_topic(topic.points, offices, answers),
        )
        for topic in topics
    )


def by_office(topics: Sequence[Topic], offices: Iterable[Respondent], answers: Answers) -> tuple[Heading, ...]:
    """A chapter for each office that is not exempt, and in it the topics."""
    owing = [office for office in offices if office.state is not State.EXEMPT]
    return tuple(Heading(office.name, points=_of_office(topics, office, answers)) for office in owing)


def _of_office(topics: Iterable[Topic], office: Respondent, answers: Answers) -> tuple[Heading, ...]:
    return tuple(
        Heading(
            topic.title,
            _Said(answers, (office,), topic.questions, named=False) if topic.questions else (),
            _of_office(topic.points, office, answers),
        )
        for topic in topics
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """Asks for each answer when it is written, and keeps none."""

    answers: Answers
    offices: tuple[Respondent, ...]
    questions: tuple[int, ...]
    named: bool

    def __iter__(self) -> Iterator[Block]:
        nothing, silent = [], []
        for office in self.offices:
            given = [found for asked in self.questions if (found := self.answers(office.id, asked))]
            for passage in given:
                if not passage.nothing:
                    yield passage if passage.named == self.named else replace(passage, named=self.named)
            if given and all(passage.nothing for passage in given):
                nothing.append(office.name)
            elif not given and office.state is not State.EXEMPT:
                silent.append(office.name)
        for label, offices in ((NOTHING, nothing), (SILENT, silent)):
            if offices:
                yield Names(label, tuple(offices) if self.named else ())
