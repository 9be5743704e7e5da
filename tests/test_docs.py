"""What is written about commands and settings is what the code says. `WRITE_DOCS=1` writes it anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import handlers
from bot.__main__ import cli
from bot.settings import PREFIX, Settings
from bot.text import fold
from db.people import Role
from handlers import COMMANDS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
QUOTED = re.compile(r"<!-- chat: (?P<file>\S+) -->\n```\n(?P<lines>.*?)```", re.DOTALL)
TABLE = re.compile(r"(?<=<!-- commands -->\n).*?(?=<!-- end -->)", re.DOTALL)


def test_the_readme_lists_the_commands_there_are() -> None:
    found = README.read_text(encoding="utf-8")
    assert TABLE.search(found), "the README has lost its table"
    hold(README, TABLE.sub(lambda _: command_table(), found, count=1))


def test_every_setting_is_described() -> None:
    hold(ROOT / "docs" / "settings.md", settings_page())


def test_the_example_env_file_has_every_setting() -> None:
    hold(ROOT / ".env.example", env_example())


def test_the_readme_quotes_the_main_chat_word_for_word() -> None:
    found = QUOTED.search(README.read_text(encoding="utf-8"))
    assert found, "the README has lost its transcript"
    spoken = (ROOT / found["file"]).read_text(encoding="utf-8").partition("\n")[2]
    assert spoken.startswith(found["lines"])
    assert len(found["lines"].splitlines()) >= 10


@pytest.mark.parametrize("page", ["README.md", "docs/operations.md", "docs/huong-dan/quan-tri.md"])
def test_a_command_told_to_the_administrator_is_there(page: str) -> None:
    told = set(re.findall(r"(?:nhacviec-admin|bin/nhacviec) ([a-z][a-z-]+)", (ROOT / page).read_text(encoding="utf-8")))
    commands = {command.callback.__name__ for command in cli.registered_commands if command.callback}
    assert told <= commands | {group.name for group in cli.registered_groups}


GUIDES = ["don-vi", "nguoi-tong-hop", "lanh-dao"]


@pytest.mark.parametrize("guide", GUIDES)
def test_what_people_are_told_to_type_or_press_is_understood(guide: str) -> None:
    handlers.load()
    page = (ROOT / "docs" / "huong-dan" / f"{guide}.md").read_text(encoding="utf-8")
    told = re.findall(r"`([^`]+)`", page)
    assert told
    assert [words for words in told if not (handlers.intent(words) or fold(words).replace(" ", "") in COMMANDS)] == []
    spoken = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "vi").glob("*.py"))
    buttons = [re.sub(r"\d+", "", label) for label in re.findall(r"\[([^\]]+)\](?!\()", page)]
    assert [label for label in buttons if not all(word in spoken for word in label.split("  "))] == []


def test_the_readme_stays_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 120


def hold(path: Path, text: str) -> None:
    if os.environ.get("WRITE_DOCS"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"{path.name} is behind the code; write it with WRITE_DOCS=1"


def command_table() -> str:
    handlers.load()
    found = handlers.listed(set(Role))
    rows = sorted((who(command), " ".join(f"`/{name}`" for name in command.names), command.help) for command in found)
    return "\n".join(["| Who | Command | |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows), ""])


def who(command: handlers.Command) -> str:
    named = {handlers.EVERYONE: "everyone", handlers.COORDINATOR: "coordinator", handlers.REPORTING: "offices"}
    return {**named, handlers.WATCHERS: "coordinator, leader"}.get(command.who, "members")


def settings() -> list[tuple[str, str, str]]:
    """Name, default as one would write it, description."""
    return [
        (f"{PREFIX}{name}".upper(), written(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def written(default: object) -> str:
    if default is None:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


def settings_page() -> str:
    rows = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {text.replace('<', '&lt;')} |"
        for name, default, text in settings()
    ]
    intro = (
        "From the environment, else from `.env` in the working folder. A secret may lie in a file instead: "
        "put `_FILE` after its name and give the path."
    )
    return "\n".join(["# Settings", "", intro, "", "| Name | Default | |", "|---|---|---|", *rows, ""])


def env_example() -> str:
    lines = ["# Copy to .env and take the # away before what you set. Every line shows the default.", ""]
    for name, default, text in settings():
        lines += [f"# {text}", f"#{name}={default}", ""]
    return "\n".join(lines)


def test_the_administrators_command_knows_every_secret_of_the_service() -> None:
    service = (ROOT / "deploy" / "nhacviec.service").read_text(encoding="utf-8")
    admin = (ROOT / "deploy" / "nhacviec-admin").read_text(encoding="utf-8")
    known = dict(re.findall(r"^secret (\w+) (\w+)$", admin, re.MULTILINE))
    assert known == {name: variable for variable, name in re.findall(r"Environment=(\w+)_FILE=%d/(\w+)", service)}


def test_every_button_is_worth_a_command_that_is_there() -> None:
    handlers.load()
    written = "".join(path.read_text("utf-8") for path in (ROOT / "bot" / "vi").glob("*.py"))
    named = set(re.findall(r'"/([a-z]+)[ "{]', written))
    assert len(named) > 30
    assert named <= set(handlers.COMMANDS)
