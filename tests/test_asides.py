"""What is plainly no answer, in the middle of a question; and answers that merely sound like it."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.clocks import VIETNAM
from bot.sandbox.stage import Stage
from db import open_work
from db.offices import Office
from db.people import Person, Role
from handlers import intent, load
from handlers.deeds.asides import aside

load()

NO_ANSWERS = {
    "đang họp": "dangban",
    "dang hop, ti nua xem": "dangban",
    "chị đang bận, lát chị làm nhé": "dangban",
    "để anh xem đã": "dangban",
    "còn gì": "viec",
    "em ơi còn thiếu gì nữa": "viec",
    "hạn là bao giờ": "viec",
    "ai chưa nộp": "missing",
    "hạn chót ngày mấy": "viec",
    "khi nào hết hạn": "viec",
    "làm tiếp": "traloi",
    "thôi để mai": "huy",
    "chờ chút": "huy",
    "thôi không xin gia hạn nữa": "huy",
    "không huỷ nữa": "huy",
    "thôi khỏi em": "huy",
    "để chị hỏi lại đã": "huy",
    "còn mấy câu nữa": "traloi",
    "huong dan em voi": "huongdan",
    "cảm ơn em nhé": "huongdan",
    "👍": "nhan",
    "em ơi": "huongdan",
    "alo": "huongdan",
    "mai anh gửi": "hen",
    "thứ sáu tuần sau em gửi": "hen",
    "chiều nay gửi bản ký nhé": "hen",
    "em gửi ngày 16/5": "hen",
    "anh gửi trên iOffice rồi nhé": "qlvb",
    "đã gửi qua QLVB": "qlvb",
    "xin gia hạn": "giahan",
    "xin gia hạn đến 20/5 vì chờ số liệu các xã": "giahan",
    "cho em gia hạn nộp báo cáo đến thứ sáu được không": "giahan",
    "xin thêm 3 ngày nữa": "giahan",
    "cho em thêm thời gian": "giahan",
    "xin khất đến thứ sáu": "giahan",
    "báo cáo bằng giấy được không": "cachgui",
    "gửi bản cứng được không em": "cachgui",
    "nộp qua zalo có được không ạ": "cachgui",
    "gửi qua QLVB được không": "cachgui",
    "nộp ở đâu vậy em": "cachgui",
    "nộp giấy dc ko": "cachgui",
    "nộp giấy được k": "cachgui",
    "chụp hình gửi được không": "cachgui",
    "gửi bằng gì": "cachgui",
    "tôi không biết gửi file": "cachgui",
    "tuần sau gửi được không": "lienhe",
    "em ơi thứ 2 tuần sau nộp có kịp không": "lienhe",
    "nộp trễ được không": "lienhe",
    "gọi cho tôi": "lienhe",
    "goi lai cho anh so 0905 123 456": "lienhe",
    "gọi cho ai": "lienhe",
    "xin số điện thoại": "lienhe",
    "cho tôi gặp người phụ trách": "lienhe",
    "ai gửi cái này vậy": "lienhe",
    "ai hướng dẫn vậy": "lienhe",
    "ai phụ trách việc này": "lienhe",
    "không hiểu câu này": "lienhe",
    "câu này là sao": "lienhe",
    "em ơi câu này trả lời sao": "lienhe",
    "giao cho cô Vân": "giao",
    "chuyển việc này cho anh Nam làm nhé": "lienhe",
    "để chị Tư trả lời": "lienhe",
    "nhắc tôi 8h mai": "nhactoi",
    "nhắc em sáng mai nhé": "nhactoi",
    "dừng nhắc": "dungnhac",
    "vì sao": "visao",
    "thêm kênh": "kenh",
    "tôi nghỉ phép đến 20/5, Lan thay": "thay",
    "liên hệ nhờ chị gọi lại giúp": "lienhe",
    "đã gửi qua QLVB số 45/BC-TP ngày 14/5": "qlvb",
    "quay lại": "traloi",
    "gửi nhầm rồi": "thuhoi",
    "em gửi lộn file": "thuhoi",
    "muốn thu hồi báo cáo vừa gửi": "thuhoi",
}

ANSWERS = (
    "Đang họp Ban Chỉ đạo để thống nhất",
    "Bận rộn dịp cuối năm nên hồ sơ trễ hạn",
    "Thiếu",
    "Không",
    "Rồi",
    "12 kg",
    "Anh em công chức đồng thuận",
    "Vâng",
    "Hướng dẫn 12 xã",
    "Hướng dẫn các xã thực hiện",
    "Giúp đỡ hộ nghèo",
    "Còn gì khó khăn thì đã báo cáo riêng",
    "Giao cho Văn phòng chủ trì",
    "Giao cho đồng chí Vân phụ trách",
    "Giao cho các xã",
    "Giao cho chị em phụ nữ",
    "Giao cho cô Vân, bộ phận Một cửa, theo dõi hồ sơ trễ hạn",
    "Chuyển cho anh em công chức tự rà soát",
    "Đã xin gia hạn 3 hồ sơ",
    "Gia hạn 12 hợp đồng",
    "Không gia hạn hợp đồng nữa",
    "Đề nghị gia hạn thời gian thực hiện dự án",
    "Xin gia hạn thời gian thực hiện đề án đến tháng 6",
    "Gửi nhầm 02 hồ sơ sang Tư pháp",
    "Nộp nhầm địa chỉ nên hồ sơ trễ hạn",
    "Thu hồi 5 giấy phép",
    "Gọi điện cho 12 hộ",
    "Liên hệ anh Nam, 0905123456",
    "Báo cáo bằng giấy chiếm 80%",
    "100% hồ sơ nộp bằng giấy được số hóa",
    "Tuần sau họp Ban Chỉ đạo",
    "Liên hệ với 12 hộ dân",
    "Đã gửi qua hệ thống 12 hồ sơ",
    "Nhắc em học sinh chấp hành giờ giấc",
    "Vì sao trễ: thiếu nhân sự",
    "Tôi đi công tác 3 lần thay mặt Ban Chỉ đạo",
    "Gửi ngày 20/6",
    "Nộp ngày 15/5",
    "Chị Mai gửi",
    "Tuần sau gửi giấy mời cho thành viên được 12 đơn vị",
    "Đã gửi 12 giấy mời",
    "Không biết chữ: 12 người",
    "Không hiểu quy trình nên hồ sơ trễ hạn",
    "Cần hỗ trợ",
    "Ai cũng hoàn thành nhiệm vụ",
    "trả lời: xin gia hạn",
)


@pytest.mark.parametrize(("said", "meant"), NO_ANSWERS.items())
def test_it_is_said_to_us_and_no_answer(said: str, meant: str) -> None:
    assert aside(said) == meant


@pytest.mark.parametrize("said", ANSWERS)
def test_it_is_an_answer_though_it_sounds_like_something_said_to_us(said: str) -> None:
    assert aside(said) is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("em gửi qua QLVB hôm nay số 12/BC-TP", "qlvb"),
        ("bên em nộp trên iOffice ngày 13/5 rồi, số 45/BC-TCKH", "qlvb"),
        ("mai em gửi qua QLVB", "hen"),
        ("chiều nay em gửi trên iOffice", "hen"),
        ("công văn 30 đã gửi qlvb", "qlvb"),
        ("công văn 31 còn thiếu ai", "missing"),
        ("công văn 31", "xemcongvan"),
        ("công văn này về gì", "xemcongvan"),
        ("họp thứ Sáu tuần sau", "ngayhop"),
        ("báo ngày họp 12/6", "ngayhop"),
        ("hoãn họp", "ngayhop"),
        ("họp hoãn sang tuần sau", "ngayhop"),
        ("xin miễn báo cáo vì mới sáp nhập", "lienhe"),
        ("thôi không xin gia hạn nữa", "huy"),
        ("ai đã nộp", "danhan"),
        ("ai nộp rồi", "danhan"),
        ("đơn vị nào đã gửi báo cáo", "danhan"),
        ("em nộp rồi", "danop"),
        ("tình hình công văn 32", "missing"),
        ("còn mấy đơn vị chưa nộp", "missing"),
        ("xuất excel", "tepthieu"),
        ("xin file excel", "tepthieu"),
        ("đóng công văn 32", "ketthuc"),
        ("lùi hạn y tế đến 20/5", "giahan"),
        ("tuần sau họp mới gửi được", "hen"),
    ],
)
def test_a_line_means_a_command(said: str, meant: str | None) -> None:
    assert intent(said) == meant


@pytest.mark.parametrize(
    "said", [said for said, meant in NO_ANSWERS.items() if meant in {"cachgui", "lienhe", "thuhoi"}]
)
def test_out_of_a_question_it_means_the_same(said: str) -> None:
    """Handing over and where to send have doors of their own there."""
    doors = {"để chị Tư trả lời", "nộp ở đâu vậy em"}
    assert said in doors or intent(said) == NO_ANSWERS[said]


async def test_the_coordinator_is_named_with_the_phone_that_is_known(sqlite_url: str) -> None:
    async with Stage(datetime(2024, 5, 14, 8, tzinfo=VIETNAM), database_url=sqlite_url) as stage:
        await stage.seat("Hà", collecting := await stage.office("Phòng Nội vụ"), Role.COORDINATOR)
        await stage.seat("Lan", await stage.office("Phòng Tư pháp"), Role.HEAD)
        lan, hà = stage.phone("Lan"), stage.phone("Hà")
        for noun, number, phone in ((Office, collecting, "0255 3851 111"), (Person, 1, "0905 123 456")):
            async with open_work(stage.app.db, stage.clock) as work:
                (await work.session.get_one(noun, number)).phone = phone
            await lan.say("gọi cho tôi")
            await stage.settled()
            assert f"đồng chí Hà (Phòng Nội vụ), điện thoại {phone}." in lan.messages[-1].text
        assert hà.messages[-1].text == "Lan (Phòng Tư pháp) nhắn: «gọi cho tôi». Đề nghị đồng chí liên hệ lại."
