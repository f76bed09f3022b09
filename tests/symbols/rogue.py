"""A process that misbehaves as its first argument says; run by test_process.py in the place of the real one."""

import os
import sys
import time

from bot.symbols import child
from bot.symbols.frames import LENGTH, READY, framed

HOW = sys.argv[1]
source, sink = sys.stdin.buffer, sys.stdout.buffer


def say(payload):
    sink.write(payload)
    sink.flush()


def flood():
    while True:
        say(b"\xff" * 65536)


def overeat():
    child.limit()
    return b"x" * (2 * child.MEMORY)


def write():
    child.limit()
    with open(sys.argv[2], "w") as file:  # noqa: PTH123 - a plain open, as native code would
        file.write("x" * 10_000)


def misbehave(question):
    actions = {
        "hang": lambda: time.sleep(600),
        "die": lambda: os._exit(1),
        "abort": os.abort,
        "flood": flood,
        "overeat": overeat,
        "write": write,
        "garbage": lambda: say(framed(b"{]")),
        "wrong shape": lambda: say(framed(b'{"path": 1, "by": "magic"}')),
        "half": lambda: (say(LENGTH.pack(1000) + b"x"), os._exit(0)),
        "too much": lambda: say(LENGTH.pack(2**31)),
        "parsing": lambda: os._exit(1) if b'"may_parse": true' in question else None,
        "orphan": lambda: (os.fork() or time.sleep(600), os._exit(0)),
    }
    actions[HOW]()


if HOW == "never ready":
    time.sleep(600)
if HOW == "not ready":
    say(framed(b"[]"))
else:
    say(framed(READY))
while len(head := source.read(4)) == 4:
    question = source.read(LENGTH.unpack(head)[0])
    misbehave(question)
    texts, language, may_parse = child.asked(question)
    say(framed(child.answer(child.read(texts, language, may_parse=may_parse))))
