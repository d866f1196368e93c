"""What a definition of a described API would be: everything that a description tells, and guesses
where it tells nothing, each named in `Draft.notes` for the author to check."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from valence.elements.document import Json
from valence.elements.draft.authentication import Authenticated, authenticated
from valence.elements.draft.describe import Described, Description, Parameter, Shape
from valence.elements.draft.lists import Listed, listed
from valence.elements.draft.models import Models

_PLACEHOLDER = re.compile(r"\{([^}]+)\}")
_LEGAL_NAME = re.compile(r"[^A-Za-z0-9_]+")
_NOT_PARAMETERS = frozenset({"authorization", "accept", "content-type"})
_WHO_AM_I = ("/me", "/users/me", "/user", "/self", "/account", "/profile", "/userinfo")
_ERROR_TEXTS = ("message", "error_description", "detail", "errorMessage", "title", "error")
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition in the compact form, and what its author should look at."""

    form: Json
    notes: tuple[str, ...]


def draft(
    description: Description, *, key: str, element_id: int, hub: str, source: str = ""
) -> Draft:
    """Return a definition that compiles.

    Args:
        key: empty: made of the title.
        source: where the description came from, said in the definition unless it says so itself.
    """
    return _Drafting(description).draft(key=key, element_id=element_id, hub=hub, source=source)


def key_of(title: str) -> str:
    """Return the key that an element with this name gets."""
    return re.sub(r"[^a-z0-9]", "", title.lower()) or "vendor"


