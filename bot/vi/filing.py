"""Files: asking for them, receipts, and what to do with one that cannot be taken."""

from __future__ import annotations

from collections.abc import Sequence

from bot.files import Problem
from bot.messages import Button, Outgoing
from bot.vi.card import PARTS, choices, lacking
from bot.vi.common import brief, deadline_of, ended, label, paper, row, rows, stamp, told
from bot.vi.pages import GOES_ON, NOTED, done_button, pages
from db.directives import Assignment
from db.people import Member, Office, Person
from db.reports import Submission, Way
from db.standing import Line
from db.uploads import Link

WAYS = {
    Way.FILES: "tệp gửi qua chat",
    Way.ANSWERS: "trả lời từng câu",
    Way.NOTHING: "không phát sinh",
    Way.QLVB: "qua QLVB",
    Way.PAPER: "bản giấy",
    Way.ZALO: "qua Zalo riêng",
    Way.PHONE: "qua điện thoại",
    Way.MARKED: "người tổng hợp đánh dấu",
    Way.LATE: "tệp gửi sau khi kết thúc",
}

DISK_FULL = "disk:full"
"""What that notice is about, by which it is found again."""
UNSEEN = "unseen"
"""Likewise."""

PROBLEMS = {
    Problem.EMPTY: "Tệp «{name}» không có nội dung. Đề nghị mở lại tệp, lưu rồi gửi lại.",
    Problem.TOO_BIG: "Tệp «{name}» quá lớn (chat nhận đến 20 MB). Đề nghị nén ảnh, chia nhỏ, hoặc gửi qua QLVB.",
    Problem.NO_FILES: "Kênh này chưa nhận được tệp. Đề nghị gửi qua QLVB hoặc bản giấy, rồi nhắn lại cách gửi và ngày gửi.",
    Problem.ARCHIVE: "Tệp «{name}» là tệp nén. Đề nghị giải nén rồi gửi từng tệp Word, Excel hoặc PDF.",
    Problem.MACRO: "Tệp «{name}» có macro nên không nhận. Đề nghị lưu thành .docx hoặc .xlsx rồi gửi lại.",
    Problem.HEIC: "Ảnh «{name}» ở dạng HEIC chưa mở được. Đề nghị gửi dạng ảnh thường (JPG), hoặc chụp lại trong chat.",
    Problem.STICKER: "Đã nhận hình dán. Cần gửi báo cáo: đề nghị gửi tệp, ảnh, hoặc nhắn bằng chữ.",
    Problem.VIDEO: "Đã nhận video nhưng chưa dùng làm báo cáo được. Đề nghị gửi tệp Word, PDF hoặc ảnh chụp.",
    Problem.UNSEEN: "Zalo chưa chuyển nội dung tin vừa rồi cho trợ lý. Đề nghị nhắn bằng chữ hoặc gửi ảnh chụp.",
    Problem.UNREADABLE: "Tệp «{name}» không đúng định dạng như tên tệp. Đề nghị mở ra, lưu lại rồi gửi.",
    Problem.ENCRYPTED: "Tệp «{name}» có đặt mật khẩu. Đề nghị bỏ mật khẩu rồi gửi lại.",
    Problem.PROGRAM: "Tệp «{name}» là chương trình nên không nhận. Đề nghị gửi tệp Word, Excel hoặc PDF.",
    Problem.BOMB: "Tệp «{name}» bung ra quá lớn nên không nhận. Đề nghị lưu lại thành tệp mới rồi gửi.",
    Problem.UNREACHABLE: "Chưa tải được tệp «{name}» do đường truyền. Đề nghị gửi lại sau ít phút.",
    Problem.NO_SPACE: "Máy chủ đang đầy nên chưa nhận được tệp «{name}». Đề nghị gửi lại sau; người quản trị đã được báo.",
    Problem.UNKNOWN_TYPE: "Chưa nhận được loại tệp «{name}». Đề nghị gửi Word, Excel, PDF hoặc ảnh.",
}

BY_LINK = {
    Problem.TOO_BIG: "Tệp «{name}» quá lớn (chat nhận đến 20 MB). Đề nghị gửi tại liên kết riêng của đồng chí (đến 50 MB):{link}",
    Problem.NO_FILES: "Kênh này chưa nhận được tệp. Đề nghị gửi tại liên kết riêng của đồng chí:{link}",
}
"""Instead, where there is a link."""

