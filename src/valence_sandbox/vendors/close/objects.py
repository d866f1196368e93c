"""Close's objects as data: what may be written, with what a new one begins, how ids are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from valence_sandbox.account import Kept, iso_offset
from valence_sandbox.identifiers import lettered
from valence_sandbox.vendors.close import checks
from valence_sandbox.vendors.close.checks import Check, listed, one_of

_TYPED: dict[str, Check] = {"type": one_of(*checks.ADDRESS_TYPES)}
PERIODS = ("one_time", "monthly", "annual")
FIELD_TYPES = ("text", "choices", "date", "datetime", "number", "user", "hidden", "contact")


def kept(prefix: str, first_id: int = 1) -> Kept:
    """Return how a collection is kept: `lead_` and 43 letters, times to the microsecond."""
    return Kept(
        first_id,
        spell=lettered(prefix, length=43),
        created="date_created",
        updated="date_updated",
        written=iso_offset,
    )


KEPT = {
    "lead": kept("lead_"),
    "contact": kept("cont_"),
    "opportunity": kept("oppo_"),
    "task": kept("task_"),
    "activity": kept("acti_"),
    "user": kept("user_"),
    "lead_status": kept("stat_"),
    "opportunity_status": kept("stat_", 1001),
    "pipeline": kept("pipe_"),
    "custom_field": kept("cf_"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """What a body of one object may hold. `parents` are fields that name other objects."""

    rules: Mapping[str, Check]
    begins: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)


CONTACT = Written(
    {
        "name": checks.text,
        "title": checks.text,
        "emails": listed({"email": checks.email, **_TYPED}, ["email"]),
        "phones": listed({"phone": checks.phone, **_TYPED}, ["phone"]),
        "urls": listed({"url": checks.url, **_TYPED}, ["url"]),
    },
    {"name": "", "title": "", "emails": [], "phones": [], "urls": [], "integration_links": []},
    parents={"lead_id": "lead"},
)
ADDRESS: dict[str, Check] = {
    "label": one_of("business", "mailing", "other"),
    "address_1": checks.text,
    "address_2": checks.text,
    "city": checks.text,
    "state": checks.text,
    "zipcode": checks.text,
    "country": checks.text,
}
LEAD = Written(
    {
        "name": checks.text,
        "description": checks.text,
        "url": checks.url,
        "addresses": listed(ADDRESS),
        "status_id": checks.text,
        "status": checks.text,
    },
    {"name": None, "description": "", "url": None, "addresses": [], "integration_links": []},
)
OPPORTUNITY = Written(
    {
        "note": checks.text,
        "confidence": checks.integer(0, 100),
        "value": checks.integer(),
        "value_period": one_of(*PERIODS),
        "status_id": checks.text,
        "status": checks.text,
        "date_won": checks.day,
    },
    {"note": "", "confidence": 50, "value": None, "value_period": "one_time",
     "value_currency": "USD", "contact_id": None, "date_won": None, "integration_links": []},
    parents={"lead_id": "lead", "contact_id": "contact", "user_id": "user"},
)  # fmt: skip
TASK = Written(
    {
        "text": checks.text,
        "date": checks.day_or_moment,
        "is_complete": checks.boolean,
        "_type": one_of("lead", "outgoing_call"),
    },
    {"text": "", "is_complete": False, "_type": "lead", "contact_id": None, "object_type": None,
     "object_id": None, "view": None},
    required=("lead_id",),
    parents={"lead_id": "lead", "contact_id": "contact", "assigned_to": "user"},
)  # fmt: skip
_ON_LEAD = {"lead_id": "lead", "contact_id": "contact", "user_id": "user"}
NOTE = Written(
    {"note": checks.text, "note_html": checks.text, "title": checks.text,
     "activity_at": checks.moment},
    {"note": "", "contact_id": None},
    required=("lead_id",),
    parents=_ON_LEAD,
)  # fmt: skip
EMAIL_STATUSES = ("inbox", "draft", "scheduled", "outbox", "sent", "error")
EMAIL = Written(
    {
        "direction": one_of("incoming", "outgoing"),
        "status": one_of(*EMAIL_STATUSES),
        "subject": checks.text,
        "sender": checks.text,
        "to": checks.texts,
        "cc": checks.texts,
        "bcc": checks.texts,
        "body_text": checks.text,
        "body_html": checks.text,
        "date_scheduled": checks.moment,
        "activity_at": checks.moment,
    },
    {"direction": "outgoing", "subject": "", "sender": None, "to": [], "cc": [], "bcc": [],
     "body_text": "", "body_html": "", "attachments": [], "contact_id": None, "thread_id": None,
     "template_id": None, "date_sent": None, "date_scheduled": None},
    required=("lead_id", "status"),
    parents=_ON_LEAD,
)  # fmt: skip
CALL = Written(
    {
        "direction": one_of("inbound", "outbound"),
        "status": one_of("completed", "no-answer"),
        "duration": checks.integer(0),
        "note": checks.text,
        "phone": checks.phone,
        "activity_at": checks.moment,
    },
    {"direction": "outbound", "status": "completed", "duration": 0, "note": "", "phone": None,
     "contact_id": None, "recording_url": None, "voicemail_url": None},
    required=("lead_id",),
    parents=_ON_LEAD,
)  # fmt: skip
STATUS = Written({"label": checks.text, "type": one_of("active", "won", "lost")})
CUSTOM_FIELD = Written(
    {
        "name": checks.text,
        "type": one_of(*FIELD_TYPES),
        "choices": checks.texts,
        "accepts_multiple_values": checks.boolean,
        "description": checks.text,
    },
    {"choices": None, "accepts_multiple_values": False, "description": None},
    required=("name", "type"),
)
