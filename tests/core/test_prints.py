from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.document.model import Frame, Trace
from bot.core.document.segments import read_document
from bot.core.recurrence.places import Naming
from bot.core.recurrence.prints import MAX_IDS, MAX_PRINTS, MAX_SHOWN, checked_pattern, print_of, prints

SHOP = Naming(own=("shop",))
ACME = Naming(own=("com.acme",))
STORE = Naming(own=("example.org/acme",))
TOOL = Naming(tool_id="ACME-[0-9A-F]{8}")

# One crash, as five machines print it.
PYTHON = {
    "a server": """Traceback (most recent call last):
  File "/srv/app/start.py", line 3, in <module>
    main()
  File "/srv/venv/lib/python3.11/site-packages/shop/cart/run.py", line 9, in main
    total(order)
  File "/srv/venv/lib/python3.11/site-packages/shop/cart/price.py", line 41, in total
    return sum(table[each] for each in order)
  File "/srv/venv/lib/python3.11/site-packages/shop/cart/price.py", line 41, in <genexpr>
    return sum(table[each] for each in order)
KeyError: 'blue'""",
    "a checkout on Windows, of another version": """Traceback (most recent call last):
  File "C:\\Users\\me\\work\\shop\\cart\\run.py", line 12, in main
    total(order)
  File "C:\\Users\\me\\work\\shop\\cart\\price.py", line 44, in total
    return sum(table[each] for each in order)
  File "C:\\Users\\me\\work\\shop\\cart\\price.py", line 44, in <genexpr>
    return sum(table[each] for each in order)
KeyError: 'red'""",
    "a notebook": """KeyError                                  Traceback (most recent call last)
Cell In[3], line 1
----> 1 main()

File ~/conda/lib/python3.12/site-packages/shop/cart/run.py:9, in main()
      8 def main():
----> 9     total(order)

File ~/conda/lib/python3.12/site-packages/shop/cart/price.py:41, in total(order)
     40 def total(order):
---> 41     return sum(table[each] for each in order)

File ~/conda/lib/python3.12/site-packages/shop/cart/price.py:41, in <genexpr>(.0)
     40 def total(order):
---> 41     return sum(table[each] for each in order)

KeyError: 'green'""",
    "an event loop in a container": """Traceback (most recent call last):
  File "/usr/local/lib/python3.11/asyncio/runners.py", line 190, in run
    return runner.run(main)
  File "/app/src/shop/cart/run.py", line 9, in main
    total(order)
  File "/app/src/shop/cart/price.py", line 41, in total
    return sum(table[each] for each in order)
  File "/app/src/shop/cart/price.py", line 41, in <genexpr>
    return sum(table[each] for each in order)
KeyError: 0x7f3a""",
    "a bundle in a temporary folder": """Traceback (most recent call last):
  File "shop\\cart\\run.py", line 9, in main
  File "C:\\Temp\\_MEI40122\\shop\\cart\\price.py", line 41, in total
  File "C:\\Temp\\_MEI40122\\shop\\cart\\price.py", line 41, in <genexpr>
KeyError: 'x'""",
}
JAVA = {
    "a server": """java.lang.IllegalStateException: no price of 7
	at com.acme.Price.lambda$total$0(Price.java:41)
	at java.base/java.util.ArrayList.forEach(ArrayList.java:1511)
	at com.acme.Price.total(Price.java:40)
	at com.acme.Cart.run(Cart.java:9)""",
    "another compiler, which counts otherwise": """java.lang.IllegalStateException: no price of 8
	at com.acme.Price.lambda$total$12(Price.java:51)
	at java.util.ArrayList.forEach(ArrayList.java:1249)
	at com.acme.Price.total(Price.java:50)
	at com.acme.Cart.run(Cart.java:11)""",
    "a module and a proxy": """java.lang.IllegalStateException: no price
	at shop@2.1/com.acme.Price.total(Price.java:50)
	at com.acme.Cart$$EnhancerBySpringCGLIB$$1a2b3c.run(<generated>)
	at jdk.internal.reflect.NativeMethodAccessorImpl.invoke0(Native Method)""",
    "a log": """12:00:01 [main] ERROR x - failed
java.lang.IllegalStateException: no price
	at com.acme.Price.total(Unknown Source)
	at com.acme.Cart.run(Cart.java:9)
	at org.springframework.boot.Runner.call(Runner.java:1)""",
    "wrapped": """com.acme.Failed: cannot
	at org.junit.Run.run(Run.java:3)
Caused by: java.lang.IllegalStateException: no price
	at com.acme.Price.total(Price.java:2)
	at com.acme.Cart.run(Cart.java:9)
	... 12 more""",
}
NODE = {
    "a server": """TypeError: Cannot read properties of undefined (reading 'id')
    at Price.total (/srv/app/shop/dist/price.js:10:11)
    at Cart.run (/srv/app/shop/dist/cart.js:3:1)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)""",
    "installed, on Windows": """TypeError: Cannot read properties of undefined (reading 'id')
    at Price.total (C:\\work\\node_modules\\shop\\dist\\price.js:12:11)
    at Cart.run (C:\\work\\node_modules\\shop\\dist\\cart.js:4:1)
    at Layer.handle (C:\\work\\node_modules\\express\\lib\\layer.js:95:5)""",
    "by source maps": """TypeError: Cannot read properties of undefined (reading 'name')
    at async Price.total (file:///home/me/shop/src/price.ts:31:5)
    at async Cart.run (file:///home/me/shop/src/cart.ts:8:9)""",
    "pnpm and a helper": """TypeError: no
    at Price.total (/w/node_modules/.pnpm/shop@2.1.0/node_modules/shop/dist/price.js:10:11)
    at fulfilled (/w/node_modules/.pnpm/shop@2.1.0/node_modules/shop/dist/price.js:5:58)
    at Cart.run (/w/node_modules/.pnpm/shop@2.1.0/node_modules/shop/dist/cart.js:3:1)""",
    "firefox": """Uncaught TypeError: x is undefined
total@https://cdn.example/shop/price.3f2a1b9c.js:1:7
run@https://cdn.example/shop/cart.00ff11aa.min.js:1:2""",
}
GO = {
    "a server": """panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
example.org/acme/price.Total(...)
	/home/u/acme/price/total.go:8
example.org/acme/cart.(*Cart).Run(0xc000012345, {0x1, 0x2})
	/home/u/acme/cart/cart.go:17 +0x1d
main.main()
	/home/u/acme/main.go:5 +0x2a""",
    "a module": """panic: runtime error: index out of range [9] with length 2 [recovered]

goroutine 34 [running]:
runtime.gopanic({0x1, 0x2})
	/usr/local/go/src/runtime/panic.go:884 +0x212
example.org/acme/price.Total(0xc0000, 0x1)
	/go/pkg/mod/example.org/acme@v1.4.2/price/total.go:11 +0x1f
example.org/acme/cart.(*Cart).Run(0xc000099999)
	/go/pkg/mod/example.org/acme@v1.4.2/cart/cart.go:20 +0x1d
main.main()
	/tmp/x/main.go:9 +0x11""",
    "a major version": """panic: runtime error: index out of range [1] with length 1

goroutine 1 [running]:
example.org/acme/v2/price.Total(...)
	/home/u/acme/price/total.go:8
example.org/acme/v2/cart.(*Cart).Run(0xc000012345)
	/home/u/acme/cart/cart.go:17 +0x1d
main.main()
	/home/u/acme/main.go:5 +0x2a""",
    "on Windows": """panic: runtime error: index out of range [1] with length 1

goroutine 1 [running]:
example.org/acme/price.Total(...)
	C:/Users/me/acme/price/total.go:8
example.org/acme/cart.(*Cart).Run(0xc000012345)
	C:/Users/me/acme/cart/cart.go:17 +0x1d
main.main()
	C:/Users/me/acme/main.go:5 +0x2a""",
    "vendored": """panic: runtime error: index out of range [1] with length 1

goroutine 1 [running]:
sort.Slice({0x1, 0x2}, 0xc00)
	/usr/local/go/src/sort/slice.go:26 +0x1
example.org/acme/price.Total(...)
	/home/u/app/vendor/example.org/acme/price/total.go:8
example.org/acme/cart.(*Cart).Run(0xc000012345)
	/home/u/app/vendor/example.org/acme/cart/cart.go:17 +0x1d
main.main()
	/home/u/app/main.go:5 +0x2a""",
}
CRASHES = {"python": (PYTHON, SHOP), "java": (JAVA, ACME), "node": (NODE, SHOP), "go": (GO, STORE)}


