"""Entries and states of the ledger as lines, so that a row of a table can be read: `3 classified crash S1`."""

from datetime import UTC, datetime, timedelta

from bot.core.ledger.defects import fold, restated
from bot.core.ledger.model import Entry

START = datetime(2026, 8, 17, tzinfo=UTC)  # a Monday


def hour(number):
    return START + timedelta(hours=number)


def entries(text, number=1):
    """One for each line or part between commas: hour, kind, then a class, S1, a pull request #2, a duplicate =3."""
    return [_entry(part.split(), number) for part in text.replace("\n", ",").split(",") if part.strip()]


def ledger(told):
    """As it was reported then: every issue in the class that held at each moment. Entries come in any order."""
    by_number = {}
    for each in told:
        by_number.setdefault(each.number, []).append(each)
    return {number: fold(of_one) for number, of_one in by_number.items()}


def as_classified_now(then):
    """The same with what is known at the end: without what is no defect, or a dismissed one (terms.md d.1)."""
    found = ((number, restated(steps)) for number, steps in then.items())
    return {number: steps for number, steps in found if steps}


def shown(steps):
    """The other way round: `1 crash S1, 6 crash S1 fixed #12`, where `-` is no class."""
    return ", ".join(" ".join(filter(None, _words(step))) for step in steps)


def _entry(words, number):
    at, kind, *rest = words
    said = {}
    for word in rest:
        match word[0]:
            case "#":
                said["pull"] = int(word[1:])
            case "=":
                said["of"] = int(word[1:])
            case "S":
                said["severity"] = word
            case "@":
                said["who"] = word[1:]
            case _:
                said["class_id"] = word
    return Entry(number, hour(float(at)), kind, **said)


def _words(step):
    at, class_id, severity, ended, ref = step
    mark = "=" if ended == "dismissed" else "#"
    return [f"{(at - START) / timedelta(hours=1):g}", class_id or "-", severity, ended, f"{mark}{ref}" if ref else ""]
