"""Which handler answers which verb and path, per API version."""

from valence_sandbox.routing import RouteTable
from valence_sandbox.vendors.keap import (
    account,
    affiliates,
    campaigns,
    companies,
    contact_parts,
    contacts,
    custom_fields,
    emails,
    files,
    hook_calls,
    opportunities,
    orders,
    products,
    tags,
    v2,
    work,
)

V1 = RouteTable(
    {
        **account.ROUTES,
        **affiliates.ROUTES,
        **campaigns.ROUTES,
        **companies.ROUTES,
        **contact_parts.ROUTES,
        **contacts.ROUTES,
        **custom_fields.ROUTES,
        **emails.ROUTES,
        **files.ROUTES,
        **hook_calls.ROUTES,
        **opportunities.ROUTES,
        **orders.ROUTES,
        **products.ROUTES,
        **tags.ROUTES,
        **work.ROUTES,
    }
)
V2 = RouteTable(v2.ROUTES)
