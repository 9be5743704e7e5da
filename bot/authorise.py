"""`nhacviec zalo-oa authorise`: an administrator of the Official Account lets us in, or hands us a refresh token."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from datetime import timedelta
from typing import Annotated, NoReturn
from urllib.parse import parse_qs, urlsplit

import aiohttp
import typer

from bot.settings import Settings

zalo_oa = typer.Typer(no_args_is_help=True, help="The Zalo Official Account.")
FAILURE = 2


@zalo_oa.callback()
def group() -> None:
    """Speak with Zalo about our account."""


@zalo_oa.command()
def authorise(
    answer: Annotated[
        str | None, typer.Option(help="- reads the answer from standard input; otherwise it is asked for.")
    ] = None,
) -> None:
    """Print the link for an administrator of the OA, and take what it leads to: an address, or a refresh token.

    Exit code 0: we may speak. 2: refused, and why.
    """
    from bot.channels.zalo_oa_wire import ZaloError, permission_link
    from bot.vi import zalo_oa as vi

    settings = Settings()
    if not settings.zalo_oa_app_id or settings.zalo_oa_app_secret is None:
        _give_up(vi.not_set_up())
    verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    link = permission_link(
        settings.zalo_oa_oauth_url, settings.zalo_oa_app_id, callback_url(settings), challenge(verifier), state
    )
    typer.echo(vi.open_this(link))
    said = typer.get_text_stream("stdin").readline() if answer == "-" else typer.prompt(vi.PASTE, hide_input=True)
    try:
        lives = asyncio.run(let_in(settings, said.strip(), verifier, state))
    except ZaloError as error:
        _give_up(vi.refused(str(getattr(error, "code", type(error).__name__))))
    except ValueError:
        _give_up(vi.not_understood())
    typer.echo(vi.let_in(lives))


async def let_in(settings: Settings, answer: str, verifier: str, state: str) -> timedelta:
    """Take the callback's address or a refresh token; how long the access token lives. The pair that was in force
    stays so unless Zalo gives a new one.

    Raises ValueError for what is neither or answers another link, ZaloError where Zalo refuses.
    """
    from bot.channels.zalo_oa_courier import NAME
    from bot.channels.zalo_oa_wire import OAuth, Wire
    from bot.clocks import SystemClock
    from db import Database
    from db.migrate import upgrade
    from db.tokens import authorised

    code = _code(answer, state)
    await upgrade(settings.url)
    db, secret = Database(settings.url), settings.zalo_oa_app_secret
    try:
        async with aiohttp.ClientSession() as http:
            key = secret.get_secret_value() if secret else ""
            oauth = OAuth(Wire(http), settings.zalo_oa_oauth_url, settings.zalo_oa_app_id, key)
            pair = await (oauth.exchange(code, verifier) if code else oauth.refresh(answer))
        async with db.writing() as session:
            await authorised(session, NAME, pair, SystemClock().machine())
    finally:
        await db.close()
    return pair.lives


def challenge(verifier: str) -> str:
    """What the link shows of it: S256, base64url without padding (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def callback_url(settings: Settings) -> str:
    return settings.zalo_oa_callback_url or f"{settings.public_url.rstrip('/')}/zalo_oa/callback"


def _code(answer: str, state: str) -> str | None:
    """The code in the callback's address; None for a refresh token. Raises ValueError."""
    if "code=" not in answer and "://" not in answer:
        if not answer or any(char.isspace() for char in answer):
            raise ValueError("neither an address nor a token")
        return None
    said = parse_qs(urlsplit(answer).query)
    code, theirs = (said.get(name, [""])[0] for name in ("code", "state"))
    if not code or not secrets.compare_digest(theirs.encode(), state.encode()):
        raise ValueError("the answer to another link")
    return code


def _give_up(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(FAILURE)
