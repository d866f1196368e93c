"""The drive of an account: items with their content, names that are unique in their folder."""

import mimetypes
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha1
from typing import Any
from urllib.parse import quote

from valence_sandbox.account import Account, Kept, iso_z
from valence_sandbox.identifiers import BASE62, lettered
from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record

KEPT = {"items": Kept(spell=lettered("01BYE5RZ", length=26, alphabet=BASE62[:36].upper()))}
ROOT_ID = "root"
TICKET_PARAMETER = "tempauth"
TOTAL_BYTES = 5 * 1024**3
LARGEST_UPLOAD_BYTES = 250 * 1024 * 1024
# What Windows does not allow either, and the names it keeps for itself.
_FORBIDDEN = frozenset('"*:<>?/\\|')
_KEPT_NAMES = frozenset({".lock", "CON", "PRN", "AUX", "NUL", "desktop.ini"})


def drive_id(account: Account) -> str:
    """Return the id of an account's drive."""
    return "b!" + lettered(length=40)(account.name, 1)


def plant(account: Account) -> None:
    """Put in what every account starts with."""
    account.state["sequence"] = 0
    account.state["monitors"] = {}
    account.state["downloads"] = {}
    account.state["gone"] = []
    account.state["links"] = {}
    root = account.add("items", {"name": "root", "parent": None, "folder": True})
    account.state[ROOT_ID] = root["id"]
    _stamp(account, root, is_new=True)
    for name in ("Documents", "Pictures"):
        add_folder(account, root, name)
    documents = child(account, root, "Documents")
    if documents is not None:
        put_file(account, documents, "Prices.txt", b"Rye 4.50\n", "text/plain")
        put_file(account, documents, "Plan.docx", b"PK\x03\x04 plan", "")
    put_file(account, root, "Welcome.txt", b"Welcome to the sandbox\n", "text/plain")


def seed_files(account: Account, count: int) -> int:
    """Add so many made-up files to the root; return how many items it has then."""
    root = root_of(account)
    held = len(children(account, root))
    for number in range(held, held + count):
        put_file(account, root, f"Scan {number:04}.pdf", b"%PDF-1.7 " + bytes([number % 256]), "")
    return len(children(account, root))


def root_of(account: Account) -> Record:
    """Return the root folder."""
    return account.need("items", account.state[ROOT_ID])


def children(account: Account, folder: Record) -> list[Record]:
    """Return what is in a folder, by name."""
    found = [row for row in account["items"].all() if row["parent"] == folder["id"]]
    return sorted(found, key=lambda row: (row["name"].casefold(), row["id"]))


def child(account: Account, folder: Record, name: str) -> Record | None:
    """Return what is called so in a folder, whatever the case of its name."""
    wanted = name.casefold()
    for row in account["items"].all():
        if row["parent"] == folder["id"] and row["name"].casefold() == wanted:
            return row
    return None


def below(account: Account, item: Record) -> Iterator[Record]:
    """Yield an item and everything in it."""
    yield item
    for row in children(account, item) if item["folder"] else ():
        yield from below(account, row)


def path_of(account: Account, item: Record) -> str:
    """Return the path of an item from the root, percent-encoded: `` for the root itself."""
    if item["parent"] is None:
        return ""
    above = path_of(account, account.need("items", item["parent"]))
    return f"{above}/{quote(item['name'])}"


def checked_name(name: Any) -> str:
    """Return a name that an item may have. Raises Refusal."""
    if not isinstance(name, str) or not name.strip() or len(name) > 255:
        raise Refusal("invalid", "The name in the provided oneDriveItem is missing or too long")
    is_bad = _FORBIDDEN.intersection(name) or name in _KEPT_NAMES or name.endswith((".", " "))
    if is_bad or name.startswith((" ", "~$")):
        raise Refusal("invalid", "The provided name cannot contain invalid characters")
    return name


def free_name(
    account: Account, folder: Record, name: str, behavior: str, *, item: Record | None = None
) -> tuple[str, Record | None]:
    """Return the name to use and the item that gives way to it, by the conflict behavior.

    Raises Refusal (`conflict`) where it is `fail` and the name is taken.
    """
    taken = child(account, folder, name)
    if taken is None or (item is not None and taken["id"] == item["id"]):
        return name, None
    if behavior == "replace":
        return name, taken
    if behavior == "rename":
        stem, dot, end = name.rpartition(".")
        number = 1
        while taken is not None:
            changed = f"{stem} {number}.{end}" if dot and stem else f"{name} {number}"
            taken, number = child(account, folder, changed), number + 1
        return changed, None
    raise Refusal("conflict", "The specified item name already exists.")


