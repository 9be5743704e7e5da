"""A state secret, by whatever door it came: refused, and nothing of it kept."""

from __future__ import annotations

from bot.documents import Secret
from bot.documents.secrecy import secret_level
from bot.messages import Outgoing
from bot.vi import directive as vi
from db.held import refers_to
from handlers import Turn


def stamp_of(turn: Turn) -> str | None:
    """`MẬT`, `TỐI MẬT` or `TUYỆT MẬT` on the file or in the words of this message."""
    return turn.prepared.level if isinstance(turn.prepared, Secret) else secret_level(turn.text)


async def refuse_secret(turn: Turn, level: str) -> Outgoing:
    """Its bytes go; the inbox forgets the update. Who sent it is warned."""
    in_content = isinstance(turn.prepared, Secret)
    for file in turn.incoming.files:
        # Words beside a file are no reason to take it from somebody else who sent the same bytes.
        if file.sha256 and (in_content or not await refers_to(turn.work.session, file.sha256)):
            await turn.house.store.purge(file.sha256)
    turn.work.log("secret_refused", turn.contact)
    return vi.secret(level)
