"""Issues that read alike, for a person to look at: found by SQLite's FTS5, put in order by character n-grams.

Only suggests: likeness links nothing. On PostgreSQL nothing is kept and nothing found, until it has an equivalent.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database

TERMS = 15  # the rarest words of an issue, which it is looked up by
CANDIDATES = 50
GRAM = 4  # characters
MAX_TEXT = 4_000  # characters of a body that are kept
MAX_COMPARED = 1_000  # characters of a text that n-grams are taken of
MAX_WORDS = 300
MAX_WORD = 40
NUMBERS = 10**7  # issues of one repository: the row of an issue is repository x this + number
TITLE_WEIGHT = 3.0

_TABLE = "CREATE VIRTUAL TABLE IF NOT EXISTS similar USING fts5(title, body, tokenize = 'porter unicode61')"
_TEMPORARY = (  # of one connection: the words of the issue that is looked up, in the stems of the index
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.similar_terms USING fts5vocab('main', 'similar', 'row')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.similar_asked USING fts5(word, tokenize = 'porter unicode61')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.similar_stems USING fts5vocab('temp', 'similar_asked', 'instance')",
    "DELETE FROM temp.similar_asked",
)
_KEEP = text("INSERT OR REPLACE INTO similar (rowid, title, body) VALUES (:row, :title, :body)")
_FORGET = text(
    "DELETE FROM similar WHERE rowid / :numbers IN (SELECT id FROM repository WHERE installation_id = :installation)"
)
_KNOWS = text("SELECT 1 FROM similar WHERE rowid = :row")
_ASK = text("INSERT INTO temp.similar_asked (rowid, word) VALUES (:row, :word)")
_RAREST = text(
    "SELECT a.doc, min(t.doc) AS found FROM temp.similar_stems a CROSS JOIN temp.similar_terms t ON t.term = a.term"
    " GROUP BY a.doc HAVING found > :own ORDER BY found, a.doc LIMIT :terms"
)
_FIND = text(
    "SELECT rowid, title, body FROM similar WHERE similar MATCH :words AND rowid BETWEEN :first AND :last"
    " AND rowid != :row ORDER BY bm25(similar, :weight, 1.0) LIMIT :candidates"
)


class Suggestion(NamedTuple):
    number: int  # of the issue
    likeness: float  # 0 to 1; only good for an order


class Similar:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self) -> None:
        """Makes the index, where there is none."""
        if self._database.is_sqlite:
            async with self._database.write() as connection:
                await connection.exec_driver_sql(_TABLE)

    async def keep(
        self, connection: AsyncConnection, repository_id: int, issues: Iterable[tuple[int, str, str]]
    ) -> None:
        """Number, title and body of each; what was kept of it before is replaced."""
        if not self._database.is_sqlite:
            return
        for number, title, body in issues:
            row = repository_id * NUMBERS + number
            values = {"row": row, "title": _plain(title), "body": _plain(body)}
            await connection.execute(_KEEP, values)

    async def find(
        self, repository_id: int, number: int, title: str, body: str, limit: int = 5
    ) -> tuple[Suggestion, ...]:
        """Those of the same repository that read most like it, the most alike first."""
        if not self._database.is_sqlite:
            return ()
        row = repository_id * NUMBERS + number
        async with self._database.read() as connection:
            asked = await _rarest(connection, row, _words(f"{_plain(title)} {_plain(body)}"))
            if not asked:
                return ()
            first = repository_id * NUMBERS
            said = {"words": asked, "row": row, "first": first, "last": first + NUMBERS - 1}
            more = {"weight": TITLE_WEIGHT, "candidates": CANDIDATES}
            rows = (await connection.execute(_FIND, said | more)).all()
        texts = {each.rowid - first: f"{each.title} {each.body}" for each in rows}
        return ordered(f"{_plain(title)} {_plain(body)}", texts)[:limit]

    async def forget(self, installation_id: int) -> None:
        """All issues of its repositories, as long as these are known."""
        if self._database.is_sqlite:
            async with self._database.write() as connection:
                await connection.execute(_FORGET, {"numbers": NUMBERS, "installation": installation_id})


async def _rarest(connection: AsyncConnection, row: int, words: list[str]) -> str:
    """The words of a query, by how few issues have them; not those that the issue alone has."""
    if not words:
        return ""
    for statement in _TEMPORARY:
        await connection.exec_driver_sql(statement)
    await connection.execute(_ASK, [{"row": at, "word": word} for at, word in enumerate(words, start=1)])
    own = 1 if await connection.scalar(_KNOWS, {"row": row}) else 0
    found = (await connection.execute(_RAREST, {"own": own, "terms": TERMS})).all()
    return " OR ".join(f'"{words[each.doc - 1]}"' for each in found)


def ordered(asked: str, texts: Mapping[int, str]) -> tuple[Suggestion, ...]:
    """By the n-grams that they share, of which rare ones weigh more: the cosine; of equals the newest first."""
    grams = {number: _grams(each) for number, each in texts.items()}
    wanted = _grams(asked)
    held = Counter(chain.from_iterable(grams.values()))
    by_count = [math.log(1 + len(texts) / count) ** 2 for count in range(1, len(texts) + 1)]
    weights = {gram: by_count[count - 1] for gram, count in held.items()}
    unknown = math.log(1 + len(texts)) ** 2  # of what no other has
    size = math.fsum(weights.get(each, unknown) for each in wanted)
    found = [
        Suggestion(number, _sum(wanted & each, weights) / math.sqrt(size * _sum(each, weights) or 1))
        for number, each in grams.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.likeness, -each.number)))


def _grams(text_: str) -> frozenset[str]:
    plain = " ".join(text_.casefold().split())[:MAX_COMPARED]
    return frozenset([plain[at : at + GRAM] for at in range(max(1, len(plain) - GRAM + 1))])


def _sum(grams: frozenset[str], weights: Mapping[str, float]) -> float:
    return math.fsum([weights[each] for each in grams])


def _words(text_: str) -> list[str]:
    """The different words, in order; nothing in them means anything to FTS5."""
    spaced = "".join(each if each.isalnum() else " " for each in text_).casefold()
    words = dict.fromkeys(word for word in spaced.split() if 1 < len(word) <= MAX_WORD)
    return list(words)[:MAX_WORDS]


def _plain(text_: str) -> str:
    """What a database takes."""
    return text_[:MAX_TEXT].replace("\0", " ").encode(errors="replace").decode()
