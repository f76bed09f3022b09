import random
from datetime import UTC, datetime, timedelta

import pytest
from codeowners import CodeOwners as Library
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.people.owners import (
    MAX_ASSIGNEES,
    MAX_FILE,
    MAX_LINES,
    MAX_NEAR,
    MAX_PATHS,
    MAX_PATTERN,
    MAX_WILDCARDS,
    CodeOwners,
    Line,
    Outcome,
    People,
    Reason,
    choose,
    code_owners,
    joined,
)

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = timedelta(days=7)


def chosen(*owners, rotate="none", people=None, paths=(), now=MONDAY, number=1):
    return choose(owners, rotate, people or People(), paths=paths, now=now, number=number)


def owned(file, *paths):
    """The reasons that a CODEOWNERS file gives for the files of a trace."""
    return chosen("codeowners", people=People(codeowners=code_owners(file)), paths=paths).reasons


def deciding(file, *paths):
    """The line that decided, or 0, and the repository's path."""
    reason = owned(file, *paths)[0]
    return reason.line.number if reason.line else 0, reason.path


def problems(file):
    return [str(each) for each in code_owners(file, "CODEOWNERS").problems]


def test_without_owners_nobody_is_assigned():
    assert chosen() == chosen(rotate="weekly") == chosen(rotate="least-loaded")
    assert (chosen().assign, chosen().named, chosen().reasons) == ((), (), ())


def test_people_are_assigned_as_listed():
    made = chosen("octocat", "hubot")
    assert made.assign == ("octocat", "hubot")
    assert made.reasons == (Reason("octocat"), Reason("hubot"))


def test_a_team_is_its_members_in_the_order_of_the_alphabet():
    made = chosen("Acme/IO", "zoe", people=People(teams={"acme/io": ("zoe", "Bob", "amy")}))
    assert made.assign == ("amy", "Bob", "zoe")
    assert made.reasons[1] == Reason("Bob", team="Acme/IO")


def test_a_person_is_assigned_once_however_they_are_written():
    assert chosen("octocat", "OctoCat").assign == ("octocat",)


@pytest.mark.parametrize("teams", [{}, {"acme/io": None}], ids=["it was not looked for", "it may not be read"])
@pytest.mark.parametrize("rotate", ["none", "weekly", "least-loaded"])
def test_a_team_whose_members_are_not_known_is_named(teams, rotate):
    made = chosen("octocat", "acme/io", rotate=rotate, people=People(teams=teams))
    assert (made.assign, made.named) == (("octocat",), ("acme/io",))
    assert made.reasons[1] == Reason("acme/io", Outcome.NAMED)


def test_a_team_of_nobody_is_nobody():
    made = chosen("acme/io", people=People(teams={"acme/io": ()}))
    assert (made.assign, made.named, made.reasons) == ((), (), ())


def test_ten_are_assigned_and_the_others_are_told_of():
    team = tuple(f"p{number:02}" for number in range(12))
    made = chosen("acme/io", people=People(teams={"acme/io": team}))
    assert made.assign == team[:10]
    assert [each.who for each in made.reasons if each.outcome is Outcome.OVER] == ["p10", "p11"]
    assert made.eligible == team
    assert not made.is_rotated


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(datetime(2026, 1, 5, tzinfo=UTC), id="in the middle of a year"),
        pytest.param(datetime(2020, 12, 21, tzinfo=UTC), id="over the end of a year of 53 weeks"),
        pytest.param(datetime(2024, 12, 23, tzinfo=UTC), id="over the end of a year of 52 weeks"),
    ],
)
def test_the_weeks_take_turns(day):
    weeks = [chosen("a", "b", "c", rotate="weekly", now=day + WEEK * week).assign for week in range(6)]
    assert sorted(weeks[:3]) == [("a",), ("b",), ("c",)]
    assert weeks[3:] == weeks[:3]
    turns = "abc" * 3
    assert "".join(who for (who,) in weeks) in turns


