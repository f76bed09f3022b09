"""What the people of the story write: configuration, code, issues, a test, a rule. It may not know what comes of it."""

CONFIG = """\
version: 1
mode: enforce
extends: [general, warehouse-profiling]
explain: comment
classes:
  crash: {owners: [carol]}
  profiling-error: {owners: [bob]}
"""
CODE_PATH = "profiler/run.py"
CODE = '''\
"""Profiles the tables of a warehouse."""


def profile_table(values):
    """How many values a column has, and their mean."""
    count = len(values)
    mean = sum(values) / count
    return count, mean
'''
FIXED = CODE.replace("sum(values) / count", "sum(values) / count if count else None")
TEST_PATH = "tests/test_run.py"
TESTS = """\
from profiler.run import profile_table


def test_counts_and_mean():
    assert profile_table([1, 2, 6]) == (3, 3)
"""
TEST = """\
def test_an_empty_table_has_no_mean():
    assert profile_table([]) == (0, None)
"""
CRASH = """\
Nightly profiling stops at the first empty table.

```
Traceback (most recent call last):
  File "profiler/night.py", line 12, in nightly
    count, mean = profile_table(column)
  File "profiler/run.py", line 7, in profile_table
    mean = sum(values) / count
ZeroDivisionError: division by zero
```
"""
AGAIN = """\
Last night it stopped again.

```
Traceback (most recent call last):
  File "/srv/lake/profiler/night.py", line 15, in nightly
    count, mean = profile_table(column)
  File "/srv/lake/profiler/run.py", line 9, in profile_table
    return fsum(values) / count
ZeroDivisionError: float division by zero
```

### Version

1.1.2
"""
WISH = "It would be great if reports could be exported as CSV. Is there any plan to support this feature?"
UNCLEAR = "Since this morning it is somehow odd. Any ideas?"
WAIVE = "/burndown waive untestable only real load shows it"
RULE = """\
version: 1
classes:
  - {id: odd, title: Odd behaviour, labels: ["defect: odd"]}
rules:
  - id: odd.title
    class: odd
    when: {word: [something is off, somehow odd], in: [title, prose]}
    tests:
      match: ["Something is off"]
      no-match: ["Something is missing"]
"""
