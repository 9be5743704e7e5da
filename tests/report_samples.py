"""Reports to write and look at: a plain one, and a hard one with long names, many offices, empty answers, tables."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.documents.report.model import (
    Annex,
    Heading,
    Letter,
    Letterhead,
    Matrix,
    Passage,
    Question,
    Report,
    Respondent,
    Signature,
    Source,
    State,
    Table,
    Total,
)
from bot.documents.report.outline import Answers, Topic, by_office, by_topic
from bot.documents.report.rolls import missing, rolls
from bot.vi import report as vi

MADE = datetime(2024, 5, 17, 2, 30, tzinfo=UTC)
DUE = datetime(2024, 5, 16, 16, 59, tzinfo=UTC)
PAPER = "Công văn số 912/UBND-TTHC ngày 14/5/2024 của UBND huyện Bình Sơn"
NINE = (
    "Phòng Nội vụ",
    "Phòng Tư pháp",
    "Phòng Văn hóa và Thông tin",
    "Phòng Tài chính - Kế hoạch",
    "Phòng Kinh tế và Hạ tầng",
    "Phòng Y tế",
    "Phòng Giáo dục và Đào tạo",
    "Văn phòng HĐND và UBND huyện",
    "Thanh tra huyện",
)
LONG = "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính liên thông điện tử cấp xã"
ASKED = (
    "Kết quả thực hiện cải cách hành chính",
    "Số hồ sơ thủ tục hành chính đã giải quyết",
    "Ưu điểm",
    "Tồn tại, hạn chế",
    "Nguyên nhân chủ quan",
    "Nguyên nhân khách quan",
    "Đề xuất nhiệm vụ, giải pháp",
)
TOPICS = (
    Topic("Kết quả thực hiện", (1,)),
    Topic(
        "Đánh giá chung",
        points=(
            Topic("Ưu điểm", (3,)),
            Topic("Tồn tại, hạn chế", (4,)),
            Topic("Nguyên nhân", points=(Topic("Nguyên nhân chủ quan", (5,)), Topic("Nguyên nhân khách quan", (6,)))),
        ),
    ),
    Topic("Nhiệm vụ, giải pháp", (7,)),
)
SAID = {
    1: "Đã ban hành kế hoạch cải cách hành chính năm 2024; rà soát 42 thủ tục hành chính, công khai đầy đủ tại Bộ "
    "phận Tiếp nhận và Trả kết quả; tỷ lệ hồ sơ giải quyết trước và đúng hạn đạt 98,5%.",
    3: "Lãnh đạo quan tâm chỉ đạo; công chức nắm chắc quy trình.",
    4: "Tỷ lệ hồ sơ nộp trực tuyến còn thấp.\nViệc số hóa kết quả chưa đầy đủ.",
    5: "Một số công chức chưa chủ động hướng dẫn người dân.",
    6: "Hệ thống phần mềm đôi lúc chưa ổn định.",
    7: "Đề nghị tổ chức tập huấn sử dụng phần mềm một cửa.",
}
SCORES = Table(
    ("Tiêu chí", "Điểm 2022", "Điểm 2023", "Nguyên nhân giảm điểm"),
    (("Cải cách thủ tục hành chính", "12,5", "11,75", "Tỷ lệ hồ sơ trực tuyến thấp"), ("Công vụ", "8", "7,5", "")),
    (4, 2, 2, 4),
    frozenset({1, 2}),
    ("Tổng điểm", "20,5", "19,25", ""),
    "Bảng tiêu chí giảm điểm",
)


def offices(count: int) -> tuple[Respondent, ...]:
    """The nine, then long names; one each late, waiting, missing and exempt, again and again."""
    names = [*NINE, *(f"{LONG} số {number}" for number in range(10, count + 1))][:count]
    turns = (State.ON_TIME, State.ON_TIME, State.ON_TIME, State.LATE, State.WAITING, State.MISSING, State.EXEMPT)
    return tuple(_respondent(place, name, turns[(place - 1) % len(turns)]) for place, name in enumerate(names, 1))


def _respondent(place: int, name: str, state: State) -> Respondent:
    received = DUE + timedelta(hours=5 if state is State.LATE else -place)
    sent = state in {State.ON_TIME, State.LATE}
    return Respondent(
        place,
        name,
        state,
        DUE,
        received if sent else None,
        1 + place % 2 if sent else 0,
        f"QLVB, số {place}/BC, ngày 16/5/2024" if state is State.WAITING else "",
        "Mới thành lập, chưa có nhiệm vụ" if state is State.EXEMPT else "",
        f"https://nhacviec.example.vn/tep/{place}" if sent else "",
    )


def answers(respondents: tuple[Respondent, ...]) -> Answers:
    """Those who sent have answered; every third has nothing to propose, every fourth is silent on what is lacking."""
    known = {each.id: each for each in respondents if each.version}

    def answer(office: int, question: int) -> Passage | None:
        if office not in known or (question == 4 and office % 4 == 0):
            return None
        each = known[office]
        source = Source(office, question, each.version)
        if question == 2:
            return Passage(source, each.name, f"{office * 1250} hồ sơ", Decimal(office * 1250), answered_at=MADE)
        nothing = question == 7 and office % 3 == 0
        scores = SCORES if question == 4 and office % 2 else None
        return Passage(source, each.name, "" if nothing else SAID[question], None, nothing, MADE, each.link, scores)

    return answer


def total(respondents: tuple[Respondent, ...]) -> Total:
    asked = [(each, answers(respondents)(each.id, 2)) for each in respondents]
    parts = tuple((each.name, said.number) for each, said in asked if said and said.number is not None)
    without = tuple(each.name for each, said in asked if said is None and each.state is not State.EXEMPT)
    return Total("Tổng số hồ sơ đã giải quyết", parts, "hồ sơ", without)


def head(symbol: str) -> Letterhead:
    return Letterhead("Phòng Nội vụ", "UBND huyện Bình Sơn", "Bình Sơn", symbol, date(2024, 5, 17))


def report(count: int = 9, *, of_offices: bool = False, edition: int = 1) -> Report:
    owing = offices(count)
    arranged = by_office(TOPICS, owing, answers(owing)) if of_offices else by_topic(TOPICS, owing, answers(owing))
    first, *rest = arranged
    figures = first if of_offices else Heading(first.title, (*first.blocks, total(owing)), first.points)
    answered, missed = sum(each.version > 0 for each in owing), sum(each.state is State.MISSING for each in owing)
    return Report(
        head("BC-PNV"),
        vi.subject("kết quả thực hiện cải cách hành chính từ ngày 15/12/2023 đến ngày 15/5/2024"),
        ("UBND huyện Bình Sơn",),
        ("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015", f"Căn cứ {PAPER}"),
        (vi.opening(PAPER, "Phòng Nội vụ", answered, count, missed),),
        (figures, *rest),
        vi.closing("Phòng Nội vụ", "UBND huyện Bình Sơn"),
        Signature(("KT. Trưởng phòng", "Phó Trưởng phòng"), "Nguyễn Thị Hà"),
        ("CT, các PCT UBND huyện", "Thành viên Ban Chỉ đạo CCHC huyện", "Lãnh đạo Phòng"),
        "VT, CCHC",
        owing,
        (rolls(owing), Annex("Bảng tiêu chí giảm điểm", (replace(SCORES, caption=""),), wide=True)),
        MADE,
        edition,
    )


def letter(count: int = 9) -> Letter:
    owing = offices(count)
    late = tuple(each.name for each in owing if each.state is State.MISSING)
    return Letter(
        head("PNV"),
        vi.letter_subject("Kết quả thực hiện cải cách hành chính từ ngày 15/12/2023 đến ngày 15/5/2024"),
        late if len(late) <= 5 else ("Thủ trưởng các cơ quan, đơn vị có tên trong danh sách kèm theo",),
        vi.letter_body(PAPER, "Phòng Nội vụ", "trước ngày 17/5/2024", MADE, date(2024, 5, 20)),
        Signature(("Trưởng phòng",), "Trần Văn Bình"),
        ("UBND huyện (để b/c)",),
        "VT, CCHC",
        MADE,
        (missing(owing),),
    )


def matrix(count: int = 9) -> Matrix:
    owing = offices(count)
    answer = answers(owing)
    found = [answer(each.id, place) for each in owing for place in range(1, len(ASKED) + 1)]
    questions = tuple(Question(place, text) for place, text in enumerate(ASKED, 1))
    return Matrix(report(count).subject, questions, owing, tuple(each for each in found if each), MADE)


if __name__ == "__main__":  # python -m tests.report_samples FOLDER: to render them and look
    from bot.documents.report.word import write_letter, write_report
    from bot.documents.report.workbook import write_matrix

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, count in (("demo", 9), ("hard", 40)):
        with (folder / f"{name}.docx").open("wb") as out:
            write_report(report(count), out)
        with (folder / f"{name}-offices.docx").open("wb") as out:
            write_report(report(count, of_offices=True), out)
        with (folder / f"{name}-letter.docx").open("wb") as out:
            write_letter(letter(count), out)
        with (folder / f"{name}.xlsx").open("wb") as out:
            write_matrix(matrix(count), out)
