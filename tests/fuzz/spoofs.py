"""Links to regression tests that are none, each with the pull request that it stands in. Knows nothing of the bot.

Beside what a spoof needs, every pull request fixes a defect and has a good test that nothing else links: whoever reads
a spoof too generously finds it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.git import Program, Submodule, Symlink
from tests.fuzz.judged import CODE, MOVED_ON, OLD, SHORT, SNAPSHOT, SUPPORT, TEST
from tests.fuzz.pulls import NEW, Files

KEY = "Regression-Test: "
GOOD = f"{MOVED_ON}\n\n{NEW}"
NAME = "::test_empty"
HONEST = f"{KEY}{TEST}{NAME}"
LFS = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 120\n"
ELSEWHERE = "tests/test_spoof.py"
WHOLE = "tests/empty.test"  # of no language that is read: the file itself is the test


@dataclass(frozen=True)
class Spoof:
    name: str
    said: str  # the description, below what it fixes
    files: Files = field(default_factory=dict, repr=False)


WRITTEN = {
    # out of the folder
    "traversal": f"../widget/{TEST}{NAME}",
    "traversal and back": f"tests/../{TEST}{NAME}",
    "traversal behind a dot": f"./../{TEST}{NAME}",
    "traversal of three dots": f"tests/.../test_profiler.py{NAME}",
    "traversal to a secret": "../../../../etc/passwd",
    "traversal with backslashes": f"..\\tests\\test_profiler.py{NAME}",
    "slashes of both kinds": f".\\tests/test_profiler.py{NAME}",
    "absolute": f"/{TEST}{NAME}",
    "absolute secret": "/etc/passwd",
    "a drive": f"C:/{TEST}{NAME}",
    "a drive with backslashes": f"C:\\tests\\test_profiler.py{NAME}",
    "a home": f"~/{TEST}{NAME}",
    "a share": f"\\\\files.example\\tests\\test_profiler.py{NAME}",
    # addresses
    "a blob of GitHub": f"https://github.com/acme/widget/blob/main/{TEST}",
    "a raw file of GitHub": f"https://raw.githubusercontent.com/acme/widget/main/{TEST}",
    "an address": f"https://files.example/{TEST}{NAME}",
    "an address in a link": f"[{TEST}{NAME}](https://files.example/)",
    "an address in brackets": f"<https://files.example/{TEST}>",
    "metadata of a cloud": "http://169.254.169.254/latest/meta-data/",
    "the machine itself": "http://127.0.0.1:1/tests/test_profiler.py",
    "an address without a scheme": f"//files.example/{TEST}{NAME}",
    "www": f"www.files.example/{TEST}{NAME}",
    "a host": f"github.com/acme/widget/{TEST}{NAME}",
    "file:": f"file:///{TEST}{NAME}",
    "data:": f"data:text/x-python,{NAME}",
    "javascript:": "javascript:alert(1)",
    "ssh": "git@github.com:acme/widget.git",
    # other repositories and revisions
    "another repository": f"mallory/widget:{TEST}{NAME}",
    "another repository's branch": f"acme/other@main:{TEST}{NAME}",
    "an issue of another repository": "acme/other#12",
    "a revision": f"HEAD:{TEST}{NAME}",
    "a pull request's revision": f"refs/pull/1/head:{TEST}{NAME}",
    "a line": f"{TEST}:12",
    "a line of a page": f"{TEST}#L12",
    # in disguise
    "percent codes": f"tests%2Ftest_profiler.py{NAME}",
    "percent codes of dots": f"%2e%2e/{TEST}{NAME}",
    "percent codes of percents": f"tests%252Ftest_profiler.py{NAME}",
    "percent code of a letter": f"tests/%74est_profiler.py{NAME}",
    "case of a folder": f"Tests/test_profiler.py{NAME}",
    "case of a file": f"tests/Test_Profiler.py{NAME}",
    "case of an ending": f"tests/test_profiler.PY{NAME}",
    "case of a test": f"{TEST}::Test_Empty",
    "a Cyrillic letter": f"t\u0435sts/test_profiler.py{NAME}",
    "a Greek letter": f"tests/test_pr\u03bffiler.py{NAME}",
    "a Cyrillic letter in the name": f"{TEST}::test_\u0435mpty",
    "a wide slash": f"tests\uff0ftest_profiler.py{NAME}",
    "a wide letter": f"\uff54ests/test_profiler.py{NAME}",
    "a wide dot": f"tests/test_profiler\uff0epy{NAME}",
    "a slash of division": f"tests\u2215test_profiler.py{NAME}",
    "a ligature": f"tests/test_pro\ufb01ler.py{NAME}",
    "a letter of mathematics": f"\U0001d42dests/test_profiler.py{NAME}",
    "zero width": f"tests/test_\u200bprofiler.py{NAME}",
    "a joiner": f"tests/test_\u200dprofiler.py{NAME}",
    "a soft hyphen": f"tests/test_pro\u00adfiler.py{NAME}",
    "a mark of order": f"\ufefftests/test_\ufeffprofiler.py{NAME}",
    "right to left": f"tests/\u202eyp.reliforp_tset{NAME}",
    "a tag": f"tests/test_\U000e0061profiler.py{NAME}",
    "a variation": f"tests/test_\ufe0fprofiler.py{NAME}",
    "NUL": f"tests/test_profiler.py\0.png{NAME}",
    "NUL in front": f"\0{TEST}{NAME}",
    "a bell": f"tests/\atest_profiler.py{NAME}",
    "a line that ends elsewhere": f"tests/\u2028test_profiler.py{NAME}",
    # too much, too little, not a file
    "4 KiB of dots": f"{'./' * 2_100}{TEST}{NAME}",
    "4 KiB of folders": f"{'tests/' * 900}test_profiler.py{NAME}",
    "a name of 5,000 letters": f"{TEST}::test_{'e' * 5_000}",
    "a segment of 300 letters": f"tests/test_{'e' * 300}.py{NAME}",
    "64 KiB": f"tests/{'e' * 60_000}",
    "200 names": f"{TEST}{NAME * 200}",
    "nothing": "",
    "none": "none",
    "a folder": "tests/",
    "a folder without its slash": "tests",
    "the root": ".",
    "a placeholder": f"tests/*.py{NAME}",
    "a placeholder of one letter": f"tests/test_profile?.py{NAME}",
    "git's own": ".git/config",
    "git's own in capitals": f".GIT/{TEST}{NAME}",
    "git's own below": f"tests/.git/hooks/test_profiler.py{NAME}",
    "git's own as Windows has it": f"git~1/{TEST}{NAME}",
    # what is there, and no evidence
    "a file that is not there": f"tests/test_nowhere.py{NAME}",
    "a test that is not there": f"{TEST}::test_nowhere",
    "a file that is not in the diff": f"{SHORT}::test_short",
    "a test that is not changed": f"{TEST}::test_full",
    "code": f"{CODE}{NAME}",
    "a page": "README.md",
    "the configuration": ".github/burndown.yml",
}

PLACED = {
    "a comment": f"<!-- {HONEST} -->",
    "a comment over lines": f"<!--\n\n{HONEST}\n\n-->",
    "a comment without an end": f"<!--\n{HONEST}",
    "a block of code": f"```\n{HONEST}\n```",
    "a block of code without an end": f"~~~~ text\n{HONEST}",
    "indented code": f"Words.\n\n    {HONEST}",
    "a quotation": f"> {HONEST}",
    "a quotation in a list": f"- > {HONEST}",
    "code in a line": f"`{HONEST}`",
    "in the middle of a sentence": f"There is no {HONEST}",
    "another key": f"Regression\u2010Test: {TEST}{NAME}",
    "a Cyrillic key": f"Regr\u0435ssion-Test: {TEST}{NAME}",
    "the title of a link": f"[words](https://files.example '\n{HONEST}\n')",
    "a target of links": f"[words]: <\n{HONEST}>",
}

SKIPPED = {
    "a mark": f"{MOVED_ON}\n\n@pytest.mark.skip\n{NEW}",
    "a mark with a reason": f'{MOVED_ON}\n\n@pytest.mark.skip(reason="later")\n{NEW}',
    "a mark of unittest": f'import unittest\n\n{MOVED_ON}\n\n@unittest.skip("later")\n{NEW}',
    "a mark of the file": f"import pytest\n\npytestmark = pytest.mark.skip\n\n\n{MOVED_ON}\n\n{NEW}",
    "a call": f"{MOVED_ON}\n\ndef test_empty():\n    pytest.skip()\n    assert 2\n",
}
HELD = {
    "a test in a comment": f"{MOVED_ON}\n\n# def test_empty():\n#     assert 2\n",
    "a test in a string": f'{MOVED_ON}\n\nTEXT = """\ndef test_empty():\n    assert 2\n"""\n',
    "a test by name only": f"{MOVED_ON}\n\ntest_empty = 2\n",
    "white space": f"{MOVED_ON}\n\n\n",
    "no text at all": "",
}
PUT: dict[str, tuple[str, str | bytes | None]] = {  # a path, and what is put there
    "a deleted file": (OLD, None),
    "a symbolic link": (ELSEWHERE, Symlink(TEST.encode())),
    "a symbolic link out of the repository": (ELSEWHERE, Symlink(b"../../../etc/passwd")),
    "a symbolic link beside": (ELSEWHERE, Symlink(b"test_profiler.py")),
    "a symbolic link in place of a file that is a test": (WHOLE, Symlink(b"full.test")),
    "a symbolic link to the text of a test": (ELSEWHERE, Symlink(NEW.encode())),
    "a file that became a symbolic link": (SHORT, Symlink(b"../src/profiler.py")),
    "a submodule": (ELSEWHERE, Submodule(b"1" * 40)),
    "a submodule in place of a file that is a test": (WHOLE, Submodule(b"1" * 40)),
    "a submodule named like a folder of tests": ("tests/more", Submodule(b"1" * 40)),
    "a pointer of Git LFS": (ELSEWHERE, LFS),
    "a pointer of Git LFS in place of a file that is a test": (WHOLE, LFS),
    "the mode of a file": (SHORT, Program(b"def test_short():\n    assert 1\n")),
    "bytes": (ELSEWHERE, NEW.encode() + b"\0"),
    "a snapshot": (SNAPSHOT, "exports[`table 1`] = `empty`;\n"),
    "what supports tests": (SUPPORT, f"import pytest\n\n\n{NEW}"),
    "a test among the code": (CODE, f"x = 2\n\n\n{NEW}"),
    "data of tests": ("tests/fixtures/data.json", "{}\n"),
    "a page beside tests": ("tests/README.md", f"{NEW}\n"),
}
MOVED = Spoof(
    "a file that only moved",
    f"{KEY}{ELSEWHERE}::test_short",
    {SHORT: None, ELSEWHERE: "def test_short():\n    assert 1\n"},
)


def spoofs() -> Iterator[Spoof]:
    """All of them; the good test is there wherever the spoof does not put something else in its place."""
    for name, written in WRITTEN.items():
        yield Spoof(name, f"{KEY}{written}")
        yield Spoof(f"{name}, in a list", f"{KEY}\n- {written}")
    yield from (Spoof(f"in {name}", said) for name, said in PLACED.items())
    yield from (Spoof(f"skipped by {name}", HONEST, {TEST: text}) for name, text in SKIPPED.items())
    yield from (Spoof(name, HONEST, {TEST: text}) for name, text in HELD.items())
    for name, (path, content) in PUT.items():
        yield Spoof(name, f"{KEY}{path}", {path: content})
        yield Spoof(f"{name}, by name", f"{KEY}{path}{NAME}", {path: content})
    yield MOVED
