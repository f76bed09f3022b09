import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bot.core.errors import BadSettings
from bot.core.model import Mode
from bot.settings import CREDENTIALS, SECRETS, VARIABLES, Settings, has_credentials, read_settings

SECRET, PREVIOUS = "the webhook's present secret", "the webhook's secret before it"
NOT_A_KEY = "PRIVATE_KEY is not an RSA key in PEM form - generate one on the App's settings page"
NO_APP_ID = "APP_ID is missing or malformed - copy the App ID from the App's settings page"
NO_KEY = "PRIVATE_KEY is missing or empty - set PRIVATE_KEY_PATH to the .pem file of the App"
NO_SECRET = "WEBHOOK_SECRET is missing or empty - set the App's secret, at least 20 characters"
NO_DATABASE = "DATABASE_URL is not one we know - write sqlite:///PATH or postgresql://..."
EPHEMERAL = "DATABASE_URL is SQLite on a disk that forgets - add a PostgreSQL, or set ALLOW_EPHEMERAL_DISK=1"


def pem(key, form=serialization.PrivateFormat.TraditionalOpenSSL, password=None):
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


@pytest.fixture(scope="session")
def rsa_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def key(rsa_key):
    return pem(rsa_key)


@pytest.fixture
def app(key):
    """An environment that is good to start an App in."""
    return {"APP_ID": "123456", "PRIVATE_KEY": key, "WEBHOOK_SECRET": SECRET}


def problems(environment, *, needs_app=False):
    with pytest.raises(BadSettings) as caught:
        read_settings(environment, needs_app=needs_app)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return list(caught.value.problems)


def test_an_empty_environment_is_enough_without_github():
    settings = read_settings({}, needs_app=False)
    rules = Path(__file__).parents[1] / "rules"
    assert settings == Settings(
        app=None,
        api_url="https://api.github.com",
        host="127.0.0.1",
        port=3000,
        database_url=settings.database_url,
        rules_dir=rules,
        default_mode=Mode.OBSERVE,
        debounce_seconds=0.5,
        concurrency=8,
        keep_days=30,
        log_level="info",
        log_format="json",
    )
    assert settings.database_url.get_secret_value() == "sqlite:///burndown.db"


def test_what_talks_to_github_needs_an_app():
    assert problems({}, needs_app=True) == [NO_APP_ID, NO_KEY, NO_SECRET]


def test_an_app_is_read(app, key):
    found = read_settings(app | {"WEBHOOK_SECRET_PREVIOUS": PREVIOUS}, needs_app=True).app
    assert (found.app_id, found.private_key.get_secret_value()) == ("123456", key.strip())
    assert [secret.get_secret_value() for secret in found.webhook_secrets] == [SECRET, PREVIOUS]


@pytest.mark.parametrize("name", CREDENTIALS)
def test_half_of_an_app_is_a_mistake_even_where_none_is_needed(name, tmp_path):
    assert has_credentials({name: "x"})
    assert problems({name: str(tmp_path / "nothing")})