def test_a_week_is_from_monday_to_sunday_by_utc():
    week = {chosen("a", "b", "c", rotate="weekly", now=MONDAY + timedelta(hours=hour)).assign for hour in range(7 * 24)}
    assert len(week) == 1
    before, after = MONDAY - timedelta(seconds=1), MONDAY + WEEK
    assert chosen("a", "b", "c", rotate="weekly", now=before).assign not in week
    assert chosen("a", "b", "c", rotate="weekly", now=after).assign not in week


def test_those_whose_turn_it_is_not_are_told_of():
    made = chosen("a", "b", rotate="weekly")
    assert sorted(str(each.outcome) for each in made.reasons) == ["assigned", "waits"]
    assert made.is_rotated
    assert made.eligible == ("a", "b")


def test_the_least_loaded_is_assigned():
    people = People(loads={"a": 3, "b": 1, "c": 2})
    assert chosen("a", "B", "c", rotate="least-loaded", people=people).assign == ("B",)
    assert chosen("a", "B", "d", rotate="least-loaded", people=people).assign == ("d",)


def test_of_those_who_have_as_few_the_number_of_the_issue_decides():
    people = People(loads={"a": 1, "b": 0, "c": 0})
    turns = [chosen("a", "b", "c", rotate="least-loaded", people=people, number=number).assign for number in range(4)]
    assert turns == [("b",), ("c",), ("b",), ("c",)]


def test_several_classes_assign_everybody_once():
    made = joined([chosen("a", "b"), chosen("b", "acme/io"), chosen("acme/io")])
    assert (made.assign, made.named) == (("a", "b"), ("acme/io",))
    assert [each.who for each in made.reasons] == ["a", "b", "acme/io"]
    assert joined([]) == chosen()


@pytest.mark.parametrize(
    ("pattern", "path", "is_matched"),
    [
        ("*", "a/b.py", True),
        ("*.py", "a/b.py", True),
        ("*.py", "a/b.pyc", False),
        ("/a/", "a/b/c.py", True),
        ("/a", "a/b.py", True),
        ("a/", "b/a/c.py", True),
        ("b/", "a/b", False),
        ("/a/*", "a/b.py", True),
        ("/a/*", "a/b/c.py", False),
        ("a/*/c.py", "a/b/c.py", True),
        ("a/*/c.py", "a/b/b/c.py", False),
        ("/a/**/c.py", "a/c.py", True),
        ("/a/**/c.py", "a/b/b/c.py", True),
        ("**/c.py", "c.py", True),
        ("**/b/**", "a/b/c.py", True),
        ("/**/b/c.py", "b/c.py", True),
        ("a?c.py", "abc.py", True),
        ("a?c.py", "a/c.py", False),
        ("A.py", "a.py", False),
        ("a.py", "abpy", False),
        (r"a\ b/", "a b/c.py", True),
        (r"/a/*\ b.py", "a/a b.py", True),
        (r"a\*.py", "a*.py", True),
        (r"a\*.py", "ab.py", False),
        ("größe.py", "a/größe.py", True),
        ("/", "a", False),
        ("//", "a", False),
    ],
)
def test_a_pattern_matches_as_on_github(pattern, path, is_matched):
    assert (deciding(f"{pattern} @octocat", path)[0] == 1) is is_matched


def test_the_last_line_that_matches_decides():
    file = "* @all\n*.py @py\n/acme/ @acme\n/acme/io/\n"
    assert deciding(file, "acme/reader.py") == (3, "acme/reader.py")
    assert deciding(file, "tools/x.py") == (2, "tools/x.py")
    assert deciding(file, "README.md") == (1, "README.md")


def test_what_speaks_of_the_root_alone_says_nothing_of_where_a_path_begins():
    assert deciding("*.py @py\n/* @root", "/opt/acme/a.py") == (1, "opt/acme/a.py")
    assert deciding("*.py @py\n/* @root", "a.py") == (2, "a.py")


def test_a_line_without_owners_leaves_a_file_to_nobody():
    file = "* @all\n/acme/io/ # nobody yet"
    assert owned(file, "acme/io/reader.py") == (
        Reason("codeowners", Outcome.NOBODY, line=Line(2, "/acme/io/", ()), path="acme/io/reader.py"),
    )


