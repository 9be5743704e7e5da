"""The parameters of a call, whichever of the four ways they came: query, JSON, urlencoded or multipart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.telegram_errors import bad
from bot.sandbox.telegram_model import Json

NESTED = {
    "allowed_updates",
    "caption_entities",
    "commands",
    "entities",
    "link_preview_options",
    "reaction",
    "reply_markup",
    "reply_parameters",
    "scope",
}


@dataclass(frozen=True, slots=True)
class Uploaded:
    name: str
    mime: str
    data: bytes


class Params:
    def __init__(self, values: Json) -> None:
        self.values = values

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, default: int = 0) -> int:
        try:
            return int(self.values.get(name) or default)
        except (TypeError, ValueError):
            raise bad(f'field "{name}" must be of type Number') from None

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes")

    def nested(self, name: str) -> Any:
        return self.values.get(name)

    def upload(self, name: str) -> Uploaded | None:
        """The bytes sent along, directly or as `attach://<part>`."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.values.get(value.removeprefix("attach://"))
        return value if isinstance(value, Uploaded) else None

    def shown(self) -> Json:
        """For the list of calls: a file by its name, its bytes forgotten."""
        return {key: value.name if isinstance(value, Uploaded) else value for key, value in self.values.items()}


async def read(request: web.Request) -> Params:
    values: Json = dict(request.query)
    if request.content_type == "application/json":
        values |= _decoded("body", await request.text())
    elif request.method == "POST":
        values |= {key: _value(value) for key, value in (await request.post()).items()}
    return Params({key: _decoded(key, value) if key in NESTED else value for key, value in values.items()})


def _value(value: str | bytes | bytearray | web.FileField) -> str | Uploaded:
    if isinstance(value, web.FileField):
        with value.file as file:
            return Uploaded(value.filename, value.content_type, file.read())
    return value if isinstance(value, str) else bytes(value).decode()


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else None
    except ValueError:
        raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
