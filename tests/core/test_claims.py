import pytest

from bot.core.document.segments import read_document
from bot.core.recurrence.sightings import severity_of


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        pytest.param("### Severity\n\nS3 - some work is lost", "S3", id="a level"),
        pytest.param("### Severity\n\nS1", "S2", id="nobody but who may label opens the gate"),
        pytest.param("### Severity\n\n**Critical** (all users)", "S2", id="a word"),
        pytest.param("### Priority\n\nlow", "S4", id="another heading"),
        pytest.param("### Impact\n\nMany users cannot log in", "", id="a sentence"),
        pytest.param("### Severity\n\n_No response_\n\n### Priority\n\nMedium", "S3", id="not answered"),
        pytest.param("Severity: critical", "", id="no form"),
        pytest.param("### Severity", "", id="nothing below it"),
    ],
)
def test_a_form_says_how_bad_it_is(body, severity):
    assert severity_of(read_document("It stops", body)) == severity
