"""Tags, categories, companies, users, the account's profile and the signed-in user."""

from valence_sandbox.answers import Answer
from valence_sandbox.store import Record
from valence_sandbox.vendors.keap import contacts, paging
from valence_sandbox.vendors.keap.call import Call, Refusal, record_id
from valence_sandbox.vendors.keap.description import COMPANY_DEFAULT


def render_tag(call: Call, tag: Record) -> Record:
    """Return a tag as lists and reads show it."""
    category = call.tenant.categories.get(tag["category"]) if tag.get("category") else None
    return {
        "id": tag["id"],
        "name": tag["name"],
        "description": tag.get("description"),
        "category": None
        if category is None
        else {"id": category["id"], "name": category["name"], "description": None},
    }


def list_tags(call: Call) -> Answer:
    """GET /tags."""
    category, name = call.integer("category"), call.query.get("name")
    records = [
        tag
        for tag in call.tenant.tags.find()
        if (category is None or tag.get("category") == category)
        and (not name or name.lower() in tag["name"].lower())
    ]
    shown, limit, offset = paging.page(call, records)
    return paging.envelope(
        call,
        "tags",
        [render_tag(call, tag) for tag in shown],
        count=len(records),
        limit=limit,
        offset=offset,
        path="/tags/",
    )


def read_tag(call: Call) -> Answer:
    """GET /tags/{id}."""
    tag = call.tenant.tags.get(record_id(call.path[1]))
    if tag is None:
        raise Refusal(404, "Unable to find this Tag")
    return Answer(200, render_tag(call, tag))


def create_tag(call: Call) -> Answer:
    """POST /tags."""
    body = call.json()
    if not isinstance(body.get("name"), str) or not body["name"]:
        raise Refusal(400, "name is required")
    category = body.get("category")
    number = category.get("id") if isinstance(category, dict) else None
    if number is not None and call.tenant.categories.get(number) is None:
        raise Refusal(400, "Unable to find this Category")
    tag = call.tenant.tags.add(
        {"name": body["name"], "description": body.get("description"), "category": number}
    )
    return Answer(200, render_tag(call, tag))


def create_category(call: Call) -> Answer:
    """POST /tags/categories."""
    body = call.json()
    if not isinstance(body.get("name"), str) or not body["name"]:
        raise Refusal(400, "name is required")
    stored = call.tenant.categories.add(
        {"name": body["name"], "description": body.get("description")}
    )
    return Answer(200, stored)


def contact_tags(call: Call) -> Answer:
    """GET /contacts/{id}/tags."""
    contact = contacts.found(call, call.path[1])
    rows = []
    for tag_id, applied in sorted(call.tenant.applied.get(contact["id"], {}).items()):
        tag = call.tenant.tags.get(tag_id)
        if tag is not None:
            category = render_tag(call, tag)["category"]
            shown = {
                "id": tag_id,
                "name": tag["name"],
                "category": category["name"] if category else None,
            }
            rows.append({"tag": shown, "date_applied": applied})
    page, limit, offset = paging.page(call, rows)
    path = f"/contacts/{contact['id']}/tags"
    return paging.envelope(
        call, "tags", page, count=len(rows), limit=limit, offset=offset, path=path
    )


def apply_tags(call: Call) -> Answer:
    """POST /contacts/{id}/tags: a map of tag id to outcome, not the array that is described."""
    contact = contacts.found(call, call.path[1])
    ids = call.json().get("tagIds")
    if not isinstance(ids, list) or not all(isinstance(number, int) for number in ids):
        raise Refusal(400, "tagIds must be a list of integers")
    return Answer(
        200, {str(number): call.tenant.apply_tag(contact["id"], number) for number in ids}
    )


def remove_tags(call: Call) -> Answer:
    """DELETE /contacts/{id}/tags?ids=1,2 and /contacts/{id}/tags/{tagId}."""
    contact = contacts.found(call, call.path[1])
    text = call.path[3] if len(call.path) > 3 else call.query.get("ids", "")
    if not text:
        raise Refusal(400, "ids is required")
    for number in text.split(","):
        call.tenant.applied.get(contact["id"], {}).pop(record_id(number.strip()), None)
    return Answer(204)


