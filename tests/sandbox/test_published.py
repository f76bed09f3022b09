"""The names of the simulation's schema against those that GitHub publishes, so that it invents none."""

from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType, build_schema, parse, validate

from bot.sandbox.wire.graph.schema import INTERFACES, TYPES
from tests.conformance import install

DOCUMENTS = sorted(Path(__file__).parent.glob("*.graphql"))


@pytest.fixture(scope="module")
def published():
    try:
        folder = install.packages()
    except install.Unavailable as error:
        pytest.skip(str(error))
    return build_schema((folder / "@octokit/graphql-schema/schema.graphql").read_text(), assume_valid=True)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_field_is_one_that_github_has(published, name):
    found = published.get_type(name)
    assert isinstance(found, GraphQLObjectType)
    assert set(TYPES[name]) - set(found.fields) == set()


@pytest.mark.parametrize("name", sorted(INTERFACES))
def test_every_member_of_an_interface_is_one_at_github(published, name):
    found = published.get_type(name)
    assert isinstance(found, GraphQLInterfaceType | GraphQLUnionType)
    members = {each.name for each in published.get_possible_types(found)}
    assert INTERFACES[name] == members & set(TYPES)


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_what_these_tests_ask_could_be_asked_of_github(published, path):
    assert [error.message for error in validate(published, parse(path.read_text()))] == []
