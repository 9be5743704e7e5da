"""Logs: structlog over the standard library, and one place through which every line leaves, ours or not.

What leaves carries no token, no secret and no phone number: httpx, PTB and aiohttp put them in URLs, `repr`s and
tracebacks, so the last formatter is the only place that sees them all.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable
from typing import TextIO
from urllib.parse import quote

import structlog
from structlog.typing import Processor

Redact = Callable[[str], str]

_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{20,}")
_PHONE = re.compile(r"(?<![\w.])(?:\+?84[\s.-]?|0)[235789](?:[\s.-]?\d){8,9}(?!\w)")
_SHORTEST_SECRET = 6
# These tell URLs, statements with their values, or every beat of the clock.
_LOUD = ("telegram", "httpx", "httpcore", "sqlalchemy", "aiosqlite", "psycopg", "apscheduler", "asyncio", "alembic")
_WEBHOOKS = ("/telegram/", "/zalo")


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """The last formatter: renders a record, its traceback included, and blots out what must not be read."""

    redact: Redact = staticmethod(lambda text: text)

    def format(self, record: logging.LogRecord) -> str:
        return self.redact(super().format(record))


class QuietPaths(logging.Filter):
    """Drops aiohttp's access lines of webhooks: their path is half the key to them."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = str(getattr(record, "first_request_line", "")).partition(" ")[2]
        return not path.startswith(_WEBHOOKS)


def setup(level: str, as_json: bool, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """All logs to `stream` (stderr), as JSON lines or for reading. May be called again: the last call holds."""
    number = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(as_json, secrets))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, RedactingFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(number)
    _hush(number)
    _configure(number)


def redactor(secrets: Iterable[str]) -> Redact:
    """Blots out bot tokens, Vietnamese phone numbers and these secrets, also as they stand in URLs and JSON."""
    forms = {form for secret in secrets if len(secret) >= _SHORTEST_SECRET for form in _forms(secret)}
    known = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) or r"(?!)")

    def redact(text: str) -> str:
        return _PHONE.sub("[phone]", _TOKEN.sub("[token]", known.sub("[secret]", text)))

    return redact


def _forms(secret: str) -> tuple[str, ...]:
    as_json = (json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
    return secret, quote(secret), quote(secret, safe=""), *as_json


def _formatter(as_json: bool, secrets: Iterable[str]) -> RedactingFormatter:
    last = [structlog.processors.format_exc_info, _json_renderer()] if as_json else [_console_renderer()]
    formatter = RedactingFormatter(
        foreign_pre_chain=_common(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    formatter.redact = redactor(secrets)
    return formatter


def _json_renderer() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def _console_renderer() -> Processor:
    # The default, where rich is installed, prints local variables: messages, numbers, tokens.
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _hush(number: int) -> None:
    for name in _LOUD:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    access = logging.getLogger("aiohttp.access")
    if not any(isinstance(old, QuietPaths) for old in access.filters):
        access.addFilter(QuietPaths())


def _configure(number: int) -> None:
    structlog.configure(
        processors=[*_common(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        cache_logger_on_first_use=False,
    )