@pytest.mark.parametrize(
    ("file", "paths"),
    [
        pytest.param("* @all", (), id="no trace"),
        pytest.param("", ("acme/reader.py",), id="an empty file"),
        pytest.param("/docs/ @docs", ("acme/reader.py",), id="no line that matches"),
        pytest.param("* @all", ("", "/", "C:\\", ".."), id="paths that name no file"),
    ],
)
def test_where_no_line_speaks_there_is_no_owner(file, paths):
    assert owned(file, *paths) == (Reason("codeowners", Outcome.NOBODY),)


def test_without_a_file_there_is_no_owner():
    assert chosen("codeowners", "octocat", paths=("a.py",)).reasons == (
        Reason("codeowners", Outcome.NOBODY),
        Reason("octocat"),
    )


def test_owners_of_code_are_people_teams_and_mail_addresses():
    people = People(
        {"acme/io": ("amy",), "acme/db": None}, codeowners=code_owners("*.py @bob @Acme/io @acme/db x@y.example")
    )
    made = chosen("codeowners", people=people, paths=("a.py",))
    assert (made.assign, made.named) == (("bob", "amy"), ("acme/db",))
    assert [(each.who, str(each.outcome), each.team) for each in made.reasons] == [
        ("bob", "assigned", ""),
        ("amy", "assigned", "Acme/io"),
        ("acme/db", "named", ""),
        ("x@y.example", "mail", ""),
    ]
    assert made.reasons[1].as_data() == {
        "who": "amy",
        "outcome": "assigned",
        "team": "Acme/io",
        "path": "a.py",
        "line": 1,
        "pattern": "*.py",
    }


FILE = "* @all\n*.py @py\n/acme/ @acme\n/acme/io/ @io\n/src/app/ @app\nlib/ @lib\n/acme/gen/\n"


@pytest.mark.parametrize(
    ("printed", "line", "path"),
    [
        pytest.param("acme/io/reader.py", 4, "acme/io/reader.py", id="a path of the repository"),
        pytest.param("./acme/io/reader.py", 4, "acme/io/reader.py", id="a path from here"),
        pytest.param("../acme/io/reader.py", 4, "acme/io/reader.py", id="a path from above"),
        pytest.param("/home/me/work/acme/io/reader.py", 4, "acme/io/reader.py", id="a path of somebody's machine"),
        pytest.param("C:\\work\\acme\\io\\reader.py", 4, "acme/io/reader.py", id="a path of Windows"),
        pytest.param(
            "/usr/lib/python3/site-packages/acme/io/reader.py", 4, "acme/io/reader.py", id="an installed package"
        ),
        pytest.param("/usr/lib/python3/dist-packages/other/x.c", 1, "other/x.c", id="a package, not the folder above"),
        pytest.param("/app/node_modules/a/node_modules/b/x.js", 1, "b/x.js", id="a package within a package"),
        pytest.param("webpack:///./src/app/x.ts", 5, "src/app/x.ts", id="an address of a bundler"),
        pytest.param("/work/acme/acme/io/reader.py", 3, "acme/acme/io/reader.py", id="the longest end that fits"),
        pytest.param("/work/acme.d/x.py", 2, "work/acme.d/x.py", id="a folder that only begins alike"),
        pytest.param("/opt/lib/x.py", 6, "opt/lib/x.py", id="a folder anywhere"),
        pytest.param("x" * 5_000 + "/acme/x.py", 3, "acme/x.py", id="a path that is cut"),
        pytest.param("/opt/\ud800/acme/x.py", 3, "acme/x.py", id="a path with a lone surrogate"),
    ],
)
def test_a_printed_path_is_led_to_the_repository(printed, line, path):
    assert deciding(FILE, printed) == (line, path)


