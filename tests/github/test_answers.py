import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.errors import Refused, RetryLater, SubjectGone, Unreachable
from bot.github.answers import (
    Answer,
    GraphQL,
    GraphQLError,
    Invalid,
    NotModified,
    Unauthorized,
    is_limit,
    read,
    read_graphql,
)

NOW = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
JSON = {"content-type": "application/json; charset=utf-8"}
HTML = {"content-type": "text/html; charset=utf-8"}
PAGE = b"<!DOCTYPE html><title>Unicorn!</title>"


def limits(remaining, reset=None):
    """The headers of GitHub's primary limit; the reset is in seconds from now."""
    found = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": str(remaining)}
    return found if reset is None else found | {"x-ratelimit-reset": str(int(NOW.timestamp()) + reset)}


def said(message, **more):
    return json.dumps({"message": message} | more).encode()


def row(sentence, status, headers, body, expected, marks=()):
    return pytest.param(status, JSON | headers, body, expected, id=sentence, marks=marks)


SECONDARY = said("You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
PRIMARY = said("API rate limit exceeded for installation ID 7.")
FORBIDDEN = said("Resource not accessible by integration")
NEXT = '<https://api.github.com/x?page=2>; rel="next", <https://api.github.com/x?page=9>; rel="last"'


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        row("data", 200, {}, b'{"a": 1}', Answer({"a": 1}, None, None)),
        row("a list", 200, {}, b"[1]", Answer([1], None, None)),
        row("what was created", 201, {}, b'{"id": 7}', Answer({"id": 7}, None, None)),
        row("what was accepted", 202, {}, b"{}", Answer({}, None, None)),
        row("nothing", 204, {}, b"", Answer(None, None, None)),
        row("a page and the next", 200, {"link": NEXT}, b"[]", Answer([], "https://api.github.com/x?page=2", None)),
        row("data to remember", 200, {"etag": 'W/"abc"'}, b"{}", Answer({}, None, 'W/"abc"')),
        row("the last data before the limit", 200, limits(0, 60), b"{}", Answer({}, None, None)),
    ],
)
def test_an_answer_is_data(status, headers, body, expected):
    assert read(status, headers, body, NOW) == expected


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        row("304 is no change", 304, {}, b"", NotModified),
        row("301 is gone: nothing is followed", 301, {"location": "https://evil.example"}, said("Moved"), SubjectGone),
        row("302 is gone", 302, {}, b"", SubjectGone),
        row("307 is gone", 307, {}, said("Temporary Redirect"), SubjectGone),
        row("404 is gone", 404, {}, said("Not Found"), SubjectGone),
        row("404 of a proxy is gone", 404, HTML, PAGE, SubjectGone),
        row("410 is gone", 410, {}, said("Issues are disabled for this repo"), SubjectGone),
        row("451 is gone", 451, {}, said("Repository access blocked"), SubjectGone),
        row("401 wants a new token", 401, {}, said("Bad credentials"), Unauthorized),
        row("401 without a body wants a new token", 401, {}, b"", Unauthorized),
        row("400 is refused", 400, {}, said("Problems parsing JSON"), Refused),
        row("403 is refused", 403, {}, FORBIDDEN, Refused),
        row("403 with calls left is refused", 403, limits(17, 60), FORBIDDEN, Refused),
        row("403 of a proxy is refused", 403, HTML, PAGE, Refused),
        row("409 is refused", 409, {}, said("Git Repository is empty."), Refused),
        row(
            "422 is invalid",
            422,
            {},
            said("Validation Failed", errors=[{"field": "name", "code": "already_exists"}]),
            Invalid,
        ),
        row("422 in words is invalid", 422, {}, said("Validation Failed", errors=["no"]), Invalid),
        row("422 in one word is invalid", 422, {}, said("Validation Failed", errors="no"), Invalid),
        row("422 with a reason of no field is invalid", 422, {}, said("x", errors=[{"code": "custom"}]), Invalid),
        row("422 with an empty reason is invalid", 422, {}, said("x", errors=[{}]), Invalid),
        row("422 with a reason of odd types is invalid", 422, {}, said("x", errors=[{"field": 1, "code": 2}]), Invalid),
        row("422 with a mapping of reasons is invalid", 422, {}, said("x", errors={"a": 1}), Invalid),
        row("422 with a number for reasons is no answer", 422, {}, said("x", errors=7), Unreachable),
        row("422 with a truth value for reasons is no answer", 422, {}, said("x", errors=True), Unreachable),
        row("422 with numbers for reasons is no answer", 422, {}, said("x", errors=[1]), Unreachable),
        row("422 with nothing for a reason is no answer", 422, {}, said("x", errors=[None]), Unreachable),
        row("422 with a list for a reason is no answer", 422, {}, said("x", errors=[[]]), Unreachable),
        row("422 of a list is invalid", 422, {}, b"[1]", Invalid),
        row("422 without reasons is invalid", 422, {}, said("Unprocessable"), Invalid),
        row("422 of a proxy is invalid", 422, HTML, PAGE, Invalid),
        row("500 is no answer", 500, {}, said("Server Error"), Unreachable),
        row("502 of a proxy is no answer", 502, HTML, PAGE, Unreachable),
        row("503 is no answer", 503, {}, b"", Unreachable),
        row("504 is no answer", 504, {}, said("We couldn't respond to your request in time."), Unreachable),
        row("a status that nobody knows is no answer", 499, {}, said("?"), Unreachable),
        row("another that nobody knows is no answer", 520, HTML, PAGE, Unreachable),
        row("one below all others is no answer", 199, {}, b"{}", Unreachable),
        row("truncated JSON is no answer", 200, {}, b'{"a": [1, 2', Unreachable),
        row("truncated JSON of a refusal is no answer", 403, {}, b'{"message": "Res', Unreachable),
        row("JSON that is a page is no answer", 200, {}, PAGE, Unreachable),
        row("brackets without end are no answer", 200, {}, b"[" * 100_000, Unreachable),
        row("nesting without end is no answer", 200, {}, b'{"a":' * 100_000, Unreachable),
        row("a refusal of brackets without end is no answer", 403, {}, b"[" * 100_000, Unreachable),
        row("bytes that are not UTF-8 are no answer", 200, {}, b'"\xff"', Unreachable),
        row(
            "an unknown charset is no answer",
            200,
            {"content-type": "application/json; charset=x-klingon"},
            b"{}",
            Unreachable,
        ),
        row("limits that are no numbers are no answer", 200, limits("many", 60), b"{}", Unreachable),
    ],
)
def test_an_answer_is_an_error(status, headers, body, expected):
    with pytest.raises(expected) as caught:
        read(status, headers, body, NOW)
    assert type(caught.value) is expected