def test_empty_credentials_are_none():
    empty = dict.fromkeys(CREDENTIALS, "")
    assert not has_credentials(empty)
    assert read_settings(empty, needs_app=False).app is None


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("PORT", "http", "PORT is 'http' - write a whole number from 0 to 65535"),
        ("PORT", "65536", "PORT is '65536' - write a number from 0 to 65535"),
        ("PORT", "-1", "PORT is '-1' - write a whole number from 0 to 65535"),
        ("PORT", "nan", "PORT is 'nan' - write a whole number from 0 to 65535"),
        ("PORT", "inf", "PORT is 'inf' - write a whole number from 0 to 65535"),
        ("PORT", "80.5", "PORT is '80.5' - write a whole number from 0 to 65535"),
        ("PORT", "8e1", "PORT is '8e1' - write a whole number from 0 to 65535"),
        ("PORT", "8_0", "PORT is '8_0' - write a whole number from 0 to 65535"),
        ("PORT", "٨٠", "PORT is '٨٠' - write a whole number from 0 to 65535"),
        ("PORT", "9" * 5_000, f"PORT is '{'9' * 5_000}' - write a number from 0 to 65535"),
        ("CONCURRENCY", "1.5", "CONCURRENCY is '1.5' - write a whole number from 1 to 64"),
        ("KEEP_DAYS", "7d", "KEEP_DAYS is '7d' - write a whole number from 3 to 3650"),
        ("DEBOUNCE_SECONDS", "nan", "DEBOUNCE_SECONDS is 'nan' - write a number from 0 to 60"),
        ("DEBOUNCE_SECONDS", "61", "DEBOUNCE_SECONDS is '61' - write a number from 0 to 60"),
        ("CONCURRENCY", "0", "CONCURRENCY is '0' - write a number from 1 to 64"),
        ("KEEP_DAYS", "2", "KEEP_DAYS is '2' - write a number from 3 to 3650"),
        ("DEFAULT_MODE", "on", "DEFAULT_MODE is 'on' - write one of off, observe, enforce"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'loud' - write one of debug, info, warning, error"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is 'xml' - write one of json, pretty"),
        ("GITHUB_API_URL", "http://ghe.example", "GITHUB_API_URL is 'http://ghe.example' - write an https:// address"),
        ("GITHUB_API_URL", "ghe.example", "GITHUB_API_URL is 'ghe.example' - write an https:// address"),
        ("GITHUB_API_URL", "file:///etc", "GITHUB_API_URL is 'file:///etc' - write an https:// address"),
        ("GITHUB_API_URL", "https://", "GITHUB_API_URL is 'https:' - write an https:// address"),
        ("GITHUB_API_URL", "https:ghe.example", "GITHUB_API_URL is 'https:ghe.example' - write an https:// address"),
        ("GITHUB_API_URL", "https:///api/v3", "GITHUB_API_URL is 'https:///api/v3' - write an https:// address"),
        ("GITHUB_API_URL", "https://[::1", "GITHUB_API_URL is 'https://[::1' - write an https:// address"),
        ("RULES_DIR", "/nowhere", "RULES_DIR '/nowhere' is not a directory - name a directory of rule packs"),
        ("RULES_DIR", __file__, f"RULES_DIR {__file__!r} is not a directory - name a directory of rule packs"),
        ("DATABASE_URL", "mysql://u:hunter2@h/d", NO_DATABASE),
        ("DATABASE_URL", "burndown.db", NO_DATABASE),
        ("DATABASE_URL", "sqlite", NO_DATABASE),
        ("DATABASE_URL", "sqlite:burndown.db", NO_DATABASE),
        ("DATABASE_URL", "postgresql:burndown", NO_DATABASE),
        ("DATABASE_URL", "postgres:burndown", NO_DATABASE),
        ("DATABASE_URL", "://", NO_DATABASE),
        (
            "DATABASE_URL_FILE",
            "/nowhere",
            "DATABASE_URL_FILE names a file that cannot be read (FileNotFoundError) - check the path",
        ),
    ],
)
def test_a_bad_value_is_named_with_its_fix(variable, value, problem):
    assert problems({variable: value}) == [problem]


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("APP_ID", "", NO_APP_ID),
        ("APP_ID", "   ", NO_APP_ID),
        ("APP_ID", "12 34", NO_APP_ID),
        ("APP_ID", "١٢٣", NO_APP_ID),
        ("APP_ID", "...", NO_APP_ID),
        ("PRIVATE_KEY", "", NO_KEY),
        ("PRIVATE_KEY", "-----BEGIN RSA PRIVATE KEY-----\nnonsense\n-----END RSA PRIVATE KEY-----", NOT_A_KEY),
        ("PRIVATE_KEY", "not base64!", NOT_A_KEY),
        ("PRIVATE_KEY", base64.b64encode(b"\xff\xfe").decode(), NOT_A_KEY),
        ("PRIVATE_KEY", base64.b64encode(b"no key").decode(), NOT_A_KEY),
        (
            "PRIVATE_KEY_PATH",
            "/nowhere/app.pem",
            "PRIVATE_KEY_PATH names a file that cannot be read (FileNotFoundError) - check the path",
        ),
        (
            "PRIVATE_KEY_PATH",
            "/",
            "PRIVATE_KEY_PATH names a file that cannot be read (IsADirectoryError) - check the path",
        ),
        ("WEBHOOK_SECRET", "", NO_SECRET),
        ("WEBHOOK_SECRET", "short", "WEBHOOK_SECRET has 5 characters - use at least 20, random ones"),
        ("WEBHOOK_SECRET", " " * 30, NO_SECRET),
        ("WEBHOOK_SECRET", f"{'x' * 19} \n", "WEBHOOK_SECRET has 19 characters - use at least 20, random ones"),
        ("WEBHOOK_SECRET_PREVIOUS", "old", "WEBHOOK_SECRET_PREVIOUS has 3 characters - use at least 20, random ones"),
    ],
)
def test_a_bad_credential_is_named_with_its_fix(app, variable, value, problem):
    assert problems(app | {variable: value}, needs_app=True) == [problem]


