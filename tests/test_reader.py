"""The reader on whole documents: heads, bodies and tables written for these tests, any text at all, and the annotated
documents where they lie beside the project."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.documents import Reading, Secret, read_text
from bot.documents.offices import expand
from bot.documents.reader import with_calendar
from scheduler.workdays import Workdays
from tests.reader_report import FOLDER, documents, invented, score

ENDING = "\n\nNơi nhận:\n- Như trên;\n- Lưu: VT.\nTRƯỞNG PHÒNG\nNguyễn Văn An"
DEPARTMENTS, COMMUNES = "Các phòng, ban", "UBND các xã"


def written(body: str, to: str = DEPARTMENTS) -> Reading:
    head = "UBND HUYỆN SÔNG LAM\nPHÒNG NỘI VỤ\nSố: 07/PNV-CCHC\nSông Lam, ngày 05 tháng 02 năm 2025\nV/v việc cần làm\n"
    return read_text(f"{head}Kính gửi: {to}\n\n{body}{ENDING}")


def told(reading: Reading) -> list[tuple[str, str | None, str]]:
    """Number, the date or the cycle, and the offices of each task."""
    return [
        (task.no, task.deadline.date or task.deadline.recurrence, "; ".join(task.assignees)) for task in reading.tasks
    ]


BODIES: dict[str, tuple[str, list[tuple[str, str | None, str]]]] = {
    "two levels in one sentence": (
        "Chủ tịch UBND huyện yêu cầu:\n1. Các phòng, ban báo cáo về Văn phòng HĐND và UBND huyện trước 10 giờ 00 ngày "
        "10/02/2025 để Văn phòng HĐND và UBND huyện tổng hợp, báo cáo UBND tỉnh trước 15 giờ 00 cùng ngày.\n"
        "2. Giao Phòng Nội vụ theo dõi, đôn đốc.",
        [
            ("1-1", "2025-02-10", DEPARTMENTS),
            ("1-2", "2025-02-10", "Văn phòng HĐND và UBND huyện"),
            ("2", None, "Phòng Nội vụ"),
        ],
    ),
    "the date stands in a later item": (
        "Phòng Nội vụ đề nghị các phòng, ban thực hiện một số nội dung sau:\n1. Lập báo cáo kết quả kiểm tra.\n"
        "2. Rà soát hồ sơ.\n3. Báo cáo gửi về Phòng Nội vụ trước ngày 14/02/2025 để tổng hợp.",
        [
            ("1", "2025-02-14", "các phòng, ban"),
            ("2", None, "các phòng, ban"),
            ("3", "2025-02-14", "các phòng, ban"),
        ],
    ),
    "the date of another item": (
        "Phòng Nội vụ đề nghị:\n1. UBND các xã báo cáo danh sách trước ngày 20/02/2025.\n"
        "2. Trung tâm Văn hóa cung cấp số liệu theo thời gian nêu tại khoản 1.",
        [("1", "2025-02-20", COMMUNES), ("2", "2025-02-20", "Trung tâm Văn hóa")],
    ),
    "verb and date in two sentences": (
        "Để chuẩn bị hội nghị, Phòng Nội vụ đề nghị các phòng, ban báo cáo kết quả thực hiện nhiệm vụ năm 2024. "
        "Thời gian trước ngày 15 tháng 02 năm 2025.",
        [("-", "2025-02-15", "các phòng, ban")],
    ),
    "verb and date in two paragraphs": (
        "Phòng Nội vụ đề nghị các phòng, ban báo cáo kết quả thực hiện nhiệm vụ năm 2024.\n"
        "Báo cáo gửi về Phòng Nội vụ trước ngày 15/02/2025 để tổng hợp./.",
        [("-", "2025-02-15", "các phòng, ban")],
    ),
    "a day that is only expected": (
        "Phòng Nội vụ dự kiến tổ chức hội nghị ngày 20/02/2025. Đề nghị các phòng, ban đăng ký đại biểu trước 16 giờ "
        "ngày 17/02/2025.",
        [("-", "2025-02-17", "các phòng, ban")],
    ),
    "many cycles": (
        "Phòng Nội vụ đề nghị:\n1. Các phòng, ban báo cáo định kỳ: báo cáo quý gửi trước ngày 15 của tháng cuối quý; "
        "báo cáo năm gửi trước ngày 05/12.\n2. UBND các xã báo cáo hằng tháng trước ngày 20.",
        [
            ("1-1", "quarterly: before day 15 of the quarter's last month", DEPARTMENTS),
            ("1-2", "2025-12-05", DEPARTMENTS),
            ("2", "monthly: before day 20", COMMUNES),
        ],
    ),
    "dates of other things": (
        "Thực hiện Công văn số 12/UBND ngày 13/3/2025 của UBND tỉnh, đề nghị các phòng, ban tổng hợp số liệu đến hết "
        "ngày 31/3/2025; kịp thời báo cáo khi có vướng mắc. Các hồ sơ tiếp nhận trước ngày 01/7/2025 theo quy định cũ.",
        [("-", None, "các phòng, ban")],
    ),
    "the date another paper set": (
        "Thực hiện Công văn số 111/UBND-TH ngày 03/02/2025 của UBND tỉnh yêu cầu báo cáo trước ngày 25/02/2025. Để kịp "
        "tổng hợp, Phòng Nội vụ đề nghị các phòng, ban báo cáo trước ngày 20/02/2025.",
        [("-", "2025-02-20", "các phòng, ban")],
    ),
    "the topics of an opinion are no tasks": (
        "Phòng Nội vụ đề nghị các phòng, ban góp ý dự thảo Đề án, tập trung vào các nội dung sau:\n"
        "1. Tổ chức bộ máy của đơn vị.\n2. Quản lý biên chế.\n"
        "Ý kiến góp ý gửi về Phòng Nội vụ trước ngày 12/02/2025.",
        [("end", "2025-02-12", DEPARTMENTS)],
    ),
    "the regime of reports at the very end": (
        "UBND huyện yêu cầu:\n1. Công an huyện tăng cường tuần tra.\n"
        "Chế độ báo cáo: Các phòng, ban báo cáo hằng ngày trước 15 giờ về Văn phòng; báo cáo tổng hợp gửi trước ngày "
        "20/02/2025.",
        [("1", None, "Công an huyện"), ("end", "daily: by 15:00", DEPARTMENTS), ("end", "2025-02-20", DEPARTMENTS)],
    ),
    "each group its own date": (
        "Phòng Nội vụ đề nghị các đơn vị báo cáo như sau:\n- Đối với UBND các xã: gửi báo cáo trước ngày 10/02/2025.\n"
        "- Đối với các phòng, ban: gửi báo cáo trước ngày 14/02/2025.\n"
        "- Phòng Nội vụ tổng hợp, trình UBND huyện trước ngày 18/02/2025.",
        [
            ("-", "2025-02-10", COMMUNES),
            ("-", "2025-02-14", "các phòng, ban"),
            ("-", "2025-02-18", "Phòng Nội vụ"),
        ],
    ),
    "what a scan makes of digits and marks": (
        "Đề nghị các phòng, ban gửi báo cáo truớc ngày l5/3/2025; chậm nhât ngày 2O/3/2025 gửi biểu mẫu.",
        [("-", "2025-03-15", "các phòng, ban"), ("-", "2025-03-20", "các phòng, ban")],
    ),
    "the aims of a plan are no tasks": (
        "UBND huyện yêu cầu:\nI. MỤC ĐÍCH, YÊU CẦU\n1. Nâng cao chất lượng công vụ.\nII. TỔ CHỨC THỰC HIỆN\n"
        "1. Phòng Nội vụ\n- Chủ trì tổ chức thực hiện Kế hoạch.\n- Báo cáo UBND huyện kết quả trước ngày 15/12/2025.\n"
        "2. Ban Quản lý dự án lập hồ sơ trong tháng 3/2025.",
        [
            ("1-a", None, "Phòng Nội vụ"),
            ("1-b", "2025-12-15", "Phòng Nội vụ"),
            ("2", "2025-03-31", "Ban Quản lý dự án"),
        ],
    ),
    "work, who and when under labels": (
        "Phòng Nội vụ ban hành kế hoạch như sau:\nI. NỘI DUNG\n1. Thanh tra hoạt động in.\n"
        "- Thời gian thực hiện: Quý II, HI/2025.\n- Đơn vị chủ trì: Thanh tra huyện.\n"
        "- Đơn vị phối hợp: Phòng Văn hóa và Thông tin.\n2. Tập huấn nghiệp vụ cho các xã.\n"
        "Thời gian: Từ quý I đến hết năm 2025\nĐơn vị thực hiện: Phòng Nội vụ; Phòng Tư pháp.\n"
        "II. TỔ CHỨC THỰC HIỆN\nChánh Thanh tra huyện báo cáo UBND huyện kết quả trước ngày 15/12/2025.",
        [
            ("1", "2025-09-30", "Thanh tra huyện"),
            ("2", "2025-12-31", "Phòng Nội vụ; Phòng Tư pháp"),
            ("end", "2025-12-15", "Thanh tra huyện"),
        ],
    ),
    "the time that work is given": (
        "Phòng Nội vụ đề nghị:\n1. UBND các xã gửi ý kiến. Thời gian góp ý: từ ngày 10/02/2025 đến hết ngày "
        "20/02/2025.\n2. Các phòng, ban hòan thành hồ sơ, nộp ngày 25/02/2025.\n3. Báo cáo tháng gửi trước ngày 15 của "
        "tháng; báo cáo quý gửi trước ngày 05 tháng cuối cùng của mỗi quý.",
        [
            ("1", "2025-02-20", COMMUNES),
            ("2", "2025-02-25", DEPARTMENTS),
            ("3-1", "monthly: before day 15", DEPARTMENTS),
            ("3-2", "quarterly: before day 5 of the quarter's last month", DEPARTMENTS),
        ],
    ),
    "a table of work": (
        "UBND huyện phân công:\n\nTT | Nội dung công việc | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian hoàn thành\n"
        "1 | Xây dựng kế hoạch | Phòng Văn hóa và Thông tin | Các phòng | Tháng 3/2025\n"
        "2 | Báo cáo kết quả | Phòng Nội vụ | UBND các xã | Trước 15/12/2025\n"
        "3 | Kiểm tra công vụ |  |  | Quý II/2025\n4 | Tuyên truyền | Đài Truyền thanh |  | Thường xuyên\n",
        [
            ("1", "2025-03-31", "Phòng Văn hóa và Thông tin"),
            ("2", "2025-12-15", "Phòng Nội vụ"),
            ("3", "2025-06-30", "Phòng Nội vụ"),
            ("4", None, "Đài Truyền thanh"),
        ],
    ),
    "a table whose cells lie one below another": (
        "UBND huyện phân công:\nSTT\nNội dung\nCơ quan chủ trì\nThời gian hoàn thành\nPHÒNG QUẢN LÝ ĐÔ THỊ\n"
        "1\nSố 18/TB ngày 09/01/2025\nLập quy hoạch chi tiết khu dân cư phía Đông\nPhòng QLĐT\nTrong tháng 4\n"
        "02\nTrình kế hoạch trước ngày 20/3/2025; đồng thời gửi dự toán trước ngày 25/3/2025\nPhòng QLĐT\n\n"
        "3\nKiểm tra các tuyến đường trên địa bàn\nPhòng QLĐT\nThời gian hoàn thành trước\nngày 28\n/7/2025.\n"
        "4\nKiểm tra các chợ trên địa bàn huyện\nPhòng QLĐT\n",
        [
            ("1", "2025-04-30", "Phòng Quản lý đô thị"),
            ("02-1", "2025-03-20", "Phòng Quản lý đô thị"),
            ("02-2", "2025-03-25", "Phòng Quản lý đô thị"),
            ("3", "2025-07-28", "Phòng Quản lý đô thị"),
            ("4", None, "Phòng Quản lý đô thị"),
        ],
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_taken_apart(name: str) -> None:
    body, expected = BODIES[name]
    assert told(written(body)) == expected


def test_addressees_named_in_a_group_are_asked_one_by_one() -> None:
    reading = written(
        "Đề nghị các cơ quan nêu trên báo cáo kết quả chậm nhất ngày 28/02/2025./.",
        "Các sở: Tài chính, Văn hóa, Thể thao và Du lịch, Công an tỉnh",
    )
    assert told(reading) == [("-", "2025-02-28", "Sở Tài chính; Sở Văn hóa, Thể thao và Du lịch; Công an tỉnh")]


def test_the_offices_of_a_kind_are_those_that_are_addressed() -> None:
    body = "Văn phòng đề nghị các phòng khẩn trương gửi báo cáo trong ngày 22/02/2025; các trạm gửi sau."
    reading = written(body, "Các phòng: Nội vụ, Tư pháp; Thanh tra huyện")
    assert told(reading) == [("-", "2025-02-22", "Phòng Nội vụ; Phòng Tư pháp")]
    assert told(written(body, "UBND các xã")) == [("-", "2025-02-22", "các phòng")]


def test_who_leads_who_helps_and_who_collects() -> None:
    task = written(
        "Giao Phòng Tài chính - Kế hoạch chủ trì, phối hợp với Phòng Nội vụ, UBND các xã rà soát nhu cầu, báo cáo UBND "
        "huyện (qua Văn phòng HĐND và UBND huyện) chậm nhất ngày 15/3/2025."
    ).tasks[0]
    assert (task.assignees, task.coordinating) == (("Phòng Tài chính - Kế hoạch",), ("Phòng Nội vụ", COMMUNES))
    assert (task.send_to, task.via) == ("UBND huyện", "Văn phòng HĐND và UBND huyện")


def test_a_weekday_or_a_lunar_day_that_does_not_fit_is_said() -> None:
    slip = written("Đề nghị các phòng, ban gửi báo cáo trước ngày 14/02/2024 (Thứ Sáu).")
    assert [task.deadline.date for task in slip.tasks] == ["2024-02-14"]
    assert "Thứ Tư" in slip.notes[0]
    tet = written("Đề nghị các phòng, ban gửi báo cáo trước 10 giờ ngày 10/02/2025 (nhằm ngày 12 tháng Giêng).")
    assert "ngày 13 tháng 1 âm lịch" in tet.notes[0]


def test_an_invitation_has_an_hour_and_the_people_it_invites() -> None:
    reading = read_text(
        "UBND XÃ HÒA VANG\nSố:       /GM-UBND            Hòa Vang, ngày 20 tháng 9 năm 2025\nGIẤY MỜI\n"
        "Họp đánh giá tình hình 9 tháng\n\nKính gửi:\n- Trưởng các phòng: Kinh tế, Văn hóa - Xã hội;\n- Công an xã.\n"
        "UBND xã trân trọng kính mời dự họp:\n1. Thành phần: Trưởng Công an xã và các phòng.\n"
        "2. Thời gian: 14 giờ 00, thứ Sáu ngày 26/9/2025.\n3. Địa điểm: Hội trường.\n"
        "Giao Phòng Kinh tế chuẩn bị báo cáo, gửi về Văn phòng trước ngày 24/9/2025." + ENDING
    )
    assert (reading.doc_type, reading.number, reading.date) == ("giấy mời", "/GM-UBND", "2025-09-20")
    assert told(reading) == [
        ("2", "2025-09-26", "Phòng Kinh tế; Phòng Văn hóa - Xã hội; Công an xã"),
        ("end", "2025-09-24", "Phòng Kinh tế"),
    ]
    event = reading.tasks[0]
    assert (event.kind, event.deadline.rule, event.deadline.time) == ("event", "on_datetime", "14:00")


def test_those_a_notice_invites_are_its_addressees() -> None:
    reading = read_text(
        "UBND TỈNH LÂM HẢI\nSố: 5/TB-UBND\nLâm Hải, ngày 6 tháng 11 năm 2024\nTHÔNG BÁO\nVề việc tham dự Hội nghị\n"
        "UBND tỉnh mời các sở, ngành, UBND các huyện cùng tham dự Hội nghị như sau:\n"
        "1. Thời gian: Vào lúc 08 giờ 00 phút, ngày 09/11/2024." + ENDING
    )
    assert reading.offices == ("các sở, ngành", "UBND các huyện")
    assert told(reading) == [("1", "2024-11-09", "các sở, ngành; UBND các huyện")]


HEADS = [
    (
        "UBND HUYỆN A LƯỚI                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO         Độc lập - Tự do - Hạnh phúc\n\n"
        "Số: 245/PGDĐT-THCS                A Lưới, ngày 02 tháng 8 năm 2024\n"
        "V/v báo cáo tình hình\nchuẩn bị năm học mới\nKính gửi: Hiệu trưởng các trường THCS\nPhòng yêu cầu:",
        ("công văn", "245/PGDĐT-THCS", "2024-08-02", "Phòng Giáo dục và Đào tạo huyện A Lưới"),
        "báo cáo tình hình chuẩn bị năm học mới",
        ["Hiệu trưởng các trường THCS"],
    ),
    (
        "SỞ NÔNG NGHIỆP VÀ                 CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "PHÁT TRIỂN NÔNG THÔN              Độc lập - Tự do - Hạnh phúc\n"
        "Số: 12/SNN-TTr                    Lào Cai, ngày 02 tháng 8 năm 2024\nV/v góp ý dự thảo\nKính gửi:\n"
        "- Các phòng: Kế hoạch, Tổ chức cán bộ;\n- Chi cục Kiểm lâm.\nNội dung",
        ("công văn", "12/SNN-TTr", "2024-08-02", "Sở Nông nghiệp và Phát triển nông thôn"),
        "góp ý dự thảo",
        ["Phòng Kế hoạch", "Phòng Tổ chức cán bộ", "Chi cục Kiểm lâm"],
    ),
    (
        "ỦY BAN NHÂN DÂN\nTỈNH THANH HÓA\nSố: 03/CĐ-UBND\nThanh Hóa, ngày l5 tháng 9 năm 202l\nHỎA TỐC\nCÔNG ĐIỆN\n"
        "Về việc ứng phó với áp thấp nhiệt đới\n\nCHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH ĐIỆN:\n"
        "- Giám đốc các sở: Công Thương, Y tế;\n- Chủ tịch UBND các huyện.\n\n"
        "Chủ tịch UBND tỉnh yêu cầu:\n1. Sở Y tế trực." + ENDING,
        ("công điện", "03/CĐ-UBND", "2021-09-15", "Chủ tịch Ủy ban nhân dân tỉnh Thanh Hóa"),
        "ứng phó với áp thấp nhiệt đới",
        ["Sở Công Thương", "Sở Y tế", "UBND các huyện"],
    ),
    (
        "ĐẢNG BỘ TỈNH LÂM HẢI\nBAN TUYÊN GIÁO TỈNH ỦY\n*\nSố 368-CV/BTGTU\nV/v báo cáo công tác\n"
        "ĐẢNG CỘNG SẢN VIỆT NAM\nLâm Hải, ngày 12 tháng 3 năm 2021\nKính gửi: - Ban Tuyên giáo các huyện ủy;\n"
        "- Đảng ủy Công an tỉnh.\nBan Tuyên giáo đề nghị",
        ("công văn", "368-CV/BTGTU", "2021-03-12", "Ban Tuyên giáo Tỉnh ủy"),
        "báo cáo công tác",
        ["Ban Tuyên giáo các huyện ủy", "Đảng ủy Công an tỉnh"],
    ),
    (
        "UBND TỈNH HÀ GIANG\nSỞ Y TẾ\nSố: 77/SYT-NVY\nV/v đề nghị báo cáo\nHà Giang, ngày 5 tháng 3 năm 2012\n"
        "kết quả khám bệnh\nKính gửi: Các bệnh viện trực thuộc\nSở đề nghị báo cáo",
        ("công văn", "77/SYT-NVY", "2012-03-05", "Sở Y tế tỉnh Hà Giang"),
        "đề nghị báo cáo kết quả khám bệnh",
        ["Các bệnh viện trực thuộc"],
    ),
    (
        "UBND TỈNH HÀ GIANG\nSỞ Y TẾ\nSố: 77/KH-SYT\nHà Giang, ngày  tháng 3 năm 2012\n"
        "KẾ HOẠCH TRIỂN KHAI CÔNG TÁC\nphòng, chống dịch\n\nThực hiện chỉ đạo, Sở xây dựng kế hoạch:",
        ("kế hoạch", "77/KH-SYT", "2012-03", "Sở Y tế tỉnh Hà Giang"),
        "TRIỂN KHAI CÔNG TÁC phòng, chống dịch",
        [],
    ),
]


@pytest.mark.parametrize(("text", "head", "subject", "offices"), HEADS)
def test_a_head_is_read(text: str, head: tuple[str, ...], subject: str, offices: list[str]) -> None:
    reading = read_text(text)
    got = (reading.doc_type, reading.number, reading.date, reading.issuer)
    assert [str(each).casefold() for each in got] == [each.casefold() for each in head]
    assert reading.subject == subject
    assert list(reading.offices) == offices


def test_the_ends_of_lines_are_nothing_but_that() -> None:
    body = "Đề nghị các phòng, ban gửi báo cáo trước\nngày 17\n/5/2025."
    assert told(written(body)) == told(written(body.replace("\n", "\r\n"))) == [("-", "2025-05-17", "các phòng, ban")]
    for text, head, subject, _ in HEADS:
        reading = read_text(text.replace("\n", "\r\n"))
        assert (reading.number, reading.subject, reading.issuer) == (head[1], subject, read_text(text).issuer)


def test_what_a_scan_leaves_of_the_marks_is_enough() -> None:
    text, head, subject, offices = HEADS[1]
    scanned = text.replace("Kính gửi", "Kính gưi").replace("Số:", "Sô:") + ENDING.replace("Nơi nhận", "Nơi nhân")
    reading = read_text(scanned)
    assert (reading.number, reading.subject, list(reading.offices)) == (head[1], subject, offices)
    assert read_text(HEADS[-1][0].replace("KẾ HOẠCH", "KÊ HOẠCH")).doc_type == "kế hoạch"


def test_another_calendar_reaches_the_tables_too() -> None:
    body, _ = BODIES["a table of work"]
    off = Workdays({date(2025, 3, 31): "họp"})
    assert with_calendar(written(body), off).tasks[0].deadline.last_workday == "2025-03-28"


def test_a_title_broken_before_a_name_is_whole() -> None:
    reading = read_text(
        "UBND TỈNH LÂM HẢI\nSố: 5/CT-UBND\nLâm Hải, ngày 6 tháng 5 năm 2021\nCHỈ THỊ\n"
        "Về tăng cường chỉ đạo kỳ thi năm 2021 trên địa bàn tỉnh Lâm\nHải\n"
        "Thực hiện Chỉ thị số 11/CT-TTg, UBND tỉnh yêu cầu:\n1. Sở Y tế phối hợp." + ENDING
    )
    assert reading.subject == "tăng cường chỉ đạo kỳ thi năm 2021 trên địa bàn tỉnh Lâm Hải"


@pytest.mark.parametrize(
    ("printed", "offices"),
    [
        ("Bộ trưởng các Bộ: Quốc phòng, Công an", ["Bộ Quốc phòng", "Bộ Công an"]),
        ("Các sở Nội vụ, Tài chính, Y tế", ["Sở Nội vụ", "Sở Tài chính", "Sở Y tế"]),
        ("Trưởng các phòng, ban: Nội vụ, Thanh tra huyện", ["Phòng Nội vụ", "Thanh tra huyện"]),
        ("Chủ tịch UBND các xã: Bình An, Bình Minh", ["UBND xã Bình An", "UBND xã Bình Minh"]),
        ("Phòng Y tế (bộ phận tổng hợp)", ["Phòng Y tế"]),
        ("UBND các xã, phường, đặc khu", ["UBND các xã, phường, đặc khu"]),
        ("Các Sở Thông tin và Truyền thông", ["Các Sở Thông tin và Truyền thông"]),
    ],
)
def test_groups_are_spelled_out(printed: str, offices: list[str]) -> None:
    assert list(expand(printed)) == offices


# --- any text at all ------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "trước ",
        "ngày ",
        "17/5/2024",
        "31/02/2024",
        "tháng 13",
        "quý HI",
        "cùng ngày",
        "10 giờ ",
        "\n",
        "\n\n",
        "1. ",
        "a) ",
        "- ",
        "(2) ",
        "II. ",
        "Số: ",
        "/UBND",
        "V/v ",
        "Kính gửi:",
        "Các phòng: ",
        "Nội vụ, ",
        "Giao Phòng Y tế ",
        "báo cáo ",
        "gửi về ",
        "UBND huyện ",
        "(qua ",
        ")",
        "định kỳ ",
        "hằng tháng ",
        "CHỈ THỊ",
        "GIẤY MỜI",
        "Thời gian: ",
        "TT ",
        "STT\n",
        "Nội dung ",
        "Cơ quan chủ trì ",
        "Thời gian hoàn thành ",
        " ",
        " ",
        ";",
        ".",
        ":",
        "từ đầu năm đến ",
        "chậm nhất ",
        "mời ",
        "(Thứ Sáu)",
        "(mùng 3 Tết)",
        "İ",
        "ố",
        "Nơi nhận:",
        "PHÒNG ",
        "**",
        "_",
        "0",
    ]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(PIECES | st.text(max_size=5), max_size=120).map("".join))


def spans(reading: Reading) -> list[tuple[tuple[int, int], str | None]]:
    """Every span of a reading, with the words it is said to hold where these are kept."""
    found: list[tuple[tuple[int, int], str | None]] = [(span, None) for span in reading.spans.values()]
    for task in reading.tasks:
        found += [(task.span, task.text), *((question.span, None) for question in task.questions)]
        found += [(each.span, each.expression) for each in (task.deadline, task.period) if each and each.span]
    return found


@given(TEXTS)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_read_in_time_and_every_span_is_in_it(text: str) -> None:
    started = time.process_time()
    try:
        reading = read_text(text)
    except Secret:
        return
    assert time.process_time() - started < 2
    for (start, end), words in spans(reading):
        assert 0 <= start <= end <= len(reading.text)
        if words is not None:
            assert reading.words((start, end)) == words
    assert reading.to_json()["text"] == reading.text


@pytest.mark.parametrize(
    "piece",
    [
        "giao Sở ",
        "1. Phòng Nội vụ báo cáo UBND huyện trước ngày 1/3/2025; Phòng Y tế tổng hợp.\n",
        "trong quý I, II, ",
        "hằng tháng trước ngày ",
        "1\nLàm một việc rất dài ở đây\nPhòng A\nTrong tháng 7\n",
        "A\n",
        "PHÒNG A\n",
    ],
)
def test_no_page_takes_two_seconds(piece: str) -> None:
    head = "UBND HUYỆN A\nSố: 1/UBND\nA, ngày 5 tháng 2 năm 2025\nKính gửi: Các phòng\n\nYêu cầu:\n1. Giao Phòng A "
    page = 3000
    text = head + piece * (4 * page // len(piece))
    started = time.process_time()
    read_text(text)
    assert time.process_time() - started < 2 * 4


# --- the annotated documents ----------------------------------------------------------------------------------------

FLOORS: dict[str, tuple[float, float]] = {
    "number": (0.97, 0.97),
    "date": (0.97, 0.97),
    "issuer": (0.97, 0.97),
    "subject": (0.97, 0.97),
    "recipients": (0.97, 0.97),
    "due dates": (0.98, 0.92),
    "all tasks": (0.9, 0.9),
    "assignees": (0.9, 0.9),
}
"""Precision and recall at least."""


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the annotated documents do not lie beside the project")
def test_the_annotated_documents_are_read_well_enough() -> None:
    pairs = list(documents())
    scores = score(iter(pairs))
    short = {
        name: each.misses
        for name, each in scores.items()
        if name in FLOORS and (each.precision < FLOORS[name][0] or each.recall < FLOORS[name][1])
    }
    assert not short
    assert not invented(iter(pairs))


def test_a_miss_and_a_false_find_are_counted() -> None:
    gold = {"number": "1/A", "date": "2024-01-02", "issuer": "A", "subject": "B", "recipients": ["Phòng A"]}
    gold |= {"classification": {"secrecy": None}, "doc_type": "công văn", "completeness": "full"}
    task = {"no": "1", "text": "báo cáo kết quả", "text_snippet": "báo cáo kết quả", "assignees": ["Phòng A"]}
    task |= {"due_date_iso": "2024-05-17", "due_rule": "before_date", "kind": "report"}
    got: dict[str, Any] = {**gold, "number": "2/A", "offices": ["Phòng A"]}
    wrong = task | {"due_date_iso": "2024-05-18", "assignees": ["Phòng B"]}
    extra = task | {"no": "2", "text": "gửi danh sách"}
    scores = score(iter([("one", gold | {"tasks": [task]}, got | {"tasks": [wrong, extra]})]))
    assert {name: (round(each.precision, 2), each.recall) for name, each in scores.items()} == {
        "number": (0, 0),
        "date": (1, 1),
        "issuer": (1, 1),
        "subject": (1, 1),
        "recipients": (1, 1),
        "secrecy": (1, 1),
        "dated tasks": (0.5, 1),
        "all tasks": (0.5, 1),
        "assignees": (0, 0),
        "due dates": (0, 0),
    }
    assert invented(iter([("one", gold | {"tasks": []}, got | {"tasks": [extra]})])) == ["one: 2024-05-17"]
