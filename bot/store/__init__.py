"""The durable home of everything: one code base over SQLite and PostgreSQL. It keeps and finds; it decides nothing."""

from bot.store.budgets import Budgets
from bot.store.database import Database, open_database
from bot.store.decisions import Decisions
from bot.store.inbox import Inbox
from bot.store.issues import Issues
from bot.store.ledger import Ledger
from bot.store.pulls import Pulls
from bot.store.repositories import Repositories


class Store:
    """The parts of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.inbox = Inbox(database)
        self.decisions = Decisions(database)
        self.issues = Issues(database)
        self.ledger = Ledger(database)
        self.pulls = Pulls(database)
        self.repositories = Repositories(database)
        self.budgets = Budgets(database)

    async def close(self) -> None:
        await self.inbox.close()
        await self.database.close()


async def open_store(url: str) -> Store:
    """Opened and migrated."""
    database = open_database(url)
    await database.migrate()
    return Store(database)


__all__ = ["Store", "open_store"]
