"""What an HTTP answer of GitHub means: data, or one of our errors. Functions of bytes and headers; sends nothing."""

import http
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import gidgethub
from gidgethub import sansio

from bot.core.errors import Refused, RetryLater, SubjectGone, Unreachable

GONE = {http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE, http.HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS}
SECONDARY_WAIT = timedelta(seconds=60)  # "wait for at least one minute" where GitHub names no moment


class Unauthorized(Unreachable):
    """The token is not taken: a new one is due, once."""


class NotModified(Exception):
    """304: what was remembered under this ETag still holds."""


class Invalid(Refused):
    """422: GitHub does not take what was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    data: Any
    next_url: str | None
    etag: str | None


def read(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Answer:
    """An answer of the REST API. Raises SubjectGone, Refused, RetryLater, Unreachable or Unauthorized.

    Source: docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api and rate-limits.
    """
    if status == http.HTTPStatus.NOT_MODIFIED:
        raise NotModified
    try:
        data, _, next_url = sansio.decipher_response(status, headers, body)
    except gidgethub.RateLimitExceeded as error:
        raise RetryLater(_until(headers, now), str(error)) from None
    except gidgethub.GitHubBroken as error:
        raise Unreachable(f"{status}: {error}") from None
    except gidgethub.HTTPException as error:
        raise _refusal(error.status_code, str(error), headers, now) from None
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):  # truncated, senseless or hostile
        raise Unreachable(f"{status}: the answer cannot be read") from None
    return Answer(data, next_url, headers.get("etag"))


def _refusal(status: int, message: str, headers: Mapping[str, str], now: datetime) -> Exception:
    if status == http.HTTPStatus.TOO_MANY_REQUESTS or is_limit(message) or "retry-after" in headers:
        return RetryLater(_until(headers, now), message)
    if status == http.HTTPStatus.UNAUTHORIZED:
        return Unauthorized(message)
    if status in GONE or status < http.HTTPStatus.BAD_REQUEST:  # a redirect: moved, and never followed blindly
        return SubjectGone(f"{status}: {message}")
    if status == http.HTTPStatus.UNPROCESSABLE_ENTITY:
        return Invalid(message)
    return Refused(f"{status}: {message}")


def read_graphql(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> "GraphQL":
    """An answer of the GraphQL API: refusals come as 200 with errors, and a part may fail while the rest is done."""
    data = read(status, headers, body, now).data
    if not isinstance(data, dict) or not isinstance(data.get("data"), dict | None):
        raise Unreachable("the answer is not one of GraphQL")
    listed = data.get("errors")
    errors = tuple(_graphql_part(each) for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()
    if limit := next((e for e in errors if e.type == "RATE_LIMITED" or (not e.type and is_limit(e.message))), None):
        raise RetryLater(_until(headers, now), limit.message)
    if data.get("data") is None:
        if not errors:
            raise Unreachable("the answer has neither data nor errors")
        raise _graphql_error(errors[0])
    return GraphQL(data["data"], errors)


@dataclass(frozen=True, slots=True)
class GraphQLError:
    type: str
    path: tuple[str | int, ...]
    message: str


@dataclass(frozen=True, slots=True)
class GraphQL:
    """Data, and the parts of it that failed."""

    data: dict[str, Any]
    errors: tuple[GraphQLError, ...]

    def failure(self, *path: str) -> GraphQLError | None:
        """The error at or below a path, if that part failed."""
        return next((e for e in self.errors if e.path[: len(path)] == path), None)


def _graphql_part(error: dict[str, Any]) -> GraphQLError:
    path = error.get("path")
    return GraphQLError(
        str(error.get("type") or ""), tuple(path) if isinstance(path, list) else (), str(error.get("message", ""))
    )


def _graphql_error(error: GraphQLError) -> Exception:
    match error.type:
        case "NOT_FOUND":
            return SubjectGone(error.message)
        case "FORBIDDEN" | "INSUFFICIENT_SCOPES" | "UNPROCESSABLE":
            return Refused(error.message)
        case _:
            return Unreachable(f"GraphQL: {error.type} {error.message}")


def is_limit(message: str) -> bool:
    return "rate limit" in message.casefold() or "abuse detection" in message.casefold()


def _until(headers: Mapping[str, str], now: datetime) -> datetime:
    """In GitHub's order of obedience: retry-after, then the reset when nothing remains, else a minute."""
    if (seconds := _number(headers.get("retry-after"))) is not None:
        return now + timedelta(seconds=max(1.0, seconds))
    reset = _number(headers.get("x-ratelimit-reset"))
    if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
        return max(now, datetime.fromtimestamp(reset, UTC)) + timedelta(seconds=1)
    return now + SECONDARY_WAIT


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number < 2**33 else None
