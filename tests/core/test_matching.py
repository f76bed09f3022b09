import pytest

from bot.core.document.segments import read_document
from bot.core.rules.classify import NEAR, classify, speaking
from bot.core.rules.engine import Span
from bot.core.rules.entries import RuleFile
from bot.core.rules.ruleset import compile_ruleset

TRACE = "Traceback (most recent call last):\n  File \"/app/acme/io.py\", line 3, in read\n    x\nKeyError: 'id'\n"
BODY = f"""\
It fails with acme 2.4.1, see `load()`.

> you said so

### Steps to reproduce

open the *report*

```python
import acme
```

{TRACE}"""
VALUES = {"labels": ("Kind: Bug", "p1"), "author.association": ("FIRST_TIMER",)}
COMMENTS = {"comments.author": "It is gone", "comments.maintainer": "Cannot reproduce\nwith main"}


@pytest.fixture
def holds(ruleset):
    """Whether a condition holds for an issue."""

    def judge(when, title="", body="", **different):
        compiled = ruleset({"a": {}}, {"r": {"class": "a", "when": when}})
        return bool(speaking(read_document(title, body, **different), compiled))

    return judge


@pytest.fixture
def holds_there(holds):
    """Whether a condition holds for an issue that has something in every field."""
    return lambda when: holds(when, "Reading fails", BODY, values=VALUES, comments=COMMENTS)


@pytest.mark.parametrize(
    ("when", "title", "body", "expected"),
    [
        pytest.param({"regex": "x"}, "x", "", True, id="anywhere: in the title"),
        pytest.param({"regex": "x"}, "", "x", True, id="anywhere: in the body"),
        pytest.param({"regex": "x", "in": "title"}, "", "x", False, id="in the title only"),
        pytest.param({"regex": "x", "in": "body"}, "x", "", False, id="in the body only"),
        pytest.param({"regex": "x\\sy"}, "x", "y", False, id="a phrase does not run from title to body"),
        pytest.param({"word": "x y"}, "", "x\n\ny", True, id="a phrase runs over paragraphs"),
        pytest.param({"word": "x y"}, "", "x\n\n```\ny\n```", False, id="a phrase does not run into code"),
        pytest.param({"word": "x y"}, "", "x\n\n> y", False, id="a phrase does not run into a quotation"),
        pytest.param({"regex": "^y"}, "x", "y", True, id="the body has its own beginning"),
        pytest.param({"regex": "(?m)^y$"}, "", "x\ny\nz", True, id="lines have theirs when asked"),
        pytest.param({"regex": "X"}, "x", "", False, id="a pattern has its case"),
        pytest.param({"all": [{"regex": "x"}, {"regex": "y"}]}, "x", "y", True, id="all, here and there"),
        pytest.param({"all": [{"regex": "x"}, {"regex": "y"}]}, "x", "x", False, id="all but one"),
        pytest.param({"any": [{"regex": "x"}, {"regex": "y"}]}, "y", "", True, id="any"),
        pytest.param({"any": [{"regex": "x"}, {"regex": "y"}]}, "z", "", False, id="none of any"),
        pytest.param({"not": {"regex": "x"}}, "y", "", True, id="not there"),
        pytest.param({"not": {"regex": "x"}}, "y", "x", False, id="there after all"),
        pytest.param({"not": {"not": {"regex": "x"}}}, "x", "", True, id="not not"),
        pytest.param(
            {"all": [{"regex": "x"}, {"not": {"regex": "y", "in": "title"}}]}, "x", "y", True, id="but not in the title"
        ),
        pytest.param(
            {"any": [{"all": [{"regex": "x"}, {"regex": "y"}]}, {"regex": "z"}]}, "x", "", False, id="trees in trees"
        ),
        pytest.param({"regex": ["p", "q"], "in": "any"}, "q", "", True, id="any of several patterns"),
        pytest.param({"contains": "rash"}, "CRASHED", "", True, id="a part of a word in any case"),
        pytest.param({"contains": ["q", "größe"]}, "ÜBERGRÖßEN", "", True, id="a part of another script"),
        pytest.param({"contains": "a b"}, "xa \t by", "", True, id="a part across white space"),
        pytest.param({"contains": "a.b"}, "axb", "", False, id="a sign of a part is itself"),
        pytest.param({"word": "rash"}, "CRASHED", "", False, id="a part is no word"),
    ],
)
def test_a_condition_holds(holds, when, title, body, expected):
    assert holds(when, title, body) is expected


THREE = [{"word": "x"}, {"word": "y"}, {"not": {"word": "z"}}]


@pytest.mark.parametrize(
    ("count", "title", "expected"),
    [
        (1, "z", False),
        (1, "", True),
        (2, "", False),
        (2, "x", True),
        (2, "x y z", True),
        (2, "x z", False),
        (3, "x y", True),
        (3, "x y z", False),
    ],
)
def test_at_least_so_many_hold(holds, count, title, expected):
    assert holds({"at_least": {"count": count, "of": THREE}}, title) is expected


