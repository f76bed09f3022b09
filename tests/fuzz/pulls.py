"""Pull requests whose right verdict is known because of how they were made, drawn from seeded dice.

Knows nothing of the bot: what is right follows from what the generator did, not from what a checker found.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.git import Symlink
from tests.fuzz.judged import BEFORE, CODE, MOVED_ON, OLD, SHORT, SNAPSHOT, SUPPORT, TEST

Right = Literal["success", "failure", "skipped"]
Trait = Literal["", "hinted", "late", "paged", "moved", "elsewhere", "said", "by hand"]
Files = dict[str, str | bytes | None]

HOST = "https://github.com/acme/widget/issues"
FIXES: tuple[Right, ...] = ("success", "failure")
OF_TEXTS: frozenset[Trait] = frozenset({"hinted", "late", "moved"})  # what lets the texts of the test be read
OF_FIXES: frozenset[Trait] = frozenset({"late", "moved", "elsewhere", "said", "by hand"})
SIGNS = ("keyword", "keyword", "by hand", "elsewhere", "label", "title", "branch")
NEW = "def test_empty():\n    assert 2\n"
JS = 'test("shows an empty table", () => {\n  expect(rows([])).toBe(0);\n});\n'
GO = 'package table\n\nimport "testing"\n\nfunc TestEmpty(t *testing.T) {\n\tt.Log(rows())\n}\n'
BATS = '@test "empty" {\n  [ 1 ]\n}\n'
GOOD = {  # path -> text, name of its test
    "tests/test_new.py": (NEW, "test_empty"),
    "web/table.test.js": (JS, "shows an empty table"),
    "table/table_test.go": (GO, "TestEmpty"),
    "tests/empty.bats": (BATS, "empty"),
}


@dataclass(frozen=True)
class Draft:
    """A pull request to be opened, and the verdict that is right."""

    right: Right
    shape: str
    sign: str
    files: Files = field(repr=False)
    link: str = ""
    place: Literal["body", "commit", "note", "none"] = "none"
    trait: Trait = ""
    is_from_fork: bool = False

    @property
    def base(self) -> str:
        return "release" if self.sign == "elsewhere" else ""

    @property
    def title(self) -> str:
        return "fix: empty tables" if self.sign == "title" else "Empty tables"

    @property
    def message(self) -> str:
        return f"Look after empty tables\n\n{self.link}" if self.place == "commit" else "Look after empty tables"

    def body(self, defect: int, question: int) -> str:
        said = {"keyword": f"Fixes #{defect}", "elsewhere": f"Fixes #{defect}", "question": f"Closes #{question}"}
        said |= {"mention": f"See #{defect}", "denied": f"This does not yet fix #{defect}"}
        return f"{said.get(self.sign, 'Words.')}\n\n{self.link if self.place == 'body' else ''}\n"


def draft(dice: random.Random, trait: Trait, defect: int) -> Draft:
    """One that has the trait; what only a fix can have makes it one."""
    text = BEFORE if trait == "moved" else MOVED_ON
    right = dice.choice(FIXES if trait in OF_FIXES else (*FIXES, "skipped"))
    sign = _sign(dice, right, trait)
    place = _place(dice, sign, trait)
    if right == "success":
        shape, files, link = _good(dice, text, f"{HOST}/{defect}" if place == "note" else "", trait)
    elif right == "failure":
        place = "body" if place == "note" else place
        chosen = dice.choice([each for each in BAD if each in TOUCHING or trait not in OF_TEXTS])
        shape, (files, link) = chosen, BAD[chosen](text)
    else:
        place = "body" if place == "note" else place
        shape, files, link = dice.choice([("nothing", {}, ""), _good(dice, text, "", trait)])
    return Draft(
        right=right,
        shape=shape,
        sign=sign,
        files={CODE: f"x = {dice.randrange(10**9)}\n"} | _many(dice, trait) | files,
        link=f"Regression-Test: {link}" if link else "",
        place=place,
        trait=trait,
        is_from_fork=trait != "moved" and dice.random() < 0.1,
    )


def _sign(dice: random.Random, right: Right, trait: Trait) -> str:
    if right == "skipped":
        return dice.choice(["mention", "question", "denied", "nothing"])
    return {"elsewhere": "elsewhere", "by hand": "by hand", "said": "keyword"}.get(trait) or dice.choice(SIGNS)


def _place(dice: random.Random, sign: str, trait: Trait) -> Literal["body", "commit", "note"]:
    if trait == "hinted":
        return "body"
    is_named = sign in {"keyword", "by hand", "elsewhere"}  # a comment in a test names a defect, where there is one
    late: tuple[Literal["commit", "note"], ...] = ("commit", "note") if is_named else ("commit",)
    return dice.choice(late if trait == "late" else ("body", "body", *late))


def _good(dice: random.Random, text: str, note: str, trait: Trait) -> tuple[str, Files, str]:
    if trait == "moved" or dice.random() < 0.4:
        return "changed", {TEST: f"{text}\n\n{_noted(NEW, note)}"}, f"{TEST}::test_empty"
    path = dice.choice(list(GOOD))
    new, name = GOOD[path]
    return "added", {path: _noted(new, note)}, f"{path}::{name}"


def _noted(text: str, note: str) -> str:
    """With a comment that names an issue inside of the test, which ends the text."""
    if not note:
        return text
    *before, last = text.rstrip("\n").split("\n")
    at = len(before) if last not in {"}", "});"} else len(before) - 1
    lines = text.rstrip("\n").split("\n")
    mark = "//" if "{\n" in text and "@test" not in text else "#"
    return "\n".join((*lines[:at], f"    {mark} {note}", *lines[at:], ""))


def _many(dice: random.Random, trait: Trait) -> Files:
    count = dice.randrange(97, 130) if trait == "paged" else dice.randrange(4)
    return {f"src/generated/{number}.py": "x\n" for number in range(count)}


BAD: Mapping[str, Callable[[str], tuple[Files, str]]] = {
    "no link": lambda _: ({}, ""),
    "a good test that is not linked": lambda text: ({TEST: f"{text}\n\n{NEW}"}, ""),
    "a file that is not in the diff": lambda _: ({}, f"{TEST}::test_full"),
    "a test that is not changed": lambda text: ({TEST: f"{text}\n\n{NEW}"}, f"{TEST}::test_full"),
    "a skipped test": lambda text: ({TEST: f"{text}\n\n@pytest.mark.skip\n{NEW}"}, f"{TEST}::test_empty"),
    "a deleted file": lambda _: ({OLD: None}, f"{OLD}::test_old"),
    "white space": lambda text: ({TEST: f"{text}\n\n\n"}, f"{TEST}::test_full"),
    "a snapshot": lambda _: ({SNAPSHOT: "exports[`table 1`] = `empty`;\n"}, SNAPSHOT),
    "a file that only moved": lambda _: (
        {SHORT: None, "tests/test_moved.py": "def test_short():\n    assert 1\n"},
        "tests/test_moved.py::test_short",
    ),
    "a test that is not there": lambda text: ({TEST: f"{text}\n\n{NEW}"}, f"{TEST}::test_nowhere"),
    "a file that is not there": lambda text: ({TEST: f"{text}\n\n{NEW}"}, "tests/test_nowhere.py::test_empty"),
    "a file that supports tests": lambda _: ({SUPPORT: "import pytest\n\nx = 1\n"}, SUPPORT),
    "a symbolic link": lambda _: ({"tests/test_link.py": Symlink(b"../src/profiler.py")}, "tests/test_link.py"),
    "a path out of the repository": lambda text: ({TEST: f"{text}\n\n{NEW}"}, f"../widget/{TEST}::test_empty"),
}
TOUCHING = {"a good test that is not linked", "a test that is not changed", "a skipped test", "white space"}
