"""Date masks as Java writes them: `yyyy-MM-dd'T'HH:mm:ss.SSSXXX`.

Source: the wire contract on type conversion. Old data has `yyyy-mm-dd`; where `mm` stands beside a
year or a day and the mask has no hour, it is read as the month.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from valence.domain import InvalidRequest

_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PARTS = {
    "y": r"(?P<year>\d{4})",
    "M": r"(?P<month>\d{1,2})",
    "d": r"(?P<day>\d{1,2})",
    "H": r"(?P<hour>\d{1,2})",
    "h": r"(?P<hour12>\d{1,2})",
    "m": r"(?P<minute>\d{1,2})",
    "s": r"(?P<second>\d{1,2})",
    "S": r"(?P<fraction>\d{1,9})",
    "a": r"(?P<half>[AaPp][Mm])",
    "X": r"(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)",
    "Z": r"(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)",
    "z": r"(?P<zone>UTC|GMT|Z)",
}
LONGEST = 100


@dataclass(frozen=True, slots=True)
class DateMask:
    """A compiled mask: what formats a moment, and what reads one back; both give None for no."""

    format: Callable[[datetime], str]
    parse: Callable[[str], datetime | None]


def is_old_month(mask: str) -> bool:
    """Tell whether a mask says `mm` and means the month."""
    unquoted = re.sub(r"'[^']*'", "", mask)
    return (
        "mm" in unquoted
        and "M" not in unquoted
        and not re.search("[Hhs]", unquoted)
        and bool(re.search("[yd]", unquoted))
    )


@lru_cache(maxsize=512)
def date_mask(mask: str) -> DateMask:
    """Compile a mask.

    Raises:
        InvalidRequest: a letter in it is none that Valence knows.
    """
    if not mask.strip() or len(mask) > LONGEST:
        raise InvalidRequest(f"A date mask has 1 to {LONGEST} characters.", code="bad-date-mask")
    known = mask.replace("mm", "MM") if is_old_month(mask) else mask
    writers: list[Callable[[datetime], str]] = []
    expression, position = "", 0
    seen: set[str] = set()
    while position < len(known):
        found = _TOKEN.match(known, position)
        if found is None:
            raise _unknown(mask, known[position])
        position = found.end()
        letter, width = found[2], len(found[0])
        if letter is None:
            text = found[0] if found[1] is None else found[1].replace("''", "'") or "'"
            writers.append(_literal(text))
            expression += re.escape(text)
            continue
        writers.append(_writer(mask, letter, width))
        expression += _reader(letter, width, seen)
    pattern = re.compile(expression + r"\Z", re.ASCII)
    return DateMask(
        lambda moment: "".join(write(moment) for write in writers),
        lambda text: _moment_of(pattern.match(text)),
    )


def iso_moment(text: str) -> datetime | None:
    """Return the moment of an ISO 8601 text, in UTC where it names no zone; None: it is none."""
    if len(text) < 8 or not text[:4].isdigit():
        return None
    try:
        found = datetime.fromisoformat(re.sub(r"([+-]\d{2})(\d{2})\Z", r"\1:\2", text.strip()))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def iso_text(moment: datetime) -> str:
    """Return a moment as ISO 8601, with milliseconds where it has some, `Z` for UTC."""
    has_fraction = moment.microsecond != 0
    text = moment.isoformat(timespec="milliseconds" if has_fraction else "seconds")
    return text.replace("+00:00", "Z")


# -- inside ----------------------------------------------------------------------------------------


def _literal(text: str) -> Callable[[datetime], str]:
    return lambda _moment: text


def _writer(mask: str, letter: str, width: int) -> Callable[[datetime], str]:
    match letter:
        case "y" | "u":
            return (lambda m: f"{m.year % 100:02}") if width == 2 else (lambda m: f"{m.year:04}")
        case "M" if width > 2:
            return lambda m: _MONTHS[m.month - 1][: 3 if width == 3 else None]
        case "E":
            return lambda m: _DAYS[m.weekday()][: 3 if width < 4 else None]
        case "S":
            return lambda m: f"{m.microsecond:06}000"[:width].ljust(width, "0")
        case "a":
            return lambda m: "PM" if m.hour > 11 else "AM"
        case "X" | "Z":
            return lambda m: _offset(m, letter, width)
        case "z":
            return lambda _m: "UTC"
    take = _NUMBERS.get(letter)
    if take is None:
        raise _unknown(mask, letter)
    return lambda m: str(take(m)).rjust(width, "0")


_NUMBERS: dict[str, Callable[[datetime], int]] = {
    "M": lambda m: m.month,
    "d": lambda m: m.day,
    "H": lambda m: m.hour,
    "h": lambda m: m.hour % 12 or 12,
    "m": lambda m: m.minute,
    "s": lambda m: m.second,
}


def _offset(moment: datetime, letter: str, width: int) -> str:
    seconds = int((moment.utcoffset() or timedelta()).total_seconds())
    if letter == "X" and seconds == 0:
        return "Z"
    sign, minutes = "-" if seconds < 0 else "+", abs(seconds) // 60
    colon = ":" if letter == "X" and width > 2 else ""
    if letter == "X" and width == 1 and minutes % 60 == 0:
        return f"{sign}{minutes // 60:02}"
    return f"{sign}{minutes // 60:02}{colon}{minutes % 60:02}"


def _reader(letter: str, width: int, seen: set[str]) -> str:
    if letter == "u":
        letter = "y"
    if letter == "E":
        return "[A-Za-z]+"
    expression = _PARTS[letter]
    if letter == "M" and width > 2:
        expression = r"(?P<name>[A-Za-z]+)"
    elif letter == "y" and width == 2:
        expression = r"(?P<short>\d{2})"
    elif width == 2 and letter in "MdHhms":
        expression = expression.replace("{1,2}", "{2}")
    elif letter == "S":
        expression = rf"(?P<fraction>\d{{{min(width, 9)}}})"
    group = expression[4 : expression.index(">")]
    if group in seen:  # a mask that says a thing twice: the first counts
        return re.sub(r"\?P<\w+>", "?:", expression)
    seen.add(group)
    return expression


def _moment_of(found: "re.Match[str] | None") -> datetime | None:
    if found is None:
        return None
    held = {name: text for name, text in found.groupdict().items() if text is not None}
    try:
        return datetime(
            _year(held),
            _month(held),
            int(held.get("day", 1)),
            _hour(held),
            int(held.get("minute", 0)),
            int(held.get("second", 0)),
            int(held.get("fraction", "0").ljust(6, "0")[:6]),
            tzinfo=_zone(held.get("zone", "Z")),
        )
    except ValueError:
        return None


def _year(held: dict[str, str]) -> int:
    if "short" in held:
        return 2000 + int(held["short"])
    return int(held.get("year", 1970))


def _month(held: dict[str, str]) -> int:
    name = held.get("name")
    if name is None:
        return int(held.get("month", 1))
    for number, month in enumerate(_MONTHS, 1):
        if name.lower() in (month.lower(), month[:3].lower()):
            return number
    raise ValueError(name)


def _hour(held: dict[str, str]) -> int:
    if "hour12" not in held:
        return int(held.get("hour", 0))
    hour = int(held["hour12"]) % 12
    return hour + 12 if held.get("half", "am").lower() == "pm" else hour


def _zone(text: str) -> timezone:
    if not text.startswith(("+", "-")):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
    return timezone(-offset if text[0] == "-" else offset)


def _unknown(mask: str, letter: str) -> InvalidRequest:
    return InvalidRequest(
        f"The date mask {mask[:100]!r} has {letter!r}, which is no letter of a date; quote text.",
        code="bad-date-mask",
    )
