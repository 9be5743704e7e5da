"""The apps a person is reached by: adding one, which comes first, and what becomes of one that is dead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.vi.common import comrade, hour, listing, row, rows, weekday
from db.people import Contact, Person

NAMES = {"telegram": "Telegram", "zalo_bot": "Zalo (Bot)", "zalo_oa": "Zalo (OA)"}


WHY = {
    "revoked": "nền tảng không còn chấp nhận mã truy cập (token)",
    "unreachable": "không gửi được tin nào từ ba phút nay",
    "webhook silent": "nền tảng có tin chờ nhưng không chuyển được tới máy chủ (webhook)",
}


def app(channel: str) -> str:
    return NAMES.get(channel, channel)


def named(contact: Contact) -> str:
    return f"{app(contact.channel)} «{contact.name}»" if contact.name else app(contact.channel)


def apps(contacts: Sequence[Contact]) -> Outgoing:
    """In the order in which they are tried."""
    lines = [f"{named(each)}{_remark(each, first=number == 0)}" for number, each in enumerate(contacts)]
    choices = [(f"Ưu tiên {named(each)}", f"/kenh {each.id}") for each in contacts] if len(contacts) > 1 else []
    return Outgoing(
        "Trợ lý đang nhắn đồng chí qua:\n" + listing(lines), rows(*choices, ("Thêm ứng dụng", "/kenh 0")), about="apps"
    )


def _remark(contact: Contact, *, first: bool) -> str:
    if contact.blocked_at is not None:
        return " (đã chặn trợ lý)"
    if contact.preferred:
        return " (ưu tiên)"
    return " (dùng gần nhất)" if first else ""


def about_window(contact: Contact) -> str:
    return f"window:{contact.id}"


def shuts_soon(contact: Contact, at: datetime, following: datetime) -> Outgoing:
    """A platform that lets us speak only for a while after they turned to us."""
    return Outgoing(
        f"{app(contact.channel)} chỉ cho trợ lý nhắn đến {hour(at)} {weekday(at)}, trong khi lời nhắc tiếp theo vào "
        f"{hour(following)} {weekday(following)}. Đề nghị bấm «Đã nhận» (hoặc nhắn bất kỳ) để trợ lý tiếp tục nhắn được.",
        rows(("Đã nhận", f"/kenh {contact.id} giu"), ("Thêm ứng dụng", "/kenh 0")),
        about=about_window(contact),
        unasked=True,
    )


def kept_open(contact: Contact) -> Outgoing:
    return Outgoing(f"Cảm ơn đồng chí. Trợ lý tiếp tục nhắn qua {app(contact.channel)}.", about=about_window(contact))


def code_for_app(code: str, until: datetime) -> Outgoing:
    return Outgoing(
        f"Trên ứng dụng kia, mở trợ lý và nhắn mã {code}. Mã có hiệu lực 10 phút, đến {hour(until)}; chỉ dùng cho chính "
        "đồng chí, đề nghị không chuyển cho người khác."
    )


def joined(person: Person) -> Outgoing:
    return Outgoing(
        f"Đã thêm ứng dụng này cho {comrade(person)}: hệ thống lưu thêm tài khoản chat này. Đồng chí dùng ứng dụng nào "
        "cũng được; việc làm dở ở ứng dụng kia làm tiếp được ở đây.",
        (row(("Việc đang chờ", "/viec")),),
    )


def added(contact: Contact) -> Outgoing:
    return Outgoing(f"Đã thêm {named(contact)}. Nếu không phải đồng chí vừa thêm, đề nghị báo ngay người tổng hợp.")


def somebody_elses(person: Person) -> Outgoing:
    return Outgoing(
        f"Ứng dụng này đang là của {comrade(person)}. Nếu hai tài khoản là của cùng một người, đề nghị liên hệ người "
        "tổng hợp."
    )


def preferred(contact: Contact) -> Outgoing:
    return Outgoing(
        f"Từ nay tin của trợ lý đến {named(contact)} trước; khi ở đó không nhận được thì đến ứng dụng kia.",
        (row(("Các ứng dụng", "/kenh")),),
        about="apps",
    )


def dead(channel: str, reason: str) -> Outgoing:
    return Outgoing(
        f"Kênh {app(channel)} đang hỏng: {WHY.get(reason, reason)}. Tin chưa gửi được chuyển sang ứng dụng khác của từng người; ai chỉ có "
        f"{app(channel)} thì tin chờ đến khi kênh hoạt động lại. Người quản trị: đề nghị chạy «nhacviec doctor».",
        about=f"channel:{channel}",
    )


def alive(channel: str) -> Outgoing:
    return Outgoing(f"Kênh {app(channel)} đã hoạt động lại; tin chờ đang được gửi.", about=f"channel:{channel}:back")
