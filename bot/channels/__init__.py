"""The channels in force, found by walking this package: a new channel is a new file, and no list to keep."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Protocol, cast

import aiohttp

from bot.channel import Channel
from bot.settings import Settings


class ChannelModule(Protocol):
    """What a file in this package offers; modules without `open_channel` are helpers of one that has it."""

    __name__: str

    def open_channel(self, settings: Settings, http: aiohttp.ClientSession, db: Any) -> Channel | None:
        """The channel, or None when the settings do not switch it on."""
        ...


def modules() -> Iterator[ChannelModule]:
    for info in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        if hasattr(module, "open_channel"):
            yield cast("ChannelModule", module)


def names() -> tuple[str, ...]:
    """Names of all channels there are, switched on or not; the module and its channel are named alike."""
    return tuple(module.__name__.rpartition(".")[2] for module in modules())


def open_channels(settings: Settings, http: aiohttp.ClientSession, db: Any = None) -> list[Channel]:
    """The channels switched on by `settings`. Opening speaks to nobody; `start` does."""
    opened = (module.open_channel(settings, http, db) for module in modules())
    return [channel for channel in opened if channel is not None]