def test_every_problem_is_listed_at_once():
    environment = {
        "APP_ID": "not an id",
        "PRIVATE_KEY": "not a key!",
        "WEBHOOK_SECRET": "short",
        "GITHUB_API_URL": "ftp://x",
        "PORT": "many",
        "DATABASE_URL": "oracle:x",
        "RULES_DIR": "/nowhere",
        "DEFAULT_MODE": "maybe",
        "DEBOUNCE_SECONDS": "-1",
        "CONCURRENCY": "lots",
        "KEEP_DAYS": "0",
        "LOG_LEVEL": "silent",
        "LOG_FORMAT": "smoke",
    }
    listed = problems(environment, needs_app=True)
    assert [problem.split()[0] for problem in listed] == list(environment)
    assert all(" - " in problem for problem in listed)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda key: key, id="as it is"),
        pytest.param(lambda key: f"\n  {key}\n", id="with white space around it"),
        pytest.param(lambda key: key.replace("\n", "\\n"), id="with escaped line ends"),
        pytest.param(lambda key: key.replace("\n", "\r\n"), id="with line ends of Windows"),
        pytest.param(lambda key: base64.b64encode(key.encode()).decode(), id="as base64"),
        pytest.param(lambda key: base64.encodebytes(key.encode()).decode(), id="as base64 with line breaks"),
        pytest.param(
            lambda key: base64.encodebytes(key.encode()).decode().replace("\n", "\r\n  "),
            id="as base64 with indented line breaks of Windows",
        ),
    ],
)
def test_a_private_key_is_taken(app, key, written):
    found = read_settings(app | {"PRIVATE_KEY": written(key)}, needs_app=True).app.private_key.get_secret_value()
    assert found.split() == key.split()


def test_a_private_key_of_the_newer_form_is_taken(app, rsa_key):
    newer = pem(rsa_key, serialization.PrivateFormat.PKCS8)
    assert read_settings(app | {"PRIVATE_KEY": newer}, needs_app=True).app


def test_other_keys_are_not_taken(app, rsa_key):
    elliptic = pem(ec.generate_private_key(ec.SECP256R1()))
    locked = pem(rsa_key, serialization.PrivateFormat.PKCS8, b"password")
    public = rsa_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for other in (elliptic, locked, public.decode()):
        assert problems(app | {"PRIVATE_KEY": other}, needs_app=True) == [NOT_A_KEY]


@pytest.mark.parametrize("app_id", ["1", "123456", "Iv23liABCDEF", "Iv1.0123456789abcdef"])
def test_an_app_id_is_a_number_or_a_client_id(app, app_id):
    assert read_settings(app | {"APP_ID": f" {app_id} "}, needs_app=True).app.app_id == app_id


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file(app, key, tmp_path, name):
    value = {"PRIVATE_KEY": key, "DATABASE_URL": "postgresql://u:p@h/d"}.get(name, "from a file, and long enough")
    (tmp_path / "secret").write_text(f"{value}\n", encoding="utf-8")
    settings = read_settings(
        {**app, name: "ignored, the file is nearer", f"{name}_FILE": str(tmp_path / "secret")}, needs_app=True
    )
    read = {
        "PRIVATE_KEY": settings.app.private_key,
        "WEBHOOK_SECRET": settings.app.webhook_secrets[0],
        "WEBHOOK_SECRET_PREVIOUS": settings.app.webhook_secrets[-1],
        "DATABASE_URL": settings.database_url,
    }
    assert read[name].get_secret_value() == value.strip()


def test_a_key_may_stand_in_a_file_of_its_own(app, key, tmp_path):
    (tmp_path / "app.pem").write_text(key, encoding="utf-8")
    environment = app | {"PRIVATE_KEY": "", "PRIVATE_KEY_PATH": str(tmp_path / "app.pem")}
    assert read_settings(environment, needs_app=True).app.private_key.get_secret_value() == key.strip()


def test_a_file_that_is_no_text_is_named(app, tmp_path):
    (tmp_path / "secret").write_bytes(b"\xff" * 40)
    listed = problems(app | {"WEBHOOK_SECRET_FILE": str(tmp_path / "secret")}, needs_app=True)
    assert listed == ["WEBHOOK_SECRET_FILE names a file that cannot be read (UnicodeDecodeError) - check the path"]


@pytest.mark.parametrize("name", [*(f"{secret}_FILE" for secret in SECRETS), "PRIVATE_KEY_PATH"])
def test_a_file_that_cannot_be_read_is_reported_once(app, name):
    listed = problems(app | {name: "/nowhere"}, needs_app=True)
    assert listed == [f"{name} names a file that cannot be read (FileNotFoundError) - check the path"]


def test_files_that_cannot_be_read_are_all_reported():
    environment = {"APP_ID": "1", "PRIVATE_KEY_FILE": "/nowhere", "WEBHOOK_SECRET_FILE": "/nowhere"}
    assert [problem.split()[0] for problem in problems(environment, needs_app=True)] == [
        "PRIVATE_KEY_FILE",
        "WEBHOOK_SECRET_FILE",
    ]


