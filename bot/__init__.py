"""Burndown: a GitHub App that makes defects stop coming back. Start with bot/README.md."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("burndown")
except PackageNotFoundError:  # run from a bare checkout, as Heroku does
    __version__ = "0+checkout"
