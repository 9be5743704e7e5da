"""A state secret, by whatever door it came: refused, and nothing of it kept."""

from __future__ import annotations

from bot.documents import Secret
from bot.documents.secrecy import secret_level
from bot.messages import Outgoing
from bot.vi import directive as vi
from handlers import Turn


def stamp_of(turn: Turn) -> str | None:
    """`MẬT`, `TỐI MẬT` or `TUYỆT MẬT` on the file or in the words of this message."""
    return turn.prepared.level if isinstance(turn.prepared, Secret) else secret_level(turn.text)


async def refuse_secret(turn: Turn, level: str) -> Outgoing:
    """Its bytes go; the inbox forgets the update. Who sent it is warned."""
    for file in turn.incoming.files:
        if file.sha256:
            await turn.house.store.purge(file.sha256)
    turn.work.log("secret_refused", turn.contact)
    return vi.secret(level)
