"""The fields that a vendor answers only where a call names them, asked for by themselves.

A mapping that reads such a field, or a caller who chooses it, would else find nothing there. What
the caller asks for in the vendor's own parameter stays, before the rest."""

from collections.abc import Iterable, Mapping

from valence.ceql import parse_fields
from valence.domain import OnDemand
from valence.transformations import DocumentedField, Plan
from valence.transformations.paths import leading_names, parse_path


def asking(rule: OnDemand, query: Mapping[str, str], plan: Plan | None) -> dict[str, str]:
    """Return a query that asks for the fields which the mapping and `fields` name.

    Args:
        query: in the vendor's names.

    Raises:
        InvalidRequest: `fields` cannot be read.
    """
    places = [] if plan is None else plan.places
    if query.get("fields"):
        places += [_names(path.segments) for path in parse_fields(query["fields"])]
    asked = [name.strip() for name in query.get(rule.parameter, "").split(",") if name.strip()]
    wanted = dict.fromkeys([*asked, *_on_demand(rule, places)])
    return {**query, rule.parameter: ",".join(wanted)} if wanted else dict(query)


def everything(rule: OnDemand, documented: Iterable[DocumentedField]) -> str:
    """Return the value of the vendor's parameter that asks for all that a sample should show.

    Where the rule names no fields there are too many to ask for: the account's own are.
    """
    if rule.fields is not None:
        return ",".join(sorted(rule.fields))
    own = [leading_names(parse_path(one.path)) for one in documented if one.is_custom]
    return ",".join(dict.fromkeys(_on_demand(rule, own)))


def _on_demand(rule: OnDemand, places: Iterable[tuple[str, ...]]) -> list[str]:
    """Return those of the places whose fields are to be asked for, by the fields' names."""
    if rule.within is not None:
        places = [place[1:] for place in places if place[0] == rule.within]
    names = [place[0] for place in places if place]
    return [name for name in names if rule.fields is None or name in rule.fields]


def _names(segments: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(segment.partition("[")[0] for segment in segments)
