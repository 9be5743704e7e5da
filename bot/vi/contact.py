"""Who the coordinator is, and what somebody of an office would say to her."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import Outgoing
from bot.vi.common import brief, deadline_of, listing, row
from db.directives import Assignment, Question
from db.people import Office, Person
from db.standing import Line


def whom(people: Sequence[tuple[str, str, str]], late: Assignment | None, *, passed: bool | None) -> Outgoing:
    """Of each her name, her office and a phone number, if any is known. `late`: what more time was asked for. `passed`:
    whether the words reached her; None where there were none."""
    if not people:
        return Outgoing("Hiện chưa có người tổng hợp kết nối trợ lý. Đề nghị liên hệ cơ quan gửi công văn.")
    lines = [
        f"Người tổng hợp: đồng chí {name} ({office}), {f'điện thoại {phone}' if phone else 'chưa có số điện thoại trong hệ thống'}."
        for name, office, phone in people
    ]
    if passed is not None:
        lines.append(
            "Lời nhắn của đồng chí đã được chuyển để người tổng hợp liên hệ lại."
            if passed
            else "Chưa chuyển được lời nhắn qua trợ lý; đề nghị đồng chí gọi trực tiếp."
        )
    if late is None:
        return Outgoing("\n".join(lines))
    lines.append(f"Hạn hiện nay: {deadline_of(late)}. Cần thêm thời gian: gõ «xin gia hạn» kèm ngày và lý do.")
    return Outgoing("\n".join(lines), (row(("Xin gia hạn", f"/giahan {late.id} {late.version}")),))


def note(person: Person, office: Office, phone: str, words: str, question: Question | None) -> Outgoing:
    """To the coordinator, in the words it was said in."""
    at = f" khi trả lời câu hỏi «{brief(question.text, 80)}»" if question else ""
    call = f", điện thoại {phone}" if phone else ""
    return Outgoing(
        f"{person.name} ({office.name}{call}) nhắn{at}: «{brief(words, 300)}». Đề nghị đồng chí liên hệ lại."
    )


def ways(owed: Sequence[Line], *, files: bool) -> Outgoing:
    """`files`: this chat carries them. One task may name its collecting office and offer its own buttons."""
    only = owed[0].assignment if len(owed) == 1 else None
    tail = f" {only.id} {only.version}" if only else ""
    where = f"tại {only.task.directive.collector.name}" if only else "tại phòng tổng hợp"
    asked = any(each.questions for each in owed)
    by_link = "ảnh chụp các trang: gửi vào đây; tệp Word, PDF: gõ «gửi báo cáo» để lấy liên kết"
    told = ["tệp Word, PDF hoặc ảnh chụp các trang: gửi vào đây" if files else by_link]
    told += ["trả lời từng câu hỏi ngay trong chat: gõ «trả lời»"] if asked else []
    told += ["QLVB: gửi xong gõ «đã gửi qua QLVB»", f"bản giấy: nộp {where}, người tổng hợp ghi nhận ngày nhận"]
    return Outgoing(
        "Báo cáo gửi được bằng các cách:\n" + listing(told),
        (
            row(("Gửi báo cáo", f"/nop{tail}"), *((("Trả lời từng câu", f"/traloi{tail}"),) if asked else ())),
            row(("Đã gửi qua QLVB", f"/qlvb{tail}")),
        ),
    )
