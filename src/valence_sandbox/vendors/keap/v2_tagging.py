"""Who has which tag, in REST v2: of contacts and companies, seen from either side."""

from collections.abc import Iterator, Mapping

from valence_sandbox.answers import Answer
from valence_sandbox.collections import Filter, Resource, same_text, stamped
from valence_sandbox.fields import Field, Kind, checked, shown
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import companies, contacts, dates, tags
from valence_sandbox.vendors.keap import v2_objects as rows
from valence_sandbox.vendors.keap.call import Call, Refusal, record_id
from valence_sandbox.vendors.keap.crud import Routes, contact_summary
from valence_sandbox.vendors.keap.objects import texts
from valence_sandbox.vendors.keap.v2_companies import COMPANIES
from valence_sandbox.vendors.keap.v2_served import listed, masked

_APPLIED = Field("applied_time", Kind.MOMENT, source="applied")
_WHEN = (rows.since("since_applied_time", "applied"), rows.until("until_applied_time", "applied"))
APPLIED_TAG = Resource(
    "tags",
    "Tag",
    (Field("tag", Kind.OBJECT, fields=rows.TAG.fields), _APPLIED),
    (
        Filter("name", paths=("tag.name",), test=same_text),
        Filter("description", paths=("tag.description",), test=rows.same_or_none),
        Filter("category_id", paths=("tag.category.id",), test=rows.same_or_none),
        *_WHEN,
        rows.since("since_create_time", "tag.date_created"),
        rows.until("until_create_time", "tag.date_created"),
        rows.since("since_update_time", "tag.last_updated"),
        rows.until("until_update_time", "tag.last_updated"),
    ),
    {
        "name": "tag.name",
        "create_time": "tag.date_created",
        "update_time": "tag.last_updated",
        "applied_time": "applied",
        "category_id": "tag.category.id",
    },
    has_direction=True,
)
TAGGED_CONTACT = Resource(
    "contacts",
    "Contact",
    (*rows.BASIC_CONTACT, _APPLIED),
    (
        Filter("given_name", paths=("first_name",), test=rows.same_or_none),
        Filter("family_name", paths=("last_name",), test=rows.same_or_none),
        Filter("email", test=rows.same_or_none),
        *_WHEN,
    ),
    {
        "given_name": "first_name",
        "family_name": "last_name",
        "email": "email",
        "applied_time": "applied",
    },
    has_direction=True,
)
TAGGED_COMPANY = Resource(
    "tagged_companies",
    "Company",
    (Field("company", Kind.OBJECT, fields=rows.COMPANY.fields), _APPLIED),
    (
        Filter("company_name", paths=("company.company_name",), test=same_text),
        Filter("email", paths=("company.email_address",), test=rows.same_or_none),
        *_WHEN,
    ),
    {
        "company_name": "company.company_name",
        "email": "company.email_address",
        "applied_time": "applied",
    },
    has_direction=True,
)
CATEGORY_CHANGE = (Field("name"), *texts("description"))


def _applied(call: Call, held: Mapping[int, str]) -> Iterator[Record]:
    for number, when in held.items():
        tag = call.tenant.tags.get(number)
        if tag is not None:
            yield {"id": number, "tag": tag, "applied": dates.parse(when)}


def contact_tags(call: Call) -> Answer:
    """GET /contacts/{id}/tags."""
    number = contacts.found(call, call.path[1])["id"]
    return listed(call, APPLIED_TAG, _applied(call, call.tenant.applied.get(number, {})))


def company_tags(call: Call) -> Answer:
    """GET /companies/{id}/tags."""
    number = companies.COMPANIES.found(call)["id"]
    return listed(call, APPLIED_TAG, _applied(call, call.tenant.tagged_companies.get(number, {})))


def tag_contacts(call: Call) -> Answer:
    """GET /tags/{id}/contacts."""
    number = tags.TAGS.found(call)["id"]
    found = (
        {**contact, "applied": dates.parse(held[number])}
        for contact_id, held in call.tenant.applied.items()
        if number in held and (contact := contact_summary(call, contact_id))
    )
    return listed(call, TAGGED_CONTACT, found)


def tag_companies(call: Call) -> Answer:
    """GET /tags/{id}/companies."""
    number = tags.TAGS.found(call)["id"]
    found = (
        {
            "id": company["id"],
            "company": COMPANIES.view(call)(company),
            "applied": dates.parse(held[number]),
        }
        for company_id, held in call.tenant.tagged_companies.items()
        if number in held and (company := call.tenant["companies"].get(company_id))
    )
    return listed(call, TAGGED_COMPANY, found)


def _company_and_tag(call: Call) -> tuple[int, int]:
    company, number = companies.COMPANIES.found(call)["id"], record_id(call.path[3])
    if call.tenant.tags.get(number) is None:
        raise Refusal(404, "Unable to find this Tag")
    return company, number


def tag_company(call: Call) -> Answer:
    """POST /companies/{id}/tags/{tagId}."""
    call.tenant.apply_tag(*_company_and_tag(call))
    return Answer(204)


def untag_company(call: Call) -> Answer:
    """DELETE /companies/{id}/tags/{tagId}."""
    call.tenant.remove_tag(*_company_and_tag(call))
    return Answer(204)


def _category(call: Call) -> Record:
    record = call.tenant["categories"].get(record_id(call.path[2]))
    if record is None:
        raise Refusal(404, "Unable to find this Category")
    return record


def read_category(call: Call) -> Answer:
    """GET /tags/categories/{id}."""
    return Answer(200, shown(rows.CATEGORY.fields, _category(call), dialect=rows.V2))


def update_category(call: Call) -> Answer:
    """PATCH /tags/categories/{id}."""
    record = _category(call)
    body = masked(call, call.json())
    values = checked(CATEGORY_CHANGE, body, dialect=rows.V2, is_partial=True)
    record.update(stamped(rows.CATEGORY, values, call.tenant.now_ms(), is_new=False))
    return Answer(200, shown(rows.CATEGORY.fields, record, dialect=rows.V2))


def delete_category(call: Call) -> Answer:
    """DELETE /tags/categories/{id}: its tags are in none from then on."""
    number = _category(call)["id"]
    for tag in call.tenant.tags.all():
        if (tag.get("category") or {}).get("id") == number:
            tag["category"] = None
    call.tenant["categories"].remove(number)
    return Answer(204)


ROUTES: Routes = {
    ("GET", "contacts/*/tags"): contact_tags,
    ("GET", "companies/*/tags"): company_tags,
    ("POST", "companies/*/tags/*"): tag_company,
    ("DELETE", "companies/*/tags/*"): untag_company,
    ("GET", "tags/*/contacts"): tag_contacts,
    ("GET", "tags/*/companies"): tag_companies,
    ("GET", "tags/categories/*"): read_category,
    ("PATCH", "tags/categories/*"): update_category,
    ("DELETE", "tags/categories/*"): delete_category,
}
