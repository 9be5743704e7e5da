"""The period of a report that waits for a tap: its name, its data, its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import capital
from bot.vi.common import (
    brief,
    deadline,
    full_day,
    listing,
    paper_alone,
    rows,
    short_alone,
    subject_alone,
    weekday,
)
from db.directives import Directive, Question
from db.series import Series
from scheduler.periods import Kind, Period
from scheduler.plan import Instants

ROMAN = ("I", "II", "III", "IV")
MOST_BUTTONS = 10


class Late(StrEnum):
    """How near the last working day before the deadline of a period is that was not sent."""

    NOT = ""
    TODAY = "nay"
    TOMORROW = "mai"
    PAST = "qua"


@dataclass(frozen=True)
class Next:
    """The next period of a series; `draft`: it is being put together."""

    series: Series
    period: Period
    draft: Directive | None = None


def name(period: Period) -> str:
    """`tháng 6/2024`, `quý II/2024`, `6 tháng đầu năm 2024`."""
    month, year = period.end.month, period.end.year
    return {
        Kind.MONTH: f"tháng {month}/{year}",
        Kind.QUARTER: f"quý {ROMAN[(month - 1) // 3]}/{year}",
        Kind.HALF: f"6 tháng đầu năm {year}",
        Kind.NINE: f"9 tháng năm {year}",
        Kind.YEAR: f"năm {year}",
    }[period.kind]


def subject(before: Directive, period: Period) -> str:
    return f"{subject_alone(before)} (kỳ {name(period)})"


def deadline_words(recurrence: str, period: Period) -> str:
    """As a paper would write this period's day."""
    before = rule_of(recurrence) == "before_date"
    return f"{'trước' if before else 'chậm nhất'} ngày {full_day(period.named)}"


def rule_of(recurrence: str) -> str:
    """How its day is to be read, in a reader's word."""
    return "before_date" if ": before " in recurrence else "by_date"


def data(period: Period) -> str:
    early = ", hạn sớm hơn ngày chốt số liệu" if period.end > period.last else ""
    return f"số liệu từ {full_day(period.start)} đến {full_day(period.end)}{early}"


def named(found: Next) -> str:
    return f"{paper_alone(found.series.task.directive)}, việc {found.series.task.number}"


def looks(found: Sequence[Next], act: int | None = None) -> list[tuple[str, str]]:
    """A button for each, by its period and paper; by its task too where a paper sets several. `act`: what it does."""
    papers = [each.series.task.directive.number for each in found]
    return [
        (
            brief(_label(each, papers.count(each.series.task.directive.number) > 1), 60),
            f"/kynay {each.series.id}" + ("" if act is None else f" {each.period.named:%Y%m%d} {act}"),
        )
        for each in found[:MOST_BUTTONS]
    ]


def _label(found: Next, several: bool) -> str:
    task = found.series.task
    of = f"việc {task.number}, " if several else ""
    return f"Kỳ {name(found.period)}, {of}{short_alone(task.directive)}"


def _standing(found: Next, today: date) -> str:
    how = "đang soạn, chưa gửi" if found.draft else "chưa gửi"
    over = " đã qua" if found.period.last < today else ""
    return f"hạn {deadline_words(found.series.recurrence, found.period)}{over}, {how}"


def also(answer: Outgoing, waiting: Sequence[Next], today: date) -> Outgoing:
    """With the periods that wait for the coordinator."""
    if not waiting:
        return answer
    lines = listing(f"{named(each)}, kỳ {name(each.period)}: {_standing(each, today)}" for each in waiting)
    text = f"{answer.text}\n\nKỳ báo cáo định kỳ đang chờ đồng chí:\n{lines}"
    return replace(answer, text=text, buttons=(*answer.buttons, *rows(*looks(waiting))))


def about(series_id: int) -> str:
    """What is said of the period that waits."""
    return f"period:{series_id}"


