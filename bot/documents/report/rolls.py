"""Who has sent, who has not: the annex every consolidated report ends with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bot.documents.report.model import Annex, Heading, Respondent, State, Table, Words
from bot.documents.report.plain import deadline, moment
from bot.text import capital

TITLE = "Tình hình gửi báo cáo của các cơ quan, đơn vị"
NOBODY = "Không có đơn vị."
_COLUMNS = ("TT", "Cơ quan, đơn vị", "Hạn", "Ngày nhận", "Ghi chú")
_WIDTHS = (1, 6.6, 2.7, 2.7, 5)
_SAYS = {
    State.ON_TIME: "Đúng hạn",
    State.LATE: "Chậm so với thời gian quy định",
    State.WAITING: "Báo đã gửi qua QLVB, chờ xác nhận",
    State.MISSING: "Chưa gửi",
    State.EXEMPT: "Được miễn",
}
ROLLS: tuple[tuple[str, Callable[[Respondent], bool]], ...] = (
    ("Đơn vị chưa gửi báo cáo", lambda each: each.state is State.MISSING),
    ("Đơn vị gửi báo cáo muộn", lambda each: each.state is State.LATE),
    ("Đơn vị được miễn báo cáo", lambda each: each.state is State.EXEMPT),
    ("Đơn vị gửi qua QLVB hoặc cách khác", lambda each: bool(each.elsewhere)),
)
"""One that says it sent through QLVB is in the last list, and not asked again."""


def state_of(respondent: Respondent) -> str:
    """The word for it."""
    return _SAYS[respondent.state]


def rolls(respondents: Sequence[Respondent]) -> Annex:
    """All four lists; an empty one says so."""
    return Annex(TITLE, (), points=tuple(_roll(title, respondents, held) for title, held in ROLLS))


def missing(respondents: Sequence[Respondent], title: str = "Danh sách đơn vị chưa gửi báo cáo") -> Annex:
    """The first list alone, for a letter."""
    return Annex(title, (_table([each for each in respondents if ROLLS[0][1](each)]),))


def counts(respondents: Sequence[Respondent]) -> dict[State, int]:
    """How many offices stand in each state."""
    return {state: sum(each.state is state for each in respondents) for state in State}


def _roll(title: str, respondents: Sequence[Respondent], held: Callable[[Respondent], bool]) -> Heading:
    found = [each for each in respondents if held(each)]
    return Heading(f"{title} ({len(found):02} đơn vị)", (_table(found),) if found else (Words(NOBODY),))


def _table(found: Sequence[Respondent]) -> Table:
    return Table(_COLUMNS, tuple(_rows(found)), _WIDTHS)


def _rows(found: Sequence[Respondent]) -> Iterator[tuple[str, ...]]:
    for place, each in enumerate(found, 1):
        notes = (note for note in (each.elsewhere, each.note) if note)
        state = state_of(each) if each.state is State.WAITING else ""
        yield (
            str(place),
            each.name,
            deadline(each.due),
            moment(each.received),
            capital("; ".join(filter(None, (state, *notes)))),
        )
