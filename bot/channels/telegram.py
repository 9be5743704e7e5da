"""Telegram: python-telegram-bot as a typed client, with our own door (webhook or long polling) and our own wire.

PTB's Application and Updater stay out: they confirm updates that only memory holds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from telegram import Bot, BotCommandScopeChat, InputFile, Message
from telegram.error import TelegramError

from bot.channel import Account, Capabilities, Receive, Rejected, Sent, TooBigToFetch, Unreachable, Upload
from bot.channels.telegram_door import UPDATES, Poller, Webhook
from bot.channels.telegram_read import NAME, read
from bot.channels.telegram_request import TelegramRequest, named
from bot.channels.telegram_write import Call, failure, is_stale_file, is_unchanged, write
from bot.messages import Address, Incoming, InFile, Notice, Outgoing
from bot.settings import Settings
from bot.text import one_line

__all__ = ["CAPABILITIES", "Telegram", "failure", "open_channel", "read", "write"]

log = structlog.get_logger()

CAPABILITIES = Capabilities(
    text_limit=4096,
    measure="utf-16",
    caption_limit=1024,
    buttons=True,
    edits=True,
    files_in=True,
    files_out=True,
    upload_limit=50_000_000,
    download_limit=20 << 20,
    pace=29,
)
DESCRIPTION_LIMIT = 256
"""Characters of a command's description."""


def open_channel(settings: Settings, http: aiohttp.ClientSession, db: Any = None) -> Telegram | None:
    return Telegram(settings, http) if settings.telegram_token else None


