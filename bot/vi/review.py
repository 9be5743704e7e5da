"""The reports that came, as the coordinator looks them over: «Đạt yêu cầu», «Trả lại»."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.vi.card import buttons
from bot.vi.common import brief, deadline_of, later, paper, row, rows, stamp, weekday
from bot.vi.filing import WAYS, code
from bot.vi.values import beside
from db.decisions import Return
from db.directives import Assignment, Directive, Question
from db.offices import Office
from db.reports import Answer, Submission
from db.standing import Line

AT_ONCE = 8
"""Buttons of one list; the others come behind «Xem tiếp»."""


def reports(directive: Directive, found: Sequence[tuple[Line, Submission]], start: int) -> Outgoing:
    """Those not looked at first; a button for each."""
    shown = found[start : start + AT_ONCE]
    left = sum(not submission.accepted_at and not submission.returned_at for _, submission in found)
    head = f"Báo cáo đã nhận theo {paper(directive)}: {len(found)}, trong đó {left} chưa xem."
    lines = [f"- {_named(line, submission)}: {_came(submission)}; {_review(submission)}" for line, submission in shown]
    more = start + AT_ONCE < len(found)
    return Outgoing(
        "\n".join([head, *lines]),
        rows(
            *((brief(_named(line, submission), 60), f"/mobaocao {submission.id}") for line, submission in shown),
            *((("Xem tiếp", f"/xembaocao {directive.id} {start + AT_ONCE}"),) if more else ()),
        ),
    )


def none_yet(directive: Directive) -> Outgoing:
    return Outgoing(
        f"Chưa có báo cáo nào theo {paper(directive)}.", (row(("Tình hình báo cáo", f"/missing {directive.id}")),)
    )


def report(
    line: Line,
    submission: Submission,
    earlier: Sequence[Submission],
    asked: Sequence[Question],
    answers: Mapping[int, Answer],
) -> Outgoing:
    """One report whole: how and when it came, what it says, what came before it."""
    texts = [f"{_named(line, submission)}, {paper(line.assignment.task.directive)}.", f"{_versioned(submission)}."]
    texts += [f"Câu {n}. {brief(q.text, 120)}\n→ {_answer(answers.get(q.id))}" for n, q in enumerate(asked, 1)]
    texts += [f"Trước đó: {_versioned(each)}, {_review(each)}." for each in earlier]
    acts = [] if submission.accepted else [("Đạt yêu cầu", f"/dat {submission.id}")]
    if submission.returned_at:
        acts.append(("Bỏ trả lại", f"/botralai {submission.id}"))
    else:
        acts.append(("Trả lại", f"/tralai {submission.id}"))
    if line.assignment.task.directive.closed_at is not None:
        acts = []
    older = [(f"Xem bản {each.version}", f"/mobaocao {each.id}") for each in earlier]
    return Outgoing(
        "\n".join(texts), (*((row(*acts),) if acts else ()), *rows(*older)), about=f"report:{submission.id}"
    )


def _named(line: Line, submission: Submission) -> str:
    return f"{line.assignment.office.name}, việc {line.assignment.task.number}"


def _came(submission: Submission) -> str:
    what = f"{len(submission.files)} tệp" if submission.files else WAYS[submission.way]
    return f"{what} lúc {stamp(submission.arrived_at)}"


def _versioned(submission: Submission) -> str:
    written = f", số {submission.reference}" if submission.reference else ""
    return f"Bản {submission.version}: {_came(submission)}{written}, mã {code(submission)}"


def _review(submission: Submission) -> str:
    if submission.returned_at:
        return f"đã trả lại lúc {stamp(submission.returned_at)}"
    return f"đã tiếp nhận lúc {stamp(submission.accepted_at)}" if submission.accepted_at else "chưa xem"


def _answer(found: Answer | None) -> str:
    if found is None or found.skipped:
        return "(chưa trả lời)"
    return "Không phát sinh" if found.nothing else f"{found.text}{beside(found)}"


def review_about(submission: Submission) -> str:
    """What the office hears of it: what waits gives way to what was decided later."""
    return f"review:{submission.id}"


def accepted(whole: Sequence[Submission], at: datetime | None = None) -> Outgoing:
    """`at`: when the office hears of it, if not at once."""
    return Outgoing(
        f"Đã tiếp nhận báo cáo của {whole[-1].assignment.office.name}, mã {_codes(whole)}: đạt yêu cầu.{later(at)}",
        about=f"report:{whole[-1].id}",
    )


def told_accepted(whole: Sequence[Submission]) -> Outgoing:
    assignment = whole[-1].assignment
    return Outgoing(
        f"{assignment.task.directive.collector.name} đã tiếp nhận báo cáo của {assignment.office.name}, "
        f"mã {_codes(whole)}: đạt yêu cầu. Trân trọng cảm ơn.",
        about=review_about(whole[-1]),
    )


def ask_reason(submission: Submission) -> Outgoing:
    return Outgoing(
        f"Trả lại báo cáo của {submission.assignment.office.name}: đề nghị cho biết lý do và ngày cần sửa xong, "
        "ví dụ: thiếu phụ lục 2, 20/5.",
        (row(("Thôi", "/huy")),),
        wants_words=True,
    )


def mend_day_past(submission: Submission) -> Outgoing:
    return Outgoing(
        "Ngày sửa xong đã qua. Đề nghị cho biết lý do và một ngày từ hôm nay, ví dụ: thiếu phụ lục 2, mai.",
        wants_words=True,
    )


def _codes(whole: Sequence[Submission]) -> str:
    return ", ".join(code(each) for each in whole)


def returned(whole: Sequence[Submission], back: Return, at: datetime | None) -> Outgoing:
    """To her; she may take it back."""
    until = f" Hạn sửa: hết {weekday(back.due_at)}." if back.due_at else ""
    return Outgoing(
        f"Đã trả lại báo cáo của {whole[-1].assignment.office.name}, mã {_codes(whole)}: "
        f"{brief(back.reason, 300)}.{until} Bản đã gửi vẫn được lưu.{later(at)}",
        (row(("Bỏ trả lại", f"/botralai {whole[-1].id}")),),
        about=f"report:{whole[-1].id}",
    )


def told_returned(whole: Sequence[Submission], back: Return) -> Outgoing:
    """To the office: the reason in her words, the day, and the button."""
    assignment = whole[-1].assignment
    until = f" Hạn: {deadline_of(assignment)}." if back.due_at else ""
    return Outgoing(
        f"Kính gửi {assignment.office.name}. {assignment.task.directive.collector.name} đề nghị đơn vị bổ sung, hoàn "
        f"thiện báo cáo mã {_codes(whole)} ({paper(assignment.task.directive)}, việc {assignment.task.number}): "
        f"{brief(back.reason, 300)}.{until} Bản đã gửi vẫn được lưu. Trân trọng.",
        buttons(assignment, acknowledged=True, questions=False),
        about=review_about(whole[-1]),
    )


def taken_back(whole: Sequence[Submission], at: datetime | None = None, *, heard: bool = True) -> Outgoing:
    """`heard`: the office knew of the return."""
    told = later(at) if heard else " Đơn vị chưa được báo việc trả lại."
    return Outgoing(
        f"Đã bỏ trả lại: báo cáo của {whole[-1].assignment.office.name}, mã {_codes(whole)}, được tính như trước.{told}",
        about=f"report:{whole[-1].id}",
    )


def told_taken_back(whole: Sequence[Submission]) -> Outgoing:
    return Outgoing(
        f"Kính gửi {whole[-1].assignment.office.name}. Báo cáo mã {_codes(whole)} được tính như đã gửi, đơn vị không cần "
        "gửi lại. Trân trọng cảm ơn.",
        about=review_about(whole[-1]),
    )


def replaced(submission: Submission, newer: Submission) -> Outgoing:
    """Somebody pressed a button of a report of which a newer version has come."""
    return Outgoing(
        f"{submission.assignment.office.name} đã gửi bản {newer.version} thay bản {submission.version}.",
        (row(("Xem bản mới", f"/mobaocao {newer.id}")),),
    )


def withdrawn(submission: Submission) -> Outgoing:
    return Outgoing(f"{submission.assignment.office.name} đã thu hồi báo cáo mã {code(submission)}.")


_WANTED = {"mobaocao": "Đồng chí xem báo cáo nào?", "dat": "Báo cáo nào đạt yêu cầu?", "tralai": "Trả lại báo cáo nào?"}


def which_report(found: Sequence[Submission], verb: str, tail: str, *, lost: bool = False) -> Outgoing:
    """Several stand of one office. `lost`: the reason was too long to be kept meanwhile."""
    again = " Lý do dài, đề nghị nhắn lại sau khi chọn." if lost else ""
    return Outgoing(
        f"{found[0].assignment.office.name} có {len(found)} báo cáo. {_WANTED[verb]}{again}",
        rows(
            *(
                (
                    brief(f"Việc {each.assignment.task.number}, {paper(each.assignment.task.directive)}", 60),
                    f"/{verb} {each.id}{tail}",
                )
                for each in found
            )
        ),
    )


def kept_by_former(assignment: Assignment, heirs: Sequence[Office]) -> Outgoing:
    former, now = assignment.office.name, heirs[0].name if heirs else ""
    became = f" nay là {now}, có báo cáo riêng cho việc {assignment.task.number}" if now else " không còn hoạt động"
    instead = f"đề nghị trả lại báo cáo của {now}, hoặc trao đổi trực tiếp" if now else "đề nghị trao đổi trực tiếp"
    return Outgoing(f"{former}{became}; báo cáo {former} đã gửi giữ nguyên. Cần bổ sung: {instead}.")


def over(directive: Directive) -> Outgoing:
    return Outgoing(f"{paper(directive)} đã kết thúc; kết quả xem báo cáo được giữ nguyên.")


def nothing_to_review(asked: Sequence[Assignment]) -> Outgoing:
    task = asked[0].task
    where = f" theo {paper(task.directive)}, việc {task.number}" if len(asked) == 1 else ""
    return Outgoing(f"Chưa có báo cáo nào của {asked[0].office.name}{where} để xem.")


def no_report() -> Outgoing:
    return Outgoing("Không thấy báo cáo này. Gõ «xem báo cáo» để xem các báo cáo đã nhận.")


def whose() -> Outgoing:
    return Outgoing("Báo cáo của đơn vị nào? Ví dụ: xem báo cáo Tư pháp; trả lại Y tế: thiếu phụ lục 2, 20/5.")
