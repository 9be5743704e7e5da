"""Looking over what came: which report is meant, accepting it, sending it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from bot.messages import Outgoing
from bot.text import fold
from bot.vi import people as vi_people
from bot.vi import review as vi
from db.changes import unsay
from db.decisions import Return
from db.directives import Assignment, Directive, assignments_of, assignments_of_task, open_assignments
from db.people import Office
from db.reorganising import as_today, take_over
from db.reports import ASKED_BACK, Submission, return_of
from db.standing import Line, line, lines
from handlers import Refused, Turn
from handlers.deeds.announcing import hear_at
from handlers.deeds.days import find_day
from handlers.deeds.filing import ECHO, no_longer_complete, tell_if_all_in
from handlers.deeds.instants import end_of, today
from handlers.deeds.ladder import hang
from handlers.deeds.others import bears, paper_said
from handlers.deeds.requests import DAY
from handlers.deeds.telling import heard_of, tell_in_hours

_SAID, _KEPT = "said", 160
"""So many characters are kept while it is asked of which report they are said."""
_NUMBERED = re.compile(r"(?:việc|viec|nhiệm vụ|nhiem vu)(?:\s+(?:số|so))?\s+(\d[\w()]*)", re.IGNORECASE)


def _either(*words: str) -> str:
    """With marks or without."""
    return "|".join(form for word in words for form in dict.fromkeys((word, fold(word))))


_BY = _either("sửa xong", "sửa", "xong", "hạn chót", "hạn sửa", "hạn", "chậm nhất", "muộn nhất", "gửi lại", "trước")
_LEADS = f"{_BY}|{_either('đến', 'hết', 'ngày', 'là', 'vào', 'sáng', 'chiều')}"
_LAST_DAY = re.compile(
    rf"(?:\s*[,;.–-]+\s*|\s+(?=(?:{_BY})\b))(?:(?:{_LEADS})\s+)*"
    rf"(?:{DAY.pattern}|{_either('hôm nay')})(?:\s+(?:{_either('này', 'ạ', 'nhé')}))*[\s.]*$",
    re.IGNORECASE,
)
"""What a reason ends with: `, hạn chót thứ Sáu`, ` sửa xong 20/5`."""


async def received(turn: Turn, directive: Directive) -> list[tuple[Line, Submission]]:
    """The newest report of each task of each office; first those not looked at, each in the order it came."""
    found = await lines(turn.work.session, await assignments_of(turn.work.session, directive.id))
    newest = [(each, each.submissions[-1]) for each in map(_standing, found) if each.submissions]
    asked = [(each, submission) for each, submission in newest if not each.assignment.collectors_own]
    return sorted(asked, key=lambda pair: (bool(pair[1].accepted_at or pair[1].returned_at), pair[1].id))


def _standing(found: Line) -> Line:
    """Without what was withdrawn or not seen there."""
    kept = tuple(each for each in found.submissions if each.stands)
    return Line(found.assignment, kept, found.answered, found.questions, found.exempt)


async def named(turn: Turn) -> tuple[Line, Submission]:
    """The report of this number, if it is hers to look over. Raises Refused otherwise."""
    submission = await turn.work.session.get(Submission, turn.number(0) or 0)
    if submission is None or not turn.collects(submission.assignment.task.directive.collector_id):
        raise Refused(vi_people.nothing_to_decide() if submission else vi.no_report())
    return _standing(await line(turn.work.session, submission.assignment)), submission


async def current(turn: Turn) -> tuple[Line, Submission]:
    """Likewise, and it may still be decided on: not closed, not withdrawn, nothing newer has come."""
    found, submission = await named(turn)
    if submission.assignment.task.directive.closed_at is not None:
        turn.expect("")
        raise Refused(vi.over(submission.assignment.task.directive))
    if not submission.stands:
        turn.expect("")
        raise Refused(vi.withdrawn(submission))
    if found.submissions[-1].id != submission.id:
        turn.expect("")
        raise Refused(vi.replaced(submission, found.submissions[-1]))
    return found, submission


async def newest_of(turn: Turn, office: Office, which: str, verb: str, said: str = "") -> Submission:
    """What this office sent last for the task, by the directive, whose numbers were said, or for the only one. Raises
    Refused where there is nothing, or several: then what was `said` of it waits for the answer."""
    asked = await open_assignments(turn.work.session, [office.id])
    mine = [each for each in asked if turn.collects(each.task.directive.collector_id) and _meant(each, which)]
    came = [each.submissions[-1] for each in map(_standing, await lines(turn.work.session, mine)) if each.submissions]
    if not came:
        raise Refused(vi.nothing_to_review(mine) if mine else vi.no_report())
    fresh = [each for each in came if not each.accepted] or came
    if len(fresh) > 1:
        raise Refused(_which(turn, fresh, verb, said))
    return fresh[0]


def _which(turn: Turn, fresh: Sequence[Submission], verb: str, said: str) -> Outgoing:
    kept = bool(said) and len(said) <= _KEPT
    if kept:
        turn.expect(f"{_SAID}:{verb}:{turn.received_id}:{said}")
    return vi.which_report(fresh, verb, f" {turn.received_id}" if kept else "", lost=bool(said) and not kept)


def said_before(turn: Turn, verb: str) -> str:
    """What was said when it was not clear of which report, by the button that answers that question; else empty."""
    kind, _, rest = turn.contact.expects.partition(":")
    asked, _, said = rest.partition(":")
    number, _, words = said.partition(":")
    return words if kind == _SAID and asked == verb and number == str(turn.number(1)) else ""


def _meant(assignment: Assignment, which: str) -> bool:
    task, paper = _NUMBERED.search(which), paper_said(which)
    right_paper = paper is None or bears(assignment.task.directive, paper)
    return right_paper and (task is None or assignment.task.number == task[1])


async def accept(turn: Turn, submission: Submission) -> Outgoing:
    """It is as it should be; a second time changes nothing."""
    whole = await _whole(turn, submission)
    if submission.accepted:
        return vi.accepted(whole)
    owed = await _owed(turn, submission)
    await _clear(turn, whole)
    for each in whole:
        each.accepted_at = each.accepted_at or turn.work.now
        each.closed_at = turn.work.now
    submission.accepted_at = turn.work.now
    if submission.way in ASKED_BACK:
        submission.confirmed_at = submission.confirmed_at or turn.work.now
    _log(turn, "accepted", submission)
    at = await tell_in_hours(turn, submission.assignment, vi.told_accepted(whole))
    await turn.work.session.flush()
    if owed:
        await tell_if_all_in(turn.work, submission.assignment.task, due_in=ECHO)
    return vi.accepted(whole, at)


async def send_back(turn: Turn, submission: Submission, words: str) -> Outgoing:
    """All that counts of this report, to be mended by the day the words name; else by its deadline, or the working day
    after its office hears of it where that is past."""
    assert turn.person is not None
    now = today(turn.work.now)
    reason, day = reason_and_day(words, now)
    if day is not None and day < now:
        turn.expect(f"return:{submission.id}")
        return vi.mend_day_past(submission)
    assignment = submission.assignment
    await _to_heir(turn, assignment)
    back = Return(
        submission_id=submission.id,
        reason=reason,
        due_at=end_of(day or _by_itself(turn, assignment)),
        returned_at=turn.work.now,
        returned_by=turn.person.id,
    )
    turn.work.session.add(back)
    whole = await _whole(turn, submission)
    for each in whole:
        each.returned_at = each.closed_at = turn.work.now
    turn.expect("")
    await _mend_by(turn, assignment, back)
    await no_longer_complete(turn.work, assignment.task)
    _log(turn, "returned", submission)
    return vi.returned(whole, back, await tell_in_hours(turn, assignment, vi.told_returned(whole, back)))


async def _whole(turn: Turn, submission: Submission) -> list[Submission]:
    """What stands or falls with it: the Word copy and the signed one are one report. All that is not sent back, or that
    was at the same moment; what is only said to have been sent waits for its own answer."""
    found = await line(turn.work.session, submission.assignment)
    alike = [each for each in found.submissions if each.stands and each.returned_at == submission.returned_at]
    return [each for each in alike if each.id == submission.id or not each.waits_for_confirmation]


async def _owed(turn: Turn, submission: Submission) -> bool:
    return not (await line(turn.work.session, submission.assignment)).reported


def reason_and_day(words: str, now: date) -> tuple[str, date | None]:
    """`thiếu phụ lục 2, hạn chót thứ Sáu` → `thiếu phụ lục 2` and that Friday."""
    said = _LAST_DAY.search(words)
    day = find_day(said[0], now) if said else None
    return (words[: said.start()] if said and day else words).strip(), day


async def _to_heir(turn: Turn, assignment: Assignment) -> None:
    """What an office reported that has become another one is for that one to mend. Raises Refused where the heir has
    this task itself."""
    former, session = assignment.office, turn.work.session
    if former.valid_to is None:
        return
    heirs = await as_today(session, [former])
    asked = {each.office_id for each in await assignments_of_task(session, assignment.task_id)}
    if not heirs or heirs[0].id in asked:
        raise Refused(vi.kept_by_former(assignment, heirs))
    await take_over(session, [assignment], heirs[0])


def _by_itself(turn: Turn, assignment: Assignment) -> date:
    due = assignment.deadline_at
    following = turn.house.calendar.next_working(today(hear_at(turn, [assignment], turn.work.now)) + timedelta(days=1))
    return max(today(due), following) if due else following


async def take_back(turn: Turn, submission: Submission) -> Outgoing:
    """It counts again as it did, all of it; a second time changes nothing. An office that has not heard of the return
    hears of neither."""
    assignment, whole = submission.assignment, await _whole(turn, submission)
    if (returned_at := submission.returned_at) is None:
        return vi.taken_back(whole)
    owed = await _owed(turn, submission)
    await _clear(turn, whole)
    _log(turn, "return_taken_back", submission)
    at, heard = None, heard_of(turn, assignment, returned_at)
    if heard:
        at = await tell_in_hours(turn, assignment, vi.told_taken_back(whole))
    elif submission.accepted_at and not heard_of(turn, assignment, submission.accepted_at):
        await tell_in_hours(turn, assignment, vi.told_accepted(whole))  # in whose place the return waited
    else:
        await unsay(turn.work.session, [vi.review_about(submission)], turn.work.machine)
    if owed:
        await tell_if_all_in(turn.work, assignment.task, due_in=ECHO)
    return vi.taken_back(whole, at, heard=heard)


async def _clear(turn: Turn, whole: Sequence[Submission]) -> None:
    if whole[-1].returned_at is None:
        return
    if back := await return_of(turn.work.session, whole[-1]):
        back.taken_back_at = turn.work.now
    for each in whole:
        each.returned_at = None
    await _mend_by(turn, whole[-1].assignment, None)


async def _mend_by(turn: Turn, assignment: Assignment, back: Return | None) -> None:
    """Its reminders go by the day to mend it, or again by the deadline."""
    assignment.mend_by = back.due_at if back else None
    assignment.promised_on = assignment.rest_promised_on = None
    assignment.version += 1
    await turn.work.session.flush()
    await hang(turn.work, [assignment], turn.house)


def _log(turn: Turn, deed: str, submission: Submission) -> None:
    office = submission.assignment.office_id
    turn.work.log(deed, turn.contact, office_id=office, subject=f"submission:{submission.id}")


def words_after(verb: str, text: str) -> str:
    """`trả lại Tư pháp: thiếu phụ lục` → `Tư pháp  thiếu phụ lục`."""
    return re.sub(rf"^/?\s*{verb}\s*", "", text, flags=re.IGNORECASE).replace(":", " ", 1)
