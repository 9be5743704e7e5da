"""How people shorten an office's name."""

from __future__ import annotations

from bot.text import fold

_KINDS = ("phòng", "sở", "ban", "văn phòng", "thanh tra", "ủy ban nhân dân", "ubnd", "trung tâm", "trạm")
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


def spoken(name: str) -> set[str]:
    """What people call it in the middle of a sentence, folded: all of it or its beginning, with or without its kind;
    no single word."""
    key = fold(name)
    kind = next((fold(kind) for kind in _KINDS if key.startswith(fold(kind) + " ")), "")
    wholes = (key.split(), key.removeprefix(kind).split())
    return {" ".join(words[:count]) for words in wholes for count in range(2, len(words) + 1)}


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
    kind = next((each for each in map(fold, _KINDS) if folded.startswith(f"{each} ")), "")
    return kind, [word for word in folded.removeprefix(kind).split() if word not in _FOLDED_LINKS]


_FOLDED_LINKS = set(map(fold, _LINKS))
_BRIEF = {"uy ban nhan dan": "ubnd", "vp": "van phong", "p": "phong"}
