import json

import jsonschema
import pytest

from bot.core.lint import BadRules
from bot.core.rules.entries import RuleFile
from bot.rulefiles import check, json_schema, read_yaml
from tests.core.conftest import RULE_FILE


@pytest.mark.parametrize(("which", "key"), [("rules", "rules"), ("config", "needs-triage")])
def test_editors_get_a_schema(which, key):
    schema = json_schema(which)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert key in schema["properties"]
    assert json.loads(json.dumps(schema)) == schema


def test_a_schema_is_made_once():
    """A hostile file has a hundred problems, and each looks into the schema."""
    assert json_schema("rules")["$defs"] is json_schema("rules")["$defs"]


@pytest.mark.parametrize(
    ("old", "new", "is_taken"),
    [
        pytest.param("", "", True, id="the file as it is"),
        pytest.param("regex: Traceback", "{word: a, in: title}", True, id="one field"),
        pytest.param("regex: Traceback", "{word: [a], in: [title, form.x]}", True, id="several fields"),
        pytest.param("regex: Traceback", "{word: a, in: titel}", False, id="an unknown field"),
        pytest.param("regex: Traceback", "{word: a, in: []}", False, id="no field"),
        pytest.param("regex: Traceback", "{near: [a, [b, c]]}", True, id="words near each other"),
        pytest.param("regex: Traceback", "{all: [{not: {exists: false, in: trace}}]}", True, id="a tree"),
        pytest.param("regex: Traceback", "{word: 404}", False, id="a number for a word"),
        pytest.param('"No trace"', "{text: a, labels: [x]}", True, id="a sample that says more"),
        pytest.param('"No trace"', "{labels: [x]}", False, id="a sample without a text"),
        pytest.param('"No trace"', "''", False, id="an empty sample"),
        pytest.param('"No trace"', "404", False, id="a number for a sample"),
        pytest.param("title: Hang", "title: Hang\n    defect: no", False, id="no is a text"),
        pytest.param("title: Hang", "title: Hang\n    defect: false", True, id="false is none"),
    ],
)
def test_an_editor_and_we_agree_on(old, new, is_taken):
    source = read_yaml("f.yml", RULE_FILE.replace(old, new).encode())
    assert jsonschema.Draft202012Validator(json_schema("rules")).is_valid(source.data) is is_taken
    try:
        check(source, RuleFile)
    except BadRules:
        assert not is_taken
    else:
        assert is_taken
