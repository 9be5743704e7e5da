"""The page of phones in a real browser: the tour leads through the whole job, on a desk and on a phone."""

from __future__ import annotations

import asyncio
import base64
import io
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pypdf
import pytest

from bot.clocks import VIETNAM
from bot.documents import read_file
from bot.sandbox.cast import CHANNELS, DEFAULT
from bot.sandbox.demo import opened, tour
from bot.sandbox.page import Cast, Page, TourStep, serve
from bot.sandbox.page_files import EXAMPLE, signed_pdf
from bot.sandbox.page_phone import Phone
from bot.sandbox.page_tour import Tour
from bot.sandbox.ports import free_port
from bot.sandbox.script import play
from bot.sandbox.stage import Stage
from db.people import Role

OFFICES = {
    "Hà": "Phòng Nội vụ",
    "Lan": "Phòng Tư pháp",
    "Bình": "Phòng Tài chính - Kế hoạch",
    "Mai": "Phòng Văn hóa và Thông tin",
    "Dũng": "Phòng Kinh tế và Hạ tầng",
    "Minh": "Phòng Y tế",
    "Tư": "Phòng Giáo dục và Đào tạo",
    "Sơn": "Văn phòng HĐND và UBND huyện",
    "Thu": "Thanh tra huyện",
}
CAST = [Cast(name, office, shown=name in ("Hà", "Lan", "Bình")) for name, office in OFFICES.items()]
TOUR = [
    TourStep("Gửi công văn", "Gửi cho các đơn vị.", "Hà", "press", "Gửi 9…"),
    TourStep("Cách tính hạn", "Chọn cách tính.", "Hà", "press", "Chậm"),
    TourStep("Đã nhận", "Lan xác nhận.", "Lan", "press", "Đã nhận công văn"),
    TourStep("Đến lượt nhắc", "Đẩy đồng hồ.", "", "clock", "due"),
    TourStep("Nộp báo cáo", "Lan nộp.", "Lan", "press", "Gửi báo cáo"),
    TourStep("Gửi tệp", "Chọn tệp mẫu.", "Lan", "send_file", "Báo cáo mẫu.docx"),
    TourStep("Ai chưa nộp", "Hà hỏi.", "Hà", "say", "/missing"),
]
LONG = 20_000
EVERY_TARGET = """() => [...document.querySelectorAll("button, textarea, .file")]
    .filter((e) => e.checkVisibility())
    .map((e) => [e.getBoundingClientRect(), e])
    .filter(([box]) => box.height < 43.9 || box.width < 43.9).map(([, e]) => e.outerHTML)"""
EVERY_FONT = """() => [...document.querySelectorAll("body *")]
    .filter((e) => e.checkVisibility() && e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < 16)
    .map((e) => e.outerHTML)"""
OUTLINED = """() => {
    const [wanted, done] = [[...document.querySelectorAll(".wanted")], state?.tour.step === null];
    const ready = wanted.some((e) => !e.disabled && e.getAttribute("aria-busy") !== "true");
    return (done || ready) && { done, count: wanted.length, at: state.tour.at, html: wanted[0]?.outerHTML };
}"""
MOVED_ON = "({at, html}) => state.tour.at !== at || document.querySelector('.wanted')?.outerHTML !== html"
AT_THE_BOTTOM = """() => {
    const talk = phones.get(0).talk;
    return talk.scrollHeight - talk.scrollTop - talk.clientHeight < 2;
}"""
DROP = """(phone, name) => {
    const carried = new DataTransfer();
    carried.items.add(new File([Uint8Array.from(atob(name[1]), (c) => c.charCodeAt(0))], name[0]));
    for (const kind of ["dragover", "drop"])
        phone.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


@asynccontextmanager
async def open_page(steps: list[TourStep], *, read: bool = True) -> AsyncIterator[tuple[Stage, str]]:
    """Hà and the most on a Zalo OA, Bình on a Zalo Bot, Minh on Telegram."""
    async with Stage(datetime(2024, 5, 14, 8, tzinfo=VIETNAM), running=True, **CHANNELS) as stage:
        for name, office in OFFICES.items():
            role = Role.COORDINATOR if name == "Hà" else Role.HEAD
            await stage.seat(name, await stage.office(office), role)
        if read:
            await stage.phone("Hà").send_document("cong-van-412.docx", congvan())
            await stage.settled()
        async with shown(stage, CAST, steps) as url:
            yield stage, url


@asynccontextmanager
async def shown(stage: Stage, cast: list[Cast], steps: list[TourStep]) -> AsyncIterator[str]:
    page = Page(stage, cast, steps)
    try:
        yield await page.start(free_port())
    finally:
        await page.stop()


@asynccontextmanager
async def browser(width: int, height: int, *, bears: str = "", **options: Any) -> AsyncIterator[Any]:
    """A page of Debian's chromium; what it complains about fails the test, but for lines that contain `bears`."""
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        pytest.skip("NO BROWSER TEST RAN: playwright is not installed (make setup)")
    if (chromium := shutil.which("chromium")) is None:
        pytest.skip("NO BROWSER TEST RAN: chromium is missing (apt-get install chromium)")
    complaints: list[str] = []
    async with async_playwright() as player:
        program = await player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await program.new_page(viewport={"width": width, "height": height}, **options)
        page.set_default_timeout(LONG)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        yield page
        await program.close()
    assert [line for line in complaints if not bears or bears not in line] == []


