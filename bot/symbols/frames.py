"""What goes through the pipe between the bot and its limited process: JSON, with its length before it.

What comes back is foreign: a process that read hostile text may say anything.
"""

import json
from dataclasses import asdict
from struct import Struct
from typing import Any

from bot.core.evidence.model import Reading, Texts

LENGTH = Struct(">I")
READY = b"{}"  # what the process says when it has started


def framed(payload: bytes) -> bytes:
    return LENGTH.pack(len(payload)) + payload


def question(texts: Texts, language: str, *, may_parse: bool) -> bytes:
    """A file to be read. Half characters go through as escapes."""
    asked = {"path": texts.path, "head": texts.head, "base": texts.base, "language": language, "may_parse": may_parse}
    return json.dumps(asked).encode()


def asked(payload: bytes) -> tuple[Texts, str, bool]:
    """What a question asks for."""
    data: dict[str, Any] = json.loads(payload)
    return Texts(data["path"], data["head"], data["base"]), data["language"], data["may_parse"]


def answer(reading: Reading) -> bytes:
    """The path is left out: the bot knows it."""
    return json.dumps(asdict(reading) | {"path": ""}, ensure_ascii=False, separators=(",", ":")).encode()
