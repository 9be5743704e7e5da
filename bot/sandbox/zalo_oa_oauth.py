"""Authorisation v4: a page an administrator agrees on, codes that work once, and pairs that rotate."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.sandbox.zalo_oa_errors import OAuthRefusal, Refusal
from bot.sandbox.zalo_oa_model import Json, Now

CODE_LIFE = timedelta(minutes=10)
REFRESH_LIFE = timedelta(days=90)


@dataclass(slots=True)
class _Code:
    challenge: str
    until: datetime


class Grants:
    """The one grant an OA gives to the app. `now` is the machine's clock: tokens do not travel in time.

    `access_life` is handed out as a string of seconds. `callback` is what the console knows; empty takes any.
    """

    def __init__(self, app_id: str, secret: str, oa_id: str, now: Now, *, access_life: timedelta) -> None:
        self.app_id, self.secret, self.oa_id = app_id, secret, oa_id
        self.access_life, self.callback = access_life, ""
        self._now = now
        self._codes: dict[str, _Code] = {}
        self._access: tuple[str, datetime] | None = None
        self._refresh: tuple[str, datetime] | None = None
        self._made = 0
        self.revoked = False

    @property
    def alive(self) -> bool:
        return self._refresh is not None

    def agreed(self, asked: Mapping[str, str]) -> str:
        """The administrator has agreed: where the browser goes."""
        if asked.get("app_id") != self.app_id:
            raise OAuthRefusal(-14002)
        callback = asked.get("redirect_uri", "")
        if not callback or self.callback not in ("", callback):
            raise OAuthRefusal(-14003)
        code = self._new("code")
        self._codes[code] = _Code(asked.get("code_challenge", ""), self._now() + CODE_LIFE)
        return f"{callback}?{urlencode({'oa_id': self.oa_id, 'code': code, 'state': asked.get('state', '')})}"

    def exchange(self, form: Mapping[str, str], secret: str) -> Json:
        if form.get("app_id") != self.app_id:
            raise OAuthRefusal(-14002)
        if secret != self.secret:
            raise OAuthRefusal(-14004)
        match form.get("grant_type"):
            case "authorization_code":
                self._use_code(form)
            case "refresh_token":
                self._use_refresh(form.get("refresh_token", ""))
            case _:
                raise OAuthRefusal(-14018)
        return self.grant()

    def grant(self) -> Json:
        """A new pair, as the API Explorer prints it too; the one of before dies."""
        self.revoked = False
        access, refresh = self._new("access"), self._new("refresh")
        self._access = access, self._now() + self.access_life
        self._refresh = refresh, self._now() + REFRESH_LIFE
        seconds = str(int(self.access_life.total_seconds()))
        return {"access_token": access, "refresh_token": refresh, "expires_in": seconds}

    def check(self, access: str) -> None:
        if self.revoked:
            raise Refusal(-219)
        if self._access is None or access != self._access[0] or self._now() >= self._access[1]:
            raise Refusal(-216)

    def expire_access(self) -> None:
        self._access = None

    def revoke(self) -> None:
        """The OA throws the app out."""
        self._access = self._refresh = None
        self.revoked = True

    def _use_code(self, form: Mapping[str, str]) -> None:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or self._now() >= code.until or _challenge(form.get("code_verifier", "")) != code.challenge:
            raise OAuthRefusal(-14005)

    def _use_refresh(self, token: str) -> None:
        if self._refresh is None or token != self._refresh[0] or self._now() >= self._refresh[1]:
            raise OAuthRefusal(-14014)

    def _new(self, what: str) -> str:
        self._made += 1
        return f"{what}{self._made:04}-{secrets.token_urlsafe(48)}"


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