@pytest.mark.parametrize(
    ("status", "headers", "body", "seconds"),
    [
        row("403 at the primary limit waits for its reset", 403, limits(0, 90), PRIMARY, 91),
        row("403 at the primary limit whose reset is over waits a second", 403, limits(0, -90), PRIMARY, 1),
        row("403 at the primary limit without a reset waits a minute", 403, limits(0), PRIMARY, 60),
        row("403 with nothing left is a limit, whatever it says", 403, limits(0, 90), FORBIDDEN, 91),
        row("403 at the secondary limit waits as long as it says", 403, {"retry-after": "33"}, SECONDARY, 33),
        row("403 at the secondary limit that says nothing waits a minute", 403, {}, SECONDARY, 60),
        row("403 at the secondary limit with calls left waits a minute", 403, limits(4000, 90), SECONDARY, 60),
        row("403 that says when is a limit", 403, {"retry-after": "5"}, FORBIDDEN, 5),
        row(
            "403 of abuse detection waits a minute",
            403,
            {},
            said("You have triggered an abuse detection mechanism"),
            60,
        ),
        row("429 waits a minute", 429, {}, said("Too many requests"), 60),
        row("429 of a proxy waits a minute", 429, HTML, PAGE, 60),
        row("429 waits as long as it says", 429, {"retry-after": "120"}, SECONDARY, 120),
        row("429 with nothing left waits for its reset", 429, limits(0, 90), PRIMARY, 91),
        row("retry-after comes before the reset", 403, {**limits(0, 90), "retry-after": "7"}, PRIMARY, 7),
        row("retry-after of nothing is a second", 403, {"retry-after": "0"}, SECONDARY, 1),
        row("retry-after below nothing is none", 403, {"retry-after": "-5"}, SECONDARY, 60),
        row("retry-after in words is none", 403, {"retry-after": "Mon, 17 Aug 2026 09:00:00 GMT"}, SECONDARY, 60),
        row("retry-after beyond all time is none", 403, {"retry-after": "1e300"}, SECONDARY, 60),
        row("retry-after of no number is none", 403, {"retry-after": "nan"}, SECONDARY, 60),
        row("404 that says when is a limit", 404, {"retry-after": "5"}, said("Not Found"), 5),
    ],
)
def test_an_answer_names_the_moment_to_come_back(status, headers, body, seconds):
    with pytest.raises(RetryLater) as caught:
        read(status, headers, body, NOW)
    assert caught.value.until == NOW + timedelta(seconds=seconds)


