"""Handing a task over within an office, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Button, Outgoing
from bot.text import capital
from bot.vi.card import lacking
from bot.vi.common import brief, label, listing, paper, row, rows, stamp
from bot.vi.people import ROLES
from db.directives import Assignment
from db.people import Office, Person, Role
from db.seats import Seat
from db.standing import Line


def _named(assignment: Assignment) -> str:
    return f"việc {assignment.task.number} theo {paper(assignment.task.directive)}"


def _begin(assignment: Assignment) -> str:
    named = _named(assignment)
    return capital(named)


def seated(seat: Seat) -> str:
    """`Vân (chuyên viên)`."""
    return f"{seat.name} ({ROLES[Role(seat.role)]})"


def whom(assignment: Assignment, people: Sequence[Seat], unknown: str = "") -> Outgoing:
    """The people of the office, and the way to who is not among them."""
    tail = f"{assignment.id} {assignment.version}"
    lead = f"Chưa thấy «{unknown}» trong những người của {assignment.office.name} đã kết nối. " if unknown else ""
    listed = [(seated(seat), f"/giao {tail} {seat.person_id}") for seat in people]
    return Outgoing(
        f"{lead}Giao {_named(assignment)} cho ai?", rows(*listed, ("Người chưa kết nối", f"/giao {tail} 0"))
    )


def which(lines: Sequence[Line], seat: Seat) -> Outgoing:
    """Several tasks are owed."""
    each = [(label(a), f"/giao {a.id} {a.version} {seat.person_id}") for a in (line.assignment for line in lines)]
    return Outgoing(
        f"Giao cho {seat.name} việc nào?", rows(*each, (f"Cả {len(lines)} việc", f"/giao 0 1 {seat.person_id}"))
    )


def which_person(people: Sequence[Seat], said: str, assignment: Assignment) -> Outgoing:
    tail = f"{assignment.id} {assignment.version}"
    return Outgoing(
        f"Có {len(people)} người tên «{said}». Giao cho ai?",
        rows(*((seated(seat), f"/giao {tail} {seat.person_id}") for seat in people)),
    )


def forward_this(office: Office) -> Outgoing:
    return Outgoing(
        f"Đề nghị chuyển tiếp tin trên cho người của {office.name} sẽ nhận việc. Khi người đó kết nối và được xác nhận, "
        "trợ lý báo đồng chí để giao việc."
    )


def has_joined(person: Person, office: Office) -> Outgoing:
    """To the head by whose code they came."""
    return Outgoing(
        f"{person.name} đã được xác nhận là người của {office.name}.",
        (
            row(
                (f"Giao việc cho {brief(person.name, 40)}", f"/giao 0 0 {person.id}"),
            ),
        ),
    )


def handed(lines: Sequence[Line], seat: Seat, again: datetime | None, *, reached: bool) -> Outgoing:
    assignments = [each.assignment for each in lines]
    what = ", ".join(_named(each) for each in assignments)
    when = f"đồng chí được nhắc lại từ {stamp(again)}" if again else "đồng chí được nhắc lại khi gần đến hạn"
    said = f"Đã giao {what} cho {seat.name}. Lời nhắc gửi {seat.name}; {when}."
    if not any(each.owes for each in lines):
        said = f"Đã giao {what} cho {seat.name}: {_rest(lines[0])}."
    if not reached:
        said = (
            f"Đã giao {what} cho {seat.name}, nhưng trợ lý chưa nhắn được cho {seat.name}: lời nhắc vẫn gửi cả đơn vị."
        )
    only = assignments[0] if len(assignments) == 1 else None
    buttons = row(("Thu lại việc", f"/thulai {only.id} {only.version}")) if only else ()
    return Outgoing(said, (buttons,) if buttons else ())


def _rest(line: Line) -> str:
    return f"đã có báo cáo, còn thiếu {lacking(line)}"


def given(by: Person, line: Line) -> str:
    """Above the card, for the one who is to see to it; nobody is reminded of what only a part is lacking of."""
    more = "lời nhắc từ nay gửi đồng chí" if line.owes else _rest(line)
    return f"Đồng chí {by.name} giao đồng chí thực hiện {_named(line.assignment)}; {more}."


def given_back(by: Person, assignment: Assignment) -> Outgoing:
    said = f"{by.name} báo không nhận {_named(assignment)}; lời nhắc lại gửi cả đơn vị."
    return Outgoing(said, _to_hand(assignment))


def refused_it(assignment: Assignment, *, may_hand: bool) -> Outgoing:
    """To whoever gives back what was handed to them."""
    said = f"Đã ghi nhận đồng chí không nhận {_named(assignment)}; lời nhắc lại gửi cả đơn vị."
    return Outgoing(said, _to_hand(assignment) if may_hand else ())


def taken_back(assignment: Assignment) -> Outgoing:
    return Outgoing(f"Đã thu lại {_named(assignment)}; lời nhắc lại gửi cả đơn vị.", _to_hand(assignment))


def _to_hand(assignment: Assignment) -> tuple[tuple[Button, ...], ...]:
    return (row(("Giao cho…", f"/giao {assignment.id} {assignment.version}")),)


def no_longer_yours(by: Person, assignment: Assignment) -> Outgoing:
    return Outgoing(f"Đồng chí {by.name} đã thu lại {_named(assignment)}; đồng chí không phải thực hiện việc này nữa.")


def nobodys_now(person: Person, assignments: Sequence[Assignment]) -> Outgoing:
    office = assignments[0].office.name
    return Outgoing(
        f"{person.name} không còn là người của {office}. Các việc đã giao nay chưa có người phụ trách, lời nhắc lại gửi "
        f"cả đơn vị:\n{listing(_named(each) for each in assignments)}",
        rows(*((f"Giao: {label(each)}", f"/giao {each.id} {each.version}") for each in assignments)),
    )


def not_handed(assignment: Assignment, *, may_hand: bool) -> Outgoing:
    said = f"{_begin(assignment)} đang là việc chung của đơn vị."
    return Outgoing(said, _to_hand(assignment) if may_hand else ())


def nothing_handed() -> Outgoing:
    return Outgoing("Hiện không có việc nào đang giao riêng cho ai. Gõ «viec» để xem việc của đơn vị.")


def heads_only() -> Outgoing:
    return Outgoing("Việc này do thủ trưởng hoặc cấp phó của đơn vị quyết định. Đề nghị báo thủ trưởng đơn vị.")


def done_already(assignment: Assignment) -> Outgoing:
    return Outgoing(f"{_begin(assignment)} đã có báo cáo nên không cần giao.")
