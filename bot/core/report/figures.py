"""The figures of the burn-down: each with its parts, its n, its one definition and the words that it is shown in.

Counts only what it is handed: which entries of the ledger make up a count is not decided here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType
from typing import Literal

MIN_N = 10  # below, a percentage says more than is known: "x of n" is shown
WEIGHTS: Mapping[str, int] = MappingProxyType({"S1": 8, "S2": 5, "S3": 2, "S4": 1, "": 3})  # "": unset
HOURS = 24  # of a day
WHOLE = 10  # days: from here on, no tenths
ROUNDING = 1e-9  # of a product of many fractions

Name = Literal[
    "net burn",
    "BMI",
    "MEI",
    "burn-down time",
    "weighted burn-down time",
    "incoming vs open",
    "closed vs open",
    "carry-over",
    "repeat rate",
    "failed-fix rate",
    "reopen rate",
    "proof coverage",
    "waiver rate",
    "waiver regret",
    "percent delinquent",
    "time to triage",
    "time to fix",
    "time to release",
]

_SPEED = (
    "median and p90 (nine in ten took no longer), of those that are done; "
    "with those still open: the median by Kaplan and Meier, by which half are done if the open ones go on as the others"
)

DEFINITIONS: Mapping[Name, str] = MappingProxyType(
    {
        "net burn": "(fixed + dismissed) - (arrived + reopened); above 0 the backlog falls; reclassified apart",
        "BMI": "backlog management index: 100 x closed / arrived; above 100 the backlog falls",
        "MEI": "maintenance effectiveness: 100 x weight closed / weight opened, with S1 8, S2 5, S3 2, S4 1, unset 3; "
        "if nothing was opened, 100 x (weight closed + 1)",
        "burn-down time": "days x open / (closed - opened), at the pace of those days; never, if no more is closed "
        "than opened; 0, if nothing is open",
        "weighted burn-down time": "days x weight open / (weight closed - weight opened), with S1 8, S2 5, S3 2, S4 1, "
        "unset 3; never, if no more is closed than opened; 0, if nothing is open",
        "incoming vs open": "100 x opened / open at the start",
        "closed vs open": "100 x closed / open at the start",
        "carry-over": "open at the start and at the end / open at the start",
        "repeat rate": "arrivals of a class (or fingerprint) that already had a shipped fix / all arrivals",
        "failed-fix rate": "fixes with {reports} or more new matching reports, on versions that contain the fix, "
        "within {days} days / fixes observed for all {days} days; younger fixes do not count",
        "reopen rate": "distinct issues reopened / issues resolved",
        "proof coverage": "fixes with a proven regression test / fixes",
        "waiver rate": "waived fixes / fixes",
        "waiver regret": "waived fixes that recurred / waived fixes past their observation; younger ones do not count",
        "percent delinquent": "fixes later than the target of their class (sla) / fixes that have a target",
        "time to triage": f"days from created to class and owner: {_SPEED}",
        "time to fix": f"days from created to fix merged: {_SPEED}",
        "time to release": f"days from fix merged to the first release with it: {_SPEED}",
    }
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and all that a reader needs to doubt it."""

    name: Name
    value: float | None  # rates: 0 to 1; indices: in hundredths; times: days; None: undefined, or never
    numerator: float
    denominator: float | None  # None: a difference has none
    n: int  # what it rests on: issues, fixes or arrivals, unweighted
    definition: str
    shown: str


@dataclass(frozen=True, slots=True)
class Speed:
    """How long something took, in days, where what is not done yet counts too."""

    name: Name
    n: int  # done
    open: int  # not done yet: right-censored
    median: float | None  # of those done; None: none are
    p90: float | None  # of those done, the time of one of them
    with_open: float | None  # Kaplan-Meier median; None: fewer than half are done by the longest time seen
    definition: str

    @property
    def shown(self) -> str:
        if self.median is None or self.p90 is None:
            return f"none done yet, {self.open} still open"
        most = "p90" if self.n >= MIN_N else "longest"
        found = f"median {days(self.median)}, {most} {days(self.p90)} (n = {self.n})"
        if not self.open:
            return found
        half = "less than half done" if self.with_open is None else f"median {days(self.with_open)}"
        return f"{found}; with {self.open} still open: {half}"