def of_text(text, naming=Naming()):  # noqa: B008 - frozen
    return prints(read_document("T", f"It stops:\n\n```\n{text}\n```\nThen nothing."), naming)


@pytest.mark.parametrize("language", CRASHES)
def test_a_crash_has_one_print_wherever_it_happens(language):
    crashes, naming = CRASHES[language]
    found = {name: of_text(text, naming) for name, text in crashes.items()}
    assert all(len(each) == 1 for each in found.values()), found
    assert len({each.key for (each,) in found.values()}) == 1, found


def test_different_crashes_have_different_prints():
    of_each = [of_text(crashes[name], naming)[0].key for crashes, naming in CRASHES.values() for name in ["a server"]]
    assert len(set(of_each)) == len(of_each)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("python", "KeyError at shop.cart.price.<genexpr> < shop.cart.price.total < shop.cart.run.main"),
        ("java", "java.lang.IllegalStateException at com.acme.Price.total < com.acme.Cart.run"),
        ("node", "TypeError at shop.price.total < shop.cart.run"),
        (
            "go",
            "panic index out of range at example.org.acme.price.Total < example.org.acme.cart.(*Cart).Run < main.main",
        ),
    ],
)
def test_a_print_shows_what_it_was_made_of(language, shown):
    crashes, naming = CRASHES[language]
    (found,) = of_text(crashes["a server"], naming)
    assert found.shown == shown
    assert found.kind == "trace"
    assert found.key.startswith("trace:")


