"""People of an office: moving, leaving, standing in for each other, their accounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.messages import Outgoing
from bot.vi.apps import app
from bot.vi.common import NOBODY, brief, day, full_day, listing, row, rows
from bot.vi.people import LOOKS, ROLES
from db.people import Contact, Member, Office, Role

SENTENCE = "Các việc và báo cáo của đơn vị vẫn giữ nguyên."


def role(member: Member, away: Mapping[int, str] | None = None) -> str:
    """`away`: the names of those somebody stands in for, by their places."""
    name = (away or {}).get(member.stands_for or 0)
    whom = f" đồng chí {name}" if name else ""
    stands = f", thay{whom} đến {day(member.until)}" if member.until else ""
    return f"{ROLES[Role(member.role)]}{stands}"


def named(member: Member) -> str:
    """`Lan (thủ trưởng, Phòng Tư pháp)`."""
    return f"{member.person.name} ({role(member)}, {member.office.name})"


def people(office: Office, found: Sequence[Member], managed: Collection[int]) -> Outgoing:
    """Everybody of an office; a button for those something may be done about."""
    names = {each.id: each.person.name for each in found}
    lines = [f"{each.person.name}: {role(each, names)}{_phone(each)}" for each in found] or [NOBODY]
    mine = [each for each in found if each.id in managed and each.stands_for is None]
    return Outgoing(
        f"Người của {office.name}:\n{listing(lines)}",
        rows(*((brief(f"{each.person.name} ({role(each)})", 60), f"/canbo {each.id}") for each in mine)),
    )


def _phone(member: Member) -> str:
    return f", {member.person.phone}" if member.person.phone else ""


def person(member: Member, *, coordinator: bool, manages: bool) -> Outgoing:
    acts = [("Có người thay một thời gian", f"/thay {member.id}")]
    if coordinator and manages:
        acts.append(("Chuyển đơn vị, vai trò", f"/chuyen {member.id}"))
    if manages:
        acts += [("Nghỉ hưu, thôi việc", f"/roi {member.id}"), ("Thu hồi tài khoản chat", f"/khoa {member.id}")]
    return Outgoing(f"{named(member)}. Đồng chí cần làm gì?", rows(*acts))


def not_yours_to_decide() -> Outgoing:
    return Outgoing(
        "Việc này do người tổng hợp, hoặc thủ trưởng của đơn vị đó quyết định. Xem người của đơn vị: gõ «nguoi»."
    )


def not_yourself(*, coordinator: bool) -> Outgoing:
    whom = "người tổng hợp khác thực hiện" if coordinator else "báo thủ trưởng hoặc người tổng hợp: gõ «liên hệ»"
    return Outgoing(f"Đồng chí không tự ghi nhận việc này cho mình được; đề nghị {whom}.")


def last_coordinator() -> Outgoing:
    return Outgoing(
        "Chưa có người tổng hợp nào khác. Đề nghị mời người tổng hợp mới trước: gõ «ma», tên đơn vị, «người tổng hợp»."
    )


def others_collect(office: Office) -> Outgoing:
    return Outgoing(
        f"{office.name} có người tổng hợp riêng, việc này do người tổng hợp của đơn vị đó quyết định. Đồng chí cùng tổng "
        f"hợp cho {office.name}: đề nghị người tổng hợp ở đó cấp mã, gõ «ma», tên đơn vị, «người tổng hợp»."
    )


def also_elsewhere(member: Member) -> Outgoing:
    return Outgoing(
        f"{member.person.name} còn giữ vị trí khác ngoài {member.office.name} nên đồng chí chưa thu hồi được tài khoản. Đề "
        "nghị người tổng hợp của đơn vị kia, hoặc chính người đó, thu hồi."
    )


def nobody_named(name: str) -> Outgoing:
    if not name.strip():
        return Outgoing("Đề nghị ghi rõ tên người, ví dụ: «thu hồi tài khoản của Nguyễn Thị Lan».")
    return Outgoing(f"Không thấy ai tên «{brief(name, 60)}» trong những người đồng chí phụ trách. Xem: gõ «nguoi».")


def which_member(found: Sequence[Member], verb: str, tail: str = "") -> Outgoing:
    one = len({each.person_id for each in found}) == 1
    asked = (
        f"{found[0].person.name} giữ {len(found)} vị trí. Đồng chí chọn"
        if one
        else "Có nhiều người tên như vậy. Đồng chí chọn"
    )
    return Outgoing(
        f"{asked} {'vị trí nào' if one else 'ai'}?",
        rows(*((brief(named(each), 60), f"/{verb} {each.id}{tail}") for each in found)),
    )


def how_to_move() -> Outgoing:
    return Outgoing("Đề nghị ghi rõ người và đơn vị, ví dụ: «chuyển Nguyễn Thị Lan sang Phòng Y tế».")


def ask_office(member: Member) -> Outgoing:
    return Outgoing(
        f"{named(member)} chuyển sang đơn vị nào? Đề nghị nhập tên đơn vị (đổi vai trò: nhập lại tên đơn vị hiện nay).",
        wants_words=True,
    )


def _at_once(since: date | None, what: str) -> str:
    """With a space before. `since`: the day ahead from which it is to hold; nothing is kept for later."""
    if since is None:
        return ""
    return (
        f" Ghi nhận có hiệu lực ngay bây giờ. Nếu từ {day(since)}: đề nghị nhắn lại vào ngày đó; cần được nhắc thì gõ "
        f"«nhắc tôi 8h ngày {day(since)} {what}»."
    )


def ask_role(member: Member, office: Office, roles: Sequence[Role], since: date | None = None) -> Outgoing:
    """`since`: as `_at_once` has it."""
    where = "đổi vai trò" if office.id == member.office_id else f"chuyển sang {office.name}"
    return Outgoing(
        f"{named(member)} {where}, vai trò mới là gì? {SENTENCE}"
        f"{_at_once(since, f'{member.person.name} chuyển đơn vị')}",
        rows(*((ROLES[each].capitalize(), f"/chuyen {member.id} {office.id} {n}") for n, each in enumerate(roles))),
    )


def already_there(member: Member) -> Outgoing:
    return Outgoing(f"{named(member)}: không có gì thay đổi.")


def moved(member: Member, office: Office, role: Role) -> Outgoing:
    if office.id == member.office_id:
        return Outgoing(f"Đã ghi nhận {member.person.name} là {ROLES[role]} của {office.name}.")
    return Outgoing(
        f"Đã chuyển {member.person.name} từ {member.office.name} sang {office.name}, vai trò {ROLES[role]}. "
        f"Việc của {member.office.name} ở lại đơn vị."
    )


def told_moved(former: Office, office: Office, role: Role) -> Outgoing:
    leads = role == Role.LEADER
    if office.id == former.id:
        return Outgoing(f"Vai trò của đồng chí tại {office.name} nay là {ROLES[role]}.", LOOKS if leads else ())
    if leads:
        return Outgoing(f"Đồng chí đã chuyển từ {former.name} sang {office.name}, vai trò {ROLES[role]}.", LOOKS)
    return Outgoing(
        f"Đồng chí đã chuyển từ {former.name} sang {office.name}, vai trò {ROLES[role]}. Việc của {former.name} do đơn vị "
        f"thực hiện tiếp; việc đang chờ của {office.name}, nếu có, gửi ngay sau đây.",
        (row(("Việc đang chờ", "/viec")),),
    )


def confirm_leave(member: Member, posts: Sequence[Member], since: date | None = None) -> Outgoing:
    """`posts`: all that is theirs, this one first; `since`: as `_at_once` has it."""
    later = _at_once(since, f"{member.person.name} nghỉ")
    stay = ("Thôi", f"/roi {member.id} 0")
    if len(posts) > 1:
        every = (f"Tất cả {len(posts)} vị trí", f"/roi {member.id} 2")
        only = (brief(f"Chỉ {role(member)}, {member.office.name}", 60), f"/roi {member.id} 1")
        return Outgoing(
            f"Ghi nhận {member.person.name} ({posts_named(posts)}) không còn làm việc tại các đơn vị này? {SENTENCE}{later}",
            rows(every, only, stay),
        )
    return Outgoing(
        f"Ghi nhận {named(member)} không còn làm việc tại đơn vị? {SENTENCE}{later}",
        (row(("Ghi nhận", f"/roi {member.id} 1"), stay),),
    )


def stays(member: Member) -> Outgoing:
    return Outgoing(f"Giữ nguyên: {named(member)}.")


def left(posts: Sequence[Member]) -> Outgoing:
    return Outgoing(f"Đã ghi nhận {posts[0].person.name} không còn là người của {where(posts)}. {SENTENCE}")


def told_left(posts: Sequence[Member]) -> Outgoing:
    return Outgoing(
        f"Đồng chí không còn là người của {where(posts)} trên trợ lý; từ nay không nhận công văn và lời nhắc của đơn vị. "
        "Trân trọng cảm ơn đồng chí."
    )


def nobody_left(answer: Outgoing, office: Office) -> Outgoing:
    return replace(
        answer,
        text=f"{answer.text}\n{office.name} nay {NOBODY}; đề nghị gửi mã mời cho người phụ trách mới.",
        buttons=(
            row(
                (f"Mã mời {office.short}", f"/ma {office.short}"),
            ),
        )
        if office.short.isascii()
        else (),
    )


def where(places: Sequence[Member]) -> str:
    return " và ".join(dict.fromkeys(place.office.name for place in places))


def posts_named(places: Sequence[Member]) -> str:
    """`thủ trưởng, Phòng Tư pháp; cấp phó, Phòng Y tế`."""
    return "; ".join(f"{ROLES[Role(place.role)]}, {place.office.name}" for place in places)


def chat(contact: Contact) -> str:
    heard = f", dùng lần cuối {full_day(contact.heard_at)}" if contact.heard_at else ""
    return f"{app(contact.channel)} «{brief(contact.name, 30) or 'không tên'}»{heard}"


def which_chat(member: Member, chats: Sequence[Contact]) -> Outgoing:
    if not chats:
        return Outgoing(f"{member.person.name} hiện không có tài khoản chat nào.")
    return Outgoing(
        f"Thu hồi tài khoản nào của {member.person.name}? Tài khoản đã thu hồi không nhận và không xem được gì nữa.",
        rows(*((brief(chat(each), 60), f"/khoa {member.id} {each.id}") for each in chats)),
    )


def not_this_chat() -> Outgoing:
    return Outgoing("Đây là tài khoản đồng chí đang dùng nên không thu hồi được từ đây.")


def told_revoked(shown: str) -> Outgoing:
    return Outgoing(f"Tài khoản {shown} của đồng chí đã bị thu hồi theo đề nghị của người phụ trách.")


def revoked(member: Member, shown: str, others: int) -> Outgoing:
    rest = f"còn {others} tài khoản khác" if others else "không còn tài khoản nào, đề nghị cấp mã mới"
    return Outgoing(f"Đã thu hồi tài khoản {shown} của {member.person.name}; {rest}.")
