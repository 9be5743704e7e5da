"""A JSON object out of a stranger's bytes, fit to be stored."""

from __future__ import annotations

import json
import re
from typing import Any

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""No database takes these in a text."""


def object_in(body: bytes) -> dict[str, Any] | None:
    """What it says, without characters that no database takes; None where it is no JSON object, or nested so deep that
    none could be meant."""
    try:
        found = _storable(json.loads(body))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(each) for key, each in value.items()}
    return value