def add_folder(account: Account, folder: Record, name: str) -> Record:
    """Store a new folder."""
    made = account.add("items", {"name": name, "parent": folder["id"], "folder": True})
    return _stamp(account, made, is_new=True)


def put_file(
    account: Account, folder: Record, name: str, content: bytes, media_type: str
) -> Record:
    """Store a file under a name, or a new version of the one that is there."""
    guessed = mimetypes.guess_type(name)[0]
    kind = guessed or media_type.partition(";")[0].strip() or "application/octet-stream"
    item = child(account, folder, name)
    if item is not None and item["folder"]:
        raise Refusal("conflict", "A folder of that name is there already.")
    is_new = item is None
    if item is None:
        item = account.add(
            "items", {"name": name, "parent": folder["id"], "folder": False, "versions": []}
        )
    set_content(account, item, content, kind)
    return _stamp(account, item, is_new=is_new)


def set_content(account: Account, item: Record, content: bytes, media_type: str) -> None:
    """Give a file another content, and so another version."""
    item["content"], item["media_type"] = content, media_type
    number = len(item["versions"]) + 1
    moment = iso_z(account.now_ms())
    item["versions"].append({"id": f"{number}.0", "at": moment, "content": content})
    _stamp(account, item, is_new=False)


def change(account: Account, item: Record, values: Record) -> Record:
    """Change name, parent or description of an item."""
    item.update(values)
    return _stamp(account, item, is_new=False)


def remove(account: Account, item: Record) -> None:
    """Delete an item with everything in it."""
    for row in list(below(account, item)):
        account["items"].remove(row["id"])
        account.state["sequence"] += 1
        account.state["gone"].append({"id": row["id"], "sequence": account.state["sequence"]})


def copied(account: Account, item: Record, folder: Record, name: str) -> Record:
    """Store a copy of an item with everything in it."""
    if not item["folder"]:
        return put_file(account, folder, name, item["content"], item["media_type"])
    inside = children(account, item)
    made = add_folder(account, folder, name)
    for row in inside:
        copied(account, row, made, row["name"])
    return made


def used_bytes(account: Account) -> int:
    """Return how much the account's files take."""
    return sum(len(row["content"]) for row in account["items"].all() if not row["folder"])


def size_of(account: Account, item: Record) -> int:
    """Return the size of a file, or of all in a folder."""
    files = (row for row in below(account, item) if not row["folder"])
    return sum(len(row["content"]) for row in files)


def shown(account: Account, item: Record, base: str) -> Record:
    """Return an item as Graph answers it."""
    path = path_of(account, item)
    who = {"user": {"id": account.state.get("user_id", "1"), "displayName": "Olive Owner"}}
    tag = f"{{{item['id']}}},{item['changes']}"
    told: Record = {
        "createdDateTime": item["created"],
        "eTag": f'"{tag}"',
        "id": item["id"],
        "lastModifiedDateTime": item["modified"],
        "name": item["name"],
        "webUrl": f"https://sandbox-my.sharepoint.example/personal/owner/Documents{path}",
        "cTag": f'"c:{tag}"',
        "size": size_of(account, item),
        "createdBy": who,
        "lastModifiedBy": who,
        "parentReference": {"driveType": "business", "driveId": drive_id(account)},
        "fileSystemInfo": {
            "createdDateTime": item["created"],
            "lastModifiedDateTime": item["modified"],
        },
    }
    if item.get("description"):
        told["description"] = item["description"]
    if item["parent"] is not None:
        above = account.need("items", item["parent"])
        told["parentReference"] |= {
            "id": above["id"],
            "name": above["name"],
            "path": f"/drive/root:{path_of(account, above)}",
        }
    else:
        told["root"] = {}
    if item["folder"]:
        told["folder"] = {"childCount": len(children(account, item))}
        return told
    digest = b64encode(sha1(item["content"], usedforsecurity=False).digest()).decode()
    told["file"] = {"mimeType": item["media_type"], "hashes": {"quickXorHash": digest}}
    told["@microsoft.graph.downloadUrl"] = download_url(account, item["id"], base)
    return told


def download_url(account: Account, item_id: str, base: str, version: str = "") -> str:
    """Return an address at which a file can be had for a while, by whoever knows it."""
    key = (item_id, version)
    ticket = lettered(length=43)(f"{account.name}|{key}", 7)
    account.state["downloads"][ticket] = key
    return f"{base}/download/{ticket}?{TICKET_PARAMETER}={account.name}"


def _stamp(account: Account, item: Record, *, is_new: bool) -> Record:
    now = iso_z(account.now_ms())
    account.state["sequence"] += 1
    item["sequence"], item["modified"] = account.state["sequence"], now
    item["changes"] = item.get("changes", 0) + 1
    if is_new:
        item["created"] = now
    return item
