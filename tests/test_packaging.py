"""What is shipped: locks that lead nowhere but the registry, names that are ours, verbs that list themselves."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot import metrics

ROOT = Path(__file__).parent.parent
OURS = ("bot", "handlers", "scheduler", "db")
DEPLOY = ROOT / "deploy"
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
VERBS = {"setup", "demo", "test", "check", "fix", "bench", "migrate"}
ELSEWHERE = re.compile(r"https?://|file://|--index|--extra-index|--find-links|^-e\b|^-i\b|@ *git", re.MULTILINE)


def names(path: Path) -> set[str]:
    return {line.split("==")[0].split("[")[0] for line in path.read_text().splitlines() if re.match(r"[a-z0-9]", line)}


def test_there_is_a_lock_for_users_one_for_developers_and_one_for_the_peers_of_the_bench() -> None:
    base, bench, dev = LOCKS
    assert [base.name, bench.name, dev.name] == ["base.lock", "bench.lock", "dev.lock"]
    assert names(base) < names(dev)
    assert "aiogram" in names(bench) - names(dev)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_place_to_download_from(lock: Path) -> None:
    assert ELSEWHERE.findall(lock.read_text()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_is_pinned_and_hashed(lock: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text())
    unpinned = [entry.splitlines()[0] for entry in entries if not re.match(r"[a-z0-9._-]+(\[[^]]+\])?==\S+", entry)]
    unhashed = [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert (unpinned, unhashed) == ([], [])


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {re.split(r"[\[<>=~!; ]", line)[0] for line in project["project"]["dependencies"]}
    assert wanted - names(LOCKS[0]) == set()


@pytest.mark.parametrize("name", OURS)
def test_the_package_of_this_name_is_ours(name: str) -> None:
    """PyPI has packages called `scheduler` and `db` that overwrite ours in a shared environment."""
    found = importlib.import_module(name).__file__
    assert found is not None
    assert Path(found).is_relative_to(ROOT)


def test_no_top_level_module_hides_one_of_the_standard_library() -> None:
    modules = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {path.stem for path in ROOT.glob("*.py")}
    assert modules >= set(OURS)
    assert modules & set(sys.stdlib_module_names) == set()


def test_the_wheel_holds_the_four_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert tuple(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == OURS


def test_the_changelog_knows_this_version_or_has_something_unreleased() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    latest = re.findall(r"^## \[?([^\]\n ]+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0]
    assert latest in {version, "Unreleased"}


def test_make_lists_its_verbs() -> None:
    shown = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make (\w+)", shown, re.MULTILINE)) >= VERBS


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """Our units, starting something that is there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    for unit in [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]:
        (tmp_path / unit.name).write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text()))
    return sorted(tmp_path.iterdir())


def test_systemd_finds_no_fault_with_the_units_and_little_exposed(units: list[Path]) -> None:
    said = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    for unit in (unit for unit in units if unit.suffix == ".service"):
        security = ["systemd-analyze", "security", "--offline=yes", "--no-pager", unit]
        shown = subprocess.run(security, capture_output=True, text=True, check=True).stdout
        exposed = re.search(r"exposure level for \S+: ([\d.]+)", shown)
        assert exposed, shown
        assert float(exposed[1]) <= 3.0


def test_alerts_watch_metrics_there_are() -> None:
    watched = set(re.findall(r"nhacviec_\w+", (DEPLOY / "alerts.yml").read_text()))
    assert watched <= set(re.findall(r"^# TYPE (\w+)", metrics.page().decode(), re.MULTILINE))
    assert len(watched) >= 4
