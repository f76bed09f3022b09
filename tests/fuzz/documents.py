"""Bodies made to hurt whoever reads them: what opens and never closes, nests, repeats, and almost is a stack trace."""

import random
from collections.abc import Iterator

SIZE = 64 * 1024  # bytes that are looked at

MARKS = [
    "`",
    "``",
    "```",
    "```\n",
    "~~~\n",
    "````\n",
    "*",
    "**",
    "**a**\n",
    "_",
    "[",
    "![",
    "](",
    "[](a b",
    "[a](b)",
    "()",
]
MARKS += [
    "[a]:",
    "[a]: b\n",
    "[a]: <",
    "[a]: b '",
    "<",
    "<a ",
    "<a>\n",
    "</",
    "<!--",
    "<!--\n",
    "-->\n",
    "<!-- a -->\n",
]
MARKS += [
    "<pre>",
    "<pre>\n",
    "</pre>\n",
    "<code>\n",
    "<script",
    "<![CDATA[",
    "<?",
    "<!A",
    "<details>\n",
    "&#",
    "\\",
    "\\\n",
]
MARKS += [
    "://",
    "a://",
    "www.",
    "http://a",
    "$",
    "$$\n",
    "@",
    "::",
    "|",
    "|a|\n",
    "a|b\n-|-\n",
    "|-|\n",
    "!",
    "#",
    "#\n",
]
BLOCKS = [
    ">",
    "> ",
    "> a\n",
    "> > ",
    "> - ",
    "- > ",
    "- ",
    "- - ",
    "* * ",
    "- a\n",
    "- a\n  - b\n",
    "- [ ] a\n",
    "*\n",
    "1.",
]
BLOCKS += [
    "1. ",
    "1) a\n",
    "    a\n",
    "\ta\n",
    "\t- ",
    "    - ",
    "a\n    b\n",
    "## a\n",
    "a\n===\n",
    "a\n---\n",
    "---\n",
    "***\n",
]
BLOCKS += [
    "_ _ _\n",
    "> ```\n",
    "- ```\n",
    "- a\n> b\n",
    "\n",
    " ",
    "\t",
    " \n",
    "a\n\n",
    "\n\n- ",
    "a\n> ",
    "\r",
    "\r\n",
    "a",
    "ab",
]
LETTERS = [
    "\0",
    "\u0130",
    "\u00df",
    "e\u0301",
    "a\u0301\u0323",
    "\u0323\u0301",
    "\u0f73",
    "\u200d",
    "\u2028",
    "\x0b",
    "\x0c",
]
LETTERS += ["\x85", "\ud800", "\U0001f4a3", "\ufb2c", "\uac00\u11a8", "é ", "é."]
TRACES = [
    "Traceback (most recent call last):\n",
    'File "a", line 1, in f\n',
    ' File "a", line 1\n  x\n',
    "KeyError: a\n",
]
TRACES += [
    "Traceback (most recent call last):\n\n",
    "During handling of the above exception\n",
    "E   a\n",
    "E   A\nx\nx\nx\n",
]
TRACES += [
    "E   A\na.py:1: E\n",
    "a.py:1: E\n",
    "a.py in f(\n",
    "Cell In[1], line 2\n",
    "----> 1 a\n",
    "1 a\n",
    "a@/b:1:2\n",
]
TRACES += [
    "at ",
    "at a.",
    "at a (b:1:2)\n",
    "at a:1:2\n",
    "AError: x\nat a:1:2\n",
    "at A.b()\n",
    "\n\nat A.b()\n",
    "... 1 more\n",
]
TRACES += [
    "\tat a.b(C.java:1)\n",
    "\tat a.b(C.java:1)\n\n",
    "Caused by: a.B: c\n",
    "Caused by: a.B: c\n at a.b(C.java:1)\n",
]
TRACES += [
    " ---> a.B: c\n",
    "a.B ---> ",
    "goroutine 1 [r]:\n",
    "goroutine 1 [r]:\nm.f()\n\t/a.go:1\n",
    "m.f()\n\t/a.go:1\n",
]
TRACES += ["panicked at a:1:2:\n", "panicked at a:1:2:\nx\n", "0: a\n", "a.rb:1:in `a'\n", "a.rb:1:in `a': b (C)\n\n"]
TRACES += ["#0 a(1): b()\n", "#0 {main}\n", "#0 a(", "Error", "Error: ", "ERROR: x\n", "a.bError", "a::", "A.", "App\\"]
FACTS = [
    "1.2.3 ",
    "v1.2 ",
    "1.",
    "1.2.3.4.",
    "a.b ",
    "a/b.c ",
    "/a.b",
    "a\\b.c ",
    "a.py:1 ",
    "ORA-00942 ",
    "EPIPE ",
    "[A_B]",
]
FACTS += ["001003 (42000)", "error TS1000 ", "x.x", "x@", "==1.2 "]
UNITS = MARKS + BLOCKS + LETTERS + TRACES + FACTS
STARTS = ["", "```\n", "- " * 40 + "a\n", "> " * 40 + "a\n", "<pre>\n", "a\n"]


def repeated(start: str, unit: str, size: int = SIZE) -> str:
    return (start + unit * (size // len(unit) + 1))[:size]


def mixed(seed: int, count: int, size: int = SIZE) -> Iterator[str]:
    """So many bodies, each of runs of a few units."""
    chance = random.Random(seed)
    for _ in range(count):
        units = chance.choices(UNITS, k=chance.randint(2, 5))
        run = "".join(chance.choice(units) * chance.choice([1, 1, 2, 9, 200]) for _ in range(chance.randint(1, 40)))
        yield repeated(chance.choice(STARTS), run, size)
