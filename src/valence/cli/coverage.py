"""Which canonical fields the elements of the catalog give, as the page docs/canonical.md."""

from collections.abc import Iterable

from valence.domain import Element
from valence.elements import canonical_objects, coverage

_HEAD = """# Canonical models

A hub's elements have in common what their users look for first. Each such object has one shape,
and each element brings a *template*: a transformation that maps its vendor's names to it, both
ways. Installed under the resource's name, at the level of an organization, an account or an
instance, it makes `/hubs/crm/contacts` speak the same names on every element
([how](tutorial/one-hub-many-vendors.md)). What is not mapped passes, so nothing of the vendor's is
lost. Without an installed template an element speaks its vendor's names.

- `GET /organizations/objects/definitions?systemOnly=true` answers the shapes, by name;
- `GET /elements/{keyOrId}/transformations` answers an element's templates by object;
- `POST /vdrs/{id}/clone` installs a shape with its templates (`GET /vdrs?systemOnly=true`).

The tables are made from the definitions by `valence elements coverage --output docs/canonical.md`;
a test makes them again and compares. `yes`: the template has the field. An empty cell: the vendor
has no such field, or none that can be told without guessing. Some vendors give a field only when
it is asked for (Keap's `title`, by `optional_properties=job_title`), and one that knows a single
name for a person (Close) takes first and last name together.

"""


def as_page(elements: Iterable[Element]) -> str:
    """Return the page: a table a shape, a column an element that has a template for it."""
    rows = coverage(elements)
    parts = []
    for shape in canonical_objects():
        given = {element.key: names for one, element, names in rows if one == shape}
        parts += [f"## {shape.hub}: {shape.name}", "", f"{shape.description}.", ""]
        if not given:
            parts += ["No element has a template for it yet.", ""]
            continue
        parts.append("| field | type | " + " | ".join(f"`{key}`" for key in given) + " |")
        parts.append("|---|---|" + "---|" * len(given))
        for field, type_ in shape.fields.items():
            marks = " | ".join("yes" if field in names else "" for names in given.values())
            parts.append(f"| `{field}` | {type_} | {marks} |")
        parts.append("")
    return _HEAD + "\n".join(parts)
