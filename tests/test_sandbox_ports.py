"""Sandboxes side by side never reach for the same port."""

from __future__ import annotations

import socket
import subprocess
import sys

from bot.sandbox.ports import EACH, free_port

ASK = "from bot.sandbox.ports import free_port; print(*(free_port() for _ in range(300)), flush=True); input()"


def test_processes_side_by_side_are_given_different_ports() -> None:
    asking = [
        subprocess.Popen([sys.executable, "-c", ASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    try:
        given = [set(child.stdout.readline().split()) for child in asking if child.stdout]
    finally:
        for child in asking:
            child.communicate("\n", timeout=10)
    assert [len(ports) for ports in given] == [300] * 3
    assert len(set.union(*given)) == 900


def test_a_port_that_is_taken_is_passed_over_and_one_let_go_comes_again() -> None:
    first = free_port()
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", first))
        assert first not in {free_port() for _ in range(EACH)}
    assert first in {free_port() for _ in range(EACH)}
