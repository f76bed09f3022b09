"""Releases: published, made a prerelease or a full one, and deleted.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

from bot.sandbox import shapes
from bot.sandbox.acts.guards import may_write
from bot.sandbox.model import RefusedError, Repository, User, forbidden, node_id
from bot.sandbox.releases import Release
from bot.sandbox.state import State


def publish_release(
    state: State, repository: Repository, tag: str, actor: User, *, is_draft: bool = False, is_prerelease: bool = False
) -> Release:
    """Publish a release of a tag, or save it as a draft; a tag has one release that is published."""
    _require(state, repository, actor)
    taken = {each.tag for each in state.releases_of(repository) if not each.is_draft}
    if tag in taken and not is_draft:
        errors = [{"resource": "Release", "code": "already_exists", "field": "tag_name"}]
        raise RefusedError(422, "Validation Failed", extra={"errors": errors})
    number, now = state.next_id(), state.moment()
    made = Release(number, node_id("RE", number), repository, tag, actor, now, None if is_draft else now, is_prerelease)
    state.releases[number] = made
    _tell(state, "created", made, actor)
    if not is_draft:
        _tell(state, "published", made, actor)
        _tell(state, _kind(made), made, actor)
    return made


def edit_release(state: State, release: Release, actor: User, *, is_prerelease: bool) -> None:
    """Say whether a release is one before the release."""
    _require(state, release.repository, actor)
    before, release.is_prerelease = release.is_prerelease, is_prerelease
    _tell(state, "edited", release, actor, changes={})
    if before is not is_prerelease:
        _tell(state, _kind(release), release, actor)


def unpublish_release(state: State, release: Release, actor: User) -> None:
    """Make a draft of it again."""
    _require(state, release.repository, actor)
    release.published_at = None
    _tell(state, "unpublished", release, actor)


def delete_release(state: State, release: Release, actor: User) -> None:
    _require(state, release.repository, actor)
    del state.releases[release.id]
    _tell(state, "deleted", release, actor)


def _require(state: State, repository: Repository, actor: User) -> None:
    if repository.is_archived:
        raise forbidden("Repository was archived so is read-only.")
    if not may_write(state, repository, actor):
        raise forbidden()


def _kind(release: Release) -> str:
    return "prereleased" if release.is_prerelease else "released"


def _tell(state: State, action: str, release: Release, actor: User, **extra: object) -> None:
    if state.is_heard("release", release.repository):
        shape = shapes.release(state.api_url, release)
        state.tell("release", action, release.repository, actor, release=shape, **extra)
