"""The wire of a simulated GitHub: HTTP in front of its state."""

from bot.sandbox.wire.server import serve

__all__ = ["serve"]
