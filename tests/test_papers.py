"""What is made of a directive beside its report: the letter to those late, the dossier; and what stops on the way."""

from __future__ import annotations

import ast
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from bot.documents.report import Dossier, Paper, Sheet, Table, write_dossier
from bot.documents.report.files import HASHES, INDEX
from bot.sandbox.stage import Stage
from bot.vi import dossier as vi_dossier
from db import open_work
from db.directives import Directive
from db.editions import MOST_ATTEMPTS, Edition
from handlers.deeds import making
from scheduler import exporting
from tests import test_editions
from tests.report_tools import PAYLOADS, body, parts, texts
from tests.test_editions import OFFICES, content, editions, press, tick

ROOT = Path(__file__).parents[1]
AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with Stage(test_editions.START, database_url=sqlite_url) as stage:
        collector = await stage.office("Phòng Nội vụ", "NV")
        await stage.seat("Hà", collector, test_editions.Role.COORDINATOR)
        owing = {name: await stage.office(full) for name, full in OFFICES.items()}
        await test_editions.owed(stage, collector, owing)
        yield stage


async def asked(stage: Stage, command: str) -> list[str]:
    hà = stage.phone("Hà")
    before = len(hà.messages)
    await hà.say(command)
    await stage.settled()
    await tick(stage)
    return [each.text or each.file.name for each in hà.messages[before:] if each.from_bot]


async def test_the_letter_names_those_late_and_leaves_open_what_its_clerk_gives(stage: Stage) -> None:
    heard = await asked(stage, "công văn đôn đốc")
    assert "gửi 3 đơn vị quá hạn:\n- Phòng Thiếu\n- Phòng Trả\n- Phòng Rút\n" in heard[1]
    assert heard[2] == "Công văn đôn đốc 912-UBND-TTHC lần 1.docx"
    [made] = await editions(stage)
    said = texts(body(content(stage, made)[".docx"]))
    assert [each for each in said if each.startswith("Số:")] == ["Số:      /NV"]
    assert [each for each in said if each.startswith("Bình Sơn, ngày")] == ["Bình Sơn, ngày      tháng      năm"]
    assert "V/v đôn đốc gửi báo cáo kết quả cải cách hành chính" in said
    assert {"- Phòng Thiếu;", "- Phòng Trả;", "- Phòng Rút."} <= set(said)
    assert any(each.endswith("chưa nhận được báo cáo của các cơ quan, đơn vị nêu trên.") for each in said)
    assert not any(each.startswith("Phụ lục") for each in said)
    others = [OFFICES[name] for name in ("Đúng", "Tệp", "Muộn", "Chờ", "Miễn")]
    assert not any(office in each for each in said for office in others)


async def test_when_nobody_is_late_there_is_no_letter(stage: Stage) -> None:
    stage.clock.move_to(test_editions.START)
    async with open_work(stage.app.db, stage.clock) as work:
        directive = await work.session.get_one(Directive, 1)
        directive.number = "913/UBND-TTHC"
        task = await work.session.get_one(test_editions.Task, 1)
        task.due_at = test_editions.START + test_editions.timedelta(days=1)
    heard = await asked(stage, "/dondoc")
    assert heard[0].startswith("Hiện không có đơn vị nào quá hạn")
    assert await editions(stage) == []


async def test_a_new_number_alone_makes_a_new_edition(stage: Stage) -> None:
    await press(stage)
    async with open_work(stage.app.db, stage.clock) as work:
        (await work.session.get_one(Directive, 1)).number = "913/UBND-TTHC"
    second = await press(stage)
    assert "So với lần 1:\nSố, ngày hoặc trích yếu của công văn đã được sửa." in second[1]
    assert second[2] == "Báo cáo tổng hợp 913-UBND-TTHC lần 2.docx"


async def test_each_office_in_the_matrix_leads_to_its_file_in_the_zip(stage: Stage) -> None:
    names = (await press(stage))[2:]
    made = content(stage, (await editions(stage))[0])
    book = openpyxl.load_workbook(io.BytesIO(made[".xlsx"]))
    links = [cell.hyperlink.target for row in book["Tổng hợp"].iter_rows() for cell in row if cell.hyperlink]
    folder = next(name for name in names if name.endswith(".zip")).removesuffix(".zip")
    [[beside, inside]] = [link.replace("%20", " ").replace("\\", "/").split("/") for link in links]
    assert beside == folder
    assert inside in parts(made[".zip"])


class Killed(BaseException):
    """As a process that dies: nothing catches it."""


async def test_one_that_kills_whoever_makes_it_is_given_up_with_a_sentence_and_may_be_asked_for_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(exporting, "_hand_over", dies)
        await stage.phone("Hà").say("/tonghop 1")
        await stage.settled()
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises(Killed):
                await exporting.make_editions(stage.app.db, stage.clock, stage.app.house)
    await tick(stage)
    [edition] = await editions(stage)
    assert edition.failed_at is not None
    assert "Chưa lập được báo cáo tổng hợp lần 1" in [each.text for each in stage.phone("Hà").messages][-1]
    assert not list(stage.app.house.store.drafts.glob("*"))
    assert len(await press(stage)) == 5


