"""How Zalo tells the app: signed posts, answered within two seconds, repeated on a ladder, then given up."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass

import aiohttp

from bot.sandbox.telegram_updates import Pulse
from bot.sandbox.zalo_oa_model import Json

LADDER = (30, 300, 900, 1800, 3600)
"""Seconds after which a failed delivery is tried again."""
PATIENCE = 2.0


@dataclass(slots=True)
class Delivery:
    """One try: what was posted, with which headers, and the status it drew (0: no answer)."""

    body: bytes
    headers: dict[str, str]
    status: int = 0


class Webhook:
    """What the console's Webhook page sets. `second` is how long a second of the ladder lasts here.

    `mac`: with `mac=` before the signature. `ordered`: one event of a person after the other. `redeliver`: how often
    each is told. `strict`: also a status that is not 200 is tried again. `off`: events switched off. `hash_only`: only
    texts that begin with # are told.
    """

    def __init__(self, app_id: str, secret: str, *, second: float, redeliver: int) -> None:
        self.app_id, self.secret, self.second, self.redeliver = app_id, secret, second, redeliver
        self.url = ""
        self.mac, self.ordered, self.strict, self.hash_only = True, True, True, False
        self.off: set[str] = set()
        self.patience = PATIENCE
        self.disabled = False
        self.tries: list[Delivery] = []
        self.warnings: list[str] = []
        self.waiting = 0
        self.changed = Pulse()
        self._lanes: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._http = aiohttp.ClientSession()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http:
            await self._http.close()
            self._http = None

    def signature(self, body: bytes, timestamp: str) -> str:
        digest = hashlib.sha256(self.app_id.encode() + body + timestamp.encode() + self.secret.encode()).hexdigest()
        return f"mac={digest}" if self.mac else digest

    def tell(self, event: Json, lane: str) -> None:
        """Nobody hears it while the webhook is not set, was given up, or has this event switched off."""
        name, text = event["event_name"], (event.get("message") or {}).get("text", "")
        filtered = self.hash_only and name == "user_send_text" and not text.startswith("#")
        if not self.url or self.disabled or name in self.off or filtered or self._http is None:
            return
        self.waiting += 1
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        task = asyncio.create_task(self._delivered(body, event["timestamp"], lane))
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.waiting -= 1
        self.changed.beat()

    async def _delivered(self, body: bytes, timestamp: str, lane: str) -> None:
        if not self.ordered:
            await self._insist(body, timestamp)
            return
        async with self._lanes.setdefault(lane, asyncio.Lock()):
            await self._insist(body, timestamp)

    async def _insist(self, body: bytes, timestamp: str) -> None:
        for _ in range(self.redeliver):
            for retry, pause in enumerate((*LADDER, None)):
                if await self._taken(body, timestamp, retry):
                    break
                if pause is None:
                    self.disabled = True
                    return
                await asyncio.sleep(pause * self.second)

    async def _taken(self, body: bytes, timestamp: str, retry: int) -> bool:
        headers = {"X-ZEvent-Signature": self.signature(body, timestamp), "Content-Type": "application/json"}
        headers |= {"num_retry": str(retry)} if retry else {}
        attempt = Delivery(body, headers)
        self.tries.append(attempt)
        assert self._http is not None
        try:
            timeout = aiohttp.ClientTimeout(total=self.patience)
            async with self._http.post(self.url, data=body, headers=headers, timeout=timeout) as answer:
                attempt.status = answer.status
        except TimeoutError:
            self.warnings.append("slow")
            return not self.strict
        except (aiohttp.ClientError, OSError):
            return False
        if attempt.status != 200:
            self.warnings.append(f"HTTP {attempt.status}")
        return attempt.status == 200 or not self.strict