class Telegram:
    """One bot's account. `username` is known after the first answer; `commands` is the menu `start` publishes."""

    name = NAME
    capabilities = CAPABILITIES

    def __init__(self, settings: Settings, http: aiohttp.ClientSession, request: TelegramRequest | None = None) -> None:
        token, secret, proxy = (
            value.get_secret_value() if value else None
            for value in (settings.telegram_token, settings.telegram_webhook_secret, settings.telegram_proxy)
        )
        if not token:
            raise ValueError("telegram needs a token")
        self._http, self._request = http, request or TelegramRequest(http, proxy or None)
        root, wire = settings.telegram_api_url.rstrip("/"), self._request
        self._bot = Bot(token, f"{root}/bot", f"{root}/file/bot", request=wire, get_updates_request=wire)
        self._webhook = Webhook(token, secret)
        self._public_url = settings.public_url.rstrip("/")
        self.poller = Poller(wire, self._bot.base_url)
        self.username: str | None = None
        self.commands: Sequence[tuple[str, str]] = ()

    def __repr__(self) -> str:
        return f"Telegram({self.username or 'not met yet'})"

    def routes(self, receive: Receive) -> Iterable[web.RouteDef]:
        return [self._webhook.route(receive)]

    async def start(self) -> None:
        with _naming():
            self.username = (await self._bot.get_me()).username
            await self._choose_door()
        if self.commands:
            await self.set_menu(None, self.commands)

    async def _choose_door(self) -> None:
        if not self._public_url:
            await self._bot.delete_webhook()
            return
        await self._bot.set_webhook(
            self._public_url + self._webhook.path,
            secret_token=self._webhook.secret,
            allowed_updates=UPDATES,
            max_connections=40,
        )

    async def set_menu(self, to: Address | None, commands: Sequence[tuple[str, str]]) -> None:
        menu = [(name, one_line(description, DESCRIPTION_LIMIT)) for name, description in commands]
        with _naming():
            await self._bot.set_my_commands(menu, scope=BotCommandScopeChat(to.chat) if to else None)

    async def listen(self, receive: Receive) -> None:
        if not self._public_url:
            await self.poller.run(receive)

    async def check(self) -> Account:
        with _naming():
            me, hook = await self._bot.get_me(), await self._bot.get_webhook_info()
        return Account(
            name=f"@{me.username}",
            said_at=self._request.said_at,
            called=bool(self._public_url),
            fits=hook.url == (self._public_url + self._webhook.path if self._public_url else ""),
            waiting=hook.pending_update_count,
            error=one_line(hook.last_error_message or "", 200),
            error_at=hook.last_error_date,
        )

    async def close(self) -> None:
        """Nothing of ours is open: the session belongs to the app."""

    def read(self, payload: dict[str, Any], received_at: datetime) -> Incoming | Notice:
        return read(payload, received_at, self.username)

    async def greet(self, payload: dict[str, Any]) -> None:
        query = (payload.get("callback_query") or {}).get("id")
        if not query:
            return
        try:
            await self._bot.answer_callback_query(query, read_timeout=5)
        except TelegramError as error:
            log.info("press not answered", channel=NAME, error=type(error).__name__)

    async def send(self, to: Address, part: Outgoing, upload: Upload | None, *, edit: str | None = None) -> Sent:
        call = write(to, part, edit)
        try:
            return await self._say(call, upload)
        except TelegramError as error:
            if edit and is_unchanged(error):
                return Sent(edit)
            raise failure(error) from error

    async def _say(self, call: Call, upload: Upload | None) -> Sent:
        if call.method == "send_document":
            return _sent(await self._send_document(call, upload))
        if call.method == "edit_message_text":
            await self._bot.edit_message_text(**call.params)
            return Sent(str(call.params["message_id"]))
        message = await self._request.call(f"{self._bot.base_url}/sendMessage", call.params)
        return Sent(str(message["message_id"]))

    async def _send_document(self, call: Call, upload: Upload | None) -> Message:
        """By Telegram's handle where it holds: the same bytes again and again are slowed down there."""
        if upload is None:
            raise Rejected("a file without its bytes")
        if upload.ref:
            try:
                return await self._bot.send_document(document=upload.ref, **call.params)
            except TelegramError as error:
                if not is_stale_file(error):
                    raise
        with _opened(upload.path) as content:
            document = InputFile(content, filename=one_line(upload.name), read_file_handle=False)
            return await self._bot.send_document(document=document, **call.params)

    async def fetch(self, file: InFile) -> AsyncIterator[bytes]:
        if (file.size or 0) > CAPABILITIES.download_limit:
            raise TooBigToFetch("known to be too big")
        with _naming():
            found = await self._bot.get_file(file.ref)
        if not found.file_path or "://" not in found.file_path:
            raise Rejected("Telegram gives no address for the file")
        came = 0
        async for chunk in self._download(found.file_path):
            came += len(chunk)
            yield chunk
        if found.file_size is not None and came != found.file_size:
            raise Unreachable("cut short, or another's page in its place")

    async def _download(self, url: str) -> AsyncIterator[bytes]:
        timeout = aiohttp.ClientTimeout(total=None, connect=10, sock_read=20)
        total = 0
        try:
            async with self._http.get(url, proxy=self._request.proxy, timeout=timeout, allow_redirects=False) as answer:
                _check_download(answer.status)
                async for chunk in answer.content.iter_chunked(1 << 16):
                    total += len(chunk)
                    if total > CAPABILITIES.download_limit:
                        raise TooBigToFetch("bigger than it said")
                    yield chunk
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise failure(named(error)) from None

    def invite_link(self, code: str) -> str | None:
        return f"https://t.me/{self.username}?start={code}" if self.username else None


@contextmanager
def _naming() -> Iterator[None]:
    try:
        yield
    except TelegramError as error:
        raise failure(error) from error


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        content = path.open("rb")
    except OSError as error:
        raise Rejected(f"our file cannot be read: {type(error).__name__}") from error
    with content:
        yield content


def _sent(message: Message) -> Sent:
    return Sent(str(message.message_id), message.document.file_id if message.document else None)


def _check_download(status: int) -> None:
    if status >= 500 or status == 429:
        raise Unreachable(f"HTTP {status}")
    if status != 200:
        raise Rejected(f"HTTP {status}")
