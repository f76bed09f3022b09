"""Rules are held against their own samples and against a repository's issue templates. Changes nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.config import RULES
from bot.core.document import Document
from bot.core.document.segments import read_document
from bot.core.lint import Path, Problem, Source
from bot.core.policy import Policy
from bot.core.rules.classify import speaking
from bot.core.rules.entries import RuleEntry, RuleFile, Sample
from bot.core.rules.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Trial:
    """A sample held against its rule."""

    rule: RuleEntry
    source: Source
    path: Path  # of the sample
    document: Document
    expected: bool
    speaks: bool

    @property
    def holds(self) -> bool:
        return self.speaks is self.expected

    @property
    def problem(self) -> Problem:
        what = "the rule does not match this sample" if self.expected else "the rule matches this sample"
        return self.source.problem(self.path, f"{self.rule.id}: {what}")


def prove(files: tuple[tuple[Source, RuleFile], ...], ruleset: Ruleset) -> Iterator[Problem]:
    """A problem for every id that stands twice in these files, and for every sample that contradicts its rule."""
    yield from _twice(files)
    yield from (each.problem for each in trials(files, ruleset) if not each.holds)


def trials(files: tuple[tuple[Source, RuleFile], ...], ruleset: Ruleset) -> Iterator[Trial]:
    """Every sample of every rule that is looked at, has its id to itself, and is not switched off."""
    times = Counter(rule.id for _, file in files for rule in file.rules)
    for source, file in files:
        for index, rule in enumerate(file.rules):
            if times[rule.id] == 1 and any(each is rule for each in ruleset.acting):
                yield from _tried(ruleset, source, index, rule)


def on_templates(policy: Policy, untouched: tuple[tuple[str, str], ...]) -> Iterator[Problem]:
    """A problem for every rule that speaks on an issue template that nobody filled in.

    A repository's own rules see the template as it stands; those of a pack see it as they see issues, with the
    template's own lines masked: who only extends a pack cannot be asked to rewrite it.
    """
    said: set[str] = set()
    for title, body in untouched:
        plain = {rule.id for rule in speaking(read_document(title, body), policy.ruleset)}
        masked = {rule.id for rule in speaking(read_document(title, body, policy.boilerplate), policy.ruleset)}
        for written in policy.ruleset.rules:
            id_, is_own = written.entry.id, written.source.file.startswith(RULES)
            if id_ in said or written.entry.score <= 0 or id_ not in (plain if is_own else masked):
                continue
            said.add(id_)
            what = f"{id_} matches the repository's own issue template, so it would speak on every issue"
            yield written.source.problem(("rules", written.index, "when"), what, "look for what a reporter adds")


def _twice(files: tuple[tuple[Source, RuleFile], ...]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for source, file in files:
        classes = [("classes", index, entry.id) for index, entry in enumerate(file.classes)]
        for kind, index, id_ in classes + [("rules", index, entry.id) for index, entry in enumerate(file.rules)]:
            if (kind, id_) in seen:
                yield source.problem((kind, index, "id"), f"{id_} stands twice in these files", "rename one")
            seen.add((kind, id_))


def _tried(ruleset: Ruleset, source: Source, index: int, rule: RuleEntry) -> Iterator[Trial]:
    for key, samples, expected in (("match", rule.tests.match, True), ("no-match", rule.tests.no_match, False)):
        for number, sample in enumerate(samples):
            document, path = _document(sample), ("rules", index, "tests", key, number)
            yield Trial(rule, source, path, document, expected, rule in speaking(document, ruleset))


def _document(sample: Sample) -> Document:
    title, _, body = sample.text.partition("\n")
    values = {"labels": sample.labels, "author.association": (sample.association,) if sample.association else ()}
    comments = {"comments.author": sample.author_comments, "comments.maintainer": sample.maintainer_comments}
    return read_document(title, body, values=values, comments=comments)
