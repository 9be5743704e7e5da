"""Nobody but Zalo is believed: webhooks forged or altered in any way are shut out, and nothing secret is told."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import logs
from bot.channels.zalo_oa_door import genuine, signature

APP, SECRET = "360846524940903967", "OA-SECRET-canary-canary"
BODY = json.dumps(
    {
        "app_id": APP,
        "sender": {"id": "246845883529197922"},
        "recipient": {"id": "388613280878808645"},
        "event_name": "user_send_text",
        "message": {"text": "nội dung mật", "msg_id": "96d3cdf3af150460909"},
        "timestamp": "1728000000000",
    },
    ensure_ascii=False,
).encode()
MARK = signature(APP, BODY, "1728000000000", SECRET)

Forged = tuple[str, bytes]


def altered(draw: Any) -> bytes:
    """A genuine body with one stretch of it replaced, doubled, dropped or moved."""
    start = draw(st.integers(0, len(BODY) - 1))
    end = draw(st.integers(start, min(len(BODY), start + 40)))
    new = draw(st.one_of(st.binary(max_size=20), st.just(BODY[start:end] * 2), st.just(b"")))
    return BODY[:start] + new + BODY[end:]


@st.composite
def forged(draw: Any) -> Forged:
    body = draw(st.one_of(st.just(BODY), st.binary(max_size=300), st.just(None)))
    body = altered(draw) if body is None else body
    guess = draw(
        st.one_of(
            st.just(MARK),
            st.just(f"mac={MARK}"),
            st.text(max_size=80),
            st.text("0123456789abcdef", min_size=64, max_size=64),
            st.just(signature(APP, body, "1728000000000", "")),
            st.just(signature(APP, body, "1728000000000", APP)),
            st.just(signature("", body, "1728000000000", SECRET)),
            st.integers(0, 63).map(lambda at: MARK[:at] + ("0" if MARK[at] != "0" else "1") + MARK[at + 1 :]),
            st.sampled_from([f"mac=mac={MARK}", f" {MARK}", f"{MARK} ", MARK.upper(), f"MAC={MARK}", MARK[:-1], ""]),
        )
    )
    return guess, body


def none_is_believed(count: int) -> None:
    stream, believed = io.StringIO(), []
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    logs.setup("DEBUG", True, [], stream)

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(forged())
    def play(case: Forged) -> None:
        header, body = case
        if body == BODY and header.removeprefix("mac=") == MARK:
            return
        if genuine(header, APP, body, SECRET) is not None:
            believed.append(case)

    try:
        play()
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert believed == []
    assert stream.getvalue() == ""


def test_the_genuine_one_is_believed_with_its_prefix_and_without() -> None:
    for header in (MARK, f"mac={MARK}"):
        assert genuine(header, APP, BODY, SECRET) == json.loads(BODY)
    assert genuine(signature(APP, BODY, "1728000000000", ""), APP, BODY, "") is None


def test_a_timestamp_that_is_a_number_counts_as_the_same_characters() -> None:
    body = b'{"event_name":"follow","timestamp":1602822444000}'
    assert genuine(signature(APP, body, "1602822444000", SECRET), APP, body, SECRET)
    for other in (b"null", b"true", b"1.5", b"[]", b"{}"):
        body = b'{"timestamp":' + other + b"}"
        for said in (other.decode(), "True", "None", ""):
            assert genuine(signature(APP, body, said, SECRET), APP, body, SECRET) is None


def test_no_forged_webhook_is_believed() -> None:
    none_is_believed(100)


@pytest.mark.soak
def test_none_of_ten_thousand_forged_webhooks_is_believed() -> None:
    none_is_believed(10_000)
