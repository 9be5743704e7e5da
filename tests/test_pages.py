"""Photos of pages: kept as they came, bound upright and in order; and what is told of a file at a glance."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import docx
import pypdf
import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from bot.documents import bind, look_at, photo, seal, tools, years_in
from bot.documents.errors import NeedsOcr, Unreadable
from bot.messages import Seen
from bot.sandbox.play import START
from bot.sandbox.stage import Stage
from db.pages import BoundPages
from db.people import Role
from db.reports import SubmissionFile
from handlers.deeds.filing import ADDING
from tests.test_intake import turned

SHADES = (0, 40, 80, 120, 160, 200, 240, 250)
CHATS = Path(__file__).parent / "chats" / "files"


def page(shade: int, size: tuple[int, int] = (300, 400), *, sealed: bool = False) -> bytes:
    """A sheet with its top in this shade, as a camera held upright gives it."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], size[1] // 4), fill=(shade, shade, shade))
    if sealed:
        for inset in (0, 10):
            box = (150 + inset, 260 + inset, 220 - inset, 330 - inset)
            draw.ellipse(box, outline=(200, 40, 60), width=4)
        draw.line((165, 295, 205, 295), fill=(200, 40, 60), width=8)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=92)
    return data.getvalue()


def sideways(jpeg: bytes) -> bytes:
    """The same, taken with the camera on its side: turned, with the note how."""
    data = io.BytesIO()
    Image.open(io.BytesIO(jpeg)).transpose(Image.Transpose.ROTATE_90).save(data, "JPEG", quality=92)
    return turned(data.getvalue(), 6)


@pytest.mark.full
async def test_eight_photos_are_eight_upright_pages_in_order_and_no_larger_than_needed(tmp_path: Path) -> None:
    photos = []
    for place, shade in enumerate(SHADES):
        photos.append(tmp_path / f"{place}.jpg")
        photos[-1].write_bytes(sideways(page(shade, (3000, 4000))) if place % 2 else page(shade, (3000, 4000)))
    await bind(photos, tmp_path / "a.pdf")
    book = pypdf.PdfReader(tmp_path / "a.pdf")
    assert [(round(each.mediabox.width), round(each.mediabox.height)) for each in book.pages] == [(595, 842)] * 8
    seen = [each.images[0].image for each in book.pages]
    assert {image.size for image in seen if image} == {(1500, 2000)}
    tops = [image.convert("L").getpixel((750, 200)) for image in seen if image]
    assert tops == [pytest.approx(shade, abs=6) for shade in SHADES]
    assert (tmp_path / "a.pdf").stat().st_size < sum(each.stat().st_size for each in photos)
    first = (tmp_path / "a.pdf").read_bytes()
    await bind(photos, tmp_path / "b.pdf")
    assert (tmp_path / "b.pdf").read_bytes() == first


async def test_a_photo_that_cannot_be_opened_binds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(page(0)[:900])
    with pytest.raises(Unreadable):
        await bind([tmp_path / "a.jpg"], tmp_path / "a.pdf")


def test_a_seal_is_seen_on_a_photo_and_red_letters_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(page(0, sealed=True))
    (tmp_path / "b.jpg").write_bytes(page(0))
    banner = Image.new("RGB", (300, 400), "white")
    ImageDraw.Draw(banner).rectangle((10, 20, 290, 40), fill=(200, 20, 20))
    banner.save(tmp_path / "c.jpg")
    seen = [seal.is_on(photo.picture(tmp_path / f"{name}.jpg", seal.SIDE, colour=True)) for name in "abc"]
    assert seen == [True, False, False]


@pytest.mark.skipif(not tools.has_poppler(), reason="needs poppler-utils")
async def test_a_seal_is_seen_on_a_scan(tmp_path: Path) -> None:
    Image.open(io.BytesIO(page(0, sealed=True))).resize((900, 1200)).save(tmp_path / "a.pdf", "PDF", resolution=100)
    [seen], error = await look_at([(tmp_path / "a.pdf", "a.pdf")])
    assert (seen, type(error)) == (Seen(sealed=True), NeedsOcr)


async def test_at_a_glance_is_told_what_is_blank_broken_signed_and_of_which_year(tmp_path: Path) -> None:
    empty, said = docx.Document(), docx.Document()
    said.add_paragraph("Báo cáo kết quả công tác quý IV năm 2023, thực hiện Nghị quyết ngày 16 tháng 6 năm 2021")
    empty.save(str(tmp_path / "trang.docx"))
    said.save(str(tmp_path / "cũ.docx"))
    (tmp_path / "hỏng.docx").write_bytes((tmp_path / "cũ.docx").read_bytes()[:-400])
    pypdf.PdfWriter().write(tmp_path / "không.pdf")
    blank = pypdf.PdfWriter()
    blank.add_blank_page(595, 842)
    blank.write(tmp_path / "trang.pdf")
    wanted = {
        "trang.docx": Seen(blank=True),
        "cũ.docx": Seen(years=(2023,)),
        "hỏng.docx": Seen(broken=True),
        "trang.pdf": Seen(blank=True),
    }
    files = [(tmp_path / name, name) for name in wanted]
    seen, _ = await look_at([*files, (CHATS / "ky-so.pdf", "ky-so.pdf")])
    assert dict(zip(wanted, seen, strict=False)) == wanted
    assert seen[-1].signed


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("Kết quả năm 2023", {2023}),
        ("Kết quả 6 tháng đầu năm 2024", {2024}),
        ("Kết quả quý I/2024 so với quý I/2023", {2023, 2024}),
        ("Thực hiện Nghị quyết số 04-NQ/TU ngày 16/6/2021", set()),
        ("Thực hiện Quyết định ngày 05 tháng 02 năm 2021 trong tháng 5/2024", {2024}),
        ("Số 2023/UBND-NV", set()),
    ],
)
def test_a_title_names_the_years_it_is_about_and_not_those_of_other_papers(title: str, years: set[int]) -> None:
    assert years_in(title) == years


@pytest.mark.full
async def test_the_photos_stay_as_they_came_and_a_machine_that_stops_binds_them_later(sqlite_url: str) -> None:
    photos = [page(shade) for shade in SHADES[:3]]
    hashes = [hashlib.sha256(each).hexdigest() for each in photos]
    async with Stage(START, database_url=sqlite_url) as stage:
        await stage.seat("Hà", await stage.office("Phòng Nội vụ", "NV"), Role.COORDINATOR)
        await stage.seat("Lan", await stage.office("Phòng Tư pháp", "TP"), Role.HEAD)
        await stage.phone("Hà").send_document("a.txt", (CHATS / "hai-don-vi-tp.txt").read_bytes())
        await stage.settled()
        await stage.phone("Hà").say("/gui 1 1")
        await stage.settled()
        for place, each in enumerate(photos):
            await stage.phone("Lan").send_document(f"{place}.jpg", each)
        await stage.settled()
        await stage.restart()
        await stage.app.walk_to(stage.clock.now() + ADDING)
        async with stage.app.db.reading() as session:
            kept = list(await session.scalars(select(SubmissionFile).order_by(SubmissionFile.position)))
            bound = (await session.scalars(select(BoundPages))).one()
        store = stage.app.house.store
        assert [file.sha256 for file in kept] == hashes == bound.photos
        assert [store.path(each).read_bytes() for each in hashes] == photos
        assert len(pypdf.PdfReader(store.path(bound.sha256)).pages) == 3
