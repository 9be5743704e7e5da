"""In the child: the files of one document to JSON, within limits set before anything is read."""

from __future__ import annotations

import json
import resource
from dataclasses import asdict
from typing import Any, TextIO

from bot.documents import bundle, errors
from bot.documents.bundle import Files
from bot.documents.errors import DocumentError, TooSlow, Unreadable
from bot.documents.ocr import Scans
from bot.documents.tables import ENDINGS, table_of

MEMORY_BYTES = 300 * 2**20
"""Of the child, and of each program that it has read a page; a page of A4 takes tesseract 60 to 120 MB."""
CPU_SECONDS = 10
SCAN_CPU_SECONDS = 40


def main(files: Files, scans: Scans, out: TextIO) -> None:
    """Write the reading, the table, or the error by its word. The limits are the kernel's: who bursts them ends."""
    cpu = SCAN_CPU_SECONDS if scans is Scans.READ else CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_read(files, scans), out, ensure_ascii=False)


def _read(files: Files, scans: Scans) -> dict[str, Any]:
    try:
        if len(files) == 1 and files[0][1].lower().endswith(ENDINGS):
            return {"table": table_of(*files[0])}
        return asdict(bundle.read(files, scans))
    except DocumentError as error:
        return dict(errors.to_json(error))
    except MemoryError:
        return dict(errors.to_json(TooSlow()))
    except OSError:
        return dict(errors.to_json(Unreadable("Không mở được tệp. Đề nghị gửi lại.")))
    except Exception:
        # A parser's fault on a stranger's bytes is the file's fault; its traceback would quote the document.
        return dict(errors.to_json(Unreadable("Không đọc được tệp. Đề nghị gửi bản .docx khác hoặc nhập tay.")))
