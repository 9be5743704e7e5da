"""A directive on the coordinator's desk: what was read, what is to be corrected, what happens on sending."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi.common import listing, paper, row, rows, stamp
from db.directives import Directive, Task


def reading_failed(reason: str) -> Outgoing:
    return Outgoing(reason)


def card_name(draft: Directive) -> str:
    """What its card is about, by which the card is found again."""
    return f"draft:{draft.id}"


def confirm_internal(directive: Directive, mark: str) -> Outgoing:
    return Outgoing(
        f"Văn bản có dấu «{mark}». Đồng chí xác nhận được phép chuyển cho các đơn vị qua kênh này?",
        (row(("Được phép chuyển", f"/gui {directive.id} 2"), ("Huỷ", f"/huy {directive.id}")),),
    )


def published(
    directive: Directive,
    told: Sequence[str],
    untold: Sequence[str],
    own: Sequence[str],
    returning: Sequence[Task] = (),
) -> Outgoing:
    """`own` are numbers of the collector's own tasks, `returning` tasks that come back each month or year."""
    text = f"Đã gửi {paper(directive)} cho {len(told)} đơn vị."
    if own:
        numbers = "; ".join(f"việc {number}" for number in own)
        text += f"\nPhần việc của đơn vị tổng hợp (không nhắc qua chat): {numbers}."
    if untold:
        text += "\nChưa gửi được (nhận ngay khi kết nối):\n" + listing(untold)
    follow = rows(*((f"Theo dõi định kỳ việc {each.number}", f"/dinhky {each.id}") for each in returning))
    look = row(("Tình hình báo cáo", f"/missing {directive.id}"))
    return Outgoing(text, (look, *follow), about=card_name(directive))


def already_published(directive: Directive) -> Outgoing:
    return Outgoing(
        f"{paper(directive)} đã được gửi lúc {stamp(directive.published_at or directive.drafted_at)}.",
        (row(("Tình hình báo cáo", f"/missing {directive.id}")),),
    )


def cancelled(directive: Directive) -> Outgoing:
    return Outgoing(f"Đã huỷ bản nháp {paper(directive)}; chưa gửi cho đơn vị nào.", about=card_name(directive))


def nothing_to_cancel() -> Outgoing:
    return Outgoing("Hiện không có việc đang làm dở để huỷ.")


def stopped() -> Outgoing:
    return Outgoing("Đã dừng; những gì đã ghi nhận vẫn được giữ.")


def no_draft() -> Outgoing:
    return Outgoing("Chưa có công văn nào đang soạn. Gửi công văn (tệp, ảnh chụp hoặc nội dung) cho trợ lý để bắt đầu.")


def press_to_send() -> str:
    return "Công văn chưa được gửi. Đề nghị xem lại và chọn dưới đây."


def send_directive_again() -> Outgoing:
    return Outgoing("Đề nghị gửi lại tệp công văn (.docx, .pdf có chữ, .txt); hệ thống đọc như công văn mới.")


def unknown_offices_left(directive: Directive, unknown: Sequence[str]) -> Outgoing:
    return Outgoing(
        "Chưa gửi: còn đơn vị chưa có trong danh mục:\n" + listing(unknown),
        rows((f"Thêm {len(unknown)} đơn vị", f"/them {directive.id}"), ("Sửa", f"/sua {directive.id}")),
    )
