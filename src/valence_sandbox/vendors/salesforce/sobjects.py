"""What objects and fields are: the data behind `describe`, and the answers of it.

Source: REST API Developer Guide, "sObject Describe"; SOAP API Developer Guide,
`DescribeSObjectResult`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

TEXTS = frozenset(
    {"string", "textarea", "email", "phone", "url", "picklist", "multipicklist", "combobox"}
)
NUMBERS = frozenset({"int", "double", "currency", "percent"})
COMPOUND = frozenset({"address"})
BLOB = "base64"
ADDRESS_PARTS = ("Street", "City", "State", "PostalCode", "Country")
_SOAP = {
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "base64": "xsd:base64Binary",
    "id": "tns:ID",
    "reference": "tns:ID",
    "address": "urn:address",
}
_GROUPS = {
    "record": ("Account", "Contact", "Lead", "Opportunity", "Campaign", "Invoice__c"),
    "what": ("Account", "Opportunity", "Campaign", "Invoice__c"),
}
_LINE = re.compile(
    r"(?P<name>\w+):\s+(?P<type>\w+)(?:\((?P<argument>[^)]*)\))?(?:\[(?P<choices>[^\]]*)\])?"
    r"(?P<flags>.*)"
)


@dataclass(frozen=True, slots=True)
class SField:
    """One field of an object.

    `refers_to` are the objects that a reference may lead to, `relationship` the name by which a
    query follows it, `children` the name by which the other end lists these records.
    """

    name: str
    type: str
    length: int = 0
    choices: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    relationship: str = ""
    children: str = ""
    default: Any = None
    is_required: bool = False
    is_createable: bool = True
    is_updateable: bool = True
    is_filterable: bool = True
    is_restricted: bool = False
    is_unique: bool = False

    @property
    def is_custom(self) -> bool:
        """Tell whether the customer made it."""
        return self.name.endswith("__c")

    @property
    def is_text(self) -> bool:
        """Tell whether its values are quoted in a query."""
        return self.type in TEXTS or self.type in ("id", "reference")

    def described(self) -> dict[str, Any]:
        """Return its part of a describe answer."""
        length = self.length or (18 if self.type in ("id", "reference") else 0)
        return {
            "aggregatable": self.is_filterable,
            "autoNumber": False,
            "byteLength": length * 3,
            "calculated": False,
            "caseSensitive": False,
            "createable": self.is_createable,
            "custom": self.is_custom,
            "defaultValue": self.default,
            "defaultedOnCreate": self.default is not None or not self.is_createable,
            "filterable": self.is_filterable,
            "idLookup": self.type == "id",
            "label": _label(self.name),
            "length": length,
            "name": self.name,
            "nameField": self.name in ("Name", "Subject", "Title"),
            "nillable": not self.is_required and self.type not in ("id", "boolean"),
            "picklistValues": [
                {
                    "active": True,
                    "defaultValue": choice == self.default,
                    "label": choice,
                    "validFor": None,
                    "value": choice,
                }
                for choice in self.choices
            ],
            "referenceTo": list(self.refers_to),
            "relationshipName": self.relationship or None,
            "restrictedPicklist": self.is_restricted,
            "soapType": _SOAP.get(self.type, "xsd:string"),
            "sortable": self.is_filterable,
            "type": self.type,
            "unique": self.is_unique,
            "updateable": self.is_updateable,
        }


@dataclass(frozen=True, slots=True)
class SObject:
    """One object with its fields in the vendor's order."""

    name: str
    prefix: str
    fields: tuple[SField, ...]
    is_createable: bool = True
    is_updateable: bool = True
    is_deletable: bool = True
    by_name: Mapping[str, SField] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {row.name.lower(): row for row in self.fields})

    def field(self, name: str) -> SField | None:
        """Return a field by its name, whatever the case."""
        return self.by_name.get(name.lower())

    def related(self, relationship: str) -> SField | None:
        """Return the reference that a query follows under a name, whatever the case."""
        wanted = relationship.lower()
        return next((row for row in self.fields if row.relationship.lower() == wanted), None)

    def blob(self) -> SField | None:
        """Return the field that holds bytes."""
        return next((row for row in self.fields if row.type == BLOB), None)


