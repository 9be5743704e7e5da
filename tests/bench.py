"""Speed as ratios against a floor measured in the same run: `make bench`.

A burst of messages goes from the emulated Telegram through the webhook to a reply. The floor is a bare aiohttp bot
that answers 200 and sends the same reply, remembering nothing. Printed: messages a second, the ratio, start-up time.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from datetime import datetime

import aiohttp
from aiohttp import web

from bot.clocks import VIETNAM
from bot.logs import setup
from bot.sandbox.stage import TOKEN, Stage, free_port
from bot.sandbox.telegram import TelegramServer
from db.people import Role

START = datetime(2024, 5, 14, 8, tzinfo=VIETNAM)
PEOPLE, EACH, ROUNDS = 20, 10, 3


async def floor() -> float:
    """Messages a second of a bare bot."""
    telegram = TelegramServer(token=TOKEN, now=lambda: START, retry_base=0.05)
    await telegram.start()
    port = free_port()
    async with aiohttp.ClientSession() as http:

        async def hear(request: web.Request) -> web.Response:
            chat = json.loads(await request.read())["message"]["chat"]["id"]
            answer = {"chat_id": chat, "text": "Hiện đơn vị không có việc nào."}
            async with http.post(f"{telegram.url}/bot{TOKEN}/sendMessage", json=answer) as sent:
                await sent.read()
            return web.Response()

        app = web.Application()
        app.router.add_post("/", hear)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        hook = {"url": f"http://127.0.0.1:{port}/"}
        async with http.post(f"{telegram.url}/bot{TOKEN}/setWebhook", json=hook) as done:
            await done.read()
        people = [telegram.user(1000 + number, f"Người {number}") for number in range(PEOPLE)]
        began = time.perf_counter()
        await asyncio.gather(*(person.say("viec") for person in people for _ in range(EACH)))
        await telegram.idle()
        took = time.perf_counter() - began
        await runner.cleanup()
    await telegram.stop()
    return PEOPLE * EACH / took


async def ours() -> tuple[float, float]:
    """Messages a second, durable and answered, and the seconds until ready."""
    began = time.perf_counter()
    async with Stage(START) as stage:
        ready = time.perf_counter() - began
        office = await stage.office("Phòng Tư pháp")
        for number in range(PEOPLE):
            await stage.seat(f"Người {number}", office, Role.STAFF)
        await stage.phone("Người 0").say("viec")
        await stage.settled()
        stage.app.sender.pacers["telegram"].gap = 0.0
        began = time.perf_counter()
        people = [stage.phone(f"Người {number}") for number in range(PEOPLE)]
        await asyncio.gather(*(person.say("viec") for person in people for _ in range(EACH)))
        await stage.settled()
        return PEOPLE * EACH / (time.perf_counter() - began), ready


async def main() -> None:
    setup("ERROR", False)
    rows = []
    for _ in range(ROUNDS):
        bare = await floor()
        speed, ready = await ours()
        rows.append((speed, bare, speed / bare, ready))
    speed, bare, ratio, ready = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"durable and answered: {speed:.0f}/s; a bare aiohttp bot: {bare:.0f}/s; ratio {ratio:.2f}")
    print(f"ready in {ready:.2f} s")


if __name__ == "__main__":
    asyncio.run(main())
