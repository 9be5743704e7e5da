"""What people upload, from bytes made here: every reason to refuse, hostile names, and the store."""

from __future__ import annotations

import asyncio
import io
import os
import resource
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import checks, files
from bot.files import Kept, NoSpace, Problem, Store, TooBig, inspect, part_of, safe_name
from bot.messages import FileKind

TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
FTYP = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + bytes(9)


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def office(heart: str = "word/document.xml", types: bytes = TYPES, more: dict[str, bytes] | None = None) -> bytes:
    return zipped({"[Content_Types].xml": types, heart: b"<x/>", **(more or {})})


def odf(kind: str, more: dict[str, bytes] | None = None) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}".encode()
    return zipped({"mimetype": mime, "content.xml": b"<x/>", **(more or {})})


def ole(*streams: str, start: bytes = b"") -> bytes:
    return OLE + start.ljust(512, b"\0") + b"".join(f"{stream}\0".encode("utf-16-le") for stream in streams)


def png(width: int = 10, height: int = 10) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def jpeg(width: int = 10, height: int = 10) -> bytes:
    return JPEG + b"\xff\xff\xc2\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00\xff\xd9"


def real_docx() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Báo cáo kết quả")
    document.save(out)
    return out.getvalue()


def real_xlsx() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """The encryption bit of every entry, in the directory."""
    at = data.find(b"PK\x01\x02")
    return data[: at + 8] + bytes([data[at + 8] | 1]) + data[at + 9 :]


def claiming(data: bytes, packed: int | None, unpacked: int) -> bytes:
    """The directory's first entry lies about its sizes."""
    at = data.find(b"PK\x01\x02") + 20
    packed = struct.unpack("<I", data[at : at + 4])[0] if packed is None else packed
    return data[:at] + struct.pack("<II", packed, unpacked) + data[at + 8 :]


def entries(count: int) -> bytes:
    return zipped({"[Content_Types].xml": TYPES, "word/document.xml": b""} | {f"{n}": b"" for n in range(count - 2)}, 0)


def attached(target: str) -> bytes:
    relation = f'<Relationship Id="r1" Type="attachedTemplate" Target="{target}" TargetMode="External"/>'
    return office(more={"word/_rels/settings.xml.rels": relation.encode()})


def written(folder: Path, data: bytes) -> Path:
    path = folder / "blob"
    path.write_bytes(data)
    return path


TAKEN: list[tuple[str, bytes]] = [
    ("báo cáo.docx", real_docx()),
    ("phụ lục.XLSX", real_xlsx()),
    ("a.docx", office()),
    ("a.pptx", office("ppt/presentation.xml")),
    ("a.docx", office(more={"word/embeddings/Sheet1.xlsx": real_xlsx()})),
    ("a.docx", attached("file:///C:/Users/lan/Templates/mau.dotx")),
    ("a.odt", odf("text")),
    ("a.ods", odf("spreadsheet")),
    ("a.doc", ole("WordDocument")),
    ("a.xls", ole("Workbook")),
    ("a.xls", ole("Book")),
    ("a.ppt", ole("PowerPoint Document")),
    ("a.doc", ole("WordDocument", start=b"\xec\xa5" + bytes(9) + b"\x02")),
    ("a.rtf", b"{\\rtf1 b\\'e1o c\\'e1o}"),
    ("a.pdf", b"%PDF-1.7\n%%EOF"),
    ("a.pdf", b"\xef\xbb\xbf\r\n%PDF-1.4"),
    ("a.pdf", b"%PDF-1.7 /EncryptMetadata true (/Encrypt)"),
    ("a.jpg", jpeg()),
    ("a.jpeg", jpeg()),
    ("a.png", png()),
    ("a.jpg", png()),
    ("a.png", png(20_000, 10_000)),
    ("a.txt", "Không phát sinh".encode()),
    ("a.txt", "Không phát sinh".encode("utf-16")),
    ("a.txt", "Không phát sinh".encode("cp1258", "ignore")),
    ("a.docx", entries(2_000)),
    ("a.docx", office(more={"word/media/blank": bytes(checks.SMALL - 1_000)})),
]


@pytest.mark.parametrize(("name", "data"), TAKEN)
def test_what_offices_send_is_taken(tmp_path: Path, name: str, data: bytes) -> None:
    assert inspect(written(tmp_path, data), name) is None


