"""What a repository asks of the bot in `.github/burndown.yml`, and what holds where it says nothing."""

from typing import Annotated, Literal

from pydantic import Field

from bot.core.model import Mode
from bot.core.rules.conditions import Strict
from bot.core.rules.entries import ClassChange, Id, LabelName

PATH = ".github/burndown.yml"
RULES = ".github/burndown/rules"  # a folder of rule files
DEFAULT_PACKS = ("general",)

PackName = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]


class Backtest(Strict):
    """How a change of rules is judged on the repository's own issues."""

    issues: Annotated[int, Field(ge=10, le=1000)] = Field(500, description="how many of the newest are looked at")
    max_loss: Annotated[int, Field(ge=0, le=1000)] | None = Field(
        0, alias="max-loss", description="right verdicts lost, less those gained, before the check fails; null: never"
    )


class Config(Strict):
    """One repository's configuration, version 1."""

    version: Literal[1]
    mode: Mode = Field(Mode.OBSERVE, description="off | observe (decide and record, write nothing) | enforce (write)")
    extends: Annotated[tuple[PackName, ...], Field(max_length=10)] = Field(
        DEFAULT_PACKS, description="packs of rules, later ones replacing classes and rules of earlier ones by id"
    )
    disable: Annotated[tuple[Id, ...], Field(max_length=500)] = Field(
        (), description="rules and classes of the packs that are not wanted, by id"
    )
    explain: Literal["none", "comment"] = Field("none", description="comment: one sticky comment that says why")
    classes: Annotated[dict[Id, ClassChange], Field(max_length=200)] = Field(
        default_factory=dict, description="owners, labels, severity, threshold and more per class"
    )
    needs_triage: LabelName = Field(
        "needs-triage", alias="needs-triage", description="the label of an issue on which the bot abstained"
    )
    writes_per_hour: Annotated[int, Field(ge=1, le=500)] = Field(
        60, alias="writes-per-hour", description="issues that rules may change in an hour; the rest wait"
    )
    backtest: Backtest = Field(Backtest(), description="how a pull request that changes rules is judged")


def default(mode: Mode = Mode.OBSERVE) -> Config:
    """What holds in a repository without a configuration file."""
    return Config(version=1, mode=mode)