def weight(severity: str) -> int:
    """Of any word that is not S1 to S4: that of an unset severity."""
    return WEIGHTS.get(severity, WEIGHTS[""])


def weighed(counts: Mapping[str, int]) -> int:
    """The weight of so many issues by severity."""
    return sum(weight(severity) * count for severity, count in counts.items())


def percent(part: int, whole: int) -> str:
    """In whole percent, of a `whole` above 0; neither nothing nor all by rounding."""
    rounded = (200 * part + whole) // (2 * whole)
    if rounded == 0 and part > 0:
        return "under 1 %"
    if rounded == 100 and part < whole:  # noqa: PLR2004 - percent
        return "over 99 %"
    return f"{rounded} %"


def days(value: float) -> str:
    """A time as a person says it: hours below a day, tenths below ten days."""
    hours = round(value * HOURS)
    if abs(hours) < 1:
        return "under an hour"
    if abs(hours) < HOURS:
        return "1 hour" if hours == 1 else f"{hours} hours"
    text = f"{value:.0f}" if abs(value) >= WHOLE else f"{value:.1f}".removesuffix(".0")
    return "1 day" if text == "1" else f"{text} days"


# Flow and stock: terms.md d.1


def net_burn(fixed: int, dismissed: int, arrived: int, reopened: int) -> Figure:
    gone, come = fixed + dismissed, arrived + reopened
    net = gone - come
    parts = f"{fixed} fixed, {dismissed} dismissed; {arrived} arrived, {reopened} reopened"
    shown = f"{net:+d} ({parts})" if net else f"0 ({parts})"
    return Figure("net burn", net, net, None, gone + come, DEFINITIONS["net burn"], shown)


def bmi(closed: int, arrived: int) -> Figure:
    return _index("BMI", closed, arrived, arrived, f"{closed} closed, {arrived} arrived")


def mei(closed: Mapping[str, int], opened: Mapping[str, int]) -> Figure:
    """Of counts by severity."""
    gone, come, n = weighed(closed), weighed(opened), sum(opened.values())
    found = _index("MEI", gone, come, n, f"weight {gone} closed, weight {come} opened")
    if come:
        return found
    return Figure("MEI", 100.0 * (gone + 1), gone, 0, n, found.definition, f"weight {gone} closed, nothing opened")


def burn_down_time(in_days: float, still_open: int, opened: int, closed: int) -> Figure:
    """At the pace of a window of so many days, at whose end so many are open."""
    parts = f"{still_open} open; {closed} closed, {opened} opened in {days(in_days)}"
    return _pace("burn-down time", in_days * still_open, closed - opened, opened + closed, parts)


def weighted_burn_down_time(
    in_days: float, still_open: Mapping[str, int], opened: Mapping[str, int], closed: Mapping[str, int]
) -> Figure:
    """Of counts by severity."""
    stock, come, gone = weighed(still_open), weighed(opened), weighed(closed)
    parts = f"weight {stock} open; weight {gone} closed, weight {come} opened in {days(in_days)}"
    n = sum(opened.values()) + sum(closed.values())
    return _pace("weighted burn-down time", in_days * stock, gone - come, n, parts)


def incoming_vs_open(opened: int, start_open: int) -> Figure:
    parts = f"{opened} opened, {start_open} open at the start"
    return _index("incoming vs open", opened, start_open, start_open, parts)


def closed_vs_open(closed: int, start_open: int) -> Figure:
    parts = f"{closed} closed, {start_open} open at the start"
    return _index("closed vs open", closed, start_open, start_open, parts)


