import pytest
from pydantic import TypeAdapter, ValidationError

from bot.core.rules.conditions import (
    MAX_PATTERN,
    OPERATORS,
    TREES,
    All,
    AnyOf,
    AtLeast,
    Contains,
    Count,
    Exists,
    Glob,
    Is,
    Near,
    Node,
    Not,
    Regex,
    Version,
    Vocab,
    Word,
    holds_without,
    leaves,
)

NODE = TypeAdapter(Node)
A, B = Word(word=("a",)), Word(word=("b",))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param({"word": "crash"}, Word(word=("crash",)), id="one word"),
        pytest.param({"word": ["crash", "panic"]}, Word(word=("crash", "panic")), id="several words"),
        pytest.param({"word": "a", "in": "title"}, Word(word=("a",), where=("title",)), id="a word in the title"),
        pytest.param(
            {"word": "a", "in": ["prose", "form.Steps"]},
            Word(word=("a",), where=("prose", "form.steps")),
            id="a word in several fields",
        ),
        pytest.param({"contains": "é"}, Contains(contains=("é",)), id="a part of a word"),
        pytest.param({"near": [["a", "b"], ["c"]]}, Near(near=(("a", "b"), ("c",))), id="words near each other"),
        pytest.param({"near": ["a", "b"]}, Near(near=(("a",), ("b",))), id="two words near each other"),
        pytest.param({"vocab": "db.names"}, Vocab(vocab=("db.names",)), id="a vocabulary"),
        pytest.param({"vocab": ["a", "b_c"]}, Vocab(vocab=("a", "b_c")), id="vocabularies"),
        pytest.param({"regex": "a+"}, Regex(regex=("a+",)), id="one pattern"),
        pytest.param(
            {"regex": ["a+"], "in": "body"}, Regex(regex=("a+",), where=("body",)), id="a pattern in the body"
        ),
        pytest.param({"is": "bug", "in": "labels"}, Is(is_=("bug",), where=("labels",)), id="a value"),
        pytest.param({"glob": "src/**", "in": "paths"}, Glob(glob=("src/**",), where=("paths",)), id="a glob"),
        pytest.param({"version": ">=2"}, Version(version=">=2", where=("versions",)), id="a range of versions"),
        pytest.param(
            {"version": "<3", "in": "form.version"},
            Version(version="<3", where=("form.version",)),
            id="a range elsewhere",
        ),
        pytest.param({"exists": False, "in": "trace"}, Exists(exists=False, where=("trace",)), id="nothing there"),
        pytest.param({"all": [{"word": "a"}]}, All(all=(A,)), id="all of one"),
        pytest.param({"any": [{"word": "a"}]}, AnyOf(any=(A,)), id="any of one"),
        pytest.param({"not": {"word": "a"}}, Not(not_=A), id="not"),
        pytest.param(
            {"at_least": {"count": 2, "of": [{"word": "a"}, {"word": "b"}]}},
            AtLeast(at_least=Count(count=2, of=(A, B))),
            id="at least two of",
        ),
        pytest.param(
            {"not": {"any": [{"all": [{"not": {"regex": "x"}}]}]}},
            Not(not_=AnyOf(any=(All(all=(Not(not_=Regex(regex=("x",))),)),))),
            id="trees in trees",
        ),
    ],
)
def test_a_condition_is_read_as_it_is_meant(written, meant):
    assert NODE.validate_python(written) == meant
    assert NODE.validate_python(meant) is meant


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(None, id="nothing"),
        pytest.param("crash", id="a bare text"),
        pytest.param([], id="a list"),
        pytest.param({}, id="no operator"),
        pytest.param({"in": "title"}, id="a place without an operator"),
        pytest.param({"word": "a", "regex": "b"}, id="two operators"),
        pytest.param({"all": [{"word": "a"}], "not": {"word": "b"}}, id="two trees"),
        pytest.param({"word": "a", "not": {"word": "b"}}, id="an operator and a tree"),
        pytest.param({"words": "a"}, id="an operator with a slip"),
    ],
)
def test_a_condition_has_exactly_one_operator(written):
    every = "all, any, not, at_least, word, contains, near, vocab, regex, is, glob, version, exists"
    with pytest.raises(ValidationError, match=f"needs exactly one of {every} - for example word: crash") as caught:
        NODE.validate_python(written)
    assert caught.value.error_count() == 1


