"""The tokens of the OA: renewed in time, by one alone, and never lost by whoever dies meanwhile."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.authorise import callback_url, challenge, let_in
from bot.channel import Revoked, SendError, Unreachable
from bot.channels.zalo_oa_courier import NAME, Errand, renew
from bot.channels.zalo_oa_tokens import Tokens
from bot.channels.zalo_oa_wire import OAuth, Refused, Wire, permission_link
from bot.clocks import SystemClock
from bot.sandbox.zalo_oa import APP_ID, Fault, ZaloOAServer
from bot.settings import Settings
from db import Database
from db.tokens import ANSWERED, Pair, Token, answered, authorised, refused, spend, token, unspent
from servers import _dies_with_us

KEEPER = Path(__file__).parent / "zalo_keeper.py"
KILLS = int(os.environ.get("NHACVIEC_KILLS", "200"))


class Clock(SystemClock):
    """Machine time held in the hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 9, 1, 1, tzinfo=UTC)

    def machine(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def db(sqlite_url: str) -> AsyncIterator[Database]:
    db = Database(sqlite_url)
    yield db
    await db.close()


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[ZaloOAServer]:
    server = ZaloOAServer(machine=clock.machine)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def granted(db: Database, server: ZaloOAServer, at: datetime, *, due: bool = False) -> str:
    """The OA has let us in; its access token. `due`: and it is to be renewed."""
    said = server.grant()
    lives = timedelta(0) if due else timedelta(seconds=int(said["expires_in"]))
    async with db.writing() as session:
        await authorised(session, NAME, Pair(said["access_token"], said["refresh_token"], lives), at)
    return str(said["access_token"])


async def stored(db: Database) -> Token:
    async with db.reading() as session:
        found = await token(session, NAME)
    assert found is not None
    return found


def here(db: Database, clock: SystemClock, server: ZaloOAServer, http: aiohttp.ClientSession) -> Tokens:
    """Tokens renewed in this process: what the courier does, without it."""

    async def by_ourselves(access: str) -> None:
        oauth = OAuth(Wire(http, read=0.3), server.url, APP_ID, server.app_secret)
        await renew(db, clock, oauth, access)

    return Tokens(db, clock, by_ourselves, first=0.01)


@pytest.fixture
def tokens(db: Database, clock: Clock, server: ZaloOAServer, http: aiohttp.ClientSession) -> Tokens:
    return here(db, clock, server, http)


async def until(true: Callable[[], bool] | Callable[[], Awaitable[bool]], within: float = 15) -> None:
    async with asyncio.timeout(within):
        while True:
            found = true()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


# In the database


async def test_a_refresh_token_is_used_by_one_and_its_answer_is_taken_whoever_brings_it(database_url: str) -> None:
    db, at = Database(database_url), datetime(2026, 9, 1, tzinfo=UTC)
    try:
        async with db.writing() as session:
            assert await token(session, NAME) is None
            await authorised(session, NAME, Pair("a0", "r0", timedelta(hours=25)), at)
            assert await spend(session, NAME, "a0", at) == "r0"
            assert await spend(session, NAME, "a0", at + ANSWERED / 2) is None
            assert await spend(session, NAME, "other", at + ANSWERED) is None
            assert await spend(session, NAME, "a0", at + ANSWERED) == "r0"
            await refused(session, NAME, "r0", "-14014")
            assert await spend(session, NAME, "a0", at + ANSWERED * 2) is None
        async with db.writing() as session:
            assert await answered(session, NAME, "r0", Pair("a1", "r1", timedelta(hours=25)), at)
            assert not await answered(session, NAME, "r0", Pair("a2", "r2", timedelta(hours=25)), at)
        found = await stored(db)
        assert (found.access, found.refused, found.spent_at) == ("a1", None, None)
        assert found.refresh_at == at + timedelta(hours=20)
        async with db.writing() as session:
            await spend(session, NAME, "a1", at)
            await unspent(session, NAME, "r1")
            assert await spend(session, NAME, "a1", at) == "r1"
        assert "r1" not in repr(await stored(db))
    finally:
        await db.close()


# In time


@pytest.mark.parametrize(("hours", "renewals"), [(19.9, 0), (20.1, 1)])
async def test_tokens_are_renewed_when_four_fifths_of_their_life_are_over(
    tokens: Tokens, db: Database, server: ZaloOAServer, clock: Clock, hours: float, renewals: int
) -> None:
    first = await granted(db, server, clock.at)
    clock.at += timedelta(hours=hours)
    keeping = asyncio.create_task(tokens.keep())
    if renewals:
        await until(lambda: _differs(db, first))
    else:
        await asyncio.wait([keeping], timeout=0.1)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert [call.method for call in server.calls] == ["access_token"] * renewals


async def _differs(db: Database, access: str) -> bool:
    return (await stored(db)).access != access


async def test_the_new_pair_is_on_disk_before_anybody_can_use_it(
    tokens: Tokens, db: Database, server: ZaloOAServer, clock: Clock
) -> None:
    first = await granted(db, server, clock.at)
    second = await tokens.after(first)
    assert second == (await stored(db)).access == await tokens.access()
    server.oauth.check(second)


async def test_all_who_ask_at_once_are_served_by_one_renewal(
    db: Database, server: ZaloOAServer, clock: Clock, http: aiohttp.ClientSession
) -> None:
    first = await granted(db, server, clock.at)
    one, another = here(db, clock, server, http), here(db, clock, server, http)
    asked = [who.after(first) for who in (one, one, another, one)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert len(server.calls) == 1
    assert {type(each) for each in found} <= {str, Unreachable}
    assert await another.after(first) == await one.after(first) == (await stored(db)).access
    assert len(server.calls) == 1


# What may go wrong on the way


async def test_a_call_that_never_left_is_repeated_at_once(
    tokens: Tokens, db: Database, server: ZaloOAServer, clock: Clock
) -> None:
    first = await granted(db, server, clock.at)
    await server.stop()
    with pytest.raises(Unreachable):
        await tokens.after(first)
    await server.start()
    assert await tokens.after(first) != first


@pytest.mark.parametrize("fault", [Fault.cut(), Fault.html(502), Fault.hang()], ids=str)
async def test_a_call_zalo_never_saw_is_repeated_when_nobody_can_be_at_it_any_more(
    tokens: Tokens, db: Database, server: ZaloOAServer, clock: Clock, fault: Fault
) -> None:
    first = await granted(db, server, clock.at)
    server.faults.add("access_token", fault)
    for _ in range(2):
        with pytest.raises(Unreachable):
            await tokens.after(first)
    assert len(server.calls) == 1
    clock.at += ANSWERED
    assert await tokens.after(first) != first


async def test_whoever_died_before_asking_is_followed_by_the_next(
    tokens: Tokens, db: Database, server: ZaloOAServer, clock: Clock
) -> None:
    first = await granted(db, server, clock.at)
    async with db.writing() as session:
        await spend(session, NAME, first, clock.at)
    with pytest.raises(Unreachable):
        await tokens.after(first)
    clock.at += ANSWERED
    assert await tokens.after(first) != first


async def test_a_wrong_secret_does_not_use_the_token_up(
    tokens: Tokens, db: Database, server: ZaloOAServer, clock: Clock
) -> None:
    first = await granted(db, server, clock.at)
    right, server.oauth.secret = server.oauth.secret, "another"
    with pytest.raises(Unreachable):
        await tokens.after(first)
    server.oauth.secret = right
    assert await tokens.after(first) != first


async def test_an_answer_the_line_lost_is_said_and_a_pasted_token_heals_it(
    tokens: Tokens, db: Database, server: ZaloOAServer, clock: Clock, sqlite_url: str
) -> None:
    """The one thing nobody on our side can help: Zalo gave the new pair, and it never arrived."""
    first = await granted(db, server, clock.at)
    server.faults.add("access_token", Fault.cut(after=True))
    with pytest.raises(Unreachable):
        await tokens.after(first)
    clock.at += ANSWERED
    with pytest.raises(Revoked, match="nhacviec zalo-oa authorise"):
        await tokens.after(first)
    with pytest.raises(Revoked):
        await tokens.keep()
    asked = len(server.calls)
    with pytest.raises(Revoked):
        await tokens.access()
    assert len(server.calls) == asked
    await let_in(settings(server, sqlite_url), server.grant()["refresh_token"], "v", "s")
    server.oauth.check(await tokens.access())


async def test_an_answer_that_comes_after_the_refusal_still_counts(
    tokens: Tokens, db: Database, server: ZaloOAServer, clock: Clock
) -> None:
    """One who was frozen for a minute with the answer in hand."""
    first = await granted(db, server, clock.at)
    spent = (await stored(db)).refresh
    said = server.grant()
    clock.at += ANSWERED
    with pytest.raises(Revoked):
        await tokens.after(first)
    async with db.writing() as session:
        await answered(session, NAME, spent, Pair(said["access_token"], said["refresh_token"], ANSWERED), clock.at)
    server.oauth.check(await tokens.access())


# Killed


def keeper(errand: Errand) -> subprocess.Popen[bytes]:
    folder = str(Path(__file__).parent.parent)
    process = subprocess.Popen(
        [sys.executable, str(KEEPER)],
        stdin=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": folder},
        preexec_fn=_dies_with_us,
    )
    assert process.stdin is not None
    with process.stdin as pipe:
        pipe.write(json.dumps(asdict(errand)).encode())
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def children(process: subprocess.Popen[bytes]) -> list[int]:
    threads = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(number) for path in threads for number in path.read_text().split()]


def errand(server: ZaloOAServer, url: str) -> Errand:
    return Errand(url, server.url, APP_ID, server.app_secret, "")


@pytest.mark.full
async def test_the_courier_goes_on_when_nobody_waits_for_it(db: Database, sqlite_url: str) -> None:
    server = ZaloOAServer()
    await server.start()
    try:
        first = await granted(db, server, datetime.now(UTC), due=True)
        server.faults.add("access_token", Fault.slow(1))
        waiting = asyncio.create_task(replace(errand(server, sqlite_url), access=first).run())
        await until(lambda: bool(server.calls), within=60)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await until(lambda: _differs(db, first))
        server.oauth.check((await stored(db)).access)
    finally:
        await server.stop()


@pytest.mark.full
@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(Fault.slow(3), id="when Zalo has made a new pair"),
        pytest.param(Fault("slow", after=False, seconds=3), id="when Zalo has only heard us"),
    ],
)
async def test_a_bot_killed_while_it_renews_is_not_locked_out(database_url: str, moment: Fault) -> None:
    """The courier is told to end as well, as it would be when a service is stopped."""
    server, db = ZaloOAServer(), Database(database_url)
    await server.start()
    try:
        first = await granted(db, server, datetime.now(UTC), due=True)
        server.faults.add("access_token", moment)
        bot = keeper(errand(server, database_url))
        await until(lambda: bool(server.calls), within=60)
        couriers = children(bot)
        for courier in couriers:
            os.kill(courier, signal.SIGTERM)
        kill(bot)
        assert len(couriers) == 1
        assert not await _differs(db, first)
        await until(lambda: _differs(db, first))
        server.oauth.check((await stored(db)).access)
    finally:
        await server.stop()
        await db.close()


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_a_bot_killed_again_and_again_is_never_locked_out(db: Database, sqlite_url: str) -> None:
    """Its tokens live a second, so it renews all the time it lives; it is killed at random moments of that."""
    server, chance = ZaloOAServer(access_life=timedelta(seconds=1)), random.Random(412)
    await server.start()
    await granted(db, server, datetime.now(UTC), due=True)
    at_work = 0
    try:
        for number in range(KILLS):
            server.faults.clear()
            server.faults.add("access_token", Fault.slow(chance.uniform(0, 0.3)), times=None)
            asked = len(server.calls)
            bot = keeper(errand(server, sqlite_url))
            await until(lambda asked=asked: len(server.calls) > asked, within=600)  # type: ignore[misc]
            await asyncio.sleep(chance.uniform(0, 1.5))
            at_work += bool(children(bot))
            kill(bot)
            assert (await stored(db)).refused is None, f"locked out by kill {number}"
        await until(lambda: _unspent(db))
        async with aiohttp.ClientSession() as http:
            tokens = here(db, SystemClock(), server, http)
            server.oauth.check(await tokens.after((await stored(db)).access))
    finally:
        await server.stop()
    refusals = [call.error for call in server.calls if call.error]
    print(f"\n{KILLS} kills, {at_work} while renewing; {len(server.calls)} renewals, {len(refusals)} refused")
    assert refusals == []


