import pytest

from bot.core.people.commands import (
    MAX_COMMANDS,
    MAX_ECHO,
    MAX_REST,
    REGISTRY,
    Approve,
    DuplicateOf,
    Help,
    LinkTest,
    NotClass,
    NotDuplicate,
    Pause,
    Recheck,
    Reject,
    Role,
    SetClass,
    SetOwner,
    Tranche,
    Undo,
    Unknown,
    Waive,
    Why,
    changed,
    commands,
    counts,
    line,
    plain_lines,
    role,
    usage,
)

PATH = "tests/test_table.py::test_empty"
REASON = "Only the colours change."


@pytest.mark.parametrize(
    ("body", "command"),
    [
        ("/burndown why", Why()),
        ("/burndown class crash.null", SetClass("crash.null")),
        ("/burndown not crash", NotClass("crash")),
        ("/burndown owner @octocat", SetOwner("octocat")),
        ("/burndown owner octocat", SetOwner("octocat")),
        ("/burndown owner @acme/io.team", SetOwner("acme/io.team")),
        ("/burndown undo", Undo()),
        ("/burndown duplicate-of #12", DuplicateOf(12)),
        pytest.param("/burndown duplicate-of 12", DuplicateOf(12), id="a number without its mark"),
        ("/burndown not-duplicate", NotDuplicate()),
        ("/burndown tranche start", Tranche("start")),
        ("/burndown tranche start Crash wrong-type crash", Tranche("start", ("crash", "wrong-type"))),
        ("/burndown tranche close", Tranche("close")),
        ("/burndown tranche CLEAR", Tranche("clear")),
        ("/burndown pause", Pause(7)),
        ("/burndown pause 1", Pause(1)),
        ("/burndown pause 90", Pause(90)),
        ("/burndown pause 14d", Pause(14)),
        ("/burndown pause 14D", Pause(14)),
        ("/burndown recheck", Recheck()),
        ("/burndown help", Help()),
        (f"/burndown test {PATH}", LinkTest(PATH)),
        ("/burndown test a.spec.ts::table > shows  `x` [1] *", LinkTest("a.spec.ts::table > shows  `x` [1] *")),
        (f"/burndown waive ui {REASON}", Waive(f"ui {REASON}")),
        ("/burndown waive  Later ", Waive("Later")),
        ("/burndown approve", Approve()),
        ("/burndown reject", Reject()),
        pytest.param(f"/burndown\u00a0Test \t {PATH}\u00a0 ", LinkTest(PATH), id="the rest of a line between spaces"),
        pytest.param("/Burndown WHY", Why(), id="in any case"),
        pytest.param("/burndown class Crash.Null", SetClass("crash.null"), id="a class in any case"),
        pytest.param("/burndown \t  why  ", Why(), id="with more white space"),
        pytest.param("/burndown\u00a0why", Why(), id="with a space that does not break"),
    ],
)
def test_a_command_is_read(body, command):
    assert commands(body) == (command,)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("Hm.\n/burndown why", id="below a line of text"),
        pytest.param("Hm.\r\n\r\n/burndown why\r\nThanks", id="between lines that end as on Windows"),
        pytest.param("Hm.\r/burndown why", id="between lines that end as they once did"),
        pytest.param("/burndown why\n---\nMe", id="above a rule, which makes it a heading"),
        pytest.param("# Title\n/burndown why", id="below a heading"),
        pytest.param("- one\n- two\n/burndown why", id="below a list"),
        pytest.param("| a |\n| - |\n\n/burndown why", id="below a table"),
        pytest.param("[a]: https://example.test 'b'\n/burndown why", id="below a definition"),
        pytest.param("```\nx\n```\n/burndown why", id="below a fence"),
        pytest.param("- ```\n/burndown why", id="below a fence that ended with its list"),
        pytest.param("> ```\n/burndown why", id="below a fence that ended with its quotation"),
        pytest.param("> # Title\n/burndown why", id="below a quoted heading"),
        pytest.param("> words\n\n/burndown why", id="below a quotation and an empty line"),
        pytest.param("    x\n/burndown why", id="below indented code"),
        pytest.param("<details>\n\n/burndown why\n\n</details>", id="in details"),
        pytest.param("<!-- x -->\n/burndown why", id="below a comment"),
        pytest.param("<b>x</b>\n/burndown why", id="below a tag in a line"),
        pytest.param("words <!-->\n/burndown why\n-->", id="below a comment that holds nothing"),
        pytest.param("a < b\n/burndown why\nc > d", id="between signs that are no tag"),
        pytest.param("<b\n/burndown why\n>", id="in what is no tag, for it holds a command"),
        pytest.param("words <!--\n\n/burndown why\n\n-->", id="in a comment that an empty line undid"),
        pytest.param("`\n/burndown why\n``", id="between backticks that do not pair"),
        pytest.param("\\`\n/burndown why\n`", id="between backticks of which one is escaped"),
        pytest.param("`a\n\n/burndown why\n\nb`", id="between backticks of two paragraphs"),
        pytest.param("`a`\n/burndown why\n`b`", id="between two codes"),
        pytest.param("- [ ] one [two](three)\n/burndown why\n- [x] four", id="between brackets that pair"),
        pytest.param("[\n/burndown why", id="below a bracket that is never closed"),
        pytest.param("]\n/burndown why\n[", id="between brackets the wrong way round"),
        pytest.param("<!\n/burndown why\n>", id="below what is no declaration"),
        pytest.param("\ud800\n/burndown why", id="below a lone surrogate"),
        pytest.param("**words**\n/burndown why", id="below bold words"),
        pytest.param("[a]: b\n<x-y>\n/burndown why", id="below a tag that a definition keeps from being a block"),
        pytest.param("[a]:\n/burndown why", id="where a definition has no destination, for words follow"),
        pytest.param(">\n    > x\n/burndown why", id="below code that looks like a quotation"),
        pytest.param(f"{'- ' * 99}words\n\n/burndown why", id="below a list of a hundred levels"),
        pytest.param(f"{'> ' * 99}words\n\n/burndown why", id="below a quotation of a hundred levels"),
    ],
)
def test_a_command_is_seen(body):
    assert commands(body) == (Why(),)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("Thanks!", id="words"),
        pytest.param("try /burndown why", id="in the middle of a line"),
        pytest.param(" /burndown why", id="behind a space"),
        pytest.param("- /burndown why", id="in a list"),
        pytest.param("# /burndown why", id="in a heading"),
        pytest.param("/burndownwhy", id="a longer word"),
        pytest.param("/burndown-why", id="a word with a hyphen"),
        pytest.param("/burn down why", id="two words"),
        pytest.param("a\u2028/burndown why", id="behind a line separator, which is no line end"),
        pytest.param("a\x0b/burndown why", id="behind a vertical tab"),
        pytest.param("```\n/burndown why\n```", id="in a fence"),
        pytest.param("~~~ sh\n```\n/burndown why", id="in an open fence of tildes"),
        pytest.param("`````\n```\n/burndown why\n`````", id="in a long fence"),
        pytest.param("    /burndown why", id="in indented code"),
        pytest.param("\t/burndown why", id="in code behind a tab"),
        pytest.param("> /burndown why", id="in a quotation"),
        pytest.param(">/burndown why", id="in a quotation without a space"),
        pytest.param("> words\n/burndown why", id="directly below quoted words, where it is shown as quoted"),
        pytest.param("> - words\n/burndown why", id="directly below a quoted list"),
        pytest.param("- > words\n/burndown why", id="directly below a quotation in a list"),
        pytest.param("<!--\n/burndown why\n-->", id="in a comment"),
        pytest.param("<!--\n\n/burndown why", id="in a comment without an end"),
        pytest.param("words <!--\n/burndown why\n-->", id="in a comment that begins behind words"),
        pytest.param("<div>\n/burndown why\n</div>", id="in HTML"),
        pytest.param("<div\u00a0a>\n<p>\n/burndown why", id="in HTML below a space that does not break"),
        pytest.param("<x-y>\n/burndown why", id="in HTML of an unknown tag"),
        pytest.param("<pre>\n\n/burndown why", id="in preformatted HTML"),
        pytest.param("<?x\n\n/burndown why\n?>", id="in a processing instruction"),
        pytest.param("words <?x\n/burndown why\n?>", id="in one behind words"),
        pytest.param("<![CDATA[\n\n/burndown why\n]]>", id="in character data"),
        pytest.param("words <!X\n/burndown why\nx>", id="in a declaration"),
        pytest.param("words <b title='\n/burndown why\n'>", id="in an attribute"),
        pytest.param("`words\n/burndown why\n`", id="in code over lines"),
        pytest.param("``words `\n/burndown why\n``", id="in code that holds a backtick"),
        pytest.param("\\``words\n/burndown why\n`", id="in code behind an escaped backtick"),
        pytest.param("[words\n/burndown why\n](https://example.test)", id="in a link's text"),
        pytest.param("[words](https://example.test '\n/burndown why\n')", id="in a link's title"),
        pytest.param("[words]: https://example.test '\n/burndown why\n'", id="in a definition's title"),
        pytest.param("![words\n/burndown why\n](https://example.test)", id="in an image's text"),
        pytest.param("[words\n/burndown why\n]", id="in brackets"),
        pytest.param("[words [words] words\n/burndown why\n]", id="in brackets below a pair within them"),
        pytest.param("[a](b ')\n/burndown why\n')", id="in a title that holds the bracket that ends a link"),
        pytest.param("[a](<b)> '\n/burndown why\n')", id="in a title behind a destination in angles"),
        pytest.param("![a [b](c)\n/burndown why\n](d)", id="in an image's text below a link"),
        pytest.param(
            "[a [b](c) d](e '`')\n/burndown why\n`", id="in code that begins where no link is, for one is in it"
        ),
        pytest.param("[a]:\n/burndown 'why'", id="in a definition's destination"),
        pytest.param("[a]: b\n[c]: d '\n/burndown why\n'", id="in the title of a second definition"),
        pytest.param("```\nx\n```\u00a0\n/burndown why", id="in a fence that a space that does not break keeps open"),
        pytest.param("<details>\n```\n\n```\n/burndown why\n```", id="in a fence below one that is no fence in HTML"),
        pytest.param("words\n01. > words\n/burndown why", id="below a quotation in a list that counts from 01"),
        pytest.param("> > words\n    words\n/burndown why", id="below an indented line of a quotation"),
        pytest.param(f"{'- ' * 99}> words\n/burndown why", id="below a quotation under a hundred levels of lists"),
        pytest.param(f"{'- ' * 99}\n\n  > words\n/burndown why", id="below a quotation within such a list"),
    ],
)
def test_what_is_no_command_of_ours_is_silent(body):
    assert commands(body) == ()


