"""LibreOffice opens what we write, as it is and with strangers' words in every field, and prints it."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import cycle
from pathlib import Path

import pytest

from bot.documents.report import write_letter, write_matrix, write_report
from tests.report_samples import letter, matrix, report
from tests.report_tools import PAYLOADS, made, poisoned

OFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(OFFICE is None or shutil.which("pdftotext") is None, reason="needs LibreOffice and poppler"),
]


def printed(folder: Path, **documents: bytes) -> list[str]:
    """The text of the pages of each, form feeds between them; `name_docx` is name.docx."""
    names = [name.replace("_", ".") for name in documents]
    for name, data in zip(names, documents.values(), strict=True):
        (folder / name).write_bytes(data)
    command = [str(OFFICE), f"-env:UserInstallation={(folder / 'home').as_uri()}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, *names], cwd=folder, capture_output=True, timeout=170, check=True)
    pages = [(folder / name).with_suffix(".pdf") for name in names]
    if not all(each.exists() for each in pages):
        pytest.skip("this LibreOffice lacks Writer or Calc")
    read = [["pdftotext", "-layout", each, "-"] for each in pages]
    return [subprocess.run(each, capture_output=True, text=True, check=True).stdout for each in read]


def test_the_report_has_its_number_from_page_2_and_its_annexes_on_pages_of_their_own(tmp_path: Path) -> None:
    [shown] = printed(tmp_path, report_docx=made(write_report, report(40)))
    first = [each.splitlines()[0].strip() for each in shown.split("\f") if each.strip()]
    assert first[0].endswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    [signed] = [each for each in shown.split("\f") if "Nơi nhận:" in each]
    assert "xem xét, chỉ đạo./." in signed
    one, two = first.index("Phụ lục I"), first.index("Phụ lục II")
    assert first[1:one] == [str(page) for page in range(2, one + 1)]
    assert first[one + 1 : two] == [str(page) for page in range(2, two - one + 1)]
    assert first[two + 1 :] == []


def test_the_letter_and_the_matrix_print(tmp_path: Path) -> None:
    sent, table = printed(
        tmp_path, letter_docx=made(write_letter, letter(40)), matrix_xlsx=made(write_matrix, matrix(40))
    )
    assert sent.count("\f") == 2
    assert "Tổng cộng" in table


def test_words_of_strangers_are_printed_as_words(tmp_path: Path) -> None:
    said = " ".join(each for each in PAYLOADS if "script" in each or "{{" in each)
    formulas = [each for each in PAYLOADS if each.strip("{")[:1] in {*"=+-@"}]
    books = {
        f"m{place}_xlsx": made(write_matrix, poisoned(matrix(2), cycle([each]).__next__))
        for place, each in enumerate(formulas)
    }
    found, *tables = printed(tmp_path, report_docx=made(write_report, poisoned(report(3), lambda: said)), **books)
    assert "{{ 7*7 }}" in found
    assert "<script>" in found
    assert [
        each for each, table in zip(formulas, tables, strict=True) if re.split(r"[('|]", each)[0] not in table
    ] == []