NEAR = """Traceback (most recent call last):
  File "shop/cart/run.py", line 9, in main
  File "shop/cart/price.py", line 41, in total
KeyError: 'x'"""


@pytest.mark.parametrize("naming", [SHOP, Naming()], ids=["own", "unknown"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("KeyError", "ValueError", id="another exception"),
        pytest.param("total", "totals", id="another function"),
        pytest.param("main", "Main", id="another case"),
        pytest.param("price.py", "prices.py", id="another file"),
        pytest.param("cart/price", "list/price", id="another folder"),
        pytest.param('  File "shop/cart/price.py", line 41, in total\n', "", id="a frame less"),
        pytest.param(
            "KeyError: 'x'", "  File \"shop/cart/table.py\", line 1, in get\nKeyError: 'x'", id="a frame more"
        ),
    ],
)
def test_a_near_miss_is_another_print(old, new, naming):
    assert old in NEAR
    assert {each.key for each in of_text(NEAR, naming)}.isdisjoint(
        each.key for each in of_text(NEAR.replace(old, new), naming)
    )


def test_deeper_folders_tell_apart_where_the_project_is_known():
    other = NEAR.replace("shop/", "shop/old/")
    assert of_text(NEAR, SHOP) != of_text(other, SHOP)
    assert of_text(NEAR) == of_text(other)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("KeyError: 'x'", id="no frames"),
        pytest.param(
            'Traceback (most recent call last):\n  File "shop/run.py", line 9, in main\nKeyError: 1', id="one"
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "shop/run.py", line 9, in main\n'
            '  File "shop/run.py", line 9, in main\nKeyError: 1',
            id="one, again and again",
        ),
        pytest.param(
            'Traceback (most recent call last):\n  File "/x/lib/python3.11/asyncio/runners.py", line 9, in run\n'
            '  File "/x/site-packages/other/run.py", line 9, in main\n  File "<string>", line 1, in f\n'
            '  File "C:\\Python311\\Lib\\runpy.py", line 1, in g\n  File "shop/run.py", line 1, in main\nKeyError: 1',
            id="one, and those of others",
        ),
        pytest.param("Error: x\n    at a (/s/app.js:1:2)\n    at b (/s/app.js:1:9)", id="minified"),
        pytest.param("Error: x\n    at /s/app.js:1:2\n    at /s/cart.js:1:9", id="nameless"),
        pytest.param("\tat com.acme.A.run(A.java:1)\n\tat com.acme.B.run(B.java:1)", id="no exception"),
    ],
)
@pytest.mark.parametrize("naming", [SHOP, Naming()], ids=["own", "unknown"])
def test_too_little_is_no_print(text, naming):
    assert of_text(text, naming) == ()


