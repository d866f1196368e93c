"""What hangs on a contact beside tags and emails: credit cards and campaign parameters."""

from valence_sandbox.answers import Answer
from valence_sandbox.fields import checked, shown
from valence_sandbox.vendors.keap import contacts
from valence_sandbox.vendors.keap.call import Call
from valence_sandbox.vendors.keap.crud import Routes
from valence_sandbox.vendors.keap.objects import (
    CREDIT_CARD,
    CREDIT_CARD_ADDED,
    CREDIT_CARD_REQUEST,
    UTM,
    UTM_REQUEST,
    V1,
)


def list_cards(call: Call) -> Answer:
    """GET /contacts/{id}/creditCards: a bare array; numbers are masked."""
    number = contacts.found(call, call.path[1])["id"]
    rows = [row for row in call.tenant["cards"].all() if row["contact_id"] == number]
    return Answer(200, [shown(CREDIT_CARD, row, dialect=V1) for row in rows])


def create_card(call: Call) -> Answer:
    """POST /contacts/{id}/creditCards: the number itself is not kept."""
    contact = contacts.found(call, call.path[1])
    values = checked(CREDIT_CARD_REQUEST, call.json(), dialect=V1)
    values.pop("verification_code")
    number = values["card_number"]
    stored = call.tenant["cards"].add(
        {
            **values,
            "contact_id": contact["id"],
            "card_number": f"************{number[-4:]}" if number else None,
            "validation_status": "Good",
            "validation_message": "Card is valid",
        }
    )
    return Answer(201, shown(CREDIT_CARD_ADDED, stored, dialect=V1))


def create_utm(call: Call) -> Answer:
    """POST /contacts/{id}/utm."""
    contact = contacts.found(call, call.path[1])
    values = checked(UTM_REQUEST, call.json(), dialect=V1)
    stored = call.tenant["utms"].add({**values, "contact_id": contact["id"]})
    return Answer(201, shown(UTM, stored, dialect=V1))


ROUTES: Routes = {
    ("GET", "contacts/*/creditCards"): list_cards,
    ("POST", "contacts/*/creditCards"): create_card,
    ("POST", "contacts/*/utm"): create_utm,
}
