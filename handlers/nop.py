"""Handing in: files, «Không phát sinh», taking back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.files import part_of
from bot.messages import InFile, Outgoing
from bot.vi import doubt as vi_doubt
from bot.vi import filing as vi
from bot.vi import late as vi_late
from bot.vi import people as vi_people
from bot.vi import upload as vi_upload
from db.directives import Assignment
from db.drafts import draft_of
from db.held import last_doubted, take_files
from db.pages import open_albums
from db.reports import Submission, Way, last_recorded, last_sent, open_submission
from db.standing import Standing, line
from handlers import REPORTING, Aside, Refused, Turn, command, expected
from handlers.deeds.arriving import held, out_of_the_blue
from handlers.deeds.asking import ask_next, keep, named
from handlers.deeds.cards import draft_card
from handlers.deeds.filing import (
    ADDING,
    accept_files,
    accept_nothing,
    accept_reference,
    all_pages,
    no_longer_complete,
)
from handlers.deeds.late import accept_late, meant_over
from handlers.deeds.links import carries_files, upload_link
from handlers.deeds.others import office_named
from handlers.deeds.owed import card_of, meant, open_lines, own
from handlers.deeds.reach import people_of, tell_collector
from handlers.deeds.recording import unrecord
from handlers.deeds.words import reference_in

AT_ONCE = timedelta(minutes=2)
"""Files of one report come one after another within it."""


@command(
    "nop",
    "guibaocao",
    who=REPORTING,
    says=r"^(nop|gui)( di| lai| luon| tiep)?$|^(nop|gui) (bao cao|bai)\b"
    r"|\b(nop|gui) (o dau|vao dau|the nao|kieu gi|bang cach nao)\b",
)
async def hand_in(turn: Turn) -> Outgoing:
    """Gửi báo cáo của đơn vị"""
    if (late := await meant_over(turn, "nop")) is not None:
        if kept := await held(turn):
            return await accept_late(turn, late, kept)
        return await _still_taken(turn, late)
    found = await meant(turn, "nop", fresh=not turn.args)
    if kept := await held(turn):
        return await accept_files(turn, found.assignment, kept)
    turn.expect(f"file:{found.assignment.id}")
    wanted = found.missing_parts or found.assignment.task.wanted
    if carries_files(turn):
        return vi_upload.ask(found.assignment, wanted)
    return vi_upload.ask_by_link(found.assignment, wanted, await upload_link(turn, found.assignment))


async def _still_taken(turn: Turn, late: Assignment) -> Outgoing:
    turn.expect(f"file:{late.id}")
    in_chat = carries_files(turn)
    return vi_late.still_taken(late, None if in_chat else await upload_link(turn, late), in_chat=in_chat)


@expected("file", files=True)
async def take(turn: Turn) -> Outgoing:
    """A file we asked for, the number of the signed copy, or «xong»."""
    asked = await turn.work.session.get(Assignment, turn.number(0) or 0)
    if asked is None or not turn.may_act_for(asked.office_id):
        raise Aside
    if asked.task.directive.closed_at is not None:
        if not turn.incoming.files:
            raise Aside
        return await _more_files(turn, asked, Way.LATE)
    assignment = await own(turn, turn.number(0))
    if turn.incoming.files:
        return await _more_files(turn, assignment)
    found = await line(turn.work.session, assignment)
    if found.valid and (written := reference_in(turn.text)):
        return await accept_reference(turn, found, written)
    raise Aside


async def _more_files(turn: Turn, assignment: Assignment, way: Way = Way.FILES) -> Outgoing:
    """Files after a receipt go with it for a while; later, or once it is whole, with another task open, it is asked
    which."""
    assert turn.person is not None
    since = turn.work.now - ADDING
    adding = await open_submission(turn.work.session, assignment.id, turn.person.id, since, way)
    if turn.args[1:] == ["more"]:
        if adding is None:
            return await out_of_the_blue(turn)
        if way == Way.FILES and await _whole(turn, adding):
            return await out_of_the_blue(turn, assignment)
    if way == Way.LATE:
        return await accept_late(turn, assignment)
    return await accept_files(turn, assignment, turn.incoming.files)


async def _whole(turn: Turn, submission: Submission) -> bool:
    """Whether nothing lacks and these came some time later, no further pages of an album."""
    if turn.incoming.at - submission.arrived_at <= AT_ONCE:
        return False
    pages = submission.photos and all(part_of(file.name) == "photo" for file in turn.incoming.files)
    return not pages and not (await line(turn.work.session, submission.assignment)).missing_parts


@command("dutrang", listed=False, says=r"^(da )?(xong|du( trang)?)( roi)?( a)?$")
async def all_there(turn: Turn) -> Outgoing:
    """Đã gửi đủ các trang ảnh"""
    assert turn.person is not None
    found = await open_albums(turn.work.session, turn.person.id)
    meant = next((each for each in found if turn.number(0) in {None, each.id}), None)
    if meant is None or not turn.may_act_for(meant.assignment.office_id):
        raise Aside(still_expecting=True)
    return await all_pages(turn, meant)


@command("vannop", listed=False, says=r"^van (nop|gui)( bao cao)?$")
async def meant_so(turn: Turn) -> Outgoing:
    """Vẫn nộp tệp đang chờ xác nhận"""
    found, files = await _doubted(turn)
    if found.task.directive.closed_at is not None:
        return await accept_late(turn, found, files)
    return await accept_files(turn, found, files, sure=True)


@command("bonop", listed=False, says=r"^bo tep( nay)?$")
async def not_meant(turn: Turn) -> Outgoing:
    """Bỏ tệp đang chờ xác nhận"""
    found, files = await _doubted(turn)
    return vi_doubt.dropped(found, len(files))


async def _doubted(turn: Turn) -> tuple[Assignment, list[InFile]]:
    """What waited for this answer, as if it came when it did. Raises Refused where nothing does."""
    session = turn.work.session
    number = turn.number(0) or await last_doubted(session, turn.contact.id)
    found = await session.get(Assignment, number) if number else None
    if found is None or not turn.may_act_for(found.office_id):
        draft = await draft_of(session, turn.person.id) if turn.collecting and turn.person else None
        raise Refused(await draft_card(turn.work, turn.house, draft) if draft else vi_doubt.nothing_waits())
    files, at = await take_files(session, turn.contact.id, found.id)
    if not files:
        raise Refused(vi_doubt.nothing_waits())
    turn.incoming = replace(turn.incoming, at=at or turn.incoming.at)
    return found, files


@command(
    "kps",
    listed=False,
    says=r"^(khong phat sinh|kps|khong co (noi dung|gi (de )?bao cao|phat sinh( gi)?)( gi)?( ca)?)( a| nhe| em)*$",
)
async def nothing(turn: Turn) -> Outgoing:
    """Báo không phát sinh"""
    found = await meant(turn, "kps")
    if found.standing(turn.work.now) == Standing.NOTHING:
        return vi.nothing_noted(found.valid[-1], found)
    return await accept_nothing(turn, found.assignment)


@command("banky", listed=False, says=r"^(ban ky )?(so )?\d{1,5} [a-z]+( [a-z]+)+$")
async def signed_copy(turn: Turn) -> Outgoing:
    """Số, ký hiệu của bản ký, nhắn sau"""
    written = reference_in(turn.text)
    waiting = [each for each in await open_lines(turn) if each.valid and "signed" in each.missing_parts]
    if written is None or not waiting:
        return vi.no_report_for_reference()
    if len(waiting) > 1:
        return vi.which_report(waiting)
    return await accept_reference(turn, waiting[0], written)


@command("kpscau", listed=False)
async def nothing_here(turn: Turn) -> Outgoing:
    """Câu này không phát sinh"""
    assignment = await own(turn, turn.number(0))
    await keep(turn, assignment, await named(turn, assignment), nothing=True)
    return await ask_next(turn, assignment)


_MISTAKEN = (
    r"\b(gui|nop) (nham|lon|sai)\b|^(\w+ )?nham (roi(?!.*\bngay\b)|file|tep)\b"
    r"|^(\w+ ){0,2}nham,? (van |la )?co phat sinh\b|^(huy|bo) ghi nhan\b"
    r"|^(muon |xin |cho )?(thu hoi|rut lai)\b(?! (?:tai khoan|ma|lien ket|link)\b)"
)


@command("thuhoi", listed=False, says=_MISTAKEN)
async def withdraw(turn: Turn) -> Outgoing:
    """Thu hồi báo cáo vừa gửi"""
    if turn.number(0) is None:
        return await _which_to_withdraw(turn)
    submission = await turn.work.session.get(Submission, turn.number(0) or 0)
    if submission is None:
        return vi_people.other_office()
    assignment = submission.assignment
    if not (turn.may_act_for(assignment.office_id) or turn.collects(assignment.task.directive.collector_id)):
        return vi_people.other_office()
    if submission.withdrawn_at is not None:
        return vi.already_withdrawn(submission)
    if turn.number(1) == 0:
        return vi.not_withdrawn(submission)
    late = submission.way == Way.LATE and submission.confirmed_at is None
    if assignment.task.directive.closed_at is not None and not late:
        return vi_late.over(assignment)
    if submission.accepted and not turn.collects(assignment.task.directive.collector_id):
        return vi.accepted_already(submission)
    submission.withdrawn_at = turn.work.now
    submission.withdrawn_by = turn.person.id if turn.person else None
    turn.expect("")
    turn.work.log(
        "withdrawn", turn.contact, office_id=submission.assignment.office_id, subject=f"submission:{submission.id}"
    )
    await turn.work.session.flush()
    await no_longer_complete(turn.work, assignment.task)
    if late:
        await tell_collector(turn.work, assignment.task.directive, vi_late.taken_back(submission))
    if submission.recorded_by is not None and not assignment.collectors_own:
        await unrecord(turn, submission)
    found = await line(turn.work.session, submission.assignment)
    mine = turn.person is not None and submission.person_id == turn.person.id
    still_there = submission.person_id in {each.person_id for each in await people_of(turn.work, assignment.office_id)}
    if not mine and still_there and submission.person_id is not None and turn.person is not None:
        card = await card_of(turn, submission.assignment)
        await turn.work.tell(submission.person_id, vi.withdrawn_by(submission, found, turn.person, card))
    return vi.withdrawn(submission, found, mine=mine)


async def _which_to_withdraw(turn: Turn) -> Outgoing:
    """«Gửi nhầm rồi»: what came last, when it is confirmed that this is meant."""
    assert turn.person is not None
    last = await last_sent(turn.work.session, turn.answering, turn.person.id)
    other = await office_named(turn, turn.text)
    noted = await last_recorded(turn.work.session, turn.collecting, other.office.id if other else None)
    if noted is not None and (other is not None or last is None or last.id < noted.id):
        last = noted
    if last is None:
        return vi.nothing_to_withdraw()
    return vi.accepted_already(last) if last.accepted_at else vi.confirm_withdrawal(last)
