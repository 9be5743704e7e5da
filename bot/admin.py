"""The administrator's commands: backup, restore, doctor. `bot.__main__` puts them on the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from bot.settings import PREFIX, Settings

if TYPE_CHECKING:
    from bot.doctor import Finding

OK, WARNING, FAILURE = 0, 1, 2


def backup(
    dest: Annotated[Path | None, typer.Argument(help="Folder of the archives; DATA_DIR-backups by default.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="Remove older archives beyond this many.")] = None,
) -> None:
    """Copy the database and the files into one archive, while the bot runs.

    Exit code 0: whole. 1: made, but files the database refers to were lost. 2: not made.
    """
    from bot.backup import backup as make
    from bot.backup import default_folder
    from bot.clocks import SystemClock
    from bot.vi import admin as vi

    settings = Settings()
    with _explained():
        made = make(settings, dest or default_folder(settings), SystemClock().now(), keep)
        typer.echo(vi.made(made.path, made.size, made.files))
        if made.lost:
            typer.echo(vi.lost(made.lost), err=True)
            raise typer.Exit(WARNING)


def restore(
    archive: Path,
    into: Annotated[Path | None, typer.Option(help="Data folder to restore into; DATA_DIR by default.")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="Check the archive and touch no data.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Move aside the data that is there.")] = False,
) -> None:
    """Put a backup in the place of the data, or only check it with --verify. Stop the bot first.

    Exit code 0: done. 1: done, but the archive was made without files that were lost before. 2: refused.
    """
    from bot.clocks import SystemClock
    from bot.restore import restore as put_back
    from bot.restore import verify as check
    from bot.vi import admin as vi

    with _explained():
        if verify:
            found = check(archive)
            typer.echo(vi.whole(found.made_at, found.schema_, len(found.blobs)))
        else:
            settings = Settings()
            found = put_back(settings, archive, into, SystemClock().now(), force=force)
            typer.echo(vi.restored(into or settings.data_dir, found.made_at))
        if found.lost:
            typer.echo(vi.lost(found.lost), err=True)
            raise typer.Exit(WARNING)


@contextmanager
def _explained() -> Iterator[None]:
    """What went wrong as one sentence that says what to do."""
    from bot.archive import Damaged
    from bot.restore import Refused
    from bot.vi import admin as vi
    from db.snapshot import Unfit

    try:
        yield
        return
    except Refused as refused:
        sentence = str(refused)
    except Damaged as damaged:
        sentence = vi.damaged(damaged.harm, damaged.name)
    except Unfit as unfit:
        sentence = vi.unfit(unfit.flaw, unfit.detail)
    except OSError as error:
        sentence = vi.failed(str(error))
    typer.echo(sentence, err=True)
    raise typer.Exit(FAILURE)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines for people.")] = False,
) -> None:
    """Look for what is wrong and say what to do about it.

    Exit code 0: all is well. 1: something to look after. 2: something is broken.

    With --json: {"status": S, "checks": [{"name": N, "status": S, "message": M}, …]}, where S is "ok", "warning" or
    "failure" (the worst of all, then each one's own), N is a stable name such as "database", "schema", "disk",
    "calendar", "scans", "telegram", "telegram.clock", "telegram.door", "queue.received", "queue.reminders",
    "queue.deliveries", "aside", "service", "public" or "settings", and M is a sentence for people.
    """
    from bot.clocks import SystemClock
    from bot.doctor import Doctor, worst
    from bot.logs import redactor, setup

    try:
        settings = Settings()
    except (ValidationError, OSError) as error:
        findings, secrets = [_settings_wrong(error)], []
    else:
        secrets = settings.secrets
        setup("ERROR", False, secrets)
        findings = asyncio.run(Doctor(settings, SystemClock()).examine())
    typer.echo(redactor(secrets)(_as_json(findings) if as_json else _as_lines(findings)))
    raise typer.Exit(worst(findings))


def _settings_wrong(error: ValidationError | OSError) -> Finding:
    """Which names, never their values."""
    from bot.doctor import Finding, Status
    from bot.vi import doctor as vi

    if isinstance(error, OSError):
        names = {str(error.filename)}
    else:
        places = (str(wrong["loc"][0]) for wrong in error.errors(include_input=False) if wrong["loc"])
        names = {f"{PREFIX}{place}".upper() for place in places}
    return Finding("settings", Status.FAILURE, vi.settings_wrong(sorted(names)))


def _as_lines(findings: list[Finding]) -> str:
    from bot.doctor import worst
    from bot.vi import doctor as vi

    lines = [f"{vi.MARKS[finding.status.name.lower()]:<6} {finding.message}" for finding in findings]
    return "\n".join([*lines, vi.SUMMARY[worst(findings).name.lower()]])


def _as_json(findings: list[Finding]) -> str:
    from bot.doctor import worst

    checks = [
        {"name": finding.name, "status": finding.status.name.lower(), "message": finding.message}
        for finding in findings
    ]
    return json.dumps({"status": worst(findings).name.lower(), "checks": checks}, ensure_ascii=False, indent=1)
