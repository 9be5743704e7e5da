"""Joining: consent, approval, codes, strangers, help."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi.apps import app
from bot.vi.common import NOBODY, brief, comrade, full_day, listing, row, rows
from db.invitations import Invitation
from db.people import Member, Office, Person, Role
from db.seats import Seat

ROLES = {
    Role.HEAD: "thủ trưởng",
    Role.DEPUTY: "cấp phó",
    Role.STAFF: "chuyên viên",
    Role.COORDINATOR: "người tổng hợp",
    Role.LEADER: "lãnh đạo",
    Role.ADMINISTRATOR: "quản trị",
}

PLACEHOLDER = "Đơn vị tổng hợp"
"""The office of the first coordinator until they name it."""
UNNAMED = "chưa rõ tên"
LOOKS = (row(("Tình hình báo cáo", "/missing"), ("Bản tin", "/bantin")),)
"""What a leader may look at."""

CONSENT = (
    "Đây là trợ lý nhắc việc của cơ quan. Để nhắc việc và tiếp nhận báo cáo, hệ thống lưu: tên, tài khoản chat này, "
    "đơn vị, thời điểm gửi và nội dung đồng chí gửi cho hệ thống. Dữ liệu chỉ dùng cho việc theo dõi báo cáo, nằm "
    "trên máy chủ của cơ quan; đồng chí có thể đề nghị xóa bất cứ lúc nào."
)


def ask_consent(office: Office, role: Role) -> Outgoing:
    return Outgoing(
        f"{CONSENT}\n\nMã này dành cho {ROLES[role]} của {office.name}. Đồng chí có đồng ý không?",
        (row(("Đồng ý", "đồng ý"), ("Không đồng ý", "không đồng ý")),),
    )


def declined() -> Outgoing:
    return Outgoing("Đã ghi nhận đồng chí không đồng ý; hệ thống không lưu gì thêm. Khi cần, đề nghị gửi lại mã.")


def waits_for_approval(office: Office) -> Outgoing:
    return Outgoing(
        f"Đã ghi nhận đề nghị tham gia của đồng chí với {office.name}. "
        "Người tổng hợp sẽ xác nhận, sau đó đồng chí nhận được thông báo."
    )


def still_waiting(place: Member) -> Outgoing:
    return Outgoing(
        f"Đang chờ người tổng hợp xác nhận đồng chí là người của {place.office.name}. Khi được xác nhận, trợ lý báo "
        "ngay; tin và tệp gửi trước lúc đó chưa được xử lý, đề nghị gửi lại sau.",
        about=f"waiting:{place.id}",
    )


def bound(person: Person, office: Office, role: Role) -> Outgoing:
    if role == Role.LEADER:
        return Outgoing(
            f"Đã liên kết {comrade(person)} với {office.name}, vai trò lãnh đạo. Gõ «tình hình» hoặc «ai chưa nộp» để xem "
            "các đơn vị chưa gửi báo cáo, «bản tin» để xem số liệu các công văn.",
            LOOKS,
        )
    return Outgoing(
        f"Đã liên kết {comrade(person)} với {office.name}. Từ nay công văn và lời nhắc được gửi tới đây. "
        "Gõ «viec» để xem việc đang chờ, «huongdan» để xem hướng dẫn.",
        (
            row(
                ("Việc đang chờ", "/viec"),
            ),
        ),
    )


def which_request(label: str, requests: Sequence[tuple[str, str]]) -> Outgoing:
    """Each with the beginning of what was said."""
    which = "là cho đề nghị nào?" if len(requests) > 1 else "có phải là cho đề nghị này?"
    return Outgoing(
        f"Có {len(requests)} đề nghị đang chờ. «{label}» {which}",
        rows(*((brief(said, 60), worth) for said, worth in requests)),
    )


def bound_coordinator(person: Person, office: Office) -> Outgoing:
    return Outgoing(
        f"Đã liên kết {comrade(person)} với {office.name}, vai trò người tổng hợp.\n"
        "Bước tiếp theo: gửi công văn (tệp, ảnh chụp hoặc nội dung) cho trợ lý, hoặc gõ «donvi» để khai danh mục đơn vị, «ma» để lấy mã mời.",
        (row(("Mã mời", "/ma"), ("Đơn vị", "/donvi")),),
    )


def wants_to_join(member: Member, phone: str, places: Sequence[Office] = ()) -> Outgoing:
    """`places`: other offices they answer for now; then it is asked whether they leave those."""
    shown = f" (điện thoại {phone})" if phone else ""
    now = f", hiện là người của {', '.join(office.name for office in places)}," if places else ""
    yes = (("Giữ cả hai", 1), ("Chuyển sang", 2)) if places else (("Đồng ý", 1),)
    return Outgoing(
        f"{member.person.name}{shown}{now} đề nghị tham gia {member.office.name}, vai trò {ROLES[Role(member.role)]}.",
        (row(*((label, f"/duyet {member.id} {worth}") for label, worth in (*yes, ("Từ chối", 0)))),),
        about=f"join:{member.id}",
    )


def approved(member: Member) -> Outgoing:
    return Outgoing(f"Đã xác nhận {member.person.name} là người của {member.office.name}.", about=f"join:{member.id}")


def refused_join(member: Member) -> Outgoing:
    return Outgoing(f"Đã từ chối {member.person.name} ({member.office.name}).", about=f"join:{member.id}")


def ask_yourself(member: Member) -> Outgoing:
    """To the only coordinator, who has used a code herself."""
    return Outgoing(
        f"Đồng chí dùng mã của {member.office.name}, vai trò {ROLES[Role(member.role)]}. Hiện không có người tổng hợp nào "
        f"khác để xác nhận; đồng chí có nhận thêm vai trò này không?",
        (row(("Nhận thêm", f"/duyet {member.id} 1"), ("Thôi", f"/duyet {member.id} 0")),),
        about=f"join:{member.id}",
    )


def others_decide(office: Office) -> Outgoing:
    return Outgoing(f"Đề nghị tham gia {office.name} của đồng chí do người tổng hợp khác xác nhận.")


def taken_on(member: Member) -> Outgoing:
    return Outgoing(
        f"Đã ghi nhận đồng chí nhận thêm vai trò {ROLES[Role(member.role)]} của {member.office.name}.",
        about=f"join:{member.id}",
    )


def not_taken_on(office: Office) -> Outgoing:
    return Outgoing(f"Đồng chí không tham gia {office.name}; không có gì thay đổi.")


def already_decided(member: Member) -> Outgoing:
    state = "đã được xác nhận" if member.approved_at and not member.ended_at else "không còn chờ xác nhận"
    return Outgoing(f"Đề nghị của {member.person.name} ({member.office.name}) {state}.")


def not_approved(office: Office) -> Outgoing:
    return Outgoing(f"Đề nghị tham gia {office.name} chưa được chấp nhận. Đề nghị liên hệ người tổng hợp.")


def already_bound(office: Office) -> Outgoing:
    return Outgoing(f"Đồng chí đã được liên kết với {office.name}; không cần nhập mã nữa.")


def wrong_code() -> Outgoing:
    return Outgoing("Mã không đúng hoặc đã hết hạn. Đề nghị kiểm tra 8 chữ số, hoặc xin người tổng hợp mã mới.")


def used_code() -> Outgoing:
    return Outgoing("Mã này đã được dùng. Đề nghị xin người tổng hợp một mã mới.")


def too_many_codes() -> Outgoing:
    return Outgoing(
        "Đồng chí đã nhập sai mã nhiều lần. Đề nghị chờ một giờ, hoặc liên hệ người tổng hợp để lấy mã mới."
    )


def many_wrong_codes(name: str, channel: str, tries: int) -> Outgoing:
    return Outgoing(
        f"{name or 'Một tài khoản lạ'} vừa nhập sai mã mời {tries} lần liên tiếp trên {app(channel)}; trong một giờ hệ "
        "thống không trả lời người này. Nếu là người của đơn vị, đề nghị gọi và cấp lại mã."
    )


def code_reused(invitation: Invitation, name: str) -> Outgoing:
    return Outgoing(
        f"Mã mời của {invitation.office.name} vừa được {name or 'một tài khoản khác'} nhập lại dù đã có người dùng; hệ thống đã từ chối.",
        about=f"reused:{invitation.id}",
    )


def stranger() -> Outgoing:
    return Outgoing(
        "Đây là trợ lý nhắc việc của cơ quan nhà nước. Để sử dụng, đề nghị nhập mã mời 8 chữ số do người tổng hợp cấp."
    )


GROUP = "group"


def only_private() -> Outgoing:
    return Outgoing("Đề nghị nhắn riêng cho trợ lý; trong nhóm hệ thống không xử lý việc của đơn vị.", about=GROUP)


def not_a_leaders() -> Outgoing:
    return Outgoing(
        "Báo cáo do người phụ trách của đơn vị gửi. Đồng chí xem được: gõ «tình hình», «ai chưa nộp», «bản tin».", LOOKS
    )


def not_yours() -> Outgoing:
    return Outgoing("Việc này thuộc quyền của người tổng hợp. Đề nghị liên hệ Phòng đang tổng hợp nếu cần.")


def nothing_to_decide() -> Outgoing:
    return Outgoing("Không thấy đề nghị nào chờ đồng chí quyết định ở đây. Gõ «missing» để xem tình hình báo cáo.")


def other_office() -> Outgoing:
    return Outgoing("Nội dung này không thuộc đơn vị của đồng chí. Gõ «viec» để xem việc của đơn vị.")


def left_office(office: Office) -> Outgoing:
    return Outgoing(
        f"Đồng chí không còn là người của {office.name}; việc này do đơn vị thực hiện tiếp. Gõ «viec» để xem việc của "
        "đồng chí."
    )


def no_offices() -> Outgoing:
    return Outgoing("Danh mục chưa có đơn vị nào. Gửi công văn hoặc tệp .xlsx/.csv danh sách đơn vị để bắt đầu.")


def which_office(names: Sequence[str]) -> Outgoing:
    return Outgoing("Có nhiều đơn vị gọi như vậy, đề nghị ghi rõ tên:\n" + listing(names))


def unknown_office(name: str, known: list[str]) -> Outgoing:
    return Outgoing(f"Không thấy đơn vị «{name}» trong danh mục. Các đơn vị hiện có:\n" + listing(known))


def directory(known: Sequence[tuple[Office, Sequence[Seat], Sequence[Office]]]) -> Outgoing:
    """Every office, its letters and its people, and the offices that have become it; who coordinates for it is said
    to."""
    lines = [f"{office.name} ({office.short}{_before(former)}): {_seated(people)}" for office, people, former in known]
    return Outgoing(
        "Danh mục đơn vị:\n"
        + listing(lines)
        + "\n\nThêm đơn vị: gửi tệp .xlsx hoặc .csv có cột «Tên đơn vị», «Viết tắt», «Điện thoại».",
        rows(("Mã mời cho đơn vị chưa kết nối", "/ma")),
    )


def _before(former: Sequence[Office]) -> str:
    """`; đến 14/5/2024: Phòng Y tế`."""
    return "".join(f"; đến {full_day(each.valid_to)}: {each.name}" for each in former if each.valid_to)


def _seated(people: Sequence[Seat]) -> str:
    names = [f"{s.name} ({ROLES[Role.COORDINATOR]})" if s.role == Role.COORDINATOR else s.name for s in people]
    return ", ".join(names) or NOBODY


NO_OFFICE_NAME = "thiếu tên đơn vị, hoặc tên dài quá 200 ký tự"
LETTERS_TOO_LONG = "viết tắt dài quá 20 ký tự"
PHONE_TOO_LONG = "số điện thoại dài quá 30 ký tự"
UNREADABLE_TABLE = "Không đọc được bảng. Đề nghị lưu lại thành .xlsx hoặc .csv rồi gửi."


def same_name_as(row: int) -> str:
    return f"trùng tên với dòng {row}"


def bad_row(number: int, why: str) -> str:
    return f"Dòng {number}: {why}"


def imported(added: int, known: int, errors: list[str]) -> Outgoing:
    text = f"Đã thêm {added} đơn vị" + (f", {known} đơn vị đã có sẵn" if known else "") + "."
    if errors:
        text += "\nCác dòng chưa nhận được:\n" + listing(errors)
    return Outgoing(text)


def ask_collector() -> Outgoing:
    return Outgoing("Đồng chí làm việc tại đơn vị nào? Đề nghị nhập tên đầy đủ, ví dụ: Phòng Nội vụ.", wants_words=True)