@pytest.mark.parametrize(
    ("body", "instead"),
    [
        ("/burndown", "/burndown help"),
        ("/burndown xyzzy", "/burndown help"),
        ("/burndown wy", "/burndown why"),
        ("/burndown puase 3", "/burndown pause [days]"),
        ("/burndown Clas crash", "/burndown class <id>"),
        ("/burndown why now", "/burndown why"),
        ("/burndown why.", "/burndown why"),
        ("/burndown why this?", "/burndown why"),
        ("/burndown test", "/burndown test <path::name>"),
        ("/burndown waive", "/burndown waive <kind> [target] <reason>"),
        ("/burndown wave ui", "/burndown waive <kind> [target] <reason>"),
        ("/burndown approve it", "/burndown approve"),
        ("/burndown approve.", "/burndown approve"),
        ("/burndown reject this", "/burndown reject"),
        ("/burndown class", "/burndown class <id>"),
        ("/burndown class crash null", "/burndown class <id>"),
        ("/burndown class Crash_Null", "/burndown class <id>"),
        ("/burndown class `crash`", "/burndown class <id>"),
        ("/burndown class .crash", "/burndown class <id>"),
        (f"/burndown class {'a' * 61}", "/burndown class <id>"),
        ("/burndown not", "/burndown not <id>"),
        ("/burndown owner", "/burndown owner @login"),
        ("/burndown owner @", "/burndown owner @login"),
        ("/burndown owner @a @b", "/burndown owner @login"),
        ("/burndown owner a@b.example", "/burndown owner @login"),
        ("/burndown owner @acme/", "/burndown owner @login"),
        ("/burndown pause 0", "/burndown pause [days]"),
        ("/burndown pause 91", "/burndown pause [days]"),
        ("/burndown pause -1", "/burndown pause [days]"),
        ("/burndown pause 1.5", "/burndown pause [days]"),
        ("/burndown pause 7 days", "/burndown pause [days]"),
        ("/burndown pause d", "/burndown pause [days]"),
        ("/burndown pause ٣", "/burndown pause [days]"),
        ("/burndown pause 9999999999", "/burndown pause [days]"),
    ],
)
def test_what_is_not_understood_is_answered_by_what_to_write(body, instead):
    assert commands(body) == (Unknown(body, instead),)


