"""Every GraphQL document against the schema that GitHub publishes; nothing is sent anywhere."""

from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    IntValueNode,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    validate,
    visit,
)

from bot.github.client import operations

QUERIES = Path(__file__).parents[2] / "bot" / "github" / "queries"
DOCUMENTS = sorted(QUERIES.glob("*.graphql"))
by_file = pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])


def problems(schema: GraphQLSchema, text: str) -> list[str]:
    return [error.message for error in validate(schema, parse(text))]


@by_file
def test_every_document_is_valid_in_githubs_published_schema(path, schema):
    assert problems(schema, path.read_text()) == []


@by_file
def test_no_document_uses_a_field_that_github_deprecates(path, schema):
    found = validate(schema, parse(path.read_text()), [NoDeprecatedCustomRule])
    assert [error.message for error in found] == []


@by_file
def test_every_list_is_asked_for_in_pages_of_1_to_100(path, schema):
    """GitHub refuses others, which its schema does not say (docs: graphql, node limit)."""
    assert unpaged(schema, path.read_text()) == []


def test_a_field_that_github_does_not_have_is_reported(schema):
    text = (QUERIES / "user.graphql").read_text()
    wrong = text.replace("login\n", "nickname\n")
    assert wrong != text
    (problem,) = problems(schema, wrong)
    assert problem.startswith("Cannot query field 'nickname' on type 'User'.")


def test_an_argument_of_the_wrong_type_is_reported(schema):
    found = problems(schema, 'query Q { repository(owner: "acme", name: 1) { id } }')
    assert found == ["String cannot represent a non string value: 1"]


def test_a_deprecated_field_is_reported(schema):
    text = 'query Q { repository(owner: "a", name: "b") { issue(number: 1) { timeline(first: 1) { totalCount } } } }'
    assert "deprecated" in validate(schema, parse(text), [NoDeprecatedCustomRule])[0].message


def test_a_list_without_a_page_size_is_reported(schema):
    text = 'query Q { repository(owner: "a", name: "b") { labels { totalCount } issues(first: 101) { totalCount } } }'
    assert unpaged(schema, text) == ["labels", "issues"]


def test_what_the_bot_sends_is_what_was_validated():
    validated = {
        definition.name.value
        for path in DOCUMENTS
        for definition in parse(path.read_text()).definitions
        if isinstance(definition, OperationDefinitionNode) and definition.name
    }
    assert set(operations()) == validated


def unpaged(schema: GraphQLSchema, text: str) -> list[str]:
    """Connections without `first` or `last` of 1 to 100."""
    types, found = TypeInfo(schema), []

    class Pages(Visitor):
        def enter_field(self, node: FieldNode, *_args: object) -> None:
            kind = get_named_type(types.get_type())
            sizes = [each.value for each in node.arguments or () if each.name.value in {"first", "last"}]
            is_paged = any(isinstance(size, IntValueNode) and 1 <= int(size.value) <= 100 for size in sizes)
            if kind and kind.name.endswith("Connection") and not is_paged:
                found.append(node.name.value)

    visit(parse(text), TypeInfoVisitor(types, Pages()))
    return found
