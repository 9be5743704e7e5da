"""The ZIP of the files offices sent: named, listed, hashed, and the same each time."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import docx
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents.report import (
    Collection,
    SentFile,
    write_files,
)
from bot.documents.report.files import CHANGED, GONE, HASHES, INDEX, name_of
from tests.report_samples import MADE
from tests.report_tools import ANY, body, made, parts, texts


def sent(folder: Path, place: int, office: str, name: str, content: bytes, version: int = 1) -> SentFile:
    path = folder / hashlib.sha256(content).hexdigest()
    path.write_bytes(content)
    return SentFile(place, office, version, name, path.name, path, MADE, "bản ký")


def collection(files: Iterable[SentFile], number: str = "912/UBND-TTHC", count: int = 9) -> Collection:
    return Collection("Kết quả cải cách hành chính", number, count, files, ("Thanh tra huyện",), MADE)


def test_files_are_named_by_place_office_number_and_version(tmp_path: Path) -> None:
    a = sent(tmp_path, 1, "Phòng Nội vụ", "Báo cáo.PDF", b"a", 2)
    assert name_of(a, "912/UBND-TTHC", 9) == "01_Phòng Nội vụ_912-UBND-TTHC_v2.pdf"
    assert name_of(a, "/UBND-TTHC", 1000) == "0001_Phòng Nội vụ_UBND-TTHC_v2.pdf"
    assert name_of(replace(a, name="không đuôi"), "", 9) == "01_Phòng Nội vụ_CV_v2.bin"


def test_the_zip_has_every_file_as_it_was_sent_an_index_and_hashes(tmp_path: Path) -> None:
    files = [
        sent(tmp_path, 1, "Phòng Nội vụ", "a.pdf", b"a", 2),
        sent(tmp_path, 1, "Phòng Nội vụ", "b.pdf", b"b", 2),
        sent(tmp_path, 7, "Phòng Y tế", "c.docx", b"c"),
    ]
    gone = replace(files[0], place=8, office="Phòng Tư pháp", path=tmp_path / "khong-co")
    changed = replace(files[1], place=9, office="Thanh tra", path=files[2].path)
    held = parts(made(write_files, collection([*files, gone, changed])))
    stem = "912-UBND-TTHC"
    kept = {
        f"01_Phòng Nội vụ_{stem}_v2.pdf": b"a",
        f"01_Phòng Nội vụ_{stem}_v2_2.pdf": b"b",
        f"07_Phòng Y tế_{stem}_v1.docx": b"c",
    }
    assert {name: data for name, data in held.items() if not name.startswith("00_")} == kept
    sums = dict(reversed(line.split("  ", 1)) for line in held[HASHES].decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in held.items() if name != HASHES}
    table = docx.Document(io.BytesIO(held[INDEX])).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
    assert [row[1] for row in rows][:3] == list(kept)
    assert rows[0][2:] == ["Phòng Nội vụ", "2", "09:30 17/5/2024", "a.pdf", "bản ký"]
    assert [row[6] for row in rows[3:]] == [GONE, CHANGED]
    assert "Đơn vị không có tệp: Thanh tra huyện." in texts(body(held[INDEX]))


def test_the_same_files_give_the_same_zip(tmp_path: Path) -> None:
    files = [sent(tmp_path, n, f"Đơn vị {n}", "a.pdf", str(n).encode()) for n in range(1, 5)]
    assert made(write_files, collection(files)) == made(write_files, collection(iter(files)))


@given(st.lists(st.tuples(ANY, ANY), min_size=1, max_size=12), ANY)
@settings(max_examples=40, deadline=None)
def test_no_name_in_the_zip_climbs_collides_or_is_too_long(said: list[tuple[str, str]], number: str) -> None:
    nowhere = Path("/nonexistent/tep")
    files = [SentFile(1, office, 1, name, "", Path(__file__)) for office, name in said]
    files = [replace(each, sha256=hashlib.sha256(Path(__file__).read_bytes()).hexdigest()) for each in files]
    gone = SentFile(2, said[0][0], 1, said[0][1], "0" * 64, nowhere)
    names = list(parts(made(write_files, collection([*files, gone], number))))
    assert len({name.casefold() for name in names}) == len(said) + 2
    assert not any(re.search(r'[/\\<>:"|?*\x00-\x1f\u202a-\u202e]|^\.|[ .]$', name) for name in names)
    assert max(len(name.encode()) for name in names) <= 190
