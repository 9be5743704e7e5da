"""Taking a report, by whatever door it came. Every door calls these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.documents import TooBig, TooSlow
from bot.files import Problem, part_of
from bot.messages import FileKind, InFile, Outgoing
from bot.vi import complete as vi_complete
from bot.vi import doubt as vi_doubt
from bot.vi import filing as vi
from bot.vi import pages as vi_pages
from bot.vi.review import review_about
from db import Work
from db.changes import unsay
from db.desk import progress_of_tasks
from db.directives import Assignment, Task, assignments_of_task, open_assignments, synthesis_of
from db.mail import Priority
from db.pages import open_album
from db.people import Member, Office, Role
from db.reports import Submission, SubmissionFile, Way, open_submission, submissions_of
from db.standing import Line, line, lines
from handlers import Turn
from handlers.deeds.doubting import ask_whether, doubts, sent_before
from handlers.deeds.links import upload_link
from handlers.deeds.owed import opened, over_lately
from handlers.deeds.reach import people_of, tell_collector, tell_coordinators
from handlers.deeds.sections import offer

ADDING = timedelta(minutes=10)
ECHO = timedelta(seconds=2)


async def accept_files(turn: Turn, assignment: Assignment, files: Sequence[InFile], *, sure: bool = False) -> Outgoing:
    """Add files to the report of this office. What cannot be taken is named, each with what to do instead; what seems
    not to be a report waits until they are `sure`. Photos go to those that came before, until «xong»."""
    good = [file for file in files if file.problem is None and file.sha256]
    if not good:
        return await nothing_to_take(turn, assignment.office, files, assignment)
    opened(turn, assignment)
    if not sure and (why := await doubts(turn, assignment, good)):
        question = await ask_whether(turn, assignment, good, why)
        good = [file for file in good if file.sha256 not in why]
        if not good:
            turn.reply_in = ECHO
            return question
        await turn.work.send(turn.incoming.chat, question, due_in=ECHO, person_id=turn.contact.person_id)
    refused = [*await refusals(turn, files, assignment), *unlooked(turn)]
    before = await sent_before(turn, assignment, good)
    refused += [vi_doubt.sent_before(*each) for each in before]
    adding = await _going_on(turn, assignment, good)
    if before and adding is None and {name for name, _ in before} == {file.name for file in good}:
        return vi_doubt.nothing_new(before)
    submission = adding or await new_submission(turn, assignment, Way.FILES, arrived_at=turn.incoming.at)
    await add_files(turn, submission, good)
    turn.contact.expects = f"file:{assignment.id}:more"
    turn.reply_in = ECHO
    return await offer(turn, submission, await announce(turn, submission, refused, news=adding is None))


async def _going_on(turn: Turn, assignment: Assignment, files: Sequence[InFile]) -> Submission | None:
    """The report these are added to: the one just begun, or for photos one whose pages are not all there; none that the
    synthesis was made of."""
    assert turn.person is not None
    session, who = turn.work.session, turn.person.id
    photos = all(part_of(file.name) == "photo" for file in files)
    album = await open_album(session, assignment.id, who) if photos else None
    begun = album or await open_submission(session, assignment.id, who, turn.work.now - ADDING)
    sent = await _synthesised_at(turn.work, assignment) if begun else None
    return None if begun and sent and begun.arrived_at <= sent <= turn.incoming.at else begun


async def nothing_to_take(
    turn: Turn, office: Office, files: Sequence[InFile], assignment: Assignment | None = None
) -> Outgoing:
    """Each refusal in its own words; a voice note is passed to the coordinator."""
    assert turn.person is not None
    if any(file.kind == FileKind.VOICE for file in files):
        await tell_coordinators(turn.work, vi.voice_from(turn.person, office.name))
        return vi.voice(coordinator=False)
    return vi.problems(await refusals(turn, files, assignment))


async def refusals(turn: Turn, files: Sequence[InFile], assignment: Assignment | None = None) -> list[str]:
    """Why some of these cannot be taken, each with what to do instead: a link, where only the chat is too narrow."""
    bad = [file for file in files if file.problem or file.sha256 is None]
    narrow = any(file.problem in {Problem.TOO_BIG, Problem.NO_FILES} for file in bad)
    link = await upload_link(turn, assignment) if narrow else None
    return [vi.problem(file.problem, file.name, link) for file in bad]


def unlooked(turn: Turn) -> list[str]:
    """A file in which a stamp of secrecy could be where nobody looked is taken, and its sender is told."""
    return [vi.NOT_LOOKED_THROUGH] if isinstance(turn.prepared, TooBig | TooSlow) else []


async def add_files(turn: Turn, submission: Submission, files: Iterable[InFile]) -> None:
    """Those that can be taken and are not in it yet; its photos are bound when no more come."""
    for file in files:
        if file.sha256 and not file.problem and file.sha256 not in {known.sha256 for known in submission.files}:
            submission.files.append(
                SubmissionFile(
                    position=len(submission.files),
                    name=file.name,
                    sha256=file.sha256,
                    size=file.size or 0,
                    part=part_of(file.name),
                    marks=" ".join(mark for mark in ("signed", "sealed") if getattr(file.seen, mark)),
                )
            )
    if submission.photos:
        submission.bind_at = turn.work.now + ADDING
    await turn.work.session.flush()


async def all_pages(turn: Turn, submission: Submission) -> Outgoing:
    """«Xong»: what comes from now on is another report, and the photos are bound at once."""
    submission.closed_at = submission.bind_at = turn.work.now
    turn.expect("")
    turn.work.log(
        "pages_ended", turn.contact, office_id=submission.assignment.office_id, subject=f"submission:{submission.id}"
    )
    return vi_pages.done(submission, vi.code(submission))


async def new_submission(turn: Turn, assignment: Assignment, way: Way, **facts: Any) -> Submission:
    """A further version of what this office reported; nothing earlier is touched. That one was sent back is not said
    any more, where that waits."""
    before = await submissions_of(turn.work.session, [assignment.id])
    await unsay(turn.work.session, [review_about(each) for each in before if each.returned_at], turn.work.machine)
    submission = Submission(
        assignment=assignment,
        assignment_id=assignment.id,
        way=way,
        version=len(before) + 1,
        created_at=turn.work.now,
        person_id=facts.pop("person_id", turn.person.id if turn.person else None),
        files=[],
        **facts,
    )
    turn.work.session.add(submission)
    await turn.work.session.flush()
    turn.work.log(
        "submitted", turn.contact, office_id=assignment.office_id, subject=f"submission:{submission.id}", way=way
    )
    return submission


async def announce(turn: Turn, submission: Submission, refused: Sequence[str] = (), *, news: bool = True) -> Outgoing:
    """Whoever must hear of a report that came by itself hears of it; the receipt for who sent it.

    Files added to a report that was announced are no `news` for the coordinator.
    """
    assignment = submission.assignment
    by = acting_member(turn, assignment.office_id)
    await tell_head(turn, submission, by)
    late = await _after_synthesis(turn.work, submission)
    if news:
        await tell_if_complete(turn.work, assignment)
    if news and late:
        await tell_collector(turn.work, assignment.task.directive, vi.supplement(submission), due_in=ECHO)
    turn.priority = Priority.RECEIPT
    found = await line(turn.work.session, assignment)
    asked = {"several": await _asked_of_others(turn, submission), "among": await _among_others(turn, assignment)}
    if submission.way == Way.NOTHING:
        return vi.nothing_noted(submission, found, **asked)
    return vi.receipt(submission, found, by, refused, supplement=late, **asked)


async def _among_others(turn: Turn, assignment: Assignment) -> bool:
    """Whether this may have been meant for another task of its office, so that it hears for which one it was taken."""
    open_ = await open_assignments(turn.work.session, [assignment.office_id])
    over = [each.assignment for each in await over_lately(turn)]
    return any(each.id != assignment.id for each in (*open_, *over) if each.office_id == assignment.office_id)


async def _asked_of_others(turn: Turn, submission: Submission) -> bool:
    """Whether another office of this person was asked the same, so that it may have been meant."""
    if len(turn.offices) < 2:
        return False
    asked = await assignments_of_task(turn.work.session, submission.assignment.task_id)
    return sum(turn.may_act_for(each.office_id) for each in asked) > 1


async def _after_synthesis(work: Work, submission: Submission) -> bool:
    sent = await _synthesised_at(work, submission.assignment)
    return sent is not None and sent < submission.arrived_at


async def _synthesised_at(work: Work, assignment: Assignment) -> datetime | None:
    """When the collector made one report of this one and the others."""
    own = await synthesis_of(work.session, assignment.task.directive)
    return None if own is None or assignment.collectors_own else (await line(work.session, own)).first_arrival


def acting_member(turn: Turn, office_id: int) -> Member | None:
    return next((place for place in turn.places if place.office_id == office_id), None)


async def tell_head(turn: Turn, submission: Submission, by: Member | None) -> None:
    """The head gets a copy line of what somebody else of the office handed in."""
    if by is None or by.role == Role.HEAD:
        return
    for member in await people_of(turn.work, submission.assignment.office_id):
        if member.role == Role.HEAD and member.person_id != by.person_id:
            copy = vi.copy_for_head(submission, by)
            await turn.work.tell(member.person_id, copy, due_in=ECHO, office_id=member.office_id)


async def tell_if_complete(work: Work, assignment: Assignment) -> None:
    """The last report of a task is in: the coordinator hears it once. A further version of one is no news."""
    if len((await line(work.session, assignment)).valid) == 1:
        await tell_if_all_in(work, assignment.task, due_in=ECHO)


async def tell_if_all_in(work: Work, task: Task, *, due_in: timedelta) -> None:
    """Where several offices were asked and none owes any more."""
    come = (await progress_of_tasks(work.session, [task.id]))[task.id]
    if come.total == 1 or come.done < come.total or not come.received:
        return
    found = await lines(work.session, await assignments_of_task(work.session, task.id))
    on_time = sum(each.on_time() is True for each in found)
    own = await synthesis_of(work.session, task.directive)
    open_ = own if own and not (await line(work.session, own)).reported else None
    message = vi_complete.complete(task, come, on_time, open_)
    await tell_collector(work, task.directive, message, due_in=due_in)


async def no_longer_complete(work: Work, task: Task) -> None:
    """A report has gone again: that all are in, if that still waits to be said, is not said."""
    await unsay(work.session, [vi_complete.complete_about(task)], work.machine)


async def accept_nothing(turn: Turn, assignment: Assignment) -> Outgoing:
    """«Không phát sinh» for the whole task: neither zero nor blank."""
    turn.contact.expects = ""
    return await announce(turn, await new_submission(turn, assignment, Way.NOTHING, arrived_at=turn.incoming.at))


async def accept_reference(turn: Turn, found: Line, reference: str) -> Outgoing:
    """The signed copy by its số, ký hiệu, added to what came last."""
    last = found.valid[-1]
    last.reference = reference
    await turn.work.session.flush()
    office_id, subject = found.assignment.office_id, f"submission:{last.id}"
    turn.work.log("reference_noted", turn.contact, office_id=office_id, subject=subject)
    turn.contact.expects, turn.priority = "", Priority.RECEIPT
    return vi.reference_noted(reference, await line(turn.work.session, found.assignment))


async def record(
    turn: Turn, assignment: Assignment, way: Way, on: date, arrived: datetime, files: Sequence[InFile] = ()
) -> Submission:
    """The coordinator enters what reached her another way; she says how and when."""
    assert turn.person is not None
    submission = await new_submission(
        turn,
        assignment,
        way,
        arrived_at=arrived,
        stated_on=on,
        person_id=None,
        recorded_by=turn.person.id,
        confirmed_at=turn.work.now,
    )
    await add_files(turn, submission, files)
    await tell_if_complete(turn.work, assignment)
    return submission
