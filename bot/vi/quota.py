"""What is said about how much a channel may still say, and several messages as one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from bot.messages import Button, Outgoing
from bot.vi.common import rows

CHANNELS = {"telegram": "Telegram", "zalo_bot": "Zalo Bot", "zalo_oa": "Zalo OA"}


def running_out(channel: str, used: int, limit: int) -> Outgoing:
    return Outgoing(
        f"{CHANNELS.get(channel, channel)} đã dùng {used}/{limit} tin của tháng này. Từ nay các tin nhắc chờ cùng lúc "
        "được gộp thành một; khi đến 95% hệ thống chỉ còn trả lời, không nhắc. Cần nhắc nhiều hơn: đề nghị nâng gói "
        "hoặc kết nối đơn vị qua kênh khác.",
        about=f"quota:{channel}:80",
    )


def stopped(channel: str, used: int, limit: int) -> Outgoing:
    return Outgoing(
        f"{CHANNELS.get(channel, channel)} đã dùng {used}/{limit} tin của tháng này. Lời nhắc và công văn mới qua kênh "
        "này tạm dừng đến hết tháng; hệ thống vẫn nhận báo cáo và trả lời. Đơn vị cần nhắc ngay: đề nghị gọi điện.",
        about=f"quota:{channel}:95",
    )


def many_people(channel: str, people: int, limit: int) -> Outgoing:
    return Outgoing(
        f"{CHANNELS.get(channel, channel)} đã có {people}/{limit} người dùng. Khi đủ {limit} người, người mới không "
        "kết nối được. Đề nghị nâng gói hoặc kết nối qua kênh khác.",
        about=f"people:{channel}:80",
    )


def digest(messages: Sequence[Outgoing]) -> Outgoing:
    """All of it as one, at most one of them with a file. A label that would mean several things means none of them
    yet: pressing it asks which."""
    text = "\n\n– – –\n\n".join(each.text for each in messages if each.text)
    file = next((each.file for each in messages if each.file), None)
    worth: dict[str, Button] = {}
    for button in chain.from_iterable(chain.from_iterable(each.buttons for each in messages)):
        before = worth.setdefault(button.label, button)
        if before.says != button.says:
            worth[button.label] = Button(button.label, button.says.split()[0])
    labels = [(each.label, each.says) for each in worth.values()]
    return Outgoing(text, rows(*labels), file=file, unasked=True)
