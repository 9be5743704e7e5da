"""A directive on the coordinator's desk: dropped, checked, sent."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import directive as vi
from db.drafts import draft_of
from db.offices import NewOffice, add_offices
from handlers import COMMANDS, COORDINATOR, Turn, command
from handlers.deeds.cards import draft_card
from handlers.deeds.drafting import match_offices, unknown_names
from handlers.deeds.fixing import own_draft
from handlers.deeds.publishing import before_sending, publish, reach_of


@command("congvan", who=COORDINATOR, says=r"^cong van( (moi|dang soan|du thao|nhap))*$")
async def current(turn: Turn) -> Outgoing:
    """Gửi công văn mới, hoặc xem công văn đang soạn"""
    assert turn.person is not None
    turn.expect("")
    draft = await draft_of(turn.work.session, turn.person.id)
    return await draft_card(turn.work, turn.house, draft) if draft else vi.no_draft()


@command(
    "guidi",
    listed=False,
    says=r"^(?:(?:ok|oke|vang|roi|duoc roi|thi) )*gui"
    r"(?: (?:di|luon|ngay|cho (?:cac )?(?:don vi|phong|ho)|em|nhe|nha|a|cong van))*$",
)
async def send_it(turn: Turn) -> Outgoing:
    """Gửi công văn đang soạn, hoặc báo cáo của đơn vị"""
    draft = await draft_of(turn.work.session, turn.person.id) if turn.collecting and turn.person else None
    if draft is not None:  # what goes out is shown first, and pressed there
        return await draft_card(turn.work, turn.house, draft, vi.press_to_send())
    return await COMMANDS["nop"].handle(turn)


@command("them", who=COORDINATOR, listed=False)
async def add_unknown(turn: Turn) -> Outgoing:
    """Thêm đơn vị còn thiếu vào danh mục"""
    directive = await own_draft(turn)
    unknown = await unknown_names(turn.work, directive)
    added = await add_offices(turn.work.session, [NewOffice(name) for name in unknown])
    subject = f"directive:{directive.id}"
    turn.work.log("offices_added", turn.contact, subject=subject, offices=[each.id for each in added])
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
