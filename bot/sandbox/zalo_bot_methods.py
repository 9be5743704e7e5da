"""The eleven methods of the Zalo Bot Platform, their names minding the case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.telegram_errors import ApiError
from bot.sandbox.telegram_model import utf16
from bot.sandbox.telegram_params import Params
from bot.sandbox.zalo_bot_updates import Updates, check_webhook
from bot.sandbox.zalo_bot_world import Json, Message, World

TEXT_LIMIT = 2000
STICKERS = {"0e078a2fb66a5f34067b"}
TESTS_A_DAY = 20
NOTHING = object()
"""The answer has no `result`."""


class Methods:
    """`loopback`: addresses of this machine count as public."""

    def __init__(self, world: World, updates: Updates, *, loopback: bool) -> None:
        self._world, self._updates, self._loopback = world, updates, loopback
        self._set_at, self._tests = world.now(), 0

    def all(self) -> dict[str, Callable[[Params], Awaitable[Any]]]:
        return {
            "getMe": self.get_me,
            "getUpdates": self.get_updates,
            "setWebhook": self.set_webhook,
            "testWebhook": self.test_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.webhook_info,
            "sendMessage": self.send_message,
            "sendPhoto": self.send_photo,
            "sendSticker": self.send_sticker,
            "sendVoice": self.send_voice,
            "sendChatAction": self.chat_action,
        }

    async def get_me(self, params: Params) -> Json:
        return self._world.me()

    async def get_updates(self, params: Params) -> Json:
        try:
            seconds = float(params.values.get("timeout") or 30)
        except (TypeError, ValueError):
            raise ApiError(400, "Bad Request: timeout") from None
        return await self._updates.poll(seconds)

    async def set_webhook(self, params: Params) -> Json:
        check_webhook(params.text("url"), params.text("secret_token"), loopback=self._loopback)
        self._set_at = self._world.now()
        found = await self._updates.set(params.text("url"), params.text("secret_token"))
        return {**self._hook(), "verification": found}

    async def test_webhook(self, params: Params) -> Json:
        if not self._updates.url:
            raise ApiError(404, "Not Found")
        self._tests += 1
        if self._tests > TESTS_A_DAY:
            raise ApiError(426, "Daily limit")
        return await self._updates.probe()

    async def delete_webhook(self, params: Params) -> Json:
        self._updates.clear()
        self._set_at = self._world.now()
        return self._hook()

    async def webhook_info(self, params: Params) -> Json:
        if not self._updates.url:
            raise ApiError(404, "Not Found")
        return self._hook()

    def _hook(self) -> Json:
        return {"url": self._updates.url, "updated_at": int(self._set_at.timestamp() * 1000)}

    async def send_message(self, params: Params) -> Json:
        return _sent(self._world.speak(self._world.open_chat(params.text("chat_id")), _measured(params.text("text"))))

    async def send_photo(self, params: Params) -> Json:
        """Zalo fetches the picture itself."""
        chat = self._world.open_chat(params.text("chat_id"))
        caption = _measured(params.text("caption")) if params.text("caption") else ""
        data = await self._fetched(params.text("photo"))
        return _sent(self._world.speak(chat, caption, kind="image", url=self._world.keep(data, ".jpg")))

    async def send_sticker(self, params: Params) -> Json:
        chat = self._world.open_chat(params.text("chat_id"))
        if params.text("sticker") not in STICKERS:
            raise ApiError(425, "The sticker is invalid")
        return _sent(self._world.speak(chat, "", kind="sticker"))

    async def send_voice(self, params: Params) -> Json:
        """In a group it says yes and delivers nothing."""
        chat, url = self._world.open_chat(params.text("chat_id")), params.text("voice_url")
        if not urlsplit(url).path.endswith(".aac"):
            raise ApiError(400, "Bad Request: voice must be AAC")
        if chat.group:
            return {"message_id": self._world.new_id(), "date": int(self._world.now().timestamp() * 1000)}
        return _sent(self._world.speak(chat, "", kind="voice", url=url))

    async def chat_action(self, params: Params) -> object:
        self._world.open_chat(params.text("chat_id"))
        if params.text("action") != "typing":
            raise ApiError(400, "Bad Request: action")
        return NOTHING

    async def _fetched(self, url: str) -> bytes:
        check_webhook(url, "an address", loopback=self._loopback)
        try:
            timeout = aiohttp.ClientTimeout(total=10)
            async with aiohttp.ClientSession(timeout=timeout) as http, http.get(url) as answer:
                answer.raise_for_status()
                return await answer.read()
        except (TimeoutError, aiohttp.ClientError):
            raise ApiError(400, "Bad Request: photo cannot be fetched") from None


def _measured(text: str) -> str:
    if not text.strip():
        raise ApiError(400, "Bad Request: text is empty")
    if utf16(text) > TEXT_LIMIT:
        raise ApiError(400, "Bad Request: text is too long")
    return text


def _sent(message: Message) -> Json:
    return {"message_id": message.message_id, "date": int(message.date.timestamp() * 1000)}
