"""Offices that merge, split or change their names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.vi.common import listing, paper, row, rows, weekday
from db.directives import Assignment
from db.offices import Office
from db.people import Member

EXAMPLES = (
    "«gộp Phòng Y tế và Phòng Dân số vào Phòng Y tế», «gộp Phòng A và Phòng B thành Phòng C», "
    "«tách Phòng A thành Phòng B và Phòng C», «đổi tên Phòng A thành Phòng B»"
)


def how() -> Outgoing:
    return Outgoing(f"Đề nghị ghi rõ các đơn vị, ví dụ: {EXAMPLES}.")


def too_long() -> Outgoing:
    return Outgoing("Tên các đơn vị dài quá nên trợ lý chưa ghi nhận được. Đề nghị dùng viết tắt của đơn vị đã có.")


def taken(name: str, bearer: Office) -> Outgoing:
    return Outgoing(f"Tên «{name}» nay chỉ {bearer.name}. Đề nghị chọn tên khác, hoặc gộp vào đơn vị đó.")


def say_again() -> Outgoing:
    return Outgoing(f"Đề nghị này không còn chờ. Cần làm lại, đề nghị gõ, ví dụ: {EXAMPLES}.")


def _task(assignment: Assignment) -> str:
    return f"việc {assignment.task.number}, {paper(assignment.task.directive)}"


def _spared(spared: Sequence[Assignment], done: Sequence[Assignment]) -> list[str]:
    lines = [f"{_task(each)}: phần của {each.office.name} nhập vào báo cáo của đơn vị mới" for each in spared]
    return lines + [f"{_task(each)}: báo cáo {each.office.name} đã gửi giữ nguyên tên" for each in done]


def propose_merge(
    former: Sequence[Office], heir: str, people: int, follow: int, notes: Sequence[str], worth: str
) -> Outgoing:
    names = ", ".join(office.name for office in former)
    text = f"Gộp {names} thành {heir} từ hôm nay: {people} người và {follow} việc đang mở chuyển sang {heir}."
    if notes:
        text += f"\nMỗi việc tính một báo cáo; tổng số đơn vị được giao giữ như khi gửi:\n{listing(notes)}"
    return Outgoing(text, (row(("Gộp", worth), ("Thôi", "/huy")),))


def notes(
    spared: Sequence[Assignment],
    done: Sequence[Assignment],
    again: Sequence[Assignment],
    longer: Sequence[tuple[Assignment, datetime]],
) -> list[str]:
    """What becomes of each task that several of them had."""
    found = _spared(spared, done)
    found += [f"{_task(each)}: không còn được miễn, vì một đơn vị gộp vào chưa báo cáo" for each in again]
    return found + [f"{_task(each)}: {_until(until)}" for each, until in longer]


def _until(until: datetime) -> str:
    return f"hạn đến hết {weekday(until)} như đã gia hạn"


def merged(former: Sequence[str], heir: Office, follow: int, notes: Sequence[str], heads: Sequence[Member]) -> Outgoing:
    text = f"Đã gộp {', '.join(former)} thành {heir.name}; {follow} việc đang mở nay của {heir.name}."
    if notes:
        text += f"\n{listing(notes)}"
    if len(heads) > 1:
        text += f"\n{heir.name} nay có {len(heads)} thủ trưởng: {', '.join(each.person.name for each in heads)}."
    return Outgoing(text, rows(("Người của đơn vị", f"/nguoi {heir.id}"), ("Danh mục đơn vị", "/donvi")))


def told_merged(former: Sequence[str], heir: Office, longer: Sequence[tuple[Assignment, datetime]]) -> Outgoing:
    days = "".join(f" V{_task(each)[1:]}: {_until(until)}." for each, until in longer)
    return Outgoing(
        f"Từ hôm nay {', '.join(former)} hợp nhất thành {heir.name}. Các việc đang mở chuyển sang {heir.name}; báo cáo đã "
        f"gửi giữ nguyên.{days}",
        (row(("Việc đang chờ", "/viec")),),
    )


def merged_into(heir: Office) -> str:
    return f"Đã nhập vào {heir.name}"


def propose_rename(office: Office, name: str, worth: str) -> Outgoing:
    return Outgoing(
        f"Đổi tên {office.name} thành {name} từ hôm nay? Người, việc đang mở và báo cáo giữ nguyên; tên cũ vẫn được hiểu.",
        (row(("Đổi tên", worth), ("Thôi", "/huy")),),
    )


def renamed(former: str, office: Office) -> Outgoing:
    return Outgoing(f"Đã đổi tên {former} thành {office.name}.", rows(("Danh mục đơn vị", "/donvi")))


def told_renamed(former: str, office: Office) -> Outgoing:
    return Outgoing(f"Từ hôm nay {former} mang tên {office.name}; các việc đang mở giữ nguyên.")


def propose_split(office: Office, first: str, second: str, open_: int, worth: str) -> Outgoing:
    text = f"Tách {office.name} thành {first} và {second} từ hôm nay. Người và việc đang mở ở lại {first}"
    if not open_:
        return Outgoing(f"{text}.", (row(("Tách", f"{worth} 0"), ("Thôi", "/huy")),))
    return Outgoing(
        f"{text}; {open_} việc chưa báo cáo: {second} có phải báo cáo không?",
        rows(("Cả hai cùng báo cáo", f"{worth} 1"), ("Chỉ đơn vị thứ nhất báo cáo", f"{worth} 0"), ("Thôi", "/huy")),
    )


def split(former: str, office: Office, new: Office, added: Sequence[Assignment]) -> Outgoing:
    more = f" Thêm {new.name} vào {', '.join(_task(each) for each in added)}." if added else ""
    return Outgoing(
        f"Đã tách {former} thành {office.name} và {new.name}.{more}\nChuyển người: gõ «chuyển», tên, «sang {new.name}»; "
        "hoặc gửi mã mời cho đơn vị mới.",
        rows((f"Mã mời {new.short}", f"/ma {new.short}"), ("Người của đơn vị", f"/nguoi {office.id}"))
        if new.short.isascii()
        else rows(("Người của đơn vị", f"/nguoi {office.id}")),
    )