def congvan() -> bytes:
    return (EXAMPLE / "cong-van-412.docx").read_bytes()


async def follow_the_tour(page: Any) -> None:
    """Tap whatever is outlined, and nothing else, until the tour has been walked."""
    for _ in range(30):
        seen = await (await page.wait_for_function(OUTLINED)).json_value()
        if seen["done"]:
            return
        assert seen["count"] == 1
        await page.locator(".wanted").click()
        await page.wait_for_function(MOVED_ON, arg=seen)
    raise AssertionError(f"the tour does not end: {await page.inner_text('#tour-title')}")


@pytest.mark.full
@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
async def test_tapping_what_is_outlined_does_the_whole_job(width: int, height: int) -> None:
    async with opened(DEFAULT, await read_file(DEFAULT, DEFAULT.name)) as (stage, cast):
        async with shown(stage, cast, tour(cast)) as url, browser(width, height) as page:
            await page.goto(url)
            await page.locator("#clock", has_text="thứ Ba 14/5/2024 08:0").wait_for()
            assert await page.evaluate("() => state.tour.of") == 8
            await follow_the_tour(page)
            assert await page.evaluate("() => document.documentElement.scrollWidth") <= width
            assert await page.evaluate(EVERY_TARGET) == []
            assert await page.evaluate(EVERY_FONT) == []
            await page.locator("#clock", has_text="thứ Tư 15/5/2024 08:0").wait_for()
        assert [m.file.name for m in said(stage, "Lan") if m.file] == ["Báo cáo mẫu.docx"]
        assert [m.text for m in said(stage, "Bình")] == ["Đã gửi qua QLVB"]
        assert said(stage, "Hà")[-1].text == "ai chưa nộp"


def said(stage: Stage, name: str) -> list[Any]:
    return [message for message in stage.phone(name).messages if not message.from_bot]


@pytest.mark.full
@pytest.mark.browser
async def test_a_narrow_page_shows_one_phone_and_counts_the_unread_of_the_others() -> None:
    async with open_page([]) as (stage, url), browser(390, 844) as page:
        await page.goto(url)
        await page.locator("[data-phone=Hà] .message").first.wait_for()
        assert not await page.locator("[data-phone=Lan]").is_visible()
        assert await page.locator("#tour").is_hidden()
        ha = stage.phone("Hà")
        await ha.press(ha.messages[-1], "Gửi 9 đơn vị")
        await page.get_by_role("button", name="Chậm", exact=True).click()
        await page.locator("[data-tab='1'] .badge").wait_for()
        await page.locator("[data-tab='1']").click()
        assert await page.locator("[data-phone=Lan] .message").first.is_visible()
        assert await page.locator("[data-tab='1'] .badge").count() == 0
        await page.get_by_text("+ thêm").click()
        await page.get_by_text("Minh – Phòng Y tế").click()
        assert await page.locator("[data-phone=Minh] .message").first.is_visible()


