"""What is remembered of an issue, as a row and back: see core.model.Prior. Asks the database nothing."""

import json
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from bot.core.model import Orders, Prior, Said, Subject

_ORDERS = TypeAdapter(Orders)
_SAID = TypeAdapter(Said)


def remembered(row: Row[Any]) -> Prior:
    return Prior(
        verdict=row.class_id,
        text_hash=row.text_hash,
        seen_at=row.seen_at,
        reclassified_at=row.reclassified_at,
        refused=frozenset(json.loads(row.refused)),
        orders=_ORDERS.validate_json(row.orders),
        undone=row.undone,
        said=_SAID.validate_json(row.said) if row.said else None,
        alike=None if row.alike is None else tuple(json.loads(row.alike)),
    )


def as_row(subject: Subject, installation_id: int, memory: Prior, now: datetime) -> dict[str, Any]:
    return {
        "subject": str(subject),
        "installation_id": installation_id,
        "class_id": memory.verdict,
        "text_hash": memory.text_hash,
        "seen_at": memory.seen_at,
        "reclassified_at": memory.reclassified_at,
        "refused": json.dumps(sorted(memory.refused)),
        "orders": _ORDERS.dump_json(memory.orders, exclude_defaults=True).decode(),
        "undone": memory.undone,
        "said": _SAID.dump_json(memory.said).decode() if memory.said else None,
        "alike": None if memory.alike is None else json.dumps(memory.alike),
        "decided_at": now,
    }
