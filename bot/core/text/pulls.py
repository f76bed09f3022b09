"""What the bot answers on a pull request: to commands, and to the buttons of its check. Decides nothing."""

from collections.abc import Iterable, Iterator

from bot.core.people.commands import Role, Waive
from bot.core.people.orders import Refusal
from bot.core.text.issues import listed, refused

WAIVED_LABEL = "Goes without a regression test for now (applied by Burndown; a view, not a switch)"

OWN = "The author of a pull request cannot approve its waiver; another person with the role write can."
NO_PERSON = "A waiver is approved by a person."
EDITED = "Somebody else edited the comment, so that it is not sure whose word it is: write a comment of your own."
NOT_ASKED = "No waiver is asked for."
ENDED = "The waiver was turned down or taken back: it is to be asked for anew."
PENDING = "A waiver that somebody else asked for waits: it is to be approved or rejected first."
GRANTED = "A waiver is in force: it is to be rejected before another one is asked for."
LATE = "After this was written, somebody asked for something else, or decided: look again, and write it again."
MANY_LINKS = "So many tests are linked already that no more are taken."
NO_LINE = "The description has no line that begins with `Waiver:` and says what is asked for."
NO_ADDRESS = "`elsewhere` needs the https address of the test, then a reason."
NO_NUMBER = "`followup` needs the number of the issue that is to bring the test, such as `#12`, then a reason."

HOW_TO_ASK = """\
To ask for a waiver, write one of these lines in a comment, or in the description with `Waiver:` in place of \
`/burndown waive`:

| line | where |
| --- | --- |
| `/burndown waive unchanged <reason>` | nothing changes for anybody who runs it |
| `/burndown waive ui <reason>` | only looks or words change |
| `/burndown waive elsewhere https://<address> <reason>` | a test in another place shows it |
| `/burndown waive untestable <reason>` | no test can show it; why, in 20 characters or more |
| `/burndown waive followup #<issue> <reason>` | the test follows within 14 days |

Somebody else than the author who has the role write then says `/burndown approve`; until then nothing is waived."""


def no_kind(kinds: tuple[str, ...]) -> str:
    return f"It begins with no kind of waiver, which is {', '.join(kinds[:-1])} or {kinds[-1]}."


def too_short(kind: str, least: int) -> str:
    return f"`{kind}` needs a reason of {least} characters or more."


def lines(refusals: Iterable[Refusal], role: Role, *, wants_help: bool = False) -> Iterator[str]:
    """An answer to somebody of this role: what was not run and why, how to ask for a waiver, the commands."""
    is_asking = False
    for refusal in refusals:
        yield refused(refusal, role, "pulls")
        is_asking |= isinstance(refusal.command, Waive) and bool(refusal.instead)
    if is_asking:
        yield from ("", HOW_TO_ASK)
    if wants_help:
        yield from ("", *listed("pulls"))