def deep(depth):
    lines = '  File "shop/walk.py", line 9, in walk\n' * depth
    return f'Traceback (most recent call last):\n  File "shop/run.py", line 1, in main\n{lines}RecursionError: deep'


def test_the_depth_of_a_recursion_does_not_matter():
    assert of_text(deep(2)) == of_text(deep(200)) != ()


def test_only_the_innermost_four_count():
    def stack(outer):
        names = [outer, "four", "three", "two", "one"]
        lines = "".join(f'  File "shop/{each}.py", line 1, in {each}\n' for each in names)
        return f"Traceback (most recent call last):\n{lines}KeyError: 1"

    assert of_text(stack("here")) == of_text(stack("there"))
    assert of_text(stack("here")) != of_text(stack("here").replace("four", "4"))


def frames(*names):
    return tuple(Frame(*each) if isinstance(each, tuple) else Frame(function=each) for each in names)


@pytest.mark.parametrize(
    ("language", "frame", "shown"),
    [
        ("kotlin", ("com.acme.App$run$1", "invokeSuspend"), "com.acme.App.run"),
        ("java", ("com.acme.Outer$Inner$2", "go"), "com.acme.Outer$Inner.go"),
        ("java", ("com.acme.Name$Proxy17", "get"), "com.acme.Name.get"),
        ("csharp", ("Acme.Store.<LoadAsync>d__12", "MoveNext"), "Acme.Store.LoadAsync"),
        ("csharp", ("Acme.Store.<>c__DisplayClass3_0", "<Run>b__0"), "Acme.Store.Run"),
        ("csharp", ("Acme.Cache`1", "Get[T]"), "Acme.Cache.Get"),
        ("go", ("example.org/acme/v3/store", "(*DB).Get.func1.2"), "example.org.acme.store.(*DB).Get"),
        ("go", ("example.org/acme/store", "Map[...]"), "example.org.acme.store.Map"),
        ("rust", ("shop::store::load", "{{closure}}"), "shop.store.load"),
        ("rust", ("<shop::Db as core::ops::Drop>::drop", "h0123456789abcdef"), "shop.Db.drop"),
        ("rust", ("shop::List<alloc::vec::Vec<u8>>", "push"), "shop.List.push"),
        ("javascript", ("", "Store.prototype.load", "/srv/shop/lib/db.js"), "shop.db.load"),
        ("javascript", ("", "async*load$", "webpack:///./src/store/db.js"), "store.db.load"),
        ("javascript", ("", "Store/load<", "https://x.example/store/db-1.js"), "store.db-1.load"),
        ("ruby", ("", "block (2 levels) in open", "/x/gems/3.2/a.rb"), ""),
        ("ruby", ("Acme::Reader", "open", "/srv/app/models/reader.rb"), "models.reader.open"),
        ("php", ("App\\Foo", "bar", "/srv/app/Foo.php"), "App.Foo.bar"),
        ("php", ("", "total", "/srv/app/shop/Foo.php"), "shop.foo.total"),
        ("python", ("", "f", "/home/ann/app.py"), "app.f"),
        ("python", ("", "f", "/tmp/build-8f2/app.py"), "app.f"),
        ("python", ("", "f", "/private/tmp/x/app.py"), "app.f"),
        ("python", ("", "<listcomp>", "shop/app.py"), ""),
        ("java", ("java.util.List", "get"), ""),
        ("go", ("net/http", "Get"), ""),
        ("go", ("example.org/other/x", "Get", "/go/pkg/mod/example.org/other@v1/x/x.go"), ""),
        ("rust", ("core::ops::function::FnOnce", "call_once"), ""),
        ("rust", ("other", "go", "/home/u/.cargo/registry/src/x/other-1.0/src/lib.rs"), ""),
        ("csharp", ("System.Linq.Enumerable", "First"), ""),
        ("javascript", ("", "run", "internal/modules/run.js"), ""),
        ("javascript", ("", "run", "events.js"), ""),
    ],
)
def test_a_frame_is_reduced_to_its_place(language, frame, shown):
    more = {
        "python": (("", "main", "shop/run.py"), ("", "open", "shop/open.py")),
        "javascript": (("", "main", "/shop/run.js"), ("", "open", "/shop/open.js")),
        "ruby": (("", "main", "shop/run.rb"), ("", "open", "shop/open.rb")),
        "php": (("", "main", "shop/run.php"), ("", "open", "shop/open.php")),
        "go": (("example.org/acme", "main"), ("example.org/acme", "open")),
    }.get(language, (("own", "main"), ("own", "open")))
    found = print_of(Trace(language, "Error", "", frames(frame, *more)))
    first = found.shown.removeprefix("Error at ").partition(" < ")[0]
    rest = print_of(Trace(language, "Error", "", frames(*more))).shown.removeprefix("Error at ").partition(" < ")[0]
    assert first == (shown or rest)