def carry_over(carried: int, start_open: int) -> Figure:
    return _rate("carry-over", carried, start_open)


def _index(name: Name, numerator: int, denominator: int, n: int, parts: str) -> Figure:
    """100 x a / b, which may be above 100: both parts are named, for "7 of 5" reads as a slip."""
    value = 100 * numerator / denominator if denominator else None
    shown = parts if value is None or n < MIN_N else f"{value:.0f} ({parts})"
    return Figure(name, value, numerator, denominator, n, DEFINITIONS[name], shown)


def _pace(name: Name, numerator: float, denominator: int, n: int, parts: str) -> Figure:
    """No infinity, which neither a table nor JSON can hold: never is None, and said."""
    value: float | None
    if not numerator:
        value, shown = 0.0, "nothing open"
    elif denominator > 0:
        value = numerator / denominator
        shown = days(value)
    else:
        value, shown = None, "never at this pace"
    return Figure(name, value, numerator, denominator, n, DEFINITIONS[name], f"{shown} ({parts})")


# Speed: terms.md d.2


def speed(
    name: Literal["time to triage", "time to fix", "time to release"], done: Iterable[float], waiting: Iterable[float]
) -> Speed:
    """Of days that it took, and of days that the others have been waiting."""
    took, still = sorted(done), sorted(waiting)
    n = len(took)
    return Speed(
        name,
        n,
        len(still),
        median(took) if took else None,
        took[-(-9 * n // 10) - 1] if took else None,  # nearest rank, rounded up: a time that somebody did wait
        survival_median(took, still),
        DEFINITIONS[name],
    )


def survival_median(done: Iterable[float], waiting: Iterable[float]) -> float | None:
    """Kaplan-Meier: the first time by which half are done; of equal times the done come before the waiting."""
    events = sorted([(time, False) for time in done] + [(time, True) for time in waiting])
    surviving = 1.0
    for index, (time, is_censored) in enumerate(events):
        if not is_censored:
            at_risk = len(events) - index
            surviving *= (at_risk - 1) / at_risk
            if surviving <= 1 / 2 + ROUNDING:
                return time
    return None


def percent_delinquent(late: int, fixes: int) -> Figure:
    """Of fixes of issues whose class has a target."""
    return _rate("percent delinquent", late, fixes)


# Recurrence and fix quality: terms.md d.3


def repeat_rate(repeats: int, arrivals: int) -> Figure:
    return _rate("repeat rate", repeats, arrivals)


def failed_fix_rate(failed: int, observed: int, young: int, in_days: int = 10, reports: int = 5) -> Figure:
    """Of fixes observed for all those days; `young` ones are not, whether they failed already or not."""
    definition = DEFINITIONS["failed-fix rate"].format(days=in_days, reports=reports)
    return _rate("failed-fix rate", failed, observed, young, definition)


def reopen_rate(reopened: int, resolved: int) -> Figure:
    """Of one cohort of resolved issues, each counted once however often it was reopened."""
    return _rate("reopen rate", reopened, resolved)


def proof_coverage(proven: int, fixes: int) -> Figure:
    return _rate("proof coverage", proven, fixes)


def waiver_rate(waived: int, fixes: int) -> Figure:
    return _rate("waiver rate", waived, fixes)


def waiver_regret(recurred: int, observed: int, young: int) -> Figure:
    return _rate("waiver regret", recurred, observed, young)


def _rate(name: Name, part: int, whole: int, young: int = 0, definition: str = "") -> Figure:
    """A share of like things; `young` ones are neither in the part nor in the whole, but said."""
    parts = f"{part} of {whole}" + (f", {young} too young to say" if young else "")
    shown = parts if whole < MIN_N else f"{percent(part, whole)} ({parts})"
    value = part / whole if whole else None
    return Figure(name, value, part, whole, whole, definition or DEFINITIONS[name], shown)
