"""What typing presses: numbers belong to one list, labels of what was said unasked stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.choices import MOST, Offered, agreed, answered, offered, pressed, spoken_since
from bot.messages import Choice

LIST = [Choice("Gửi 3 đơn vị", "/gui 1", 1), Choice("Sửa", "/sua 1", 2), Choice("Huỷ", "/huy 1", 3)]
NOTICE = [Choice("Đồng ý", "/quyetgiahan 5 1"), Choice("Không đồng ý", "/quyetgiahan 5 0")]


@pytest.mark.parametrize(
    ("typed", "worth"),
    [
        ("1", "/gui 1"),
        ("1.", "/gui 1"),
        (" 2) ", "/sua 1"),
        ("(3)", "/huy 1"),
        ("số 2", "/sua 1"),
        ("chon 2", "/sua 1"),
        ("Gửi 3 đơn vị", "/gui 1"),
        ("gui 3 don vi", "/gui 1"),
        ("huỷ", "/huy 1"),
        ("hủy", "/huy 1"),
        ("4", None),
        ("0", None),
        ("-1", None),
        ("1/5", None),
        ("2 hồ sơ", None),
        ("gửi", None),
        ("👍", None),
        ("", None),
    ],
)
def test_a_choice_is_typed_as_its_number_or_its_label(typed: str, worth: str | None) -> None:
    assert pressed(typed, offered([], LIST, unasked=False)) == ([worth] if worth else [])


@pytest.mark.parametrize(
    ("typed", "worth"),
    [("được", 1), ("ok em", 1), ("nhất trí nhé", 1), ("không duyệt", 0), ("không", None), ("được 3 hồ sơ", None)],
)
def test_a_request_is_answered_in_other_words_too(typed: str, worth: int | None) -> None:
    held = offered([], NOTICE, unasked=True)
    assert pressed(typed, held) == ([] if worth is None else [f"/quyetgiahan 5 {worth}"])


@pytest.mark.parametrize(("typed", "worth"), [("ok", []), ("được", []), ("duyệt", ["/quyetgiahan 5 1"])])
def test_ok_to_something_said_since_grants_no_request(typed: str, worth: list[str]) -> None:
    held = answered(offered(offered([], NOTICE, unasked=True), LIST, unasked=False))
    assert pressed(typed, held) == worth


@pytest.mark.parametrize("since", [answered, spoken_since])
def test_ok_after_an_answer_without_buttons_grants_no_request(since: Callable[[Offered], Offered]) -> None:
    held = since(offered([], NOTICE, unasked=True))
    assert pressed("ok", held) == pressed("được", held) == []
    assert pressed("đồng ý", held) == pressed("đồng ý", since(held)) == ["/quyetgiahan 5 1"]
    again = offered(held, NOTICE, unasked=True)
    assert pressed("ok", again) == ["/quyetgiahan 5 1"]


def test_yes_is_for_what_was_asked_last() -> None:
    either = [Choice("Gia hạn 1 đơn vị", "/thaydoi 3 lam"), Choice("Thôi", "/thaydoi 3 thoi")]
    held = offered(offered([], NOTICE, unasked=True), either, unasked=False)
    assert agreed("đồng ý", held) == "/thaydoi 3 lam"
    assert agreed("đồng ý", answered(held)) is None
    assert agreed("đồng ý", offered(held, [Choice("Đồng ý", "/quyetgiahan 6 1")], unasked=True)) is None
    assert agreed("ok", offered([], LIST, unasked=False)) is None


def test_what_comes_unasked_moves_no_number_though_it_bears_the_same_label() -> None:
    later = [Choice("Gửi 3 đơn vị", "/gui 2")]
    held = offered(offered([], LIST, unasked=False), later, unasked=True)
    assert [pressed(number, held) for number in "123"] == [["/gui 1"], ["/sua 1"], ["/huy 1"]]
    assert pressed("gửi 3 đơn vị", held) == ["/gui 1", "/gui 2"]


def test_a_number_ends_with_the_next_message_and_what_came_unasked_does_not() -> None:
    held = answered(offered(offered([], LIST, unasked=False), NOTICE, unasked=True))
    assert pressed("1", held) == []
    assert pressed("dong y", held) == ["/quyetgiahan 5 1"]


def test_a_label_holds_until_other_choices_are_offered() -> None:
    """«Gửi báo cáo này» after a word that was not understood; but not weeks later, when another task has come."""
    held = answered(offered([], LIST, unasked=False))
    assert pressed("sửa", answered(held)) == ["/sua 1"]
    assert pressed("sửa", offered(held, NOTICE, unasked=True)) == []
    assert pressed("sửa", offered(held, [Choice("Thôi", "/huy", 1)], unasked=False)) == []


def test_a_reply_ends_the_numbers_of_the_reply_before() -> None:
    held = offered(offered([], LIST, unasked=False), [Choice("Thôi", "/huy", 1)], unasked=False)
    assert (pressed("1", held), pressed("2", held)) == (["/huy"], [])
    asked = offered(offered([], LIST, unasked=False), [Choice("Bỏ qua", "/boqua 1 2")], unasked=False)
    assert pressed("1", asked) == []


def test_rows_of_an_older_version_are_read() -> None:
    assert pressed("đã nhận", [["Đã nhận", "/nhan 1", False]]) == ["/nhan 1"]
    assert answered([["Đã nhận", "/nhan 1", False]]) == [["Đã nhận", "/nhan 1", 0, "stale"]]


def test_old_offers_are_forgotten_in_the_end() -> None:
    held = offered([], [Choice(f"Việc {n}", f"/nop {n}") for n in range(MOST + 9)], unasked=True)
    assert len(held) == MOST
    assert pressed("việc 0", held) == []
