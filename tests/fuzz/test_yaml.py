"""10,000 hostile configuration files: read, or refused with places and advice; never anything else."""

import os
import random

import pytest

from bot.core.config import RULES
from bot.core.lint import BadRules, Problem
from bot.core.model import Mode
from bot.core.policy import Files
from bot.core.rules.entries import RuleFile
from bot.rulefiles import check, load_packs, read_yaml, templates
from tests.fuzz.yamls import BOMBS, ROOT, files

SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(10**9))


PACKS = load_packs(ROOT / "rules")


def _read(text: bytes, number: int) -> bool:
    """Whether it was read: as a configuration, as a rule file, or as a form, which nothing depends on.

    Raises what is not BadRules.
    """
    problems: tuple[Problem, ...] | None = None
    written = text.decode(errors="surrogateescape")
    try:
        match number % 12:
            case 0 | 1 | 2:
                check(read_yaml("hostile.yml", text), RuleFile)
            case 3:
                PACKS.policy(Files(rules={f"{RULES}/own.yml": written}), Mode.OBSERVE)
            case 4:
                templates(Files(templates={"form.yml": written}))
            case _:
                PACKS.policy(Files(config=written), Mode.OBSERVE)
    except BadRules as error:
        problems = error.problems
    assert problems is None or (problems and all(problem.what for problem in problems))
    return problems is None


def test_10000_hostile_files_are_read_or_refused_with_a_reason():
    read = 0
    for number, text in enumerate(files(SEED, 10_000)):
        try:
            read += _read(text, number)
        except Exception as error:  # noqa: BLE001 - this is what the test is about
            pytest.fail(f"seed {SEED}, file {number}: {type(error).__name__}: {error} from {text[:3000]!r}")
    assert read > 100, "the files are too broken to get beyond the first check"


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: f"{text[:12]!r} x {len(text)}")
def test_no_bomb_is_a_configuration(text):
    with pytest.raises(BadRules):
        PACKS.policy(Files(config=text.decode(errors="surrogateescape")), Mode.OBSERVE)
