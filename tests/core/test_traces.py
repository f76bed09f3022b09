import pytest

from bot.core.document.model import Frame, Trace
from bot.core.document.segments import read_document
from tests.core.pasted import (
    FIREFOX,
    GO,
    GROUP,
    JAVA,
    KOTLIN,
    NEW_RUBY,
    NODE,
    NOTEBOOK,
    OLD_NOTEBOOK,
    OLD_RUST,
    PHP,
    PYTEST,
    PYTEST_LONG,
    PYTHON,
    RAILS,
    RUBY,
    RUST,
    SHARP,
    TWICE_CAUSED,
)

TRACES = {
    "python": (
        PYTHON,
        Trace(
            "python",
            "shop.errors.BadOrder",
            "x: y",
            (Frame("shop.run", "main", "shop/run.py", 9), Frame("app", "<module>", "app.py", 3)),
            ("KeyError",),
        ),
    ),
    "notebook": (
        NOTEBOOK,
        Trace(
            "python", "KeyError", "'a'", (Frame("shop", "read", "~/lib/shop.py", 33), Frame("", "", "Cell In[3]", 2))
        ),
    ),
    "old notebook": (
        OLD_NOTEBOOK,
        Trace(
            "python",
            "ValueError",
            "2",
            (
                Frame("shop", "read", "~/lib/shop.py", 32),
                Frame("", "<module>", "<ipython-input-3-0a1b2c>", 1),
            ),
        ),
    ),
    "exception group": (
        GROUP,
        Trace("python", "ExceptionGroup", "two (2 sub-exceptions)", (Frame("g", "<module>", "g.py", 4),)),
    ),
    "syntax error": (
        '  File "x.py", line 1\n    a = = 1\n        ^\nSyntaxError: invalid syntax',
        Trace("python", "SyntaxError", "invalid syntax", (Frame("x", "", "x.py", 1),)),
    ),
    "without a message": (
        'Traceback (most recent call last):\n  File "x.py", line 1, in f\nKeyboardInterrupt',
        Trace("python", "KeyboardInterrupt", "", (Frame("x", "f", "x.py", 1),)),
    ),
    "java": (
        JAVA,
        Trace(
            "java",
            "java.lang.NullPointerException",
            "name is null",
            (
                Frame("com.acme.Name", "of", "Name.java", 7),
                Frame("java.util.List", "forEach", "List.java", 99),
                Frame("com.acme.Reader", "lambda$read$0"),
                Frame("com.acme.Main", "main", "Main.java", 3),
            ),
            ("com.acme.ReadFailed",),
        ),
    ),
    "java, twice caused": (
        TWICE_CAUSED,
        Trace(
            "java",
            "a.Root",
            "z",
            (
                Frame("a.C", "c", "C.java", 3),
                Frame("a.B", "b", "B.java", 2),
                Frame("a.M", "main", "M.java", 9),
            ),
            ("a.Outer", "a.Middle"),
        ),
    ),
    "kotlin": (
        KOTLIN,
        Trace(
            "kotlin",
            "java.lang.IllegalStateException",
            "no scope",
            (Frame("com.acme.App$run$1", "invoke", "App.kt", 12),),
        ),
    ),
    "node": (
        NODE,
        Trace(
            "javascript",
            "TypeError",
            "no",
            (
                Frame("Foo", "bar", "/srv/app/x.js", 10),
                Frame("", "Shop", "/srv/app/shop.mjs", 3),
                Frame("Promise", "all"),
                Frame("", "", "node:internal/process/task_queues", 95),
            ),
        ),
    ),
    "firefox": (
        FIREFOX,
        Trace(
            "javascript",
            "ReferenceError",
            "x is not defined",
            (Frame("", "draw", "https://shop.example/app.js", 12), Frame("", "", "https://shop.example/app.js", 20)),
        ),
    ),
    "go": (
        GO,
        Trace(
            "go",
            "panic",
            "runtime error: index out of range [5] with length 3",
            (
                Frame("main", "pick", "/home/u/app/main.go", 8),
                Frame("example.org/acme/store", "(*DB).Get", "/home/u/app/store/db.go", 17),
            ),
        ),
    ),
    "rust": (
        RUST,
        Trace(
            "rust",
            "panic",
            "called `Option::unwrap()` on a `None` value",
            (Frame("shop", "load", "./src/main.rs", 4), Frame("shop", "main", "./src/main.rs", 9)),
        ),
    ),
    "old rust": (OLD_RUST, Trace("rust", "panic", "no order", (Frame("", "", "src/lib.rs", 4),))),
    "ruby": (
        RUBY,
        Trace(
            "ruby",
            "NoMethodError",
            "undefined method `x' for nil:NilClass",
            (
                Frame("", "open", "app/reader.rb", 12),
                Frame("", "run", "app/reader.rb", 5),
                Frame("", "<main>", "bin/app.rb", 2),
            ),
        ),
    ),
    "new ruby": (
        NEW_RUBY,
        Trace(
            "ruby",
            "Acme::Missing",
            "no file",
            (Frame("Acme::Reader", "open", "app/reader.rb", 12), Frame("Acme::Reader", "run", "app/reader.rb", 5)),
        ),
    ),
    "rails": (
        RAILS,
        Trace(
            "ruby",
            "NoMethodError",
            "undefined method 'x' for nil",
            (Frame("", "name", "app/models/user.rb", 12), Frame("", "show", "app/controllers/users.rb", 3)),
        ),
    ),
    "ruby, outermost first": (
        "Traceback (most recent call last):\n\t1: from a.rb:5:in `<main>'\na.rb:2:in `run': no file (Missing)",
        Trace("ruby", "Missing", "no file", (Frame("", "run", "a.rb", 2), Frame("", "<main>", "a.rb", 5))),
    ),
    "csharp": (
        SHARP,
        Trace(
            "csharp",
            "System.InvalidOperationException",
            "no",
            (Frame("Acme.Store", "Load", "C:/src/Store.cs", 12), Frame("Acme.Program", "Main")),
            ("System.AggregateException",),
        ),
    ),
    "php": (
        PHP,
        Trace(
            "php",
            "App\\NoOrder",
            "none",
            (
                Frame("App\\Foo", "bar", "/srv/app/Foo.php", 12),
                Frame("App\\Run", "go", "/srv/app/Run.php", 5),
            ),
        ),
    ),
}


