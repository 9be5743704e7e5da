"""Logs: structlog over the standard library, and one place through which every line leaves, ours or not.

What leaves carries no token, no secret, no phone number and nothing people wrote. Libraries put them in URLs, `repr`s,
statements and tracebacks, so it is the last handler that holds them back, whatever level a logger was given.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, ExcInfo, Processor

Redact = Callable[[str], str]

_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{20,}")
_PHONE = re.compile(r"(?<![\w.])(?:\+?84[\s.-]?|0)[235789](?:[\s.-]?\d){8,9}(?!\w)")
_NAMED = re.compile(
    r"""((?:access_token|refresh_token|secret_key|appsecret_proof|code_verifier)["']*\s*[=:]\s*["']?)[^\s"'&,;})]+"""
)
_HOOK = re.compile(r"(?:(?<=/telegram/)|(?<=/zalo-bot/))[0-9a-f]{16,}|(?<=/(?:nop|tep)/)[\w-]{20,}")
_SHORTEST_SECRET = 6
# These tell URLs, statements with their values, or every beat of the clock.
_LOUD = ("telegram", "httpx", "httpcore", "sqlalchemy", "aiosqlite", "psycopg", "apscheduler", "asyncio", "alembic")
_WEBHOOKS = ("/telegram/", "/zalo", "/nop/", "/tep/")
# These say what a platform or the machine says; others may quote a person: `int("…")`, a broken constraint.
_TELLING = {"OSError", "OperationalError", "SendError"}
_EXCEPTION = re.compile(r"(?<=exception=)([\w.]+)\(.*\)(?=>)")


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """The last formatter: renders a record, its traceback included, and blots out what must not be read."""

    redact: Redact = staticmethod(lambda text: text)

    def format(self, record: logging.LogRecord) -> str:
        return self.redact(super().format(record))


class QuietLibraries(logging.Filter):
    """Drops what loud libraries say below a warning."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in _LOUD


class QuietPaths(logging.Filter):
    """Drops aiohttp's access lines of webhooks and links: their path is half the key to them, or all of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = str(getattr(record, "first_request_line", "")).partition(" ")[2]
        return not path.startswith(_WEBHOOKS)


def setup(level: str, as_json: bool, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """All logs to `stream` (stderr), as JSON lines or for reading. May be called again: the last call holds."""
    number = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(as_json, secrets))
    handler.addFilter(QuietLibraries())
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, RedactingFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(number)
    _hush(number)
    _configure(number)


def redactor(secrets: Iterable[str]) -> Redact:
    """Blots out bot tokens, what is called a token, paths of webhooks, Vietnamese phone numbers and these secrets, also
    in URLs and JSON."""
    forms = {form for secret in secrets if len(secret) >= _SHORTEST_SECRET for form in _forms(secret)}
    known = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) or r"(?!)")

    def redact(text: str) -> str:
        text = _NAMED.sub(r"\1[token]", _TOKEN.sub("[token]", known.sub("[secret]", text)))
        return _PHONE.sub("[phone]", _HOOK.sub("[path]", text))

    return redact


def _forms(secret: str) -> tuple[str, ...]:
    as_json = (json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
    return secret, quote(secret), quote(secret, safe=""), *as_json


def _formatter(as_json: bool, secrets: Iterable[str]) -> RedactingFormatter:
    rendered = structlog.processors.ExceptionRenderer(told)
    last: list[Processor] = [rendered, _json_renderer()] if as_json else [_console_renderer()]
    formatter = RedactingFormatter(
        foreign_pre_chain=_common(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    formatter.redact = redactor(secrets)
    return formatter


def _json_renderer() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def _console_renderer() -> Processor:
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=_write_told)


def _write_told(stream: TextIO, exc_info: ExcInfo) -> None:
    stream.write(f"\n{told(exc_info)}")


def told(exc_info: ExcInfo) -> str:
    """A traceback, causes first: where it happened and of which kind. No variables, and words only of what may tell."""
    return "\n".join(_told(exc_info[1], set()))


def _told(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, seen)
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)) + _named(error)
    for part in getattr(error, "exceptions", ()):
        yield from _told(part, seen)


def _named(error: BaseException) -> str:
    kinds = {kind.__name__ for kind in type(error).__mro__}
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{name}: {error}" if kinds & _TELLING else name


def _no_exceptions(_logger: object, _method: str, event: EventDict) -> EventDict:
    """asyncio tells of a lost task by its `repr`, and that by what the exception said."""
    event["event"] = _EXCEPTION.sub(r"\1(…)", str(event["event"]))
    return event


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _no_exceptions,
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
