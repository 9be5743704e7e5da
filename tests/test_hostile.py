"""What hostile people send, followed through every door to every paper that is made of it."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile

import aiohttp
import openpyxl
import pytest
from sqlalchemy import select

from bot.sandbox import telegram_people, zalo_bot_people, zalo_oa_people
from db import open_work
from db.directives import Directive, Question
from db.offices import Office
from db.reports import Answer
from test_secret import PDF, editions, made, ticked
from test_upload import form, hears, link_for, opened

NAMES = (
    *("../../etc/passwd.pdf", "/etc/cron.d/x.pdf", "C:\\Windows\\x.pdf", "CON.pdf", "\u202efdp.exe.pdf", "a.pdf"),
    *("A.PDF", f"{'x' * 300}.pdf", "=cmd|' /C calc'!A0.pdf", "<script>alert(1)</script>.pdf", "00_MỤC LỤC.docx.pdf"),
)
WORDS = (
    *("=1+1", "@SUM(A1)", "+1+1", "-2+3", "<script>alert(1)</script>", "{{ 7*7 }} ${7*7}", "a\u202eb\u2066c"),
    *('{ INCLUDETEXT "c:/x" }', '=HYPERLINK("http://x")', "]]></w:t><w:fldSimple/>"),
)
CLIMBING = re.compile(r'^/|(?:^|/)\.\.(?:/|$)|[\x00-\x1f\u202a-\u202e\u2066-\u2069<>:"|?*\\]|(?:^|/)CON\.', re.ASCII)
TEXT = 900_000
"""Letters of one message: a door takes no body of more than a megabyte."""


def found(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.full
async def test_hostile_names_and_words_wake_up_in_no_paper(sqlite_url: str) -> None:
    async with opened(sqlite_url) as stage:
        async with open_work(stage.app.db, stage.clock) as work:
            questions = [Question(task_id=1, position=n, text=each, quote=each) for n, each in enumerate(WORDS)]
            work.session.add_all(questions)
            directive = await work.session.get_one(Directive, 1)
            directive.number, directive.subject, directive.issuer = "../../1/=1+1<b>", WORDS[8], WORDS[1]
            for office in await work.session.scalars(select(Office).where(Office.short.in_(["TP", "YT"]))):
                office.name = "../../=1+1\u202e" if office.short == "TP" else "CON"
        for text in ("/traloi 2", *WORDS, "gửi"):
            await hears(stage, "Minh", text)
        url = await link_for(stage, "Lan", "/lienket 1")
        async with aiohttp.ClientSession() as http:
            files = [(name, PDF + b"\n%%%d" % n) for n, name in enumerate(NAMES)]
            async with http.post(url, data=form(*files)) as answer:
                page = await answer.text()
        assert "<script>alert" not in page
        await stage.settled()
        await made(stage)
        await hears(stage, "Hà", "/hoso 1")
        await ticked(stage)
        papers = {name: sha256 for each in await editions(stage) for name, sha256 in each}
        assert len(papers) == 4
        for name, sha256 in papers.items():
            assert not CLIMBING.search(name), name
            inside = found(stage.app.house.store.path(sha256).read_bytes())
            assert not [each for each in inside if CLIMBING.search(each)]
            assert len({each.casefold() for each in inside}) == len(inside)
            if name.endswith(".xlsx"):
                book = openpyxl.load_workbook(io.BytesIO(stage.app.house.store.path(sha256).read_bytes()))
                cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
                assert [cell.value for cell in cells if cell.data_type == "f"] == []
                assert {"=1+1", "@SUM(A1)"} <= {cell.value for cell in cells}
            for each in (part for part in inside if part.endswith("document.xml")):
                assert not re.search(rb"<w:fldSimple|<w:instrText|<script", inside[each])
            if sums := inside.get("00_SHA256SUMS.txt"):
                said = [line.split("  ", 1) for line in sums.decode().splitlines()]
                assert len(said) == len(inside) - 1
                assert all(hashlib.sha256(inside[path]).hexdigest() == digest for digest, path in said)


@pytest.mark.full
@pytest.mark.parametrize("channel", ["telegram", "zalo_bot", "zalo_oa"])
async def test_a_text_without_end_is_refused_in_words_and_not_kept_as_an_answer(
    sqlite_url: str, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for people in (telegram_people, zalo_bot_people, zalo_oa_people):
        monkeypatch.setattr(people, "_pieces", lambda text: [text], raising=False)
    async with opened(sqlite_url, channel=channel) as stage:
        async with open_work(stage.app.db, stage.clock) as work:
            work.session.add(Question(task_id=1, position=0, text="Kết quả?", quote=""))
        await hears(stage, "Lan", "x" * TEXT)
        await hears(stage, "Lan", "/traloi 1")
        heard = await hears(stage, "Lan", "1) x 2) " * (TEXT // 8))
        assert "4000 ký tự" in heard
        assert len(heard) < 1000
        assert "Kết quả?" in await hears(stage, "Lan", "/traloi 1")
        async with stage.app.db.reading() as session:
            assert (await session.scalars(select(Answer))).all() == []


@pytest.mark.full
@pytest.mark.parametrize("name", ["to.txt", "to.csv"])
async def test_a_text_file_of_ten_megabytes_is_taken_or_refused_in_words(sqlite_url: str, name: str) -> None:
    data = ("Báo cáo kết quả thực hiện nhiệm vụ; =1+1\n" * 240_000).encode()
    async with opened(sqlite_url) as stage:
        for who in ("Lan", "Hà"):
            await stage.phone(who).send_document(name, data)
            await stage.settled()
            assert stage.phone(who).messages[-1].from_bot
            assert "trục trặc" not in stage.phone(who).messages[-1].text
