"""The environment, read once into one frozen value; every problem is listed with its fix.

Opens no connection, starts nothing.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.core.errors import BadSettings
from bot.core.model import Mode

MIN_SECRET = 20  # characters
DEFAULT_API_URL = "https://api.github.com"
DEFAULT_DATABASE_URL = "sqlite:///burndown.db"

# What each variable means; docs/settings.md is generated from this table.
VARIABLES: Mapping[str, tuple[str, str]] = {
    "APP_ID": ("", "the App's numeric id or client id"),
    "PRIVATE_KEY": ("", "the App's private key (PEM; `\\n` escaped or base64 will do)"),
    "PRIVATE_KEY_PATH": ("", "a file that holds the private key, instead of PRIVATE_KEY"),
    "WEBHOOK_SECRET": ("", f"the webhook's secret, at least {MIN_SECRET} characters"),
    "WEBHOOK_SECRET_PREVIOUS": ("", "the secret before it, accepted too while you rotate"),
    "GITHUB_API_URL": (DEFAULT_API_URL, "the API; on GitHub Enterprise Server https://HOST/api/v3"),
    "HOST": ("127.0.0.1", "the address to listen on; 0.0.0.0 behind a proxy or in a container"),
    "PORT": ("3000", "the port to listen on"),
    "DATABASE_URL": (DEFAULT_DATABASE_URL, "sqlite:///PATH or postgresql://..."),
    "RULES_DIR": ("", "a directory of rule packs; the packs of this version when empty"),
    "DEFAULT_MODE": ("observe", "off, observe or enforce where a repository has no .github/burndown.yml"),
    "DEBOUNCE_SECONDS": ("0.5", "how long a delivery waits for others on the same issue"),
    "CONCURRENCY": ("8", "subjects that one process works on at once"),
    "KEEP_DAYS": ("30", "how long handled deliveries are kept for replay"),
    "LOG_LEVEL": ("info", "debug, info, warning or error"),
    "LOG_FORMAT": ("json", "json or pretty"),
}
SECRETS = ("PRIVATE_KEY", "WEBHOOK_SECRET", "WEBHOOK_SECRET_PREVIOUS", "DATABASE_URL")
CREDENTIALS = ("APP_ID", "PRIVATE_KEY", "PRIVATE_KEY_PATH", "PRIVATE_KEY_FILE", "WEBHOOK_SECRET", "WEBHOOK_SECRET_FILE")


@dataclass(frozen=True, slots=True)
class AppCredentials:
    app_id: str
    private_key: SecretStr
    webhook_secrets: tuple[SecretStr, ...]  # the present one first


@dataclass(frozen=True, slots=True)
class Settings:
    app: AppCredentials | None
    api_url: str
    host: str
    port: int
    database_url: SecretStr  # may hold a password
    rules_dir: Path
    default_mode: Mode
    debounce_seconds: float
    concurrency: int
    keep_days: int
    log_level: Literal["debug", "info", "warning", "error"]
    log_format: Literal["json", "pretty"]


def has_credentials(environment: Mapping[str, str]) -> bool:
    """Whether somebody meant to run against a real GitHub."""
    return any(environment.get(name) for name in CREDENTIALS)


def read_settings(environment: Mapping[str, str], *, needs_app: bool) -> Settings:
    """Raises BadSettings with every problem. The App's credentials are needed by what talks to GitHub."""
    reader = _Reader(environment)
    settings = Settings(
        app=reader.app(required=needs_app),
        api_url=reader.api_url(),
        host=reader.text("HOST"),
        port=reader.whole("PORT", 0, 65535),
        database_url=reader.database_url(),
        rules_dir=reader.rules_dir(),
        default_mode=Mode(reader.choice("DEFAULT_MODE", tuple(Mode))),
        debounce_seconds=reader.number("DEBOUNCE_SECONDS", 0, 60),
        concurrency=reader.whole("CONCURRENCY", 1, 64),
        keep_days=reader.whole("KEEP_DAYS", 3, 3650),
        log_level=reader.choice("LOG_LEVEL", ("debug", "info", "warning", "error")),  # type: ignore[arg-type]
        log_format=reader.choice("LOG_FORMAT", ("json", "pretty")),  # type: ignore[arg-type]
    )
    if reader.problems:
        raise BadSettings(tuple(reader.problems))
    return settings


