"""`make reader-report`: the reader against documents annotated by hand, field by field, and every miss.

The documents lie beside the project (`../shared/directives`) or where NHACVIEC_DIRECTIVES says: NAME.txt and
NAME.gold.json. A task counts when it is dated, periodic or a report: undated orders are annotated only in part.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.documents import read_text
from bot.documents.offices import expand
from bot.text import fold

Json = dict[str, Any]
FOLDER = Path(os.environ.get("NHACVIEC_DIRECTIVES") or Path(__file__).parents[2] / "shared" / "directives")
HEAD = ("number", "date", "issuer", "subject")
NOBODY = re.compile(r"các cơ quan, đơn vị|thành phần dự họp", re.IGNORECASE)
"""A group the annotator copied where the paper names nobody: the addressees."""
REPORTS = {"report", "periodic_report"}


@dataclass
class Score:
    """Hits among what was said (precision) and among what there is (recall), and a line for each miss."""

    said: int = 0
    right: int = 0
    there: int = 0
    found: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.there if self.there else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def value(self, name: str, mine: Any, gold: Any) -> None:
        """One value against one value."""
        same = key(mine) == key(gold)
        self.said, self.right = self.said + bool(mine), self.right + bool(mine and same)
        self.there, self.found = self.there + bool(gold), self.found + bool(gold and same)
        if not same:
            self.misses.append(f"{name}: {mine!r}, not {gold!r}")

    def names(self, name: str, mine: list[str], gold: list[str]) -> None:
        """A set of offices against a set of offices, groups spelled out and heads taken as their offices."""
        ours, theirs = offices(mine), offices(gold)
        self.said, self.right = self.said + len(ours), self.right + len(ours & theirs)
        self.there, self.found = self.there + len(theirs), self.found + len(ours & theirs)
        if ours != theirs:
            self.misses.append(f"{name}: too many {sorted(ours - theirs)}, missing {sorted(theirs - ours)}")

    def one(self, name: str, *, said: bool, there: bool, ok: bool) -> None:
        """One thing that was said, or is there, or both, and whether it is right."""
        self.said, self.right = self.said + said, self.right + (said and ok)
        self.there, self.found = self.there + there, self.found + (there and ok)
        if not ok:
            self.misses.append(name)


def key(value: Any) -> str:
    """Alike to a reader: marks and case aside, UBND as Ủy ban nhân dân."""
    return fold(str(value or "")).replace("uy ban nhan dan", "ubnd")


def offices(names: list[str]) -> set[str]:
    """Single offices; whose they are (`… của các tỉnh`, `… thuộc UBND tỉnh`) does not tell them apart."""
    return {key(re.split(r" (?:của|thuộc|trực thuộc) ", one)[0]) for name in names for one in expand(name)}


def documents(folder: Path = FOLDER) -> Iterator[tuple[str, Json, Json]]:
    """Name, annotation and reading of each document in `folder`."""
    for gold in sorted(folder.glob("*.gold.json")):
        name = gold.name.removesuffix(".gold.json")
        yield name, json.loads(gold.read_text()), read_text(gold.with_name(f"{name}.txt").read_text()).to_json()


def score(pairs: Iterator[tuple[str, Json, Json]]) -> dict[str, Score]:
    """A score for each field over all documents."""
    scores: defaultdict[str, Score] = defaultdict(Score)
    for name, gold, got in pairs:
        if gold["number"] is not None:  # else a follow-up table, which has no head
            for each in HEAD:
                scores[each].value(name, got[each], gold[each])
            scores["recipients"].names(name, got["recipients"], gold["recipients"])
        scores["secrecy"].value(name, got["classification"]["secrecy"], gold["classification"]["secrecy"])
        _score_tasks(scores, name, gold, got)
    return dict(scores)


def _score_tasks(scores: defaultdict[str, Score], name: str, gold: Json, got: Json) -> None:
    matched = match(got["tasks"], gold["tasks"])
    hit = {id(mine) for mine, _ in matched}
    met = {id(theirs): mine for mine, theirs in matched}
    for theirs in filter(counts, gold["tasks"]):
        label = f"{name} {theirs['no']} «{theirs['text_snippet'][:50]}»"
        mine = met.get(id(theirs))
        scores[sort(theirs)].one(f"{label} not found", said=False, there=True, ok=mine is not None)
        scores["all tasks"].one(label, said=False, there=True, ok=mine is not None)
        if mine:
            gold_names = theirs["assignees"]
            if all(map(NOBODY.fullmatch, gold_names)) and not all(map(NOBODY.fullmatch, mine["assignees"])):
                gold_names = got["offices"]
            scores["assignees"].names(label, mine["assignees"], gold_names)
        if theirs["due_date_iso"]:
            same = bool(mine and mine["due_date_iso"] == theirs["due_date_iso"])
            scores["due dates"].one(f"{label} {theirs['due_date_iso']} missed", said=False, there=True, ok=same)
    given = {id(mine): theirs for mine, theirs in matched}
    in_part = gold["doc_type"].startswith("chỉ thị")
    for mine in filter(counts, got["tasks"]):
        label = f"{name} {mine['no']} «{mine['text'][:50]}»"
        if "annotation covers" in gold["completeness"] and id(mine) not in hit:
            continue
        if id(mine) in hit or not in_part or sort(mine) != "reports":
            for one in (sort(mine), "all tasks"):
                scores[one].one(f"{label} is none", said=True, there=False, ok=id(mine) in hit)
        if mine["due_date_iso"]:
            right = id(mine) in given and given[id(mine)]["due_date_iso"] == mine["due_date_iso"]
            scores["due dates"].one(f"{label} {mine['due_date_iso']} wrong", said=True, there=False, ok=right)


def counts(task: Json) -> bool:
    return bool(task["due_date_iso"] or task["due_rule"] == "periodic" or task["kind"] in REPORTS)


def sort(task: Json) -> str:
    if task["due_date_iso"]:
        return "dated tasks"
    return "periodic tasks" if task["due_rule"] == "periodic" else "reports"


def match(mine: list[Json], gold: list[Json]) -> list[tuple[Json, Json]]:
    """Each task once: mine holds the words of theirs; the same date first, then the narrowest."""
    pairs = [(one, two) for one in mine for two in gold if key(two["text_snippet"]) in key(one["text"])]
    pairs.sort(key=lambda pair: (pair[0]["due_date_iso"] != pair[1]["due_date_iso"], len(pair[0]["text"])))
    taken: set[int] = set()
    found = []
    for one, two in pairs:
        if not {id(one), id(two)} & taken:
            taken |= {id(one), id(two)}
            found.append((one, two))
    return found


def invented(pairs: Iterator[tuple[str, Json, Json]]) -> list[str]:
    """Dates in documents that have none."""
    return [
        f"{name}: {task['due_date_iso']}"
        for name, gold, got in pairs
        if not any(task["due_date_iso"] for task in gold["tasks"])
        for task in got["tasks"]
        if task["due_date_iso"]
    ]


def main() -> int:
    pairs = list(documents())
    if not pairs:
        print(f"No annotated documents in {FOLDER}: set NHACVIEC_DIRECTIVES.")
        return 1
    scores = score(iter(pairs))
    print(f"{len(pairs)} documents\n\n| Field | Precision | Recall | F1 |\n|---|---|---|---|")
    for name, each in scores.items():
        counted = f"{each.precision:.3f} ({each.right}/{each.said}) | {each.recall:.3f} ({each.found}/{each.there})"
        print(f"| {name} | {counted} | {each.f1:.3f} |")
    print(f"\nDates in documents that have none: {', '.join(invented(iter(pairs))) or 'none'}\n")
    for name, each in scores.items():
        print("\n".join(f"{name}: {miss}" for miss in each.misses), end="\n" if each.misses else "")
    return 0


if __name__ == "__main__":
    sys.exit(main())
