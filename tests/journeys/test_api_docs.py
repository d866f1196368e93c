"""Generated documents, metadata and models over HTTP, as clients ask for them."""

from urllib.parse import quote

import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

from tests.journeys.conftest import Caller


def test_an_elements_document_follows_the_base_url(caller: Caller) -> None:
    """Host and schemes are of the address given, else of this installation."""
    shown = caller.call("GET", "/elements/infusionsoftrest/docs?baseUrl=https://foo.bar").json
    OpenAPIV2SpecValidator(shown).validate()
    assert (shown["host"], shown["schemes"]) == ("foo.bar", ["https"])
    assert shown["info"]["contact"]["email"] == "postmaster@foo.bar"
    assert {"/contacts", "/contacts/{id}"} <= set(shown["paths"])
    own = caller.call("GET", "/elements/11748/docs").json
    assert own["host"] == caller.hub.url.partition("://")[2]
    refused = caller.call("GET", "/elements/11748/docs?baseUrl=nonsense")
    assert refused.status == 400
    assert "baseUrl" in refused.json["message"]
    assert caller.call("GET", "/elements/nothing/docs").status == 404


def test_an_element_is_also_told_in_openapi(caller: Caller) -> None:
    """With the same paths."""
    shown = caller.call("GET", "/elements/infusionsoftrest/docs?openapi=3.1").json
    OpenAPIV31SpecValidator(shown).validate()
    assert "/contacts" in shown["paths"]
    assert caller.call("GET", "/elements/infusionsoftrest/docs?openapi=4").status == 400


def test_a_hub_has_a_document(caller: Caller) -> None:
    """The CRM's has accounts; a hub that does not exist has none."""
    shown = caller.call("GET", "/docs/crm?baseUrl=https://foo.bar").json
    OpenAPIV2SpecValidator(shown).validate()
    assert "/accounts" in shown["paths"]
    assert shown["host"] == "foo.bar"
    assert caller.call("GET", "/docs/nothing").status == 404
    assert caller.call("GET", "/docs/crm", authorization=None).status == 401


def test_an_instances_documents(connected: Caller) -> None:
    """The whole, one operation, its definitions; by id and by token."""
    number = connected.call("GET", "/ping").headers["elements-element-instance-id"]
    whole = connected.call("GET", "/instances/docs").json
    OpenAPIV2SpecValidator(whole).validate()
    assert connected.call("GET", f"/instances/{number}/docs").json == whole
    assert connected.call("GET", "/instances/999999/docs").status == 404
    for start in ("/instances/docs", f"/instances/{number}/docs"):
        one = connected.call("GET", f"{start}/GET-contacts?baseUrl=https://foo.bar").json
        assert list(one["paths"]) == ["/contacts"]
        assert list(one["paths"]["/contacts"]) == ["get"]
        assert one["host"] == "foo.bar"
        for flags in (
            "",
            "?discovery=true",
            "?discovery=true&basic=true",
            "?resolveReferences=true",
        ):
            found = connected.call("GET", f"{start}/GET-contacts/definitions{flags}")
            assert found.status == 200, found.text
            assert isinstance(found.json, dict)
        by_id = quote("GET-contacts/{id}", safe="")
        assert list(connected.call("GET", f"{start}/{by_id}").json["paths"]) == ["/contacts/{id}"]
        assert connected.call("GET", f"{start}/GET-nothing").status == 404


@pytest.mark.parametrize("start", ["", "/hubs/crm"])
def test_an_instances_objects(connected: Caller, start: str) -> None:
    """Names, fields and documents of objects, with the hub in the path or without."""
    names = connected.call("GET", f"{start}/objects").json
    assert "contacts" in names
    helium = connected.call("GET", f"{start}/objects", headers={"Elements-Version": "Helium"}).json
    assert [one["name"] for one in helium] == names
    assert {one["type"] for one in helium} <= {"ceCanonical", "vendor", "vdr"}
    for name in ("contacts", "Contacts"):
        fields = connected.call("GET", f"{start}/objects/{name}/metadata")
        assert fields.status == 200, fields.text
        assert isinstance(fields.json["fields"], list)
        shown = connected.call("GET", f"{start}/objects/{name}/docs?discovery=true").json
        OpenAPIV2SpecValidator(shown).validate()
        assert list(shown["paths"]) == ["/contacts", "/contacts/{id}"]
    custom = connected.call("GET", f"{start}/objects/contacts/metadata?customFieldsOnly=true")
    assert all(one["custom"] for one in custom.json["fields"])
    for kind in ("metadata", "docs"):
        missing = connected.call("GET", f"{start}/objects/noSuchObject/{kind}")
        assert missing.status == 404
        assert "noSuchObject" in missing.json["message"]


def test_models_are_made_from_samples(caller: Caller) -> None:
    """Definitions, a CSV that is the same from both, and the way back."""
    sample = {"tranId": "21", "terms": {"name": "Net 30"}}
    definitions = caller.call("POST", "/models/invoices/schema", sample).json
    assert definitions["invoices"]["properties"]["terms"] == {"type": "terms"}
    csv = caller.call("POST", "/models/invoices/csv", sample, headers={"Accept": "text/csv"})
    assert csv.headers["content-type"] == "text/csv"
    assert csv.headers["content-disposition"].startswith("attachment;")
    again = caller.call("POST", "/models/invoices/csv?fromSchema=true", definitions)
    assert again.text == csv.text
    part = (
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        f"{csv.text}\r\n--x--\r\n"
    )
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    path = "/models/invoices/schema/csv"
    back = caller.call("POST", path, raw=part.encode(), headers=multipart)
    assert back.json == definitions
    assert caller.call("POST", path, raw=b"a,b", headers={"Content-Type": "text/csv"}).status == 415
    assert caller.call("POST", path, raw=b"--x--\r\n", headers=multipart).status == 400
    assert caller.call("POST", "/models/x/schema", raw=b"{").status == 400
    assert caller.call("POST", "/models/x/schema", raw=b"3").status == 400
    refused = caller.call("POST", "/models/x/csv", sample, headers={"Accept": "application/json"})
    assert refused.status == 406
    assert caller.call("POST", "/models/x/schema", sample, authorization=None).status == 401
    # The name is the platform's; an element's resource of that name has the hub's way.
    own = caller.call("GET", "/models")
    assert (own.status, own.json["code"]) == (404, "not-served")