def test_there_are_four_trees_and_nine_operators():
    assert (len(TREES), len(OPERATORS)) == (4, 9)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param({"word": []}, id="no words"),
        pytest.param({"word": ""}, id="an empty word"),
        pytest.param({"word": "a" * (MAX_PATTERN + 1)}, id="an endless word"),
        pytest.param({"word": " "}, id="a blank word"),
        pytest.param({"word": "\t\n\u00a0\u3000"}, id="a word of white space of every kind"),
        pytest.param({"word": ["crash", " "]}, id="a blank word among others"),
        pytest.param({"contains": " "}, id="a blank text"),
        pytest.param({"word": ["a"] * 101}, id="too many words"),
        pytest.param({"word": 404}, id="a number for a word"),
        pytest.param({"near": ["a"]}, id="one group"),
        pytest.param({"near": ["a", "b", "c"]}, id="three groups"),
        pytest.param({"near": "ab"}, id="a text for two groups"),
        pytest.param({"near": [["a"], []]}, id="an empty group"),
        pytest.param({"vocab": "A b"}, id="a vocabulary of no possible name"),
        pytest.param({"regex": None}, id="no pattern"),
        pytest.param({"version": "2.0"}, id="a version for a range"),
        pytest.param({"version": ""}, id="no range"),
        pytest.param({"version": ">=" + "1" * 99}, id="an endless range"),
        pytest.param({"exists": "no", "in": "trace"}, id="a text for a truth value"),
        pytest.param({"exists": 0, "in": "trace"}, id="a number for a truth value"),
        pytest.param({"all": []}, id="all of nothing"),
        pytest.param({"any": [{"word": "a"}] * 51}, id="any of too many"),
        pytest.param({"at_least": {"count": 0, "of": [{"word": "a"}]}}, id="at least none"),
        pytest.param({"at_least": {"count": 51, "of": [{"word": "a"}]}}, id="at least too many"),
        pytest.param({"at_least": {"count": 1, "of": []}}, id="at least one of nothing"),
        pytest.param({"at_least": [{"word": "a"}]}, id="at least, without a number"),
        pytest.param({"word": "a", "in": "comments"}, id="an unknown place"),
        pytest.param({"word": "a", "in": []}, id="no place"),
        pytest.param({"word": "a", "in": ["title"] * 21}, id="too many places"),
        pytest.param({"word": "a", "flags": "i"}, id="an unknown key"),
        pytest.param({"not": [{"word": "a"}]}, id="not of a list"),
    ],
)
def test_a_condition_is_refused_that_says(written):
    with pytest.raises(ValidationError):
        NODE.validate_python(written)


def test_the_leaves_stand_in_the_order_in_which_they_are_written():
    written = {
        "all": [
            {"word": "a"},
            {"not": {"any": [{"word": "b"}, {"word": "c"}]}},
            {"at_least": {"count": 1, "of": [{"word": "d"}, {"word": "e"}]}},
            {"word": "f"},
        ]
    }
    assert [leaf.word for leaf in leaves(NODE.validate_python(written))] == [(letter,) for letter in "abcdef"]


TEXT, VALUE, ABSENT = {"word": "a"}, {"is": "bug", "in": "labels"}, {"not": {"word": "a"}}


@pytest.mark.parametrize(
    ("written", "may"),
    [
        *(
            pytest.param({operator: given}, False, id=f"a {operator}")
            for operator, given in {
                "word": "a",
                "contains": "a",
                "near": ["a", "b"],
                "vocab": "a",
                "regex": "a",
            }.items()
        ),
        pytest.param(VALUE, True, id="a value"),
        pytest.param({"glob": "*", "in": "paths"}, True, id="a glob"),
        pytest.param({"version": ">1"}, True, id="a version"),
        pytest.param({"exists": True, "in": "trace"}, True, id="that something is there"),
        pytest.param(ABSENT, True, id="that a word is not there"),
        pytest.param({"all": [VALUE, TEXT]}, False, id="all, with a text among them"),
        pytest.param({"all": [VALUE, ABSENT]}, True, id="all, without a text"),
        pytest.param({"any": [VALUE, TEXT]}, True, id="any, with a value among them"),
        pytest.param({"any": [TEXT, TEXT]}, False, id="any of texts"),
        pytest.param({"at_least": {"count": 2, "of": [VALUE, TEXT, TEXT]}}, False, id="two, of one value"),
        pytest.param({"at_least": {"count": 2, "of": [VALUE, TEXT, ABSENT]}}, True, id="two, of two values"),
    ],
)
def test_without_a_match_there_may_hold(written, may):
    """Such a rule is looked at for every issue; a mistake here would silence it."""
    assert holds_without(NODE.validate_python(written)) is may
