import pytest
from pydantic import ValidationError

from bot.core.rules.entries import ClassChange, ClassEntry, RuleEntry, RuleFile, Sample


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"threshold": 0}, id="a threshold of nothing"),
        pytest.param({"threshold": 101}, id="a threshold out of reach"),
        pytest.param({"severity": "S5"}, id="an unknown severity"),
        pytest.param({"owners": ["a b"]}, id="a login that none can be"),
        pytest.param({"owners": ["-ann"]}, id="a login that begins with a hyphen"),
        pytest.param({"owners": ["_ann"]}, id="a login that begins with an underscore"),
        pytest.param({"owners": ["x" * 40]}, id="a login that is too long"),
        pytest.param({"owners": ["ann\n"]}, id="a login with a line end"),
        pytest.param({"owners": ["x"] * 11}, id="eleven people"),
        pytest.param({"owners": ["o/x"] * 51}, id="fifty-one owners"),
        pytest.param({"rotate": "daily"}, id="an unknown rotation"),
        pytest.param({"acceptance": {"days": 0}}, id="no days of quiet"),
        pytest.param({"acceptance": {"evidence": "L6"}}, id="an unknown level of evidence"),
        pytest.param({"validation": {"also": ["prayer"]}}, id="an unknown proof"),
        pytest.param({"sla": 0}, id="a fix at once"),
        pytest.param({"color": "fff"}, id="a short colour"),
        pytest.param({"title": " "}, id="a blank title"),
        pytest.param({"labels": ["a,b"]}, id="a label with a comma"),
        pytest.param({"labels": [""]}, id="a label without a name"),
        pytest.param({"labels": ["a\nb"]}, id="a label over two lines"),
        pytest.param({"labels": ["x" * 51]}, id="a label that is too long"),
        pytest.param({"owner": ["ann"]}, id="an unknown key"),
    ],
)
def test_a_repository_cannot_ask_for(change):
    with pytest.raises(ValidationError):
        ClassChange.model_validate(change)


@pytest.mark.parametrize("read", [ClassChange.model_validate, lambda entry: ClassEntry(id="a", title="A", **entry)])
def test_ten_people_are_taken_and_no_more_beside_teams_and_code_owners(read):
    people = [f"p{n}" for n in range(11)]
    assert len(read({"owners": [*people[:10], "octo/core", "codeowners"]}).owners) == 12
    assert len(read({"owners": people[:10]}).owners) == 10
    with pytest.raises(
        ValidationError, match="11 people, but GitHub assigns at most 10 - name a team, or rotate: weekly"
    ):
        read({"owners": people})


@pytest.mark.parametrize("login", ["ann", "@ann", "a", "ann-lee", "ann_octocorp", "@a_b", "x" * 39, "octo/core_team"])
def test_an_owner_may_be(login):
    assert ClassChange(owners=(login,)).owners == (login,)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("id", "Crash", id="an id in capitals"),
        pytest.param("id", "a b", id="an id with a space"),
        pytest.param("id", "", id="no id"),
        pytest.param("id", "a" * 61, id="a long id"),
        pytest.param("id", "a\n", id="an id with a line end"),
        pytest.param("color", "red", id="a colour by its name"),
        pytest.param("color", "#ff0000", id="a colour with its sign"),
        pytest.param("priority", 101, id="a priority out of range"),
        pytest.param("title", "", id="no title"),
        pytest.param("description", "x" * 1001, id="a long description"),
        pytest.param("defect", "no", id="a text for a truth value"),
        pytest.param("defect", 0, id="a number for a truth value"),
    ],
)
def test_a_class_is_refused_that_says(field, value):
    with pytest.raises(ValidationError):
        ClassEntry.model_validate({"id": "crash", "title": "Crash", field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("score", 21, id="a score over twenty"),
        pytest.param("score", -21, id="a score below minus twenty"),
        pytest.param("status", "beta", id="an unknown status"),
        pytest.param("group", "A", id="a group in capitals"),
        pytest.param("tests", {"match": ["a"]}, id="half of the samples"),
        pytest.param("tests", {"match": [], "no-match": ["a"]}, id="no samples"),
        pytest.param("tests", {"match": [""], "no-match": ["a"]}, id="an empty sample"),
        pytest.param("tests", None, id="nothing for its samples"),
        pytest.param("tests", {"match": [{"labels": ["x"]}], "no-match": ["a"]}, id="a sample without a text"),
        pytest.param("tests", {"match": [{"text": "a", "author": "x"}], "no-match": ["a"]}, id="more in a sample"),
        pytest.param("tests", {"match": [["a"]], "no-match": ["a"]}, id="a list for a sample"),
    ],
)
def test_a_rule_is_refused_that_says(field, value):
    good = {"id": "a", "class": "b", "when": {"regex": "c"}, "tests": {"match": ["a"], "no-match": ["b"]}}
    RuleEntry.model_validate(good)
    with pytest.raises(ValidationError):
        RuleEntry.model_validate(good | {field: value})


def test_a_sample_is_a_text_or_says_more():
    assert Sample.model_validate("a\nb") == Sample(text="a\nb")
    more = {"text": "a", "labels": ["x"], "association": "NONE", "author-comments": "b", "maintainer-comments": "c"}
    assert Sample.model_validate(more).model_dump(by_alias=True) == more | {"labels": ("x",)}


def test_a_rule_file_has_its_version():
    assert RuleFile(version=1) == RuleFile.model_validate({"version": 1})
    with pytest.raises(ValidationError):
        RuleFile.model_validate({"version": 2})
