"""Reports that come back: the rule that is followed, and the period that waits for a tap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.messages import Outgoing
from bot.vi.common import (
    brief,
    deadline,
    full_day,
    listing,
    numbered,
    paper,
    paper_alone,
    row,
    rows,
    subject_alone,
    weekday,
)
from db.directives import Directive, Question, Task
from db.series import Series
from scheduler.periods import Cycle, Kind, Period
from scheduler.plan import Instants

ROMAN = ("I", "II", "III", "IV")
EXAMPLE = "định kỳ việc 1: trước ngày 20 hằng tháng"
EXAMPLE_OF_PAPER = "định kỳ việc 1 công văn 45: trước ngày 20 hằng tháng"
MOST_BUTTONS = 10
LAST_OF_QUARTER = 3


class Late(StrEnum):
    """How near the deadline of a period is that was not sent."""

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


def _data(period: Period) -> str:
    early = ", hạn sớm hơn ngày chốt số liệu" if period.end > period.last else ""
    return f"số liệu từ {full_day(period.start)} đến {full_day(period.end)}{early}"


def _window(calendar: bool) -> str:
    return "theo tháng, quý, năm dương lịch" if calendar else "theo Nghị định 09/2019/NĐ-CP"


def offer(series: Series, period: Period) -> Outgoing:
    """Before it is followed: the rule as read, and what the next period would be."""
    task, value = series.task, f"/theodinhky {series.id}"
    dated = "" if task.due_at else " Việc này chưa có hạn, nên đơn vị được báo hạn của kỳ trên."
    other = "Số liệu theo Nghị định 09" if series.calendar else "Số liệu theo lịch dương"
    return Outgoing(
        f"Báo cáo định kỳ «{series.words}», việc {task.number}, {paper_alone(task.directive)}. Kỳ tới: {name(period)}, "
        f"{_data(period)} ({_window(series.calendar)}), hạn {deadline_words(series.recurrence, period)}.{dated} "
        "Mỗi kỳ được chuẩn bị trước hạn 7 ngày làm việc và chỉ gửi khi đồng chí bấm.",
        rows(
            ("Theo dõi định kỳ", f"{value} 1"),
            (other, f"{value} {2 if series.calendar else 3}"),
            ("Thôi", f"{value} 0"),
        ),
        about=f"series:{series.id}",
    )


def begun(series: Series, period: Period, dated: str = "") -> Outgoing:
    """`dated`: the deadline its task was given, as the first period."""
    this = f" Hạn kỳ này: {dated}; đã báo đơn vị." if dated else ""
    return Outgoing(
        f"Đã theo dõi định kỳ việc {series.task.number}, {paper_alone(series.task.directive)}: «{series.words}».{this} "
        f"Kỳ sau: {name(period)}, {_data(period)}, hạn {deadline_words(series.recurrence, period)}; hệ thống chuẩn bị và "
        "chờ đồng chí bấm gửi.",
        (row(("Dừng định kỳ", f"/dungdinhky {series.id}")),),
        about=f"series:{series.id}",
    )


def not_begun(series: Series) -> Outgoing:
    return Outgoing(f"Không theo dõi định kỳ việc {series.task.number}.", about=f"series:{series.id}")


def ask_rule(task: Task) -> Outgoing:
    return Outgoing(
        f"Việc {task.number} báo cáo định kỳ khi nào? Ví dụ: trước ngày 20 hằng tháng; chậm nhất ngày 15 tháng cuối quý; "
        "báo cáo 6 tháng, trước ngày 20/6 hằng năm.",
        wants_words=True,
    )


def which_task(tasks: Sequence[Task], followed: Sequence[Next], number: str = "") -> Outgoing:
    """`number`: several tasks bear it."""
    lines = [
        f"{_named(each)}: «{each.series.words}», kỳ tới {name(each.period)}, hạn "
        f"{deadline_words(each.series.recurrence, each.period)}"
        for each in followed
    ]
    starts = [(brief(f"Việc {each.number}, {paper(each.directive)}", 60), f"/dinhky {each.id}") for each in tasks]
    head = f"Đang theo dõi định kỳ:\n{listing(lines)}" if lines else "Chưa theo dõi báo cáo định kỳ nào."
    if number:
        head = f"Nhiều việc mang số {number}: đề nghị gõ cả số công văn, ví dụ «{EXAMPLE_OF_PAPER}».\n{head}"
    more = f"\nTheo dõi thêm: gõ «{EXAMPLE}», hoặc chọn việc." if starts else ""
    return Outgoing(head + more, rows(*_looks(followed), *starts))


def _named(found: Next) -> str:
    return f"{paper_alone(found.series.task.directive)}, việc {found.series.task.number}"


def _looks(found: Sequence[Next], act: int | None = None) -> list[tuple[str, str]]:
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
    return f"Kỳ {name(found.period)}, {of}CV {numbered(task.directive) or '(chưa có số)'}"


def _standing(found: Next) -> str:
    if found.draft is not None:
        return "đang soạn, chưa gửi"
    return f"hạn {deadline_words(found.series.recurrence, found.period)}, chưa gửi"


def also(answer: Outgoing, waiting: Sequence[Next]) -> Outgoing:
    """With the periods that wait for the coordinator."""
    if not waiting:
        return answer
    lines = listing(f"{_named(each)}, kỳ {name(each.period)}: {_standing(each)}" for each in waiting)
    text = f"{answer.text}\n\nKỳ báo cáo định kỳ đang chờ đồng chí:\n{lines}"
    return replace(answer, text=text, buttons=(*answer.buttons, *rows(*_looks(waiting))))


def which_period(found: Sequence[Next], act: int) -> Outgoing:
    """Several are meant by what was typed."""
    return Outgoing("Đồng chí chọn kỳ nào?", rows(*_looks(found, act)))


def no_such_period(found: Sequence[Next], *, named: bool) -> Outgoing:
    """None waits, or none bears the name that was typed."""
    if not found:
        return which_task((), ())
    head = "Không thấy kỳ này." if named else "Chưa đến lúc chuẩn bị kỳ nào."
    lines = listing(
        f"{_named(each)}, kỳ {name(each.period)}: hạn {deadline_words(each.series.recurrence, each.period)}"
        for each in found
    )
    return Outgoing(f"{head} Kỳ tới:\n{lines}", rows(*_looks(found)))


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
    head = f"ỳ báo cáo {name(period)} theo {paper_alone(series.task.directive)} («{series.words}»)"
    parts = [
        f"K{head} chưa gửi." if series.proposed_at else f"Đến k{head}.",
        f"Việc {series.task.number}: {brief(series.task.text, 160)}",
        f"{_data(period).capitalize()}.",
        f"Hạn: {due}.",
        f"Đơn vị ({many}): {'; '.join(offices)}.",
    ]
    parts += [f"Câu hỏi ({len(questions)}): {asked}"] if asked else []
    parts += [_late(late, goal, proposed)] if late and goal else []
    parts += [_behind(following)] if following else []
    send = (f"Vẫn gửi {many} đơn vị", f"{value} 1 {late}") if late else (f"Gửi {many} đơn vị", f"{value} 1")
    ends = (("Bỏ kỳ này", f"{value} 0"), ("Dừng định kỳ", f"/dungdinhky {series.id}"))
    return Outgoing("\n".join(parts), rows(send, ("Sửa trước khi gửi", f"{value} 2"), *ends), about=about(series.id))


def _late(late: Late, goal: Instants, proposed: date) -> str:
    how = {Late.TODAY: "hôm nay", Late.TOMORROW: "ngày mai"}
    is_ = f"là {how[late]}" if late in how else "đã qua"
    return (
        f"Lưu ý: hạn của kỳ này {is_} ({weekday(goal.due_at)}). Đề nghị sửa hạn trước khi gửi, ví dụ gõ: hạn kỳ này: "
        f"chậm nhất ngày {full_day(proposed)}."
    )


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
        answer, text=f"{answer.text} Kỳ {name(found.period)} lại chờ đồng chí.", buttons=rows(*_looks([found]))
    )


def left_out(series: Series, left: str, period: Period) -> Outgoing:
    return Outgoing(
        f"Đã bỏ kỳ {left} của {paper_alone(series.task.directive)}. Kỳ sau: {name(period)}, hạn ngày {full_day(period.named)}.",
        about=about(series.id),
    )


def period_over(series: Series) -> Outgoing:
    """The button is of a period that was sent or left out."""
    return Outgoing(
        f"Kỳ này đã được xử lý. Kỳ sau của «{series.words}»: hạn ngày {full_day(series.next_on)} "
        f"({weekday(series.next_on)})."
    )


def stopped(series: Series) -> Outgoing:
    return Outgoing(
        f"Đã dừng theo dõi định kỳ «{series.words}», {paper_alone(series.task.directive)}. Kỳ đã gửi vẫn được theo dõi.",
        (row(("Theo dõi lại", f"/dinhky {series.task_id}")),),
    )


def which_to_stop(found: Sequence[Next]) -> Outgoing:
    if not found:
        return which_task((), ())
    return Outgoing(
        "Dừng theo dõi định kỳ việc nào?",
        rows(*((brief(_named(each), 60), f"/dungdinhky {each.series.id}") for each in found)),
    )


def rule_words(cycle: Cycle) -> str:
    """As a paper would write it: `trước ngày 20 hằng tháng`."""
    how, first = "trước" if cycle.before else "chậm nhất", cycle.months[0]
    if cycle.kind == Kind.MONTH:
        return f"{how} ngày {cycle.day} hằng tháng"
    if cycle.kind == Kind.QUARTER:
        return f"{how} ngày {cycle.day} tháng {'cuối' if first == LAST_OF_QUARTER else 'đầu'} quý"
    of = {Kind.HALF: "báo cáo 6 tháng, ", Kind.NINE: "báo cáo 9 tháng, "}.get(cycle.kind, "")
    return f"{of}{how} ngày {cycle.day}/{first} hằng năm"


def change(series: Series, before: Period, cycle: Cycle, after: Period) -> Outgoing:
    """Another rule for what is followed: the old and the new, and what the next period would be."""
    value = f"/doidinhky {series.id} {before.named:%Y%m%d}"
    coded = f"{cycle.kind} {'before' if cycle.before else 'by'} {cycle.day} {cycle.months[0]}"
    return Outgoing(
        f"Đổi quy tắc định kỳ việc {series.task.number}, {paper_alone(series.task.directive)}: từ «{series.words}» thành "
        f"«{rule_words(cycle)}». Kỳ tới nay: {_told(before, series.recurrence)}. Kỳ tới theo quy tắc mới: "
        f"{_told(after, cycle.recurrence)}. Kỳ đã gửi giữ nguyên hạn.",
        (row(("Đổi quy tắc", f"{value} {coded}"), ("Thôi", f"{value} thoi")),),
        about=f"series:{series.id}",
    )


def _told(period: Period, recurrence: str) -> str:
    return f"{name(period)}, {_data(period)}, hạn {deadline_words(recurrence, period)}"


def changed(series: Series, period: Period) -> Outgoing:
    return Outgoing(
        f"Đã đổi quy tắc định kỳ việc {series.task.number}, {paper_alone(series.task.directive)}: «{series.words}». "
        f"Kỳ tới: {_told(period, series.recurrence)}.",
        (row(("Dừng định kỳ", f"/dungdinhky {series.id}")),),
        about=f"series:{series.id}",
    )


def unchanged(series: Series) -> Outgoing:
    return Outgoing(
        f"Quy tắc định kỳ việc {series.task.number} giữ nguyên: «{series.words}».", about=f"series:{series.id}"
    )


def same_rule(series: Series, period: Period) -> Outgoing:
    return Outgoing(
        f"Việc {series.task.number}, {paper_alone(series.task.directive)} đang được theo dõi theo quy tắc này. Kỳ tới: "
        f"{_told(period, series.recurrence)}.",
        (row(("Dừng định kỳ", f"/dungdinhky {series.id}")),),
    )


def no_series() -> Outgoing:
    return Outgoing(f"Không có báo cáo định kỳ này. Theo dõi: gõ «{EXAMPLE}».")


def not_a_rule(words: str) -> Outgoing:
    return Outgoing(
        f"Chưa rõ chu kỳ trong «{brief(words, 60)}». Ví dụ: trước ngày 20 hằng tháng; chậm nhất ngày 15 tháng cuối quý; "
        "trước ngày 20/12 hằng năm.",
        wants_words=True,
    )