async def _unspent(db: Database) -> bool:
    return (await stored(db)).spent_at is None


# The administrator


def settings(server: ZaloOAServer, url: str) -> Settings:
    return Settings(
        _env_file=None,
        database_url=url,
        zalo_oa_app_id=APP_ID,
        zalo_oa_app_secret=server.app_secret,
        zalo_oa_oauth_url=server.url,
        zalo_oa_api_url=server.url,
        public_url="https://nhacviec.example.vn/",
    )


def test_the_challenge_is_that_of_the_published_example() -> None:
    assert challenge("a" * 43) == "ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA"


async def test_an_administrator_opens_the_link_and_its_answer_lets_us_in(
    server: ZaloOAServer, http: aiohttp.ClientSession, sqlite_url: str, db: Database
) -> None:
    ours = settings(server, sqlite_url)
    server.oauth.callback = "https://nhacviec.example.vn/zalo_oa/callback"
    link = permission_link(server.url, APP_ID, callback_url(ours), challenge("v" * 43), "state-1")
    async with http.get(link, allow_redirects=False) as page:
        answer = page.headers["Location"]
    for wrong in ("", "two words", answer.replace("state-1", "state-2"), "https://nhacviec.example.vn/?state=state-1"):
        with pytest.raises(ValueError, match=r"neither|another link"):
            await let_in(ours, wrong, "v" * 43, "state-1")
    assert await let_in(ours, answer, "v" * 43, "state-1") == timedelta(hours=25)
    server.oauth.check((await stored(db)).access)
    with pytest.raises(Refused, match="-14005"):
        await let_in(ours, answer, "v" * 43, "state-1")
    server.oauth.check((await stored(db)).access)


