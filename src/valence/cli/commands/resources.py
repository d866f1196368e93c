"""`valence resources ...`: the caller's own objects, over the API of a running hub."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import typer

from valence.cli.columns import aligned
from valence.cli.hub import WARNED, Hub, Refused, Secrets, Url, read_json, warned
from valence.cli.options import AsJson
from valence.domain import InvalidRequest, OperatorError

if TYPE_CHECKING:
    from valence.common_resources import Brought

app = typer.Typer(
    help="Common resources: objects of your own shape over every vendor.", no_args_is_help=True
)

_Name = Annotated[str, typer.Argument(help="Name of the common resource.")]
_Instance = Annotated[int, typer.Option("--instance", help="Id of an instance.")]
_LEVELS = ("organization", "account", "instance")
_STATES = {"neverSeen": "never seen", "unmapped": "not mapped"}
_FATES = {"dropped": "dropped", "passed": "passes as it is"}


@app.command("list")
def list_resources(as_json: AsJson = False, url: Url = None, secrets: Secrets = None) -> None:
    """List the common resources: fields, levels, and the elements they are mapped to."""
    found = Hub.of(url, secrets).call("GET", "common-resources").json
    if as_json:
        _print_json(found)
        return
    rows = [
        (one["name"], len(_paths(one)), _levels(one["fields"]), _listed(one["mappedElementKeys"]))
        for one in sorted(found, key=lambda one: str(one["name"]).casefold())
    ]
    typer.echo(aligned(("NAME", "FIELDS", "LEVELS", "MAPPED TO"), rows))


@app.command()
def show(
    name: _Name,
    instance: Annotated[
        int | None, typer.Option("--instance", help="As this instance has it, all levels merged.")
    ] = None,
    as_json: AsJson = False,
    url: Url = None,
    secrets: Secrets = None,
) -> None:
    """Show a definition, and how each element is mapped to it."""
    hub = Hub.of(url, secrets)
    resource = hub.call("GET", "common-resources", name).json
    mapped = _mapped(hub, resource, instance)
    if as_json:
        _print_json({**resource, "transformations": mapped})
        return
    typer.echo(f"{resource['name']} (id {resource['id']})")
    if resource.get("description"):
        typer.echo(resource["description"])
    typer.echo("\nDefinition")
    fields = [
        (one["path"], one["type"], _owner(one), one.get("displayName", ""))
        for one in resource["fields"]
        if instance is None or one["associatedLevel"] != "instance"
        or one.get("associatedId") == instance
    ]  # fmt: skip
    typer.echo(_indented(aligned(("FIELD", "TYPE", "LEVEL", "SHOWN AS"), fields)))
    for one in mapped:
        where = f", instance {one['instanceId']}" if "instanceId" in one else ""
        typer.echo(f"\n{one['elementKey']}{where}: {one['vendorName']}")
        rows = [
            (
                field["path"],
                field.get("vendorPath") or "-",
                field.get("type") or "",
                field.get("level", ""),
                _options(field.get("configuration")),
            )
            for field in one["fields"]
        ]
        if rows:
            typer.echo(_indented(aligned(("FIELD", "VENDOR'S FIELD", "TYPE", "LEVEL", ""), rows)))
        for option in one["configuration"]:
            typer.echo(f"  {_option(option)} ({option.get('level', 'organization')})")
        for script in one.get("scripts") or ():
            lines = len(str(script.get("body", "")).splitlines())
            typer.echo(f"  script of {lines} lines ({script.get('level', 'organization')})")
    if not mapped:
        typer.echo("\nNot mapped to any element yet.")


@app.command("try")
def try_out(
    name: _Name,
    file: Annotated[Path, typer.Argument(help="JSON of a record; - is standard input.")],
    instance: _Instance,
    to_vendor: Annotated[
        bool, typer.Option("--to-vendor", help="From your shape to the vendor's.")
    ] = False,
    url: Url = None,
    secrets: Secrets = None,
) -> None:
    """Print what a mapping makes of a record; the vendor is not called.

    Ends with 3 where the mapping's script failed: its warning is on standard error.
    """
    hub, payload = Hub.of(url, secrets), read_json(file)
    body = {"payload": payload, "instanceId": instance, "method": "POST" if to_vendor else "GET"}
    answer = hub.call("POST", "transformations", name, "execute", body=body)
    _print_json(answer.json)
    if warned(answer):
        raise typer.Exit(WARNED)


@app.command("import")
def import_files(
    files: Annotated[
        list[Path], typer.Argument(help="Exports of one resource, or backups; - is standard input.")
    ],
    url: Url = None,
    secrets: Secrets = None,
) -> None:
    """Store exports and backups, over what is there.

    All files are checked whole before the first is sent; each is stored whole or not at all.
    Ends with 3 where parts were ignored because their level is not the caller's to write.
    """
    from valence.common_resources import brought_by

    hub = Hub.of(url, secrets)
    documents: list[tuple[Path, dict[str, Any], str]] = []
    for file in files:
        document = read_json(file)
        if not isinstance(document, dict):
            raise InvalidRequest(f"{file} is no JSON object, so no export.")
        try:
            told = "; ".join(_about(one) for one in brought_by(document))
        except InvalidRequest as exc:
            raise InvalidRequest(f"{file}: {exc.message} Nothing was stored.") from exc
        documents.append((file, document, told))
    has_warned = False
    for file, document, told in documents:
        try:
            answer = hub.call("PUT", "vdrs", "import", body=document)
        except Refused as exc:
            raise Refused(f"{file}: {exc.message} Nothing of it was stored.") from exc
        typer.echo(f"{file}: {told}")
        has_warned = warned(answer) or has_warned
    if has_warned:
        raise typer.Exit(WARNED)


@app.command()
def export(
    name: Annotated[str | None, typer.Argument(help="Name of the common resource.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All of them, as one backup that imports again.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    url: Url = None,
    secrets: Secrets = None,
) -> None:
    """Print a common resource with its mappings, or all, as `import` takes them."""
    if (name is None) != everything:
        raise typer.BadParameter("Give the name of one, or --all.")
    if output is not None and output.exists():
        raise OperatorError(f"{output} exists already; name another file.")
    path = ("vdrs", "export") if name is None else ("vdrs", name, "export")
    document = Hub.of(url, secrets).call("GET", *path).json
    if output is None:
        _print_json(document)
        return
    try:
        output.write_text(_text(document) + "\n", encoding="utf-8")
    except OSError as exc:
        raise OperatorError(f"{output} cannot be written: {exc.strerror}.") from exc
    count = len(document["objectDefinitions"]) if name is None else 1
    typer.echo(f"{output}: {count} common resource{'' if count == 1 else 's'}")


@app.command()
def coverage(
    name: _Name,
    instance: _Instance,
    size: Annotated[int, typer.Option(min=1, max=200, help="Records to look at.")] = 25,
    as_json: AsJson = False,
    url: Url = None,
    secrets: Secrets = None,
) -> None:
    """Show what becomes of every field, on both sides, in records of the vendor."""
    hub, query = Hub.of(url, secrets), urlencode({"pageSize": size})
    path = ("instances", instance, "transformations", name, "coverage")
    report = hub.call("GET", *path, query=query).json
    if as_json:
        _print_json(report)
        return
    summary, count = report["summary"], report["recordCount"]
    filled = summary["fields"].get("mapped", 0)
    typer.echo(
        f"{name} from {report['vendorName']}: {filled} of {len(report['fields'])} fields filled"
        f" ({summary['share']:.0%}), {count} record{'' if count == 1 else 's'} read"
    )
    rows = [
        (
            one["path"],
            one.get("vendorPath", "-"),
            _STATES.get(one["state"], one["state"]),
            f"{one['seen']}/{count}",
            _doubts(one),
        )
        for one in report["fields"]
    ]
    if rows:
        typer.echo()
        typer.echo(aligned(("FIELD", "VENDOR'S FIELD", "STATE", "SEEN", ""), rows))
    left = [
        (one["path"], one["type"], _FATES[one["state"]], f"{one['seen']}/{count}", _known(one))
        for one in report["vendorFields"]
        if one["state"] in _FATES
    ]
    if left:
        typer.echo(f"\nNot mapped of the vendor's {len(report['vendorFields'])} fields")
        typer.echo(aligned(("VENDOR'S FIELD", "TYPE", "FATE", "SEEN", ""), left))
    if report["scripted"]:
        typer.echo("\nA script comes after all this and may change any of it.")


def _doubts(field: dict[str, Any]) -> str:
    """Return what a reader of the report should know of a field."""
    doubts = []
    if field["conflictCount"]:
        one = field["conflicts"][0]
        sample = _text(one["sample"], indent=None)
        doubts.append(f"{field['conflictCount']} not {one['declared']}: {one['found']} {sample}")
    if field["state"] != "unmapped" and not field["writable"]:
        doubts.append("read only")
    return "; ".join(doubts)


def _known(field: dict[str, Any]) -> str:
    words = [word for word in ("custom", "documented") if field[word]]
    return ", ".join(words)


def _mapped(hub: Hub, resource: dict[str, Any], instance: int | None) -> list[dict[str, Any]]:
    """Return how a resource is mapped: level by level, or as one instance has it."""
    number = resource["id"]
    if instance is not None:
        query = urlencode({"instanceId": instance})
        merged: list[dict[str, Any]] = hub.call(
            "GET", "vdrs", number, "transformations", query=query
        ).json
        key = hub.call("GET", "instances", instance).json["element"]["key"]
        return [one for one in merged if one["elementKey"] == key]
    exported = hub.send("GET", "vdrs", resource["name"], "export")
    # 404: neither organization nor account defines it, only instances do.
    found = list(exported.json["transformation"].values()) if exported.status == 200 else []
    for own in resource["elementInstanceIds"]:
        for one in hub.call(
            "GET", "vdrs", number, "transformations", query=f"instanceId={own}"
        ).json:
            fields = [field for field in one["fields"] if field["level"] == "instance"]
            parts = [*fields, *one["configuration"], *one["scripts"]]
            if any(part.get("level") == "instance" for part in parts):
                found.append({**one, "instanceId": own, "fields": fields})
    return found


def _paths(resource: dict[str, Any]) -> set[str]:
    return {one["path"] for one in resource["fields"]}


def _levels(fields: list[dict[str, Any]]) -> str:
    held = {one["associatedLevel"] for one in fields}
    return _listed([level for level in _LEVELS if level in held])


def _listed(words: list[str], none: str = "-") -> str:
    return ", ".join(words) or none


def _owner(field: dict[str, Any]) -> str:
    level = str(field["associatedLevel"])
    return f"{level} {field['associatedId']}" if level == "instance" else level


def _options(options: list[dict[str, Any]] | None) -> str:
    return "; ".join(_option(one) for one in options or ())


def _option(option: dict[str, Any]) -> str:
    properties = option.get("properties") or {}
    told = ", ".join(f"{key} {_text(value, indent=None)}" for key, value in properties.items())
    return f"{option.get('type')}: {told}" if told else str(option.get("type"))


def _about(one: "Brought") -> str:
    """Return what an import brings of one resource, in words."""
    fields = f"{one.field_count} field{'' if one.field_count == 1 else 's'}"
    return (
        f"{one.name} with {fields}, mapped to {_listed(sorted(one.transformations), 'nothing yet')}"
    )


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _text(value: Any, *, indent: int | None = 2) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=False)


def _print_json(value: Any) -> None:
    typer.echo(_text(value))
