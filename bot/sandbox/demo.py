"""The demo: the whole main job on this machine."""

from __future__ import annotations

from pathlib import Path


async def play_script(directive: Path | None) -> int:
    return 1


async def serve_page(directive: Path | None, port: int, open_browser: bool) -> None:
    return None
