"""Files: JSON with base64 inside; the content comes only when asked for."""

import base64
import binascii
import mimetypes

from valence_sandbox.answers import Answer
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.crud import Routes, Served, one_contact
from valence_sandbox.vendors.keap.objects import FILE

MAXIMUM_BYTES = 8 * 1024 * 1024


def decoded(text: str, *, maximum_bytes: int = MAXIMUM_BYTES) -> bytes:
    """Return the bytes of a base64 text. Raises Refusal."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise Refusal(400, "file_data must be base64 encoded") from exc
    if len(content) > maximum_bytes:
        raise Refusal(400, f"file_data must not be larger than {maximum_bytes // 2**20} MB")
    return content


def _prepared(call: Call, values: Record, _: Record | None) -> Record:
    association = values["file_association"]
    if association == "CONTACT":
        if values.get("contact_id") is None:
            raise Refusal(400, "contact_id is required")
        one_contact(call, values["contact_id"])
    kind = mimetypes.guess_type(values["file_name"])[0] or ""
    return {
        **values,
        "file_size": len(decoded(values["file_data"])),
        "file_box_type": "Image" if kind.startswith("image/") else "Attachment",
        "category": "Attachments" if association == "CONTACT" else "Documents",
        "created_by": 1,
        "permission": "COMPANY" if association == "COMPANY" else "USER",
        "viewable": "PUBLIC" if values["is_public"] else "PRIVATE",
    }


def _expanded(call: Call, record: Record) -> Record:
    return {
        **record,
        "download_url": f"https://{call.tenant.name}/Download?Id={record['id']}",
        "remote_file_key": f"{call.tenant.name}/{record['id']}",
    }


FILES = Served(FILE, "files", create_status=200, expand=_expanded, prepare=_prepared)


def _information(call: Call, record: Record) -> Answer:
    information = {"file_descriptor": FILES.shown(call, record)}
    if "file_data" in call.names("optional_properties"):
        information["file_data"] = record["file_data"]
    return Answer(200, information)


def create_file(call: Call) -> Answer:
    """POST /files."""
    return _information(call, FILES.make(call, call.json()))


def read_file(call: Call) -> Answer:
    """GET /files/{id}: the descriptor, and the content with `optional_properties=file_data`."""
    return _information(call, FILES.found(call))


def replace_file(call: Call) -> Answer:
    """PUT /files/{id}."""
    record = FILES.found(call)
    FILES.put(call, record, call.json())
    return _information(call, record)


ROUTES: Routes = {
    **FILES.routes("list delete"),
    ("POST", "files"): create_file,
    ("GET", "files/*"): read_file,
    ("PUT", "files/*"): replace_file,
}
