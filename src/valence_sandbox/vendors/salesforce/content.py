"""Files: versions make documents, documents are linked to records.

Source: Object Reference, `ContentVersion`, `ContentDocument`, `ContentDocumentLink`. A version
without `ContentDocumentId` makes a document, which is linked to its owner and, where
`FirstPublishLocationId` is given, to that record, all or nothing.
"""

from collections.abc import Mapping
from hashlib import md5
from typing import Any

from valence_sandbox.account import Account
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.salesforce import ids, org
from valence_sandbox.vendors.salesforce.objects import PREFIXES, object_named
from valence_sandbox.vendors.salesforce.sobjects import SObject


def _object(name: str) -> SObject:
    found = object_named(name)
    assert found is not None, name  # noqa: S101 - a name of this file
    return found


VERSION = _object("ContentVersion")
DOCUMENT = _object("ContentDocument")
LINK = _object("ContentDocumentLink")


def create_version(account: Account, body: Mapping[str, Any], *, is_case_free: bool) -> Record:
    """Store a version, and the document and links that come with a first one. Raises Refusal."""
    values = org.checked(account, VERSION, body, is_new=True, is_case_free=is_case_free)
    if values.get("VersionData") is None:
        raise Refusal(
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [VersionData]",
            details=["VersionData"],
        )
    path = values.get("PathOnClient") or values.get("Title")
    if not path:
        raise Refusal(
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [PathOnClient]",
            details=["PathOnClient"],
        )
    location = values.get("FirstPublishLocationId")
    document_id = values.get("ContentDocumentId")
    if location and document_id:
        raise Refusal(
            "FIELD_INTEGRITY_EXCEPTION",
            "You cannot set a first publish location for an existing document: First Publish"
            " Location ID",
            details=["FirstPublishLocationId"],
        )
    if location:
        _linkable(location, "FirstPublishLocationId")
    file_name = str(path).replace("\\", "/").rpartition("/")[2]
    stem, _, extension = file_name.rpartition(".")
    values.setdefault("Title", None)
    values["Title"] = values["Title"] or stem or file_name
    values["PathOnClient"] = values.get("PathOnClient") or file_name
    data = values["VersionData"]
    values |= {
        "FileExtension": extension or None,
        "FileType": (extension or "unknown").upper(),
        "ContentSize": len(data),
        "Checksum": md5(data, usedforsecurity=False).hexdigest(),
        "OwnerId": values.get("OwnerId") or org.me(account),
        "IsLatest": True,
    }
    if document_id:
        return _next_version(account, document_id, values)
    return _first_version(account, values, location)


def _first_version(account: Account, values: Record, location: str | None) -> Record:
    document = org.stored(
        account,
        DOCUMENT,
        {
            "Title": values["Title"],
            "Description": values.get("Description"),
            "OwnerId": values["OwnerId"],
            "IsArchived": False,
            "PublishStatus": "P" if location else "R",
        },
    )
    version = org.stored(
        account, VERSION, {**values, "ContentDocumentId": document["Id"], "VersionNumber": "1"}
    )
    _publish(account, document, version)
    for entity in dict.fromkeys((values["OwnerId"], location or "")):
        if entity:
            share = "V" if entity == location and entity[:3] != "005" else "I"
            _link(account, str(document["Id"]), entity, share)
    return version


def _next_version(account: Account, document_id: str, values: Record) -> Record:
    document = org.live(account, DOCUMENT, document_id)
    others = versions(account, document_id)
    for other in others:
        other["IsLatest"] = False
    version = org.stored(account, VERSION, {**values, "VersionNumber": str(len(others) + 1)})
    document["Title"] = values["Title"]
    if values.get("Description") is not None:
        document["Description"] = values["Description"]
    _publish(account, document, version)
    return version


def _publish(account: Account, document: Record, version: Record) -> None:
    document["LatestPublishedVersionId"] = version["Id"]
    for name in ("FileType", "FileExtension", "ContentSize"):
        document[name] = version[name]
    document["LastModifiedDate"] = document["SystemModstamp"] = account.now_ms()


def versions(account: Account, document_id: str) -> list[Record]:
    """Return the versions of a document, the oldest first."""
    return [one for one in org.records(account, VERSION) if one["ContentDocumentId"] == document_id]


def change_document(account: Account, record: Record, body: Mapping[str, Any]) -> None:
    """Change a document; its latest version says the same. Raises Refusal."""
    org.change(account, DOCUMENT, record, body)
    latest = org.live(account, VERSION, record["LatestPublishedVersionId"])
    for name in ("Title", "Description"):
        latest[name] = record.get(name)


def create_link(account: Account, body: Mapping[str, Any], *, is_case_free: bool) -> Record:
    """Link a document to a record. Raises Refusal."""
    values = org.checked(account, LINK, body, is_new=True, is_case_free=is_case_free)
    missing = [name for name in ("ContentDocumentId", "LinkedEntityId") if not values.get(name)]
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise Refusal("REQUIRED_FIELD_MISSING", message, details=missing)
    document_id, entity = values["ContentDocumentId"], values["LinkedEntityId"]
    for link in org.records(account, LINK):
        if (link["ContentDocumentId"], link["LinkedEntityId"]) == (document_id, entity):
            message = f"{document_id} is already linked with the entity {entity}"
            raise Refusal("DUPLICATE_VALUE", message, details=["LinkedEntityId"])
    return _link(account, document_id, entity, values.get("ShareType") or "V")


def delete_document(account: Account, record: Record) -> None:
    """Delete a document with its versions and links."""
    org.delete(account, DOCUMENT, record)
    for held in versions(account, str(record["Id"])):
        held["IsDeleted"] = True
    for link in org.records(account, LINK):
        if link["ContentDocumentId"] == record["Id"]:
            link["IsDeleted"] = True


def _link(account: Account, document_id: str, entity: str, share: str) -> Record:
    return org.stored(
        account,
        LINK,
        {
            "ContentDocumentId": document_id,
            "LinkedEntityId": entity,
            "ShareType": share,
            "Visibility": "AllUsers",
        },
    )


def _linkable(entity: str, name: str) -> None:
    """Refuse what a file cannot be linked to."""
    found = ids.read(entity)
    target = PREFIXES.get(found[:3]) if found else None
    linked = LINK.field("LinkedEntityId")
    if target is None or linked is None or target.name not in linked.refers_to:
        message = f"invalid value for field: {name}"
        raise Refusal("FIELD_INTEGRITY_EXCEPTION", message, details=[name])
