import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store import open_store
from bot.store.database import open_database
from bot.store.similar import Similar, ordered

# Two reports of one defect each, as different people write them; the second of each pair is looked up.
PAIRS = [
    ("Crash when the file is empty", "The loader stops with KeyError: header on a CSV file without rows.",
     "Loading empty CSV crashes", "An empty csv gives KeyError header in the loader."),
    ("Snowflake login fails with SSO", "Using externalbrowser the connection is refused: 390190.",
     "Cannot connect to Snowflake", "externalbrowser authentication error 390190 since yesterday."),
    ("Chart labels overlap", "With forty columns the axis labels of the histogram cannot be read.",
     "Histogram is unreadable with many columns", "Axis labels overlap each other in the chart."),
    ("Memory grows without end", "Profiling a table of 2 GB takes 40 GB of memory, then it is killed.",
     "OOM killed while profiling", "Memory rises to 40 GB on a big table, then the process is killed."),
    ("Dates are read as numbers", "A column of 2024-01-02 is inferred as integer.",
     "Wrong type inferred for date column", "Type inference says integer for dates such as 2024-03-04."),
    ("Docs: broken link to the quick start", "The link in the README leads to a 404 page.",
     "README quick start is a 404", "Documentation link broken."),
    ("Timeout on Oracle", "ORA-12170 after a minute, other databases work.",
     "Oracle connection times out", "I always get ORA-12170 connect timeout."),
    ("Unicode names of columns are garbled", "Umlauts in column names show as question marks on Windows.",
     "Encoding problem with column names", "Column names with umlauts garbled on Windows 11."),
    ("pip install fails on 3.13", "No wheel is found, and the build stops: cargo is missing.",
     "Installation fails with Python 3.13", "pip wants cargo to build a wheel."),
    ("Dark mode makes text invisible", "In the report the black text stands on a dark ground.",
     "Report not readable in dark theme", "Text is black on dark background in dark mode."),
    ("Sampling ignores the seed", "Two runs with seed=1 give different samples.",
     "Random seed has no effect", "With the same seed the sample differs between runs."),
    ("Null counts are wrong for strings", "Empty strings are counted as null.",
     "Empty strings treated as nulls", "The null count includes empty string values."),
]  # fmt: skip


@pytest.fixture
async def similar(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'similar.db'}")
    found = Similar(database)
    await found.prepare()
    await found.prepare()
    async with database.write() as connection:
        await found.keep(connection, 7, ((at, *pair[:2]) for at, pair in enumerate(PAIRS, start=1)))
        await found.keep(connection, 8, [(1, *PAIRS[0][:2])])
    yield found
    await database.close()


async def test_most_reports_find_the_earlier_one(similar):
    ranks = []
    for at, (*_, title, body) in enumerate(PAIRS, start=1):
        found = [each.number for each in await similar.find(7, 99, title, body)]
        ranks.append(found.index(at) if at in found else None)
    assert sum(rank is not None for rank in ranks) >= 11, ranks
    assert sum(rank == 0 for rank in ranks) >= 10, ranks


async def test_an_issue_is_not_like_itself_and_others_are_not_seen(similar):
    title, body, *_ = PAIRS[0]
    assert 1 not in [each.number for each in await similar.find(7, 1, title, body)]
    assert [each.number for each in await similar.find(8, 2, title, body)] == [1]
    assert await similar.find(9, 2, title, body) == ()


async def test_what_only_it_says_does_not_hide_what_others_say(similar):
    title, body = "Labels overlap", " ".join(f"word{chr(97 + at)}zz" for at in range(20))
    async with similar._database.write() as connection:
        await similar.keep(connection, 7, [(60, title, body)])
    assert [each.number for each in await similar.find(7, 60, title, body)] == [3]


async def test_what_was_kept_is_replaced(similar):
    async with similar._database.write() as connection:
        await similar.keep(connection, 8, [(1, "Something else", "")])
    assert await similar.find(8, 2, *PAIRS[0][:2]) == ()
    assert [each.number for each in await similar.find(8, 2, "Something", "")] == [1]


@pytest.mark.parametrize(
    "text",
    ["", "   ", '" OR title:* NEAR(', "\0\ud800", "x" * 100_000, "a b c", "''; DROP TABLE similar", "é ß İ"],
    ids=["nothing", "blank", "query", "unseen", "long", "short words", "SQL", "letters"],
)
async def test_any_text_is_looked_up(similar, text):
    assert len(await similar.find(7, 99, text, text)) <= 5
    async with similar._database.write() as connection:
        await similar.keep(connection, 7, [(50, text, text)])
    assert len(await similar.find(7, 99, *PAIRS[0][:2], limit=2)) == 2


@given(st.text(max_size=30), st.dictionaries(st.integers(1, 9), st.text(max_size=30), max_size=5))
def test_likeness_is_a_share(asked, texts):
    found = ordered(asked, texts)
    assert {each.number for each in found} == set(texts)
    assert all(0 <= each.likeness <= 1.000001 for each in found)
    assert list(found) == sorted(found, key=lambda each: -each.likeness)


async def test_an_uninstalled_app_forgets_them(tmp_path):
    store = await open_store(f"sqlite:///{tmp_path / 'inbox.db'}")
    for home, installation in ((7, 1), (8, 2)):
        await store.repositories.see(home, installation, "acme/widget")
        async with store.database.write() as connection:
            await store.similar.keep(connection, home, [(1, *PAIRS[0][:2])])
    await store.forget(1)
    found = [bool(await store.similar.find(home, 99, *PAIRS[0][2:])) for home in (7, 8)]
    await store.close()
    assert found == [False, True]
