"""In the child: what is asked of some files, within limits set before anything is read."""

from __future__ import annotations

import json
import resource
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TextIO

from bot.documents import bundle, errors, face, photo
from bot.documents.bundle import Files
from bot.documents.errors import DocumentError, TooSlow, Unreadable
from bot.documents.ocr import Scans
from bot.documents.tables import ENDINGS, table_of

MEMORY_BYTES = 300 * 2**20
"""Of the child, and of each program that it has read a page; a page of A4 takes tesseract 60 to 120 MB."""
CPU_SECONDS = 10
SCAN_CPU_SECONDS = 40


@dataclass(frozen=True)
class Request:
    """What a child is born for: to `read` the files of one document, to `look` at those of an office, or to `bind`
    photos into a PDF at `into`."""

    job: Literal["read", "look", "bind"]
    files: Files
    scans: Scans = Scans.SKIP
    into: str = ""

    def to_json(self) -> str:
        named = [(str(path.resolve()), name) for path, name in self.files]
        return json.dumps({**asdict(self), "files": named})

    @classmethod
    def from_json(cls, text: bytes) -> Request:
        data = json.loads(text)
        files = [(Path(path), name) for path, name in data["files"]]
        return cls(data["job"], files, Scans(data["scans"]), data["into"])


def main(request: Request, out: TextIO) -> None:
    """Write what was found, or the error by its word. The limits are the kernel's: who bursts them ends."""
    cpu = CPU_SECONDS if request.job == "read" and request.scans is not Scans.READ else SCAN_CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_done(request), out, ensure_ascii=False)


def _done(request: Request) -> dict[str, Any]:
    try:
        return _JOBS[request.job](request)
    except DocumentError as error:
        return dict(errors.to_json(error))
    except MemoryError:
        return dict(errors.to_json(TooSlow()))
    except OSError:
        return dict(errors.to_json(Unreadable("Không mở được tệp. Đề nghị gửi lại.")))
    except Exception:
        # A parser's fault on a stranger's bytes is the file's fault; its traceback would quote the document.
        return dict(errors.to_json(Unreadable("Không đọc được tệp. Đề nghị gửi bản .docx khác hoặc nhập tay.")))


def _read(request: Request) -> dict[str, Any]:
    if len(request.files) == 1 and request.files[0][1].lower().endswith(ENDINGS):
        return {"table": table_of(*request.files[0])}
    return asdict(bundle.read(request.files, request.scans))


def _look(request: Request) -> dict[str, Any]:
    seen, failed = face.look(request.files, request.scans)
    return {"seen": seen, "failed": errors.to_json(failed) if failed else None}


def _bind(request: Request) -> dict[str, Any]:
    with Path(request.into).open("wb") as out:
        photo.write_pdf([path for path, _ in request.files], out)
    return {}


_JOBS = {"read": _read, "look": _look, "bind": _bind}