def test_the_configuration_says_what_is_own_and_what_never_is():
    trace = Trace("java", "E", "", frames(("org.apache.x.A", "run"), ("org.apache.x.B", "open"), ("a.b.C", "main")))
    assert print_of(trace) is None
    own = print_of(trace, Naming(own=("org.apache.x",)))
    assert own.shown == "E at org.apache.x.A.run < org.apache.x.B.open"
    assert print_of(trace, Naming(own=("org.apache",), foreign=("org.apache.x",))) is None
    assert print_of(trace, Naming(own=("org.apa",))) is None


def test_a_folder_of_the_same_name_owns_nothing_that_was_installed():
    text = NEAR.replace("shop/cart", "/home/me/shop/venv/lib/python3.11/site-packages/other")
    assert of_text(text, SHOP) == ()
    assert of_text(NEAR.replace("shop/cart", "/x/lib/python3.11/site-packages/other/shop/cart"), SHOP) == ()


def test_the_project_begins_at_the_last_folder_of_its_name():
    assert of_text(NEAR.replace("shop/cart", "/srv/shop/shop/cart"), SHOP) == of_text(NEAR, SHOP)


# The codes that a product prints


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        pytest.param("It says ACME-00FF12AB.", ["tool-id:acme-00ff12ab"], id="in a sentence"),
        pytest.param("```\nfatal: ACME-00FF12AB\n```", ["tool-id:acme-00ff12ab"], id="in code"),
        pytest.param("ACME-00FF12AB ACME-00FF12AB", ["tool-id:acme-00ff12ab"], id="twice"),
        pytest.param("> ACME-00FF12AB", [], id="quoted"),
        pytest.param("<!-- ACME-00FF12AB -->", [], id="in a comment"),
        pytest.param("ACME-00FF", [], id="a shorter one"),
    ],
)
def test_a_code_is_a_print(body, keys):
    assert [each.key for each in prints(read_document("T", body), TOOL)] == keys


