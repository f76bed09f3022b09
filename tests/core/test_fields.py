import pytest
from pydantic import TypeAdapter, ValidationError

from bot.core.document.segments import read_document
from bot.core.rules.fields import BODY, COMMENTS, NAMES, VALUES, FieldNames, concrete

FIELDS = TypeAdapter(FieldNames)


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_field(name):
    assert FIELDS.validate_python(name) == (name,)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("form.steps to reproduce", "form.steps to reproduce", id="a section"),
        pytest.param("form. Steps To Reproduce ", "form.steps to reproduce", id="a section in any case"),
        pytest.param("form.GRÖSSE", "form.grösse", id="a section of another script"),
    ],
)
def test_a_section_of_a_form_is_a_field(written, meant):
    assert FIELDS.validate_python([written]) == (meant,)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        pytest.param("titel", "there is no field 'titel' - write \"title\"", id="letters are swapped"),
        pytest.param("trace.modul", "there is no field 'trace.modul' - write \"trace.module\"", id="one is missing"),
        pytest.param("Title", "there is no field 'Title' - write \"title\"", id="a field has its case"),
        pytest.param("comments", "there is no field 'comments' - write \"comments.author\"", id="half a name"),
        pytest.param(
            "zzz", f"there is no field 'zzz' - allowed: {', '.join(NAMES)}, form.<heading>", id="nothing is near"
        ),
        pytest.param("form.", "there is no field 'form.'", id="a section without a name"),
    ],
)
def test_another_field_is_refused(written, instead):
    with pytest.raises(ValidationError) as caught:
        FIELDS.validate_python(written)
    assert instead in str(caught.value)


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        pytest.param(("title",), ("title",), id="a field is itself"),
        pytest.param(("any",), ("title", *BODY), id="any is the title and all parts of the body"),
        pytest.param(("body",), BODY, id="the body is all but the title"),
        pytest.param(("code", "any"), ("code", "title", "prose", "trace", "quote", "headings"), id="each stands once"),
        pytest.param(("labels", "form.x"), ("labels", "form.x"), id="values and sections"),
    ],
)
def test_a_field_stands_for(names, fields):
    assert concrete(names) == fields


def test_a_document_has_every_field():
    """A field that the language knows and no document has would be a condition that never holds."""
    trace = "java.io.IOException: no\n\tat com.acme.Reader.read(Reader.java:3)\n"
    body = f"# Steps\nSee a/b.py 1.2.3\n> so\n```\nx\n```\nORA-00942\n\n{trace}"
    values = {"labels": ("x",), "author.association": ("OWNER",)}
    document = read_document("Title", body, values=values, comments=dict.fromkeys(COMMENTS, "more"))
    names = ("title", *BODY, *COMMENTS, *VALUES, "form.steps")
    assert [name for name in names if not any(document.values_of(name))] == []
