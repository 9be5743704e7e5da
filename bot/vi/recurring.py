"""Reports that come back: the rule that is followed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi.common import brief, listing, paper, paper_alone, row, rows
from bot.vi.periods import Next, data, deadline_words, looks, name, named
from db.directives import Task
from db.series import Series
from scheduler.periods import Cycle, Kind, Period

EXAMPLE = "định kỳ việc 1: trước ngày 20 hằng tháng"
EXAMPLE_OF_PAPER = "định kỳ việc 1 công văn 45: trước ngày 20 hằng tháng"
LAST_OF_QUARTER = 3


def _window(calendar: bool) -> str:
    return "theo tháng, quý, năm dương lịch" if calendar else "theo Nghị định 09/2019/NĐ-CP"


def offer(series: Series, period: Period) -> Outgoing:
    """Before it is followed: the rule as read, and what the next period would be."""
    task, value = series.task, f"/theodinhky {series.id}"
    dated = "" if task.due_at else " Việc này chưa có hạn, nên đơn vị được báo hạn của kỳ trên."
    other = "Số liệu theo Nghị định 09" if series.calendar else "Số liệu theo lịch dương"
    return Outgoing(
        f"Báo cáo định kỳ «{series.words}», việc {task.number}, {paper_alone(task.directive)}. Kỳ tới: {name(period)}, "
        f"{data(period)} ({_window(series.calendar)}), hạn {deadline_words(series.recurrence, period)}.{dated} "
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
        f"Kỳ sau: {name(period)}, {data(period)}, hạn {deadline_words(series.recurrence, period)}; hệ thống chuẩn bị và "
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
        f"{named(each)}: «{each.series.words}», kỳ tới {name(each.period)}, hạn "
        f"{deadline_words(each.series.recurrence, each.period)}"
        for each in followed
    ]
    starts = [(brief(f"Việc {each.number}, {paper(each.directive)}", 60), f"/dinhky {each.id}") for each in tasks]
    head = f"Đang theo dõi định kỳ:\n{listing(lines)}" if lines else "Chưa theo dõi báo cáo định kỳ nào."
    if number:
        head = f"Nhiều việc mang số {number}: đề nghị gõ cả số công văn, ví dụ «{EXAMPLE_OF_PAPER}».\n{head}"
    more = f"\nTheo dõi thêm: gõ «{EXAMPLE}», hoặc chọn việc." if starts else ""
    return Outgoing(head + more, rows(*looks(followed), *starts))


def which_period(found: Sequence[Next], act: int) -> Outgoing:
    """Several are meant by what was typed."""
    return Outgoing("Đồng chí chọn kỳ nào?", rows(*looks(found, act)))


def no_such_period(found: Sequence[Next], *, said: bool) -> Outgoing:
    """None waits; or none bears the name that was `said`."""
    if not found:
        return which_task((), ())
    head = "Không thấy kỳ này." if said else "Chưa đến lúc chuẩn bị kỳ nào."
    lines = listing(
        f"{named(each)}, kỳ {name(each.period)}: hạn {deadline_words(each.series.recurrence, each.period)}"
        for each in found
    )
    return Outgoing(f"{head} Kỳ tới:\n{lines}", rows(*looks(found)))


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
        rows(*((brief(named(each), 60), f"/dungdinhky {each.series.id}") for each in found)),
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


def change(now: Next, cycle: Cycle, after: Period) -> Outgoing:
    """Another rule for what is followed: the old and the new, and what the next period would be."""
    series, before = now.series, now.period
    dropped = f" Bản đang soạn của kỳ {name(before)} sẽ được huỷ." if now.draft else ""
    value = f"/doidinhky {series.id} {before.named:%Y%m%d}"
    coded = f"{cycle.kind} {'before' if cycle.before else 'by'} {cycle.day} {cycle.months[0]}"
    return Outgoing(
        f"Đổi quy tắc định kỳ việc {series.task.number}, {paper_alone(series.task.directive)}: từ «{series.words}» thành "
        f"«{rule_words(cycle)}». Kỳ tới nay: {_told(before, series.recurrence)}. Kỳ tới theo quy tắc mới: "
        f"{_told(after, cycle.recurrence)}. Kỳ đã gửi giữ nguyên hạn.{dropped}",
        (row(("Đổi quy tắc", f"{value} {coded}"), ("Thôi", f"{value} thoi")),),
        about=f"series:{series.id}",
    )


def _told(period: Period, recurrence: str) -> str:
    return f"{name(period)}, {data(period)}, hạn {deadline_words(recurrence, period)}"


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
