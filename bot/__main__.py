"""The command line: nhacviec demo | run | read | migrate | replay | backup | restore | doctor | zalo-oa."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from pathlib import Path
from typing import Annotated

import structlog
import typer

from bot import admin
from bot.authorise import zalo_oa
from bot.settings import Settings

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
for command in (admin.backup, admin.restore, admin.doctor):
    cli.command()(command)
cli.add_typer(zalo_oa, name="zalo-oa")


@cli.command()
def run() -> None:
    """Serve for real: polls, or sets the webhooks when NHACVIEC_PUBLIC_URL is given."""
    gc.disable()  # until all is loaded: see bot.app.keep_what_is_loaded
    from bot.app import App
    from bot.logs import setup

    settings = Settings()
    setup(settings.log_level, settings.log_json, settings.secrets)
    if not any((settings.telegram_token, settings.zalo_bot_token, settings.zalo_oa_app_id)):
        typer.echo(
            "Chưa có NHACVIEC_TELEGRAM_TOKEN, NHACVIEC_ZALO_BOT_TOKEN hay NHACVIEC_ZALO_OA_APP_ID. "
            "Chạy thử không cần token: make demo",
            err=True,
        )
        raise typer.Exit(2)
    if settings.zalo_oa_app_id and not (settings.zalo_oa_app_secret and settings.zalo_oa_secret_key):
        typer.echo("Zalo OA còn thiếu NHACVIEC_ZALO_OA_APP_SECRET hoặc NHACVIEC_ZALO_OA_SECRET_KEY.", err=True)
        raise typer.Exit(2)
    try:
        asyncio.run(_serve(App(settings)))
    except Exception:
        # Python's own last words would show what the log holds back.
        structlog.get_logger().exception("stopped by an error")
        raise typer.Exit(1) from None


async def _serve(app: object) -> None:
    from bot import notify
    from bot.app import App, keep_what_is_loaded

    assert isinstance(app, App)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    await app.start()
    keep_what_is_loaded()
    notify.ready(app.settings.tick_seconds)
    if (code := await app.first_code()) is not None:
        typer.echo(f"Chưa có người tổng hợp. Mã mời (hiệu lực 1 giờ), nhắn cho trợ lý: {code}")
    await stop.wait()
    notify.stopping()
    await app.stop()


@cli.command()
def read(
    file: Path, as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines for people.")] = False
) -> None:
    """Read a công văn and show what was found, each with the sentence it came from."""
    from bot.documents import read_command

    raise typer.Exit(read_command(file, as_json))


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from db.migrate import upgrade

    asyncio.run(upgrade(Settings().url))
    typer.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất.")


@cli.command()
def replay(number: int) -> None:
    """Put a message that had stepped aside (its number is in the apology) back into the queue."""
    if not asyncio.run(_replay(number)):
        typer.echo(f"Không có tin nào đang gác lại với số {number}.", err=True)
        raise typer.Exit(1)
    typer.echo("Đã đưa lại vào hàng đợi.")


async def _replay(number: int) -> bool:
    from db import Database
    from db.post import replay as put_back

    db = Database(Settings().url)
    try:
        async with db.writing() as session:
            return await put_back(session, number)
    finally:
        await db.close()


@cli.command()
def demo(
    script: Annotated[bool, typer.Option("--script", help="Play the tour in the terminal and exit.")] = False,
    directive: Annotated[Path | None, typer.Option("--directive", help="Start from this document.")] = None,
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8017,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
) -> None:
    """Phones on a page, talking to the real bot over real HTTP. No token, no network."""
    from bot.sandbox.demo import play_script, serve_page

    if script:
        raise typer.Exit(asyncio.run(play_script(directive)))
    raise typer.Exit(asyncio.run(serve_page(directive, port, open_browser)))


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
