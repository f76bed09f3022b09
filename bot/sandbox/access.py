"""Who may ask: the App by its JWT, an installation by its token, and what people do to installations.

It grants and refuses; it may not answer a request itself.
"""

import base64
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import jwt

from bot.sandbox import shapes
from bot.sandbox.model import (
    App,
    Installation,
    Occurrence,
    RefusedError,
    Repository,
    Token,
    User,
    forbidden,
    not_found,
)
from bot.sandbox.state import State

LONGEST_JWT_SECONDS = 600
EXPIRY_SKEW_SECONDS = 60
ISSUE_SKEW_SECONDS = 5

_LEVELS = ("read", "write", "admin")
_FILLER_CHARACTERS = 340


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. Only an installation has permissions, and sees only its own repositories."""

    kind: Literal["app", "installation"]
    installation: Installation | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    repository_ids: frozenset[int] | None = None

    def sees(self, repository: Repository) -> bool:
        is_chosen = self.repository_ids is None or repository.id in self.repository_ids
        return self.installation is not None and repository.installation is self.installation and is_chosen

    def may(self, permission: str, level: str) -> bool:
        return _covers(self.permissions.get(permission), level)

    def repositories(self) -> list[Repository]:
        assert self.installation is not None, "only an installation has repositories"
        return [each for each in self.installation.repositories.values() if self.sees(each)]


def _covers(granted: str | None, wanted: str) -> bool:
    if granted not in _LEVELS or wanted not in _LEVELS:
        return False
    return _LEVELS.index(granted) >= _LEVELS.index(wanted)


def identify(state: State, authorization: str | None) -> Viewer:
    scheme, _, credential = (authorization or "").partition(" ")
    if scheme.lower() not in {"bearer", "token"} or not credential:
        raise RefusedError(401, "Requires authentication")
    if not credential.startswith("ghs_"):
        return _by_jwt(state, credential)
    token = state.tokens.get(credential)
    if token is None or token.expires_at <= state.now() or token.installation.id not in state.installations:
        raise RefusedError(401, "Bad credentials")
    return Viewer("installation", token.installation, token.permissions, token.repository_ids)


def require_not_suspended(installation: Installation) -> None:
    if installation.suspended_at is not None:
        raise forbidden("This installation has been suspended")


def _by_jwt(state: State, credential: str) -> Viewer:
    app = state.the_app()
    unverified: dict[str, bool] = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
    try:
        claims = jwt.decode(credential, app.public_key, algorithms=["RS256"], options=unverified)  # type: ignore[arg-type]
    except jwt.InvalidTokenError as error:
        raise RefusedError(401, "A JSON web token could not be decoded") from error
    if str(claims.get("iss")) not in {str(app.id), app.client_id}:
        raise RefusedError(401, "'Issuer' claim ('iss') must be an Integer")
    now, expires, issued = state.jwt_now().timestamp(), claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or expires <= now:
        raise RefusedError(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time")
    if expires > now + LONGEST_JWT_SECONDS + EXPIRY_SKEW_SECONDS:
        raise RefusedError(401, "'Expiration time' claim ('exp') is too far in the future")
    if not isinstance(issued, int | float) or issued > now + ISSUE_SKEW_SECONDS:
        raise RefusedError(401, "'Issued at' claim ('iat') must be an Integer representing the time of the assertion")
    return Viewer("app")


def mint(state: State, installation_id: int, wish: Mapping[str, object]) -> tuple[Token, bool]:
    """Make a token for no more than was granted; tell whether the wish named repositories."""
    installation = state.installations.get(installation_id)
    if installation is None:
        raise not_found()
    require_not_suspended(installation)
    ids = _wished_repositories(installation, wish)
    token = Token(
        text=_token_text(state.the_app()),
        installation=installation,
        permissions=_wished_permissions(installation, wish.get("permissions")),
        repository_ids=ids,
        expires_at=state.moment() + timedelta(seconds=state.token_seconds),
    )
    state.tokens[token.text] = token
    return token, ids is not None


def _wished_permissions(installation: Installation, wish: object) -> dict[str, str]:
    if not isinstance(wish, dict) or not wish:
        return dict(installation.permissions)
    for name, level in wish.items():
        if not _covers(installation.permissions.get(name), level):
            raise RefusedError(422, "The permissions requested are not granted to this installation.")
    return {str(name): str(level) for name, level in wish.items()} | {"metadata": "read"}


def _wished_repositories(installation: Installation, wish: Mapping[str, object]) -> frozenset[int] | None:
    ids, names = wish.get("repository_ids"), wish.get("repositories")
    if not isinstance(ids, list) and not isinstance(names, list):
        return None
    by_name = {each.name: each.id for each in installation.repositories.values()}
    chosen = [*(ids if isinstance(ids, list) else ())]
    chosen += [by_name.get(name) for name in (names if isinstance(names, list) else ())]
    if any(each not in installation.repositories for each in chosen):
        raise RefusedError(
            422, "There is at least one repository that does not exist or is not accessible to the parent installation."
        )
    return frozenset(chosen)


def _token_text(app: App) -> str:
    """Return a text like the stateless tokens of 2026: `ghs_APPID_` and three dotted parts, some 520 characters."""
    head = (
        base64.urlsafe_b64encode(b'{"alg":"RS256","typ":"JWT","kid":"sandbox_installation_token"}').decode().rstrip("=")
    )
    return f"ghs_{app.id}_{head}.{secrets.token_urlsafe(255)[:_FILLER_CHARACTERS]}.{secrets.token_urlsafe(60)}"


def expire_tokens(state: State) -> None:
    """Make every token that exists answer 401 from now on."""
    state.tokens.clear()


def _numbered(number: int) -> str:
    return base64.b64encode(b"023:IntegrationInstallation%d" % number).decode()


def install(
    state: State,
    account: User,
    repositories: Iterable[Repository],
    actor: User,
    permissions: Mapping[str, str] | None = None,
) -> Installation:
    """Install the App, with fewer permissions than it asks for if an owner has not accepted all of them yet."""
    app, number, now = state.the_app(), state.next_id(), state.moment()
    granted = dict(app.permissions if permissions is None else permissions)
    made = Installation(number, _numbered(number), account, granted, app.events, now, now)
    state.installations[number] = made
    for repository in repositories:
        _admit(made, repository)
    _tell(state, "created", made, actor)
    return made


def _admit(installation: Installation, repository: Repository) -> None:
    installation.repositories[repository.id] = repository
    repository.installation = installation


def _dismiss(installation: Installation, repository: Repository) -> None:
    del installation.repositories[repository.id]
    repository.installation = None


def uninstall(state: State, installation: Installation, actor: User) -> None:
    del state.installations[installation.id]
    _tell(state, "deleted", installation, actor)
    for repository in list(installation.repositories.values()):
        _dismiss(installation, repository)


def set_suspended(state: State, installation: Installation, actor: User, *, is_suspended: bool) -> None:
    now = state.moment()
    installation.suspended_at = now if is_suspended else None
    installation.suspended_by = actor if is_suspended else None
    installation.updated_at = now
    _tell(state, "suspend" if is_suspended else "unsuspend", installation, actor)


def grant(state: State, installation: Installation, permissions: Mapping[str, str], actor: User) -> None:
    """Replace what the installation was granted, as when an owner accepts new permissions."""
    installation.permissions = dict(permissions)
    installation.updated_at = state.moment()
    _tell(state, "new_permissions_accepted", installation, actor)


def add_repository(state: State, installation: Installation, repository: Repository, actor: User) -> None:
    _admit(installation, repository)
    _tell_repositories(state, installation, actor, added=[repository], removed=[])


def remove_repository(state: State, installation: Installation, repository: Repository, actor: User) -> None:
    _dismiss(installation, repository)
    _tell_repositories(state, installation, actor, added=[], removed=[repository])


def _tell(state: State, action: str, installation: Installation, actor: User) -> None:
    if not state.is_listening():
        return
    payload: dict[str, object] = {
        "action": action,
        "installation": shapes.hook_installation(state.api_url, installation, state.the_app()),
        "repositories": [shapes.brief(each) for each in installation.repositories.values()],
        "requester": None,
        "sender": shapes.user(state.api_url, actor),
    }
    state.heard(Occurrence("installation", action, payload, installation.id, None))


def _tell_repositories(
    state: State, installation: Installation, actor: User, *, added: list[Repository], removed: list[Repository]
) -> None:
    if not state.is_listening():
        return
    action = "added" if added else "removed"
    payload: dict[str, object] = {
        "action": action,
        "installation": shapes.hook_installation(state.api_url, installation, state.the_app()),
        "repository_selection": "selected",
        "repositories_added": [shapes.brief(each) for each in added],
        "repositories_removed": [shapes.brief(each) for each in removed],
        "requester": None,
        "sender": shapes.user(state.api_url, actor),
    }
    state.heard(Occurrence("installation_repositories", action, payload, installation.id, None))