@dataclass(slots=True)
class _Drafting:
    description: Description
    models: Models = field(init=False)
    notes: list[str] = field(default_factory=list)
    unpaged: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.models = Models(self.description)

    def draft(self, *, key: str, element_id: int, hub: str, source: str) -> Draft:
        operations = [one for one in self.description.operations() if not one.is_deprecated]
        prefix = _common_prefix([one.path for one in operations])
        base, variables = self.description.base_url()
        if not base.startswith("http"):
            self.notes.append("base.url: the description names no full address of the API")
            base = "https://api.example.com" + base
        resources = list(self._resources(operations, prefix))
        way = authenticated(list(self.description.schemes()))
        self.notes += way.notes
        key = key or key_of(self.description.title)
        form: Json = {
            "key": key,
            "id": element_id,
            "name": self.description.title or key,
            "description": self.description.summary or key,
            "image": f"elements/provider_{key}.png",
            "hub": hub,
            "vendor": key,
            "source": self.description.page or source or base,
            "authentication": {"type": way.kind},
            "configuration": self._configuration(way, base + prefix, variables, resources),
        }
        errors = self._errors(operations)
        parameters = [
            *way.parameters,
            *(f"configuration:{name}! > path:{name}" for name in variables),
        ]
        if errors:
            form["errors"] = errors
        if parameters:
            form["parameters"] = parameters
        check = self._verification(resources)
        rows = [row for _, row in resources]
        if self.models.found:
            form["models"] = self.models.found
        form["resources"] = rows if check is None else [*rows, check]
        if self.unpaged:
            self.notes.append(f"no paging was recognised, read whole: {', '.join(self.unpaged)}")
        for reference in self.description.dangling:
            self.notes.append(f"{reference} leads nowhere in the description")
        return Draft(form, tuple(self.notes))

    def _configuration(
        self,
        way: Authenticated,
        base: str,
        variables: Mapping[str, str],
        resources: list[tuple[Listed | None, Json]],
    ) -> list[Json]:
        entries = [*way.configuration]
        for name, default in variables.items():
            row: Json = {
                "key": name,
                "name": name,
                "description": f"The {name} in the API's address",
            }
            entries.append(row | ({"default": default} if default else {}) | {"required": True})
        entries.append(
            {"key": "base.url", "name": "Base URL", "description": "Address of the vendor's API"}
            | {"default": base, "internal": True}
        )
        styles = [shape.style for shape, _ in resources if shape is not None and shape.style]
        if styles:
            style = max(set(styles), key=styles.count)
            entries.append(
                {"key": "pagination.type", "name": "Paging", "description": "How the vendor pages"}
                | {"default": style, "internal": True}
            )
            self.notes.append(
                "pagination.max: add it with the most records that the vendor gives in one page"
            )
        return entries

    def _resources(
        self, operations: list[Described], prefix: str
    ) -> Iterator[tuple[Listed | None, Json]]:
        verbs: dict[str, set[str]] = {}
        for one in operations:
            verbs.setdefault(one.path, set()).add(one.method)
        taken: set[tuple[str, str]] = set()
        for one in operations:
            path = one.path[len(prefix) :] or "/"
            hub_path, renamed = _hub_path(path)
            method = one.method
            if method == "PUT" and "{" in path and "PATCH" not in verbs[one.path]:
                method = "PATCH"  # clients of a hub change records by PATCH
            if (method, hub_path) in taken:
                self.notes.append(f"{one.method} {path} was left out: {method} {hub_path} is taken")
                continue
            taken.add((method, hub_path))
            yield self._resource(one, path, operation=f"{method} {hub_path}", renamed=renamed)

    def _resource(
        self, one: Described, path: str, *, operation: str, renamed: Mapping[str, str]
    ) -> tuple[Listed | None, Json]:
        row: Json = {"operation": operation, "vendor": f"{one.method} {path}"}
        row["description"] = one.summary or operation
        rows: list[str | Json] = [
            f"path:{ours} > path:{vendors}" for vendors, ours in renamed.items() if ours != vendors
        ]
        shape = listed(one, self.description) if one.method == "GET" else None
        noun = _noun(path)
        if shape is not None:
            rows += shape.rows
            row |= shape.words
            if shape.where:
                row["where"] = shape.where
            if shape.record is not None:
                named = self.models.name(shape.record, noun)
                row |= {"model": [named]} if named else {}
            if not shape.style:
                self.unpaged.append(operation.removeprefix("GET "))
        else:
            rows += [_row(one_) for one_ in one.parameters if one_.place == "query"]
            row |= self._answer(one, noun)
        rows += [
            _row(one_)
            for one_ in one.parameters
            if one_.place == "header" and one_.name.lower() not in _NOT_PARAMETERS
        ]
        row |= self._body(one, noun, rows, row.get("rootKey", ""))
        if rows:
            row["parameters"] = rows
        return shape, row

    def _answer(self, one: Described, noun: str) -> Json:
        if one.answer_type != "application/json":
            return {"response": one.answer_type}
        if one.answer is None:
            return {}
        shape, root = one.answer, ""
        properties = shape.schema.get("properties")
        if isinstance(properties, dict) and len(properties) == 1:
            ((name, inner),) = properties.items()
            held = self.description.resolved(inner)
            if isinstance(held.schema.get("properties"), dict):
                shape, root = held, f"|{name}"
        named = self.models.name(shape, noun)
        return ({"rootKey": root} if root else {}) | ({"model": named} if named else {})

    def _body(self, one: Described, noun: str, rows: list[Any], root: str) -> Json:
        if one.body is None:
            return {}
        properties = one.body.schema.get("properties")
        if one.body_type in (_FORM, _MULTIPART) and isinstance(properties, dict):
            for name, said in properties.items():
                is_file = one.body_type == _MULTIPART and self._is_binary(said)
                ours = "multipart:file" if is_file else f"form:{name}"
                rows.append(f"{ours} > form:{name}")
            return {}
        shape, wrapped = one.body, ""
        if isinstance(properties, dict) and len(properties) == 1:
            ((name, inner),) = properties.items()
            held = self.description.resolved(inner)
            if isinstance(held.schema.get("properties"), dict):
                shape, wrapped = held, str(name)
        named = self.models.name(shape, noun) or f"{noun}Body"
        if not wrapped:
            return {"body": named}
        return {"rootKey": f"{wrapped}|{root.lstrip('|')}", "body": named}

    def _is_binary(self, said: object) -> bool:
        found = self.description.resolved(said).schema
        return found.get("format") == "binary" or "contentMediaType" in found

    def _errors(self, operations: list[Described]) -> list[str]:
        found: dict[str, None] = {}
        for one in operations:
            if one.error is not None:
                found |= dict.fromkeys(self._texts(one.error, "", depth=0))
        if not found:
            self.notes.append("errors: say at which paths the vendor's errors keep their text")
        return list(found)[:5]

    def _texts(self, shape: Shape, place: str, *, depth: int) -> Iterator[str]:
        properties = shape.schema.get("properties")
        if not isinstance(properties, dict) or depth > 2:
            return
        for name in sorted(properties, key=_by_likelihood):
            held = self.description.resolved(properties[name])
            path = f"{place}{name}"
            if name in _ERROR_TEXTS and held.schema.get("type") in ("string", ["string", "null"]):
                yield path
            elif name in ("error", "errors", "fault"):
                yield from self._texts(held, f"{path}.", depth=depth + 1)

    def _verification(self, resources: list[tuple[Listed | None, Json]]) -> Json | None:
        """Return the call that tries an account's credentials when an instance is made."""
        callable_ = [
            row
            for _, row in resources
            if row["operation"].startswith("GET ")
            and "{" not in row["operation"] + row["vendor"]
            and not any("!" in str(part) for part in row.get("parameters", ()))
        ]
        if not callable_:
            self.notes.append("provisionAuthValidation: name a call that tries the credentials")
            return None
        known = [row for row in callable_ if row["operation"].endswith(_WHO_AM_I)]
        chosen = (known or callable_)[0]
        self.notes.append(f"provisionAuthValidation: {chosen['vendor']} tries the credentials")
        return {
            "operation": "GET /credentials-check",
            "vendor": chosen["vendor"],
            "type": "provisionAuthValidation",
            "description": "Try the credentials when an instance is made",
        }


