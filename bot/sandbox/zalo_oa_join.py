"""What it takes to put the bot on the Zalo of this machine."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from bot.clocks import Clock
from bot.sandbox.zalo_oa import ZaloOAServer
from db import Database
from db.tokens import Pair, authorised


def settings_for(server: ZaloOAServer) -> dict[str, Any]:
    """Those of the channel; pace as fast as this Zalo listens."""
    return {
        "zalo_oa_app_id": server.webhook.app_id,
        "zalo_oa_app_secret": SecretStr(server.app_secret),
        "zalo_oa_secret_key": SecretStr(server.webhook.secret),
        "zalo_oa_oauth_url": server.url,
        "zalo_oa_api_url": server.url,
        "zalo_oa_media_hosts": f".zdn.vn,127.0.0.1:{server.port}",
        "zalo_oa_per_minute": 60_000,
    }


async def let_in(db: Database, clock: Clock, server: ZaloOAServer, *, due: bool = False) -> str:
    """As `nhacviec zalo-oa authorise` would, with the database migrated; the access token. `due`: and it is to be
    renewed."""
    said = server.grant()
    lives = timedelta(0) if due else timedelta(seconds=int(said["expires_in"]))
    pair = Pair(said["access_token"], said["refresh_token"], lives)
    async with db.writing() as session:
        await authorised(session, "zalo_oa", pair, clock.machine())
    return pair.access
