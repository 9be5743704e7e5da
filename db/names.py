"""How people shorten an office's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.text import fold

_KINDS = ("phòng", "sở", "ban", "văn phòng", "thanh tra", "ủy ban nhân dân", "ubnd", "trung tâm", "trạm")
_FOLDED_KINDS = [fold(kind) for kind in _KINDS]
_LINKS = {"và", "-", "các", "cấp", "của", "huyện", "tỉnh", "xã"}


def initials(name: str) -> str:
    """`Phòng Tài chính - Kế hoạch` → TCKH; the kind of office counts only when nothing else is left."""
    words = [word for word in name.replace("-", " ").split() if word.casefold() not in _LINKS]
    lowered = name.casefold()
    for kind in _KINDS:
        if lowered.startswith(kind + " ") and len(words) > len(kind.split()):
            words = words[len(kind.split()) :]
            break
    return "".join(word[0].upper() for word in words)[:20] or "DV"


def spoken(key: str) -> set[str]:
    """What people call the office of this folded name in the middle of a sentence: all of it or its beginning, with or
    without its kind; no single word."""
    kind = next((kind for kind in _FOLDED_KINDS if key.startswith(f"{kind} ")), "")
    wholes = (key.split(), key.removeprefix(kind).split())
    return {" ".join(words[:count]) for words in wholes for count in range(2, len(words) + 1)}


@dataclass(frozen=True)
class Said:
    """A name somewhere in somebody's words, from letter `start` to before `end`: `by` are the ids of who bears it.
    `opens`: the words begin with it; `rest` follows it."""

    by: frozenset[int]
    start: int
    end: int
    opens: bool
    rest: str


@dataclass
class Ways:
    """How offices are called, folded and without «và»: names and aliases in full, beginnings of names, and letters as
    they are written and folded."""

    full: dict[str, int] = field(default_factory=dict)
    begun: dict[str, set[int]] = field(default_factory=dict)
    letters: dict[str, set[int]] = field(default_factory=dict)
    folded: dict[str, set[int]] = field(default_factory=dict)

    def add(self, office: int, key: str, short: str) -> None:
        """An office by its folded name and its letters."""
        self.full[_bare(key)] = office
        self.letters.setdefault(short, set()).add(office)
        self.folded.setdefault(fold(short), set()).add(office)
        for way in spoken(key):
            self.begun.setdefault(_bare(way), set()).add(office)

    def add_aliases(self, found: Iterable[tuple[str, int]]) -> None:
        """A name in full goes before another's alias."""
        for key, office in found:
            self.full.setdefault(_bare(key), office)

    def said_in(self, text: str, *, listed: bool = False) -> list[Said]:
        """Every office named in it, in order; of names within one another the longest. `listed`: it is a list of names,
        where letters in any writing are one too."""
        words = [each for each in _WORD.finditer(text) if fold(each[0]) != "va"][:MOST_WORDS]
        folded = [fold(each[0]) for each in words]
        opening = next((place for place, word in enumerate(folded) if word not in _LEADS), len(folded))
        said = []
        for span, by in self._spans(words, folded, len(words) if listed else opening, listed=listed):
            opens, (start, end) = span.start <= opening, (words[span.start].start(), words[span.stop - 1].end())
            if opens:  # a name that follows «và» opens the words with the one before
                opening = next((n for n in range(span.stop, len(folded)) if folded[n] not in _WITH), len(folded))
            said.append(Said(frozenset(by), start, end, opens, text[end:].lstrip(" ,;:.–-")))
        return said

    def _spans(
        self, words: Sequence[re.Match[str]], folded: Sequence[str], first: int, *, listed: bool
    ) -> list[tuple[range, set[int]]]:
        """Which of these words are names, in order; single words are looked for up to the `first`."""
        found: list[tuple[range, set[int]]] = []
        taken = [False] * len(words)
        ending = {n for n, (word, after) in enumerate(pairwise(words)) if _listed_on(word, after)}
        for length in range(min(LONGEST, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                if any(taken[start : start + length]) or (length > 1 and start in ending):
                    continue
                key = " ".join(folded[start : start + length])
                by = self._by(key) if length > 1 else self._by_word(words[start][0], key, first=start <= first)
                if by := (self.folded.get(key) if listed else None) or by:
                    found.append((range(start, start + length), by))
                    taken[start : start + length] = [True] * length
        return sorted(found, key=lambda pair: pair[0].start)

    def _by(self, key: str) -> set[int]:
        letters = "" if _VOWEL.search(key) else key.replace(" ", "")  # KT&HT
        whole = self.full.get(key) or self.full.get(letters)
        return {whole} if whole else self.begun.get(key, set())

    def _by_word(self, word: str, key: str, *, first: bool) -> set[int]:
        """One word is a name only where a name is looked for, in capitals, or as letters too long to be a word."""
        if word in self.letters:
            return self.letters[word]
        plain = len(key) >= LETTERS and not _VOWEL.search(key)
        return {self.full[key]} if key in self.full and (first or word.isupper() or plain) else set()


def _listed_on(word: re.Match[str], after: re.Match[str]) -> bool:
    """Whether a list goes on right behind this kind of office: in «Văn phòng, Tư pháp» there is no «phòng Tư pháp».
    Further on a name may have a comma itself."""
    return fold(word[0]) in _FOLDED_KINDS and not _APART.isdisjoint(word.string[word.end() : after.start()])


LONGEST, MOST_WORDS, LETTERS = 12, 4000, 4
_WORD = re.compile(r"[^\W_]+")
_VOWEL = re.compile(r"[aeiouy]")
_APART = frozenset(",;\n")
_WITH = {"voi", "cung"}
_LEADS = {"cho", "cua", "ben", "giup", "bao", "cao", "don", "vi", "cac"}


def _bare(key: str) -> str:
    return " ".join(word for word in key.split() if word != "va") if " va " in key else key


def short_names(name: str) -> list[str]:
    """Ways people shorten a name: without its kind, and the kind's letter before the initials."""
    lowered = name.casefold()
    kind = next((kind for kind in _KINDS if lowered.startswith(kind + " ")), None)
    if kind is None:
        return []
    rest = name[len(kind) :].strip()
    letter = "".join(word[0] for word in kind.split())
    bare = " ".join(word for word in name.split() if word.casefold() not in {"huyện", "tỉnh", "xã"})
    return [rest, f"{letter}.{initials(name)}", f"{letter}{initials(name)}", bare, f"{letter}. {rest}"]


def likeness(name: str, other: str, short: str = "") -> float:
    """How much two names may be of one office, 0 to 1: the share of their words that both have; none where they are of
    two kinds. Letters such as `P.VHTT-DL` are like those in `short` where they begin with them."""
    kind, words = _parts(name)
    other_kind, others = _parts(other)
    if kind and other_kind and kind != other_kind:
        return 0.0
    letters = "".join(words)
    if len(short) > 2 and len(words) < 3 and letters.startswith(fold(short).replace(" ", "")):
        return 0.9
    both, either = set(words) & set(others), {*words, *others}
    return len(both) / len(either) if both else 0.0


def _parts(name: str) -> tuple[str, list[str]]:
    """The kind and the other words, folded and in order."""
    folded = fold(name)
    for full, brief in _BRIEF.items():
        if folded.startswith(f"{full} "):
            folded = f"{brief} {folded.removeprefix(full).strip()}"
    kind = next((each for each in _FOLDED_KINDS if folded.startswith(f"{each} ")), "")
    return kind, [word for word in folded.removeprefix(kind).split() if word not in _FOLDED_LINKS]


_FOLDED_LINKS = set(map(fold, _LINKS))
_BRIEF = {"uy ban nhan dan": "ubnd", "vp": "van phong", "p": "phong"}
