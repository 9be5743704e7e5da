"""«Tệp này có vẻ …, vẫn nộp?»: what is asked before a file counts that seems not to be the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.vi.common import label, rows, stamp
from bot.vi.filing import code
from db.directives import Assignment
from db.reports import Submission

BLANK = "không có nội dung"
BROKEN = "bị hỏng, không mở được"
OURS = "là tệp gửi kèm công văn, chưa điền nội dung"
COPIED = "giống hệt tệp của một đơn vị khác"


def of_year(year: int) -> str:
    return f"là báo cáo năm {year}"


def of_office(name: str) -> str:
    return f"là văn bản của {name}"


def ask(assignment: Assignment, files: Sequence[tuple[str, Sequence[str]]], at: datetime) -> Outgoing:
    """Each with why it is doubted."""
    said = "\n".join(f"Tệp «{name}» có vẻ {', '.join(why) or 'chưa đúng'}." for name, why in files)
    return Outgoing(
        f"{said}\nVẫn nộp cho {label(assignment)}? Tệp đang được giữ, chưa tính là báo cáo; nếu vẫn nộp, giờ nhận là "
        f"{stamp(at)}.",
        rows(("Vẫn nộp", f"/vannop {assignment.id}"), ("Bỏ tệp này", f"/bonop {assignment.id}")),
        about=f"doubt:{assignment.id}",
        wants_words=True,
    )


def nothing_waits() -> Outgoing:
    return Outgoing("Hiện không có tệp nào đang chờ xác nhận. Gửi báo cáo: đề nghị gửi tệp vào đây, hoặc gõ «còn gì».")


def dropped(assignment: Assignment, count: int) -> Outgoing:
    return Outgoing(
        f"Đã bỏ {count} tệp, không tính vào báo cáo. Đề nghị gửi tệp đúng cho {label(assignment)}.",
        about=f"doubt:{assignment.id}",
    )


def sent_before(name: str, submission: Submission) -> str:
    return f"Tệp «{name}» giống hệt tệp đã gửi lúc {stamp(submission.arrived_at)} (mã {code(submission)})."


def nothing_new(files: Sequence[tuple[str, Submission]]) -> Outgoing:
    return Outgoing(
        "\n".join(sent_before(*each) for each in files) + "\nBáo cáo đã có tệp này nên không ghi nhận thêm lần nữa.",
        about=f"receipt:{files[-1][1].id}",
        wants_words=True,
    )
