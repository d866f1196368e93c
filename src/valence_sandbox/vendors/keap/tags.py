"""Tags, their categories, and who has them."""

from valence_sandbox.answers import Answer
from valence_sandbox.fields import checked, shown
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import contacts, paging
from valence_sandbox.vendors.keap.call import Call, Refusal, ids_of, record_id
from valence_sandbox.vendors.keap.crud import Routes, Served, contact_summary
from valence_sandbox.vendors.keap.objects import CATEGORY, TAG, V1


def _prepared(call: Call, values: Record, _: Record | None) -> Record:
    category = values.get("category")
    if category and call.tenant["categories"].get(category.get("id")) is None:
        raise Refusal(400, "Unable to find this Category")
    return values


def expanded_tag(call: Call, record: Record) -> Record:
    """Return a tag with its category; lists never tell the category's description."""
    held = record.get("category")
    category = call.tenant["categories"].get(held["id"]) if held else None
    return {**record, "category": {**category, "description": None} if category else None}


TAGS = Served(
    TAG, "tags", create_status=200, event="contactGroup", expand=expanded_tag, prepare=_prepared
)


def create_category(call: Call) -> Answer:
    """POST /tags/categories."""
    stored = call.tenant["categories"].add(checked(CATEGORY, call.json(), dialect=V1))
    return Answer(200, shown(CATEGORY, stored, dialect=V1))


def contact_tags(call: Call) -> Answer:
    """GET /contacts/{id}/tags."""
    contact = contacts.found(call, call.path[1])
    rows = []
    for tag_id, applied in sorted(call.tenant.applied.get(contact["id"], {}).items()):
        tag = call.tenant.tags.get(tag_id)
        if tag is not None:
            category = expanded_tag(call, tag)["category"]
            name = category["name"] if category else None
            simple = {"id": tag_id, "name": tag["name"], "category": name}
            rows.append({"tag": simple, "date_applied": applied})
    return _page(call, "tags", rows, f"/contacts/{contact['id']}/tags")


def _page(call: Call, key: str, rows: list[Record], path: str) -> Answer:
    page, limit, offset = paging.page(call, rows)
    return paging.envelope(call, key, page, count=len(rows), limit=limit, offset=offset, path=path)


def apply_tags(call: Call) -> Answer:
    """POST /contacts/{id}/tags: a map of tag id to outcome, not the array that is described."""
    contact = contacts.found(call, call.path[1])
    ids = ids_of(call.json(), "tagIds")
    return Answer(
        200, {str(number): call.tenant.apply_tag(contact["id"], number) for number in ids}
    )


def remove_tags(call: Call) -> Answer:
    """DELETE /contacts/{id}/tags?ids=1,2."""
    contact = contacts.found(call, call.path[1])
    for number in _required_ids(call):
        call.tenant.remove_tag(contact["id"], number)
    return Answer(204)


def _required_ids(call: Call) -> list[int]:
    ids = call.integers("ids")
    if not ids:
        raise Refusal(400, "ids is required")
    return ids


def remove_tag(call: Call) -> Answer:
    """DELETE /contacts/{id}/tags/{tagId}."""
    contact = contacts.found(call, call.path[1])
    call.tenant.remove_tag(contact["id"], record_id(call.path[3]))
    return Answer(204)


def tag_contacts(call: Call) -> Answer:
    """GET /tags/{id}/contacts."""
    tag_id = TAGS.found(call)["id"]
    rows = []
    for contact_id, applied in sorted(call.tenant.applied.items()):
        contact = contact_summary(call, contact_id)
        if tag_id in applied and contact is not None:
            basic = {name: contact[name] for name in ("id", "first_name", "last_name", "email")}
            rows.append({"contact": basic, "date_applied": applied[tag_id]})
    return _page(call, "contacts", rows, f"/tags/{tag_id}/contacts")


def tag_companies(call: Call) -> Answer:
    """GET /tags/{id}/companies."""
    tag_id = TAGS.found(call)["id"]
    rows = []
    for company_id, applied in sorted(call.tenant.tagged_companies.items()):
        company = call.tenant["companies"].get(company_id)
        if tag_id in applied and company is not None:
            basic = {
                "id": company_id,
                "company_name": company["company_name"],
                "email": company.get("email_address"),
            }
            rows.append({"company": basic, "date_applied": applied[tag_id]})
    return _page(call, "companies", rows, f"/tags/{tag_id}/companies")


def tag_many(call: Call) -> Answer:
    """POST /tags/{id}/contacts: a map of contact id to outcome."""
    tag_id = TAGS.found(call)["id"]
    ids = ids_of(call.json(), "ids")
    return Answer(200, {str(number): call.tenant.apply_tag(number, tag_id) for number in ids})


def untag_many(call: Call) -> Answer:
    """DELETE /tags/{id}/contacts?ids=1,2."""
    tag_id = TAGS.found(call)["id"]
    for number in _required_ids(call):
        call.tenant.remove_tag(number, tag_id)
    return Answer(204)


def untag_one(call: Call) -> Answer:
    """DELETE /tags/{id}/contacts/{contactId}."""
    call.tenant.remove_tag(record_id(call.path[3]), TAGS.found(call)["id"])
    return Answer(204)


ROUTES: Routes = {
    **TAGS.routes("list create read"),
    ("POST", "tags/categories"): create_category,
    ("GET", "contacts/*/tags"): contact_tags,
    ("POST", "contacts/*/tags"): apply_tags,
    ("DELETE", "contacts/*/tags"): remove_tags,
    ("DELETE", "contacts/*/tags/*"): remove_tag,
    ("GET", "tags/*/contacts"): tag_contacts,
    ("GET", "tags/*/companies"): tag_companies,
    ("POST", "tags/*/contacts"): tag_many,
    ("DELETE", "tags/*/contacts"): untag_many,
    ("DELETE", "tags/*/contacts/*"): untag_one,
}