def test_more_than_there_are_never_hold(holds):
    assert not holds({"at_least": {"count": 4, "of": THREE}}, "x y")


def test_a_condition_that_is_written_twice_counts_twice(holds):
    assert holds({"at_least": {"count": 2, "of": [{"word": "x"}, {"word": "x"}]}}, "x")


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param({"word": "fails", "in": "title"}, True, id="the title"),
        pytest.param({"word": "acme", "in": "title"}, False, id="not the title"),
        pytest.param({"word": "fails with", "in": "prose"}, True, id="prose"),
        pytest.param({"word": "import", "in": "prose"}, False, id="no code in prose"),
        pytest.param({"word": "report", "in": "prose"}, True, id="prose without its signs"),
        pytest.param({"word": "import", "in": "code"}, True, id="code"),
        pytest.param({"word": "KeyError", "in": "code"}, False, id="no trace in code"),
        pytest.param({"word": "KeyError", "in": "trace"}, True, id="a trace"),
        pytest.param({"word": "you said", "in": "quote"}, True, id="a quotation"),
        pytest.param({"word": "you said", "in": "prose"}, False, id="no quotation in prose"),
        pytest.param({"word": "steps", "in": "headings"}, True, id="a heading"),
        pytest.param({"word": "steps", "in": "body"}, True, id="a heading is of the body"),
        pytest.param({"word": "reading", "in": "body"}, False, id="the title is not"),
        pytest.param({"word": "import", "in": "any"}, True, id="any has the code"),
        pytest.param({"word": "p1", "in": "any"}, False, id="any has no labels"),
        pytest.param({"word": "gone", "in": "any"}, False, id="any has no comments"),
        pytest.param({"word": "report", "in": "form.Steps to Reproduce"}, True, id="a section"),
        pytest.param({"word": "fails", "in": "form.steps to reproduce"}, False, id="not of a section"),
        pytest.param({"exists": True, "in": "form.expected"}, False, id="a section that there is not"),
        pytest.param({"word": "gone", "in": "comments.author"}, True, id="what the author said"),
        pytest.param({"word": "main", "in": "comments.maintainer"}, True, id="what a maintainer said"),
        pytest.param({"word": "gone", "in": "comments.maintainer"}, False, id="not what a maintainer said"),
        pytest.param({"word": "import", "in": ["title", "code"]}, True, id="one of two fields"),
        pytest.param({"word": "import", "in": ["title", "prose"]}, False, id="none of two fields"),
        pytest.param({"is": "kind bug", "in": "labels"}, True, id="a label, normalised"),
        pytest.param({"is": ["p0", "P1"], "in": "labels"}, True, id="one of two labels"),
        pytest.param({"is": "bug", "in": "labels"}, False, id="half a label"),
        pytest.param({"word": "bug", "in": "labels"}, True, id="a word of a label"),
        pytest.param({"is": ["first_timer", "none"], "in": "author.association"}, True, id="who the author is"),
        pytest.param({"is": "KeyError", "in": "trace.exception"}, True, id="an exception"),
        pytest.param({"is": "reading FAILS", "in": "title"}, True, id="the whole title"),
        pytest.param({"is": "reading", "in": "title"}, False, id="not a part of the title"),
        pytest.param({"is": "p1"}, False, id="a label is not anywhere"),
        pytest.param({"word": "id", "in": "trace.message"}, True, id="the message of an exception"),
        pytest.param({"is": "read", "in": "trace.frame"}, True, id="a function"),
        pytest.param({"glob": "**/acme/*.py", "in": "paths"}, True, id="a path"),
        pytest.param({"glob": "*.py", "in": "paths"}, False, id="a path in a folder is more than a name"),
        pytest.param({"glob": ["*.rb", "**/io.*"], "in": ["labels", "paths"]}, True, id="one of two globs and fields"),
        pytest.param({"version": ">=2.4 <3"}, True, id="a version of the text"),
        pytest.param({"version": "<2"}, False, id="another version"),
        pytest.param({"version": ">0", "in": "labels"}, False, id="no version among labels"),
        pytest.param({"exists": True, "in": "trace"}, True, id="there is a trace"),
        pytest.param({"exists": False, "in": "trace"}, False, id="there is no trace"),
        pytest.param({"exists": False, "in": "error_codes"}, True, id="there are no codes"),
        pytest.param({"exists": True, "in": ["error_codes", "versions"]}, True, id="there is one or the other"),
        pytest.param({"exists": False, "in": ["error_codes", "versions"]}, False, id="there is neither"),
    ],
)
def test_a_field_is_asked(holds_there, when, expected):
    assert holds_there(when) is expected


