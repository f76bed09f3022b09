"""An issue's text as a reader sees it: title, prose, code, stack traces, and the facts that stand in them."""

from bot.core.document.model import Document, Field, Frame, Piece, Trace
from bot.core.document.segments import read_document

__all__ = ["Document", "Field", "Frame", "Piece", "Trace", "read_document"]
