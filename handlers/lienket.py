"""Links by which files come and go: a new one to the page that takes them, and none any more."""

from __future__ import annotations

from bot.messages import Outgoing
from bot.vi import upload as vi
from db.directives import Assignment
from db.downloads import revoke_downloads
from db.people import Role
from db.uploads import revoke_links
from handlers import Turn, command
from handlers.deeds.links import upload_link
from handlers.deeds.owed import open_lines, own


@command("lienket", says=r"^(cho |lay |xin |gui )?(lien ket|link)\b|\b(tep|file) (lon|nang|qua lon)\b", listed=False)
async def give(turn: Turn) -> Outgoing:
    """Lấy liên kết gửi tệp báo cáo trên trang web"""
    assignment = await _meant(turn)
    link = await upload_link(turn, assignment)
    return vi.given(link, assignment) if link else vi.no_page()


async def _meant(turn: Turn) -> Assignment | None:
    """The one named, or the only one owed; what a coordinator sends may be a directive."""
    if turn.number(0) is not None:
        return await own(turn, turn.number(0))
    owed = [each for each in await open_lines(turn) if each.missing_parts or not (each.reported or each.claimed)]
    return owed[0].assignment if len(owed) == 1 and not turn.holds(Role.COORDINATOR) else None


@command("huylienket", says=r"^(huy|khoa|thu hoi) (lien ket|link)\b", listed=False)
async def revoke(turn: Turn) -> Outgoing:
    """Huỷ các liên kết gửi tệp và tải tệp đã có"""
    assert turn.person is not None
    mine = turn.work.session, turn.person.id, turn.work.now
    ways_in, ways_out = await revoke_links(*mine), await revoke_downloads(*mine)
    turn.work.log("links_revoked", turn.contact)
    return vi.revoked(ways_in, ways_out)