@pytest.mark.parametrize("field", ["title", "prose", "labels", "paths", "comments.author", "form.x", "trace.top"])
def test_an_empty_issue_has_nothing_in(holds, field):
    assert holds({"exists": False, "in": field})
    assert not holds({"exists": True, "in": field})


def test_white_space_is_nothing(holds):
    assert holds({"exists": False}, " \t", "\n\n  \n")


NEAR_BY = {"near": [["data", "rows"], ["lost", "gone for good"]]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("data lost", True, id="side by side"),
        pytest.param("lost my data", True, id="in the other order"),
        pytest.param("DATA is LOST", True, id="in any case"),
        pytest.param("rows are gone  for good", True, id="a phrase"),
        pytest.param("data", False, id="only the first"),
        pytest.param("lost", False, id="only the second"),
        pytest.param("data rows", False, id="two of the first"),
        pytest.param("database lost", False, id="a part of a word"),
        pytest.param("data" + " " * NEAR + "lost", True, id="60 characters apart"),
        pytest.param("data" + " " * (NEAR + 1) + "lost", False, id="61 characters apart"),
        pytest.param(
            "lost" + "é" * 1 + "," + "." * (NEAR - 2) + "data", False, id="a letter at the word makes it another"
        ),
        pytest.param("lost," + "é" * (NEAR - 2) + " data", True, id="60 characters of two bytes apart"),
        pytest.param("lost," + "é" * (NEAR - 1) + " data", False, id="61 characters of two bytes apart"),
        pytest.param("data\nlost", False, id="on two lines"),
        pytest.param("lost\ndata", False, id="on two lines, in the other order"),
        pytest.param("data\nlost data", True, id="on the second line"),
        pytest.param("data " + "x " * 40 + "data lost", True, id="the nearer of two"),
        pytest.param("lost " + "x " * 40 + "data " + "x " * 40 + "lost data", True, id="far, far, and near at last"),
    ],
)
def test_words_are_near_each_other(holds, text, expected):
    assert holds({**NEAR_BY, "in": "prose"}, "", text) is expected


def test_words_in_two_fields_are_not_near_each_other(holds):
    assert not holds(NEAR_BY, "data", "lost")
    assert not holds(NEAR_BY, "", "data\n\n```\nlost\n```")


def test_words_over_each_other_are_not_near_each_other(holds):
    assert not holds({"near": ["data loss", "loss of"]}, "data loss of")
    assert not holds({"near": ["data", "data"]}, "data")
    assert holds({"near": ["data", "data"]}, "data data")


def test_a_finding_of_words_near_each_other_shows_both(ruleset):
    rules = ruleset({"a": {}}, {"r": {"class": "a", "when": NEAR_BY}})
    (finding,) = classify(read_document("", "**é** we lost all\xa0the rows"), rules).findings
    assert (finding.where, finding.span) == ("prose", Span(9, 26, "lost all\xa0the rows"))


@pytest.fixture
def speaks(rule_file):
    """The rules of two files that speak on a title; each file with its own vocabularies."""

    def judge(title, first, second, when):
        source, file = rule_file({"a": {}}, {"r": {"class": "a", "when": when}})
        files = [
            (source, RuleFile.model_validate({"version": 1, "vocab": first})),
            (source, file.model_copy(update={"vocab": RuleFile.model_validate({"version": 1, "vocab": second}).vocab})),
        ]
        return bool(speaking(read_document(title, ""), compile_ruleset(files)))

    return judge


@pytest.mark.parametrize(
    ("title", "first", "second", "names", "expected"),
    [
        pytest.param("oracle", {}, {"db": ["oracle"]}, "db", True, id="of its own file"),
        pytest.param("Big  Query", {}, {"db": ["big query"]}, "db", True, id="a phrase, in any case"),
        pytest.param("oracles", {}, {"db": ["oracle"]}, "db", False, id="whole words only"),
        pytest.param("oracle", {"db": ["oracle"]}, {}, "db", True, id="of an earlier file"),
        pytest.param("oracle", {"db": ["oracle"]}, {"db": "mysql"}, "db", False, id="that a later file replaces"),
        pytest.param("mysql", {"db": ["oracle"]}, {"db": "mysql"}, "db", True, id="that a later file brings"),
        pytest.param("ruby", {"db": ["oracle"]}, {"lang": ["ruby"]}, ["db", "lang"], True, id="one of two"),
    ],
)
def test_a_word_of_a_vocabulary_is_found(speaks, title, first, second, names, expected):
    assert speaks(title, first, second, {"vocab": names}) is expected


def test_a_vocabulary_is_looked_for_in_its_field(speaks):
    assert not speaks("oracle", {}, {"db": "oracle"}, {"vocab": "db", "in": "body"})
