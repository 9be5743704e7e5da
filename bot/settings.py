"""Settings: from the environment and `.env`, every name with the prefix NHACVIEC_, secrets also from NAME_FILE."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "NHACVIEC_"
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
"""The databases we speak with, each by its own driver."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: SecretStr | None = Field(
        default=None,
        description="sqlite:///path or postgresql://user:password@host/name; empty: a SQLite file in DATA_DIR.",
    )
    data_dir: Path = Field(default=Path("data"), description="Folder of the database and the files people send.")
    telegram_token: SecretStr | None = Field(
        default=None, description="Token from BotFather; without it Telegram is off."
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org", description="Root before /bot<token> and /file/bot<token>."
    )
    telegram_proxy: SecretStr | None = Field(
        default=None, description="HTTP proxy for Telegram, such as http://host:port."
    )
    telegram_webhook_secret: SecretStr | None = Field(
        default=None, description="Secret Telegram sends with each webhook; empty derives one from the token."
    )
    zalo_bot_token: SecretStr | None = Field(
        default=None, description="Token from Zalo Bot Creator; without it Zalo Bot is off."
    )
    zalo_bot_api_url: str = Field(
        default="https://bot-api.zaloplatforms.com", description="Root before /bot<token> of Zalo Bot."
    )
    zalo_bot_messages: int = Field(
        default=3000, ge=0, description="Messages a month the Zalo Bot plan allows, both ways; 0: no limit."
    )
    zalo_bot_users: int = Field(default=50, ge=0, description="People the Zalo Bot plan allows; 0: no limit.")
    zalo_oa_app_id: str = Field(default="", description="Id of the Zalo app; without it the Zalo OA is off.")
    zalo_oa_app_secret: SecretStr | None = Field(default=None, description="Secret key of the Zalo app.")
    zalo_oa_secret_key: SecretStr | None = Field(
        default=None, description="OA Secret Key of the app's Webhook page, which signs what Zalo tells us."
    )
    zalo_oa_paid: bool = Field(
        default=False, description="Whether to speak also when it costs: from 48 hours to 7 days after they wrote."
    )
    zalo_oa_per_minute: float = Field(default=80, gt=0, description="Messages a minute to the Zalo OA's people.")
    zalo_oa_callback_url: str = Field(
        default="", description="Callback URL saved in Zalo's console; empty: PUBLIC_URL/zalo_oa/callback."
    )
    zalo_oa_oauth_url: str = Field(default="https://oauth.zaloapp.com", description="Root before /v4/oa.")
    zalo_oa_api_url: str = Field(default="https://openapi.zalo.me", description="Root before /v2.0/oa and /v3.0/oa.")
    zalo_oa_media_hosts: str = Field(
        default=".zdn.vn,.zadn.vn,down-static.zalo.me",
        description="Hosts files are fetched from; one with a leading dot stands for all below it.",
    )
    public_url: str = Field(default="", description="HTTPS address people and platforms reach; empty means polling.")
    host: str = Field(default="127.0.0.1", description="Address the web server listens on.")
    port: int = Field(default=8080, ge=1, le=65535, description="Port the web server listens on.")
    metrics_from: str = Field(
        default="127.0.0.1,::1", description="Addresses or networks that may read /metrics, never through a proxy."
    )
    work_hours: str = Field(default="07:00-11:30,13:30-17:00", description="Hours in which reminders may be sent.")
    digest: str = Field(
        default="07:45",
        pattern=r"^(off|([01]\d|2[0-3]):[0-5]\d)$",
        description="When on working days coordinators hear what has changed; «off»: never.",
    )
    days_off_file: Path | None = Field(
        default=None, description="TOML with `off` and `work` dates; empty: DATA_DIR/ngay_nghi.toml."
    )
    ocr: bool = Field(
        default=True, description="Whether to read scans and photos of directives, where tesseract is installed."
    )
    tick_seconds: float = Field(default=15, gt=0, description="How often the clock looks for what is due.")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_json: bool = Field(default=False, description="Logs as JSON lines instead of for reading.")
    clock_file: Path | None = Field(
        default=None, description="Sandbox only: civil time from a file; refused unless every API URL is loopback."
    )

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in cls.model_fields:
            path = os.environ.get(f"{PREFIX}{name}_FILE".upper())
            if path and not values.get(name):
                values[name] = Path(path).read_text(encoding="utf-8").strip()
        return values

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        scheme = value.get_secret_value().partition("://")[0] if value else ""
        if scheme and scheme not in {*DRIVERS, *DRIVERS.values()}:
            raise ValueError("begins with sqlite:/// or postgresql://")
        return value

    @cached_property
    def url(self) -> str:
        """The database URL in force, with an async driver. Holds the password."""
        if not self.database_url or not self.database_url.get_secret_value():
            return f"sqlite+aiosqlite:///{self.data_dir / 'nhacviec.db'}"
        scheme, rest = self.database_url.get_secret_value().split("://", 1)
        return f"{DRIVERS.get(scheme, scheme)}://{rest}"

    @property
    def secrets(self) -> list[str]:
        """What no log may show: every secret, and the passwords inside URLs."""
        found = [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]
        return [*found, *filter(None, map(_password, (*found, self.url)))]

    @property
    def api_urls(self) -> list[str]:
        """Where the platforms in force are asked."""
        zalo_bot = [self.zalo_bot_api_url] if self.zalo_bot_token else []
        zalo_oa = [self.zalo_oa_api_url, self.zalo_oa_oauth_url] if self.zalo_oa_app_id else []
        return [self.telegram_api_url, *zalo_bot, *zalo_oa]

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def overrides(self) -> Path:
        return self.days_off_file or self.data_dir / "ngay_nghi.toml"


def _password(text: str) -> str:
    """Of a URL with `user:password@`; empty for what is none."""
    try:
        return unquote(urlsplit(text).password or "")
    except ValueError:
        return ""
