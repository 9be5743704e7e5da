"""Reports that come back: the rule that is followed, and the period that waits for a tap."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi.common import brief, deadline, full_day, paper, row, rows, weekday
from db.directives import Question, Task
from db.series import Series
from scheduler.periods import Kind, Period
from scheduler.plan import Instants

ROMAN = ("I", "II", "III", "IV")
_SUFFIX = re.compile(r" \(kỳ [^()]*\)$")
EXAMPLE = "định kỳ việc 1: trước ngày 20 hằng tháng"


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


def subject(before: str, period: Period) -> str:
    return f"{_SUFFIX.sub('', before)} (kỳ {name(period)})"


def deadline_words(recurrence: str, period: Period) -> str:
    """As a paper would write this period's day."""
    before = rule_of(recurrence) == "before_date"
    return f"{'trước' if before else 'chậm nhất'} ngày {full_day(period.named)}"


def rule_of(recurrence: str) -> str:
    """How its day is to be read, in a reader's word."""
    return "before_date" if ": before " in recurrence else "by_date"


def _data(period: Period) -> str:
    return f"số liệu từ {full_day(period.start)} đến {full_day(period.end)}"


def _window(calendar: bool) -> str:
    return "theo tháng, quý, năm dương lịch" if calendar else "theo Nghị định 09/2019/NĐ-CP"


def offer(series: Series, period: Period) -> Outgoing:
    """Before it is followed: the rule as read, and what the next period would be."""
    task, value = series.task, f"/theodinhky {series.id}"
    dated = "" if task.due_at else " Việc này chưa có hạn, nên đơn vị được báo hạn của kỳ trên."
    other = "Số liệu theo Nghị định 09" if series.calendar else "Số liệu theo lịch dương"
    return Outgoing(
        f"Báo cáo định kỳ «{series.words}», việc {task.number}, {paper(task.directive)}. Kỳ tới: {name(period)}, "
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
        f"Đã theo dõi định kỳ việc {series.task.number}, {paper(series.task.directive)}: «{series.words}».{this} "
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


def which_task(tasks: Sequence[Task], followed: Sequence[Series]) -> Outgoing:
    lines = [
        f"- {paper(each.task.directive)}, việc {each.task.number}: «{each.words}», kỳ sau đến ngày {full_day(each.next_on)}"
        for each in followed
    ]
    looks = [(f"Kỳ tới: {brief(each.words, 40)}", f"/kynay {each.id}") for each in followed]
    starts = [(brief(f"Việc {each.number}, {paper(each.directive)}", 60), f"/dinhky {each.id}") for each in tasks]
    head = "Đang theo dõi định kỳ:\n" + "\n".join(lines) if lines else "Chưa theo dõi báo cáo định kỳ nào."
    more = f"\nTheo dõi thêm: gõ «{EXAMPLE}», hoặc chọn việc." if starts else ""
    return Outgoing(head + more, rows(*looks, *starts))


def proposal(
    series: Series, period: Period, goal: Instants | None, offices: Sequence[str], questions: Sequence[Question]
) -> Outgoing:
    """The whole of the next period, in one message."""
    value, asked = f"/kynay {series.id} {period.named:%Y%m%d}", "; ".join(brief(each.text, 60) for each in questions)
    words = deadline_words(series.recurrence, period)
    due = deadline(words, goal.due_at, goal.target_at) if goal else words
    return Outgoing(
        f"Đến kỳ báo cáo {name(period)} theo {paper(series.task.directive)} («{series.words}»).\n"
        f"Việc {series.task.number}: {brief(series.task.text, 160)}\n"
        f"{_data(period).capitalize()}.\nHạn: {due}.\n"
        f"Đơn vị ({len(offices)}): {'; '.join(offices)}." + (f"\nCâu hỏi ({len(questions)}): {asked}" if asked else ""),
        rows(
            (f"Gửi {len(offices)} đơn vị", f"{value} 1"),
            ("Sửa trước khi gửi", f"{value} 2"),
            ("Bỏ kỳ này", f"{value} 0"),
            ("Dừng định kỳ", f"/dungdinhky {series.id}"),
        ),
        about=f"period:{series.id}",
    )


def left_out(series: Series, left: str, period: Period) -> Outgoing:
    return Outgoing(
        f"Đã bỏ kỳ {left} của {paper(series.task.directive)}. Kỳ sau: {name(period)}, hạn ngày {full_day(period.named)}.",
        about=f"period:{series.id}",
    )


def period_over(series: Series) -> Outgoing:
    """The button is of a period that was sent or left out."""
    return Outgoing(
        f"Kỳ này đã được xử lý. Kỳ sau của «{series.words}»: hạn ngày {full_day(series.next_on)} "
        f"({weekday(series.next_on)})."
    )


def stopped(series: Series) -> Outgoing:
    return Outgoing(
        f"Đã dừng theo dõi định kỳ «{series.words}», {paper(series.task.directive)}. Kỳ đã gửi vẫn được theo dõi.",
        (row(("Theo dõi lại", f"/dinhky {series.task_id}")),),
    )


def no_series() -> Outgoing:
    return Outgoing(f"Không có báo cáo định kỳ này. Theo dõi: gõ «{EXAMPLE}».")


def not_a_rule(words: str) -> Outgoing:
    return Outgoing(
        f"Chưa rõ chu kỳ trong «{brief(words, 60)}». Ví dụ: trước ngày 20 hằng tháng; chậm nhất ngày 15 tháng cuối quý; "
        "trước ngày 20/12 hằng năm.",
        wants_words=True,
    )