def test_what_is_not_understood_is_repeated_in_short():
    (command,) = commands(f"/burndown  {'x' * 1_000}")
    assert command == Unknown(f"/burndown {'x' * 1_000}"[:MAX_ECHO], "/burndown help")


@pytest.mark.parametrize(
    ("body", "issues", "pulls"),
    [
        pytest.param("/burndown aprove", "help", "approve", id="a slip in what counts on pull requests"),
        pytest.param("/burndown clas crash", "class <id>", "help", id="a slip in what counts on issues"),
        pytest.param("/burndown rechek", "recheck", "recheck", id="a slip in what counts on both"),
        pytest.param(
            "/burndown waive", "help", "waive <kind> [target] <reason>", id="a pull request's without its rest"
        ),
        pytest.param("/burndown pause 91", "pause [days]", "help", id="an issue's with a wrong argument"),
    ],
)
def test_what_to_write_instead_counts_where_it_is_written(body, issues, pulls):
    assert commands(body, "issues") == (Unknown(body, f"/burndown {issues}"),)
    assert commands(body, "pulls") == (Unknown(body, f"/burndown {pulls}"),)


@pytest.mark.parametrize("on", ["issues", "pulls"])
def test_a_command_is_read_wherever_it_is_written(on):
    body = f"/burndown class crash\n/burndown test {PATH}\n/burndown approve\n/burndown help"
    assert commands(body, on) == (SetClass("crash"), LinkTest(PATH), Approve(), Help())


