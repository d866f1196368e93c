"""Users, activity types, the mailbox, and the trade of a password for a token.

Source: https://developers.pipedrive.com/docs/api/v1/Users, /ActivityTypes, /Mailbox"""

import re
import secrets

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.refusals import Refusal
from valence_sandbox.vendors.pipedrive.answers import everything, one, page

EMAIL, PASSWORD, TOKEN = "demo@pipedrive.example", "demo", "sandbox-pipedrive-token"
ICONS = ("task", "email", "meeting", "deadline", "call", "lunch", "calendar", "downarrow",
         "document", "smartphone", "camera", "scissors", "cogs", "bubble", "uparrow", "checkbox",
         "signpost", "shuffle", "addressbook", "linegraph", "picture", "car", "world", "search",
         "clip", "sound", "brush", "key", "padlock", "pricetag", "suitcase", "finish", "plane",
         "loop", "wifi", "truck", "cart", "bulb", "bell", "presentation")  # fmt: skip
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_FOLDERS = ("inbox", "drafts", "sent", "archive")


def authorize(call: Call) -> Answer:
    """POST /v1/authorizations: a user's tokens for an address and a password."""
    try:
        body = call.json()
    except Refusal:
        body = call.form()
    known = secrets.compare_digest(str(body.get("password", "")).encode(), PASSWORD.encode())
    if body.get("email") != EMAIL or not known:
        raise Refusal("unauthorized")
    return Answer(
        200,
        {
            "success": True,
            "data": [
                {
                    "user_id": 1,
                    "company_id": call.account.state["company"],
                    "api_token": TOKEN,
                    "add_time": "2020-01-01 00:00:00",
                    "company": {"info": {"name": "Bakery", "domain": "bakery"}},
                }
            ],
        },
    )


def list_users(call: Call) -> Answer:
    """GET /v1/users: all of them at once."""
    return everything(call.account["users"].all())


def read_user(call: Call) -> Answer:
    """GET /v1/users/{id}, or `me`."""
    number = "1" if call.path[2] == "me" else call.path[2]
    return one(call.account.need("users", number, message="User not found"))


def create_user(call: Call) -> Answer:
    """POST /v1/users."""
    body = call.json()
    if not _ADDRESS.match(str(body.get("email", ""))):
        raise Refusal("invalid", "Email must be given.")
    if any(row["email"] == body["email"] for row in call.account["users"].all()):
        raise Refusal("invalid", "User with this email already exists.")
    values = {"active_flag": True, "is_admin": 0, **_without_id(body)}
    return one(call.account.add("users", {"name": body["email"], **values}), status=201)


def update_user(call: Call) -> Answer:
    """PUT /v1/users/{id}: only `active_flag`, which must be given, is changed."""
    record = call.account.need("users", call.path[2], message="User not found")
    body = call.json()
    if not isinstance(body.get("active_flag"), bool):
        raise Refusal("invalid", "active_flag must be given.")
    return one(call.account.change("users", record, {"active_flag": body["active_flag"]}))


def list_types(call: Call) -> Answer:
    """GET /v1/activityTypes: all of them at once."""
    return everything(call.account["activityTypes"].all())


def create_type(call: Call) -> Answer:
    """POST /v1/activityTypes."""
    body = call.json()
    if not body.get("name"):
        raise Refusal("invalid", "Name must be given.")
    if body.get("icon_key") not in ICONS:
        raise Refusal("invalid", "icon_key is not valid.")
    key = re.sub(r"\W+", "_", str(body["name"]).lower())
    if any(row["key_string"] == key for row in call.account["activityTypes"].all()):
        raise Refusal("invalid", "Activity type with this name already exists.")
    values = {"active_flag": True, "is_custom_flag": True, "key_string": key, "order_nr": 9}
    return one(call.account.add("activityTypes", {**values, **_without_id(body)}), status=201)


def update_type(call: Call) -> Answer:
    """PUT /v1/activityTypes/{id}: its key stays."""
    record = call.account.need("activityTypes", call.path[2], message="Activity type not found")
    body = _without_id(call.json())
    if "icon_key" in body and body["icon_key"] not in ICONS:
        raise Refusal("invalid", "icon_key is not valid.")
    body.pop("key_string", None)
    return one(call.account.change("activityTypes", record, body))


def delete_type(call: Call) -> Answer:
    """DELETE /v1/activityTypes/{id}."""
    record = call.account.need("activityTypes", call.path[2], message="Activity type not found")
    call.account["activityTypes"].remove(record["id"])
    return one({"id": record["id"]})


def delete_types(call: Call) -> Answer:
    """DELETE /v1/activityTypes?ids=1,2."""
    ids = call.names("ids")
    if not ids:
        raise Refusal("invalid", "ids must be given.")
    found = [call.account.need("activityTypes", number)["id"] for number in ids]
    for number in found:
        call.account["activityTypes"].remove(number)
    return one({"id": found})


def list_threads(call: Call) -> Answer:
    """GET /v1/mailbox/mailThreads: of one `folder`."""
    folder = call.query.get("folder", "")
    if folder not in _FOLDERS:
        raise Refusal("invalid", f"folder must be one of {', '.join(_FOLDERS)}")
    return page(call, [row for row in call.account["mailThreads"].all() if row["folder"] == folder])


def read_thread(call: Call) -> Answer:
    """GET /v1/mailbox/mailThreads/{id}."""
    return one(call.account.need("mailThreads", call.path[3], message="Mail thread not found"))


def delete_thread(call: Call) -> Answer:
    """DELETE /v1/mailbox/mailThreads/{id}."""
    number = call.account.need("mailThreads", call.path[3], message="Mail thread not found")["id"]
    call.account["mailThreads"].remove(number)
    return one({"id": number})


def list_mails(call: Call) -> Answer:
    """GET /v1/persons/{id}/mailMessages and its siblings: nobody wrote."""
    call.account.need(call.path[1], call.path[2])
    return page(call, [])


def _without_id(body: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != "id"}