NOT_LOOKED_THROUGH = "Tệp quá lớn hoặc phức tạp nên hệ thống chưa soát hết dấu chỉ độ mật. Nếu là văn bản mật, đề nghị thu hồi và báo người tổng hợp."


def problem(kind: str | None, name: str, link: Link | None = None) -> str:
    found, shown = Problem(kind or "unknown_type"), name or "không tên"
    if link is not None and found in BY_LINK:
        return BY_LINK[found].format(name=shown, link=told(link))
    return PROBLEMS[found].format(name=shown)


def problems(sentences: Sequence[str]) -> Outgoing:
    return Outgoing("\n".join(sentences))


def unseen(link: Link | None) -> Outgoing:
    """Something came of which Zalo tells bots nothing: a file, but also a card or a link, or all a protected person says."""
    where = (
        f"Gửi tệp (Word, PDF) tại liên kết riêng của đồng chí:{told(link)}"
        if link
        else "Tệp Word, PDF đề nghị gửi qua QLVB, hoặc gửi ảnh chụp các trang."
    )
    return Outgoing(
        "Zalo chưa chuyển nội dung tin vừa rồi cho trợ lý (thường là tệp, video, danh thiếp hoặc liên kết). "
        f"Đề nghị nhắn lại bằng chữ. {where}",
        about=UNSEEN,
    )


def disk_full() -> Outgoing:
    """To who runs it, once an hour at most."""
    return Outgoing(
        "Máy chủ của trợ lý đã hết chỗ lưu, chưa nhận được tệp của các đơn vị. Đề nghị báo người quản trị giải phóng "
        "dung lượng; các đơn vị đã được đề nghị gửi lại sau.",
        about=DISK_FULL,
    )


def voice(coordinator: bool) -> Outgoing:
    told = "" if coordinator else " Người tổng hợp đã được báo để liên hệ lại đồng chí."
    return Outgoing(f"Đã nhận tin thoại nhưng hệ thống chưa nghe được. Đề nghị nhắn bằng chữ hoặc gửi tệp.{told}")


def voice_from(person: Person, office: str) -> Outgoing:
    return Outgoing(f"{person.name} ({office}) vừa gửi tin thoại; hệ thống chưa nghe được, đề nghị liên hệ lại.")


def which(lines: Sequence[Line], remarks: Sequence[str] = (), former: Office | None = None) -> Outgoing:
    """`former`: the office they have just left, for which the file may still be meant."""
    owed = [line.assignment for line in lines]
    asked = "Tệp này là báo cáo của việc nào?" if len({a.office_id for a in owed}) < 2 else "Cho đơn vị nào?"
    buttons = choices("nop", owed, with_office=True)
    if former is not None:
        asked = f"Đồng chí vừa thôi phụ trách {former.name}; báo cáo của {former.name} do đơn vị đó gửi. {asked}"
        buttons = (*buttons, row(("Không phải", "/huy")))
    return Outgoing("\n".join([asked, *_over_among(owed), *remarks]), buttons, about="which")


def _over_among(owed: Sequence[Assignment]) -> list[str]:
    """What becomes of a file for a directive that is over, where others are not."""
    over = {a.task.directive_id: a.task.directive for a in owed if a.task.directive.closed_at}
    if all(a.task.directive_id in over for a in owed):
        return []
    return [f"{ended(each)}: tệp gửi cho công văn này được giữ và chuyển người tổng hợp." for each in over.values()]


def nothing_awaited() -> Outgoing:
    return Outgoing("Hiện đơn vị không có việc nào đang chờ báo cáo nên chưa nhận tệp. Trân trọng.")


def not_here_yet(lines: Sequence[Line]) -> Outgoing:
    """«Nộp rồi», they say; nothing has come to us."""
    named = "; ".join(label(line.assignment) for line in lines)
    return Outgoing(
        f"Hệ thống chưa nhận được báo cáo: {named}. Đã gửi qua QLVB: đề nghị cho biết số, ký hiệu. Đã gửi bản giấy: "
        "người tổng hợp sẽ ghi nhận.",
        rows(("Đã gửi qua QLVB", "/qlvb"), ("Gửi báo cáo", "/nop")),
    )


def which_report(lines: Sequence[Line]) -> Outgoing:
    asked = which(lines)
    return Outgoing("Bản ký này thuộc báo cáo của việc nào? Bấm việc rồi nhắn lại số, ký hiệu.", asked.buttons)


