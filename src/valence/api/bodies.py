"""Request bodies: bytes from outside become checked values.

An absent body and the body `null` count as an empty object where a route has no required field.
Unknown fields are ignored, because old clients send them."""

from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from valence.domain import InvalidRequest

DEEPEST = 100
"""Levels of a body; a definition has about ten, and a stack of frames must hold them all."""

Model = TypeVar("Model", bound=BaseModel)


async def read(request: Request, model: type[Model]) -> Model:
    """Return the body as a value of a model.

    Raises:
        InvalidRequest: not JSON, not an object, or a field of the wrong type; the message names it.
    """
    return parse(await _object(request), model)


async def read_object(request: Request) -> dict[str, Any]:
    """Return the body as it is, a JSON object.

    Raises:
        InvalidRequest: not JSON, not an object, nested too deeply, or with text that is none.
    """
    content = await _object(request)
    _check_text(content)
    return content


async def read_rows(request: Request, name: str) -> list[Any]:
    """Return a body that is a list, or an object that holds the list under a name.

    Raises:
        InvalidRequest: it is neither.
    """
    content = await _json(request)
    found = content.get(name) if isinstance(content, dict) else content
    if not isinstance(found, list):
        raise InvalidRequest(f"The body must be a list, or hold the list {name}.", code="bad-body")
    _check_text(found)
    return found


async def _object(request: Request) -> dict[str, Any]:
    content = await _json(request)
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise InvalidRequest("The body must be a JSON object.", code="bad-body")
    return content


async def _json(request: Request) -> Any:
    raw = await request.body()
    try:
        return orjson.loads(raw) if raw.strip() else None
    except orjson.JSONDecodeError as exc:
        raise InvalidRequest("The body is not JSON.", code="bad-body") from exc


def parse(content: dict[str, Any], model: type[Model]) -> Model:
    """Return an object as a value of a model. Raises InvalidRequest."""
    _check_text(content)
    try:
        return model.model_validate(content)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "The body"
        raise InvalidRequest(f"{name}: {first['msg']}.", code="bad-body") from exc


def _check_text(value: Any, *, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise InvalidRequest("The body is nested too deeply.", code="bad-body")
    if isinstance(value, str):
        # No database stores NUL in text, and a lone surrogate is no character.
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise InvalidRequest("The body holds a character that is no text.", code="bad-body")
    elif isinstance(value, dict):
        for key, part in value.items():
            _check_text(key, depth=depth + 1)
            _check_text(part, depth=depth + 1)
    elif isinstance(value, list):
        for part in value:
            _check_text(part, depth=depth + 1)


def _as_text(value: Any) -> Any:
    """Return a configuration value as the text it is stored as; objects become JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return value


def _texts(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: _as_text(part) for key, part in value.items() if part is not None}


def _tags(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [tag.get("name") if isinstance(tag, dict) else tag for tag in value]


Texts = Annotated[dict[str, str], BeforeValidator(_texts)]
Tags = Annotated[tuple[str, ...], BeforeValidator(_tags)]


class Lenient(BaseModel):
    """A body whose unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class LoginBody(Lenient):
    """Who signs in."""

    username: str = Field(max_length=254)
    password: str = Field(max_length=1024, repr=False)


class PasswordBody(Lenient):
    """A new password."""

    password: str = Field(max_length=1024, repr=False)
    current_password: str | None = Field(default=None, alias="currentPassword", repr=False)


class ElementReference(Lenient):
    """An element by key or id."""

    key: str | None = None
    id: int | None = None

    @property
    def key_or_id(self) -> str | None:
        """The key, else the id as text."""
        return self.key or (None if self.id is None else str(self.id))


class NewInstanceBody(Lenient):
    """What makes an instance."""

    element: ElementReference | None = None
    name: str | None = None
    tags: Tags | None = None
    provider_data: Texts = Field(default_factory=dict, alias="providerData", repr=False)
    configuration: Texts = Field(default_factory=dict, repr=False)
    external_authentication: str | None = Field(default=None, alias="externalAuthentication")
    retrieve_objects: bool = Field(default=False, alias="retrieveObjectsAfterInstantiation")


class InstanceChangeBody(Lenient):
    """What changes an instance; absent members stay as they are."""

    element: ElementReference | None = None
    name: str | None = None
    tags: Tags | None = None
    provider_data: Texts | None = Field(default=None, alias="providerData", repr=False)
    configuration: Texts | None = Field(default=None, repr=False)


class TraceBody(Lenient):
    """For how many minutes wire traces are kept."""

    duration: int | None = None


class RecordBody(Lenient):
    """A configuration value."""

    property_value: Annotated[str | None, BeforeValidator(_as_text)] = Field(
        default=None, alias="propertyValue"
    )
