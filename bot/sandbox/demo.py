"""The demo: the whole main job on this machine, in the terminal or on a page of phones."""

from __future__ import annotations

import logging
from pathlib import Path

from bot.documents import DocumentError
from bot.logs import setup
from bot.sandbox.script import DEFAULT, play


async def play_script(directive: Path | None) -> int:
    """The tour in the terminal; 0 when it went to the end."""
    setup("WARNING", False)
    logging.getLogger().setLevel(logging.WARNING)
    try:
        return await play(directive or DEFAULT, print)
    except (DocumentError, OSError) as error:
        print(error)
        return 2


async def serve_page(directive: Path | None, port: int, open_browser: bool) -> None:
    raise SystemExit("Trang điện thoại chưa sẵn sàng; dùng: nhacviec demo --script")
