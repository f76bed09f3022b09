"""What every act asks first: may this person, is this place open, is this text one that GitHub would take.

A guard refuses with `RefusedError`; it may change nothing.
"""

from bot.sandbox.model import WRITERS, Issue, Pull, RefusedError, Repository, User, forbidden
from bot.sandbox.state import State

LONGEST_BODY = 65_536


def may_write(state: State, repository: Repository, actor: User) -> bool:
    return actor is state.the_app().bot or repository.level_of(actor) in WRITERS


def require_live(place: Repository | Issue) -> None:
    """Refuse what cannot be changed here; pull requests need no issues to be enabled."""
    repository = place.repository if isinstance(place, Issue) else place
    if repository.is_archived:
        raise forbidden("Repository was archived so is read-only.")
    if not repository.has_issues and not isinstance(place, Pull):
        raise RefusedError(410, "Issues are disabled for this repo", "NOT_FOUND")


def require_body(body: str, *, may_be_blank: bool = False) -> None:
    if not body.strip() and not may_be_blank:
        raise RefusedError(422, "Body cannot be blank")
    if len(body) > LONGEST_BODY:
        raise RefusedError(422, f"Body is too long (maximum is {LONGEST_BODY} characters)")
