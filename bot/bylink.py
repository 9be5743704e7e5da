"""How a file that came by a link stands in the queue: as a message of the chat in which the link was given."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.messages import Address, FileKind, Incoming, InFile, Seen

CHANNEL = "link"
"""What such rows are called in the queue; people speak through their own channel."""


def key_of(link_id: int, number: int) -> str:
    return f"{link_id}:{number}"


def link_of(key: str) -> int:
    return int(key.partition(":")[0])


def body_of(incoming: Incoming) -> bytes:
    return json.dumps(asdict(incoming), default=datetime.isoformat).encode()


def read(payload: dict[str, Any]) -> Incoming:
    """The message again. Pure."""
    return Incoming(
        **{
            **payload,
            "chat": Address(**payload["chat"]),
            "sender": Address(**payload["sender"]),
            "at": datetime.fromisoformat(payload["at"]),
            "files": tuple(_file(file) for file in payload["files"]),
        }
    )


def _file(data: dict[str, Any]) -> InFile:
    return InFile(**{**data, "kind": FileKind(data["kind"]), "seen": Seen.from_json(data.get("seen", {}))})