def quoted(text):
    return "\n".join(f"> {line}" for line in text.split("\n"))


@pytest.mark.parametrize(("text", "trace"), TRACES.values(), ids=TRACES)
def test_a_trace_is_read_from_a_fence(text, trace):
    document = read_document("T", f"It stops:\n\n```\n{text}\n```\nThen nothing.")
    assert document.traces == (trace,)
    assert document.texts["trace"].text.split() == text.split()
    assert document.texts["prose"].text == "It stops:\nThen nothing."
    assert document.texts["code"].text == ""


@pytest.mark.parametrize(("text", "trace"), TRACES.values(), ids=TRACES)
def test_a_trace_is_read_from_the_midst_of_words(text, trace):
    document = read_document("T", f"It stops:\n\n{text}\n\nThen nothing.")
    assert document.traces == (trace,)
    assert document.texts["prose"].text == "It stops:\nThen nothing."


@pytest.mark.parametrize(("text", "trace"), TRACES.values(), ids=TRACES)
def test_a_trace_is_read_from_a_quote(text, trace):
    document = read_document("T", f"{quoted(text)}\n\nThen nothing.")
    assert document.traces == (trace,)
    assert document.texts["quote"].text == ""


@pytest.mark.parametrize("name", ["pytest", "pytest long"])
def test_pytest_shows_the_exception_and_its_places(name):
    text = {"pytest": PYTEST, "pytest long": PYTEST_LONG}[name]
    trace = {
        "pytest": Trace(
            "python",
            "AssertionError",
            "assert 1 == 2",
            (
                Frame("shop.order", "order", "shop/order.py", 4),
                Frame("tests.test_shop", "test_order", "tests/test_shop.py", 12),
            ),
        ),
        "pytest long": Trace("python", "KeyError", "'a'", (Frame("shop.order", "", "shop/order.py", 7),)),
    }[name]
    assert read_document("T", f"```\n{text}\n```").traces == (trace,)


@pytest.mark.parametrize(
    ("body", "prose", "trace"),
    [
        pytest.param(
            "It says java.lang.Error: no\n\tat a.B.c(B.java:1)",
            "It says ",
            "java.lang.Error: no\n\tat a.B.c(B.java:1)",
            id="words before the exception",
        ),
        pytest.param(
            '12:00 INFO Traceback (most recent call last):\n  File "a.py", line 1, in b\nKeyError: 1',
            "12:00 INFO ",
            'Traceback (most recent call last):\n  File "a.py", line 1, in b\nKeyError: 1',
            id="a log before the traceback",
        ),
    ],
)
def test_a_line_is_parted_where_the_trace_begins(body, prose, trace):
    texts = read_document("T", body).texts
    assert texts["prose"].text == prose
    assert texts["trace"].text == trace


def test_a_prefix_before_every_line_is_seen_through():
    body = '```\nweb | Traceback (most recent call last):\nweb |   File "a.py", line 1, in b\nweb | KeyError: 1\n```'
    (trace,) = read_document("T", body).traces
    assert (trace.exception, trace.message) == ("KeyError", "1")


def test_traces_of_several_languages_stand_in_order():
    body = "\n\n".join(f"```\n{text}\n```" for text in (GO, PYTHON, JAVA))
    assert [each.language for each in read_document("T", body).traces] == ["go", "python", "java"]


@pytest.mark.parametrize(
    "body",
    [
        "We met at Acme.Shop() and it was nice.",
        "It fails at foo.bar when asked.",
        "#0 is the first",
        "see a.rb:12 in it",
        "the goroutine 1 [running]: is shown",
        "In [3] I wrote",
        "File a report, line by line",
        "E   is a letter",
        "mail me@example.org/x:1",
    ],
)
def test_words_are_no_trace(body):
    document = read_document("T", body)
    assert document.traces == ()
    assert document.texts["trace"].text == ""
    assert document.texts["prose"].text
