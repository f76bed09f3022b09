from pathlib import Path

import pytest

from bot import rulefiles
from bot.core.config import Config
from bot.core.document.segments import read_document
from bot.core.rules.classify import classify

RULES = Path(__file__).parents[2] / "rules"


@pytest.fixture(scope="session")
def packs():
    return rulefiles.load_packs(RULES)


@pytest.fixture(scope="session")
def general(packs):
    ruleset = packs.ruleset(Config(version=1, extends=("general",)))
    return lambda title, body: classify(read_document(title, body), ruleset)


@pytest.fixture(scope="session")
def warehouse(packs):
    ruleset = packs.ruleset(Config(version=1, extends=("general", "warehouse-profiling")))
    return lambda title, body: classify(read_document(title, body), ruleset)