def failed(type_="", message="", path=None):
    return {"type": type_, "message": message} | ({} if path is None else {"path": path})


def graph(data=None, *errors):
    return json.dumps({"data": data} | ({"errors": list(errors)} if errors else {})).encode()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(graph({"a": 1}), GraphQL({"a": 1}, ()), id="data"),
        pytest.param(b'{"data": {}, "errors": null}', GraphQL({}, ()), id="data without errors"),
        pytest.param(
            graph({"a": 1, "b": None}, failed("FORBIDDEN", "no", ["b", "c", 0])),
            GraphQL({"a": 1, "b": None}, (GraphQLError("FORBIDDEN", ("b", "c", 0), "no"),)),
            id="partial success",
        ),
        pytest.param(
            b'{"data": {"a": 1}, "errors": ["odd", {"message": "plain"}]}',
            GraphQL({"a": 1}, (GraphQLError("", (), "plain"),)),
            id="errors of odd shapes",
        ),
        *(
            pytest.param(json.dumps({"data": {"a": 1}, "errors": odd}).encode(), GraphQL({"a": 1}, ()), id=sentence)
            for sentence, odd in {
                "a text for errors": "rate limit",
                "a number for errors": 7,
                "a truth value for errors": True,
                "a mapping for errors": {"type": "RATE_LIMITED"},
                "nothing among errors": [None, 1, []],
            }.items()
        ),
        *(
            pytest.param(
                graph({"a": 1}, failed("FORBIDDEN", "no", odd)),
                GraphQL({"a": 1}, (GraphQLError("FORBIDDEN", (), "no"),)),
                id=sentence,
            )
            for sentence, odd in {
                "a text for a path": "ab",
                "a number for a path": 7,
                "a mapping for a path": {"a": 1},
                "a truth value for a path": True,
            }.items()
        ),
        pytest.param(
            graph({"a": 1}, failed("FORBIDDEN", "repository 'rate limiter' is not accessible", ["a"])),
            GraphQL({"a": 1}, (GraphQLError("FORBIDDEN", ("a",), "repository 'rate limiter' is not accessible"),)),
            id="a typed error that speaks of a rate limit",
        ),
    ],
)
def test_a_graphql_answer_is_data(body, expected):
    assert read_graphql(200, JSON, body, NOW) == expected


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        row("data that is null, not found, is gone", 200, {}, graph(None, failed("NOT_FOUND", "x")), SubjectGone),
        row("data that is null, forbidden, is refused", 200, {}, graph(None, failed("FORBIDDEN", "x")), Refused),
        row(
            "data that is null for want of scopes is refused",
            200,
            {},
            graph(None, failed("INSUFFICIENT_SCOPES")),
            Refused,
        ),
        row("data that is null, unprocessable, is refused", 200, {}, graph(None, failed("UNPROCESSABLE")), Refused),
        row(
            "data that is null after a timeout is no answer",
            200,
            {},
            graph(None, failed("", "Something went wrong")),
            Unreachable,
        ),
        row(
            "a typed error is no limit because of its message",
            200,
            {},
            graph(None, failed("NOT_FOUND", "Could not resolve to a Repository with the name 'octo/rate limiter'.")),
            SubjectGone,
        ),
        row("a mapping for errors alone is no answer", 200, {}, b'{"errors": {"type": "NOT_FOUND"}}', Unreachable),
        row("brackets without end are no answer", 200, {}, b"[" * 100_000, Unreachable),
        row("data that is null without errors is no answer", 200, {}, graph(None), Unreachable),
        row("data that is missing is no answer", 200, {}, b"{}", Unreachable),
        row("errors without data are read", 200, {}, b'{"errors": [{"type": "NOT_FOUND"}]}', SubjectGone),
        row("errors of odd shapes alone are no answer", 200, {}, b'{"data": null, "errors": ["x", 1]}', Unreachable),
        row("data that is a list is no answer", 200, {}, b'{"data": []}', Unreachable),
        row("data that is a text is no answer", 200, {}, b'{"data": "x"}', Unreachable),
        row("a list is no answer", 200, {}, b"[]", Unreachable),
        row("nothing is no answer", 200, {}, b"", Unreachable),
        row("a page is no answer", 200, HTML, PAGE, Unreachable),
        row("502 is no answer", 502, HTML, PAGE, Unreachable),
        row("401 wants a new token", 401, {}, said("Bad credentials"), Unauthorized),
        row("403 is refused", 403, {}, FORBIDDEN, Refused),
        row("404 is gone", 404, {}, said("Not Found"), SubjectGone),
    ],
)
def test_a_graphql_answer_is_an_error(status, headers, body, expected):
    with pytest.raises(expected) as caught:
        read_graphql(status, headers, body, NOW)
    assert type(caught.value) is expected


