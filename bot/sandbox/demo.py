"""The demo: the whole main job on this machine, in the terminal or on a page of phones."""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bot.documents import DocumentError, Reading, read_file
from bot.logs import setup
from bot.sandbox.cast import CHANNELS, COORDINATOR, DEFAULT, LATE, NAMES, Offices, two_days_before
from bot.sandbox.page import Cast, TourStep, serve
from bot.sandbox.script import play
from bot.sandbox.stage import Stage
from db.people import Role
from scheduler.workdays import Workdays


async def play_script(directive: Path | None) -> int:
    """The tour in the terminal; 0 when it went to the end and relief holds."""
    setup("WARNING", False)
    try:
        return await play(directive or DEFAULT, print)
    except (DocumentError, OSError) as error:
        print(error)
        return 2


async def serve_page(directive: Path | None, port: int, open_browser: bool) -> int:
    """Phones in the browser until Ctrl-C, from the beginning whenever somebody asks for it there."""
    setup("WARNING", False)
    file = directive or DEFAULT
    try:
        reading = await read_file(file, file.name)
    except (DocumentError, OSError) as error:
        print(error)
        return 2
    serving = asyncio.create_task(_serve(file, reading, port, open_browser))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, serving.cancel)
    try:
        return await serving
    except asyncio.CancelledError:
        return 0


async def _serve(file: Path, reading: Reading, port: int, open_browser: bool) -> int:
    while True:
        async with opened(file, reading) as (stage, cast):
            try:
                await serve(stage, port, cast, tour(cast), partial(_ready, open_browser=open_browser))
            except OSError:
                print(f"Cổng {port} đang bận. Đóng bản đang chạy, hoặc thêm --port {port + 1}.")
                return 2
        open_browser = False


@asynccontextmanager
async def opened(file: Path, reading: Reading) -> AsyncIterator[tuple[Stage, list[Cast]]]:
    """Everybody is on their app, and the directive is read already: one button is to be pressed."""
    async with Stage(
        two_days_before(reading, Workdays.load()), running=True, **CHANNELS, more={"digest": "07:45"}
    ) as stage:
        cast = await seat(stage, reading)
        await stage.phone(COORDINATOR).send_document(file.name, await asyncio.to_thread(file.read_bytes))
        await stage.settled()
        yield stage, cast


async def seat(stage: Stage, reading: Reading) -> list[Cast]:
    """Every office of the directive with a head on a phone; the coordinator and two heads are shown at first."""
    offices = Offices.of(reading)
    await stage.seat(COORDINATOR, await stage.office(offices.collector), Role.COORDINATOR)
    cast = [Cast(COORDINATOR, f"{offices.collector} (người tổng hợp)")]
    late = next((o for o in offices.others[1:] if "Tài chính" in o), offices.others[-1])
    names = iter(NAMES)
    for number, office in enumerate(offices.others):
        name = LATE if office == late else next(names, f"Trưởng {number}")
        await stage.seat(name, await stage.office(office), Role.HEAD)
        cast.append(Cast(name, office, shown=number == 0 or office == late))
    return cast


def tour(cast: list[Cast]) -> list[TourStep]:
    """Eight steps from «Gửi 9 đơn vị» to the list of those missing."""
    hers, first, late = COORDINATOR, cast[1].name, LATE
    of_first, of_late = cast[1].title, next(each.title for each in cast if each.name == late)
    everyone = f"Gửi {len(cast)} đơn vị"
    return [
        TourStep(
            "Công văn đã được đọc",
            f"Trợ lý đã đọc công văn. {hers} (người tổng hợp, dùng Zalo OA) kiểm tra rồi bấm «{everyone}».",
            hers,
            "press",
            everyone,
        ),
        TourStep(
            "Đúng ngày ghi trong văn bản thì tính thế nào",
            f"Văn bản ghi «trước ngày»; {hers} quyết định một lần, bấm «Chậm».",
            hers,
            "press",
            "Chậm",
        ),
        TourStep(
            "Đơn vị đã nhận",
            f"{first} ({of_first}) bấm «Đã nhận công văn», một nút là xong.",
            first,
            "press",
            "Đã nhận công văn",
        ),
        TourStep(
            "Gửi báo cáo",
            f"{first} bấm «Gửi báo cáo», không cần gõ lệnh nào.",
            first,
            "press",
            "Gửi báo cáo",
        ),
        TourStep(
            "Chọn tệp",
            f"{first} bấm hình kẹp giấy, chọn một tệp có sẵn.",
            first,
            "send_file",
            "Báo cáo mẫu.docx",
        ),
        TourStep(
            "Thời gian trôi",
            "Bấm «Đến lượt nhắc» ở thanh trên cùng: đơn vị chưa gửi được nhắc, đơn vị đã gửi thì không.",
            "",
            "clock",
            "due",
        ),
        TourStep(
            "Gửi qua QLVB cũng được",
            f"{late} ({of_late}) dùng Zalo Bot, nơi không có nút: bấm vào dòng chữ «Đã gửi qua QLVB» là gõ dòng ấy. "
            "Đơn vị đã gửi nơi khác không bị nhắc nữa.",
            late,
            "press",
            "Đã gửi qua QLVB",
        ),
        TourStep(
            "Còn ai chưa nộp",
            f"{hers} gửi một câu hỏi, biết ngay phải gọi ai.",
            hers,
            "say",
            "ai chưa nộp",
        ),
    ]


def _ready(url: str, open_browser: bool) -> None:
    print(f"Trang điện thoại: {url}\nDừng: Ctrl-C")
    if open_browser:
        webbrowser.open(url)
