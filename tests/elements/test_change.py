"""Import, export, change and clone, by values."""

import copy
import itertools
import json
from typing import Any

import pytest

from tests.elements.documents import acme, configured, document, hook, resource, row, stored
from valence.domain import AuthenticationKind, InvalidRequest
from valence.elements import (
    check,
    clone,
    compile_element,
    configuration_to_wire,
    derived_key,
    element_to_wire,
    export_element,
    imported,
    instance_element_to_wire,
    merged,
    with_ids,
    without_ids,
)
from valence.elements.standard import STANDARD


def kept(content: dict[str, Any]) -> dict[str, Any]:
    numbers = itertools.count(1000)
    return with_ids(
        imported(content), element_id=7, owner_account_id=5, allocate=lambda: next(numbers)
    )


def ids_in(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [found for part in value for found in ids_in(part)]
    if not isinstance(value, dict):
        return []
    own = [value["id"]] if isinstance(value.get("id"), int) else []
    return own + [
        found for name, part in value.items() if name != "swagger" for found in ids_in(part)
    ]


def test_an_export_imports_to_an_element_that_runs_the_same() -> None:
    """Whatever ids each installation gives."""
    first = stored(acme())
    exported = json.loads(json.dumps(export_element(first)))
    second = stored(exported, element_id=99, account_id=6)
    assert check(exported, is_strict=True) == []
    strip = [(without_ids(export_element(element))) for element in (first, second)]
    assert strip[0] == strip[1]
    assert [operation.id for operation in first.operations] == [
        operation.id for operation in second.operations
    ]
    assert second.configuration == stored(export_element(second)).configuration
    assert second.event_hooks == first.event_hooks
    for one, two in zip(first.operations, second.operations, strict=True):
        assert one == two


def test_an_import_ignores_ids_and_keeps_what_has_no_effect() -> None:
    """Fields nobody knows stay; a model's links lead to the new ids of the resources."""
    held = kept(acme())
    assert not {4711, 9301, 9001, 9201, 9501, 9701} & set(ids_in(held))
    assert held["elementMetadata"] == {"usage": {"instanceCount": 3}, "unread": [1, 2]}
    assert "signupURL" not in held
    by_path = {(each["method"], each["path"]): each["id"] for each in held["resources"]}
    (model,) = held["models"]
    assert model["resources"] == [
        {"id": by_path["GET", "/hubs/crm/contacts"]},
        {"id": by_path["POST", "/hubs/crm/contacts"]},
    ]
    assert {each["ownerAccountId"] for each in held["resources"]} == {5}


def test_every_part_has_an_id_of_its_own() -> None:
    """And the element the one it was given."""
    held = kept(acme())
    owned = {name: part for name, part in held.items() if name not in ("models", "id")}
    found = ids_in(owned)
    assert len(found) == len(set(found)) > 60
    assert held["id"] == 7
    assert with_ids(held, element_id=7, owner_account_id=5, allocate=lambda: 0) == held


@pytest.mark.parametrize(
    ("name", "key"), [("Acme CRM 2", "acmecrm2"), ("  ", ""), ("Ärger & Co.", "rgerco")]
)
def test_a_key_follows_from_the_name(name: str, key: str) -> None:
    """Lower case, and only a-z and 0-9."""
    assert derived_key(name) == key


def test_the_least_that_names_an_element() -> None:
    """Name, description and kind of authentication; the rest has defaults."""
    held = imported({"name": "Acme CRM 2", "description": "d", "authentication": {"type": "basic"}})
    assert (held["key"], held["hub"], held["protocolType"]) == ("acmecrm2", "general", "http")
    assert (held["private"], held["extended"], held["cloneable"]) == (True, False, True)
    assert held["active"] is False
    assert imported(document(active=True))["active"] is True
    assert held["image"]
    for name in ("resources", "parameters", "hooks"):
        assert held[name] == []


@pytest.mark.parametrize("kind", list(AuthenticationKind))
def test_the_standard_configuration_is_added_once(kind: AuthenticationKind) -> None:
    """With one base.url; what was brought is not touched."""
    brought = configured(base_url="https://a.example", oauth_scope="mine")
    held = imported(document(authentication={"type": kind.value}, configuration=brought))
    keys = [entry["key"] for entry in held["configuration"]]
    assert len(keys) == len(set(keys))
    assert set(keys) == {"base.url", "oauth.scope", *STANDARD.get(kind, ())}
    defaults = {e["key"]: e.get("defaultValue") for e in held["configuration"]}
    assert (defaults["base.url"], defaults["oauth.scope"]) == ("https://a.example", "mine")
    assert imported(held)["configuration"] == held["configuration"]


def test_there_is_one_base_url_with_its_default() -> None:
    """However often it was sent."""
    twice = configured(base_url="https://a.example") + [{"key": "base.url", "name": "B"}]
    held = imported(document(configuration=twice))
    (entry,) = [entry for entry in held["configuration"] if entry["key"] == "base.url"]
    assert entry["defaultValue"] == "https://a.example"


def test_secrets_have_no_default_in_an_answer() -> None:
    """Nor in an export, whatever the type of the entry; the element itself keeps it."""
    element = stored(acme())
    assert element.default("oauth.api.secret") == "left-over-secret"
    for shown in (
        element_to_wire(element),
        export_element(element),
        configuration_to_wire(element),
        instance_element_to_wire(element),
    ):
        assert "left-over" not in json.dumps(shown)
    keys = [entry["key"] for entry in configuration_to_wire(element)["configuration"]]
    assert {"oauth.api.key", "oauth.api.secret"} <= set(keys)


def test_an_answer_has_no_nulls_and_the_documented_order() -> None:
    """An abridged one leaves out what is long."""
    element = stored(acme())
    full = element_to_wire(element)
    assert list(full)[:6] == ["id", "name", "key", "description", "image", "logo"]
    for name in (
        *("active", "deleted", "typeOauth", "trialAccount", "configuration", "resources"),
        *("parameters", "hooks", "transformationsEnabled", "bulkDownloadEnabled"),
        *("bulkUploadEnabled", "cloneable", "extendable", "extended", "beta", "hub"),
        *("protocolType", "private", "image", "authentication", "key", "description"),
    ):
        assert full[name] is not None
    assert None not in full.values()
    assert all(None not in each.values() for each in full["resources"])
    abridged = element_to_wire(element, abridged=True)
    assert not {"configuration", "resources", "parameters", "hooks", "models"} & set(abridged)
    assert (abridged["private"], abridged["extended"]) == (True, False)
    inside = instance_element_to_wire(element)
    assert (inside["resources"], inside["parameters"]) == ([], [])
    assert None not in inside.values()


def test_an_export_of_an_extension_has_the_accounts_resources_only() -> None:
    """It is extended and says nothing of private."""
    mine = resource(path="/mine", ownerAccountId=5)
    element = compile_element(document(resource(ownerAccountId=1), mine, private=False))
    shown = export_element(element, extended_only=True)
    assert [each["path"] for each in shown["resources"]] == ["/mine"]
    assert (shown["extended"], "private" in shown, "configuration" in shown) == (True, False, True)
    assert len(export_element(element)["resources"]) == 2


def test_a_change_keeps_what_it_does_not_bring() -> None:
    """The key, too, when the name changes."""
    before = kept(acme())
    original = copy.deepcopy(before)
    after = merged(
        before, {"name": "New", "description": "d", "authentication": {"type": "oauth2"}}
    )
    assert (after["name"], after["key"], after["description"]) == ("New", "acmecrm", "d")
    same = ("resources", "hooks", "parameters", "configuration", "objects", "models", "id")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert before == original
    assert merged(before, {"key": "other", "id": 3, "private": False})["key"] == "acmecrm"
    assert merged(before, {"private": False})["private"] is True


def test_a_change_replaces_the_configuration_and_keeps_ids_by_key() -> None:
    """Secrets that come without a default, or masked, stay; nothing is there twice."""
    before = kept(acme())
    known = {entry["key"]: entry for entry in before["configuration"]}
    brought = [
        {"key": "base.url", "name": "B", "defaultValue": "https://b.example"},
        {"key": "oauth.api.secret", "name": "S", "type": "PASSWORD", "defaultValue": "********"},
        {"key": "oauth.api.key", "name": "K"},
        {"key": "fresh", "name": "F"},
    ]
    after = {e["key"]: e for e in merged(before, {"configuration": brought})["configuration"]}
    assert after["base.url"]["id"] == known["base.url"]["id"]
    assert after["base.url"]["defaultValue"] == "https://b.example"
    assert after["oauth.api.secret"]["defaultValue"] == "left-over-secret"
    assert after["oauth.api.key"]["defaultValue"] == "left-over-client"
    assert "id" not in after["fresh"]
    assert "region" not in after
    assert "oauth.token.url" in after


def test_a_change_of_resources_keeps_the_ids_of_what_stays() -> None:
    """By verb, path and type; hooks and parameters inside by what they are."""
    before = kept(acme())
    shown = export_element(compile_element(before))
    shown["resources"] = list(reversed(shown["resources"]))
    shown["resources"][0]["vendorPath"] = "/elsewhere"
    shown["resources"].append(resource(path="/hubs/crm/new"))
    after = merged(before, shown)
    by_path = {(each["method"], each["path"]): each for each in after["resources"]}
    for old in before["resources"]:
        new = by_path[old["method"], old["path"]]
        assert new["id"] == old["id"]
        assert [r["id"] for r in new["parameters"]] == [r["id"] for r in old["parameters"]]
        assert [r["id"] for r in new["hooks"]] == [r["id"] for r in old["hooks"]]
    assert "id" not in by_path["GET", "/hubs/crm/new"]
    assert by_path["POST", "/hubs/crm/welcome"]["vendorPath"] == "/elsewhere"


def test_objects_are_added_or_replaced_by_name() -> None:
    """Those that are not brought stay."""
    before = kept(acme())
    brought = [{"name": "deals"}, {"name": "contacts", "vendorName": "humans"}]
    after = {each["name"]: each for each in merged(before, {"objects": brought})["objects"]}
    assert after["contacts"]["vendorName"] == "humans"
    assert after["contacts"]["id"] == before["objects"][0]["id"]
    assert "id" not in after["deals"]
    assert merged(before, {"objects": []})["objects"] == before["objects"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ([], "a JSON object"),
        ({"authentication": {"type": "magic"}}, "/authentication/type"),
        ({"resources": [resource("GET", parameters=[row("a", "b", "c>d")])]}, "/parameters/0/type"),
        ({"hooks": [hook("later", "")]}, "/hooks/0/type"),
    ],
)
def test_a_change_that_cannot_work_is_refused(change: Any, said: str) -> None:
    """With a pointer into what was sent."""
    with pytest.raises(InvalidRequest, match=said):
        merged(kept(acme()), change)


def test_a_clone_is_private_and_has_no_secrets() -> None:
    """It has a key of its own, also the second time."""
    before = kept(acme())
    first = clone(before, taken={"acmecrm"})
    assert (first["key"], first["name"]) == ("acmecrm-clone", "Acme CRM-clone")
    second = clone(before, taken={"acmecrm", "acmecrm-clone"})
    assert (second["key"], second["name"]) == ("acmecrm-clone-2", "Acme CRM-clone-2")
    assert (first["private"], first["extended"]) == (True, False)
    defaults = {e["key"]: e.get("defaultValue") for e in first["configuration"]}
    assert defaults["oauth.api.key"] is None
    assert defaults["oauth.api.secret"] is None
    assert defaults["base.url"] == "https://{subdomain}.acme.example/v1"
    assert "id" not in first
    assert check(first) == []


def test_an_element_may_refuse_to_be_cloned() -> None:
    """By its flag."""
    with pytest.raises(InvalidRequest) as refused:
        clone(document(cloneable=False), taken=())
    assert refused.value.code == "not-cloneable"
