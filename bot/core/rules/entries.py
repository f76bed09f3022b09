"""What rule files say, as pydantic models. What they become is ruleset.py's."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, model_validator

from bot.core.rules.conditions import Name, Node, Strict, Text, Texts

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$", max_length=60)]
Login = Annotated[str, Field(pattern=r"^@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})(?:/[A-Za-z0-9._-]{1,100})?$")]
LabelName = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^,\x00-\x1f]+$")]
Severity = Literal["S1", "S2", "S3", "S4"]
Level = Literal["L0", "L1", "L2", "L3", "L4", "L5"]
LEVELS: Mapping[str, Level] = MappingProxyType({each: each for each in get_args(Level)})
Rotate = Literal["none", "weekly", "least-loaded"]
Color = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{6}$")]
Threshold = Annotated[int, Field(ge=1, le=100)]
Priority = Annotated[int, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=1, le=3650)]


def _people_of_one_issue(owners: tuple[str, ...]) -> tuple[str, ...]:
    people = [owner for owner in owners if "/" not in owner and owner != "codeowners"]
    if len(people) > 10:  # noqa: PLR2004 - GitHub assigns ten at most
        raise ValueError(f"{len(people)} people, but GitHub assigns at most 10 - name a team, or rotate: weekly")
    return owners


Owners = Annotated[tuple[Login, ...], AfterValidator(_people_of_one_issue), Field(max_length=50)]


class Acceptance(Strict):
    """When a class counts as burnt down: checked by the machine."""

    days: Days = Field(28, description="without a new report")
    releases: Annotated[int, Field(ge=0, le=100)] = Field(0, description="shipped since the last fix")
    evidence: Level = Field("L3", description="that every fix must have")


class Validation(Strict):
    """What a fix must bring."""

    regression_test: Level = Field("L3", alias="regression-test", description="the least evidence of a regression test")
    also: tuple[Literal["reproduction", "benchmark", "screenshot", "docs", "changelog"], ...] = ()


class ClassEntry(Strict):
    """One defect class (or kind of issue that is no defect) of a rule file."""

    id: Id
    title: Text
    description: Annotated[str, Field(max_length=1000)] = ""
    defect: StrictBool = True
    severity: Severity = "S3"
    labels: tuple[LabelName, ...] = ()
    color: Color = "d4a72c"
    owners: Owners = ()
    rotate: Rotate = "none"
    acceptance: Acceptance = Acceptance()
    validation: Validation = Validation()
    sla: Days | None = Field(None, description="days from the report to the fix")
    threshold: Threshold = 5
    priority: Priority = 50


class Sample(Strict):
    """An issue that proves a rule: the first line of the text is the title, the rest the body."""

    model_config = ConfigDict(json_schema_extra={"type": ["object", "string"], "minLength": 1})  # a text is enough

    text: Annotated[str, Field(min_length=1)]
    labels: tuple[LabelName, ...] = ()
    association: str = Field("", description="of the author: OWNER, MEMBER, CONTRIBUTOR, NONE ...")
    author_comments: str = Field("", alias="author-comments")
    maintainer_comments: str = Field("", alias="maintainer-comments")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Sample) else {"text": value}


class Samples(Strict):
    """Issues that prove a rule."""

    match: Annotated[tuple[Sample, ...], Field(min_length=1)]
    no_match: Annotated[tuple[Sample, ...], Field(min_length=1, alias="no-match")]


class RuleEntry(Strict):
    """A tree of conditions that speaks for (or against) a class."""

    id: Id
    class_: Id = Field(alias="class")
    when: Node
    score: Annotated[int, Field(ge=-20, le=20)] = 5
    group: Id | None = Field(None, description="of the rules of one group and class only the weightiest counts")
    status: Literal["experimental", "stable", "deprecated"] = "stable"
    tests: Samples


class RuleFile(Strict):
    version: Literal[1]
    vocab: dict[Name, Texts] = Field(default_factory=dict, description="named words and phrases, for `vocab:`")
    classes: tuple[ClassEntry, ...] = ()
    rules: tuple[RuleEntry, ...] = ()


class ClassChange(Strict):
    """What a repository says otherwise about a class of a pack; what it leaves out stays."""

    title: Text | None = None
    severity: Severity | None = None
    labels: tuple[LabelName, ...] | None = None
    color: Color | None = None
    owners: Owners | None = None
    rotate: Rotate | None = None
    acceptance: Acceptance | None = None
    validation: Validation | None = None
    sla: Days | None = None
    threshold: Threshold | None = None
    priority: Priority | None = None
