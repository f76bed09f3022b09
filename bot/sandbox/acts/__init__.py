"""Everything that people and the App can do on GitHub, by GitHub's rules of conduct.

An act refuses with `RefusedError`, changes the state, and tells it; it may not ask by which way it was reached.
"""

from bot.sandbox.acts.actions import Archive, Job, expire_artifacts, run_workflow, ticket
from bot.sandbox.acts.checks import CheckWish, create_check_run, press, rerequest, update_check_run
from bot.sandbox.acts.code import Work, fork
from bot.sandbox.acts.comments import add_comment, delete_comment, edit_comment, react
from bot.sandbox.acts.issues import (
    delete_issue,
    edit_issue,
    mark_duplicate,
    open_issue,
    pin_issue,
    set_lock,
    set_state,
    transfer,
)
from bot.sandbox.acts.labels import (
    add_assignees,
    add_labels,
    create_label,
    delete_label,
    remove_assignees,
    remove_labels,
    rename_label,
)
from bot.sandbox.acts.links import link, unlink
from bot.sandbox.acts.merging import merge_pull, protect
from bot.sandbox.acts.pulls import (
    close_pull,
    edit_pull,
    force_push,
    open_pull,
    push,
    reopen_pull,
    set_draft,
    update_branch,
)
from bot.sandbox.acts.queue import dequeue, enqueue, group_of
from bot.sandbox.acts.releases import delete_release, edit_release, publish_release, unpublish_release

__all__ = [
    "Archive",
    "CheckWish",
    "Job",
    "Work",
    "add_assignees",
    "add_comment",
    "add_labels",
    "close_pull",
    "create_check_run",
    "create_label",
    "delete_comment",
    "delete_issue",
    "delete_label",
    "delete_release",
    "dequeue",
    "edit_comment",
    "edit_issue",
    "edit_pull",
    "edit_release",
    "enqueue",
    "expire_artifacts",
    "force_push",
    "fork",
    "group_of",
    "link",
    "mark_duplicate",
    "merge_pull",
    "open_issue",
    "open_pull",
    "pin_issue",
    "press",
    "protect",
    "publish_release",
    "push",
    "react",
    "remove_assignees",
    "remove_labels",
    "rename_label",
    "reopen_pull",
    "rerequest",
    "run_workflow",
    "set_draft",
    "set_lock",
    "set_state",
    "ticket",
    "transfer",
    "unlink",
    "unpublish_release",
    "update_branch",
    "update_check_run",
]
