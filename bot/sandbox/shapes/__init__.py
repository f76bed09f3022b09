"""The JSON in which GitHub writes its things, in REST answers and in webhooks alike.

A shape only reads; it may not decide who is allowed to see it.
"""

from bot.sandbox.shapes.actions import artifact, workflow, workflow_run
from bot.sandbox.shapes.apps import app_shape, hook_installation, installation
from bot.sandbox.shapes.checks import annotation, check_page, check_run
from bot.sandbox.shapes.common import SITE, Json, stamp, stamp_or_none
from bot.sandbox.shapes.issues import REACTIONS, comment, issue, label, page, reaction
from bot.sandbox.shapes.people import association, organization, permission, user
from bot.sandbox.shapes.pulls import changed_file, merge_group, pull
from bot.sandbox.shapes.releases import release
from bot.sandbox.shapes.repositories import brief, push, repository

__all__ = [
    "REACTIONS",
    "SITE",
    "Json",
    "annotation",
    "app_shape",
    "artifact",
    "association",
    "brief",
    "changed_file",
    "check_page",
    "check_run",
    "comment",
    "hook_installation",
    "installation",
    "issue",
    "label",
    "merge_group",
    "organization",
    "page",
    "permission",
    "pull",
    "push",
    "reaction",
    "release",
    "repository",
    "stamp",
    "stamp_or_none",
    "user",
    "workflow",
    "workflow_run",
]
