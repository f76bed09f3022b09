"""Gherkin: the scenarios of a feature file, in the languages in which most are written. Runs no step."""

from collections.abc import Iterator

from bot.core.evidence.model import Symbol

_SKIPS = frozenset({"@wip", "@skip", "@skipped", "@ignore", "@ignored", "@disabled"})
_GROUPS = frozenset(
    [
        "Feature",
        "Ability",
        "Business",
        "Need",
        "Rule",
        "Funktionalität",
        "Funktion",
        "Fonctionnalité",
        "Característica",
        "Funcionalidade",
        "Funzionalità",
        "Functionaliteit",
        "Właściwość",
        "Функция",
        "Функциональность",
        "Egenskap",
        "機能",
        "功能",
        "Regel",
        "Règle",
        "Regla",
        "Regra",
        "Regola",
        "Reguła",
        "Правило",
        "ルール",
        "规则",
    ]
) | {"Business Need"}
_RULES = frozenset({"Rule", "Regel", "Règle", "Regla", "Regra", "Regola", "Reguła", "Правило", "ルール", "规则"})
_SCENARIOS = frozenset(
    {
        *("Scenario", "Example", "Scenario Outline", "Scenario Template"),
        *("Szenario", "Beispiel", "Szenariogrundriss", "Szenarien"),
        *("Scénario", "Exemple", "Plan du scénario", "Plan du Scénario"),
        *("Escenario", "Ejemplo", "Esquema del escenario"),
        *("Cenário", "Cenario", "Exemplo", "Esquema do Cenário", "Delineação do Cenário"),
        *("Esempio", "Schema dello scenario", "Voorbeeld", "Abstract Scenario"),
        *("Scenariusz", "Przykład", "Szablon scenariusza", "Сценарий", "Пример", "Структура сценария"),
        *("シナリオ", "シナリオアウトライン", "场景", "场景大纲", "剧本"),
    }
)
_QUOTES = ('"""', "```")


def read_gherkin(text: str) -> list[Symbol]:
    """The scenarios, within their feature and rule."""
    found, scope, tags, inherited = list[Symbol](), dict[bool, str](), list[tuple[int, bool]](), dict[bool, int]()
    for at, keyword, name in _headers(text):
        if keyword == "@":
            tags.append((at, not _SKIPS.isdisjoint(name.split())))
            continue
        off = next((line for line, is_off in tags if is_off), 0)
        first = tags[0][0] if tags else at
        tags = []
        if keyword in _GROUPS:
            is_rule = keyword in _RULES
            scope = {**({False: scope[False]} if is_rule and False in scope else {}), is_rule: name}
            inherited = {**({False: inherited.get(False, 0)} if is_rule else {}), is_rule: off}
        elif keyword in _SCENARIOS:
            skipped = off or inherited.get(True, 0) or inherited.get(False, 0)
            found.append(Symbol(name, tuple(scope.values()), first, at, skipped))
    return _ended(found, text)


def _headers(text: str) -> Iterator[tuple[int, str, str]]:
    """Every line of tags, and every line with a keyword: number, keyword, what follows. Not within doc strings."""
    quote = ""
    for at, row in enumerate(text.split("\n"), start=1):
        bare = row.strip()
        if bare.startswith(_QUOTES) and (not quote or bare.startswith(quote)):
            quote = "" if quote else bare[:3]
        elif quote or bare.startswith("#"):
            continue
        elif bare.startswith("@"):
            yield at, "@", bare
        elif ":" in bare:
            keyword, _, name = bare.partition(":")
            yield at, keyword.strip(), name.strip()


def _ended(found: list[Symbol], text: str) -> list[Symbol]:
    """Each scenario up to the last line before what follows that is neither empty nor a tag nor a comment."""
    rows = text.split("\n")
    rules = {at for at, keyword, _ in _headers(text) if keyword in _GROUPS}
    last, ends = len(rows), list[int]()
    stops = sorted({*(each.first for each in found), *rules})
    after = {start: stop - 1 for start, stop in zip(stops, [*stops[1:], last + 1], strict=True)} if stops else {}
    for each in found:
        end = after[each.first]
        while end > each.last and (not (bare := rows[end - 1].strip()) or bare.startswith(("#", "@"))):
            end -= 1
        ends.append(end)
    return [Symbol(each.name, each.scope, each.first, end, each.skipped) for each, end in zip(found, ends, strict=True)]
