"""Handing in: files, «Không phát sinh», taking back."""

from __future__ import annotations

from bot.messages import FileKind, Outgoing
from bot.vi import answering
from bot.vi import filing as vi
from bot.vi import people as vi_people
from db.directives import Assignment, Question
from db.people import Role
from db.reports import Submission
from db.standing import line
from handlers import Aside, Refused, Turn, command, expected
from handlers.deeds.asking import ask_next, keep
from handlers.deeds.filing import accept_files, accept_nothing, accept_reference
from handlers.deeds.owed import meant, open_lines, own
from handlers.deeds.reach import tell_coordinators
from handlers.deeds.words import REFERENCE


@command("nop", "guibaocao", says=r"^(nop|gui) (bao cao|bai)\b")
async def hand_in(turn: Turn) -> Outgoing:
    """Gửi báo cáo của đơn vị"""
    found = await meant(turn, "nop", "Gửi báo cáo", fresh=not turn.args)
    held = turn.contact.expects.removeprefix("hold:") if turn.contact.expects.startswith("hold:") else ""
    if held:
        return await _take_held(turn, found.assignment, held)
    turn.expect(f"file:{found.assignment.id}")
    return vi.ask(found.assignment, found.missing_parts or found.assignment.task.wanted)


@expected("file")
async def take(turn: Turn) -> Outgoing:
    """A file we asked for, the number of the signed copy, or «xong»."""
    assignment = await own(turn, turn.number(0))
    if turn.incoming.files:
        return await answer_files(turn, assignment)
    found = await line(turn.work.session, assignment)
    if found.valid and (written := REFERENCE.search(turn.text)):
        return await accept_reference(turn, found, written[1].replace(" ", ""))
    raise Aside


async def answer_files(turn: Turn, assignment: Assignment) -> Outgoing:
    """Files for one task. A voice note is passed to the coordinator."""
    if turn.incoming.files[0].kind == FileKind.VOICE:
        return await _voice(turn, assignment)
    return await accept_files(turn, assignment, turn.incoming.files)


async def _voice(turn: Turn, assignment: Assignment) -> Outgoing:
    assert turn.person is not None
    await tell_coordinators(turn.work, vi.voice_from(turn.person, assignment.office.name))
    return vi.voice(coordinator=False)


async def out_of_the_blue(turn: Turn) -> Outgoing:
    """A file nobody asked for, from an office: the one task it can be for, or the question which."""
    lines = await open_lines(turn)
    owed = [each for each in lines if not each.reported and not each.claimed] or lines
    if not owed:
        raise Refused(Outgoing("Hiện đơn vị không có việc nào đang chờ báo cáo nên chưa nhận tệp. Trân trọng."))
    if len(owed) == 1:
        return await answer_files(turn, owed[0].assignment)
    turn.expect(f"hold:{turn.received_id}")
    return vi.which(owed)


async def _take_held(turn: Turn, assignment: Assignment, held: str) -> Outgoing:
    """The file came first and the task was chosen after it."""
    kept = await turn.held_files(int(held))
    if kept is None:
        turn.expect(f"file:{assignment.id}")
        return vi.ask(assignment, assignment.task.wanted)
    turn.incoming = turn.incoming.with_files(kept)
    return await answer_files(turn, assignment)


@command("kps", listed=False, says=r"^(khong phat sinh|khong co noi dung|kps)$")
async def nothing(turn: Turn) -> Outgoing:
    """Báo không phát sinh"""
    found = await meant(turn, "kps", "Không phát sinh")
    return await accept_nothing(turn, found.assignment)


@command("kpscau", listed=False)
async def nothing_here(turn: Turn) -> Outgoing:
    """Câu này không phát sinh"""
    assignment = await own(turn, turn.number(0))
    question = await turn.work.session.get(Question, turn.number(1) or 0)
    if question is None or question.task_id != assignment.task_id:
        return answering.no_questions(assignment)
    await keep(turn, assignment, question, nothing=True)
    return await ask_next(turn, assignment)


@command("thuhoi", listed=False)
async def withdraw(turn: Turn) -> Outgoing:
    """Thu hồi báo cáo vừa gửi"""
    submission = await turn.work.session.get(Submission, turn.number(0) or 0)
    if submission is None or not (turn.may_act_for(submission.assignment.office_id) or turn.holds(Role.COORDINATOR)):
        return vi_people.other_office()
    if submission.withdrawn_at is not None:
        return vi.already_withdrawn(submission)
    submission.withdrawn_at = turn.work.now
    submission.withdrawn_by = turn.person.id if turn.person else None
    turn.expect("")
    turn.work.log(
        "withdrawn", turn.contact, office_id=submission.assignment.office_id, subject=f"submission:{submission.id}"
    )
    await turn.work.session.flush()
    return vi.withdrawn(submission, await line(turn.work.session, submission.assignment))
