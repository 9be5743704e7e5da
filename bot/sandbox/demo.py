"""The demo: the whole main job on this machine, in the terminal or on a page of phones."""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from pathlib import Path

from bot.documents import DocumentError, Reading, read_file
from bot.logs import setup
from bot.sandbox.page import Cast, TourStep, serve
from bot.sandbox.script import COORDINATOR, DEFAULT, LATE, NAMES, play, two_days_before
from bot.sandbox.script import Cast as Offices
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
    """Phones in the browser until Ctrl-C: the directive is read already, one button is highlighted."""
    setup("WARNING", False)
    file = directive or DEFAULT
    try:
        reading = await read_file(file, file.name)
    except (DocumentError, OSError) as error:
        print(error)
        return 2
    async with Stage(two_days_before(reading, Workdays.load()), running=True) as stage:
        cast = await seat(stage, reading)
        await stage.restart()  # so that the coordinator's menu is her own
        await stage.phone(COORDINATOR).send_document(file.name, file.read_bytes())
        await stage.app.settled()
        serving = asyncio.create_task(serve(stage, port, cast, tour(cast), lambda url: _ready(url, open_browser)))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, serving.cancel)
        try:
            await serving
        except asyncio.CancelledError:
            return 0
        except OSError:
            print(f"Cổng {port} đang bận. Đóng bản đang chạy, hoặc thêm --port {port + 1}.")
            return 2
    return 0


async def seat(stage: Stage, reading: Reading) -> list[Cast]:
    """Every office of the directive with a head on a phone; the coordinator and two heads are shown at first."""
    offices = Offices.of(reading)
    await stage.seat(COORDINATOR, await stage.office(offices.collector), Role.COORDINATOR)
    cast = [Cast(COORDINATOR, f"{offices.collector} (người tổng hợp)")]
    late = next((o for o in offices.others if "Tài chính" in o), offices.others[-1])
    names = iter(NAMES)
    for number, office in enumerate(offices.others):
        name = LATE if office == late else next(names, f"Trưởng {number}")
        await stage.seat(name, await stage.office(office), Role.HEAD)
        cast.append(Cast(name, office, shown=number == 0 or office == late))
    return cast


def tour(cast: list[Cast]) -> list[TourStep]:
    """Eight steps from «Gửi 9 đơn vị» to the list of those missing."""
    hers, first, late = COORDINATOR, cast[1].name, LATE
    return [
        TourStep(
            "Công văn đã được đọc",
            "Trợ lý đã đọc công văn và chờ người tổng hợp kiểm tra. Bấm nút gửi khi đã vừa ý.",
            hers,
            "press",
            f"Gửi {len(cast)} đơn vị",
        ),
        TourStep(
            "Đúng ngày ghi trong văn bản thì tính thế nào",
            "Văn bản ghi «trước ngày»; người tổng hợp quyết định một lần.",
            hers,
            "press",
            "Chậm",
        ),
        TourStep("Đơn vị đã nhận", "Trưởng phòng bấm một nút là xong.", first, "press", "Đã nhận công văn"),
        TourStep("Gửi báo cáo", "Không cần gõ lệnh nào.", first, "press", "Gửi báo cáo"),
        TourStep("Chọn tệp", "Bấm hình kẹp giấy, chọn một tệp có sẵn.", first, "send_file", "Báo cáo mẫu.docx"),
        TourStep(
            "Thời gian trôi",
            "Bấm «Đến hạn»: đơn vị chưa gửi được nhắc, đơn vị đã gửi thì không.",
            "",
            "clock",
            "due",
        ),
        TourStep(
            "Gửi qua QLVB cũng được",
            "Đơn vị báo đã gửi nơi khác thì không bị nhắc nữa.",
            late,
            "press",
            "Đã gửi qua QLVB",
        ),
        TourStep("Còn ai chưa nộp", "Người tổng hợp hỏi một câu, biết ngay phải gọi ai.", hers, "say", "ai chưa nộp"),
    ]


def _ready(url: str, open_browser: bool) -> None:
    print(f"Trang điện thoại: {url}\nDừng: Ctrl-C")
    if open_browser:
        webbrowser.open(url)
