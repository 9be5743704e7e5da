"""What is said fits the channel: its limits on both sides, its buttons, its files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Capabilities
from bot.fit import fit, length, split
from bot.messages import Button, Measure, OutFile, Outgoing

TELEGRAM = Capabilities(4096, "utf-16", caption_limit=1024, buttons=True, edits=True, files_out=True)
ZALO = Capabilities(2000, "characters")
FILE = OutFile("công văn.pdf", "ab" * 32)
ROWS = ((Button("Gửi báo cáo", "file:9"), Button("Trả lời từng câu", "answer:17")), (Button("Đã nhận", "seen:9"),))


def narrow(limit: int, measure: Measure = "characters") -> Capabilities:
    return Capabilities(limit, measure)


def texts(message: Outgoing, capabilities: Capabilities) -> list[str]:
    return [part.text for part in fit(message, capabilities).parts]


@pytest.mark.parametrize(
    ("size", "char", "capabilities", "parts"),
    [
        (4096, "a", TELEGRAM, 1),
        (4097, "a", TELEGRAM, 2),
        (2048, "📌", TELEGRAM, 1),
        (2049, "📌", TELEGRAM, 2),
        (2000, "📌", ZALO, 1),
        (2001, "ợ", ZALO, 2),
        (8192, "ợ", TELEGRAM, 2),
    ],
)
def test_limits_are_in_the_channels_own_measure(size: int, char: str, capabilities: Capabilities, parts: int) -> None:
    found = texts(Outgoing(char * size), capabilities)
    assert len(found) == parts
    assert "".join(found) == char * size


@pytest.mark.parametrize(
    ("limit", "text", "parts"),
    [
        (12, "một hai\n\nba bốn", ["một hai", "ba bốn"]),
        (14, "một\nhai\n\nba bốn năm", ["một\nhai", "ba bốn năm"]),
        (13, "Nội vụ\nTư pháp\nY tế", ["Nội vụ", "Tư pháp\nY tế"]),
        (20, "Kính gửi. Đề nghị báo cáo.", ["Kính gửi.", "Đề nghị báo cáo."]),
        (10, "một hai ba bốn", ["một hai ba", "bốn"]),
        (7, "một hai", ["một hai"]),
        (7, "một  hai ba", ["một", "hai ba"]),
        (4, "abcdefghij", ["abcd", "efgh", "ij"]),
        (4, "ab cdefghij", ["ab c", "defg", "hij"]),
        (8, "  một hai  \n", ["một hai"]),
    ],
)
def test_text_is_cut_where_people_would_cut_it(limit: int, text: str, parts: list[str]) -> None:
    assert split(text, narrow(limit)) == parts


def test_a_head_line_does_not_stand_alone_before_a_list_too_long_for_one_part() -> None:
    lines = [f"{number}. Phòng số {number}" for number in range(100, 130)]
    parts = split("Còn 30 đơn vị:\n\n" + "\n".join(lines), narrow(200))
    assert parts[0].startswith("Còn 30 đơn vị:\n\n100. Phòng")
    assert [line for part in parts for line in part.splitlines() if line][1:] == lines


def test_a_list_that_fits_is_kept_whole() -> None:
    choices = "1. Gửi báo cáo\n2. Đã nhận"
    assert split("x" * 20 + "\n\n" + choices, narrow(30)) == ["x" * 20, choices]


@pytest.mark.parametrize("symbol", ["👍🏽", "🇻🇳", "👩‍👩‍👧", "ợ", "✍️", "5️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])  # fmt: skip
@pytest.mark.parametrize("measure", ["characters", "utf-16"])
@pytest.mark.parametrize("offset", range(15))
def test_what_is_seen_as_one_character_stays_whole(symbol: str, measure: Measure, offset: int) -> None:
    text = "a" * offset + symbol * 5
    parts = split(text, narrow(16, measure))
    assert "".join(parts) == text
    assert all(part.removeprefix("a" * offset).replace(symbol, "") in ("", "a" * len(part)) for part in parts)


def test_a_pile_of_marks_longer_than_a_part_is_cut_anyway() -> None:
    text = "a" + "\u0301" * 50
    assert [len(part) for part in split(text, narrow(20))] == [20, 20, 11]


@given(
    st.text(st.sampled_from("abợ .\n!📌👍🏽\u200d🇻🇳\u0301\u00a0"), max_size=200),
    st.integers(2, 40),
    st.sampled_from(["characters", "utf-16"]),
)
def test_parts_together_are_the_text_and_each_fits(text: str, limit: int, measure: Measure) -> None:
    parts = split(text, narrow(limit, measure))
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < length(part, measure) <= limit and part == part.strip() for part in parts)


@given(st.text(max_size=300), st.booleans(), st.booleans(), st.integers(0, 60), st.integers(80, 120))
def test_nothing_is_lost_on_any_channel(text: str, buttons: bool, files: bool, caption: int, limit: int) -> None:
    channel = Capabilities(limit, "utf-16", caption_limit=caption, buttons=buttons, files_out=files)
    fitted = fit(Outgoing(text, buttons=ROWS, file=FILE, about="task:9"), channel)
    joined = "".join("".join(part.text for part in fitted.parts).split())
    assert joined.startswith("".join(text.split()))
    assert [part.file for part in fitted.parts if part.file] == [FILE] * files
    assert [part.buttons for part in fitted.parts if part.buttons] == [ROWS] * buttons
    assert fitted.parts[0].file == (FILE if files else None)
    assert fitted.parts[-1].buttons == (ROWS if buttons else ())
    assert all(length(part.text, "utf-16") <= (caption if part.file else limit) for part in fitted.parts)
    assert all(part.about == "task:9" for part in fitted.parts)


def test_without_buttons_choices_are_numbered_and_worth_what_the_buttons_were() -> None:
    fitted = fit(Outgoing("Đề nghị chọn:", buttons=ROWS), ZALO)
    assert fitted.parts == (Outgoing("Đề nghị chọn:\n\n1. Gửi báo cáo\n2. Trả lời từng câu\n3. Đã nhận"),)
    assert [(each.says, each.number) for each in fitted.choices] == [
        ("file:9", 1),
        ("answer:17", 2),
        ("seen:9", 3),
    ]


def test_a_question_that_wants_words_has_no_numbers() -> None:
    rows = ((Button("Không phát sinh", "none"),), (Button("Bỏ qua", "skip"), Button("Quay lại", "back")))
    fitted = fit(Outgoing("Số hồ sơ?", buttons=rows, wants_words=True), ZALO)
    assert fitted.parts[-1].text == "Số hồ sơ?\n\nGõ: Không phát sinh / Bỏ qua / Quay lại"
    assert not any(each.number for each in fitted.choices)


def test_what_is_said_unasked_has_no_numbers() -> None:
    fitted = fit(Outgoing("Xin gia hạn", buttons=ROWS, unasked=True), ZALO)
    assert fitted.parts[-1].text.endswith("Gõ: Gửi báo cáo / Trả lời từng câu / Đã nhận")
    assert not any(each.number for each in fitted.choices)


def test_buttons_need_no_list_where_there_are_buttons() -> None:
    fitted = fit(Outgoing("Đề nghị chọn:", buttons=ROWS), TELEGRAM)
    assert fitted.parts == (Outgoing("Đề nghị chọn:", buttons=ROWS),)
    assert not any(each.number for each in fitted.choices)


@pytest.mark.parametrize(("size", "parts"), [(0, 1), (1024, 1), (1025, 2), (4096, 2), (4097, 3)])
def test_a_file_takes_the_text_as_its_caption_or_goes_ahead_of_it(size: int, parts: int) -> None:
    fitted = fit(Outgoing("a" * size, file=FILE, buttons=ROWS), TELEGRAM).parts
    assert len(fitted) == parts
    assert fitted[0].file == FILE
    assert fitted[-1].buttons == ROWS
    assert "".join(part.text for part in fitted) == "a" * size


def test_a_channel_without_files_gets_a_link() -> None:
    def link(file: OutFile) -> str:
        return f"https://example.vn/{file.sha256[:4]}"

    fitted = fit(Outgoing("Kèm công văn.", file=FILE, buttons=ROWS[1:]), ZALO, link)
    text = "Kèm công văn.\n\nTệp «công văn.pdf»: https://example.vn/abab\n\n1. Đã nhận"
    assert fitted.parts == (Outgoing(text),)


def test_without_a_link_it_says_so() -> None:
    assert texts(Outgoing("", file=FILE), ZALO)[0].startswith("Tệp «công văn.pdf»: kênh này chưa gửi được tệp")


@pytest.mark.parametrize(("text", "buttons"), [("", ()), (" \n", ()), ("", ROWS)])
def test_nothing_to_say_cannot_be_written(text: str, buttons: tuple[tuple[Button, ...], ...]) -> None:
    with pytest.raises(ValueError, match="nothing to say"):
        Outgoing(text, buttons)