class _Reader:
    """Reads variables and gathers what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        return self._environment.get(name, "").strip() or VARIABLES[name][0]

    def number(self, name: str, low: float, high: float) -> float:
        try:
            value = float(self.text(name))
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            self.problems.append(f"{name} is {self.text(name)!r} - write a number from {low:g} to {high:g}")
            return low
        return value

    def whole(self, name: str, low: int, high: int) -> int:
        if self.text(name).isascii() and self.text(name).isdigit():
            return int(self.number(name, low, high))
        self.problems.append(f"{name} is {self.text(name)!r} - write a whole number from {low} to {high}")
        return low

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name).lower()
        if value not in allowed:
            self.problems.append(f"{name} is {value!r} - write one of {', '.join(allowed)}")
            return allowed[0]
        return value

    def secret(self, name: str) -> str:
        """A secret from its variable, or from the file that NAME_FILE names."""
        path = self._environment.get(f"{name}_FILE", "")
        if not path:
            return self._environment.get(name, "")
        return self._file(f"{name}_FILE", path)

    def missing(self, name: str, instead: str) -> None:
        """Unless it is already said that its file cannot be read."""
        if not any(problem.startswith((f"{name}_FILE ", f"{name}_PATH ")) for problem in self.problems):
            self.problems.append(f"{name} is missing or empty - {instead}")

    def _file(self, name: str, path: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            self.problems.append(f"{name} names a file that cannot be read ({type(error).__name__}) - check the path")
            return ""

    def app(self, *, required: bool) -> AppCredentials | None:
        if not required and not has_credentials(self._environment):
            return None
        app_id = self.text("APP_ID")
        if not app_id or not app_id.replace(".", "").isalnum() or not app_id.isascii():
            self.problems.append("APP_ID is missing or malformed - copy the App ID from the App's settings page")
        return AppCredentials(app_id, self._private_key(), tuple(self._webhook_secrets()))

    def _private_key(self) -> SecretStr:
        path = self.text("PRIVATE_KEY_PATH")
        key = (self._file("PRIVATE_KEY_PATH", path) if path else self.secret("PRIVATE_KEY")).strip()
        if not key:
            self.missing("PRIVATE_KEY", "set PRIVATE_KEY_PATH to the .pem file of the App")
            return SecretStr("")
        pem = key.replace("\\n", "\n") if key.startswith("-----") else _decoded(key)
        if not _is_rsa(pem):
            self.problems.append("PRIVATE_KEY is not an RSA key in PEM form - generate one on the App's settings page")
        return SecretStr(pem)

    def _webhook_secrets(self) -> list[SecretStr]:
        found = []
        for name in ("WEBHOOK_SECRET", "WEBHOOK_SECRET_PREVIOUS"):
            value = self.secret(name).strip()
            if value and len(value) < MIN_SECRET:
                self.problems.append(f"{name} has {len(value)} characters - use at least {MIN_SECRET}, random ones")
            elif value:
                found.append(SecretStr(value))
            elif name == "WEBHOOK_SECRET":
                self.missing(name, f"set the App's secret, at least {MIN_SECRET} characters")
        return found

    def api_url(self) -> str:
        url = self.text("GITHUB_API_URL").rstrip("/")
        try:
            parts = urlsplit(url)
            is_local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
            is_good = bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_local))
        except ValueError:
            is_good = False
        if not is_good:
            self.problems.append(f"GITHUB_API_URL is {url!r} - write an https:// address")
        return url

    def database_url(self) -> SecretStr:
        known = len(self.problems)
        url = self.secret("DATABASE_URL").strip() or DEFAULT_DATABASE_URL
        if len(self.problems) > known:
            return SecretStr("")
        scheme, separator, _ = url.partition("://")
        if scheme == "postgres":  # as Heroku writes it
            url = url.replace("postgres://", "postgresql://", 1)
        elif not separator or scheme.partition("+")[0] not in {"sqlite", "postgresql"}:
            self.problems.append("DATABASE_URL is not one we know - write sqlite:///PATH or postgresql://...")
        elif (
            scheme.startswith("sqlite")
            and self._environment.get("DYNO")
            and not self._environment.get("ALLOW_EPHEMERAL_DISK")
        ):
            self.problems.append(
                "DATABASE_URL is SQLite on a disk that forgets - add a PostgreSQL, or set ALLOW_EPHEMERAL_DISK=1"
            )
        return SecretStr(url)

    def rules_dir(self) -> Path:
        text = self.text("RULES_DIR")
        path = Path(text) if text else Path(__file__).parent.parent / "rules"
        if not path.is_dir():
            self.problems.append(f"RULES_DIR {str(path)!r} is not a directory - name a directory of rule packs")
        return path


def _decoded(key: str) -> str:
    try:
        return base64.b64decode("".join(key.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _is_rsa(pem: str) -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - start-up time of whoever has no key
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        return isinstance(load_pem_private_key(pem.encode(), password=None), RSAPrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
