"""Everything that people and the App can do on GitHub, by GitHub's rules of conduct.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

from bot.sandbox.acts.checks import CheckWish, create_check_run, press, rerequest, update_check_run
from bot.sandbox.acts.code import fork
from bot.sandbox.acts.comments import add_comment, delete_comment, edit_comment, react
from bot.sandbox.acts.issues import delete_issue, edit_issue, open_issue, set_lock, set_state, transfer
from bot.sandbox.acts.labels import (
    add_assignees,
    add_labels,
    create_label,
    delete_label,
    remove_assignees,
    remove_labels,
    rename_label,
)
from bot.sandbox.acts.pulls import close_pull, edit_pull, merge_pull, open_pull, push, reopen_pull

__all__ = [
    "CheckWish",
    "add_assignees",
    "add_comment",
    "add_labels",
    "close_pull",
    "create_check_run",
    "create_label",
    "delete_comment",
    "delete_issue",
    "delete_label",
    "edit_comment",
    "edit_issue",
    "edit_pull",
    "fork",
    "merge_pull",
    "open_issue",
    "open_pull",
    "press",
    "push",
    "react",
    "remove_assignees",
    "remove_labels",
    "rename_label",
    "reopen_pull",
    "rerequest",
    "set_lock",
    "set_state",
    "transfer",
    "update_check_run",
]
