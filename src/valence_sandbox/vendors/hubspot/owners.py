"""Owners, version 2. Source: https://legacydocs.hubspot.com/docs/methods/owners/get_owners"""

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call


def list_all(call: Call) -> Answer:
    """GET /owners/v2/owners: all of them at once, or those of an e-mail address."""
    call.require("contacts")
    email = call.query.get("email", "").lower()
    rows = call.account["owners"].all()
    return Answer(200, [one for one in rows if not email or one["email"] == email])


def read(call: Call) -> Answer:
    """GET /owners/v2/owners/{id}."""
    call.require("contacts")
    return Answer(200, call.account.need("owners", call.path[-1], message="Owner does not exist"))
