from datetime import UTC, datetime

from bot.core.errors import BadSettings, BotError, RetryLater


def test_bad_settings_list_every_problem():
    error = BadSettings(("PORT is 'x'", "APP_ID is missing"))
    assert str(error) == "PORT is 'x'\nAPP_ID is missing"
    assert error.problems == ("PORT is 'x'", "APP_ID is missing")
    assert isinstance(error, BotError)


def test_retry_later_names_its_moment():
    until = datetime(2026, 8, 17, 9, 0, tzinfo=UTC)
    assert (RetryLater(until, "rate limit").until, str(RetryLater(until, "rate limit"))) == (until, "rate limit")