REFUSED: list[tuple[str, bytes, Problem]] = [
    ("a.pdf", b"", Problem.EMPTY),
    ("a.rar", b"Rar!\x1a\x07\x00", Problem.ARCHIVE),
    ("a.zip", real_docx(), Problem.ARCHIVE),
    ("a.7z", b"7z\xbc\xaf\x27\x1c", Problem.ARCHIVE),
    ("báo cáo.docx.zip", real_docx(), Problem.ARCHIVE),
    ("a.docm", office(), Problem.MACRO),
    ("a.xlsb", office(), Problem.MACRO),
    ("a.docx", office(more={"word/vbaProject.bin": b""}), Problem.MACRO),
    ("a.xlsx", office("xl/workbook.xml", more={"xl/VBAPROJECT.BIN": b""}), Problem.MACRO),
    ("a.xlsx", office("xl/workbook.xml", more={"xl/externalLinks/externalLink1.xml": b""}), Problem.MACRO),
    ("a.docx", office(types=b"application/vnd.ms-word.document.macroEnabled.main+xml"), Problem.MACRO),
    ("a.docx", attached("https://example.com/mau.dotm"), Problem.MACRO),
    ("a.docx", attached(r"\\10.0.0.1\mau.dotm"), Problem.MACRO),
    ("a.docx", attached("file://server/mau.dotm"), Problem.MACRO),
    ("a.docx", attached("file:////server/mau.dotm"), Problem.MACRO),
    ("a.doc", ole("WordDocument", "_VBA_PROJECT"), Problem.MACRO),
    ("a.xls", ole("Workbook", "_VBA_PROJECT_CUR", "_VBA_PROJECT"), Problem.MACRO),
    ("a.ods", odf("spreadsheet", more={"Basic/Standard/Module1.xml": b""}), Problem.MACRO),
    ("a.rtf", b"{\\rtf1{\\object\\objdata 0105}}", Problem.MACRO),
    ("a.heic", FTYP, Problem.HEIC),
    ("IMG_0001.HEIF", FTYP, Problem.HEIC),
    ("a.jpg", FTYP, Problem.HEIC),
    ("a.mp4", b"\0\0\0\x18ftypmp42", Problem.VIDEO),
    ("a.mov", b"x", Problem.VIDEO),
    ("a.exe", b"x", Problem.PROGRAM),
    ("báo cáo.pdf.exe", b"%PDF-1.7", Problem.PROGRAM),
    ("báo cáo.pdf.js ", b"x", Problem.PROGRAM),
    ("báo cáo\u202efdp.exe", b"x", Problem.PROGRAM),
    ("a.pdf", b"MZ\x90\0" + bytes(60), Problem.PROGRAM),
    ("a.docx", b"\x7fELF" + bytes(60), Problem.PROGRAM),
    ("a.txt", b"MZ\x90\0" + bytes(60), Problem.PROGRAM),
    ("a.docx", zipped({"a.txt": b"x"}), Problem.UNREADABLE),
    ("a.docx", office("xl/workbook.xml"), Problem.UNREADABLE),
    ("a.xlsx", office(), Problem.UNREADABLE),
    ("a.docx", b"PK\x03\x04 torn", Problem.UNREADABLE),
    ("a.docx", real_docx()[:-100], Problem.UNREADABLE),
    ("a.docx", b"%PDF-1.7", Problem.UNREADABLE),
    ("a.docx", ole("WordDocument"), Problem.UNREADABLE),
    ("a.odt", odf("spreadsheet"), Problem.UNREADABLE),
    ("a.odt", office(), Problem.UNREADABLE),
    ("a.doc", ole("Workbook"), Problem.UNREADABLE),
    ("a.doc", b"WordDocument", Problem.UNREADABLE),
    ("a.doc", real_docx(), Problem.UNREADABLE),
    ("a.pdf", real_docx(), Problem.UNREADABLE),
    ("a.pdf", b"<html>%PDF-1.7", Problem.UNREADABLE),
    ("a.jpg", b"GIF89a" + bytes(20), Problem.UNREADABLE),
    ("a.jpg", JPEG, Problem.UNREADABLE),
    ("a.jpg", JPEG + bytes(40), Problem.UNREADABLE),
    ("a.jpg", b"\xff\xd8" + b"\xff" * (checks.MAX_SEGMENTS + 50), Problem.UNREADABLE),
    ("a.png", png()[:20], Problem.UNREADABLE),
    ("a.txt", b"a\0b", Problem.UNREADABLE),
    ("a.txt", b"%PDF-1.7", Problem.UNREADABLE),
    ("a.rtf", b"rtf", Problem.UNREADABLE),
    ("a.docx", ole("EncryptedPackage"), Problem.ENCRYPTED),
    ("a.docx", locked(office()), Problem.ENCRYPTED),
    ("a.odt", odf("text", more={"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), Problem.ENCRYPTED),
    ("a.doc", ole("WordDocument", start=b"\xec\xa5" + bytes(9) + b"\x01"), Problem.ENCRYPTED),
    ("a.xls", ole("Workbook", start=b"\x09\x08\x10\x00" + bytes(16) + b"\x2f\x00"), Problem.ENCRYPTED),
    ("a.pdf", b"%PDF-1.7\ntrailer << /Encrypt 12 0 R >>", Problem.ENCRYPTED),
    ("a.pdf", b"%PDF-1.7\ntrailer <</Encrypt<</V 4>>>>", Problem.ENCRYPTED),
    ("a.docx", entries(2_001), Problem.BOMB),
    ("a.docx", office(more={"word/media/blank": bytes(2 * checks.SMALL)}), Problem.BOMB),
    ("a.docx", claiming(office(), None, checks.MAX_UNPACKED + 1), Problem.BOMB),
    ("a.docx", claiming(office(), 10_000, 10_000), Problem.BOMB),
    ("a.ods", claiming(odf("spreadsheet"), None, checks.MAX_UNPACKED + 1), Problem.BOMB),
    ("a.png", png(20_000, 10_001), Problem.BOMB),
    ("a.jpg", jpeg(65_535, 65_535), Problem.BOMB),
    ("a.html", b"<html>", Problem.UNKNOWN_TYPE),
    ("a.gif", b"GIF89a", Problem.UNKNOWN_TYPE),
    ("a", b"%PDF-1.7", Problem.UNKNOWN_TYPE),
    ("", b"x", Problem.UNKNOWN_TYPE),
]


@pytest.mark.parametrize(("name", "data", "problem"), REFUSED)
def test_everything_else_is_refused_by_its_name(tmp_path: Path, name: str, data: bytes, problem: Problem) -> None:
    assert inspect(written(tmp_path, data), name) is problem


def test_every_problem_a_file_can_have_is_tried_here() -> None:
    elsewhere = {Problem.TOO_BIG, Problem.STICKER, Problem.UNSEEN, Problem.UNREACHABLE}
    elsewhere |= {Problem.NO_SPACE, Problem.NO_FILES}
    assert {problem for _, _, problem in REFUSED} | elsewhere == set(Problem)


@pytest.mark.parametrize(
    ("kind", "name", "problem"),
    [
        (FileKind.STICKER, "a.webp", Problem.STICKER),
        (FileKind.VIDEO, "a.pdf", Problem.VIDEO),
        (FileKind.VOICE, "a.pdf", Problem.UNKNOWN_TYPE),
        (FileKind.PHOTO, "", None),
        (FileKind.PHOTO, "photo", None),
        (FileKind.PHOTO, "a.zip", Problem.ARCHIVE),
        (FileKind.DOCUMENT, "a.png", None),
    ],
)
def test_the_kind_a_channel_names_counts(tmp_path: Path, kind: FileKind, name: str, problem: Problem | None) -> None:
    assert inspect(written(tmp_path, png()), name, kind) is problem


def test_an_unknown_compression_is_unreadable(tmp_path: Path) -> None:
    data = bytearray(office())
    for signature, offset in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        at = data.find(signature) + offset
        data[at : at + 2] = struct.pack("<H", 77)
    assert inspect(written(tmp_path, bytes(data)), "a.docx") is Problem.UNREADABLE


@given(st.sampled_from(TAKEN), st.data())
def test_damage_never_raises(sample: tuple[str, bytes], data: st.DataObject) -> None:
    name, body = sample
    torn = bytearray(body[:4_000])
    for at in data.draw(st.lists(st.integers(0, len(torn) - 1), max_size=8)):
        torn[at] = data.draw(st.integers(0, 255))
    with tempfile.NamedTemporaryFile() as file:
        file.write(torn)
        file.flush()
        assert inspect(Path(file.name), name) in {None, *Problem}


@pytest.mark.parametrize(
    ("name", "part"),
    [("a.docx", "soft"), ("A.XLS", "soft"), ("a.odt", "soft"), ("a.rtf", "soft"), ("a.txt", "soft"),
     ("a.pdf", "signed"), ("a.docx.pdf", "signed"), ("a.jpg", "photo"), ("a.JPEG", "photo"), ("a.png", "photo"),
     ("a.pptx", "other"), ("pdf", "other"), ("", "other")],
)  # fmt: skip
def test_which_half_of_a_submission_a_file_is(name: str, part: str) -> None:
    assert part_of(name) == part


NAMES: list[tuple[str, str]] = [
    ("Báo cáo CCHC.docx", "Báo cáo CCHC.docx"),
    (unicodedata.normalize("NFD", "Báo cáo.docx"), "Báo cáo.docx"),
    ("  báo   cáo .pdf  ", "báo cáo.pdf"),
    ("báo\tcáo\n.pdf", "báo cáo.pdf"),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\windows\\win.ini", "win.ini"),
    ("/etc/shadow", "shadow"),
    ("C:\\Users\\lan\\a.pdf", "a.pdf"),
    ("C:a.pdf", "C_a.pdf"),
    ("\\\\server\\share\\a.pdf", "a.pdf"),
    ("a/b\\c/d.pdf", "d.pdf"),
    ("a.pdf/", "tep"),
    ("..", "tep"),
    (".", "tep"),
    ("...", "tep"),
    ("", "tep"),
    ("   ", "tep"),
    ("/", "tep"),
    ("\0", "tep"),
    ("a\0.pdf", "a.pdf"),
    ("a.pdf\0.exe", "a.pdf.exe"),
    ("a\x1b[31m.pdf", "a[31m.pdf"),
    ("a\x7f\x85b.pdf", "a b.pdf"),
    ("báo cáo\u202efdp.exe", "báo cáofdp.exe"),
    ("\u2066a\u2069.pdf", "a.pdf"),
    ("a\u200b\u200d\ufeff.pdf", "a.pdf"),
    ("a\u2028b.pdf", "a b.pdf"),
    ("\u00a0a\u3000b.pdf", "a b.pdf"),
    ("a\udc80.pdf", "a.pdf"),
    (".htaccess", "tep.htaccess"),
    (".pdf", "tep.pdf"),
    ("....pdf", "tep.pdf"),
    ("a.pdf...", "a.pdf"),
    ("a.pdf. . .", "a.pdf"),
    ("a . pdf", "a . pdf"),
    ("a..pdf", "a.pdf"),
    ("CON", "_CON"),
    ("con.txt", "_con.txt"),
    ("Aux.tar.gz", "_Aux.tar.gz"),
    ("NUL .pdf", "_NUL.pdf"),
    ("com1.pdf", "_com1.pdf"),
    ("LPT¹.pdf", "_LPT¹.pdf"),
    ("CONIN$", "_CONIN$"),
    ("COM10.pdf", "COM10.pdf"),
    ("console.pdf", "console.pdf"),
    ("a:b|c?d*e<f>g\"h.pdf", "a_b_c_d_e_f_g_h.pdf"),
    ("a.pdf:evil.exe", "a.pdf_evil.exe"),
    ("a.pdf::$DATA", "a.pdf__$DATA"),
    ("%2e%2e%2fa.pdf", "%2e%2e%2fa.pdf"),
    ("=cmd|calc.xlsx", "=cmd_calc.xlsx"),
    ("a" * 300 + ".pdf", "a" * 176 + ".pdf"),
    ("a" * 176 + ".pdf", "a" * 176 + ".pdf"),
    ("ợ" * 100 + ".pdf", "ợ" * 58 + ".pdf"),
    ("a" * 175 + "📌.pdf", "a" * 175 + ".pdf"),
    ("a" + "\u0323\u0337" * 90 + ".pdf", "tep.pdf"),
    ("ab" + "\u0337" * 40 + "c" * 300, "ab" + "\u0337" * 40 + "c" * 98),
    ("a" * 177 + "b\u0337.x", "a" * 177 + ".x"),
    ("a." + "b" * 300, "a." + "b" * 178),
    ("a.đuôi", "a.đuôi"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "safe"), NAMES)
def test_names_are_safe_to_show_and_to_save(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(st.characters() | st.sampled_from("./\\ :a\u0323\u202e\u200bCON"), max_size=300))
def test_whatever_people_call_a_file(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= files.MAX_NAME
    assert not set(safe) & set('/\\:<>"|?*\0\n\t')
    assert safe[0] not in " ."
    assert safe[-1] not in " ."
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in safe)
    assert unicodedata.is_normalized("NFC", safe)
    assert safe_name(safe) == safe


async def chunked(data: bytes, size: int = 1_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def keep(store: Store, data: bytes, limit: int = 10**8) -> Kept:
    return await store.keep(chunked(data), limit=limit)


def everything(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [0, 1, 999, 1_000, 1_001, files.BATCH, files.BATCH + 1, 3 * files.BATCH])
async def test_what_is_kept_lies_under_its_hash(tmp_path: Path, size: int) -> None:
    store, data = Store(tmp_path / "files"), bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    kept = await keep(store, data)
    assert kept == Kept(sha256(data).hexdigest(), size, tmp_path / "files" / kept.sha256[:2] / kept.sha256)
    assert kept.path.read_bytes() == data
    assert store.exists(kept.sha256)
    assert everything(tmp_path) == [kept.path]


async def test_one_huge_chunk_is_kept_too(tmp_path: Path) -> None:
    data = b"x" * (2 * files.BATCH + 5)
    kept = await Store(tmp_path).keep(chunked(data, len(data)), limit=len(data))
    assert kept.path.read_bytes() == data


async def test_the_same_content_twice_is_one_file_even_at_once(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = await asyncio.gather(*(keep(store, b"same" * 1_000) for _ in range(5)))
    assert len(set(kept)) == 1
    assert everything(tmp_path) == [kept[0].path]


@pytest.mark.parametrize(("limit", "fits"), [(5_000, True), (4_999, False), (0, False)])
async def test_the_limit_is_counted_while_it_streams(tmp_path: Path, limit: int, fits: bool) -> None:
    store = Store(tmp_path)
    if fits:
        assert (await keep(store, b"x" * 5_000, limit)).size == 5_000
    else:
        with pytest.raises(TooBig):
            await keep(store, b"x" * 5_000, limit)
        assert everything(tmp_path) == []


async def test_a_source_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * files.BATCH
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await Store(tmp_path).keep(broken(), limit=10**8)
    assert everything(tmp_path) == []


async def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    reached = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"x" * files.BATCH
        reached.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(Store(tmp_path).keep(endless(), limit=10**8))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert everything(tmp_path) == []


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """The system refuses to write more into one file, as a quota does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_quota_reached_has_a_name_and_leaves_nothing(tmp_path: Path) -> None:
    data = b"x" * (files.BATCH + files.BATCH // 2)
    with files_at_most(files.BATCH), pytest.raises(NoSpace):
        await keep(Store(tmp_path), data)
    assert everything(tmp_path) == []


def test_a_full_disk_has_a_name() -> None:
    with pytest.raises(NoSpace), files.named(), open("/dev/full", "wb", buffering=0) as disk:
        disk.write(b"x")


def test_other_failures_of_the_disk_keep_theirs(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), files.named():
        (tmp_path / "none").read_bytes()


async def test_purging_removes_content_and_may_be_repeated(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = await keep(store, b"x")
    await store.purge(kept.sha256)
    await store.purge(kept.sha256)
    await store.purge("0" * 64)
    assert not store.exists(kept.sha256)


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "g" * 64])
def test_only_a_hash_names_content(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        Store(tmp_path).path(wrong)


async def test_sweeping_removes_what_is_old_and_unknown(tmp_path: Path) -> None:
    store = Store(tmp_path)
    known, unknown = await keep(store, b"known"), await keep(store, b"unknown")
    draft = tmp_path / "tmp" / "draft"
    draft.write_bytes(b"half")
    last = datetime.fromtimestamp(max(path.stat().st_mtime for path in everything(tmp_path)), UTC)
    assert await store.sweep({known.sha256}, last - timedelta(hours=1)) == 0
    assert everything(tmp_path) == sorted([known.path, unknown.path, draft])
    assert await store.sweep({known.sha256}, last + timedelta(seconds=1)) == 2
    assert everything(tmp_path) == [known.path]


async def test_sweeping_spares_old_content_that_has_just_come_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = await keep(store, b"again")
    os.utime(kept.path, (0, 0))
    await keep(store, b"again")
    assert await store.sweep(set(), datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert store.exists(kept.sha256)


async def test_sweeping_an_empty_store_is_nothing(tmp_path: Path) -> None:
    assert await Store(tmp_path / "none").sweep(set(), datetime(2000, 1, 1, tzinfo=UTC)) == 0
