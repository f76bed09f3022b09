"""GraphQL for a stand-in that has none: our documents, shaped by GitHub's schema, filled from the stand-in's REST.

Fills only what our documents select. A field that is not filled here is an error, never a silent null, and is kept in
`faults`. What passes here shows that a document is valid and did through REST what it meant, not that GitHub would
answer the same.
"""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from inspect import isawaitable
from typing import Any
from urllib.parse import quote

from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema, execute, parse

Send = Callable[[str, str, str, Any], Awaitable[tuple[int, Any]]]  # method, path, token, data -> status, data

ERRORS = {403: "FORBIDDEN", 404: "NOT_FOUND", 410: "NOT_FOUND", 422: "UNPROCESSABLE"}
EVENTS = {
    "labeled": "LabeledEvent",
    "unlabeled": "UnlabeledEvent",
    "assigned": "AssignedEvent",
    "unassigned": "UnassignedEvent",
    "closed": "ClosedEvent",
    "reopened": "ReopenedEvent",
}
BUDGET = {"limit": 5_000, "remaining": 5_000, "resetAt": "2100-01-01T00:00:00Z"}  # the stand-in counts none for GraphQL
ORDERS = {"CREATED_AT": "created", "UPDATED_AT": "updated"}
PAGE = 100


class Graph:
    """`assignable` are the people with access: the stand-in assigns anybody, GitHub drops others silently."""

    def __init__(self, schema: GraphQLSchema, send: Send, bot_login: str, assignable: Iterable[str]) -> None:
        self._schema = schema
        self._send = send
        self._bot_login = bot_login
        self._assignable = frozenset(assignable)
        self._known: dict[str, str] = {}  # node id -> REST path, label name or login
        self.faults: list[str] = []

    async def answer(self, token: str, request: dict[str, Any]) -> dict[str, Any]:
        """The body of a GraphQL answer."""
        result: Any = execute(
            self._schema,
            parse(request["query"]),
            root_value=self._roots(),
            context_value=token,
            variable_values=request.get("variables"),
            operation_name=request["operationName"],
            field_resolver=_resolve,
        )
        if isawaitable(result):
            result = await result
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            self.faults += [str(e) for e in result.errors if not (e.extensions or {}).get("type")]
            answer["errors"] = [
                {"type": (e.extensions or {}).get("type", "INTERNAL"), "path": e.path, "message": e.message}
                for e in result.errors
            ]
        return answer

    def _roots(self) -> dict[str, Any]:
        return {
            "rateLimit": BUDGET,
            "repository": self._repository,
            "user": self._user,
            "addLabelsToLabelable": self._add_labels,
            "removeLabelsFromLabelable": self._remove_labels,
            "addAssigneesToAssignable": self._add_assignees,
            "removeAssigneesFromAssignable": self._remove_assignees,
            "addComment": self._add_comment,
            "updateIssueComment": self._edit_comment,
        }

    async def _rest(self, info: GraphQLResolveInfo, method: str, path: str, data: Any = None) -> Any:
        status, found = await self._send(method, path, info.context, data)
        if status >= 400:
            raise GraphQLError(str((found or {}).get("message")), extensions={"type": ERRORS.get(status, "INTERNAL")})
        return found

    async def _page(self, info: GraphQLResolveInfo, path: str) -> list[Any]:
        joint = "&" if "?" in path else "?"
        found: list[Any] = await self._rest(info, "GET", f"{path}{joint}per_page={PAGE}")
        assert len(found) < PAGE, "the front knows one page"
        return found

    def _learn(self, node_id: str, meaning: str) -> str:
        self._known[node_id] = meaning
        return node_id

    def _meaning(self, node_id: str) -> str:
        if node_id not in self._known:
            message = f"Could not resolve to a node with the global id of '{node_id}'."
            raise GraphQLError(message, extensions={"type": "NOT_FOUND"})
        return self._known[node_id]

    # reading

    async def _repository(self, info: GraphQLResolveInfo, owner: str, name: str, **_: Any) -> dict[str, Any]:
        found = await self._rest(info, "GET", f"/repos/{owner}/{name}")
        path = f"/repos/{found['full_name']}"
        return {
            "id": found["node_id"],
            "databaseId": found["id"],
            "nameWithOwner": found["full_name"],
            "isArchived": found["archived"],
            "isPrivate": found["private"],
            "hasIssuesEnabled": found["has_issues"],
            "object": partial(self._object, path),
            "labels": partial(self._labels, path),
            "issue": partial(self._numbered, path),
            "issues": partial(self._issues, path),
            "releases": partial(self._releases, path),
        }

    async def _object(self, path: str, info: GraphQLResolveInfo, expression: str) -> dict[str, Any] | None:
        """`HEAD:` is the default branch, as it is in the contents API without a ref; a folder's name is made here."""
        if expression == "HEAD":
            return {"__typename": "Commit", "oid": (await self._page(info, f"{path}/commits"))[0]["sha"]}
        file = expression.removeprefix("HEAD:")
        status, found = await self._send("GET", f"{path}/contents/{quote(file)}", info.context, None)
        if status == 404:
            return None
        assert status == 200, found
        if isinstance(found, list):
            name = hashlib.sha1("".join(each["sha"] for each in found).encode(), usedforsecurity=False).hexdigest()
            return {"__typename": "Tree", "oid": name, "entries": [self._entry(path, each) for each in found]}
        text = base64.b64decode(found["content"]).decode()
        return {
            "__typename": "Blob",
            "oid": found["sha"],
            "byteSize": found["size"],
            "isTruncated": False,
            "text": text,
        }

    def _entry(self, path: str, found: dict[str, Any]) -> dict[str, Any]:
        content = partial(self._object, path, expression=f"HEAD:{found['path']}")
        return {"path": found["path"], "object": content}

    async def _labels(self, path: str, info: GraphQLResolveInfo, **_: Any) -> dict[str, Any]:
        return _connection([self._label(each) for each in await self._page(info, f"{path}/labels")])

    def _label(self, found: dict[str, Any]) -> dict[str, Any]:
        return {"id": self._learn(found["node_id"], found["name"]), "name": found["name"]}

    async def _numbered(self, path: str, info: GraphQLResolveInfo, number: int) -> dict[str, Any]:
        return await self._issue(f"{path}/issues/{number}", info)

    async def _issue(self, path: str, info: GraphQLResolveInfo) -> dict[str, Any]:
        return self._shaped(path, await self._rest(info, "GET", path))

    def _shaped(self, path: str, found: dict[str, Any]) -> dict[str, Any]:
        return {
            "__typename": "Issue",
            "id": self._learn(found["node_id"], path),
            "number": found["number"],
            "url": found["html_url"],
            "title": found["title"],
            "body": found["body"] or "",
            "state": found["state"].upper(),
            "locked": found["locked"],
            "createdAt": _moment(found["created_at"]),
            "updatedAt": _moment(found["updated_at"]),
            "author": _actor(found["user"]),
            "authorAssociation": found.get("author_association") or "NONE",
            "labels": _connection([self._label(each) for each in found["labels"]]),
            "assignees": _connection([self._person(each) for each in found["assignees"]]),
            "reactions": {"totalCount": (found.get("reactions") or {}).get("total_count", 0)},
            "timelineItems": partial(self._history, path),
            "comments": partial(self._comments, path),
        }

    async def _issues(self, path: str, info: GraphQLResolveInfo, **given: Any) -> dict[str, Any]:
        order, since = given["orderBy"], given.get("filterBy", {}).get("since")
        query = f"state=all&sort={ORDERS[order['field']]}&direction={order['direction'].lower()}"
        found = await self._page(info, f"{path}/issues?{query}" + (f"&since={since}" if since else ""))
        nodes = [self._shaped(f"{path}/issues/{each['number']}", each) for each in found]
        return _connection(nodes) | {"totalCount": len(nodes)}

    async def _releases(self, path: str, info: GraphQLResolveInfo, **_: Any) -> dict[str, Any]:
        """Newest first, as REST lists them."""
        nodes = [
            {
                "tagName": each["tag_name"],
                "isDraft": each["draft"],
                "isPrerelease": each["prerelease"],
                "publishedAt": each["published_at"] and _moment(each["published_at"]),
            }
            for each in await self._page(info, f"{path}/releases")
        ]
        return _connection(nodes)

    async def _history(self, path: str, info: GraphQLResolveInfo, **_: Any) -> dict[str, Any]:
        """The stand-in's timeline holds the same events as its event list, oldest first."""
        found = await self._page(info, f"{path}/timeline")
        return _connection([_event(each) for each in found if each["event"] in EVENTS])

    async def _comments(self, path: str, info: GraphQLResolveInfo, **_: Any) -> dict[str, Any]:
        repository = path.rpartition("/issues/")[0]
        nodes = [
            {
                "id": self._learn(each["node_id"], f"{repository}/issues/comments/{each['id']}"),
                "body": each["body"],
                "viewerDidAuthor": each["user"]["login"] == self._bot_login,
                "authorAssociation": each.get("author_association") or "NONE",
                "author": _actor(each["user"]),
            }
            for each in await self._page(info, f"{path}/comments")
        ]
        return _connection(nodes)

    async def _user(self, info: GraphQLResolveInfo, login: str) -> dict[str, Any]:
        return self._person(await self._rest(info, "GET", f"/users/{quote(login)}"))

    def _person(self, found: dict[str, Any]) -> dict[str, Any]:
        return {"id": self._learn(found["node_id"], found["login"]), "login": found["login"]}

    # writing

    async def _names(self, info: GraphQLResolveInfo, issue: str, ids: list[str]) -> list[str]:
        await self._labels(issue.rpartition("/issues/")[0], info)  # also those that were created through REST
        return [self._meaning(each) for each in ids]

    async def _add_labels(self, info: GraphQLResolveInfo, given: dict[str, Any]) -> dict[str, Any]:
        issue = self._meaning(given["labelableId"])
        names = await self._names(info, issue, given["labelIds"])
        await self._rest(info, "POST", f"{issue}/labels", {"labels": names})
        return {"labelable": await self._issue(issue, info)}

    async def _remove_labels(self, info: GraphQLResolveInfo, given: dict[str, Any]) -> dict[str, Any]:
        issue = self._meaning(given["labelableId"])
        for name in await self._names(info, issue, given["labelIds"]):
            await self._rest(info, "DELETE", f"{issue}/labels/{quote(name, safe='')}")
        return {"labelable": await self._issue(issue, info)}

    async def _add_assignees(self, info: GraphQLResolveInfo, given: dict[str, Any]) -> dict[str, Any]:
        issue = self._meaning(given["assignableId"])
        logins = [self._meaning(each) for each in given["assigneeIds"]]
        await self._rest(
            info, "POST", f"{issue}/assignees", {"assignees": [each for each in logins if each in self._assignable]}
        )
        return {"assignable": await self._issue(issue, info)}

    async def _remove_assignees(self, info: GraphQLResolveInfo, given: dict[str, Any]) -> dict[str, Any]:
        issue = self._meaning(given["assignableId"])
        logins = [self._meaning(each) for each in given["assigneeIds"]]
        await self._rest(info, "DELETE", f"{issue}/assignees", {"assignees": logins})
        return {"assignable": await self._issue(issue, info)}

    async def _add_comment(self, info: GraphQLResolveInfo, given: dict[str, Any]) -> dict[str, Any]:
        issue = self._meaning(given["subjectId"])
        made = await self._rest(info, "POST", f"{issue}/comments", {"body": given["body"]})
        return {"commentEdge": {"node": {"id": made["node_id"]}}}

    async def _edit_comment(self, info: GraphQLResolveInfo, given: dict[str, Any]) -> dict[str, Any]:
        await self._rest(info, "PATCH", self._meaning(given["id"]), {"body": given["body"]})
        return {"issueComment": {"id": given["id"]}}


