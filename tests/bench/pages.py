"""Reading a PDF, page by page, beside pypdf's plain text of the same pages; each in a process of its own."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from bot.documents import read_file, worker
from bot.documents.ocr import Scans
from bot.documents.pdf import MAX_PAGES
from bot.sandbox.samples import EXAMPLE
from tests.bench.alone import alone, measured
from tests.bench.table import Row, middle, ratio, spread

DIRECTIVE = EXAMPLE / "cong-van-412.pdf"
MEMORY = worker.MEMORY_BYTES / 2**20


async def measure(folder: Path, rounds: int) -> list[Row]:
    """The directive of the demo, and as many copies of it behind one another as are read at most."""
    short = len(PdfReader(DIRECTIVE).pages)
    rows = []
    for path, count in ((DIRECTIVE, short), (_long(folder), MAX_PAGES)):
        found = {
            name: [await alone("tests.bench.pages", name, path) for _ in range(rounds)] for name in ("ours", "pypdf")
        }
        ours, plain = ([each["seconds"] * 1000 / count for each in found[name]] for name in ("ours", "pypdf"))
        peaks = {name: middle(each["peak"] for each in found[name]) for name in found}
        rows += [
            Row(
                f"a PDF of {count} pages read, ms a page",
                spread(ours, "{:.1f}".format),
                f"pypdf {middle(plain):.1f}, ratio {ratio(ours, plain):.1f}",
            ),
            Row(
                "  peak memory of the process, MB",
                f"{peaks['ours']:.0f}",
                f"pypdf {peaks['pypdf']:.0f}",
                f"≤ {MEMORY:.0f}",
                peaks["ours"] <= MEMORY,
            ),
        ]
    return [*rows, await _in_children(rounds * 10, short)]


async def _in_children(turns: int, pages: int) -> Row:
    """As the bot does: each time in a child born anew, one after the other."""
    await read_file(DIRECTIVE, DIRECTIVE.name, ocr=False)
    times = []
    for _ in range(turns):
        began = time.perf_counter()
        await read_file(DIRECTIVE, DIRECTIVE.name, ocr=False)
        times.append(time.perf_counter() - began)
    return Row(f"the same in a child, as the bot does: pages/s of {pages}", spread([pages / each for each in times]))


def _long(folder: Path) -> Path:
    writer, pages = PdfWriter(), PdfReader(DIRECTIVE).pages
    for number in range(MAX_PAGES):
        writer.add_page(pages[number % len(pages)])
    path = folder / "long.pdf"
    writer.write(path)
    return path


def _main(name: str, path: Path) -> None:
    with measured():
        if name == "ours":
            worker.main(worker.Request("read", [(path, path.name)], Scans.SKIP), out := io.StringIO())
            assert '"error"' not in out.getvalue(), out.getvalue()
        else:
            assert all(page.extract_text() for page in PdfReader(path).pages)


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
