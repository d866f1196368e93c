"""Which handler answers which verb and path, per API version."""

from collections.abc import Callable

from valence_sandbox.answers import Answer
from valence_sandbox.vendors.keap import contacts, others, v2
from valence_sandbox.vendors.keap.call import Call

Handler = Callable[[Call], Answer]

V1: dict[tuple[str, str], Handler] = {
    ("GET", "contacts"): contacts.list_contacts,
    ("POST", "contacts"): contacts.create_contact,
    ("PUT", "contacts"): contacts.upsert_contact,
    ("GET", "contacts/model"): contacts.contact_model,
    ("GET", "contacts/*"): contacts.read_contact,
    ("PATCH", "contacts/*"): contacts.update_contact,
    ("DELETE", "contacts/*"): contacts.delete_contact,
    ("GET", "contacts/*/tags"): others.contact_tags,
    ("POST", "contacts/*/tags"): others.apply_tags,
    ("DELETE", "contacts/*/tags"): others.remove_tags,
    ("DELETE", "contacts/*/tags/*"): others.remove_tags,
    ("GET", "tags"): others.list_tags,
    ("POST", "tags"): others.create_tag,
    ("POST", "tags/categories"): others.create_category,
    ("GET", "tags/*"): others.read_tag,
    ("GET", "tags/*/contacts"): others.tag_contacts,
    ("GET", "companies"): others.list_companies,
    ("POST", "companies"): others.create_company,
    ("GET", "companies/*"): others.read_company,
    ("PATCH", "companies/*"): others.update_company,
    ("GET", "account/profile"): others.read_profile,
    ("PUT", "account/profile"): others.write_profile,
    ("GET", "oauth/connect/userinfo"): others.user_info,
    ("GET", "users"): others.list_users,
}

V2: dict[tuple[str, str], Handler] = {
    ("GET", "contacts"): v2.list_contacts,
    ("POST", "contacts"): v2.create_contact,
    ("GET", "contacts/*"): v2.read_contact,
    ("PATCH", "contacts/*"): v2.update_contact,
    ("DELETE", "contacts/*"): contacts.delete_contact,
    ("GET", "tags"): v2.list_tags,
    ("POST", "tags"): v2.create_tag,
    ("GET", "companies"): v2.list_companies,
    ("GET", "companies/*"): v2.read_company,
    ("GET", "businessProfile"): v2.read_profile,
    ("GET", "oauth/connect/userinfo"): others.user_info,
}


def find(
    routes: dict[tuple[str, str], Handler], method: str, path: tuple[str, ...]
) -> Handler | str | None:
    """Return the handler, `method` when only the verb is unknown, or None: no such path.

    Literal segments win over placeholders.
    """
    is_known = False
    for pattern in _patterns(path):
        handler = routes.get((method, pattern))
        if handler is not None:
            return handler
        is_known = is_known or any(known == pattern for _, known in routes)
    return "method" if is_known else None


def _patterns(path: tuple[str, ...]) -> list[str]:
    literal = "/".join(path)
    starred = "/".join("*" if position % 2 else part for position, part in enumerate(path))
    return [literal, starred] if starred != literal else [literal]
