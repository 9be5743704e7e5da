"""The Zalo Bot Platform: free, and near to Telegram; but no files, no buttons and no edits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from bot.channel import Account, Blocked, Capabilities, Receive, Rejected, Sent, Upload
from bot.channels.zalo_bot_door import Poller, Webhook
from bot.channels.zalo_bot_media import Media
from bot.channels.zalo_bot_read import NAME, read
from bot.channels.zalo_bot_wire import Api, failure
from bot.messages import Address, Incoming, InFile, Notice, Outgoing
from bot.settings import Settings
from bot.text import one_line

__all__ = ["CAPABILITIES", "ZaloBot", "failure", "open_channel", "read", "write"]

log = structlog.get_logger()

# How Zalo counts a text is not told: UTF-16 is the stricter way. Nor is its pace.
CAPABILITIES = Capabilities(
    text_limit=2000,
    measure="utf-16",
    download_limit=20 << 20,
    pace=5,
    monthly_limit=3000,
    user_limit=50,
)


def open_channel(settings: Settings, http: aiohttp.ClientSession, db: Any = None) -> ZaloBot | None:
    return ZaloBot(settings, http) if settings.zalo_bot_token else None


class ZaloBot:
    """One bot's account. `bot_id` is known after the first answer."""

    name = NAME

    def __init__(self, settings: Settings, http: aiohttp.ClientSession, api: Api | None = None) -> None:
        token = settings.zalo_bot_token.get_secret_value() if settings.zalo_bot_token else ""
        if not token:
            raise ValueError("zalo bot needs a token")
        self.capabilities = replace(
            CAPABILITIES, monthly_limit=settings.zalo_bot_messages, user_limit=settings.zalo_bot_users
        )
        self._api = api or Api(http, settings.zalo_bot_api_url, token)
        self._webhook = Webhook(token)
        self._media = Media(settings.zalo_bot_api_url, CAPABILITIES.download_limit)
        self._public_url = settings.public_url.rstrip("/")
        self.poller = Poller(self._api)
        self.bot_id = ""

    def __repr__(self) -> str:
        return f"ZaloBot({self.bot_id or 'not met yet'})"

    def routes(self, receive: Receive) -> Iterable[web.RouteDef]:
        return [self._webhook.route(receive)]

    async def start(self) -> None:
        self.bot_id = str((await self._met()).get("id", ""))
        if not self._public_url:
            await self._api.call("deleteWebhook")
            return
        hook = {"url": self._public_url + self._webhook.path, "secret_token": self._webhook.secret}
        said = await self._api.call("setWebhook", hook, read=60)
        probe = said.get("verification") if isinstance(said, dict) else None
        if isinstance(probe, dict) and not probe.get("ok"):
            hint = one_line(str(probe.get("hint", "")), 200)
            log.warning("Zalo did not reach our webhook", channel=NAME, outcome=str(probe.get("outcome")), hint=hint)

    async def listen(self, receive: Receive) -> None:
        if not self._public_url:
            await self.poller.run(receive)

    async def check(self) -> Account:
        me = await self._met()
        try:
            hook = await self._api.call("getWebhookInfo")
        except Blocked:  # a 404: there is none
            hook = None
        url = str(hook.get("url", "")) if isinstance(hook, dict) else ""
        wanted = self._public_url + self._webhook.path if self._public_url else ""
        name = str(me.get("display_name") or me.get("account_name") or self.bot_id)
        return Account(name=name, called=bool(self._public_url), fits=url == wanted)

    async def close(self) -> None:
        await self._media.close()

    def read(self, payload: dict[str, Any], received_at: datetime) -> Incoming | Notice:
        return read(payload, received_at, self.bot_id)

    async def greet(self, payload: dict[str, Any]) -> None:
        """Nothing here waits for a sign."""

    async def send(self, to: Address, part: Outgoing, upload: Upload | None, *, edit: str | None = None) -> Sent:
        said = await self._api.call("sendMessage", write(to, part))
        return Sent(str(said.get("message_id", "")) if isinstance(said, dict) else "")

    async def fetch(self, file: InFile) -> AsyncIterator[bytes]:
        async for chunk in self._media.fetch(file.ref):
            yield chunk

    def invite_link(self, code: str) -> str | None:
        """Zalo opens a chat without a word: the code is typed."""
        return f"https://bot.zaloplatforms.com/bots/{self.bot_id}" if self.bot_id else None

    async def _met(self) -> dict[str, Any]:
        me = await self._api.call("getMe")
        return me if isinstance(me, dict) else {}


def write(to: Address, part: Outgoing) -> dict[str, str]:
    """One fitted part as the parameters of sendMessage. Text goes plain: no star in it is taken for markup."""
    if part.file or part.buttons or not part.text:
        raise Rejected("Zalo Bot carries text alone")
    return {"chat_id": to.chat, "text": part.text}
