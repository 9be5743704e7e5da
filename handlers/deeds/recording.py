"""What reached the coordinator another way: for which office, by which way, on which day, with which files."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import people as vi_people
from bot.vi import recording as vi
from db.changes import unsay
from db.desk import owing_offices
from db.directives import Assignment
from db.offices import Office, offices
from db.reports import Submission, Way
from db.standing import line
from handlers import COMMANDS, Aside, Turn, intent
from handlers.deeds.arriving import files_wait, held, hold
from handlers.deeds.closing import still_lacking
from handlers.deeds.days import find_day
from handlers.deeds.filing import record
from handlers.deeds.instants import noon
from handlers.deeds.others import office_named, owed_by, which_ahead
from handlers.deeds.telling import heard_of, tell_in_hours

WORDS = {
    Way.PAPER: r"giay|ban cung|van thu",
    Way.QLVB: r"qlvb|ioffice|he thong",
    Way.ZALO: r"zalo|email|thu dien tu",
    Way.PHONE: r"dien thoai|goi|phone",
}
TYPED = {Way.PAPER: "giay", Way.QLVB: "qlvb", Way.ZALO: "zalo", Way.PHONE: "phone"}
"""One word for each, as a button says it."""
_SENT = {"hen", "qlvb", "danop"}
"""What an office says of its own report: «gửi bản giấy ngày 16/5»."""


async def ask_whose(turn: Turn) -> Outgoing | None:
    """Forwarded files wait for the name of their office; None when no office owes her anything."""
    owing = await owing_offices(turn.work.session, turn.collecting)
    if not owing:
        return None
    count = await hold(turn, "whose")
    return vi.whose([file.name for file in turn.incoming.files], count, list(owing.items()))


def words_of(turn: Turn) -> str:
    """What follows «ghi nhận»."""
    return re.sub(r"^/?\s*ghi\s*nh[aậ]n\s*", "", turn.text, flags=re.IGNORECASE)


async def propose_record(turn: Turn) -> Outgoing | None:
    """A coordinator told that another office has handed in: to be confirmed, or asked by which way; None where she
    named none."""
    named = await office_named(turn, turn.text)
    if named is None or named.office.id in turn.collecting:
        return None
    office = named.office
    owed = await owed_by(turn, office)
    if not owed:
        await still_lacking(turn, [office])
        return vi.nothing_to_record(office.name)
    way, today = _way_in(turn.text), local(turn.incoming.at).date()
    if way is None:
        return await record_report(turn, office, "")
    return vi.propose_record(owed[0], way, min(find_day(turn.text, today, past=True) or today, today), TYPED[way])


async def unrecord(turn: Turn, submission: Submission) -> None:
    """Its office hears that what was entered for it is so no longer; if it has not heard of that, of neither."""
    assignment = submission.assignment
    if heard_of(turn, assignment, submission.created_at):
        found = await line(turn.work.session, assignment)
        await tell_in_hours(turn, assignment, vi.told_unrecorded(found, submission))
    else:
        await unsay(turn.work.session, [vi.record_about(submission)], turn.work.machine)


async def record_in_words(turn: Turn, words: str) -> Outgoing:
    """`Y tế giấy 16/5`, or something else that was meant meanwhile."""
    named, meant = await office_named(turn, words), intent(turn.text)
    if meant not in {None, "ghinhan"} and not (named and named.opens):
        return await COMMANDS[meant].handle(turn)  # the files wait on
    if named is not None:
        return await record_report(turn, named.office, words)
    known = [each.name for each in await offices(turn.work.session)]
    return vi_people.unknown_office(_without_way(words), known)


def says_how(words: str, meant: str, known: str) -> bool:
    """Whether words that mean a command elsewhere answer by which way, or where that is `known` for which task."""
    return not which_ahead(words)[1] if known else meant in _SENT and _way_in(words) is not None


async def pass_on(turn: Turn, meant: str, *, choosing: bool) -> Outgoing:
    """A command in the place of an answer. Raises Aside, unless files wait or only the task is to be chosen: then the
    question stands."""
    if not choosing and not await files_wait(turn):
        raise Aside
    turn.args = []
    return await COMMANDS[meant].handle(turn)


async def record_report(turn: Turn, office: Office, words: str, number: int | None = None) -> Outgoing:
    """Enter it for the task this office still owes, the assignment of this `number` if one was chosen, with the files
    of this message and those that waited; asks by which way where the words name none, for which task where several are
    owed."""
    assert turn.person is not None
    way = _way_in(words)
    if way is None:
        await hold(turn, f"record:{office.id}")
        turn.reply_in = timedelta(0)
        return vi.ask_way(office.name)
    owed = await _owed(turn, office, number)
    if not owed:
        return await _nothing_to_record(turn, office)
    today = local(turn.work.now).date()
    on = min(find_day(words, today, past=True) or today, today)
    if len(owed) > 1:
        await hold(turn, f"record:{office.id}:{TYPED[way]} {on:%Y-%m-%d}")
        turn.reply_in = timedelta(0)
        return vi.which_to_record(owed, way, on, TYPED[way])
    files = [*await held(turn), *turn.incoming.files]
    turn.expect("")
    submission = await record(turn, owed[0], way, on, turn.work.now if on == today else noon(on), files)
    found, at = await line(turn.work.session, owed[0]), None
    if not owed[0].collectors_own:
        at = await tell_in_hours(turn, owed[0], vi.told_recorded(found, submission))
    return vi.recorded(found, submission, submission.arrived_at, turn.person, at)


async def _nothing_to_record(turn: Turn, office: Office) -> Outgoing:
    """The files wait on, for another office."""
    kept = await hold(turn, "whose")
    turn.reply_in = timedelta(0)
    if not kept:
        turn.expect("")
        await still_lacking(turn, [office])
    return vi.nothing_to_record(office.name, kept)


async def _owed(turn: Turn, office: Office, number: int | None) -> list[Assignment]:
    """What this office has not reported in the directives of this collector, the nearest deadline first; where reports
    are among it, these. The one report of all has a button of its own."""
    owed = [each.assignment for each in await owed_by(turn, office) if number in {None, each.assignment.id}]
    return [each for each in owed if each.task.asks_report] or owed


def _without_way(words: str) -> str:
    """`Phòng Xây dựng giấy 16/5` → `Phòng Xây dựng`."""
    parts = words.split()
    ends = (n for n, part in enumerate(parts) if part[0].isdigit() or _way_in(part) or fold(part) == "ban")
    return " ".join(parts[: next(ends, len(parts))]) or words


def _way_in(words: str) -> Way | None:
    return next((way for way, pattern in WORDS.items() if re.search(rf"\b({pattern})\b", fold(words))), None)
