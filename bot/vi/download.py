"""Files that go out by a link: every word of the page a link leads to once it gives nothing."""

from __future__ import annotations


def link(url: str, days: int) -> str:
    return f"{url} (mở được trong {days} ngày)"


TITLE = "Tải tệp"
HEADING = "Chưa tải được tệp"
DEAD = (
    "Liên kết này không còn dùng được: đã hết hạn, đã huỷ, hoặc tệp không còn lưu tại đây. "
    "Cần tệp: đề nghị xem công văn trên QLVB hoặc hỏi người tổng hợp."
)
BUSY = "Nhiều người đang tải tệp cùng lúc. Đề nghị mở lại liên kết sau ít phút."
