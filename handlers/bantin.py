"""The morning's figures of all she collects: now, and whether the leader hears them too; the leader's look at the
names."""

from __future__ import annotations

from bot.clocks import local
from bot.messages import Outgoing
from bot.text import fold
from bot.vi import morning as vi
from handlers import LEADER, WATCHERS, Turn, command
from handlers.deeds.mornings import digest_of, figures
from handlers.deeds.recurring import with_waiting
from handlers.deeds.watching import named, stand, watched_directive

_NEWS = r"(ban )?tin( buoi)?( sang)?"


@command(
    "bantin",
    "bantinsang",
    who=WATCHERS,
    says=rf"^{_NEWS}$|^(bat|tat|gui|thoi gui|ngung gui) {_NEWS}( cho)?( ca)? lanh dao\b",
)
async def mornings(turn: Turn) -> Outgoing:
    """Bản tin buổi sáng; gửi cả lãnh đạo hay không"""
    if not turn.collecting:
        return await stand(turn, in_figures=True)
    known = [await digest_of(turn.work, office) for office in dict.fromkeys(turn.collecting)]
    wanted = _wanted(turn)
    if wanted is None:
        today = local(turn.work.now).date()
        found = [each for one in known for each in await figures(turn.work, one.office_id, today)]
        when = f"{turn.house.digest_at:%H:%M}" if turn.house.digest_at else ""
        answer = vi.setting(found, when, to_leader=any(each.to_leader for each in known))
        return await with_waiting(turn.work, turn.house, turn.collecting, answer)
    for each in known:
        each.to_leader = wanted
        deed = "digest_to_leader" if wanted else "digest_not_to_leader"
        turn.work.log(deed, turn.contact, office_id=each.office_id)
    return vi.turned(to_leader=wanted)


def _wanted(turn: Turn) -> bool | None:
    """Whether the leader is to hear; None where it is only asked how it stands."""
    said = fold(turn.text)
    if turn.args == ["lanhdao"] or said.startswith(("bat ", "gui ")):
        return True
    return False if turn.args == ["thoi"] or said.startswith(("tat ", "thoi ", "ngung ")) else None


@command("danhsachcham", who=LEADER, listed=False)
async def names(turn: Turn) -> Outgoing:
    """Tên các đơn vị chưa gửi báo cáo"""
    return await named(turn, await watched_directive(turn, turn.number(0)))
