"""The hubs and their normalised resources: what elements of one kind have in common.

Names and verbs are the wire contract's; nothing here is about one vendor."""

HUBS = {
    "crm": ("CRM", "Contacts, leads, accounts and opportunities across CRM systems."),
    "documents": ("Documents", "Files and folders across storage services."),
    "general": ("General", "Whatever fits no other hub."),
    "helpdesk": ("Helpdesk", "Incidents and their conversations across help desks."),
    "payment": ("Payment", "Customers, charges and refunds across payment services."),
}
_RESOURCES = {
    "crm": (
        "accounts", "contacts", "leads", "opportunities", "users", "activities", "tasks",
        "campaigns", "products", "notes", "lists", "incidents", "cases",
    ),
}  # fmt: skip


def resources_of_hub(hub: str) -> dict[str, tuple[str, ...]]:
    """Return the normalised paths of a hub and the verbs they know."""
    found: dict[str, tuple[str, ...]] = {}
    for name in _RESOURCES.get(hub, ()):
        found[f"/{name}"] = ("GET", "POST")
        found[f"/{name}/{{id}}"] = ("GET", "PATCH", "DELETE")
    return found
