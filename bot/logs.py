"""One structured line per event, on standard error. Secrets are cut out of every line; bodies never get here."""

import logging
import sys
from typing import Any, Literal

import re2
import structlog

_SECRETS = re2.compile(
    r"gh[a-z]_[A-Za-z0-9_.-]{10,}|github_pat_\w{10,}|eyJ[\w-]{8,}\.[\w-]{8,}\.?[\w-]*"
    r"|-----BEGIN [A-Z ]+-----[\s\S]*|sha256=[0-9a-f]{64}|(postgres(?:ql)?(?:\+\w+)?://)[^\s@/]+@"
)


def redacted(text: str) -> str:
    """A text without tokens, keys, signatures and passwords."""
    return str(_SECRETS.sub("[redacted]", text))


def start_logging(level: Literal["debug", "info", "warning", "error"], shape: Literal["json", "pretty"]) -> None:
    render: Any = (
        structlog.processors.JSONRenderer()
        if shape == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.CRITICAL)  # libraries speak through our lines, or not at all


def _redact(_logger: Any, _name: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
    return {key: redacted(value) if isinstance(value, str) else value for key, value in line.items()}