def test_a_code_goes_first_and_may_be_a_part_of_what_is_printed():
    naming = Naming(own=("shop",), tool_id="ACME error: ([0-9]{4})")
    found = prints(read_document("ACME error: 1234", f"```\n{NEAR}\n```"), naming)
    assert [each.kind for each in found] == ["tool-id", "trace"]
    assert found[0].key == "tool-id:1234"


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        pytest.param("ACME-(", "is no pattern", id="broken"),
        pytest.param("(?=x)ACME", "is no pattern", id="look-ahead"),
        pytest.param(".*", "fits many words", id="anything"),
        pytest.param("[A-Z]+-[0-9]+", "fits many words", id="any code"),
        pytest.param("E[0-9]{4}", "fits many words", id="a letter"),
        pytest.param("ACME|[0-9]", "fits many words", id="or anything"),
        pytest.param("A" * 201, "is longer", id="long"),
    ],
)
def test_a_pattern_that_would_link_strangers_is_refused(pattern, says):
    with pytest.raises(ValueError, match=says):
        checked_pattern(pattern)
    assert prints(read_document("T", "E1234 ABC-1 x"), Naming(tool_id=pattern)) == ()


def test_a_pattern_that_names_the_product_is_taken():
    assert checked_pattern("(?i)acme-[0-9a-f]{8}") == "(?i)acme-[0-9a-f]{8}"


# Bounds

NAMES = st.text(alphabet=st.sampled_from("aZ.$<>:/\\{}[]`@ \n\t0x-_hlambda()*#é\u2028"), max_size=30)
TRACES = st.builds(
    Trace,
    st.sampled_from(["python", "java", "kotlin", "javascript", "go", "rust", "csharp", "ruby", "php", "other"]),
    NAMES,
    NAMES,
    st.lists(st.builds(Frame, NAMES, NAMES, NAMES, st.integers(0, 9)), max_size=8).map(tuple),
)
NAMINGS = st.builds(Naming, *[st.lists(NAMES, max_size=3).map(tuple)] * 2, NAMES)


@settings(max_examples=300, deadline=None)
@given(TRACES, NAMINGS)
def test_whatever_a_trace_says_its_print_is_short_and_the_same_again(trace, naming):
    found = print_of(trace, naming)
    assert found == print_of(trace, naming)
    assert found is None or (len(found.key) <= 40 and len(found.shown) <= MAX_SHOWN)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("abcdef"), min_size=2, max_size=4), st.integers(1, 10**6), st.integers(0, 3))
@example(["a", "b"], 1, 0)
def test_lines_folders_and_messages_do_not_matter(names, line, root):
    roots = ["", "/srv/shops/", "C:\\work\\", "/x/lib/python3.12/site-packages/"]

    def text(prefix, at):
        lines = "".join(f'  File "{prefix}shop/{each}.py", line {at}, in {each}\n' for each in names)
        return f"Traceback (most recent call last):\n{lines}KeyError: {at}"

    assert of_text(text(roots[root], line), SHOP) == of_text(text("", 1), SHOP)


def test_different_places_have_different_prints():
    names = ["one", "two", "three", "four"]
    found = [
        print_of(Trace("java", error, "", frames((f"a.{first}", "run"), (f"a.{second}", "run")))).key
        for error in ("E", "F")
        for first, second in combinations(names, 2)
    ]
    assert len(set(found)) == len(found)


def test_prints_are_bounded():
    codes = " ".join(f"ACME-{number:08X}" for number in range(50))
    traces = "\n\n".join(f"Also:\n\n```\n{NEAR.replace('total', f'f{number}')}\n```" for number in range(40))
    found = prints(read_document("T", f"{codes}\n\n{traces}"), Naming(own=("shop",), tool_id=TOOL.tool_id))
    assert len(found) == MAX_PRINTS
    assert sum(each.kind == "tool-id" for each in found) == MAX_IDS