def sobject(
    name: str, prefix: str, lines: str, *, verbs: str = "cud", stamps: str = "all"
) -> SObject:
    """Return an object for lines such as `LastName: string(80) required`.

    `verbs` says what may be done besides reading: create, update, delete. `stamps` are the system
    fields it has: `all`, or those named.
    """
    rows = [SField("Id", "id", is_createable=False, is_updateable=False)]
    rows += [_field(line) for line in _lines(lines)]
    wanted = _STAMPS if stamps == "all" else tuple(stamps.split())
    rows += [_STAMP_FIELDS[stamp] for stamp in wanted]
    return SObject(
        name,
        prefix,
        tuple(rows),
        is_createable="c" in verbs,
        is_updateable="u" in verbs,
        is_deletable="d" in verbs,
    )


def _stamp(name: str, type_: str, relationship: str = "") -> SField:
    refers_to = ("User",) if type_ == "reference" else ()
    return SField(
        name,
        type_,
        refers_to=refers_to,
        relationship=relationship,
        is_createable=False,
        is_updateable=False,
    )


_STAMP_FIELDS = {
    "IsDeleted": _stamp("IsDeleted", "boolean"),
    "CreatedDate": _stamp("CreatedDate", "datetime"),
    "CreatedById": _stamp("CreatedById", "reference", "CreatedBy"),
    "LastModifiedDate": _stamp("LastModifiedDate", "datetime"),
    "LastModifiedById": _stamp("LastModifiedById", "reference", "LastModifiedBy"),
    "SystemModstamp": _stamp("SystemModstamp", "datetime"),
}
_STAMPS = tuple(_STAMP_FIELDS)


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _field(line: str) -> SField:
    found = _LINE.match(line)
    if found is None:
        raise ValueError(f"not a field: {line}")
    type_, argument, flags = found["type"], found["argument"] or "", found["flags"].split()
    named = {flag.partition("=")[0]: flag.partition("=")[2] for flag in flags}
    is_reference = type_ == "reference"
    choices = tuple(choice.strip() for choice in (found["choices"] or "").split(",") if choice)
    default: Any = named.get("default")
    if default is not None:
        default = default.replace("_", " ")
    if type_ == "boolean":
        default = default == "true"
    return SField(
        found["name"],
        type_,
        length=int(argument) if argument.isdecimal() else 0,
        choices=choices,
        refers_to=_targets(argument) if is_reference else (),
        relationship=named.get("as", ""),
        children=named.get("children", ""),
        default=default,
        is_required="required" in named,
        is_createable="readonly" not in named and type_ not in COMPOUND,
        is_updateable=not {"readonly", "fixed"} & set(named) and type_ not in COMPOUND,
        is_filterable="unfilterable" not in named and type_ not in (BLOB, *COMPOUND),
        is_restricted="restricted" in named,
        is_unique="unique" in named,
    )


def _targets(argument: str) -> tuple[str, ...]:
    names = [name for name in argument.split(",") if name]
    return tuple(target for name in names for target in _GROUPS.get(name, (name,)))


def _label(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("__c").replace("_", " "))


def summary(said: SObject, root: str) -> dict[str, Any]:
    """Return what the list of all objects says of one."""
    home = f"{root}/sobjects/{said.name}"
    return {
        "activateable": False,
        "createable": said.is_createable,
        "custom": said.name.endswith("__c"),
        "deletable": said.is_deletable,
        "keyPrefix": said.prefix,
        "label": _label(said.name),
        "labelPlural": _label(said.name) + "s",
        "layoutable": True,
        "name": said.name,
        "queryable": True,
        "retrieveable": True,
        "searchable": True,
        "updateable": said.is_updateable,
        "urls": {
            "sobject": home,
            "describe": f"{home}/describe",
            "rowTemplate": home + "/{ID}",
        },
    }