def test_commands_run_in_their_order():
    body = "/burndown class crash\nBecause.\n/burndown owner @octocat\n\n/burndown recheck"
    assert commands(body) == (SetClass("crash"), SetOwner("octocat"), Recheck())


def test_a_command_that_is_written_twice_is_one():
    assert commands("/burndown pause\n/burndown undo\n/burndown PAUSE 7d") == (Pause(7), Undo())
    assert len(commands("/burndown owner @octocat\n/burndown owner OctoCat")) == 1


def test_ten_commands_of_a_comment_are_read():
    body = "\n".join(f"/burndown pause {days}" for days in range(1, 90))
    assert commands(body) == tuple(Pause(days) for days in range(1, MAX_COMMANDS + 1))


def test_an_edited_comment_runs_only_what_changed():
    before = commands("/burndown class crash\n/burndown pause 7")
    after = commands("Sorry:\n/burndown pause 7d\n/burndown class hang\n/burndown Class Crash")
    assert changed(after, frozenset(map(line, before))) == (SetClass("hang"),)
    assert changed(after, frozenset()) == after
    assert changed(after, frozenset(map(line, after))) == ()


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        pytest.param(f"ui {REASON}", f"ui  {REASON} ", False, id="white space"),
        pytest.param(f"ui {REASON}", f"ui {REASON.upper()}", True, id="capitals"),
        pytest.param(f"ui {REASON}", f"unchanged {REASON}", True, id="a word"),
        pytest.param(f"ui {'x' * 9_000}y", f"ui {'x' * 9_000}z", True, id="the end of a long line"),
        pytest.param(f"ui {'x' * 9_000}", f"ui {'x' * 9_000}", False, id="nothing of a long line"),
        pytest.param("ui x\u200by", "ui xy", True, id="what is not seen"),
    ],
)
def test_the_rest_of_a_line_tells_commands_apart(before, after, runs):
    ran = frozenset(map(line, commands(f"/burndown waive {before}")))
    now = commands(f"/burndown waive {after}")
    assert changed(now, ran) == (now if runs else ())


@pytest.mark.parametrize("rest", ["x" * 60_000, "\U0001f600" * 9_000, "x\0y\ud800z", "é \u202e" * 300])
def test_the_line_of_a_long_rest_is_short_and_is_kept_by_any_database(rest):
    for name in ("test", "waive"):
        (command,) = commands(f"/burndown {name} {rest}")
        said = line(command)
        assert len(said) <= MAX_REST + len(f"/burndown {name} ")
        assert len(said.encode()) < 2_000
        assert "\0" not in said
        assert [line(each) for each in commands(said)] == [said]


