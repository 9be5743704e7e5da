"""Where a person hands in files that their chat cannot carry."""

from __future__ import annotations

from handlers import Turn


async def upload_link(turn: Turn) -> str | None:
    """The address of this person's upload page; None while there is none."""
    return None
