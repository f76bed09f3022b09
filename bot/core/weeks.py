"""ISO weeks by the clocks of a place, and when the report on one is due. Knows no present: the moment is given."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A day of the week and a time of day, by the clocks of a zone."""

    day: int  # 1: Monday, as ISO has it
    at: time
    zone: tzinfo

    def moment(self, day: date) -> datetime:
        """When it is due on a day, in UTC. A time that clocks pass over comes when they would have shown it; of one
        that they show twice it is the first (PEP 495, fold 0).
        """
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)


def due_week(schedule: Schedule, now: datetime, last: str | None = None) -> str | None:
    """The newest week whose report is due, if it comes after `last`: however many were missed, one is made up for.

    The week is over by then: it is the ISO week before the one in which the report is due.
    """
    today = now.astimezone(schedule.zone).date()
    due_on = today - timedelta(days=(today.isoweekday() - schedule.day) % 7)
    if schedule.moment(due_on) > now:
        due_on -= _WEEK
    week = week_of(due_on - _WEEK)
    return week if last is None or week > last else None


def week_of(day: date) -> str:
    """Weeks compare as their names do."""
    year, number, _ = day.isocalendar()
    return f"{year:04}-W{number:02}"
