"""What is in files: uploads, downloads by a second address, versions."""

from urllib.parse import quote, urlencode

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.identifiers import lettered
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record
from valence_sandbox.vendors.onedrive import drive
from valence_sandbox.vendors.onedrive.address import Address

__all__ = [
    "download", "quote", "redirected", "restore", "ticket", "upload", "urlencode", "version",
    "version_redirected", "versions",
]  # fmt: skip


def ticket(account: str, number: int) -> str:
    """Return a text that nobody guesses."""
    return lettered(length=43)(account, number)


def upload(call: Call, at: Address) -> Answer:
    """PUT …/content: by id another content; by path a new file too, with the folders above it."""
    if at.item is not None and at.item["folder"]:
        raise Refusal("invalid", "Content cannot be put into a folder.")
    kind = call.headers.get("content-type", "")
    if not at.names:
        item = at.found()
        drive.set_content(call.account, item, call.body, item["media_type"])
        return Answer(200, drive.shown(call.account, item, call.base))
    folder = at.folder
    for name in at.names[:-1]:
        held = drive.child(call.account, folder, name)
        if held is not None and not held["folder"]:
            raise Refusal("invalid", "The parent is not a folder.")
        folder = held or drive.add_folder(call.account, folder, drive.checked_name(name))
    behavior = call.query.get("@microsoft.graph.conflictBehavior", "replace")
    name = drive.checked_name(at.names[-1])
    name, taken = drive.free_name(call.account, folder, name, behavior)
    item = drive.put_file(call.account, folder, name, call.body, kind)
    status = 201 if taken is None else 200
    return Answer(status, drive.shown(call.account, item, call.base))


def redirected(call: Call, item: Record, version: str = "") -> Answer:
    """GET …/content: 302 to an address that anybody can use for a while."""
    if item["folder"]:
        raise Refusal("invalid", "A folder has no content.")
    url = drive.download_url(call.account, item["id"], call.base, version)
    return Answer(302, headers={"Location": url})


def download(call: Call) -> Answer:
    """GET of the second address: whoever knows it may."""
    account = call.account
    item_id, version = account.state["downloads"].get(call.path[-1], ("", ""))
    item = account["items"].get(item_id)
    if item is None:
        raise Refusal("missing", "The download address is not valid any more.")
    content = item["content"]
    for row in item["versions"]:
        content = row["content"] if row["id"] == version else content
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(item['name'])}",
        "ETag": f'"{item["id"]},{item["changes"]}"',
    }
    return Answer(200, headers=headers, body=content, media_type=item["media_type"])


def versions(call: Call, item: Record) -> Answer:
    """GET …/versions: the latest first."""
    rows = [_version(row) for row in reversed(item.get("versions", []))]
    return Answer(200, {"value": rows})


def version(call: Call, item: Record, number: str) -> Answer:
    """GET …/versions/{id}."""
    return Answer(200, _version(_found(item, number)))


def version_redirected(call: Call, item: Record, number: str) -> Answer:
    """GET …/versions/{id}/content: not of the current one."""
    row = _found(item, number)
    if row is item["versions"][-1]:
        raise Refusal("invalid", "You cannot get the content of the current version.")
    return redirected(call, item, row["id"])


def restore(call: Call, item: Record, number: str) -> Answer:
    """POST …/versions/{id}/restoreVersion: an old content becomes the newest."""
    drive.set_content(call.account, item, _found(item, number)["content"], item["media_type"])
    return Answer(204)


def _found(item: Record, number: str) -> Record:
    for row in item.get("versions", []):
        if row["id"] == number:
            found: Record = row
            return found
    raise Refusal("missing", "The version could not be found.")


def _version(row: Record) -> Record:
    return {
        "id": row["id"],
        "lastModifiedDateTime": row["at"],
        "size": len(row["content"]),
        "lastModifiedBy": {"user": {"displayName": "Olive Owner"}},
    }