async def test_the_command_takes_a_pasted_token_and_shows_no_secret(
    server: ZaloOAServer, sqlite_url: str, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    env = {
        "NHACVIEC_DATABASE_URL": sqlite_url.replace("+aiosqlite", ""),
        "NHACVIEC_ZALO_OA_APP_ID": APP_ID,
        "NHACVIEC_ZALO_OA_APP_SECRET": server.app_secret,
        "NHACVIEC_ZALO_OA_OAUTH_URL": server.url,
        "NHACVIEC_PUBLIC_URL": "https://nhacviec.example.vn",
    }
    pasted, command = server.grant()["refresh_token"], ["zalo-oa", "authorise", "--answer", "-"]
    with caplog.at_level(logging.DEBUG):
        done = await asyncio.to_thread(CliRunner().invoke, cli, command, input=f"{pasted}\n", env=env)
        again = await asyncio.to_thread(CliRunner().invoke, cli, command, input=f"{pasted}\n", env=env)
        empty = await asyncio.to_thread(CliRunner().invoke, cli, command, input="\n", env=env)
    assert (done.exit_code, again.exit_code, empty.exit_code) == (0, 2, 2), done.output
    assert "25 giờ" in done.output
    assert "-14014" in again.output
    found = await stored(db)
    server.oauth.check(found.access)
    for secret in (pasted, server.app_secret, found.access, found.refresh):
        assert secret not in done.output + again.output + caplog.text


async def test_without_being_let_in_nobody_speaks(tokens: Tokens) -> None:
    for asking in (tokens.access(), tokens.keep(), tokens.after("x")):
        with pytest.raises(Revoked, match="authorise"), suppress(asyncio.CancelledError):
            await asking
    assert issubclass(Revoked, SendError)