def tag_contacts(call: Call) -> Answer:
    """GET /tags/{id}/contacts."""
    tag_id = record_id(call.path[1])
    if call.tenant.tags.get(tag_id) is None:
        raise Refusal(404, "Unable to find this Tag")
    rows = []
    for contact_id, applied in sorted(call.tenant.applied.items()):
        contact = call.tenant.contacts.get(contact_id)
        if tag_id in applied and contact is not None:
            emails = contact["email_addresses"]
            shown = {
                "id": contact_id,
                "first_name": contact.get("given_name"),
                "last_name": contact.get("family_name"),
                "email": emails[0]["email"] if emails else None,
            }
            rows.append({"contact": shown, "date_applied": applied[tag_id]})
    page, limit, offset = paging.page(call, rows)
    path = f"/tags/{tag_id}/contacts"
    return paging.envelope(
        call, "contacts", page, count=len(rows), limit=limit, offset=offset, path=path
    )


def render_company(record: Record) -> Record:
    """Return a company with its default properties."""
    return {name: record.get(name) for name in COMPANY_DEFAULT} | {
        "email_opted_in": False,
        "email_status": "NonMarketable",
    }


def list_companies(call: Call) -> Answer:
    """GET /companies."""
    name = call.query.get("company_name")
    records = [
        record
        for record in call.tenant.companies.find()
        if not name or (record.get("company_name") or "").lower() == name.lower()
    ]
    shown, limit, offset = paging.page(call, records)
    return paging.envelope(
        call,
        "companies",
        [render_company(record) for record in shown],
        count=len(records),
        limit=limit,
        offset=offset,
        path="/companies/",
        carried={"order": "id"},
    )


def company(call: Call) -> Record:
    """Return the company of the path. Raises Refusal."""
    record = call.tenant.companies.get(record_id(call.path[1]))
    if record is None:
        raise Refusal(404, "Unable to find this Company")
    return record


def read_company(call: Call) -> Answer:
    """GET /companies/{id}."""
    return Answer(200, render_company(company(call)))


def create_company(call: Call) -> Answer:
    """POST /companies."""
    body = call.json()
    if not isinstance(body.get("company_name"), str) or not body["company_name"]:
        raise Refusal(400, "company_name is required")
    kept = {name: body[name] for name in COMPANY_DEFAULT if name in body and name != "id"}
    return Answer(201, render_company(call.tenant.companies.add(kept)))


def update_company(call: Call) -> Answer:
    """PATCH /companies/{id}."""
    record = company(call)
    body = call.json()
    record.update({name: body[name] for name in COMPANY_DEFAULT if name in body and name != "id"})
    return Answer(200, render_company(record))


def read_profile(call: Call) -> Answer:
    """GET /account/profile."""
    return Answer(200, call.tenant.profile)


def write_profile(call: Call) -> Answer:
    """PUT /account/profile."""
    body = call.json()
    known = call.tenant.profile
    known.update({name: value for name, value in body.items() if name in known})
    return Answer(200, known)


def user_info(call: Call) -> Answer:
    """GET /oauth/connect/userinfo."""
    user = call.tenant.users.all()[0]
    return Answer(
        200,
        {
            "sub": "1",
            "email": user["email_address"],
            "given_name": user["given_name"],
            "family_name": user["family_name"],
            "middle_name": None,
            "preferred_name": user["preferred_name"],
            "global_user_id": 1,
            "infusionsoft_id": user["infusionsoft_id"],
            "is_admin": True,
        },
    )


def list_users(call: Call) -> Answer:
    """GET /users."""
    records = call.tenant.users.find()
    shown, limit, offset = paging.page(call, records)
    return paging.envelope(
        call, "users", shown, count=len(records), limit=limit, offset=offset, path="/users/"
    )
