"""An OpenAPI description (3.0, 3.1 or Swagger 2.0), read as one shape.

Only what a definition needs is read: addresses, ways to authenticate, and of each operation its
parameters, its body and its answer. Sources: OpenAPI Specification 3.1.0 and 2.0."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from valence.domain import DefinitionError
from valence.elements.document import Json

_METHODS = ("get", "post", "put", "patch", "delete")
_JSON = re.compile(r"^application/(?:[\w.+-]*\+)?json\b")
_LONGEST_CHAIN = 50


class BadDescription(DefinitionError):
    """What was given is not an OpenAPI description, or points where it cannot be followed."""

    code = "bad-description"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter in query, path or header; `type` is a JSON type."""

    name: str
    place: str
    type: str
    is_required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A schema with the name it has among the description's, if it has one."""

    schema: Json
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """One verb on one path of the vendor's."""

    method: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    body: Shape | None = None
    body_type: str = "application/json"
    answer: Shape | None = None
    answer_type: str = "application/json"
    answer_headers: tuple[str, ...] = ()
    error: Shape | None = None
    is_deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to authenticate, in the words of OpenAPI 3: `flow` is the OAuth flow's name."""

    type: str
    scheme: str = ""
    place: str = ""
    name: str = ""
    flow: str = ""
    urls: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()


