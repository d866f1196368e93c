"""Mappings as one would write them by hand, for these two objects alone: the same work as a plan.

A flat record has 29 names and one nested place; a deep one 24 names, three places of an object,
two of the elements of an array, and a list made of another. What is absent is left out, texts and
numbers are converted, and `*_passing` keeps all that is not mapped."""

from typing import Any

Record = dict[str, Any]
TEXTS = tuple((f"Text{n}", f"text{n}") for n in range(20))
NUMBERS = tuple((f"Number{n}", f"number{n}") for n in range(5))
COUNTS = tuple((f"Count{n}", f"count{n}") for n in range(4))
PLACES = (("City", "city"), ("Zip", "zip"), ("State", "state"))
_PLACES = frozenset(source for source, _ in PLACES)
_TAKEN = frozenset(
    (*(source for source, _ in (*TEXTS, *NUMBERS, *COUNTS)), "Address", "Mails", "Tags")
)


def flat(record: Record) -> Record:
    """Map a flat record."""
    made = _named(record)
    address = record.get("Address")
    if isinstance(address, dict) and "City" in address:
        made["place"] = {"city": _text(address["City"])}
    return made


def flat_passing(record: Record) -> Record:
    """Map a flat record and keep the rest."""
    made = flat(record)
    for key, value in record.items():
        if key not in _TAKEN:
            made[key] = value
    address = record.get("Address")
    if isinstance(address, dict):
        rest = {key: value for key, value in address.items() if key != "City"}
        if rest:
            made["Address"] = rest
    return made


def flat_back(record: Record) -> Record:
    """Make a flat record of what it was mapped to."""
    made = _named_back(record)
    place = record.get("place")
    if isinstance(place, dict) and "city" in place:
        made["Address"] = {"City": place["city"]}
    return made


def deep(record: Record) -> Record:
    """Map a deep record."""
    made = _named(record)
    address = record.get("Address")
    if isinstance(address, dict):
        place = {target: _text(address[source]) for source, target in PLACES if source in address}
        if place:
            made["place"] = place
    mails = record.get("Mails")
    if isinstance(mails, list):
        made["mails"] = [_mail(mail) for mail in mails]
    tags = record.get("Tags")
    if isinstance(tags, list):
        made["tags"] = [_text(tag["Name"]) for tag in tags if "Name" in tag]
    return made


def deep_passing(record: Record) -> Record:
    """Map a deep record and keep the rest."""
    made = deep(record)
    for key, value in record.items():
        if key not in _TAKEN:
            made[key] = value
    address = record.get("Address")
    if isinstance(address, dict):
        rest = {key: value for key, value in address.items() if key not in _PLACES}
        if rest:
            made["Address"] = rest
    return made


def deep_back(record: Record) -> Record:
    """Make a deep record of what it was mapped to."""
    made = _named_back(record)
    place = record.get("place")
    if isinstance(place, dict):
        made["Address"] = {source: place[target] for source, target in PLACES if target in place}
    mails = record.get("mails")
    if isinstance(mails, list):
        made["Mails"] = [_mail_back(mail) for mail in mails]
    tags = record.get("tags")
    if isinstance(tags, list):
        made["Tags"] = [{"Name": tag} for tag in tags]
    return made


def _named(record: Record) -> Record:
    made: Record = {}
    for source, target in TEXTS:
        if source in record:
            value = record[source]
            made[target] = value if isinstance(value, str) else str(value)
    for source, target in NUMBERS:
        if source in record:
            value = record[source]
            made[target] = int(value) if isinstance(value, str) and value.isdecimal() else value
    for source, target in COUNTS:
        if source in record:
            made[target] = str(record[source])
    return made


def _named_back(record: Record) -> Record:
    made: Record = {}
    for source, target in TEXTS:
        if target in record:
            made[source] = record[target]
    for source, target in NUMBERS:
        if target in record:
            made[source] = str(record[target])
    for source, target in COUNTS:
        if target in record:
            value = record[target]
            made[source] = int(value) if isinstance(value, str) and value.isdecimal() else value
    return made


def _mail(mail: Record) -> Record:
    made = {}
    if "Email" in mail:
        made["address"] = _text(mail["Email"])
    if "Kind" in mail:
        made["kind"] = _text(mail["Kind"])
    return made


def _mail_back(mail: Record) -> Record:
    made = {}
    if "address" in mail:
        made["Email"] = mail["address"]
    if "kind" in mail:
        value = mail["kind"]
        made["Kind"] = int(value) if isinstance(value, str) and value.isdecimal() else value
    return made


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else str(value)
