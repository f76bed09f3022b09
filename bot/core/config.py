"""What a repository asks of the bot in `.github/burndown.yml`, and what holds where it says nothing."""

from typing import Annotated, Literal

from pydantic import Field

from bot.core.model import Mode
from bot.core.rules.conditions import Strict
from bot.core.rules.ruleset import ClassChange, Id, LabelName

PATH = ".github/burndown.yml"
DEFAULT_PACKS = ("general",)

PackName = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]


class Config(Strict):
    """One repository's configuration, version 1."""

    version: Literal[1]
    mode: Mode = Field(Mode.OBSERVE, description="off | observe (decide and record, write nothing) | enforce (write)")
    extends: Annotated[tuple[PackName, ...], Field(max_length=10)] = Field(
        DEFAULT_PACKS, description="packs of rules, later ones replacing classes and rules of earlier ones by id"
    )
    explain: Literal["none", "comment"] = Field("none", description="comment: one sticky comment that says why")
    classes: Annotated[dict[Id, ClassChange], Field(max_length=200)] = Field(
        default_factory=dict, description="owners, labels, severity and threshold per class"
    )
    needs_triage: LabelName = Field(
        "needs-triage", alias="needs-triage", description="the label of an issue on which the bot abstained"
    )


def default(mode: Mode = Mode.OBSERVE) -> Config:
    """What holds in a repository without a configuration file."""
    return Config(version=1, mode=mode)
