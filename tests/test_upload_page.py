"""The upload page in a real browser, on a phone of 360 px: with its script, and as plain HTML."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from bot.files import Store
from bot.sandbox.samples import sample
from test_page import EVERY_FONT, browser
from test_upload import MB, hears, link_for, link_in, opened, reports, scan

PHONE = (360, 740)
NARROW = "() => document.documentElement.scrollWidth <= 360"
EVERY_TARGET = """() => [...document.querySelectorAll("button, .pick")]
    .filter((e) => e.checkVisibility())
    .map((e) => [e.getBoundingClientRect(), e])
    .filter(([box]) => box.height < 43.9 || box.width < 43.9).map(([, e]) => e.outerHTML)"""
CUT = "Failed to load resource"


@pytest.fixture
def report(tmp_path: Path, sent: bytes) -> Path:
    path = tmp_path / "Báo cáo quý II.pdf"
    path.write_bytes(sent)
    return path


@pytest.fixture
def sent() -> bytes:
    return scan(25 * MB)


async def looks_right(page: Any) -> None:
    assert await page.evaluate(NARROW)
    assert await page.evaluate(EVERY_TARGET) == []
    assert await page.evaluate(EVERY_FONT) == []


@pytest.mark.browser
@pytest.mark.full
async def test_a_head_with_zalo_bot_alone_sends_25_mb_which_go_on_after_the_connection_dropped(
    sqlite_url: str, report: Path, sent: bytes
) -> None:
    async with opened(sqlite_url, channel="zalo_bot") as stage, browser(*PHONE, bears=CUT) as page:
        await hears(stage, "Lan", "/viec")
        await page.goto(link_in(await hears(stage, "Lan", "gửi báo cáo")))
        await looks_right(page)
        await page.get_by_label("Chọn tệp").set_input_files(str(report))
        await page.get_by_text("Đã chọn 1 tệp, 25,0 MB.").wait_for()
        await looks_right(page)
        await page.get_by_role("button", name="Gửi báo cáo").click()
        while sum(path.stat().st_size for path in stage.settings.files_dir.glob("tmp/*")) < 3 * MB:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        await stage.restart()
        await page.get_by_text("Đã ghi nhận 1 tệp lúc 08:00, 14/5 (đúng hạn). Mã TP-").wait_for()
        await looks_right(page)
        await stage.settled()
        [submission] = await reports(stage)
        [file] = submission.files
        assert (file.name, file.size) == (report.name, len(sent))
        assert file.sha256 == hashlib.sha256(sent).hexdigest()
        assert Store(stage.settings.files_dir).exists(file.sha256)
        assert "1/2" in await hears(stage, "Hà", "/missing")


@pytest.mark.browser
@pytest.mark.full
async def test_without_its_script_the_page_is_a_form_that_does_the_same(
    sqlite_url: str, report: Path, tmp_path: Path
) -> None:
    (tmp_path / "b.docx").write_bytes(sample("b.docx"))
    async with opened(sqlite_url) as stage, browser(*PHONE, java_script_enabled=False) as page:
        url = await link_for(stage)
        await page.goto(url)
        await page.get_by_label("Chọn tệp").set_input_files([str(report), str(tmp_path / "b.docx")])
        await page.get_by_role("button", name="Gửi báo cáo").click()
        await page.get_by_text("Đã ghi nhận 2 tệp lúc 08:00, 14/5 (đúng hạn). Mã TP-").wait_for()
        await stage.settled()
        [submission] = await reports(stage)
        assert [file.name for file in submission.files] == [report.name, "b.docx"]


@pytest.mark.browser
@pytest.mark.full
async def test_a_refused_file_is_named_and_the_others_go(sqlite_url: str, tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("a.docm", "b.docx", "trong.docx")]
    for name in files:
        Path(name).write_bytes(sample(Path(name).name))  # noqa: ASYNC240
    async with opened(sqlite_url) as stage, browser(*PHONE, bears=CUT) as page:
        await page.goto(await link_for(stage))
        await page.get_by_label("Chọn tệp").set_input_files(files)
        await page.get_by_text("Tệp «trong.docx» không có nội dung.").wait_for()
        await page.get_by_role("button", name="Gửi báo cáo").click()
        await page.get_by_text("Tệp «a.docm» có macro nên không nhận.").wait_for()
        await looks_right(page)
        assert await reports(stage) == []
        await page.get_by_role("button", name="Bỏ trong.docx").click()
        await page.get_by_role("button", name="Gửi các tệp còn lại").click()
        await page.get_by_text("Đã ghi nhận 1 tệp").wait_for()
        assert len(await reports(stage)) == 1
