"""The web server: the channels' webhooks and what supervisors ask, on one port."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from bot.channel import Channel, Receive

LARGEST_BODY = 1024 * 1024
PATIENCE = 5.0
"""Seconds that requests under way may take to end; a file on its way goes on after the restart."""


class WebServer:
    """Serves until stopped; `port` is the one it really listens on."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._runner: web.AppRunner | None = None

    async def start(self, channels: Iterable[Channel], receive: Receive, *routes: web.RouteDef) -> None:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_routes(routes)
        for channel in channels:
            app.router.add_routes(channel.routes(receive))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=PATIENCE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
