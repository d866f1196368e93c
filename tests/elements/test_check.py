"""What keeps a document from working is named with its pointer."""

from typing import Any

import pytest

from tests.elements.documents import acme, configured, document, hook, resource, row
from valence.elements import check

BASE = document(resource())


@pytest.mark.parametrize(
    ("content", "pointer", "said"),
    [
        ([], "", "a JSON object"),
        ({"authentication": {"type": "custom"}}, "/name", "needs a name"),
        ({"name": "A", "description": "d"}, "/authentication", "{type: oauth2}"),
        (document(authentication={"type": "magic"}), "/authentication/type", "'magic'"),
        (document(key="a b"), "/key", "letters"),
        (document(name="!!!"), "/key", "letters"),
        (document(hub=7), "/hub", "a text"),
        (document(configuration={}), "/configuration", "a list"),
        (document(configuration=["x"]), "/configuration/0", "an object"),
        (document(configuration=[{"name": "x"}]), "/configuration/0/key", "needs a key"),
        (document(resource("FETCH")), "/resources/0/method", "'FETCH'"),
        (document(resource(path="things")), "/resources/0/path", "a path"),
        (document(resource(path=None)), "/resources/0/path", "a path"),
        (document(resource(path="/a/{id")), "/resources/0/path", "a placeholder"),
        (document(resource(rootKey=["a"])), "/resources/0/rootKey", "a text"),
        (document(resource(model="x")), "/resources/0/model", "an object"),
        (document(resource(), resource(parameters={})), "/resources/1/parameters", "a list"),
        (
            document(resource(parameters=[row("a", "b", "magic>query")])),
            "/resources/0/parameters/0/type",
            "'magic'",
        ),
        (
            document(resource(parameters=[row("a"), row("a", "b", "query>magic")])),
            "/resources/0/parameters/1/vendorType",
            "'magic'",
        ),
        (
            document(resource(parameters=[row("a", source="nowhere")])),
            "/resources/0/parameters/0/source",
            "'response'",
        ),
        (document(parameters=[{"type": "query"}]), "/parameters/0/name", "needs a name"),
        (document(hooks=[hook("later", "x")]), "/hooks/0/type", "'later'"),
        (
            document(resource(hooks=[{"type": "preRequest", "body": 7}])),
            "/resources/0/hooks/0/body",
            "script",
        ),
        (document(resource(parameters=[row("a")] * 201)), "/resources/0/parameters", "at most 200"),
        (document(*[resource()] * 2001), "/resources", "at most 2000"),
        (document(objects=[{}]), "/objects/0/name", "a name"),
        (document(models=[7]), "/models/0", "an object"),
        (document(resource(**{"x-valence": 7})), "/resources/0/x-valence", "an object"),
        (
            document(resource(**{"x-valence": {"filter": {}}})),
            "/resources/0/x-valence/filter",
            "dialect",
        ),
        (
            document(resource(**{"x-valence": {"paging": {"style": "book"}}})),
            "/resources/0/x-valence/paging/style",
            "'book'",
        ),
        *(
            (
                document(resource(**{"x-valence": {part: held | {word: said}}})),
                f"/resources/0/x-valence/{part}/{word}",
                "expected a ",
            )
            for part, held, word, said in (
                ("filter", {"dialect": "jql"}, "vendorOnly", 1),
                ("filter", {"dialect": "jql"}, "vendorOnly", [[]]),
                ("filter", {"dialect": "jql"}, "within", ["a"]),
                ("wait", {"field": "a"}, "done", "ready"),
                ("wait", {"field": "a"}, "failed", 2),
                ("wait", {"field": "a"}, "header", 3),
            )
        ),
    ],
)
def test_a_problem_has_a_pointer(content: Any, pointer: str, said: str) -> None:
    """And says what was expected."""
    found = check(content)
    assert [problem.pointer for problem in found][:1] == [pointer]
    assert said in found[0].text


@pytest.mark.parametrize(
    ("content", "pointer", "said"),
    [
        (
            document(configuration=configured(a="1") + configured(a="2")),
            "/configuration/1/key",
            "twice",
        ),
        (
            document(configuration=[{"key": "a", "type": "COMBO"}]),
            "/configuration/0",
            "options",
        ),
        (document(resource(), resource(path="/hubs/crm/things")), "/resources/1", "twice"),
        (document(resource(path="/{a}/b/{a}")), "/resources/0/path", "{a} is there twice"),
        (document(resource(type="news")), "/resources/0/type", "no type"),
        (document(resource(nextResource="GET:/x")), "/resources/0/nextResource", "not a resource"),
        (document(resource(vendorPath="/{x}")), "/resources/0/vendorPath", "nothing fills {x}"),
    ],
)
def test_an_author_is_held_to_more(content: Any, pointer: str, said: str) -> None:
    """What a real export may have is a fault in a file that someone has open."""
    assert check(content) == []
    found = check(content, is_strict=True)
    assert [problem.pointer for problem in found] == [pointer]
    assert said in found[0].text


@pytest.mark.parametrize(
    "content",
    [
        document(resource(path="/{x}", vendorPath="/{x}")),
        document(resource(vendorPath="/{x}", parameters=[row("a", "x", "configuration>path")])),
        document(resource(vendorPath="/{x}"), parameters=[row("a", "x", "value>path")]),
        document(resource(vendorPath="/{x}"), configuration=configured(x="1")),
        document(resource(vendorPath="/{x}", hooks=[hook("preRequest", "done({})")])),
        document(resource(vendorPath="SELECT {where}"), protocolType="jdbc"),
        acme(),
    ],
)
def test_an_author_is_held_to_no_more_than_that(content: Any) -> None:
    """A placeholder is filled by a path, a row, the configuration, or a script."""
    assert check(content, is_strict=True) == []


def test_every_problem_is_named() -> None:
    """Not only the first."""
    found = check(document(resource("A"), resource("B"), hooks=[hook("c", "")]))
    assert [problem.pointer for problem in found] == [
        "/hooks/0/type",
        "/resources/0/method",
        "/resources/1/method",
    ]
