import pytest

from bot.core.errors import Unreachable
from bot.github.releases import published
from bot.github.shapes import Releases, checked

AT = "2026-11-23T09:00:00Z"


def node(tag="v1.0.0", **more):
    return {"tagName": tag, "isDraft": False, "isPrerelease": False, "publishedAt": AT} | more


def tags(*nodes):
    page = checked(Releases, {"nodes": list(nodes), "pageInfo": {"hasNextPage": False, "endCursor": None}})
    return [each.version for each in published(page.nodes)]


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        pytest.param([], [], id="nothing is published"),
        pytest.param([node("v2"), node("v1")], ["v2", "v1"], id="in the order of GitHub"),
        pytest.param([node(isDraft=True)], [], id="a draft is not there yet"),
        pytest.param([node(publishedAt=None)], [], id="nor is what was never published"),
        pytest.param([node("v1-rc", isPrerelease=True), node("v1")], ["v1"], id="a prerelease is none"),
        pytest.param([None, node()], ["v1.0.0"], id="what is not shown is left out"),
        pytest.param([node("v1"), node("v1")], ["v1"], id="a page that moved while it was read shows one twice"),
        pytest.param([node("x" * 255), node("x" * 256)], ["x" * 255], id="half a tag is another tag"),
        pytest.param([node("v\0"), node("v\n1"), node("v\ud800"), node("")], [], id="git has no such tag"),
        pytest.param([node("release/2.1 \N{BUG}")], ["release/2.1 \N{BUG}"], id="any text that can be a tag"),
        pytest.param([node() | {"description": ["x"]}], ["v1.0.0"], id="what we do not read may be anything"),
    ],
)
def test_what_users_have(nodes, expected):
    assert tags(*nodes) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"tagName": None}, id="no tag"),
        pytest.param({"tagName": 5}, id="a tag that is a number"),
        pytest.param({"isDraft": None}, id="neither draft nor not"),
        pytest.param({"publishedAt": "yesterday"}, id="no time"),
    ],
)
def test_what_is_not_of_githubs_shape_is_asked_for_again(wrong):
    with pytest.raises(Unreachable, match="unknown shape"):
        tags(node() | wrong)
