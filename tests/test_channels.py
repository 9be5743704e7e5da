"""Every channel there is keeps the contract: recorded payloads are read, failures have names, limits are stated.

A channel brings `tests/wire/<name>/*.json` (about, received_at, payload, reads) and, in `tests/test_<name>_channel.py`,
a table `FAILURES` of what its wire raises and the failure it must become.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import channels
from bot.channel import Blocked, Capabilities, OutsideWindow, Rejected, Throttled, Unreachable
from bot.messages import Address
from bot.sandbox.hands import HANDS
from bot.settings import PREFIX, Settings

WIRE = Path(__file__).parent / "wire"
NAMES = channels.names()


def wire_files() -> list[Any]:
    paths = [path for name in NAMES for path in sorted((WIRE / name).glob("*.json"))]
    return [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in paths]


@cache
def module(name: str) -> Any:
    return import_module(f"bot.channels.{name}")


def plain(value: Any) -> Any:
    """A reading as JSON would hold it, without what is empty."""
    if isinstance(value, Address):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if slots := getattr(value, "__slots__", None):
        held = {slot: plain(getattr(value, slot)) for slot in slots}
        return {slot: each for slot, each in held.items() if each}
    return value


@pytest.mark.parametrize("path", wire_files())
def test_a_recorded_payload_is_read_as_its_file_says(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    reading = module(path.parent.name).read(case["payload"], datetime.fromisoformat(case["received_at"]))
    assert {"is": type(reading).__name__, **plain(reading)} == case["reads"], case["about"]


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_has_at_least_six_recorded_payloads(name: str) -> None:
    assert len(list((WIRE / name).glob("*.json"))) >= 6


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_has_a_platform_on_this_machine_and_hands_for_its_phones(name: str) -> None:
    assert import_module(f"bot.sandbox.{name}")
    assert name in HANDS


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_states_what_it_can_carry(name: str) -> None:
    can: Capabilities = module(name).CAPABILITIES
    assert can.text_limit > 0
    assert can.pace > 0
    assert bool(can.upload_limit) == can.files_out


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_names_every_failure_it_can_meet(name: str) -> None:
    table = import_module(f"test_{name}_channel").FAILURES
    for raised, expected in table:
        named = module(name).failure(raised)
        assert (type(named), named.args) == (type(expected), expected.args), raised
        assert getattr(named, "maybe_sent", None) == getattr(expected, "maybe_sent", None), raised
    must_name = {Throttled, Unreachable, Blocked, Rejected} | (
        {OutsideWindow} if module(name).CAPABILITIES.window else set()
    )
    assert must_name <= {type(expected) for _, expected in table}


async def test_a_channel_without_its_settings_stays_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(variable)
    async with aiohttp.ClientSession() as http:
        assert channels.open_channels(Settings(_env_file=None), http) == []


def test_helper_modules_are_no_channels() -> None:
    assert not [name for name in NAMES if not hasattr(module(name), "open_channel")]
    assert "telegram" in NAMES
    assert "telegram_read" not in NAMES
    assert "zalo_bot" in NAMES