async def test_the_dossier_holds_every_version_the_log_in_words_and_a_hash_of_each_file(stage: Stage) -> None:
    await press(stage)
    heard = await asked(stage, "hồ sơ")
    assert heard[2] == "Hồ sơ 912-UBND-TTHC lần 1.zip"
    async with stage.app.db.reading() as session:
        made = (await session.scalars(select(Edition).where(Edition.kind == "dossier"))).one()
    inside = parts(content(stage, made)[".zip"])
    assert sorted(name for name in inside if name.startswith("2.")) == [
        "2. Báo cáo của các đơn vị/02_Phòng Tệp_v1_cũ.docx",
        "2. Báo cáo của các đơn vị/02_Phòng Tệp_v1_ký.pdf",
        "2. Báo cáo của các đơn vị/02_Phòng Tệp_v2_mới.docx",
    ]
    assert sorted(name for name in inside if name.startswith("3.")) == [
        "3. Tổng hợp, đôn đốc/Báo cáo tổng hợp 912-UBND-TTHC lần 1.docx",
        "3. Tổng hợp, đôn đốc/Bảng tổng hợp 912-UBND-TTHC lần 1.xlsx",
    ]
    sums = dict(line.split("  ", 1)[::-1] for line in inside[HASHES].decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in inside.items() if name != HASHES}
    index = " ".join(texts(body(inside[INDEX])))
    assert all(name in index for name in inside if name not in {INDEX, HASHES})
    packed = hashlib.sha256(content(stage, (await editions(stage))[0])[".zip"]).hexdigest()
    assert "Báo cáo các đơn vị 912-UBND-TTHC lần 1.zip" in index
    assert f"gồm các tệp ở mục «{vi_dossier.REPORTS}»; SHA-256 {packed}" in index
    log = texts(body(inside[vi_dossier.LOG]))
    assert "Yêu cầu lập văn bản: báo cáo tổng hợp lần 1" in log
    assert "Đã làm xong 12 việc" in texts(body(inside[vi_dossier.ANSWERS]))
    with zipfile.ZipFile(io.BytesIO(content(stage, made)[".zip"])) as archive:
        assert archive.testzip() is None


def test_every_deed_about_a_directive_has_its_words() -> None:
    """Whatever is logged with the directive, one of its tasks, offices' parts, reports or papers as its subject."""
    about = ("directive:", "task:", "assignment:", "submission:", "edition:")
    deeds = {*map(str, making.DEEDS.values())}
    for path in [*ROOT.glob("handlers/**/*.py"), *ROOT.glob("scheduler/*.py"), *ROOT.glob("bot/web/*.py")]:
        for function in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, AnyFunction)):
            deeds |= _logged_in(function, tuple(f"f'{each}" for each in about))
    assert len(deeds) > 30
    assert deeds - set(vi_dossier.DEEDS) == set()


def _logged_in(function: ast.FunctionDef | ast.AsyncFunctionDef, about: tuple[str, ...]) -> set[str]:
    """The deeds this function logs about any of these: their subject is written there, or named above."""
    written = {
        ast.unparse(target): ast.unparse(value)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target, value in _pairs(node)
    }
    found = set()
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args):
        subject = next((ast.unparse(word.value) for word in call.keywords if word.arg == "subject"), "")
        first = call.args[0]
        if isinstance(first, ast.Constant) and written.get(subject, subject).startswith(about):
            found.add(str(first.value))
    return found


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield target, node.value


def test_words_of_strangers_break_no_dossier(tmp_path: Path) -> None:
    """Names, answers and notes may be anything: each file has a name of its own in its folder, each document opens."""
    content = tmp_path / "a"
    content.write_bytes(b"a")
    sha256 = hashlib.sha256(b"a").hexdigest()
    papers = [Paper(vi_dossier.REPORTS, f"01_{said}", sha256, content, said, None, said) for said in PAYLOADS]
    sheet = Sheet(vi_dossier.LOG, "Nhật ký", Table(vi_dossier.LOG_COLUMNS, [(said,) * 4 for said in PAYLOADS]))
    with (tmp_path / "a.zip").open("w+b") as out:
        write_dossier(Dossier(PAYLOADS[-1], PAYLOADS, papers, (sheet,), test_editions.START), out)
    inside = parts((tmp_path / "a.zip").read_bytes())
    names = [name for name in inside if name.startswith(vi_dossier.REPORTS)]
    assert len({name.casefold() for name in names}) == len(PAYLOADS)
    assert all(name.count("/") == 1 and ".." not in name and "\\" not in name for name in names)
    assert all(texts(body(inside[name])) for name in (INDEX, vi_dossier.LOG))
