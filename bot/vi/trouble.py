"""What did not go through: people who are not reached, and messages that were too many or failed."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi.apps import app

SHUT = "đã chặn trợ lý"
NOT_OPENED = "lâu chưa nhắn trợ lý nên nền tảng chưa cho nhắn; tin được giữ, sẽ đến khi đồng chí ấy nhắn trợ lý"
OUTSIDE = "lâu chưa nhắn trợ lý nên chưa nhắc được"


def not_reached(person: str, office: str, why: str) -> Outgoing:
    return Outgoing(f"Không gửi được cho {person} ({office}): {why}.")


def switched(person: str, office: str, channel: str) -> Outgoing:
    return Outgoing(f"{person} ({office}) không nhận được ở kênh cũ; đã chuyển sang {app(channel)}.")


def apology(number: int) -> Outgoing:
    return Outgoing(
        f"Hệ thống gặp lỗi khi xử lý tin vừa rồi (mã {number}); tin đã được giữ lại. Đề nghị thử lại, hoặc báo người quản trị."
    )


FLOOD = "flood"
"""What that notice is about, by which it is found again."""


def too_many() -> Outgoing:
    return Outgoing(
        "Trong một lúc đã nhận quá nhiều tin từ đồng chí, các tin sau chưa được xử lý. Đề nghị chờ trả lời các tin "
        "đầu rồi gửi lại những tin còn thiếu.",
        about=FLOOD,
    )
