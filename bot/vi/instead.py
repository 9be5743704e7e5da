"""Somebody of the office stands in for a time: asked, arranged, told, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.messages import Button, Outgoing
from bot.vi.common import brief, full_day, row, rows, weekday
from bot.vi.staffing import named, posts_named, role, where
from db.people import Member, Person


def ask_until(
    absent: Member, since: date | None = None, by: Member | None = None, latest: date | None = None
) -> Outgoing:
    """`latest`: the last day that can be, for who named another."""
    lead = f"Mỗi lần ghi nhận người thay từ hôm nay đến chậm nhất hết {full_day(latest)}. " if latest else ""
    first = f" từ {weekday(since)}" if since else ""
    that_day = f"/thay {absent.id} {by.person_id if by else 0} {since:%Y%m%d} {since:%Y%m%d}" if since else ""
    return Outgoing(
        f"{lead}{named(absent)} vắng{first} đến hết ngày nào? Ví dụ: 20/5.",
        (row((f"Chỉ {weekday(since)}", that_day)),) if since else (),
        wants_words=True,
    )


def _days(since: date | None, until: date) -> str:
    return f"từ {weekday(since)} đến hết {weekday(until)}" if since else f"đến hết {weekday(until)}"


def ask_stand_in(
    absent: Member, people: Sequence[Member], since: date | None, until: date, unknown: str = ""
) -> Outgoing:
    if not people:
        return Outgoing(
            f"{absent.office.name} không còn ai khác đang có mặt để thay. Đề nghị mời trước: gõ «thêm người» để lấy mã chuyển "
            "tiếp, hoặc xin mã của người tổng hợp."
        )
    lead = (
        f"Chưa thấy «{brief(unknown, 60)}» trong những người đang có mặt của {absent.office.name}. " if unknown else ""
    )
    tail = f"{until:%Y%m%d}" + (f" {since:%Y%m%d}" if since else "")
    return Outgoing(
        f"{lead}Ai thay {absent.person.name} tại {absent.office.name} {_days(since, until)}?",
        rows(*((brief(f"{m.person.name} ({role(m)})", 60), f"/thay {absent.id} {m.person_id} {tail}") for m in people)),
    )


def stands_in(
    absent: Sequence[Member],
    by: Person,
    since: date | None,
    until: date,
    *,
    mine: bool,
    rest: Sequence[Member] = (),
) -> Outgoing:
    """`absent`: the places that `by` takes; `rest`: one in each other office of theirs, where nobody stands in."""
    name = by.name
    whose = "đồng chí" if mine else absent[0].person.name
    when = "Trong những ngày đó công" if since else "Công"
    tail = f"0 {until:%Y%m%d}" + (f" {since:%Y%m%d}" if since else "")
    lacks = [f"Tại {each.office.name} chưa có người thay: lời nhắc ở đó vẫn gửi {whose}." for each in rest]
    return Outgoing(
        " ".join(
            [
                f"Đã ghi nhận {name} thay {whose} tại {where(absent)} {_days(since, until)}. {when} văn và lời nhắc gửi "
                f"{name}; hết hạn tự chuyển lại {whose}.",
                *lacks,
            ]
        ),
        (
            *_ending(absent[0], since),
            *rows(*((brief(f"Người thay tại {each.office.name}", 60), f"/thay {each.id} {tail}") for each in rest)),
        ),
    )


def told_stand_in(absent: Sequence[Member], since: date | None, until: date) -> Outgoing:
    return Outgoing(
        f"Đồng chí thay {absent[0].person.name} ({posts_named(absent)}) {_days(since, until)}; "
        "công văn và lời nhắc trong thời gian này gửi đồng chí.",
        () if since else (row(("Việc đang chờ", "/viec")),),
    )


def told_absent(absent: Sequence[Member], by: Person, since: date | None, until: date) -> Outgoing:
    return Outgoing(
        f"Trong thời gian đồng chí vắng {_days(since, until)}, {by.name} thay đồng chí tại {where(absent)}.",
        _ending(absent[0], since),
    )


def _ending(absent: Member, since: date | None) -> tuple[tuple[Button, ...], ...]:
    return (row(("Thôi, không cần thay" if since else "Đã về", f"/trove {absent.id}")),)


def not_after_all(found: Sequence[Member]) -> Outgoing:
    """What was arranged for later."""
    names = ", ".join(dict.fromkeys(place.person.name for place in found))
    return Outgoing(f"Đã bỏ: {names} không thay nữa.")


def free_of(absent: Member) -> Outgoing:
    return Outgoing(f"Đồng chí không phải thay {absent.person.name} tại {absent.office.name} nữa. Trân trọng cảm ơn.")


def nobody_to_stand_in(place: Member) -> Outgoing:
    again = "lại" if place.approved_at else "vẫn"
    return Outgoing(
        f"{place.person.name} không còn là người của {place.office.name} nên không thay đồng chí được; công văn và lời nhắc "
        f"{again} gửi đồng chí. Nhờ người khác: gõ, ví dụ, «tôi nghỉ phép đến 20/5, cô Mai thay»."
    )


def back(place: Member, *, drafts: bool) -> Outgoing:
    """`drafts`: what they were putting together is this person's now."""
    waits = " Công văn đang soạn nay chờ đồng chí: gõ «công văn»." if drafts else ""
    return Outgoing(
        f"{place.person.name} đã thôi thay đồng chí tại {place.office.name}; công văn và lời nhắc lại gửi đồng chí.{waits}"
    )


def free_again(absent: Member) -> Outgoing:
    return Outgoing(f"Đồng chí đã thôi thay {absent.person.name} tại {absent.office.name}. Trân trọng cảm ơn đồng chí.")


def ended(found: Sequence[Member]) -> Outgoing:
    names = ", ".join(dict.fromkeys(place.person.name for place in found))
    return Outgoing(f"Đã ghi nhận: {names} thôi thay từ bây giờ.")


def nobody_stands_in() -> Outgoing:
    return Outgoing("Hiện không có ai đang thay đồng chí.")
