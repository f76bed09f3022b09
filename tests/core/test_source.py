import pytest

from bot.rulefiles import MAX_BYTES, read_yaml
from tests.core.conftest import problems


def data(text):
    return read_yaml("f.yml", text if isinstance(text, bytes) else text.encode()).data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("# only a comment\n", None, id="a comment"),
        pytest.param("---\n", None, id="an empty document"),
        pytest.param("null", None, id="null"),
        pytest.param("~", None, id="a tilde"),
        pytest.param("a:", {"a": None}, id="a key without a value"),
        pytest.param("true", True, id="true"),
        pytest.param("FALSE", False, id="false in capitals"),
        pytest.param("no", "no", id="no is a word"),
        pytest.param("yes", "yes", id="yes is a word"),
        pytest.param("off", "off", id="off is a word"),
        pytest.param("NO", "NO", id="Norway is a country"),
        pytest.param("tRUE", "tRUE", id="odd capitals are a word"),
        pytest.param("404", 404, id="a number"),
        pytest.param("-7", -7, id="a number below zero"),
        pytest.param("010", 10, id="no octal numbers of old"),
        pytest.param("1.10", 1.1, id="a fraction"),
        pytest.param("1e3", 1000.0, id="an exponent"),
        pytest.param(".5", 0.5, id="a fraction without a zero"),
        pytest.param("1.1.0", "1.1.0", id="a version is a word"),
        pytest.param("12:30", "12:30", id="a time is a word, and not 750"),
        pytest.param("1_000", "1_000", id="an underscore makes a word"),
        pytest.param("2026-08-17", "2026-08-17", id="a date is a word"),
        pytest.param("=", "=", id="a sign is a word"),
        pytest.param("'404'", "404", id="a quoted number is a text"),
        pytest.param('"null"', "null", id="a quoted null is a text"),
        pytest.param('""', "", id="a quoted nothing is a text"),
        pytest.param("|\n  404\n", "404\n", id="a block is a text"),
        pytest.param(">-\n  a\n  b\n", "a b", id="a folded block is a text"),
        pytest.param("404: x", {"404": "x"}, id="a key is a text"),
        pytest.param("null: x", {"null": "x"}, id="a key of null is a text"),
        pytest.param("{a: 1, }", {"a": 1}, id="a comma too many"),
        pytest.param("- a\n- [b, {c: d}]\n", ["a", ["b", {"c": "d"}]], id="lists and mappings"),
        pytest.param(b"\xef\xbb\xbfa: 1", {"a": 1}, id="a byte-order mark"),
        pytest.param("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}, id="line ends of Windows"),
        pytest.param("%YAML 1.1\n---\na: no\n", {"a": "no"}, id="whatever version the file names"),
        pytest.param("a: größe 💥", {"a": "größe 💥"}, id="any script"),
        pytest.param("- " * 12 + "x", [[[[[[[[[[[["x"]]]]]]]]]]]], id="twelve levels"),
        pytest.param("a: " + "x" * (MAX_BYTES - 3), {"a": "x" * (MAX_BYTES - 3)}, id="64 KiB"),
    ],
)
def test_yaml_is_read_as_version_1_2(text, value):
    assert data(text) == value
    assert type(data(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            b"[" * 100_000, "f.yml:1:1: 100000 bytes, more than 65536 - split the file", id="100 kB of brackets"
        ),
        pytest.param(b"a" * 10_000_000, "f.yml:1:1: 10000000 bytes, more than 65536 - split the file", id="10 MB"),
        pytest.param(
            b"#" * (MAX_BYTES + 1), "f.yml:1:1: 65537 bytes, more than 65536 - split the file", id="64 KiB and one"
        ),
        pytest.param(b"[" * MAX_BYTES, "f.yml:1:14: nested deeper than 12 - flatten it", id="64 KiB of brackets"),
        pytest.param(b"{a: " * 16_000, "f.yml:1:53: nested deeper than 12 - flatten it", id="64 KB of braces"),
        pytest.param(b"- " * 13 + b"x", "f.yml:1:27: nested deeper than 12 - flatten it", id="thirteen levels"),
        pytest.param(b"? " * 100 + b"x", "f.yml:1:3: a key must be a plain word", id="keys in keys"),
        pytest.param(
            b"[x" + b",x" * 10_000, "f.yml:1:20000: more than 10000 values - split the file", id="10,001 values"
        ),
        pytest.param(
            b"a: &x 1\nb: *x", "f.yml:1:4: anchors and aliases are not taken - write the value out", id="an anchor"
        ),
        pytest.param(
            b"&x\na: 1", "f.yml:1:1: anchors and aliases are not taken - write the value out", id="an anchored file"
        ),
        pytest.param(
            b"a: *x", "f.yml:1:4: anchors and aliases are not taken - write the value out", id="an alias of nothing"
        ),
        pytest.param(
            b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]",
            "f.yml:1:4: anchors and aliases are not taken - write the value out",
            id="a billion laughs",
        ),
        pytest.param(b"*x : 1", "f.yml:1:1: a key must be a plain word", id="an alias for a key"),
        *(
            pytest.param(text, f"f.yml:{place}: anchors and tags are not taken - write the plain key", id=sentence)
            for sentence, text, place in (
                ("an anchored key", b"&x a: 1", "1:1"),
                ("an anchored key within", b"a: {&x b: 1}", "1:5"),
                ("a key with a tag", b"!!str a: 1", "1:1"),
                ("a key with a tag that builds", b"!!python/name:os.system a: 1", "1:1"),
                ("a key with a tag of nothing", b"! a: 1", "1:1"),
                ("a question of a key with a tag", b"? !!int 3\n: x", "1:3"),
            )
        ),
        pytest.param(b"a: {<<: {b: 1}}", "f.yml:1:5: merge keys are not taken - write the keys out", id="a merge key"),
        pytest.param(
            b"a: !!python/object:os.system x",
            "f.yml:1:4: tag tag:yaml.org,2002:python/object:os.system is not taken - write the plain value",
            id="a tag that builds",
        ),
        pytest.param(b"! a", "f.yml:1:1: tag ! is not taken - write the plain value", id="a tag of nothing"),
        pytest.param(
            b"a: !!binary eA==",
            "f.yml:1:4: tag tag:yaml.org,2002:binary is not taken - write the plain value",
            id="binary",
        ),
        pytest.param(b"a: 1\nb: 2\na: 3", "f.yml:3:1: key 'a' stands twice - keep one", id="a key twice"),
        pytest.param(
            b"x: {a: 1, 'a': 3}", "f.yml:1:11: key 'a' stands twice - keep one", id="a key twice, once quoted"
        ),
        pytest.param(
            (b"k" * 400 + b": 1\n") * 2,
            f"f.yml:2:1: key '{'k' * 294}… - keep one",
            id="a long key twice, cut",
        ),
        pytest.param(
            b"!" + b"x" * 400 + b" a",
            f"f.yml:1:1: tag !{'x' * 294}… - write the plain value",
            id="a long tag, cut",
        ),
        pytest.param(b"[a]: b", "f.yml:1:1: a key must be a plain word", id="a list for a key"),
        pytest.param(
            b"a: 1\n---\nb: 2", "f.yml:2:1: a second document - keep one document in a file", id="two documents"
        ),
        pytest.param(
            b"---\n---\n", "f.yml:2:1: a second document - keep one document in a file", id="two empty documents"
        ),
        pytest.param(b"\xff", "f.yml:1:1: is not UTF-8 at byte 0", id="bytes that are not UTF-8"),
        pytest.param("ä: 1".encode("utf-16"), "f.yml:1:1: is not UTF-8 at byte 0", id="UTF-16"),
        pytest.param(b"a: \xed\xa0\x80", "f.yml:1:1: is not UTF-8 at byte 3", id="an encoded lone surrogate"),
        pytest.param(b"a: \0", "f.yml:1:1: not YAML: control characters are not allowed", id="NUL"),
        pytest.param(
            b"a: \x1b[31m", "f.yml:1:1: not YAML: control characters are not allowed", id="an escape sequence"
        ),
        pytest.param(b"a: [", "f.yml:2:1: not YAML: did not find expected node content", id="an open bracket"),
        pytest.param(
            b"a: b: c", "f.yml:1:5: not YAML: mapping values are not allowed in this context", id="two colons"
        ),
        pytest.param(b"a:\n\tb: 1", "f.yml:2:1: not YAML: found character that cannot start any token", id="a tab"),
        pytest.param(
            b"a: @ann", "f.yml:1:4: not YAML: found character that cannot start any token", id="a bare mention"
        ),
        pytest.param(
            rb'a: "\ud800"',
            "f.yml:1:7: not YAML: found invalid Unicode character escape code",
            id="an escaped surrogate",
        ),
        pytest.param(
            b"a: 1\n...\nb", "f.yml:3:1: not YAML: did not find expected <document start>", id="text after the end"
        ),
    ],
)
def test_hostile_yaml_is_refused_at_its_place(text, message):
    assert problems(read_yaml, "f.yml", text) == [message]


def test_every_value_has_a_place():
    assert read_yaml("f.yml", b"version: 1\nclasses:\n  - id: a\n    owners: [x, y]\n").places == {
        (): (1, 1),
        ("version",): (1, 1),
        ("classes",): (2, 1),
        ("classes", 0): (3, 5),
        ("classes", 0, "id"): (3, 5),
        ("classes", 0, "owners"): (4, 5),
        ("classes", 0, "owners", 0): (4, 14),
        ("classes", 0, "owners", 1): (4, 17),
    }


@pytest.mark.parametrize(
    ("text", "sha"),
    [
        pytest.param("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", id="nothing"),
        pytest.param("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a", id="a line"),
    ],
)
def test_a_file_is_named_as_git_names_it(text, sha):
    assert read_yaml("f.yml", text.encode()).sha == sha