@pytest.mark.parametrize(
    ("status", "headers", "body", "seconds"),
    [
        row("RATE_LIMITED waits for the reset", 200, limits(0, 90), graph(None, failed("RATE_LIMITED", "x")), 91),
        row("RATE_LIMITED beside data waits as well", 200, limits(0, 90), graph({"a": 1}, failed("RATE_LIMITED")), 91),
        row("RATE_LIMITED without limits waits a minute", 200, {}, graph(None, failed("RATE_LIMITED")), 60),
        row(
            "RATE_LIMITED after another error counts",
            200,
            {},
            graph(None, failed("NOT_FOUND"), failed("RATE_LIMITED")),
            60,
        ),
        row(
            "a secondary limit in words waits as long as it says",
            200,
            {"retry-after": "33"},
            graph(None, failed("", "You have exceeded a secondary rate limit.")),
            33,
        ),
        row("403 at the secondary limit waits a minute", 403, {}, SECONDARY, 60),
        row("429 waits a minute", 429, {}, SECONDARY, 60),
    ],
)
def test_a_graphql_answer_names_the_moment_to_come_back(status, headers, body, seconds):
    with pytest.raises(RetryLater) as caught:
        read_graphql(status, headers, body, NOW)
    assert caught.value.until == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param((), "first", id="anywhere: the first"),
        pytest.param(("a",), "first", id="below a part"),
        pytest.param(("a", "b"), "first", id="at a part"),
        pytest.param(("c",), "second", id="at another part"),
        pytest.param(("b",), None, id="a part that did not fail"),
        pytest.param(("a", "b", "c"), None, id="above a part is not at it"),
    ],
)
def test_a_part_that_failed_is_found_by_its_path(path, message):
    errors = (GraphQLError("", ("a", "b"), "first"), GraphQLError("", ("c", 0), "second"))
    found = GraphQL({}, errors).failure(*path)
    assert (found and found.message) == message


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("API rate limit exceeded", True),
        ("You have exceeded a secondary Rate Limit", True),
        ("You have triggered an abuse detection mechanism", True),
        ("Resource not accessible by integration", False),
        ("", False),
    ],
)
def test_a_limit_is_known_by_its_words(message, expected):
    assert is_limit(message) is expected