@pytest.mark.parametrize(
    ("paths", "line"),
    [
        pytest.param(("/x/json.c", "acme/io/a.py", "acme/b.py"), 4, id="the innermost of which a line speaks"),
        pytest.param(("acme/b.py", "acme/io/a.py"), 3, id="the innermost first"),
        pytest.param(("acme/gen/a.py", "acme/b.py"), 3, id="not the one that is left to nobody"),
        pytest.param(("/x/json.c", "/y/json.c"), 1, id="the innermost of all, when only the catch-all speaks"),
        pytest.param(("acme/gen/a.py", "/y/json.c"), 1, id="the catch-all after one that is left to nobody"),
        pytest.param(("/x.c",) * (MAX_PATHS - 1) + ("acme/b.py",), 3, id="the last frame that is looked up"),
        pytest.param(("/x.c",) * MAX_PATHS + ("acme/b.py",), 1, id="no frame further out"),
    ],
)
def test_of_the_files_of_a_trace_one_decides(paths, line):
    assert deciding(FILE, *paths)[0] == line


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            "!a.py @octocat",
            "! does not exclude anything here - give the path a line of its own without an owner, further down",
        ),
        ("\\#a.py @octocat", "no pattern begins with #, not even behind a backslash - begin with ?"),
        ("[ab].py @octocat", "[ ] is no range here - write a line for each character, or ?"),
        ("[Section]", "[ ] is no range here - write a line for each character, or ?"),
        ("a.py octocat", "'octocat' is no owner - write @login, @organisation/team or a mail address"),
        ("a.py @", "'@' is no owner - write @login, @organisation/team or a mail address"),
        ("a.py @a/b/c", "'@a/b/c' is no owner - write @login, @organisation/team or a mail address"),
        ("a\u200b.py @octocat", "an invisible character - write the line anew"),
        ("a\0.py @octocat", "an invisible character - write the line anew"),
        ("*" * (MAX_WILDCARDS + 1), f"more than {MAX_WILDCARDS} wildcards - name a folder above"),
        (
            "a" * (MAX_PATTERN + 1),
            f"a pattern of {MAX_PATTERN + 1} characters, more than {MAX_PATTERN} - name a folder above",
        ),
    ],
)
def test_a_line_that_github_does_not_take_is_told_of_and_skipped(line, problem):
    file = f"# owners\n\n* @all\n{line}"
    assert problems(file) == [f"CODEOWNERS:4:1: {problem}"]
    assert deciding(file, "a.py") == (3, "a.py")


def test_a_comment_may_follow_the_owners():
    (reason,) = owned("a.py @octocat # and @hubot", "a.py")
    assert reason.who == "octocat"


def test_line_ends_and_a_byte_order_mark_are_no_part_of_a_line():
    file = "\ufeff*.py @octocat\r\n*.c\t@hubot\r\n"
    assert problems(file) == []
    assert deciding(file, "a.py")[0] == 1
    assert deciding(file, "a.c")[0] == 2


def test_a_file_that_github_ignores_is_ignored():
    line = "* @octocat\n"
    assert code_owners("#" * (MAX_FILE - len(line) - 1) + "\n" + line).lines
    assert code_owners("#" * (MAX_FILE - len(line)) + "\n" + line).lines == ()
    assert problems("ß" * (MAX_FILE // 2 + 1)) == [
        "CODEOWNERS:1:1: larger than 3 MB: GitHub ignores it - join its lines"
    ]


def test_a_file_is_read_up_to_a_line():
    file = "* @all\n" + "!x\n" * (MAX_LINES - 2) + "a.py @octocat\nb.py @octocat\n"
    assert deciding(file, "a.py")[0] == MAX_LINES
    assert deciding(file, "b.py")[0] == 1
    assert (
        problems(file)[-1] == f"CODEOWNERS:{MAX_LINES + 1}:1: only the first {MAX_LINES} lines are read - use folders"
    )


def test_of_many_lines_that_may_match_the_last_are_tried():
    near = "a*b/a.py @hubot\n"  # all its parts stand in the path, and it does not match
    assert deciding("a.py @octocat\n" + near * (MAX_NEAR - 1), "b/a.py")[0] == 1
    assert deciding("a.py @octocat\n" + near * MAX_NEAR, "b/a.py")[0] == 0


LOGINS = st.lists(st.sampled_from("abcdefghijklmnopqrst"), max_size=20, unique=True).map(tuple)
ROTATE = st.sampled_from(["none", "weekly", "least-loaded"])
PROPERTY = settings(max_examples=200, derandomize=True, deadline=None, database=None)


@PROPERTY
@given(LOGINS, LOGINS, ROTATE, st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3)), st.integers(1, 10**6))
def test_never_more_than_ten_and_the_same_again(owners, team, rotate, loads, number):
    people = People({"o/t": team}, loads)
    made = chosen(*owners, "o/t", rotate=rotate, people=people, number=number)
    everybody = tuple(dict.fromkeys((*owners, *sorted(team))))
    assert made == chosen(*owners, "o/t", rotate=rotate, people=people, number=number)
    assert len(made.assign) == min(len(everybody), MAX_ASSIGNEES if rotate == "none" else 1)
    assert made.eligible == everybody
    assert made.assign == tuple(each.who for each in made.reasons if each.outcome is Outcome.ASSIGNED)


