"""A file somebody sent: fetched into our store and looked at, or the problem with it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from bot.channel import Channel, SendError, TooBigToFetch
from bot.files import NoSpace, Problem, Store, TooBig, inspect, safe_name
from bot.messages import FileKind, InFile

log = structlog.get_logger()
_UNFETCHED = {FileKind.STICKER: Problem.STICKER, FileKind.VIDEO: Problem.VIDEO, FileKind.UNSEEN: Problem.UNSEEN}


async def take_in(channel: Channel, store: Store, file: InFile) -> InFile:
    """With its hash once it is in the store and good, else with its problem; a voice note is left as it is."""
    if file.sha256 is not None:  # by a link, which brings only such files
        here = store.exists(file.sha256)
        return file if here else replace(file, sha256=None, problem=Problem.UNREACHABLE.value)
    file = replace(file, name=safe_name(file.name))
    if file.kind == FileKind.VOICE:
        return file
    if (problem := _known_problem(channel, file)) is not None:
        return replace(file, problem=problem.value)
    try:
        kept = await store.keep(channel.fetch(file), limit=channel.capabilities.download_limit)
    except (TooBig, TooBigToFetch):
        return replace(file, problem=Problem.TOO_BIG.value)
    except NoSpace:
        log.error("no space left for files")
        return replace(file, problem=Problem.NO_SPACE.value)
    except SendError:
        return replace(file, problem=Problem.UNREACHABLE.value)
    if (problem := await asyncio.to_thread(inspect, kept.path, file.name, file.kind)) is not None:
        # Not purged here: the same bytes may be a report that came under a better name.
        return replace(file, problem=problem.value)
    return replace(file, size=kept.size, sha256=kept.sha256)


def _known_problem(channel: Channel, file: InFile) -> Problem | None:
    """What need not be fetched to be refused."""
    if not channel.capabilities.files_in and file.kind == FileKind.DOCUMENT:
        return Problem.NO_FILES
    return _UNFETCHED.get(file.kind)
