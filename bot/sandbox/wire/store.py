"""The store of artifacts, which stands beside the API: it gives an archive to whoever holds a ticket.

It knows tickets alone, and may not know installations, permissions or budgets.
"""

from bot.sandbox.github import GitHub
from bot.sandbox.wire.exchange import Asked, Reply

STORE = "/artifact-store/"


def answer(github: GitHub, asked: Asked) -> Reply:
    """Answer a request to the store; one that shows another right than its ticket is refused, as by the real one."""
    if asked.headers.get("Authorization"):
        return _refusal(400, "InvalidAuthenticationInfo", "Authentication information is not in the correct format.")
    found = github.state.tickets.get(asked.path.removeprefix(STORE))
    if asked.method != "GET" or found is None or found.expires_at <= github.now():
        return _refusal(403, "AuthenticationFailed", "Server failed to authenticate the request.")
    disposition = {"Content-Disposition": f'attachment; filename="{found.artifact.name}.zip"'}
    return Reply(200, found.artifact.archive, disposition, "application/zip")


def _refusal(status: int, code: str, message: str) -> Reply:
    text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Reply(status, text.encode(), content_type="application/xml")
