"""What a misleading fault makes of a right answer: lists that end early, texts that are cut off or missing.

It changes only what the fault names; where that is not there, the answer stays as it is.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.sandbox.faults import CutText, Fault, NoPatch, NoText, ShortPage
from bot.sandbox.wire.exchange import Reply

Change = Callable[[Any], object]


def spoiled(reply: Reply, fault: Fault | None) -> Reply:
    """Return the answer as the fault leaves it."""
    match fault:
        case ShortPage(path, keep):
            spoilt = _at(reply, path, lambda it: _shortened(it, keep))
            return replace(spoilt, headers={name: text for name, text in spoilt.headers.items() if name != "Link"})
        case CutText(path, keep):
            return _at(reply, path, lambda it: _cut(it, keep))
        case NoText(path):
            return _at(reply, path, _without_text)
        case NoPatch(filename):
            return _at(reply, "*", lambda it: _without_patch(it, filename))
        case _:
            return reply


def _at(reply: Reply, path: str, change: Change) -> Reply:
    """Change what a path names: of a GraphQL answer below `data`, of a REST answer from its root."""
    steps = tuple(path.split(".")) if path else ()
    body = reply.body
    if isinstance(body, dict) and "data" in body:
        return replace(reply, body=body | {"data": _changed(body["data"], steps, change)})
    return replace(reply, body=_changed(body, steps, change))


def _changed(it: object, steps: tuple[str, ...], change: Change) -> object:
    if not steps:
        return change(it)
    if isinstance(it, dict):
        return {key: _changed(each, steps[1:], change) if steps[0] in {"*", key} else each for key, each in it.items()}
    if isinstance(it, list):
        return [
            _changed(each, steps[1:], change) if steps[0] in {"*", str(index)} else each
            for index, each in enumerate(it)
        ]
    return it


def _shortened(it: object, keep: int) -> object:
    if isinstance(it, list):
        return it[:keep]
    if not isinstance(it, dict) or not isinstance(it.get("nodes"), list):
        return it
    info = it.get("pageInfo")
    end = {"pageInfo": {key: False if key == "hasNextPage" else info[key] for key in info}} if info else {}
    return it | {"nodes": it["nodes"][:keep]} | end


def _cut(it: object, keep: int) -> object:
    if not isinstance(it, dict) or not isinstance(it.get("text"), str):
        return it
    said = {"isTruncated": True} if "isTruncated" in it else {}
    return it | {"text": it["text"][:keep]} | said


def _without_text(it: object) -> object:
    return it | {"text": None} if isinstance(it, dict) and "text" in it else it


def _without_patch(it: object, filename: str) -> object:
    if not isinstance(it, dict) or filename not in {"", it.get("filename")}:
        return it
    return {key: value for key, value in it.items() if key != "patch"}
