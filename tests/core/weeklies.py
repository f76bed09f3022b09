"""Reports of a week, built for tests: a first one, a quiet one, a busy one, and one that is as large as can be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.report import figures
from bot.core.report.model import (
    Arithmetic,
    ClassRow,
    Count,
    Excluded,
    Freshness,
    Impact,
    Measure,
    Outside,
    Planned,
    Regression,
    Report,
    Step,
    Tranche,
    TrancheClass,
    TrancheReview,
    Unproven,
    Waived,
    Week,
)
from bot.core.report.ranking import Counts, OpenDefect, ranked
from bot.core.report.trend import compare, trend
from bot.core.rules.entries import Acceptance, Validation

AS_OF = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)
FIRST = Report("acme/widget", "2026-W34", AS_OF)
ARRIVALS = (9, 7, 8, 6, 7, 5, 4, 4, 3, 2, 1, 1)


def week(back):
    """The name of the week so many before 2026-W34."""
    at = datetime.fromisocalendar(2026, 34, 1) - timedelta(weeks=back)
    return "{}-W{:02}".format(*at.isocalendar()[:2])


def weeks(count, impact=lambda back: 60.0 + 5 * back):
    return tuple(
        Week(week(back), Count(2, 0, 3, 0, 20 + back, impact(back)), Count(2, 0, 3, 0, 20 + back, impact(back)))
        for back in reversed(range(count))
    )


def row(rank=1, id_="crash", title="Crash on an empty table", **more):
    return ClassRow(rank, id_, title, **more)


def ranked_rows():
    crash = tuple(OpenDefect(number, "S1" if number == 101 else "S2", 2, 1, 3) for number in range(101, 107))
    found = ranked(
        [
            Counts("crash", crash, 5, 2, 4, 8, 5),
            Counts("hang", (OpenDefect(201, "S3", 4), OpenDefect(202, "", 1)), 1, 0, 4, 3, 3),
            Counts("loss", (), 0, 0, 4, 12, 11),
        ]
    )
    titles = {"crash": "Crash on an empty table", "hang": "The profiler hangs", "loss": "Rows are lost"}
    states = {"crash": "growing", "hang": "no-evidence", "loss": "at-target"}
    stages = {"crash": "failed-fix", "hang": "observing", "loss": "verified"}
    owners = {"crash": "ann", "hang": "acme/runtime", "loss": ""}
    return tuple(
        row(
            each.rank,
            each.counts.class_id,
            titles[each.counts.class_id],
            state=states[each.counts.class_id],
            open=len(each.counts.open),
            delta=len(each.counts.open) - 2,
            inflow=each.counts.arrivals,
            outflow=2,
            repeat=each.repeat,
            oldest_days=41 if each.counts.open else None,
            owner=owners[each.counts.class_id],
            guards=each.coverage,
            arithmetic=Arithmetic.of(each),
            criterion=Acceptance(days=28, releases=2),
            stage=stages[each.counts.class_id],
            validation=Validation(regression_test="L4", also=("reproduction",)),
        )
        for each in found
    )


ROWS = ranked_rows()
FRESH = Freshness(AS_OF - timedelta(hours=1), datetime(2024, 1, 1, tzinfo=UTC), is_complete=True)

QUIET = replace(
    FIRST,
    verdict=trend(ARRIVALS),
    impact=Impact(60.0, 67.5, (-0.19, -0.05)),
    reopened=figures.reopen_rate(3, 71),
    burn_down=figures.burn_down_time(28, 20, 6, 10),
    weeks=(*weeks(12)[:-1], Week("2026-W34", Count(open=20, impact=60.0))),
    classes=(replace(ROWS[1], rank=1),),
    freshness=FRESH,
)

BUSY = replace(
    QUIET,
    verdict=trend(ARRIVALS[::-1]),
    impact=Impact(96.0, 88.0),
    burn_down=figures.burn_down_time(28, 40, 30, 12),
    weeks=(
        *(replace(each, then=None, backfilled=4) for each in weeks(12)[:3]),
        *(
            Week(week(back), Count(6, 1, 3, 1, 30, 80.0 + back), Count(5, 1, 3, 0, 29, 80.0 + back))
            for back in range(8, 0, -1)
        ),
        Week("2026-W34", Count(12, 2, 4, -1, 40, 96.0)),
    ),
    tranche=Tranche(
        week(6), "2026-W42", 86.0, tuple(Planned(week(n), 50 + 6.0 * n, 92.0 - n) for n in range(6, -1, -1)), ("crash",)
    ),
    classes=ROWS,
    regressions=(
        Regression(
            *(301, "Crash again on an empty table", 12, 45, "tests/test_table.py::test_empty"),
            *("the test uses a table of one row", "ZeroDivisionError in profile.py:41, version 2.4.1", "ann"),
            "failed-fix",
        ),
        Regression(302, "Hangs when closed twice", 77, 0, "", "", "waits forever"),
    ),
    unproven=(Unproven(451, "L1", 17, "crash"), Unproven(452)),
    waivers=(Waived("ui", 3, figures.waiver_regret(1, 2, 1)), Waived("untestable", 1)),
    proposed=ROWS[:2],
    outside=(Outside("support", "crash", 17), Outside("incidents", "#301", 2)),
    excluded=(Excluded("unclassified", 12), Excluded("duplicate", 3)),
    measures=(
        Measure(4, figures.bmi(12, 30)),
        Measure(12, figures.speed("time to fix", [3.0, 5.5, 8.0], [21.0])),
        Measure(12, figures.failed_fix_rate(1, 14, 2)),
    ),
)


def of_tranche(id_="crash", title="Crash on an empty table", owner="ann"):
    figures_ = (8, 2, 96.0, 24.0, 48.0, compare(12, 3, (4.0, 6.0)))
    return TrancheClass(id_, title, owner, *figures_, Acceptance(days=14), "observing", is_met=True)


TRANCHE = TrancheReview(
    *("2026-W29", "2026-W34", "2026-W34", "over", 120.0, 96.0, compare(30, 28, (4.0, 6.0))),
    classes=(of_tranche(), replace(of_tranche("hang", "The profiler hangs", ""), is_met=False)),
    accepted=Step("ann", AS_OF - timedelta(weeks=6)),
    proposed=("hang", "loss"),
    arithmetic=("12.0 + 6.0 = 18.0 of impact to burn down in 6 weeks", "hang: carried over", "loss: rank 2"),
    waiting="2026-W36",
)


def largest_tranche(title):
    return replace(
        TRANCHE,
        classes=tuple(of_tranche(title(each), title(each + 1), title(each + 2)) for each in range(20)),
        proposed=tuple(title(each) for each in range(20)),
        arithmetic=tuple(title(each) * 10 for each in range(21)),
    )


def largest(title):
    """10,000 issues, 200 classes, and a title for each of them, made from its number."""
    classes = tuple(
        replace(ROWS[each % 3], rank=each + 1, id=f"class-{each}", title=title(each), owner=title(each + 7))
        for each in range(200)
    )
    return replace(
        BUSY,
        weeks=weeks(520),
        classes=classes,
        regressions=tuple(
            Regression(each + 1, title(each), each + 2, each + 3, title(each + 1), title(each + 2), title(each + 3))
            for each in range(10_000)
        ),
        unproven=tuple(Unproven(each + 1, "L2", each, title(each)) for each in range(10_000)),
        proposed=classes,
        outside=tuple(Outside(title(each), title(each + 1), each) for each in range(10_000)),
    )
