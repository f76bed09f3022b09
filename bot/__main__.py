"""`python -m bot` is `burndown`."""

from bot.cli import main

main()
