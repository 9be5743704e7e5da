"""Codes by which people join an office: ready to be forwarded, on a list, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.messages import Outgoing
from bot.vi.apps import app
from bot.vi.common import full_day, listing, rows
from db.people import Office


def code_ready(office: Office, code: str, links: Mapping[str, str], until: datetime) -> Outgoing:
    """Ready to forward to the office: where the assistant is, by channel, and what to say there."""
    ways = [
        f"Mở trợ lý trên {app(name)}: {link}{_with_code(link, code)}"
        for name, link in sorted(links.items(), reverse=True)
    ]
    way = "\n".join([*ways, f"{'Rồi nhắn' if ways else 'Nhắn'} cho trợ lý mã: {code}"])
    return Outgoing(
        f"Kính gửi {office.name}.\nĐề nghị đơn vị kết nối trợ lý nhắc việc để nhận công văn và gửi báo cáo.\n{way}\n"
        f"Mã dùng một lần, có hiệu lực đến hết ngày {full_day(until)}. Trân trọng."
    )


def _with_code(link: str, code: str) -> str:
    return " (liên kết đã kèm mã)" if code.replace(" ", "") in link else ""


def codes_sent(names: list[str]) -> Outgoing:
    return Outgoing(
        f"Đã tạo mã cho {len(names)} đơn vị. Mỗi tin ở trên chuyển tiếp được ngay cho đơn vị tương ứng.\n"
        + listing(names)
    )


def code_list(codes: Sequence[tuple[str, str]], until: datetime) -> Outgoing:
    """All on one list, for whoever has it read out or cut apart."""
    return Outgoing(
        f"Mã cho thủ trưởng của {len(codes)} đơn vị, mỗi mã dùng một lần, có hiệu lực đến hết ngày {full_day(until)}; mã cũ "
        f"chưa dùng không còn hiệu lực:\n{listing(f'{name}: {code}' for name, code in codes)}\n"
        "Đề nghị chỉ chuyển cho mỗi đơn vị mã của đơn vị đó. Tin chuyển tiếp cho một đơn vị: gõ «ma» kèm tên đơn vị."
    )


def codes_revoked(office: Office, count: int) -> Outgoing:
    if not count:
        return Outgoing(f"{office.name} không có mã nào chưa dùng. Cấp mã mới: gõ «ma» kèm tên đơn vị.")
    return Outgoing(f"Đã thu hồi {count} mã chưa dùng của {office.name}; các mã này không kết nối được nữa.")


def whose_codes() -> Outgoing:
    return Outgoing("Đề nghị ghi rõ đơn vị, ví dụ: «thu hồi mã TP».")


def how_to_add() -> Outgoing:
    """To a coordinator."""
    return Outgoing(
        "Người mới kết nối bằng mã. Đề nghị gõ «ma», tên đơn vị và vai trò, ví dụ: «ma Tư pháp chuyên viên»; không ghi vai "
        "trò là mã cho thủ trưởng."
    )


def forward_to_add(office: Office) -> Outgoing:
    return Outgoing(
        f"Đề nghị chuyển tiếp tin trên cho người mới của {office.name} (chuyên viên). Người đó nhắn mã, người tổng hợp xác "
        "nhận, trợ lý báo lại đồng chí."
    )


def which_office_to_add(places: Sequence[Office]) -> Outgoing:
    return Outgoing("Thêm người cho đơn vị nào?", rows(*((each.name[:60], f"/themnguoi {each.id}") for each in places)))


def not_your_coordinators() -> Outgoing:
    return Outgoing("Mã cho người tổng hợp chỉ cấp được cho đơn vị đồng chí đang tổng hợp.")


def all_connected() -> Outgoing:
    return Outgoing("Các đơn vị đều đã kết nối. Cần thêm mã cho một đơn vị: gõ «/ma» kèm tên đơn vị.")
