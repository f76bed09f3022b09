"""Skips visibly where npm is out of reach; under CI=true that is a failure."""

import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from graphql import GraphQLSchema, build_schema

from tests.conformance import install
from tests.conformance.world import Keys, World, running

LOG_TAIL = 6_000  # characters


@pytest.fixture(scope="session")
def packages() -> Path:
    try:
        return install.packages()
    except install.Unavailable as error:
        if os.environ.get("CI", "").casefold() == "true":
            pytest.fail(f"required in CI: {error}", pytrace=False)
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def schema(packages: Path) -> GraphQLSchema:
    """GitHub's published schema; its own SDL does not pass graphql-core's checks of a schema, hence assume_valid."""
    return build_schema((packages / "@octokit/graphql-schema/schema.graphql").read_text(), assume_valid=True)


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys(_private_key(), _private_key())


def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@pytest.fixture
async def start(
    tmp_path: Path, packages: Path, schema: GraphQLSchema, keys: Keys
) -> AsyncIterator[Callable[..., Coroutine[Any, Any, World]]]:
    """Starts a world of its own for this test; nothing is left running, and the front must have done its duty."""
    async with AsyncExitStack() as stack:
        worlds = []

        async def started(**options: Any) -> World:
            world = await stack.enter_async_context(
                running(tmp_path, install.node(), packages, schema, keys, **options)
            )
            worlds.append(world)
            return world

        yield started
        assert [fault for world in worlds for fault in world.front.faults] == []


@pytest.fixture
async def world(start: Callable[..., Coroutine[Any, Any, World]]) -> World:
    return await start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """What the processes wrote, shown with a failure."""
    report = yield
    directory = getattr(item, "funcargs", {}).get("tmp_path")
    if report.failed and directory:
        for log in sorted(directory.glob("*.log")):
            report.sections.append((log.name, log.read_text(errors="replace")[-LOG_TAIL:]))
    return report
