"""The bots beside ours, each in its own process: `python peers.py raw|ptb|aiogram PORT API TOKEN AT_ONCE`.

All do one thing, echo a text, and remember nothing: raw aiohttp is the practical floor, the two frameworks are what
one would otherwise build on. Run from .venv-bench, which holds them and nothing of ours.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from typing import Any

import aiohttp
from aiohttp import web


async def serve(app: web.Application, port: int) -> None:
    """Until told to stop."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("READY", flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()


async def raw(port: int, api: str, token: str, _at_once: int) -> None:
    tasks: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def echo(message: dict[str, Any]) -> None:
            answer = {"chat_id": message["chat"]["id"], "text": message["text"]}
            async with http.post(f"{api}/bot{token}/sendMessage", json=answer) as sent:
                json.loads(await sent.read())

        async def hear(request: web.Request) -> web.Response:
            task = asyncio.create_task(echo(json.loads(await request.read())["message"]))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            return web.Response()

        app = web.Application()
        app.router.add_post("/", hear)
        await serve(app, port)
        await asyncio.gather(*tasks)


async def ptb(port: int, api: str, token: str, at_once: int) -> None:
    from telegram import Update
    from telegram.ext import Application, MessageHandler, filters

    async def echo(update: Update, _context: object) -> None:
        assert update.message
        await update.message.reply_text(update.message.text or "")

    found = Application.builder().token(token).base_url(f"{api}/bot").updater(None)
    application = found.concurrent_updates(at_once if at_once > 1 else False).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))

    async def hear(request: web.Request) -> web.Response:
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return web.Response()

    app = web.Application()
    app.router.add_post("/", hear)
    async with application:
        await application.start()
        await serve(app, port)
        await application.stop()


async def aiogram(port: int, api: str, token: str, _at_once: int) -> None:
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application

    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    app = web.Application()
    SimpleRequestHandler(dispatcher, bot).register(app, path="/")
    setup_application(app, dispatcher, bot=bot)
    await serve(app, port)


if __name__ == "__main__":
    kind, number, root, secret, parallel = sys.argv[1:]
    asyncio.run({"raw": raw, "ptb": ptb, "aiogram": aiogram}[kind](int(number), root, secret, int(parallel)))
