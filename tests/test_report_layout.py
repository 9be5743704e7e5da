"""Every .docx we write is held to the layout of Nghị định 30, and the check sees what is wrong with one."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from unicodedata import normalize

import docx
import pytest

from bot.documents.report import Letter, Report, write_letter, write_report
from tests.layout_read import Document
from tests.layout_table import check_layout
from tests.report_samples import letter, report

TEXT, STYLES, HEADER = "word/document.xml", "word/styles.xml", "word/header1.xml"
Change = tuple[str, str, str, str]
"""The part, a pattern in it, what to put there (everywhere), and what the check must say."""


def written(document: Report | Letter) -> bytes:
    out = io.BytesIO()
    if isinstance(document, Report):
        write_report(document, out)
    else:
        write_letter(document, out)
    return out.getvalue()


def style(name: str, pattern: str, new: str) -> tuple[str, str, str]:
    """A change in one style."""
    return STYLES, rf'(w:styleId="{name}">(?:(?!</w:style>).)*?){pattern}', rf"\g<1>{new}"


def after(text: str, pattern: str, new: str) -> tuple[str, str, str]:
    """A change behind the first place with this text."""
    return TEXT, rf"(?s)^(.*?{text}.*?){pattern}", rf"\g<1>{new}"


REPORT: dict[str, Change] = {
    "Letter paper": (TEXT, r'w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"', "paper is not A4"),
    "text across": (TEXT, r'w:w="11906" w:h="16838"', 'w:w="16838" w:h="11906"', "the text lies across"),
    "top margin 10 mm": (TEXT, r'w:top="1134"', 'w:top="567"', "top margin is not 20-25 mm"),
    "bottom margin 30 mm": (TEXT, r'w:bottom="1134"', 'w:bottom="1701"', "bottom margin is not 20-25 mm"),
    "left margin 25 mm": (TEXT, r'w:left="1701" w:header', 'w:left="1417" w:header', "left margin is not 30-35 mm"),
    "right margin 10 mm": (TEXT, r'w:right="851"', 'w:right="567"', "right margin is not 15-20 mm"),
    "Arial": (STYLES, r'w:ascii="Times New Roman"', 'w:ascii="Arial"', "not Times New Roman: UBND"),
    "another font for East Asia": (
        STYLES,
        r'w:eastAsia="[^"]*"',
        'w:eastAsia="MS Mincho"',
        "not Times New Roman: UBND",
    ),
    "blue": (STYLES, r'w:color w:val="000000"', 'w:color w:val="0000FF"', "not black: UBND"),
    "letters and marks apart": (TEXT, "KẾT QUẢ", normalize("NFD", "KẾT QUẢ"), "not NFC: I."),
    "underlined": (
        TEXT,
        r"<w:r>(<w:t[^>]*>Độc lập)",
        r'<w:r><w:rPr><w:u w:val="single"/></w:rPr>\1',
        "underlined instead of a drawn",
    ),
    "text of 12": (*style("Body", r'w:sz w:val="28"', 'w:sz w:val="24"'), "text is not 13-14: Thực hiện"),
    "text to the left": (*style("Body", r'w:jc w:val="both"', 'w:jc w:val="left"'), "text is not justified: Thực hiện"),
    "no first line": (*style("Body", r'w:firstLine="720"', 'w:firstLine="0"'), "first line is not 1-1.27 cm in: Thực"),
    "paragraphs close": (*style("Body", r'w:before="120"', 'w:before="40"'), "paragraphs are not 6 points apart: Thực"),
    "double lines": (*style("Body", r'w:line="276"', 'w:line="480"'), "lines are not single to 1.5: Thực hiện"),
    "no page number": (HEADER, " PAGE ", " ", "no page number in the top margin"),
    "page number at the side": (
        *style("PageNumber", r'w:val="center"', 'w:val="right"'),
        "the page number is not in the",
    ),
    "number on page 1": (TEXT, r"<w:titlePg/>", "", "the first page shows a number"),
    "annex counted on": (TEXT, r'<w:pgNumType w:start="1"/>', "", "an annex is not numbered from 1"),
    "quốc hiệu misspelt": (TEXT, "CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "quốc hiệu is not as it must read"),
    "quốc hiệu light": (*style("Nation", "<w:b/>", ""), "quốc hiệu is not 12-13 bold"),
    "tiêu ngữ without spaces": (TEXT, "Độc lập - Tự do", "Độc lập-Tự do", "tiêu ngữ is not as it must read"),
    "tiêu ngữ of 12": (*style("Motto", r'w:sz w:val="26"', 'w:sz w:val="24"'), "tiêu ngữ is not 13-14 bold"),
    "short line under tiêu ngữ": (
        *after("Độc lập", r'w:left="\d+" w:right="\d+"', 'w:left="2200" w:right="2200"'),
        "no line as long as",
    ),
    "no line under tiêu ngữ": (*after("Độc lập", r"<w:pBdr>.*?</w:pBdr>", ""), "no line as long as tiêu ngữ"),
    "body above in bold": (*style("Parent", "<w:sz ", "<w:b/><w:sz "), "the body above is not 12-13 upright"),
    "issuer light": (*style("Issuer", "<w:b/>", ""), "the issuer is not 12-13 bold"),
    "issuer in small letters": (TEXT, "PHÒNG NỘI VỤ", "Phòng Nội vụ", "the issuer is not in capitals"),
    "long line under the issuer": (
        *after("PHÒNG NỘI VỤ", r'w:left="\d+" w:right="\d+"', 'w:left="200" w:right="200"'),
        "no line of a third",
    ),
    "head with borders": (
        *after("<w:body>", "<w:tblLayout", '<w:tblBorders><w:top w:val="single"/></w:tblBorders><w:tblLayout'),
        "the head has borders",
    ),
    "head in halves": (
        TEXT,
        r'w:tcW w:w="3742"(.*?)w:tcW w:w="5612"',
        r'w:tcW w:w="5612"\1w:tcW w:w="3742"',
        "the nation's column",
    ),
    "spaces in the symbol": (TEXT, "/BC-PNV</w:t>", "/BC - PNV</w:t>", "the number is not as it must read"),
    "number of 12": (*style("Number", r'w:sz w:val="26"', 'w:sz w:val="24"'), "the number is not 13 upright"),
    "day without a nought": (
        TEXT,
        "Bình Sơn, ngày 17 tháng 5",
        "Bình Sơn, ngày 7 tháng 5",
        "place and day are not as they",
    ),
    "nought before May": (
        TEXT,
        "Bình Sơn, ngày 17 tháng 5",
        "Bình Sơn, ngày 17 tháng 05",
        "place and day are not as they",
    ),
    "day upright": (*style("PlaceDate", "<w:i/>", ""), "place and day are not 13-14 italic"),
    "no tên loại": (TEXT, "<w:t[^>]*>BÁO CÁO</w:t>", "<w:t></w:t>", "no tên loại"),
    "tên loại light": (*style("Title", "<w:b/>", ""), "tên loại is not 13-14 bold"),
    "trích yếu to the left": (*style("Subject", r'w:val="center"', 'w:val="left"'), "trích yếu is not 13-14 bold"),
    "Kính gửi in bold": (*style("Addressee", "<w:sz ", "<w:b/><w:sz "), "Kính gửi is not 13-14 upright"),
    "căn cứ upright": (*style("Ground", "<w:i/>", ""), "căn cứ is not italic"),
    "căn cứ ends in a comma": (TEXT, "năm 2015;", "năm 2015,", "căn cứ does not end in ;"),
    "a number skipped": (TEXT, ">2. Tồn tại", ">3. Tồn tại", "out of order: 3. Tồn tại"),
    "letters as in English": (TEXT, r">b\) Nguyên", ">c) Nguyên", "out of order: c) Nguyên"),
    "chapter in small letters": (
        TEXT,
        "II. ĐÁNH GIÁ CHUNG",
        "II. Đánh giá chung",
        "a chapter's title is not in capitals",
    ),
    "no last stop": (TEXT, r"chỉ đạo\./\.", "chỉ đạo.", "the text does not end in ./."),
    "Nơi nhận upright": (*style("CopiesLabel", "<w:i/>", ""), "Nơi nhận is not 12 bold italic"),
    "Nơi nhận of 14": (*style("Copies", r'w:sz w:val="22"', 'w:sz w:val="28"'), "the list of Nơi nhận is not 11"),
    "Nơi nhận without stops": (TEXT, "Lãnh đạo Phòng;", "Lãnh đạo Phòng", "Nơi nhận: not each ends in ;"),
    "no «Như trên»": (TEXT, "- Như trên;", "- UBND huyện;", "«Như trên» and Kính gửi do not go together"),
    "no «Lưu»": (TEXT, "- Lưu: VT, CCHC", "- Văn thư", "the last of Nơi nhận is not"),
    "signer light": (*style("SignName", "<w:b/>", ""), "the signature is not 13-14 bold"),
    "title in small letters": (TEXT, "KT. TRƯỞNG PHÒNG", "KT. Trưởng phòng", "the signer's title is not in capitals"),
    "a degree": (TEXT, "Nguyễn Thị Hà", "ThS. Nguyễn Thị Hà", "the signer's name has a degree"),
    "annex on the same page": (
        TEXT,
        r'<w:p><w:pPr><w:pStyle w:val="Rule"/><w:sectPr>.*?</w:sectPr></w:pPr></w:p>',
        "",
        "an annex does not begin a page",
    ),
    "annex label of 12": (*style("AnnexLabel", r'w:sz w:val="28"', 'w:sz w:val="24"'), "«Phụ lục» is not 14 bold"),
    "annexes in Arabic": (TEXT, ">Phụ lục II<", ">Phụ lục 2<", "annexes are not numbered I, II"),
    "annex name in small letters": (TEXT, "BẢNG TIÊU CHÍ", "Bảng tiêu chí", "an annex's name is not"),
    "«Kèm theo» upright": (*style("AnnexNote", "<w:i/>", ""), "no «(Kèm theo"),
}
LETTER: dict[str, Change] = {
    "subject of 14": (
        *style("LetterSubject", r'w:sz w:val="24"', 'w:sz w:val="28"'),
        "the letter's subject is not 12-13",
    ),
    "subject close": (
        *style("LetterSubject", r'w:before="120"', 'w:before="0"'),
        "the letter's subject is not 6 points",
    ),
    "a tên loại": (TEXT, r"</w:tbl>", r"</w:tbl><w:p><w:r><w:t>BÁO CÁO</w:t></w:r></w:p>", "a công văn has a tên loại"),
    "addressees without stops": (TEXT, "(số 13);", r"\1", "Kính gửi: not each ends in ;"),
}


def planted(data: bytes, part: str, pattern: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as archive:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == part:
                text, count = re.subn(pattern, new, text)
                assert count, "nothing was planted"
            archive.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("count", [1, 9, 40])
@pytest.mark.parametrize(
    "make",
    [report, letter, lambda count: report(count, of_offices=True)],
    ids=["by topic", "letter", "by office"],
)
def test_what_we_write_has_the_layout_of_the_decree(make: Callable[[int], Report | Letter], count: int) -> None:
    data = written(make(count))
    assert check_layout(data) == []
    assert docx.Document(io.BytesIO(data)).core_properties.author == "Phòng Nội vụ"


@pytest.mark.parametrize(
    "document",
    [
        replace(report(), head=replace(report().head, parent="", dated=None)),
        replace(report(), addressees=(), grounds=(), annexes=()),
        replace(report(), addressees=("UBND huyện", "Ban Chỉ đạo CCHC huyện."), annexes=report().annexes[:1]),
        replace(report(), head=replace(report().head, issuer="Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục")),
        replace(report(), subject="Một trích yếu rất dài về việc thực hiện " * 6),
        replace(letter(), annexes=(), body=("Đề nghị gửi báo cáo",)),
    ],
    ids=["no body above, no day", "to nobody", "to two", "long issuer", "long subject", "short letter"],
)
def test_so_do_those_with_less_and_with_more(document: Report | Letter) -> None:
    assert check_layout(written(document)) == []


def test_a_long_name_in_the_head_is_broken_evenly() -> None:
    issuer = "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính"
    document = Document(written(replace(report(), head=replace(report().head, issuer=issuer))))
    [name] = [each.text for each in document.lines(document.body) if each.text.startswith("TRUNG TÂM")]
    lines = name.split("\n")
    assert " ".join(lines) == issuer.upper()
    assert max(map(len, lines)) - min(map(len, lines)) <= 10


@pytest.mark.parametrize("name", REPORT)
@pytest.mark.full
def test_the_check_sees_what_is_wrong_with_a_report(name: str) -> None:
    *change, said = REPORT[name]
    assert [each for each in check_layout(planted(written(report()), *change)) if said in each]


@pytest.mark.parametrize("name", LETTER)
def test_the_check_sees_what_is_wrong_with_a_letter(name: str) -> None:
    *change, said = LETTER[name]
    assert [each for each in check_layout(planted(written(letter(40)), *change)) if said in each]
