"""The limited process: reads one file after another from its standard input, until that ends. Writes no file.

The limits are set before the first byte of foreign text is read, and cannot be raised again.
"""

import os
import resource
import signal
import sys
from typing import BinaryIO

from bot.symbols.frames import LENGTH, READY, answer, asked, framed
from bot.symbols.reading import read

MEMORY = 1024**3  # bytes of address space
FILES = 16  # descriptors: a grammar is opened when it is first asked for
LEASH = 60  # seconds for one file, should the bot be gone that would end it sooner


def limit() -> None:
    """Takes away what a reader of text does not need."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers every question; what goes wrong with one ends the process, and the bot starts another."""
    _say(sink, READY)
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        payload = source.read(LENGTH.unpack(head)[0])
        signal.alarm(LEASH)
        texts, language, may_parse = asked(payload)
        reading = read(texts, language, may_parse=may_parse)
        _say(sink, answer(reading))
        signal.alarm(0)


def _say(sink: BinaryIO, payload: bytes) -> None:
    sink.write(framed(payload))
    sink.flush()


def main() -> None:
    limit()
    os.umask(0o077)
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