def test_a_database_file_that_cannot_be_read_is_reported_once_on_a_disk_that_forgets():
    listed = problems({"DATABASE_URL_FILE": "/nowhere", "DYNO": "web.1"})
    assert [problem.split()[0] for problem in listed] == ["DATABASE_URL_FILE"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [("PRIVATE_KEY_PATH", NO_KEY), ("PRIVATE_KEY_FILE", NO_KEY), ("WEBHOOK_SECRET_FILE", NO_SECRET)],
)
def test_an_empty_file_is_named(app, tmp_path, name, problem):
    (tmp_path / "secret").write_text(" \n", encoding="utf-8")
    assert problems(app | {name: str(tmp_path / "secret")}, needs_app=True) == [problem]


def test_no_secret_is_shown(app, key):
    environment = app | {"WEBHOOK_SECRET_PREVIOUS": PREVIOUS, "DATABASE_URL": "postgresql://u:hunter2@h/d"}
    settings = read_settings(environment, needs_app=True)
    for shown in (repr(settings), str(settings), f"{settings.app}"):
        assert not any(secret in shown for secret in (SECRET, PREVIOUS, "hunter2", key.split("\n")[1]))


def test_no_secret_is_shown_in_a_problem(key):
    environment = {
        "PRIVATE_KEY": key[:-200],
        "WEBHOOK_SECRET": "hunter2",
        "WEBHOOK_SECRET_PREVIOUS": "hunter3",
        "DATABASE_URL": "mysql://u:hunter4@h/d",
    }
    shown = "\n".join(problems(environment, needs_app=True))
    assert "hunter" not in shown
    assert key.split("\n")[1] not in shown


@pytest.mark.parametrize(
    ("given", "read"),
    [
        pytest.param("postgres://u:p@h/d", "postgresql://u:p@h/d", id="as Heroku writes it"),
        pytest.param("postgresql://u:p@h/d", "postgresql://u:p@h/d", id="PostgreSQL"),
        pytest.param("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d", id="PostgreSQL and a driver"),
        pytest.param("sqlite:////data/b.db", "sqlite:////data/b.db", id="a file"),
        pytest.param("", "sqlite:///burndown.db", id="nothing"),
    ],
)
def test_a_database_is_read(given, read):
    assert read_settings({"DATABASE_URL": given}, needs_app=False).database_url.get_secret_value() == read


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, [EPHEMERAL], id="the database that nobody named"),
        pytest.param({"DATABASE_URL": "sqlite:///x.db"}, [EPHEMERAL], id="a file"),
        pytest.param({"DATABASE_URL": "sqlite+aiosqlite:///x.db"}, [EPHEMERAL], id="a file and a driver"),
        pytest.param({"DATABASE_URL": "postgres://h/d"}, [], id="PostgreSQL"),
        pytest.param({"ALLOW_EPHEMERAL_DISK": "1"}, [], id="a file, knowingly"),
    ],
)
def test_on_a_disk_that_forgets(environment, expected):
    on_heroku = environment | {"DYNO": "web.1"}
    if expected:
        assert problems(on_heroku) == expected
    else:
        assert read_settings(on_heroku, needs_app=False)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://ghe.example/api/v3", "https://ghe.example/api/v3"),
        ("https://ghe.example/api/v3/", "https://ghe.example/api/v3"),
        ("http://localhost:4000", "http://localhost:4000"),
        ("http://127.0.0.1:4000/", "http://127.0.0.1:4000"),
        ("http://[::1]:4000", "http://[::1]:4000"),
    ],
)
def test_the_address_of_the_api_is_read(given, read):
    assert read_settings({"GITHUB_API_URL": given}, needs_app=False).api_url == read


def test_values_are_read(tmp_path):
    environment = {
        "HOST": " 0.0.0.0 ",
        "PORT": "0",
        "RULES_DIR": str(tmp_path),
        "DEFAULT_MODE": "Enforce",
        "DEBOUNCE_SECONDS": "0",
        "CONCURRENCY": "64",
        "KEEP_DAYS": "3650",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "pretty",
        "UNKNOWN": "is nobody's business",
    }
    settings = read_settings(environment, needs_app=False)
    assert (settings.host, settings.port, settings.rules_dir) == ("0.0.0.0", 0, tmp_path)
    assert (settings.default_mode, settings.debounce_seconds, settings.concurrency) == (Mode.ENFORCE, 0, 64)
    assert (settings.keep_days, settings.log_level, settings.log_format) == (3650, "debug", "pretty")


def test_every_variable_has_a_meaning():
    assert all(meaning for _, meaning in VARIABLES.values())
    assert {name for name in CREDENTIALS if not name.endswith("_FILE")} <= set(VARIABLES)