@PROPERTY
@given(LOGINS.filter(bool), st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_everybody_has_a_turn_in_as_many_weeks_as_there_are_people(owners, now):
    turns = [chosen(*owners, rotate="weekly", now=now + WEEK * week).assign for week in range(len(owners))]
    assert sorted(who for (who,) in turns) == sorted(owners)


@PROPERTY
@given(LOGINS.filter(bool), st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 3)), st.integers(1, 10**6))
def test_nobody_has_less_than_the_least_loaded(owners, loads, number):
    made = chosen(*owners, rotate="least-loaded", people=People(loads=loads), number=number)
    assert loads.get(made.assign[0], 0) == min(loads.get(each, 0) for each in owners)


SEGMENTS = ["a", "b", "ab", "a.py", "b.py"]
PATHS = st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=4).map(lambda parts: "r/" + "/".join(parts))
GLOBS = st.lists(st.sampled_from([*SEGMENTS, "*", "**", "?", "a*", "*.py"]), min_size=1, max_size=4).map("/".join)
PATTERNS = st.one_of(GLOBS, GLOBS.map("/r/{}".format), GLOBS.map("/r/{}/".format), GLOBS.map("{}/".format))


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(st.lists(PATTERNS, max_size=5), PATHS)
def test_a_path_of_the_repository_is_decided_as_by_the_library(patterns, path):
    """All paths are of one folder, and a pattern that is bound to the root names it: no path has a shorter reading."""
    file = "".join(f"{each} @octocat\n" for each in patterns if each.startswith("/r/") or "/" not in each[:-1])
    assert deciding(file, path)[0] == (Library(file).matching_line(path)[1] or 0)


TEXT = st.text(st.one_of(st.sampled_from("*?/\\[]!#@ \t\r\n.ab\0\ud800\ufeff\u2028"), st.characters()), max_size=80)


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(TEXT, st.lists(TEXT, max_size=3).map(tuple))
def test_no_file_and_no_path_is_too_strange(file, paths):
    read = code_owners(file)
    assert isinstance(read, CodeOwners)
    for each in (file, f"{file} @octocat", "\n".join(f"{line} @octocat" for line in file.splitlines())):
        assert all(reason.path or not reason.line for reason in owned(each, *paths, "a/b.py"))


def test_what_is_slow_elsewhere_comes_to_an_end():
    """Ten thousand patterns of many wildcards, on twenty paths that nearly match them."""
    chance = random.Random(1)
    patterns = ("".join(chance.choice(["*a", "?", "**/", "a/"]) for _ in range(10)) for _ in range(MAX_LINES))
    file = "".join(f"/{pattern}b @octocat\n" for pattern in patterns)
    assert owned(file, *("a/" * 480 + f"{number}" for number in range(MAX_PATHS))) == (
        Reason("codeowners", Outcome.NOBODY),
    )