def no_report_for_reference() -> Outgoing:
    return Outgoing(
        "Hiện không có báo cáo nào chờ số, ký hiệu bản ký. Đã gửi qua QLVB: gõ «đã gửi qua QLVB»; "
        "xem việc đang chờ: gõ «còn gì»."
    )


def receipt(
    submission: Submission,
    line: Line,
    by: Member | None,
    refused: Sequence[str] = (),
    *,
    supplement: bool = False,
    several: bool = False,
    among: bool = False,
) -> Outgoing:
    """«Đã ghi nhận 2 tệp lúc 15:20, 16/5 (đúng hạn). Mã TP-0412.» `several`: it may have been meant for another office
    of theirs; `among`: for another task."""
    assignment = line.assignment
    extra = ", là báo cáo bổ sung vì báo cáo tổng hợp đã gửi" if supplement else ""
    when = f"lúc {stamp(submission.arrived_at)}{timely(line)}{_for_task(assignment) if among else ''}{extra}"
    whose = f" của {assignment.office.name}" if several else ""
    text = f"Đã ghi nhận {_what(submission)}{whose} {when}. Mã {code(submission)}."
    if by is not None and submission.person_id == by.person_id and by.role not in {"head", "coordinator"}:
        text += f"\n{on_behalf(by)}"
    if album := _album(submission):
        text += pages(submission)
    elif len(submission.files) > 1:
        text += "\n" + "\n".join(f"- {file.name}{NOTED[file.marks]}" for file in submission.files)
    elif submission.files:
        text += f" Tệp{NOTED[submission.files[0].marks]}." if submission.files[0].marks else ""
    if line.missing_parts and submission.way == Way.FILES:
        have = " và ".join(PARTS[part] for part in assignment.task.wanted if part in line.parts)
        text += f"\nĐã có {have}, chờ {lacking(line)}." if have else f"\nChờ {lacking(line)}."
        if "signed" in line.missing_parts:
            text += " Bản ký có thể gửi sau (PDF, ảnh), hoặc nhắn số, ký hiệu."
    elif submission.way == Way.FILES and len(assignment.task.wanted) > 1 and not line.missing_parts:
        text += f"\nĐã đủ {' và '.join(PARTS[part] for part in assignment.task.wanted)}."
    if album:
        text += f"\n{GOES_ON}"
    if refused:
        text += "\n" + "\n".join(refused)
    elif text.rpartition("\n")[2].startswith("- "):
        text += "\nTrân trọng cảm ơn."
    else:
        text += " Trân trọng cảm ơn."
    # «1» is too easily said
    return Outgoing(text, _undo(submission, several), about=f"receipt:{submission.id}", wants_words=True)


def _for_task(assignment: Assignment) -> str:
    return f" cho việc {assignment.task.number}, {paper(assignment.task.directive)}"


def _undo(submission: Submission, several: bool) -> tuple[tuple[Button, ...], ...]:
    done = [done_button(submission)] if _album(submission) else []
    other = [("Đổi đơn vị", f"/doidonvi {submission.id}")] if several else []
    return (row(*done, ("Thu hồi", f"/thuhoi {submission.id}"), *other),)


def which_office(submission: Submission, possible: Sequence[Assignment]) -> Outgoing:
    return Outgoing(
        f"Báo cáo mã {code(submission)}: cho đơn vị nào?",
        rows(*((brief(each.office.name, 60), f"/doidonvi {submission.id} {each.id}") for each in possible)),
    )


def not_movable(submission: Submission) -> Outgoing:
    return Outgoing(
        f"Báo cáo mã {code(submission)} không đổi đơn vị được nữa. Cần gửi cho đơn vị khác: gõ «gửi báo cáo»."
    )


def no_report_to_move() -> Outgoing:
    return Outgoing("Đồng chí chưa gửi báo cáo nào để đổi đơn vị. Gửi báo cáo: gõ «gửi báo cáo».")


def supplement(submission: Submission) -> Outgoing:
    """For the coordinator: it came after she had sent the synthesis."""
    assignment = submission.assignment
    return Outgoing(
        f"Báo cáo bổ sung của {assignment.office.name} sau khi tổng hợp: {_what(submission)}, mã {code(submission)}, "
        f"{paper(assignment.task.directive)}, việc {assignment.task.number}.",
        about=f"supplement:{submission.id}",
    )