class Description:
    """A description that was read; `operations()` yields what it describes.

    `dangling` are the references met that lead nowhere: they count as empty, since a vendor's
    mistake in one place is no reason to draft nothing."""

    def __init__(self, content: Json) -> None:
        self._content = content
        self._is_swagger = "swagger" in content
        self.dangling: dict[str, None] = {}

    @classmethod
    def read(cls, text: str) -> "Description":
        """Read JSON or YAML.

        Raises:
            BadDescription: it is neither, or no OpenAPI description.
        """
        try:
            content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
        except yaml.YAMLError as exc:
            raise BadDescription(f"The description is neither JSON nor YAML: {exc}") from exc
        version = ""
        if isinstance(content, dict):
            version = str(content.get("openapi") or content.get("swagger") or "")
        if not version.startswith(("3.", "2.")) or not isinstance(content.get("paths"), dict):
            raise BadDescription(
                "Expected an OpenAPI description: `openapi: 3.x` or `swagger: '2.0'`, and `paths`."
            )
        return cls(content)

    @property
    def title(self) -> str:
        """The name of the API."""
        return str(self._map(self._content.get("info")).get("title") or "").strip()

    @property
    def summary(self) -> str:
        """Its first sentence on itself."""
        text = str(self._map(self._content.get("info")).get("description") or "")
        return _first_line(text) or self.title

    @property
    def page(self) -> str:
        """Where its documentation is, as far as it says so."""
        found = self._map(self._content.get("externalDocs")).get("url")
        return found if isinstance(found, str) and found.startswith("http") else ""

    def base_url(self) -> tuple[str, Mapping[str, str]]:
        """Return the API's address and the defaults of the placeholders in it."""
        if self._is_swagger:
            host = str(self._content.get("host") or "")
            schemes = self._list(self._content.get("schemes"))
            scheme = "https" if "https" in schemes or not schemes else str(schemes[0])
            path = str(self._content.get("basePath") or "").rstrip("/")
            return (f"{scheme}://{host}{path}" if host else ""), {}
        servers = self._list(self._content.get("servers"))
        server = self._map(servers[0]) if servers else {}
        variables = {
            str(name): str(self._map(said).get("default") or "")
            for name, said in self._map(server.get("variables")).items()
        }
        return str(server.get("url") or "").rstrip("/"), variables

    def schemes(self) -> Iterator[Scheme]:
        """Yield the ways to authenticate, those that every call needs first."""
        if self._is_swagger:
            known = self._map(self._content.get("securityDefinitions"))
        else:
            known = self._map(self._map(self._content.get("components")).get("securitySchemes"))
        asked = [name for row in self._list(self._content.get("security")) for name in row]
        for name in dict.fromkeys([*asked, *known]):
            if name in known:
                yield from self._scheme(self._followed(known[name])[0])

    def operations(self) -> Iterator[Described]:
        """Yield every operation in the order of the description."""
        for path, item in self._map(self._content.get("paths")).items():
            held, _ = self._followed(item)
            shared = self._list(held.get("parameters"))
            for method in _METHODS:
                if isinstance(held.get(method), dict):
                    yield self._operation(str(path), method, held[method], shared)

    def resolved(self, schema: object) -> Shape:
        """Return a schema with references followed and `allOf` merged."""
        found, name = self._followed(schema)
        parts = found.get("allOf")
        if isinstance(parts, list):
            merged: Json = {key: value for key, value in found.items() if key != "allOf"}
            merged.setdefault("properties", {})
            shapes = [self.resolved(part) for part in parts]
            for shape in shapes:
                merged["properties"] = {
                    **self._map(shape.schema.get("properties")),
                    **self._map(merged["properties"]),
                }
                merged["required"] = [
                    *self._list(merged.get("required")),
                    *self._list(shape.schema.get("required")),
                ]
            if len(shapes) == 1 and not found.get("properties"):
                name = name or shapes[0].name
            return Shape(merged, name)
        for word in ("oneOf", "anyOf"):
            choices = [part for part in self._list(found.get(word)) if part != {"type": "null"}]
            if choices and not found.get("properties"):
                chosen = self.resolved(choices[0])
                return Shape(chosen.schema, name or chosen.name)
        return Shape(found, name)

    def _scheme(self, said: Json) -> Iterator[Scheme]:
        type_ = str(said.get("type") or "")
        if type_ == "basic":
            yield Scheme("http", scheme="basic")
        elif type_ != "oauth2":
            yield Scheme(
                type_,
                scheme=str(said.get("scheme") or "").lower(),
                place=str(said.get("in") or ""),
                name=str(said.get("name") or ""),
            )
        else:
            words = {"accessCode": "authorizationCode", "application": "clientCredentials"}
            flows = self._map(said.get("flows"))
            if self._is_swagger:
                flow = str(said.get("flow") or "")
                flows = {words.get(flow, flow): said}
            for flow, held in flows.items():
                urls = {
                    name: str(held[name])
                    for name in ("authorizationUrl", "tokenUrl", "refreshUrl")
                    if held.get(name)
                }
                scopes = tuple(str(scope) for scope in self._map(held.get("scopes")))
                yield Scheme("oauth2", flow=str(flow), urls=urls, scopes=scopes)

    def _operation(self, path: str, method: str, said: Json, shared: list[Any]) -> Described:
        own = [self._followed(row)[0] for row in [*shared, *self._list(said.get("parameters"))]]
        rows = {(row.get("name"), row.get("in")): row for row in own}.values()
        body, body_type = self._body(said, list(rows))
        status, answer = self._answer(said)
        content = self._media(answer) if status else (None, "application/json")
        error = next(
            (
                self._media(self._followed(held)[0])[0]
                for code, held in self._map(said.get("responses")).items()
                if str(code)[:1] == "4" or code == "default"
            ),
            None,
        )
        return Described(
            method=method.upper(),
            path=path,
            summary=_first_line(str(said.get("summary") or said.get("description") or "")),
            parameters=tuple(
                Parameter(
                    str(row.get("name")),
                    str(row.get("in")),
                    _type(self.resolved(row.get("schema") or row).schema),
                    is_required=bool(row.get("required")),
                    description=_first_line(str(row.get("description") or "")),
                )
                for row in rows
                if row.get("in") in ("query", "path", "header")
            ),
            body=body,
            body_type=body_type,
            answer=content[0],
            answer_type=content[1],
            answer_headers=tuple(str(name) for name in self._map(answer.get("headers"))),
            error=error,
            is_deprecated=bool(said.get("deprecated")),
        )

    def _body(self, said: Json, rows: list[Json]) -> tuple[Shape | None, str]:
        if not self._is_swagger:
            return self._media(self._followed(said.get("requestBody"))[0])
        for row in rows:
            if row.get("in") == "body":
                return self.resolved(row.get("schema")), "application/json"
        fields = [row for row in rows if row.get("in") == "formData"]
        if not fields:
            return None, "application/json"
        is_upload = any(row.get("type") == "file" for row in fields)
        properties = {
            str(row["name"]): {"type": "string", "format": "binary"}
            if row.get("type") == "file"
            else {"type": str(row.get("type") or "string")}
            for row in fields
        }
        kind = "multipart/form-data" if is_upload else "application/x-www-form-urlencoded"
        return Shape({"type": "object", "properties": properties}), kind

    def _answer(self, said: Json) -> tuple[str, Json]:
        held = self._map(said.get("responses"))
        # YAML reads an unquoted status as a number.
        good = sorted(
            ((str(status), row) for status, row in held.items() if str(status)[:1] == "2"),
            key=lambda pair: pair[0],
        )
        return (good[0][0], self._followed(good[0][1])[0]) if good else ("", {})

    def _media(self, held: Json) -> tuple[Shape | None, str]:
        if self._is_swagger:
            schema = held.get("schema")
            return (None if schema is None else self.resolved(schema)), "application/json"
        content = self._map(held.get("content"))
        kinds = sorted(content, key=lambda kind: not _JSON.match(str(kind)))
        if not kinds:
            return None, "application/json"
        chosen = str(kinds[0])
        schema = self._map(content[kinds[0]]).get("schema")
        kind = "application/json" if _JSON.match(chosen) else chosen
        return (None if schema is None else self.resolved(schema)), kind

    def _followed(self, node: object) -> tuple[Json, str | None]:
        """Return what a reference leads to, and the name that it has there."""
        name: str | None = None
        for _ in range(_LONGEST_CHAIN):
            held = self._map(node)
            reference = held.get("$ref")
            if not isinstance(reference, str):
                return held, name
            if not reference.startswith("#/"):
                raise BadDescription(
                    f"The description refers to another file, {reference[:200]!r}: bundle it into"
                    " one first."
                )
            node = self._content
            for part in reference[2:].split("/"):
                key = part.replace("~1", "/").replace("~0", "~")
                holder = self._map(node)
                if key not in holder:
                    self.dangling[reference[:200]] = None
                    return {}, None
                node, name = holder[key], key
        raise BadDescription("References in the description go round in a circle.")

    @staticmethod
    def _map(value: object) -> Json:
        return value if isinstance(value, dict) else {}

    @staticmethod
    def _list(value: object) -> list[Any]:
        return value if isinstance(value, list) else []


def _type(schema: Json) -> str:
    said = schema.get("type")
    if isinstance(said, list):  # 3.1: ["string", "null"]
        said = next((one for one in said if one != "null"), "string")
    return str(said or "string")


def _first_line(text: str) -> str:
    plain = re.sub(r"<[^>]+>|[*`#]", "", text).strip()
    line = plain.split("\n", 1)[0].strip()
    sentence = re.split(r"(?<=[a-z)])\.\s", line, maxsplit=1)[0]
    return sentence.rstrip(".")[:160].strip()