@pytest.mark.parametrize(
    ("command", "written"),
    [
        (Why(), "/burndown why"),
        (LinkTest(PATH), f"/burndown test {PATH}"),
        (Waive(f"ui {REASON}"), f"/burndown waive ui {REASON}"),
        (Approve(), "/burndown approve"),
        (Reject(), "/burndown reject"),
        (SetClass("crash"), "/burndown class crash"),
        (NotClass("crash"), "/burndown not crash"),
        (SetOwner("OctoCat"), "/burndown owner @octocat"),
        (Undo(), "/burndown undo"),
        (Pause(), "/burndown pause 7"),
        (Recheck(), "/burndown recheck"),
        (Help(), "/burndown help"),
    ],
)
def test_the_line_of_a_command_reads_as_that_command(command, written):
    assert line(command) == written
    assert [line(each) for each in commands(written)] == [written]


def test_the_line_of_what_is_not_understood_has_no_case():
    assert line(Unknown("/burndown Wy", "/burndown why")) == "/burndown wy"


def test_every_command_has_its_usage():
    rows = usage()
    names = "why class not owner duplicate-of not-duplicate undo pause recheck help"
    assert " ".join(each.name for each in rows) == names
    assert rows[7].syntax == "/burndown pause [days]"
    assert (rows[7].summary, rows[7].role) == ("leave this issue alone, 1 to 90 days (7)", Role.TRIAGE)
    assert " ".join(each.name for each in usage("pulls")) == "why test waive approve reject recheck help"
    assert " ".join(each.name for each in usage("report")) == "tranche help"
    assert all(each.summary and "|" not in each.syntax + each.summary for each in REGISTRY.values())


@pytest.mark.parametrize(
    ("body", "issues", "pulls"),
    [
        ("/burndown why", True, True),
        ("/burndown class crash", True, False),
        ("/burndown pause", True, False),
        (f"/burndown test {PATH}", False, True),
        ("/burndown waive ui", False, True),
        ("/burndown recheck", True, True),
        pytest.param("/burndown zzz", True, True, id="what is no command is answered everywhere"),
    ],
)
def test_a_command_counts(body, issues, pulls):
    (command,) = commands(body)
    assert (counts(command, "issues"), counts(command, "pulls")) == (issues, pulls)


@pytest.mark.parametrize("body", ["/burndown why", "/burndown help", "/burndown wy"])
def test_anybody_may_ask(body):
    assert [role(each) for each in commands(body)] == [Role.NONE]


@pytest.mark.parametrize("name", sorted(set(REGISTRY) - {"why", "help"}))
def test_whoever_changes_something_needs_a_role(name):
    examples = {"": "", "[days]": "", "#n": "#3", "<start, close or clear> [class ...]": "close"}
    (command,) = commands(f"/burndown {name} {examples.get(REGISTRY[name].argument, 'crash')}")
    others = {"waive": Role.READ, "approve": Role.WRITE, "reject": Role.WRITE, "tranche": Role.WRITE}
    assert role(command) is others.get(name, Role.TRIAGE)


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        pytest.param("Waiver: ui x", ["Waiver: ui x"], id="a line alone"),
        pytest.param("Words\r\nWAIVER: ui x\r\nWords", ["WAIVER: ui x"], id="in any case, between other lines"),
        pytest.param("Waiver: a\n\nwaiver: b", ["Waiver: a", "waiver: b"], id="two lines"),
        pytest.param("Waiver:", ["Waiver:"], id="the word alone"),
        pytest.param("My Waiver: ui x", [], id="behind other words"),
        pytest.param("Waivers: ui x", [], id="a longer word"),
        pytest.param("<!--\nWaiver: ui x\n-->", [], id="in a comment, as templates have it"),
        pytest.param("```\nWaiver: ui x\n```", [], id="in code"),
        pytest.param("> Waiver: ui x", [], id="in a quotation"),
        pytest.param("`words\nWaiver: ui x\n`", [], id="in code over lines"),
        pytest.param("/burndown why", [], id="a command"),
    ],
)
def test_lines_that_begin_with_a_word_are_found(body, lines):
    assert list(plain_lines(body, "Waiver:")) == lines


def test_roles_have_an_order():
    assert [str(each) for each in Role] == ["none", "read", "triage", "write", "maintain", "admin"]
    assert Role.ADMIN.at_least(Role.TRIAGE)
    assert Role.TRIAGE.at_least(Role.TRIAGE)
    assert not Role.READ.at_least(Role.TRIAGE)
    assert Role.NONE.at_least(Role.NONE)