def proposal(
    found: Next,
    goal: Instants | None,
    offices: Sequence[str],
    questions: Sequence[Question],
    late: Late,
    proposed: date,
    following: Period | None = None,
) -> Outgoing:
    """The whole of the next period, in one message. Where it is `late`, `proposed` is a day it might be sent with;
    `following`: it is time for the period after it too."""
    series, period, many = found.series, found.period, len(offices)
    value, asked = f"/kynay {series.id} {period.named:%Y%m%d}", "; ".join(brief(each.text, 60) for each in questions)
    words = deadline_words(series.recurrence, period)
    due = deadline(words, goal.due_at, goal.target_at) if goal else words
    head = f"kỳ báo cáo {name(period)} theo {paper_alone(series.task.directive)} («{series.words}»)"
    parts = [
        f"{capital(head)} chưa gửi." if series.proposed_at else f"Đến {head}.",
        f"Việc {series.task.number}: {brief(series.task.text, 160)}",
        f"{data(period).capitalize()}.",
        f"Hạn: {due}.",
        f"Đơn vị ({many}): {'; '.join(offices)}.",
    ]
    parts += [f"Câu hỏi ({len(questions)}): {asked}"] if asked else []
    parts += [_closes_after(goal, period)] if goal and local(goal.target_at).date() < period.end <= period.last else []
    parts += [_late(late, goal, proposed)] if late and goal else []
    parts += [_behind(following)] if following else []
    send = (f"Vẫn gửi {many} đơn vị", f"{value} 1 {late}") if late else (f"Gửi {many} đơn vị", f"{value} 1")
    ends = (("Bỏ kỳ này", f"{value} 0"), ("Dừng định kỳ", f"/dungdinhky {series.id}"))
    return Outgoing("\n".join(parts), rows(send, ("Sửa trước khi gửi", f"{value} 2"), *ends), about=about(series.id))


def _closes_after(goal: Instants, period: Period) -> str:
    return (
        f"Lưu ý: ngày làm việc cuối trước hạn ({weekday(goal.target_at)}) sớm hơn ngày chốt số liệu "
        f"({full_day(period.end)})."
    )


def _late(late: Late, goal: Instants, proposed: date) -> str:
    if late == Late.PAST:
        is_ = f"hạn của kỳ này đã qua ({weekday(goal.due_at)})"
    else:
        same = full_day(goal.target_at) == full_day(goal.due_at)
        what = "hạn của kỳ này" if same else "ngày làm việc cuối trước hạn của kỳ này"
        is_ = f"{what} là {'hôm nay' if late == Late.TODAY else 'ngày mai'} ({weekday(goal.target_at)})"
    return f"Lưu ý: {is_}. Đề nghị sửa hạn trước khi gửi, ví dụ gõ: hạn kỳ này: chậm nhất ngày {full_day(proposed)}."


def _behind(following: Period) -> str:
    return f"Đã đến lúc chuẩn bị kỳ {name(following)}: kỳ đó được nêu khi kỳ này đã gửi hoặc đã bỏ."


def drafted(found: Next, following: Period | None = None) -> Outgoing:
    """The next period is being put together, and was not sent."""
    series, period = found.series, found.period
    value = f"/kynay {series.id} {period.named:%Y%m%d}"
    behind = f"\n{_behind(following)}" if following else ""
    return Outgoing(
        f"Kỳ báo cáo {name(period)} theo {paper_alone(series.task.directive)} đang soạn, chưa gửi.{behind}",
        rows(("Xem công văn đang soạn", f"{value} 2"), ("Bỏ kỳ này", f"{value} 0")),
        about=about(series.id),
    )


def given_back(answer: Outgoing, found: Next) -> Outgoing:
    """Its draft was dropped."""
    return replace(
        answer, text=f"{answer.text} Kỳ {name(found.period)} lại chờ đồng chí.", buttons=rows(*looks([found]))
    )


def left_out(series: Series, left: str, period: Period) -> Outgoing:
    of, after = paper_alone(series.task.directive), f"{name(period)}, hạn ngày {full_day(period.named)}"
    return Outgoing(f"Đã bỏ kỳ {left} của {of}. Kỳ sau: {after}.", about=about(series.id))


def period_over(series: Series) -> Outgoing:
    """The button is of a period that was sent or left out."""
    return Outgoing(
        f"Kỳ này đã được xử lý. Kỳ sau của «{series.words}»: hạn ngày {full_day(series.next_on)} "
        f"({weekday(series.next_on)})."
    )
