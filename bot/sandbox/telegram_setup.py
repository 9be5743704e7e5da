"""The methods that set the bot up: who it is, how updates reach it, which commands its menu shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from bot.sandbox.telegram_errors import bad, conflict
from bot.sandbox.telegram_model import Json
from bot.sandbox.telegram_params import Params
from bot.sandbox.telegram_webhook import Webhook
from bot.sandbox.telegram_world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_DEFAULT: Json = {"type": "default"}
BY_WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Setup:
    def __init__(self, world: World, webhook: Webhook) -> None:
        self._world, self._webhook = world, webhook
        self._commands: dict[str, list[Json]] = {}
        self.about: dict[str, str] = {}

    def methods(self) -> dict[str, Callable[[Params], Any]]:
        return {
            "getMe": self.get_me,
            "getChat": self.get_chat,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": lambda params: self._webhook.info(),
            "setMyCommands": self.set_commands,
            "getMyCommands": lambda params: self._commands.get(self._scope(params), []),
            "deleteMyCommands": self.delete_commands,
            "setMyDescription": lambda params: self._describe("description", params),
            "setMyShortDescription": lambda params: self._describe("short_description", params),
        }

    def get_me(self, params: Params) -> Json:
        rights = {"can_join_groups": True, "can_read_all_group_messages": not self._world.privacy}
        return self._world.bot.to_json() | rights | {"supports_inline_queries": False}

    def get_chat(self, params: Params) -> Json:
        chat = self._world.open_chat(params.text("chat_id"))
        gifts = dict.fromkeys(_GIFTS, False)
        looks = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
        return chat.to_json() | looks

    async def get_updates(self, params: Params) -> list[Json]:
        if self._webhook.url:
            raise conflict(BY_WEBHOOK)
        self._allow(params)
        limit = min(max(params.number("limit", 100), 1), 100)
        return await self._world.queue.poll(params.number("offset"), limit, max(params.number("timeout"), 0))

    def _allow(self, params: Params) -> None:
        """Not given, what was given before stays."""
        allowed = params.nested("allowed_updates")
        if allowed is not None:
            self._world.queue.allowed = [str(kind) for kind in allowed]

    def set_webhook(self, params: Params) -> bool:
        if not params.text("url"):
            return self.delete_webhook(params)
        connections = params.number("max_connections", 40)
        self._webhook.check(params.text("url"), params.text("secret_token"), connections)
        self._allow(params)
        self._drop(params)
        self._webhook.set(params.text("url"), params.text("secret_token"), connections)
        self._world.queue.end_poll("terminated by setWebhook request")
        return True

    def delete_webhook(self, params: Params) -> bool:
        self._webhook.clear()
        self._drop(params)
        return True

    def _drop(self, params: Params) -> None:
        if params.flag("drop_pending_updates"):
            self._world.queue.drop_all()

    def set_commands(self, params: Params) -> bool:
        commands: list[Json] = params.nested("commands") or []
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            _check(command)
        self._commands[self._scope(params)] = commands
        return True

    def delete_commands(self, params: Params) -> bool:
        self._commands.pop(self._scope(params), None)
        return True

    def commands_for(self, chat_id: int) -> list[Json]:
        """The menu a person sees: the narrowest scope that has one."""
        kind = "all_private_chats" if chat_id > 0 else "all_group_chats"
        for scope in ({"type": "chat", "chat_id": chat_id}, {"type": kind}, _DEFAULT):
            for language in ("vi", ""):
                if found := self._commands.get(_key(scope, language)):
                    return found
        return []

    def _scope(self, params: Params) -> str:
        scope: Json = params.nested("scope") or _DEFAULT
        if "chat_id" in scope and self._world.chats.get(int(scope["chat_id"])) is None:
            raise bad("chat not found")
        return _key(scope, params.text("language_code"))

    def _describe(self, name: str, params: Params) -> bool:
        self.about[name] = params.text(name)
        return True


_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def _key(scope: Json, language: str) -> str:
    plain = {key: str(value) for key, value in scope.items()}
    return json.dumps([plain, language], sort_keys=True)


def _check(command: Json) -> None:
    if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(str(command.get("description", ""))) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
