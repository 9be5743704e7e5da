"""Who may do what: every registered command, typed by everybody, does nothing for those it is not for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import handlers
from bot.sandbox.chatfile import parse
from bot.sandbox.play import START, Player
from bot.sandbox.stage import Stage
from bot.vi import people as vi
from bot.vi.directive import stopped
from bot.vi.handing import heads_only
from bot.vi.staffing import not_yours_to_decide
from db.base import Base
from db.directives import Assignment
from db.mail import Received
from db.people import Member, Office, Person, Role
from handlers import COMMANDS, COORDINATOR, EVERYONE, REPORTING

HERE = Path(__file__).parent / "chats"
SCENE = """# scene
đơn vị: Phòng Nội vụ (NV); Thanh tra huyện (TTr); Phòng Tư pháp (TP); Phòng Tài chính - Kế hoạch (TCKH)
người: Hà (NV, người tổng hợp); Chi (TTr, người tổng hợp); Lan (TP, thủ trưởng); Dương (TP, cấp phó);\
 Tư (TP, chuyên viên); Vân (TP, chuyên viên); Bình (TCKH, thủ trưởng); Sáu (NV, lãnh đạo)
đã gửi: hai-don-vi.txt, chậm

Lan  > 📎 bao-cao-tu-phap.docx
Lan  < Đã ghi nhận 1 tệp ...
Lan  > xin gia hạn đến 20/5 vì chờ số liệu
Hà   < Phòng Tư pháp ...
Lan  < ...
Bình > đã gửi qua QLVB số 45/BC-TCKH
Hà   < ...
Bình < ...
--- Vân rời đơn vị
"""
BOOKKEEPING = {"received", "deliveries", "contacts", "audit", "channel_files", "leases", "alembic_version"}
handlers.load()
ALL = sorted({found.names[0]: found for found in COMMANDS.values()}.values(), key=lambda found: found.names[0])
FOR_HER = [found for found in ALL if found.who == COORDINATOR]

COLUMNS = ("Hà", "Chi", "Lan", "Dương", "Tư", "Sáu", "Bình", "Vân", "Người lạ")
"""The coordinator whose directive it is, and one of another office; head, deputy and staff of the office it is about; a
leader; the head of another office; one who was removed; a stranger."""
TABLE = """
bangtheodoi  -         + + - - - - - . .
banky        -         + + + + + + + . .
bantin       -         + + - - - + - . .
baolanhdao   directive + o - - - - - . .
bonop        owed      o o + + + o o . .
boqua        owed      o o + + + o o . .
botralai     report    + o - - - - - . .
cachgui      -         + + + + + + + . .
canbo        member    + + + o + o o . .
cau          directive + o - - - - - . .
chon         -         + o - - - - - . .
chuyen       member    + + - - - - - . .
cocau        -         + + - - - - - . .
congvan      directive + o - - - - - . .
congvanmoi   -         + + - - - - - . .
dachidao     directive - - - - - + - . .
dangban      -         + + + + + + + . .
danhan       directive + o - - - - - . .
danhsachcham directive - - - - - + - . .
danop        -         + + + + + + + . .
dat          report    + o - - - - - . .
datonghop    directive + o - - - - - . .
dinhchinh    directive + o - - - - - . .
dinhky       -         + + - - - - - . .
doidinhky    directive + o - - - - - . .
doidonvi     report    o o + + + o o . .
dokhan       directive + o - - - - - . .
dondoc       directive + o - - - - - . .
donvi        -         + + - - - - - . .
dung         owed      o o + + + o o . .
dungdinhky   directive + o - - - - - . .
dungnhac     -         + + + + + + + . .
dutrang      report    o o + + + o o . .
duyet        waiting   + + - - - - - . .
ghingayhop   task      + o - - - - - . .
ghinhan      office    + + - - - - - . .
ghisau       report    + o - - - - - . .
giahan       owed      o o + + + - o . .
giao         owed      o o + + o o o . .
gui          directive + o - - - - - . .
guidi        -         + + + + + + + . .
guitraloi    owed      o o + + + o o . .
han          task      + o - - - - - . .
hen          owed      o o + + + o o . .
hoantac      directive + o - - - - - . .
hoso         directive + o - - - - - . .
huongdan     -         + + + + + + + . .
huy          directive + o o o o o o . .
huycongvan   directive + o - - - - - . .
huylienket   -         + + + + + + + . .
kenh         -         + + + + + + + . .
ketthuc      directive + o - - - - - . .
khoa         member    + + + o o o o . .
khong        owed      o o + + + o o . .
khonghoandoi -         + + - - - - - . .
kieucau      directive + o - - - - - . .
kps          owed      o o + + + o o . .
kpscau       owed      o o + + + o o . .
kynay        directive + o - - - - - . .
la           directive + o - - - - - . .
lienhe       -         + + + + + + + . .
lienket      owed      o o + + + o o . .
luachon      owed      o o + + + o o . .
luulichnghi  -         + + - - - - - . .
lydo         -         + + + + + + + . .
ma           -         + + - - - - - . .
mien         directive + o - - - - - . .
missing      directive + o - - - + - . .
mobaocao     report    + o - - - - - . .
molai        directive + o - - - - - . .
ngayhop      owed      o o + + + o o . .
ngaynghi     -         + + - - - - - . .
nguoi        office    + + + + + o o . .
nguyenvan    owed      o o + + + o o . .
nhac         directive + o - - - - - . .
nhaclai      -         + + + + + + + . .
nhactoi      -         + + + + + + + . .
nhan         owed      o o + + + o o . .
nhanmuc      report    o o + + + o o . .
nhukytruoc   owed      o o + + + o o . .
nop          owed      o o + + + - o . .
qlvb         owed      o o + + + o o . .
quaylai      owed      o o + + + o o . .
quyetgiahan  request   + o - - - - - . .
roi          member    + + + o o o o . .
start        -         + + + + + + + . .
sua          directive + o - - - - - . .
suacau       owed      o o + + + o o . .
suacaunay    owed      o o + + + o o . .
suaviec      task      + o - - - - - . .
tach         owed      o o + + + o o . .
tep          directive + o - - - - - . .
tepthieu     directive + o - - - - - . .
thay         member    + + + o + o o . .
thaydoi      directive + o - - - - - . .
them         directive + o - - - - - . .
themnguoi    office    + + + + o o o . .
theodinhky   task      + o - - - - - . .
thoinhac     -         + + + + + + + . .
thuhoi       report    + o + + + o o . .
thuhoima     office    + + + + o o o . .
thulai       owed      o o + + + o o . .
tindan       directive + o - - - - - . .
tonghop      directive + o - - - - - . .
tralai       report    + o - - - - - . .
traloi       owed      o o + + + - o . .
trove        member    + + + o + o o . .
vannop       owed      o o + + + o o . .
viec         -         + + + + + - + . .
visao        task      + o + + + + + . .
xacnhan      claim     + o - - - - - . .
xem          directive + o - - - - - . .
xembaocao    directive + o - - - - - . .
xemcongvan   -         + + + + + + + . .
xongcau      owed      o o + + + o o . .
"""
"""Of each command what it is about, and what becomes of it when each of them types it:
`+` they are let in; `-` the door is shut; `o` the deed refuses: nothing changes, nothing of that office is shown;
`.` once a day they are told that nobody here knows them, and nothing changes."""
ROWS = {name: (about, marks) for name, about, *marks in (row.split() for row in TABLE.strip().splitlines())}
QUICK = {"Bình"}
TYPISTS = [each if each in QUICK else pytest.param(each, marks=pytest.mark.full) for each in COLUMNS]
HELLOS = ("huong dan", "/huongdan", "/start", "chào")
REFUSALS = {vi.not_yours().text, vi.other_office().text, heads_only().text, not_yours_to_decide().text}
OF_THEM = ("Lan", "Dương", "Phòng Tư pháp", "bao-cao-tu-phap", "30/UBND-NV")


@pytest.fixture
async def stage(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Stage]:
    """A directive sent; a report of Phòng Tư pháp in, more time asked for; another says it has sent; Vân gone."""
    (tmp_path / "scene.chat").write_text(SCENE, encoding="utf-8")
    async with Stage(START, database_url=sqlite_url) as stage:
        await Player(stage, parse(tmp_path / "scene.chat"), folder=HERE / "files").play()
        yield stage


async def said(stage: Stage, who: str, text: str) -> list[str]:
    """What this person hears after typing it."""
    phone = stage.phone(who)
    before = len(phone.messages)
    await phone.say(text)
    await stage.settled()
    return [message.text for message in phone.messages[before:] if message.from_bot]


async def facts(stage: Stage) -> dict[str, list[Any]]:
    """Everything that is remembered but the mail itself."""
    async with stage.app.db.reading() as session:
        return {
            table.name: sorted(map(repr, (await session.execute(select(table))).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in BOOKKEEPING
        }


async def typed(stage: Stage) -> dict[str, str]:
    """For each command what its buttons would say about Phòng Tư pháp: its task, report, request or staff."""
    async with stage.app.db.reading() as session:
        owed = (await session.scalars(select(Assignment.id).order_by(Assignment.id))).all()[1]
        staff = select(Member.id).join(Person, Person.id == Member.person_id).where(Person.name == "Tư")
        office = (await session.scalars(select(Office.id).where(Office.name == "Phòng Tư pháp"))).one()
        about: dict[str, object] = dict.fromkeys(("task", "directive", "report", "request"), "1 1")
        about |= {"owed": f"{owed} 1", "claim": "2 1", "office": office, "-": ""}
        about |= dict.fromkeys(("member", "waiting"), (await session.scalars(staff)).one())
    return {name: f"/{name} {about[of]}".strip() for name, (of, _) in ROWS.items()}


def test_every_command_is_for_a_known_circle() -> None:
    assert ALL
    circles = {EVERYONE, COORDINATOR, handlers.MEMBERS, handlers.LEADER, handlers.WATCHERS, REPORTING}
    assert {found.who for found in ALL} <= circles
    assert {found.names[0] for found in ALL if found.who == EVERYONE} == {"start", "huongdan"}


def test_the_table_has_a_row_for_each_command_and_no_cell_is_blank() -> None:
    assert list(ROWS) == [found.names[0] for found in ALL]
    assert all(len(marks) == len(COLUMNS) and set(marks) <= set("+-o.") for _, marks in ROWS.values())
    for found in FOR_HER:  # whoever does not coordinate finds the door shut
        assert ROWS[found.names[0]][1][2:7] == ["-"] * 5, found.names[0]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", TYPISTS)
async def test_each_command_does_for_each_of_them_what_the_table_says(stage: Stage, who: str) -> None:
    lines, before = await typed(stage), await facts(stage)
    for name, (_, marks) in ROWS.items():
        mark, line = marks[COLUMNS.index(who)], lines[name]
        heard = await said(stage, who, line)
        after = await facts(stage)
        if mark == "+":
            assert heard, f"{line}: silence"
            assert not REFUSALS & set(heard), f"{line}: {heard}"
        else:
            assert after == before, f"{line} changes something"
        if mark == "-":
            shut = vi.not_a_leaders() if COMMANDS[name].who == REPORTING else vi.not_yours()
            assert heard == [shut.text], f"{line}: {heard}"
        elif mark == "o":
            assert heard, f"{line}: silence"
            assert not any(word in text for word in OF_THEM for text in heard), f"{line}: {heard}"
        elif mark == ".":
            assert set(heard) <= {vi.stranger().text}, f"{line}: {heard}"
        before = after


@pytest.mark.parametrize("words", ["MẬT", *(pytest.param(each, marks=pytest.mark.full) for each in HELLOS)])
async def test_a_stranger_is_answered_once(stage: Stage, words: str) -> None:
    assert sum([len(await said(stage, "Người lạ", words)) for _ in range(4)]) == 1


@pytest.mark.full
async def test_who_was_moved_hears_nothing_of_the_former_office(stage: Stage) -> None:
    async with stage.app.db.reading() as session:
        ids = (await session.scalars(select(Assignment.id).order_by(Assignment.id))).all()
    assert "Câu 1" in (await said(stage, "Lan", f"/traloi {ids[1]}"))[0]
    await stage.unseat("Lan")
    await stage.seat("Lan", await stage.office("Phòng Y tế"), Role.HEAD)
    assert await said(stage, "Lan", "/huy") == [stopped().text]


@pytest.mark.parametrize(
    "before",
    ["", pytest.param("/nop", marks=pytest.mark.full), pytest.param("/traloi", marks=pytest.mark.full)],
    ids=["out-of-the-blue", "as-a-report", "as-an-answer"],
)
async def test_nothing_of_a_secret_document_stays(stage: Stage, before: str) -> None:
    kept = {path for path in stage.settings.files_dir.rglob("*") if path.is_file()}
    if before:
        async with stage.app.db.reading() as session:
            ids = (await session.scalars(select(Assignment.id).order_by(Assignment.id))).all()
        await said(stage, "Lan", f"{before} {ids[1]} 1")
    await stage.phone("Lan").send_document("van-ban-mat.txt", (HERE / "files" / "van-ban-mat.txt").read_bytes())
    await stage.settled()
    await said(stage, "Lan", "TUYỆT MẬT\nKế hoạch sơ tán số 99")
    assert {path for path in stage.settings.files_dir.rglob("*") if path.is_file()} == kept
    async with stage.app.db.reading() as session:
        bodies = (await session.scalars(select(Received.body).order_by(Received.id.desc()).limit(2))).all()
    assert bodies == [b"{}", b"{}"]


@pytest.mark.full
async def test_a_strangers_file_is_not_even_fetched(stage: Stage) -> None:
    kept = {path for path in stage.settings.files_dir.rglob("*") if path.is_file()}
    await stage.phone("Người lạ").send_document("la.docx", b"PK\3\4")
    await stage.settled()
    assert {path for path in stage.settings.files_dir.rglob("*") if path.is_file()} == kept