def _by_likelihood(name: str) -> tuple[int, str]:
    return (_ERROR_TEXTS.index(name) if name in _ERROR_TEXTS else len(_ERROR_TEXTS), name)


def _row(parameter: Parameter) -> str | Json:
    if re.search(r"[>!\s]", parameter.name):
        return {"name": parameter.name, "type": parameter.place, "required": parameter.is_required}
    written = parameter.name + ("!" if parameter.is_required else "")
    kind = f" > {parameter.place}:{parameter.name} {parameter.type}"
    shown = "" if parameter.type in ("string", "array", "object") else kind
    return f"{parameter.place}:{written}{shown}" if parameter.place != "query" or shown else written


def _common_prefix(paths: list[str]) -> str:
    """Return the literal segments that every path begins with, such as `/api/v2`."""
    split = [path.strip("/").split("/") for path in paths]
    if len(split) < 2:
        return ""
    common = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1 or "{" in parts[0]:
            break
        common.append(parts[0])
    # A path that is nothing but the prefix would be left with no name.
    if any(len(parts) <= len(common) for parts in split):
        common = common[: min(len(parts) for parts in split) - 1]
    return "".join(f"/{part}" for part in common)


def _hub_path(path: str) -> tuple[str, Mapping[str, str]]:
    """Return the path that callers see, and our name of each of the vendor's placeholders."""
    names = _PLACEHOLDER.findall(path)
    renamed: dict[str, str] = {}
    for position, name in enumerate(names):
        ours = (
            "id"
            if position == 0
            else _LEGAL_NAME.sub("", name.replace("-", "_")) or f"id{position}"
        )
        while ours in renamed.values():
            ours += "Id"
        renamed[name] = ours
    shown = _PLACEHOLDER.sub(lambda found: "{" + renamed[found[1]] + "}", path)
    shown = re.sub(r"\.json$", "", shown).rstrip("/")
    return shown or "/", renamed


def _noun(path: str) -> str:
    """Return a name for what is behind a path: `/v1/contacts/{id}` holds a `Contact`."""
    literal = [part for part in path.strip("/").split("/") if part and "{" not in part]
    words = re.split(r"[^A-Za-z0-9]+", literal[-1].removesuffix(".json")) if literal else ["Record"]
    noun = "".join(word[:1].upper() + word[1:] for word in words if word) or "Record"
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
