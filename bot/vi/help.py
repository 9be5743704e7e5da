"""Help as each channel allows it, and short answers to what asks for nothing or was not understood."""

from __future__ import annotations

from collections.abc import Iterable

from bot.messages import Outgoing

OFFICE_WORDS = "«còn gì», «gửi báo cáo», «huongdan»"
LEADER_WORDS = "«tình hình», «ai chưa nộp», «bản tin», «huongdan»"
COORDINATOR_WORDS = "«ai chưa nộp», «ghi nhận Y tế giấy 16/5», «huongdan»"
BY_LINK = "tệp Word, PDF gửi tại liên kết riêng: gõ «{word}»"


def help_lines(commands: Iterable[tuple[str, str]], *, coordinator: bool, files: bool, buttons: bool) -> Outgoing:
    """`files` and `buttons`: what this chat carries; nothing else is promised."""
    opening = _for_coordinator(files, buttons) if coordinator else _for_office(files, buttons)
    return Outgoing(f"{opening}\n\n{_listed(commands)}")


def _for_office(files: bool, buttons: bool) -> str:
    way = "Bấm nút dưới lời nhắc, hoặc trả lời" if buttons else "Trả lời"
    where = (
        "Tệp báo cáo, ảnh chụp các trang gửi thẳng vào đây."
        if files
        else f"Ảnh chụp các trang gửi thẳng vào đây; {BY_LINK.format(word='gửi báo cáo')} để lấy."
    )
    return f"{way} bằng chữ: «đã nhận», «gửi báo cáo», «xin gia hạn đến 20/5, lý do», «mai anh gửi». {where}"


def _for_coordinator(files: bool, buttons: bool) -> str:
    what = (
        "gửi tệp, ảnh chụp hoặc dán nội dung công văn vào đây."
        if files
        else f"dán nội dung công văn hoặc gửi ảnh chụp vào đây; {BY_LINK.format(word='lấy liên kết')}."
    )
    return f"Bắt đầu: {what} Hệ thống đọc và chờ đồng chí {'bấm' if buttons else 'gõ'} «Gửi … đơn vị»."


def leaders_lines(commands: Iterable[tuple[str, str]]) -> Outgoing:
    opening = "Đồng chí hỏi bằng chữ: «tình hình», «ai chưa nộp», «tình hình công văn 30», «bản tin»."
    return Outgoing(f"{opening}\n\n{_listed(commands)}")


def _listed(commands: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"/{name} – {line}" for name, line in commands)


def thanked() -> Outgoing:
    return Outgoing("Trân trọng cảm ơn đồng chí.")


def stale_number(number: str, words: str) -> Outgoing:
    return Outgoing(f"Số «{number}» không thuộc danh sách nào đang chờ. Đề nghị gõ chữ: {words}.")


def not_understood(words: str) -> Outgoing:
    """`words`: what this person may ask."""
    other = "" if words == COORDINATOR_WORDS else " Việc khác: gõ «liên hệ» kèm lời nhắn."
    return Outgoing(f"Trợ lý chưa hiểu tin này. Đề nghị gõ: {words}.{other}")
