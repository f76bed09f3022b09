"""By what issues are known, on every database: found by what they share, replaced by an edit, forgotten whole."""

from datetime import timedelta

from bot.core.recurrence.judging import EARLIER
from bot.core.recurrence.model import Word
from tests.store.conftest import NOW


async def keep(store, home=7, installation=1, **seen):
    """`i3="a b"`: issue 3 shows the keys a and b."""
    async with store.database.write() as connection:
        keys = {int(name.removeprefix("i")): shown.split() for name, shown in seen.items()}
        await store.fingerprints.keep(connection, home, installation, keys)


async def say(store, *words, home=7):
    async with store.database.write() as connection:
        await store.fingerprints.say(connection, home, 1, words)


async def test_earlier_issues_are_found_by_what_they_share(store):
    await keep(store, i1="a b", i2="c", i3="b c", i9="a")
    await keep(store, home=8, i1="a")
    found = await store.fingerprints.earlier(7, 9, ["a", "b", "none"])
    assert found == {1: frozenset({"a", "b"}), 3: frozenset({"b"})}
    assert await store.fingerprints.earlier(7, 1, ["a"]) == {}


async def test_later_issues_are_found_too(store):
    await keep(store, i1="a", i2="b", i3="a b", i9="a")
    await keep(store, home=8, i4="a")
    assert await store.fingerprints.later(7, 1, ["a", "b"]) == (2, 3, 9)
    assert await store.fingerprints.later(7, 9, ["a"]) == ()


async def test_of_many_the_oldest_and_the_newest_are_looked_at(store):
    await keep(store, **{f"i{number}": "a" for number in range(1, 101)})
    found = await store.fingerprints.earlier(7, 100, ["a"])
    assert sorted(found) == [*range(1, EARLIER + 1), *range(100 - EARLIER, 100)]


async def test_an_edit_replaces_what_was_shown(store):
    await keep(store, i1="a b")
    await keep(store, i1="b c")
    assert await store.fingerprints.of(7, 1) == {"b", "c"}
    await keep(store, i1="")
    assert await store.fingerprints.of(7, 1) == frozenset()


async def test_keys_of_several_issues_are_listed(store):
    await keep(store, i1="a b", i3="b", i2="b c")
    await keep(store, home=8, i4="a")
    assert await store.fingerprints.shared(7) == {"b": [1, 2, 3]}


async def test_the_last_word_of_each_person_counts(store):
    later = NOW + timedelta(days=1)
    await say(store, Word("a", True, "Ann", NOW), Word("b", True, "bob", NOW))
    await say(store, Word("a", False, "ann", later))
    assert await store.fingerprints.words(7, ["a"]) == [Word("a", False, "ann", later)]
    assert len(await store.fingerprints.words(7)) == 2
    assert await store.fingerprints.words(8) == []


async def test_an_uninstalled_app_forgets_them(store):
    await keep(store, i1="a")
    await keep(store, installation=2, home=8, i1="a")
    await say(store, Word("a", True, "ann", NOW))
    await store.fingerprints.forget(1)
    assert await store.fingerprints.of(7, 1) == frozenset()
    assert await store.fingerprints.of(8, 1) == {"a"}
    assert await store.fingerprints.words(7) == []
