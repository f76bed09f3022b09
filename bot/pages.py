"""What the server shows of itself: health, readiness, metrics, and one page.

Titles are shown only by the simulation: real ones may be private, and this page asks nobody who they are.
"""

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import CollectorRegistry

from bot import __version__
from bot.store import Store

if TYPE_CHECKING:
    from bot.web import Door
    from bot.worker import Worker

CONTENT_SECURITY = "default-src 'none'; style-src 'self' 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

_templates = jinja2.Environment(
    loader=jinja2.PackageLoader("bot", "templates"), autoescape=True, undefined=jinja2.StrictUndefined
)


class Status:
    """What is counted in this process, and where the rest is found."""

    def __init__(self, store: Store, *, shows_titles: bool) -> None:
        self.store = store
        self.shows_titles = shows_titles
        self.door: Door | None = None
        self.worker: Worker | None = None
        self.calls: Counter[tuple[str, int]] = Counter()

    def count_call(self, operation: str, status: int) -> None:
        self.calls[operation, status] += 1

    async def metrics(self) -> list[Metric]:
        """Label values come from our own code, never from a request: their number is bounded."""
        deliveries = GaugeMetricFamily("burndown_inbox", "Deliveries by state", labels=["state"])
        for state, count in (await self.store.inbox.counts()).items():
            deliveries.add_metric([state], count)
        missed = CounterMetricFamily("burndown_missed", "What never reached us and was pulled", labels=["kind"])
        counters = await self.store.repositories.counters()
        for kind in ("deliveries", "issues"):
            missed.add_metric([kind], counters.get(f"missed_{kind}", 0))
        answers = CounterMetricFamily("burndown_webhook_answers", "Answers of POST /webhook", labels=["status"])
        for status, count in (self.door.answers if self.door else {}).items():
            answers.add_metric([str(int(status))], count)
        results = CounterMetricFamily("burndown_deliveries_processed", "What came of deliveries", labels=["result"])
        for result, count in (self.worker.results if self.worker else {}).items():
            results.add_metric([result], count)
        calls = CounterMetricFamily("burndown_github_calls", "Requests to GitHub", labels=["operation", "status"])
        for (operation, status), count in self.calls.items():
            calls.add_metric([operation, str(status)], count)
        return [deliveries, missed, answers, results, calls]


class _Collected:
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def routes(status: Status) -> list[tuple[str, Handler]]:
    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        is_ready = await status.store.database.is_current()
        code = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return web.Response(status=code, text="ready\n" if is_ready else "the database is not ready\n")

    async def metrics(_request: web.Request) -> web.Response:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(await status.metrics()))
        return web.Response(body=generate_latest(registry), content_type="text/plain", charset="utf-8")

    async def index(_request: web.Request) -> web.Response:
        html = _templates.get_template("index.html").render(await _shown(status))
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": CONTENT_SECURITY})

    return [("/", index), ("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics)]


async def _shown(status: Status) -> dict[str, Any]:
    counts = await status.store.inbox.counts()
    decisions = await status.store.decisions.newest(30) if status.shows_titles else []
    return {
        "version": __version__,
        "states": [(state, counts.get(state, 0)) for state in ("todo", "doing", "done", "dead")],
        "counters": dict(await status.store.repositories.counters()),
        "is_simulation": status.shows_titles,
        "decisions": decisions,
    }
