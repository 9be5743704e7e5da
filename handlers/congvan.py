"""A directive on the coordinator's desk: dropped, checked, corrected, sent."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.text import clean, fold
from bot.vi import directive as vi
from db.directives import Directive, Task, assign, assignments_of_task, draft_of, tasks_of, unassign
from db.offices import NewOffice, add_offices, find_offices
from handlers import COORDINATOR, Refused, Turn, command, expected
from handlers.deeds.deadline import read_deadline
from handlers.deeds.drafting import draft_card, match_offices, set_instants, unknown_names
from handlers.deeds.publishing import before_sending, publish, reach_of


async def own_draft(turn: Turn) -> Directive:
    """The draft named by the first argument. Raises Refused when it is not one, or not hers."""
    found = await turn.work.session.get(Directive, turn.number(0) or 0)
    if found is None or found.cancelled_at is not None or not turn.collects(found.collector_id):
        raise Refused(vi.no_draft())
    if found.published_at is not None:
        raise Refused(vi.already_published(found))
    return found


@command("congvan", who=COORDINATOR, says=r"^cong van\b")
async def current(turn: Turn) -> Outgoing:
    """Gửi công văn mới, hoặc xem công văn đang soạn"""
    assert turn.person is not None
    draft = await draft_of(turn.work.session, turn.person.id)
    return await draft_card(turn.work, turn.house, draft) if draft else vi.no_draft()


@command("them", who=COORDINATOR, listed=False)
async def add_unknown(turn: Turn) -> Outgoing:
    """Thêm đơn vị còn thiếu vào danh mục"""
    directive = await own_draft(turn)
    await add_offices(turn.work.session, [NewOffice(name) for name in await unknown_names(turn.work, directive)])
    await match_offices(turn.work, directive)
    return await draft_card(turn.work, turn.house, directive)


@command("gui", who=COORDINATOR, listed=False)
async def send(turn: Turn) -> Outgoing:
    """Gửi công văn cho các đơn vị"""
    directive = await own_draft(turn)
    stage, tolerant = turn.number(1), turn.number(2)
    mark = directive.reading.get("classification", {}).get("circulation")
    if stage == 2:
        directive.confirmed_circulation_at = turn.work.now
    if mark and directive.confirmed_circulation_at is None:
        return vi.confirm_internal(directive, mark)
    unknown = await unknown_names(turn.work, directive)
    if unknown:
        return vi.unknown_offices_left(directive, unknown)
    if stage != 1:
        before, needed = await before_sending(turn.work, turn.house, directive)
        if needed:
            return before
    unreached = (await reach_of(turn.work, turn.house.windows, directive)).missing
    turn.work.log("published", turn.contact, subject=f"directive:{directive.id}", unreached=unreached)
    return await publish(turn.work, turn.house, directive, tolerant=tolerant == 1)


FIELDS = {"so", "trichyeu"}
FIELDS_OF_A_TASK = {"han", "donvi"}


@command("sua", who=COORDINATOR, listed=False)
async def fix(turn: Turn) -> Outgoing:
    """Sửa bản nháp công văn"""
    directive = await own_draft(turn)
    tasks = await tasks_of(turn.work.session, directive.id)
    task = next((each for each in tasks if each.id == turn.number(2)), None)
    if len(turn.args) < 2 or turn.args[1] not in (FIELDS_OF_A_TASK if task else FIELDS):
        return vi.what_to_fix(directive, tasks)
    turn.expect(f"fix:{directive.id}:{turn.args[1]}:{task.id if task else 0}")
    return vi.ask_fix(turn.args[1], task)


@expected("fix", who=COORDINATOR)
async def fixed(turn: Turn) -> Outgoing:
    directive = await own_draft(turn)
    field, task = turn.args[1], await turn.work.session.get(Task, turn.number(2) or 0)
    text = clean(turn.text)
    if field == "han" and task is not None and not _new_deadline(turn, task, text):
        return vi.not_a_deadline(text)
    if field == "so":
        directive.number = text[:100]
    elif field == "trichyeu":
        directive.subject = text[:1000]
    elif field == "donvi" and task is not None and (unknown := await _new_offices(turn, directive, task, text)):
        return vi.not_on_the_draft(unknown, task)
    turn.expect("")
    await turn.work.session.flush()
    return await draft_card(turn.work, turn.house, directive)


def _new_deadline(turn: Turn, task: Task, text: str) -> bool:
    found = read_deadline(text, turn.work.now)
    if found is None:
        return False
    task.rule, task.named_on, task.named_time, task.deadline_words = found
    set_instants(task, turn.house, tolerant=False)
    return True


async def _new_offices(turn: Turn, directive: Directive, task: Task, text: str) -> str | None:
    """`thêm A`, `bỏ B`, or the whole list. A name not in the directory stays on the draft until it is added there;
    one to be taken off that is not on the draft comes back."""
    verb, _, rest = text.partition(" ")
    verb = fold(verb) if fold(verb) in {"them", "bo"} else ""
    names = [part.strip() for part in (rest if verb else text).replace(";", ",").split(",") if part.strip()]
    found = await find_offices(turn.work.session, names)
    known = {found[name].id: found[name] for name in names if name in found}
    strange = {fold(name): name for name in names if name not in found}
    owed = {a.office_id: a for a in await assignments_of_task(turn.work.session, task.id)}
    waiting = {fold(name): name for name in await unknown_names(turn.work, directive, task)}
    if verb == "bo":
        if lost := next((name for key, name in strange.items() if key not in waiting), None):
            return lost
        gone, waiting = set(known), {key: name for key, name in waiting.items() if key not in strange}
    else:
        gone = set() if verb else set(owed) - set(known)
        waiting = {**waiting, **strange} if verb else strange
        await assign(turn.work.session, task, known.values())
        owed = {a.office_id: a for a in await assignments_of_task(turn.work.session, task.id)}
    for office_id in gone & set(owed):
        await unassign(turn.work.session, owed.pop(office_id))
    _remember(directive, task, [*(a.office.name for a in owed.values()), *waiting.values()])
    return None


def _remember(directive: Directive, task: Task, names: list[str]) -> None:
    """From now on the task is for these, whatever the paper says."""
    tasks = list(directive.reading["tasks"])
    tasks[task.position] = {**tasks[task.position], "assignees": names}
    directive.reading = {**directive.reading, "tasks": tasks}
