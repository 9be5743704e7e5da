"""What is made while nobody waits for it: one after another, written in a thread, what fails said once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

import structlog

from bot.files import Store, named
from db.base import is_away

log = structlog.get_logger()
Writer = Callable[[IO[bytes]], None]
Writers = Callable[[], Iterator[tuple[str, Writer]]]
"""The files of something by their names, each made when it is written."""


async def one_by_one(
    waiting: Iterable[int],
    make: Callable[[int], Awaitable[None]],
    give_up: Callable[[int, Exception], Awaitable[None]],
    what: str,
) -> None:
    """Of one that fails is told what went wrong, and the next has its turn; when the database is away none has."""
    for number in waiting:
        try:
            await make(number)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("a paper cannot be made", what=what, number=number)
            await give_up(number, error)


async def write(writers: Writers, store: Store) -> list[tuple[str, str]]:
    """The files in the store: their names and hashes. Raises NoSpace; then no draft is left."""
    drafts = await asyncio.to_thread(_drafts, writers, store)
    try:
        return [(name, (await store.adopt(path)).sha256) for name, path in drafts]
    finally:
        for _, path in drafts:
            path.unlink(missing_ok=True)


def _drafts(writers: Writers, store: Store) -> list[tuple[str, Path]]:
    drafts: list[tuple[str, Path]] = []
    try:
        for name, write_it in writers():
            with named():
                path = store.draft()
                drafts.append((name, path))
                with path.open("w+b") as out:
                    write_it(out)
    except BaseException:
        for _, path in drafts:
            path.unlink(missing_ok=True)
        raise
    return drafts
