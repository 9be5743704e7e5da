"""The markup of the upload page. Nothing of it comes from anywhere else; its words live in `bot.vi.upload`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from bot.vi import upload as vi
from bot.web.limits import MB, Limits
from db.uploads import UploadLink

FIELD = "tep"
ACCEPT = ".doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.rtf,.txt,.csv,.pdf,.jpg,.jpeg,.png"
CAMERA = "image/jpeg,image/png"
_SHELL = """<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="../nop/upload.svg">
<link rel="stylesheet" href="../nop/upload.css">
<main>
<h1>{heading}</h1>
{body}
</main>
</html>
"""


def page_of_form(link: UploadLink, limits: Limits, problems: Sequence[str] = ()) -> str:
    """With what was wrong with the last try."""
    file_mb = limits.file // MB
    told = json.dumps({"file": limits.file, "files": limits.files, "words": vi.script(file_mb)}, ensure_ascii=False)
    body = f"""<p class="what">{escape(vi.what_for(link.assignment))}</p>
{_lines(problems, "problem")}
<form method="post" enctype="multipart/form-data" data-told="{escape(told)}">
<label class="pick"><span>{escape(vi.CHOOSE)}</span>
<input type="file" name="{FIELD}" multiple accept="{ACCEPT}"></label>
<label class="pick camera"><span>{escape(vi.PHOTOGRAPH)}</span>
<input type="file" name="{FIELD}" multiple accept="{CAMERA}" capture="environment"></label>
<ol class="files" hidden></ol>
<p class="count" role="status" hidden></p>
<progress max="1" value="0" hidden></progress>
<button>{escape(vi.SEND)}</button>
</form>
<p class="soft">{escape(vi.KINDS)} {escape(vi.limits(file_mb, limits.files, link.expires_at))}</p>
<p class="soft">{escape(vi.NO_SECRETS)}</p>
<template><h1>{escape(vi.DONE)}</h1><div class="said"></div><p class="soft">{escape(vi.GO_ON)}</p></template>
<script src="upload.js" defer></script>"""
    return _SHELL.format(title=escape(vi.TITLE), heading=escape(vi.TITLE), body=body)


def page_of_words(
    heading: str, said: Sequence[str], soft: str = "", problems: Sequence[str] = (), *, title: str = vi.TITLE
) -> str:
    """What was answered, or why nothing can be sent or had here; then what was wrong with other files."""
    body = "\n".join([_lines(said, "said"), _lines([soft] if soft else [], "soft"), _lines(problems, "problem")])
    return _SHELL.format(title=escape(title), heading=escape(heading), body=body)


def _lines(said: Sequence[str], kind: str) -> str:
    return "\n".join(f'<p class="{kind}">{escape(each)}</p>' for each in said)
