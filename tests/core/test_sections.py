import pytest

from bot.core.text.sections import END, Section, fitted, merged

B, E = "<!-- burndown:weekly 2026-W33 -->", END
NEW = f"<!-- burndown:weekly 2026-W34 -->\nnew\n{E}"


@pytest.mark.parametrize(
    ("room", "text"),
    [
        (100, "head\n- a\n- b\n- c\n- and 2 more\n\nfoot"),
        (37, "head\n- a\n- b\n- c\n- and 2 more\n\nfoot"),
        (36, "head\n- a\n- b\n- and 3 more\n\nfoot"),
        (25, "head\n- and 5 more\n\nfoot"),
        (24, "foot"),
        (0, "foot"),
    ],
)
def test_a_section_is_cut_from_its_end(room, text):
    made = fitted((Section(1, ("head",), ("- a", "- b", "- c"), total=5), Section(99, ("foot",))), room)
    assert made == text


@pytest.mark.parametrize(
    ("existing", "after"),
    [
        pytest.param("", NEW, id="nothing"),
        pytest.param("Hello", f"Hello\n\n{NEW}", id="a person's text"),
        pytest.param("Hello\n", f"Hello\n\n{NEW}", id="with a line end"),
        pytest.param("Hello\n\n", f"Hello\n\n{NEW}", id="with a blank line"),
        pytest.param("Hello\n\n\n", f"Hello\n\n\n{NEW}", id="with more of them"),
        pytest.param(f"a\n{B}\nold\n{E}\nz", f"a\n{NEW}\nz", id="between two texts"),
        pytest.param(f"{B}\nold\n{E}", NEW, id="alone"),
        pytest.param(f"a \n  {B}  \nold\n {E}\t\nz", f"a \n  {NEW}\t\nz", id="spaces around markers"),
        pytest.param(f"{B}\n{E}", NEW, id="an empty section"),
        pytest.param(f"a\n{B}\nz", f"a\n{B}\nz\n\n{NEW}", id="no end"),
        pytest.param(f"a\n{E}\nz", f"a\n{E}\nz\n\n{NEW}", id="no beginning"),
        pytest.param(f"{E}\nmine\n{B}", f"{E}\nmine\n{B}\n\n{NEW}", id="swapped"),
        pytest.param(f"{B}\nx\n{B}\nold\n{E}\ny\n{E}", f"{B}\nx\n{NEW}\ny\n{E}", id="nested"),
        pytest.param(f"{B}\n1\n{E}\nmine\n{B}\n2\n{E}\nz", f"{NEW}\nmine\n{B}\n{E}\nz", id="doubled"),
        pytest.param(
            f"{B}\n1\n{E}\n{B}\nx\n{B}\n2\n{E}\ny\n{E}", f"{NEW}\n{B}\nx\n{B}\n{E}\ny\n{E}", id="doubled and nested"
        ),
        pytest.param(f"{B}\n{B}\nold\n{E}", f"{B}\n{NEW}", id="two beginnings"),
        pytest.param(f"{B}\nold\n{E}\n{E}", f"{NEW}\n{E}", id="two ends"),
        pytest.param(
            f"between `{B}` and `{E}` it is the bot's", f"between `{B}` and `{E}` it is the bot's\n\n{NEW}", id="named"
        ),
        pytest.param(f"> {B}\n> old\n> {E}", f"> {B}\n> old\n> {E}\n\n{NEW}", id="quoted"),
        pytest.param(f"    {B}\n    {E}", f"    {B}\n    {E}\n\n{NEW}", id="as code"),
        pytest.param(f"\t{B}\n\t{E}", f"\t{B}\n\t{E}\n\n{NEW}", id="as code, by a tab"),
        pytest.param(
            "<!-- burndown:weekly soon -->\n" + E, f"<!-- burndown:weekly soon -->\n{E}\n\n{NEW}", id="no week"
        ),
        pytest.param("\ud800 \0 \u202e", f"\ud800 \0 \u202e\n\n{NEW}", id="no text at all"),
    ],
)
def test_a_body_is_merged(existing, after):
    assert merged(existing, NEW) == after
    assert merged(after, NEW) == after


@pytest.mark.parametrize(
    ("existing", "after"),
    [
        pytest.param("Hello\r\n", f"Hello\r\n\r\n{NEW}", id="appended"),
        pytest.param("Hello\r\n\r\n", f"Hello\r\n\r\n{NEW}", id="appended below a blank line"),
        pytest.param(f"a\r\n{B}\r\nold\r\n{E}\r\nz\r\n", f"a\r\n{NEW}\r\nz\r\n", id="replaced"),
        pytest.param(f"{B}\r\n1\r\n{E}\r\n{B}\r\n2\r\n{E}", f"{NEW}\r\n{B}\r\n{E}", id="doubled"),
    ],
)
def test_a_body_with_line_ends_of_two_characters_keeps_them(existing, after):
    after = after.replace(NEW, NEW.replace("\n", "\r\n"))
    assert merged(existing, NEW) == after
    assert merged(after, NEW) == after
