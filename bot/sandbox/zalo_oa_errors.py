"""The answers Zalo refuses with: a number and a sentence, always with HTTP 200."""

from __future__ import annotations

from typing import Any

from bot.sandbox.telegram_errors import ApiError

SENTENCES = {
    -32: "Request exceeded the rate limit",
    -100: "Attachment is expired",
    -200: "Send message failed",
    -201: "Params is invalid",
    -210: "Parameter exceeds the limit",
    -211: "Out of quota",
    -213: "User has not followed the OA",
    -216: "Access token is invalid",
    -219: "App has been removed by the OA",
    -224: "OA needs to upgrade its package",
    -227: "User is banned or inactive for more than 45 days",
    -230: "User has not interacted with the OA in the past 7 days",
    -233: "Message type is invalid or not supported",
    -240: "MessageV2 API has been shut down",
    -242: "appsecret_proof is invalid",
    -244: "User has restricted messages from the OA",
    -14002: "Invalid app id.",
    -14003: "Invalid redirect uri.",
    -14004: "Invalid secret key.",
    -14005: "Invalid code.",
    -14014: "Invalid refresh token.",
    -14018: "Invalid grant type.",
}


class Refusal(ApiError):
    """`error` is Zalo's number; `code` the status of HTTP."""

    def __init__(self, error: int, message: str = "") -> None:
        super().__init__(200, message or SENTENCES.get(error, "Unknown error"))
        self.error = error

    def to_json(self) -> dict[str, Any]:
        return {"error": self.error, "message": self.description}


class OAuthRefusal(Refusal):
    def to_json(self) -> dict[str, Any]:
        said = {"error_name": self.description, "error_reason": "", "error_description": self.description}
        return {"error": self.error, **said, "ref_doc": "https://developers.zalo.me/docs/"}
