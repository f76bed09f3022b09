"""Rule files and configuration as text: hostile YAML in, a checked policy or every problem out. Decides nothing."""

from bot.rulefiles.check import check, json_schema
from bot.rulefiles.packs import Packs, load_packs, read_packs, templates
from bot.rulefiles.prove import Trial, on_templates, prove, trials
from bot.rulefiles.source import MAX_BYTES, read_yaml

__all__ = [
    "MAX_BYTES",
    "Packs",
    "Trial",
    "check",
    "json_schema",
    "load_packs",
    "on_templates",
    "prove",
    "read_packs",
    "read_yaml",
    "templates",
    "trials",
]
