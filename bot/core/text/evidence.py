"""What the bot says about the regression test of a pull request: each shortcoming, and what to do about it.

A pair is what was seen and what to do instead. Decides nothing; foreign text comes quoted.
"""

from bot.core.evidence.conventions import Role
from bot.core.evidence.links import Link
from bot.core.text.quoting import quoted

MAX_NAMES = 5

Said = tuple[str, str]


def deleted(link: Link) -> Said:
    return f"{_file(link)} is deleted by this pull request", "link a test that stays"


def only_moved(link: Link) -> Said:
    return f"{_file(link)} is only renamed or copied", "link a test that is new or changed here"


def no_test_file(link: Link, role: Role) -> Said:
    match role:
        case Role.SNAPSHOT:
            return f"{_file(link)} is a snapshot, which whoever runs the test writes anew", "link the test itself"
        case Role.SUPPORT:
            return f"{_file(link)} supports tests and holds none", "link the test itself"
        case _:
            known = "add its pattern to `regression-test: tests:` in `.github/burndown.yml` of the default branch"
            return f"{_file(link)} is not known to be a test file", known


def irregular(link: Link) -> Said:
    return f"{_file(link)} is a symbolic link, a submodule or a Git LFS pointer", "link the file with the test"


def not_shown(link: Link) -> Said:
    return f"GitHub did not show what {_file(link)} holds", "press Re-check"


def too_large(link: Link) -> Said:
    return f"{_file(link)} is too large to be read", "link a test in a smaller file"


def too_many(most: int) -> Said:
    return f"no more than {most} linked files are read", "link the tests that show the defect, and no others"


def only_blank(link: Link) -> Said:
    return f"only white space or comments change in {_file(link)}", "link a test that is new or changed here"


def not_listed(link: Link) -> Said:
    return f"GitHub did not list all files, and {_file(link)} is not among those that it did", "press Re-check"


def not_changed(link: Link, near: str) -> Said:
    instead = f"write {quoted(near)}" if near else "link a test that this pull request adds or changes"
    return f"{_file(link)} is not changed in this pull request", instead


def no_symbol(link: Link, names: tuple[str, ...]) -> Said:
    listed = ", ".join(quoted(name) for name in dict.fromkeys(filter(None, names[: MAX_NAMES * 2])))
    holds = f"it holds {listed}" if listed else "it holds no test that we can see"
    if not link.names:
        return f"{_file(link)} holds no test that we can see", "link the file with the test"
    return f"{_file(link)} has no test {quoted(link.names[-1])}", holds


def symbol_unchanged(link: Link) -> Said:
    return f"{_test(link)} is neither new nor changed in this pull request", "link the test that shows the defect"


def skipped(link: Link) -> Said:
    return f"{_test(link)} is skipped, so that it never runs", "let it run"


def capped() -> Said:
    what = "this pull request changes how tests are run, so that its results prove nothing"
    return what, "change that in a pull request of its own, or ask for a waiver"


def not_readable() -> Said:
    return "test results cannot be read", "grant the App the permission Actions: read"


def not_run_yet(link: Link) -> Said:
    what = f"no test report for the newest commit has {_test(link)} yet"
    return what, "wait for CI; it must keep its JUnit XML as an artifact"


def nothing_ran() -> Said:
    return "the report of the newest commit says that no test was run", "look at the job that runs the tests"


def failed(link: Link) -> Said:
    return f"{_test(link)} failed on the newest commit", "make it pass"


def not_in_report(link: Link) -> Said:
    return f"{_test(link)} is not among the tests that ran on the newest commit", "let CI run it"


def not_proven(link: Link) -> Said:
    return f"it is not shown that {_test(link)} fails without the fix", "run `burndown prove` in CI (docs/prove.md)"


def _file(link: Link) -> str:
    return quoted(link.path)


def _test(link: Link) -> str:
    return quoted(link.text)
