"""In the child: one file to JSON, within limits set before anything is read."""

from __future__ import annotations

import json
import resource
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from bot.documents import errors
from bot.documents.errors import DocumentError, TooSlow, Unreadable
from bot.documents.intake import text_of
from bot.documents.reader import read_text
from bot.documents.tables import ENDINGS, table_of

MEMORY_BYTES = 512 * 2**20
CPU_SECONDS = 10


def main(path: str, name: str, out: TextIO) -> None:
    """Write the reading, the table, or the error by its word. The limits are the kernel's: who bursts them ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_read(Path(path), name), out, ensure_ascii=False)


def _read(path: Path, name: str) -> dict[str, Any]:
    try:
        if name.lower().endswith(ENDINGS):
            return {"table": table_of(path, name)}
        text, notes = text_of(path, name)
        return asdict(read_text(text, notes=notes))
    except DocumentError as error:
        return dict(errors.to_json(error))
    except MemoryError:
        return dict(errors.to_json(TooSlow()))
    except OSError:
        return dict(errors.to_json(Unreadable("Không mở được tệp. Đề nghị gửi lại.")))
    except Exception:
        # A parser's fault on a stranger's bytes is the file's fault; its traceback would quote the document.
        return dict(errors.to_json(Unreadable("Không đọc được tệp. Đề nghị gửi bản .docx khác hoặc nhập tay.")))
