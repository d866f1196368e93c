"""What the fields of a body may hold; the words of refusals are Close's (its library cleancat)."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from valence_sandbox.refusals import Refusal
from valence_sandbox.store import Record

Check = Callable[[Any], Any]
"""Returns the value as it is kept. Raises ValueError with the sentence that Close says."""

_EMAIL = re.compile(r"[^@\s\"'<>]+@[^@\s.]+(\.[^@\s.]+)+\Z")
_URL = re.compile(r"https?://[^\s/?#.]+(\.[^\s/?#.]+)*([/?#]\S*)?\Z")
_PHONE = re.compile(r"\+?[0-9(][0-9()\s.-]{4,24}\Z")
ADDRESS_TYPES = ("office", "home", "direct", "mobile", "fax", "url", "other")
REQUIRED = "This field is required."
NO_OBJECT = "Object does not exist."


def text(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError("Value must be of basestring type.")
    return value


def integer(least: int | None = None, most: int | None = None) -> Check:
    """A whole number between bounds."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError("Value must be of int type.")
        if (least is not None and value < least) or (most is not None and value > most):
            raise ValueError("Value is out of range.")
        return value

    return check


def boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("Value must be of bool type.")
    return value


def one_of(*choices: str) -> Check:
    """One of some words."""

    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError("Not a valid choice.")
        return str(value)

    return check


def email(value: Any) -> str:
    """An e-mail address."""
    if not _EMAIL.match(text(value)):
        raise ValueError("Invalid email address.")
    return str(value)


def url(value: Any) -> str:
    """An address of the web; http is added where a scheme is missing."""
    given = text(value).strip()
    whole = given if "://" in given else f"http://{given}"
    if not _URL.match(whole) or ("." not in whole and "localhost" not in whole):
        raise ValueError("Invalid URL.")
    return whole


def phone(value: Any) -> str:
    """A telephone number, kept without its punctuation."""
    if not _PHONE.match(text(value)):
        raise ValueError("Invalid phone number.")
    digits = re.sub(r"\D", "", value)
    is_national = not value.startswith("+") and len(digits) == 10
    return f"+1{digits}" if is_national else f"+{digits}"


def day(value: Any) -> str:
    """A date."""
    return _day(text(value))


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError as exc:
        raise ValueError("Could not parse date.") from exc


def iso_day(now_ms: int) -> str:
    """Return the date of a moment."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()


def day_or_moment(value: Any) -> str:
    """A date, or a date with its time, kept in UTC."""
    if len(text(value)) == len("2018-01-15"):
        return _day(value)
    return moment(value)


def moment(value: Any) -> str:
    """A date with its time, kept in UTC."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError as exc:
        raise ValueError("Could not parse datetime.") from exc
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def texts(value: Any) -> list[str]:
    """A list of texts."""
    if not isinstance(value, list):
        raise ValueError("Value must be of list type.")
    return [text(item) for item in value]


def listed(rules: Mapping[str, Check], required: Iterable[str] = ()) -> Check:
    """A list of objects."""
    required = tuple(required)

    def check(value: Any) -> list[Record]:
        if not isinstance(value, list):
            raise ValueError("Value must be of list type.")
        if not all(isinstance(item, dict) for item in value):
            raise ValueError("Value must be of dict type.")
        kept = []
        for item in value:
            values, errors = judged(rules, item, required=required)
            if errors:
                raise ValueError(next(iter(errors.values())))
            kept.append(values)
        return kept

    return check


def judged(
    rules: Mapping[str, Check], body: Mapping[str, Any], *, required: Iterable[str] = ()
) -> tuple[Record, dict[str, str]]:
    """Return what of a body is kept, and what is wrong by field; unknown names are ignored."""
    values: Record = {}
    errors: dict[str, str] = {}
    for name in required:
        if body.get(name) in (None, ""):
            errors[name] = REQUIRED
    for name, check in rules.items():
        if name not in body or name in errors:
            continue
        value = body[name]
        try:
            values[name] = None if value is None else check(value)
        except ValueError as exc:
            errors[name] = str(exc)
    return values, errors


def refused(errors: Mapping[str, str]) -> Refusal:
    """Return the refusal of a body or of parameters, by field."""
    return Refusal("fields", status=400, details=dict(errors))
