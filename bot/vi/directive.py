"""A directive on the coordinator's desk: what was read, what is to be corrected, what happens on sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import Outgoing
from bot.vi.common import listing, paper, row, rows, stamp
from db.directives import Directive, Task


@dataclass(frozen=True)
class Reach:
    """Before sending: how many offices there are, those nobody has joined, those whose people shut the door."""

    total: int
    nobody: Sequence[str]
    blocked: Sequence[str]

    @property
    def missing(self) -> int:
        return len(self.nobody) + len(self.blocked)


def shut(office: str, people: Sequence[str], phone: str) -> str:
    """An office whose people shut the door, and how to call them."""
    return f"{office}: {', '.join(people)}" + (f", gọi {phone}" if phone else "")


def reading_failed(reason: str) -> Outgoing:
    return Outgoing(reason)


def card_name(draft: Directive) -> str:
    """What its card is about, by which the card is found again."""
    return f"draft:{draft.id}"


def secret(level: str, draft: Directive | None = None) -> Outgoing:
    """`draft` goes with it."""
    return Outgoing(
        f"Văn bản có dấu {level}. Hệ thống không tiếp nhận, đã xóa tệp và nội dung trên máy chủ. Đề nghị đồng chí "
        "xóa tin vừa gửi trong cuộc trò chuyện này và chuyển theo chế độ bảo vệ bí mật nhà nước.",
        about=card_name(draft) if draft else None,
    )


def confirm_internal(directive: Directive, mark: str) -> Outgoing:
    return Outgoing(
        f"Văn bản có dấu «{mark}». Đồng chí xác nhận được phép chuyển cho các đơn vị qua kênh này?",
        (row(("Được phép chuyển", f"/gui {directive.id} 2"), ("Huỷ", f"/huy {directive.id}")),),
    )


def preflight(directive: Directive, reach: Reach, ask_day: Task | None) -> Outgoing:
    """Who will hear of it and who cannot; and, once, whether the named day itself is on time."""
    text = f"Trước khi gửi {paper(directive)}: {reach.total - reach.missing}/{reach.total} đơn vị đã kết nối."
    if reach.nobody:
        text += "\nChưa có ai kết nối (gõ «ma» để lấy mã mời):\n" + listing(reach.nobody)
    if reach.blocked:
        text += "\nĐã kết nối nhưng không nhận được tin, đề nghị gọi:\n" + listing(reach.blocked)
    if reach.missing:
        text += "\nCác đơn vị này nhận công văn ngay khi kết nối hoặc nhắn trợ lý; vẫn gửi được cho các đơn vị còn lại."
    if ask_day is None or ask_day.named_on is None:
        return Outgoing(text, (row(("Vẫn gửi", f"/gui {directive.id} 1"), ("Để sau", f"/congvan {directive.id}")),))
    named = f"{ask_day.named_on.day}/{ask_day.named_on.month}"
    text += f"\n\nVăn bản ghi «{ask_day.deadline_words}». Báo cáo nhận trong ngày {named} tính là:"
    return Outgoing(text, (row(("Chậm", f"/gui {directive.id} 1 0"), ("Đúng hạn", f"/gui {directive.id} 1 1")),))


def published(directive: Directive, told: Sequence[str], untold: Sequence[str], own: Sequence[str]) -> Outgoing:
    text = f"Đã gửi {paper(directive)} cho {len(told)} đơn vị."
    if own:
        numbers = "; ".join(f"việc {number}" for number in own)
        text += f"\nPhần việc của đơn vị tổng hợp (không nhắc qua chat): {numbers}."
    if untold:
        text += "\nChưa gửi được (nhận ngay khi kết nối):\n" + listing(untold)
    return Outgoing(text, (row(("Tình hình báo cáo", f"/missing {directive.id}")),), about=card_name(directive))


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
    return Outgoing("Chưa có công văn nào đang soạn. Gửi tệp công văn (.docx, .pdf, .txt) vào đây để bắt đầu.")


def send_directive_again() -> Outgoing:
    return Outgoing("Đề nghị gửi lại tệp công văn (.docx, .pdf có chữ, .txt); hệ thống đọc như công văn mới.")


def unknown_offices_left(directive: Directive, unknown: Sequence[str]) -> Outgoing:
    return Outgoing(
        "Chưa gửi: còn đơn vị chưa có trong danh mục:\n" + listing(unknown),
        rows((f"Thêm {len(unknown)} đơn vị", f"/them {directive.id}"), ("Sửa", f"/sua {directive.id}")),
    )