@pytest.mark.full
@pytest.mark.browser
async def test_a_file_dropped_on_the_coordinators_phone_is_read_and_can_be_fetched_back(tmp_path: Path) -> None:
    async with open_page([], read=False) as (_, url), browser(1280, 800) as page:
        await page.goto(url)
        phone = page.locator("[data-phone=Hà]")
        await phone.evaluate(DROP, ["Công văn 412.docx", base64.b64encode(congvan()).decode()])
        await phone.get_by_role("button", name="Gửi 9 đơn vị").wait_for()
        async with page.expect_download() as fetched:
            await phone.locator(".file").click()
        download = await fetched.value
        await download.save_as(tmp_path / "fetched")
        assert download.suggested_filename == "Công văn 412.docx"
        assert (tmp_path / "fetched").read_bytes() == congvan()


@pytest.mark.full
@pytest.mark.browser
async def test_a_file_of_ones_own_and_words_leave_from_any_phone() -> None:
    async with open_page([], read=False) as (stage, url), browser(1280, 800) as page:
        await page.goto(url)
        for name in ("Lan", "Bình"):
            phone = page.locator(f"[data-phone={name}]")
            await phone.locator("input[type=file]").set_input_files(
                {"name": "Ảnh chụp.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}
            )
            await phone.get_by_label("Nội dung tin nhắn").fill("<b>kính gửi</b> & <script>")
            await phone.get_by_label("Gửi", exact=True).click()
            await phone.get_by_text("<b>kính gửi</b> & <script>").wait_for()
        assert {m.file.kind if m.file else m.text for m in said(stage, "Lan")} == {
            "image",
            "<b>kính gửi</b> & <script>",
        }
        assert {m.kind for m in said(stage, "Bình")} == {"image", "text"}


@pytest.mark.full
@pytest.mark.browser
async def test_a_phone_says_its_app_and_follows_what_is_sent_from_it() -> None:
    async with open_page([]) as (_, url), browser(1280, 800) as page:
        await page.goto(url)
        phone = page.locator("[data-phone=Hà]")
        await phone.get_by_role("button", name="Gửi 9 đơn vị").wait_for()
        assert await page.locator(".app").all_inner_texts() == ["Zalo OA", "Zalo OA", "Zalo Bot"]
        await phone.locator(".talk").evaluate("(talk) => { talk.scrollTop = 0; }")
        await page.wait_for_function("() => phones.get(0).low === false")
        await phone.get_by_label("Nội dung tin nhắn").fill("xin chào")
        await phone.get_by_label("Gửi", exact=True).click()
        await phone.locator(".mine", has_text="xin chào").wait_for()
        await page.wait_for_function(AT_THE_BOTTOM)


@pytest.mark.full
@pytest.mark.browser
async def test_a_zalo_bot_phone_takes_no_file_but_says_why_and_opens_the_upload_page_by_its_link() -> None:
    async with open_page([], read=False) as (stage, url), browser(1280, 800) as page:
        await page.goto(url)
        phone = page.locator("[data-phone=Bình]")
        await phone.evaluate(DROP, ["Báo cáo.docx", base64.b64encode(congvan()).decode()])
        await page.locator("#toast", has_text="Zalo Bot không nhận tệp").wait_for()
        await phone.locator(".clip").click()
        assert await phone.locator(".clip-pop").get_by_text("Zalo Bot không nhận tệp").is_visible()
        await phone.get_by_role("button", name="Nhắn «lấy liên kết»").click()
        link = phone.locator("a[href*='/nop/']")
        await link.wait_for()
        async with page.context.expect_page() as opening:
            await link.click()
        tab = await opening.value
        await tab.locator("input[type=file]").first.wait_for(state="attached")
        assert tab.url.startswith(f"{stage.settings.public_url}/nop/")
        assert [m.text for m in said(stage, "Bình")] == ["lấy liên kết"]


@pytest.mark.full
@pytest.mark.browser
async def test_the_demo_begins_again_when_asked_to() -> None:
    async with open_page([], read=False) as (stage, _), browser(1280, 800, bears="ERR_") as page:
        address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        port = free_port()

        async def twice() -> None:
            await serve(stage, port, CAST, TOUR, address.set_result)
            await serve(stage, port, CAST, TOUR)

        serving = asyncio.create_task(twice())
        page.on("dialog", lambda dialog: dialog.accept())
        await page.goto(await address)
        await page.get_by_text("Bước sau").click()
        await page.locator("#tour-title", has_text="Bước 2/7").wait_for()
        await page.get_by_text("Làm lại từ đầu").click()
        await page.locator("#tour-title", has_text="Bước 1/7").wait_for()
        serving.cancel()
        await asyncio.wait([serving])


async def test_a_tap_types_the_number_while_it_holds_and_else_the_words() -> None:
    async with Stage(datetime(2024, 5, 14, 8, tzinfo=VIETNAM), channel="zalo_bot") as stage:
        await stage.seat("Hà", await stage.office("Phòng Nội vụ"), Role.COORDINATOR)
        await stage.phone("Hà").say((EXAMPLE / "cong-van.md").read_text())
        await stage.settled()
        hers = Phone(stage, "Hà")
        _, draft = hers.shown()[-1]
        text, labels = hers.typed(draft)
        assert labels[-2:] == ("Sửa", "Huỷ")
        assert "1. " not in text.rpartition("\n\n")[2]
        assert [hers.worth("2"), hers.worth("99"), hers.worth("Sửa")] == [labels[1], "99", "Sửa"]
        await hers.choose(draft, "Sửa")
        await stage.settled()
        await hers.choose(draft, "Huỷ")
        assert [m.text for m in said(stage, "Hà")][-2:] == [str(labels.index("Sửa") + 1), "Huỷ"]
        with pytest.raises(ValueError, match="tuple"):
            await hers.choose(draft, "Gửi cho mọi người")


async def test_only_the_page_itself_may_change_something() -> None:
    async with open_page([], read=False) as (stage, url), aiohttp.ClientSession() as http:
        own = {"Origin": url.rstrip("/")}
        say = f"{url}phone/0/say"
        async with http.get(url) as answer:
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        for headers in ({}, {"Origin": "https://example.org"}, {"Origin": "null"}):
            async with http.post(say, json={"text": "xin chào"}, headers=headers) as answer:
                assert answer.status == 403
        async with http.get(f"{url}state", headers={"Host": "example.org"}) as answer:
            assert answer.status == 403
        assert stage.phone("Hà").messages == []
        async with http.post(say, json={"text": "xin chào"}, headers=own) as answer:
            assert answer.status == 200
        assert [m.text for m in stage.phone("Hà").messages][:1] == ["xin chào"]


async def test_what_is_not_there_is_refused_in_words() -> None:
    async with open_page([], read=False) as (_, url), aiohttp.ClientSession() as http:
        own = {"Origin": url.rstrip("/")}
        wrong: list[tuple[str, Any]] = [
            ("phone/0/press", {"message": 99, "label": "Gửi"}),
            ("phone/99/say", {"text": "xin chào"}),
            ("phone/0/say", {"text": "  "}),
            ("phone/0/say", ["xin chào"]),
            ("phone/0/ready", {"name": "../../etc/passwd"}),
            ("phone/2/press", {"message": "1", "label": "Gửi"}),
            ("clock", {"to": "yesterday"}),
        ]
        for path, body in wrong:
            async with http.post(url + path, json=body, headers=own) as answer:
                assert answer.status == 409, path
                assert "không còn" in (await answer.json())["error"]
        async with http.get(f"{url}file/0/1") as answer:
            assert answer.status == 404


def test_a_step_done_early_is_not_asked_again() -> None:
    tour = Tour(TOUR)
    tour.saw("Lan", "send_file", "của riêng tôi.pdf")
    tour.saw("Bình", "press", "Gửi 9 đơn vị")
    assert tour.at == 0
    tour.saw("Hà", "press", "Gửi 9 đơn vị")
    tour.saw("Hà", "press", "Chậm")
    assert tour.at == 2
    tour.skip()
    tour.saw("", "clock", "due")
    assert tour.at == 4
    tour.saw("Lan", "press", "Gửi báo cáo")
    tour.saw("Hà", "say", " /MISSING ")
    assert tour.to_json() == {"at": 7, "of": 7, "step": None}


def test_the_signed_report_is_a_pdf_of_one_page() -> None:
    pages = pypdf.PdfReader(io.BytesIO(signed_pdf())).pages
    assert [page.extract_text().strip() for page in pages] == ["BÁO CÁO"]


@pytest.mark.full
async def test_the_demo_in_the_terminal_goes_to_its_end_and_relief_holds() -> None:
    said: list[str] = []
    assert await play(DEFAULT, said.append) == 0, said[-1]