def _resolve(source: dict[str, Any], info: GraphQLResolveInfo, **arguments: Any) -> Any:
    if info.field_name not in source:
        raise GraphQLError(f"the front does not fill {info.parent_type.name}.{info.field_name}")
    value = source[info.field_name]
    if not callable(value):
        return value
    return value(info, arguments["input"]) if "input" in arguments else value(info, **arguments)


def _connection(nodes: list[Any]) -> dict[str, Any]:
    page = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    return {"nodes": nodes, "pageInfo": page}


def _event(found: dict[str, Any]) -> dict[str, Any]:
    person = found["assignee"] and {"__typename": "User", "login": found["assignee"]["login"]}
    return {
        "__typename": EVENTS[found["event"]],
        "createdAt": _moment(found["created_at"]),
        "actor": _actor(found["actor"]),
        "label": found["label"],
        "assignee": person,
        "stateReason": None,  # nor does the stand-in say who or what closed an issue
        "closer": None,
    }


def _actor(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """GraphQL names a Bot without the "[bot]" that REST writes."""
    return found and {"__typename": found["type"], "login": found["login"].removesuffix("[bot]")}


def _moment(text: str) -> str:
    """GitHub writes whole seconds, the stand-in milliseconds."""
    return text.partition(".")[0].removesuffix("Z") + "Z"