def _what(submission: Submission) -> str:
    if _album(submission):
        return f"{len(submission.files)} trang ảnh"
    if submission.way in {Way.FILES, Way.LATE}:
        return f"{len(submission.files)} tệp"
    return {Way.ANSWERS: "phần trả lời", Way.NOTHING: "báo cáo không phát sinh"}.get(submission.way, "báo cáo")


def _album(submission: Submission) -> bool:
    """Nothing but photos of pages."""
    return submission.way == Way.FILES and 0 < len(submission.files) == len(submission.photos)


def timely(line: Line) -> str:
    """With a space before; empty while undated."""
    said = {True: "đúng hạn", False: "quá hạn, đã nhận", None: ""}[line.on_time()]
    if said and any(submission.returned for submission in line.submissions):
        said += ", có trả lại"
    return f" ({said})" if said else ""


def code(submission: Submission) -> str:
    return f"{submission.assignment.office.short}-{submission.id:04d}"


def on_behalf(member: Member) -> str:
    from bot.vi.people import ROLES

    return f"Nộp: {member.person.name} ({ROLES[member.role]}), thay mặt {member.office.name}."


def copy_for_head(submission: Submission, by: Member) -> Outgoing:
    return Outgoing(
        f"{on_behalf(by)} {_what(submission).capitalize()}, mã {code(submission)}, "
        f"{paper(submission.assignment.task.directive)}.",
        (row(("Thu hồi", f"/thuhoi {submission.id}")),),
        wants_words=True,
        about=f"copy:{submission.id}",
    )


def confirm_withdrawal(submission: Submission) -> Outgoing:
    """«Gửi nhầm rồi»."""
    assignment, names = submission.assignment, "; ".join(file.name for file in submission.files)
    return Outgoing(
        f"Thu hồi báo cáo mã {code(submission)} ({_what(submission)}{f': {names}' if names else ''}, gửi lúc "
        f"{stamp(submission.arrived_at)}, {paper(assignment.task.directive)}, việc {assignment.task.number})?",
        (row(("Thu hồi", f"/thuhoi {submission.id}"), ("Giữ nguyên", f"/thuhoi {submission.id} 0")),),
    )


def not_withdrawn(submission: Submission) -> Outgoing:
    return Outgoing(f"Báo cáo mã {code(submission)} được giữ nguyên.")


def nothing_to_withdraw() -> Outgoing:
    return Outgoing("Đơn vị không có báo cáo nào thu hồi được. Cần sửa câu đã trả lời: gõ «sửa câu 1».")


def withdrawn(submission: Submission, line: Line, *, mine: bool = True) -> Outgoing:
    about = f"receipt:{submission.id}" if mine else f"copy:{submission.id}"
    return Outgoing(f"Đã thu hồi báo cáo mã {code(submission)}. {after_withdrawal(line)}", about=about)


def withdrawn_by(submission: Submission, line: Line, who: Person, card: Outgoing) -> Outgoing:
    """The one who handed it in hears who took it back."""
    text = f"Đồng chí {who.name} đã thu hồi báo cáo mã {code(submission)}. {after_withdrawal(line)}"
    return Outgoing(text, card.buttons)


def after_withdrawal(line: Line) -> str:
    if line.valid:
        return "Báo cáo trước đó vẫn giữ nguyên."
    return f"Đơn vị chưa có báo cáo; hạn {deadline_of(line.assignment)}."


def accepted_already(submission: Submission) -> Outgoing:
    return Outgoing(
        f"Báo cáo mã {code(submission)} đã được tiếp nhận nên không thu hồi được. Cần thay: đề nghị gửi bản mới, "
        "hệ thống giữ cả hai bản."
    )


def already_withdrawn(submission: Submission) -> Outgoing:
    return Outgoing(f"Báo cáo mã {code(submission)} đã được thu hồi trước đó.")


def reference_noted(reference: str, line: Line) -> Outgoing:
    lacks = f" Còn chờ {lacking(line)}." if line.missing_parts else ""
    return Outgoing(f"Đã ghi nhận bản ký số {reference}.{lacks} Trân trọng cảm ơn.")


def nothing_noted(submission: Submission, line: Line, *, several: bool = False, among: bool = False) -> Outgoing:
    return Outgoing(
        f"Đã ghi nhận {line.assignment.office.name} báo không phát sinh lúc {stamp(submission.arrived_at)}"
        f"{timely(line)}{_for_task(line.assignment) if among else ''}. Mã {code(submission)}.",
        _undo(submission, several),
        wants_words=True,
        about=f"receipt:{submission.id}",
    )
