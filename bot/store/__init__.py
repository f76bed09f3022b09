"""The durable home of everything: one code base over SQLite and PostgreSQL. It keeps and finds; it decides nothing."""

from bot.store.budgets import Budgets
from bot.store.database import Database, open_database
from bot.store.decisions import Decisions
from bot.store.fingerprints import Fingerprints
from bot.store.inbox import Inbox
from bot.store.issues import Issues
from bot.store.ledger import Ledger
from bot.store.occurrences import Occurrences
from bot.store.pulls import Pulls
from bot.store.releases import Releases
from bot.store.repositories import Repositories
from bot.store.similar import Similar
from bot.store.tranches import Tranches


class Store:
    """The parts of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.inbox = Inbox(database)
        self.decisions = Decisions(database)
        self.issues = Issues(database)
        self.ledger = Ledger(database)
        self.fingerprints = Fingerprints(database)
        self.similar = Similar(database)
        self.occurrences = Occurrences(database)
        self.pulls = Pulls(database)
        self.tranches = Tranches(database)
        self.releases = Releases(database)
        self.repositories = Repositories(database)
        self.budgets = Budgets(database)

    async def forget(self, installation_id: int) -> None:
        """An uninstalled App keeps nothing; its repositories go last, for they tell what else is theirs."""
        parts = (self.decisions, self.issues, self.pulls, self.ledger, self.fingerprints, self.similar)
        for each in (*parts, self.releases, self.occurrences, self.tranches, self.repositories):
            await each.forget(installation_id)

    async def close(self) -> None:
        await self.inbox.close()
        await self.database.close()


async def open_store(url: str) -> Store:
    """Opened and migrated."""
    database = open_database(url)
    await database.migrate()
    store = Store(database)
    await store.similar.prepare()
    return store


__all__ = ["Store", "open_store"]
