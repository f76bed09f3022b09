import pytest
from pydantic import TypeAdapter, ValidationError

from bot.core.rules.conditions import MAX_PATTERN, All, AnyOf, Node, Not, Regex, Word, leaves

NODE = TypeAdapter(Node)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param({"word": "crash"}, Word(word=("crash",)), id="one word"),
        pytest.param({"word": ["crash", "panic"]}, Word(word=("crash", "panic")), id="several words"),
        pytest.param({"word": "crash", "in": "title"}, Word(word=("crash",), where="title"), id="a word in the title"),
        pytest.param({"regex": "a+"}, Regex(regex=("a+",)), id="one pattern"),
        pytest.param({"regex": ["a+"], "in": "body"}, Regex(regex=("a+",), where="body"), id="a pattern in the body"),
        pytest.param({"all": [{"word": "a"}]}, All(all=(Word(word=("a",)),)), id="all of one"),
        pytest.param({"any": [{"word": "a"}]}, AnyOf(any=(Word(word=("a",)),)), id="any of one"),
        pytest.param({"not": {"word": "a"}}, Not(not_=Word(word=("a",))), id="not"),
        pytest.param(
            {"not": {"any": [{"all": [{"not": {"regex": "x"}}]}]}},
            Not(not_=AnyOf(any=(All(all=(Not(not_=Regex(regex=("x",))),)),))),
            id="trees in trees",
        ),
    ],
)
def test_a_condition_is_read_as_it_is_meant(written, meant):
    assert NODE.validate_python(written) == meant


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
    ],
)
def test_a_condition_has_exactly_one_operator(written):
    with pytest.raises(ValidationError, match="needs exactly one of all, any, not, word, regex") as caught:
        NODE.validate_python(written)
    assert caught.value.error_count() == 1


@pytest.mark.parametrize(
    "written",
    [
        pytest.param({"word": []}, id="no words"),
        pytest.param({"word": ""}, id="an empty word"),
        pytest.param({"word": "a" * (MAX_PATTERN + 1)}, id="an endless word"),
        pytest.param({"word": " "}, id="a blank word"),
        pytest.param({"word": "\t\n\u00a0\u3000"}, id="a word of white space of every kind"),
        pytest.param({"word": ["crash", " "]}, id="a blank word among others"),
        pytest.param({"word": ["a"] * 101}, id="too many words"),
        pytest.param({"word": 404}, id="a number for a word"),
        pytest.param({"regex": None}, id="no pattern"),
        pytest.param({"all": []}, id="all of nothing"),
        pytest.param({"any": [{"word": "a"}] * 51}, id="any of too many"),
        pytest.param({"word": "a", "in": "comments"}, id="an unknown place"),
        pytest.param({"word": "a", "flags": "i"}, id="an unknown key"),
        pytest.param({"not": [{"word": "a"}]}, id="not of a list"),
    ],
)
def test_a_condition_is_refused_that_says(written):
    with pytest.raises(ValidationError):
        NODE.validate_python(written)


def test_the_leaves_stand_in_the_order_in_which_they_are_written():
    node = NODE.validate_python(
        {"all": [{"word": "a"}, {"not": {"any": [{"regex": "b"}, {"word": "c"}]}}, {"regex": "d"}]}
    )
    assert [leaf.word if isinstance(leaf, Word) else leaf.regex for leaf in leaves(node)] == [
        ("a",),
        ("b",),
        ("c",),
        ("d",),
    ]
