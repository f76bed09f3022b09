"""The App as it is registered: its key, what it asks for, and what it wants to be told.

It may not know where the App is installed.
"""

from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.sandbox.model import App
from bot.sandbox.state import State

PERMISSIONS = {
    "metadata": "read",
    "issues": "write",
    "checks": "write",
    "pull_requests": "read",
    "contents": "read",
    "merge_queues": "read",
    "actions": "read",
}
_ABOUT_CODE = ("push", "pull_request", "check_run", "merge_group", "workflow_run", "release")
EVENTS = ("issues", "issue_comment", "label", *_ABOUT_CODE)

_KEY_BITS = 2048


@cache
def process_key() -> str:
    """Return the key of all Apps that have none of their own: to make one takes longer than most tests."""
    return new_private_key()


def new_private_key() -> str:
    """Return a new RSA key as PEM text."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


@cache
def _public_half(private_key: str) -> str:
    key = serialization.load_pem_private_key(private_key.encode(), None).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def register(state: State, owner: str, slug: str, private_key: str) -> App:
    """Make the App, and the account that owns it."""
    number, hook_id = state.next_id(), state.next_id()
    return App(
        id=number,
        node_id=f"A_kwDO{number}",
        slug=slug,
        name=slug.title(),
        client_id=f"Iv23li{number}",
        owner=state.add_user(owner, "Organization"),
        bot=state.add_user(f"{slug}[bot]", "Bot"),
        public_key=_public_half(private_key),
        permissions=dict(PERMISSIONS),
        events=EVENTS,
        hook_id=hook_id,
        created_at=state.moment(),
    )
