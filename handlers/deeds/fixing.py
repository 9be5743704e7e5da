"""What the coordinator corrects on a draft: its day, and of a task the deadline, the offices, what is wanted."""

from __future__ import annotations

import re

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import clean, fold
from bot.vi import directive as vi_directive
from bot.vi import fixing as vi
from db.directives import Directive, Task, assignments_of_task, tasks_of
from db.drafts import assign, unassign
from db.offices import find_office, find_offices
from handlers import Refused, Turn
from handlers.deeds.cards import draft_card, task_card
from handlers.deeds.days import find_day
from handlers.deeds.deadline import read_deadline
from handlers.deeds.drafting import match_offices, redate, set_instants, unknown_names
from handlers.deeds.naming import alike, remember
from handlers.deeds.proposing import ask_too

_MEANS = re.compile(r"(?P<name>.+?)\s+(?:là|la)\s+(?P<office>.+)", re.IGNORECASE)
_FILES = {"word": r"word|mem", "ky": r"ky|giay|pdf"}


async def own_draft(turn: Turn) -> Directive:
    """The draft named by the first argument. Raises Refused when it is not one, or not hers."""
    found = await turn.work.session.get(Directive, turn.number(0) or 0)
    if found is None or found.cancelled_at is not None or not turn.collects(found.collector_id):
        turn.expect("")  # or every further message would meet the same refusal
        raise Refused(vi_directive.no_draft())
    if found.published_at is not None:
        turn.expect("")
        raise Refused(vi_directive.already_published(found))
    return found


async def own_task(turn: Turn, directive: Directive, place: int) -> Task | None:
    """The task of this draft that the argument at this place names."""
    tasks = await tasks_of(turn.work.session, directive.id)
    return next((each for each in tasks if each.id == turn.number(place)), None)


async def fix_task(turn: Turn, directive: Directive, task: Task, field: str, text: str) -> Outgoing:
    """The card of the task as it is now, or the summary where it is the only one. Raises Refused: what to type."""
    lead = vi.fixed(task)
    if field == "han":
        _new_deadline(turn, task, text)
    elif field == "donvi":
        lead = await _new_offices(turn, directive, task, text) or lead
    elif field == "cau":
        await ask_too(turn.work, task, text[:500])
    else:
        task.wanted = wanted(text)
    turn.expect("")
    await turn.work.session.flush()
    alone = len(await tasks_of(turn.work.session, directive.id)) == 1
    if alone:
        return await draft_card(turn.work, turn.house, directive, lead)
    return await task_card(turn.work, turn.house, directive, task, lead)


def wanted(text: str) -> list[str]:
    """`bản Word`, `bản ký`, `cả hai`, `không` → the parts of a report."""
    folded = fold(text)
    found = [name for name, pattern in _FILES.items() if re.search(rf"\b(?:{pattern})\b", folded)]
    if len(found) == 2 or re.search(r"\b(?:ca hai|cahai|hai ban)\b", folded):
        return vi.FILES["cahai"]
    return vi.FILES[found[0]] if found else []


async def new_day(turn: Turn, directive: Directive, text: str) -> None:
    """The day of issue, and the deadlines that are counted from it. Raises Refused."""
    found = find_day(text, local(turn.work.now).date(), past=True)
    if found is None:
        raise Refused(vi.not_a_day(text))
    directive.issued_on = found.isoformat()
    await redate(turn.work, turn.house, directive)


def _new_deadline(turn: Turn, task: Task, text: str) -> None:
    found = read_deadline(text, turn.work.now)
    if found is None:
        raise Refused(vi.not_a_deadline(text))
    task.rule, task.named_on, task.named_time, task.deadline_words = found
    set_instants(task, turn.house, tolerant=False)


async def _new_offices(turn: Turn, directive: Directive, task: Task, text: str) -> str:
    """`thêm A`, `bỏ B`, `C là A`, or the whole list; what was learnt by it. A name not in the directory stays on the
    draft until it is added there; one to be taken off must be on the draft."""
    verb, _, rest = text.partition(" ")
    verb = fold(verb) if fold(verb) in {"them", "bo"} else ""
    if not verb and (means := _MEANS.fullmatch(clean(text))):
        return await rename(turn, directive, means["name"].strip(' «»"'), means["office"])
    names = [part.strip() for part in (rest if verb else text).replace(";", ",").split(",") if part.strip()]
    found = await find_offices(turn.work.session, names)
    known = {found[name].id: found[name] for name in names if name in found}
    strange = {fold(name): name for name in names if name not in found}
    owed = {a.office_id: a for a in await assignments_of_task(turn.work.session, task.id)}
    waiting = {fold(name): name for name in await unknown_names(turn.work, directive, task)}
    learnt = ""
    if verb == "bo":
        if lost := next((name for key, name in strange.items() if key not in waiting), None):
            raise Refused(vi.not_on_the_draft(lost, task))
        gone, waiting = set(known), {key: name for key, name in waiting.items() if key not in strange}
    else:
        gone = set() if verb else set(owed) - set(known)
        left = [] if verb else [name for key, name in waiting.items() if key not in strange]
        for name, offices in (await alike(turn.work, left)).items():
            office = next((each for each in offices if each.id in known and each.id not in owed), None)
            if office is not None and await remember(turn, name, office):
                learnt = vi.remembered(name, office)
        waiting = {**waiting, **strange} if verb else strange
        await assign(turn.work.session, task, known.values())
        owed = {a.office_id: a for a in await assignments_of_task(turn.work.session, task.id)}
    for office_id in gone & set(owed):
        await unassign(turn.work.session, owed.pop(office_id))
    _keep(directive, task, [*(a.office.name for a in owed.values()), *waiting.values()])
    return learnt


def _keep(directive: Directive, task: Task, names: list[str]) -> None:
    """From now on the task is for these, whatever the paper says."""
    tasks = list(directive.reading["tasks"])
    tasks[task.position] = {**tasks[task.position], "assignees": names}
    directive.reading = {**directive.reading, "tasks": tasks}


async def rename(turn: Turn, directive: Directive, name: str, said: str) -> str:
    """`name` on papers means the office she says, here and in every directive to come. Raises Refused."""
    office = await find_office(turn.work.session, said.strip(' «»".'))
    if office is None or not await remember(turn, name, office):
        raise Refused(vi.not_in_the_directory(said))
    await match_offices(turn.work, directive)
    return vi.remembered(name, office)
