"""`python -m bot.documents.nursery FD`: holds the parsers ready and forks a child for each file asked for at FD."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
from pathlib import Path

import docx  # noqa: F401 - held ready for the children
import openpyxl  # noqa: F401
import PIL.JpegImagePlugin
import PIL.PngImagePlugin
import PIL.PpmImagePlugin  # noqa: F401
import pypdf  # noqa: F401

from bot.documents import worker
from bot.documents.ocr import Scans
from bot.documents.worker import Request

_TURNS = {Scans.READ: worker.__file__, Scans.GLANCE: __file__}
"""Whose turn it is; who only glances does not stand behind a long document."""


def serve(door: socket.socket) -> None:
    """Until the other side of the door is closed. A request is JSON and the descriptor to answer on."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, [*answers], _, _ = socket.recv_fds(door, 1 << 16, 1)
        if not message:
            return
        if os.fork() == 0:
            door.close()
            _work(Request.from_json(message), answers[0])
        os.close(answers[0])


def _work(request: Request, answer: int) -> None:
    """In the child: its number on the first line, then what was found. It leads a group of its own, with the programs
    it has read pages, so that all of them can be ended."""
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with Path(_TURNS.get(request.scans, __file__)).open("rb") as turn:
            if request.scans in _TURNS:
                fcntl.flock(turn, fcntl.LOCK_EX)  # one at a time on this machine: it takes all of a core
            os.write(answer, f"{os.getpid()}\n".encode())
            with os.fdopen(answer, "w", encoding="utf-8") as out:
                worker.main(request, out)
    finally:
        os._exit(0)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as ours:
        serve(ours)
