"""The checks, in the order in which they are made: each does something and says how it ended."""

from collections.abc import Callable, Mapping
from typing import Any

from valence.ceql import compile_filter, parse
from valence.cli.calls import Answer
from valence.cli.grading.grades import Finding, failed, none, passed
from valence.cli.grading.subject import CannotGoOn, Subject, told
from valence.domain import Operation
from valence.elements import document_of, object_names
from valence.instances.kinds import asks_owner

MOST_PAGES = 200
_DISCOVERIES = tuple(
    "/objects" + rest for rest in ("", "/{objectName}/metadata", "/{objectName}/customFields")
)
_SMALL_PAGE, _LARGE_PAGE = 3, 100
_MADE_UP = 7
_OBJECTS_TRIED = 20
_SECRETS = ("username", "api.key", "password", "oauth.api.secret")


def authenticates(subject: Subject) -> Finding:
    """An instance is made, and its first call is answered."""
    made = subject.connect()
    if made.status != 200:
        raise CannotGoOn(f"no instance: {told(made)}")
    subject.token, subject.instance_id = made.json["token"], made.json["id"]
    first = subject.list_records({"pageSize": "1"})
    return passed() if first.status == 200 else failed(f"the first call: {told(first)}")


def verifies(subject: Subject) -> Finding:
    """Wrong credentials make no instance."""
    element = subject.element
    account = dict(element.sandbox_account)
    if asks_owner(element, account):
        body = {"element": {"key": element.key}, "configuration": account}
        body |= {"providerData": {"code": "no"}}
        return _refused(subject, lambda: subject.hub_call("POST", "/instances", body), "code")
    if not any(one.type == "provisionAuthValidation" for one in element.operations):
        return none("no call tries credentials")
    secret = _secret_of(subject)
    if secret is None:
        return none("nothing secret is asked for")
    return _refused(subject, lambda: subject.connect({**account, secret: "wrong"}), secret)


def refreshes(subject: Subject) -> Finding:
    """An expired token is renewed, and the caller sees nothing of it."""
    if not _has_tokens(subject):
        return none("its credentials do not expire")
    before = _token_requests(subject)
    subject.order("expire", {})
    answer = subject.list_records({"pageSize": "1"})
    if answer.status != 200:
        return failed(told(answer))
    made = _token_requests(subject) - before
    return passed() if made == 1 else failed(f"{made} token requests for one expiry")


def pages(subject: Subject) -> Finding:
    """A list is walked to its end in small pages: what one large page holds, once each."""
    subject.make_up(_MADE_UP)
    whole = subject.list_records({"pageSize": str(_LARGE_PAGE)})
    if whole.status != 200:
        return failed(told(whole))
    expected = [_identity(record) for record in whole.json]
    walked: list[str] = []
    token = ""
    for _ in range(MOST_PAGES):
        query = {"pageSize": str(_SMALL_PAGE)} | ({"nextPage": token} if token else {})
        page = subject.list_records(query)
        if page.status != 200:
            return failed(f"after {len(walked)} records: {told(page)}")
        walked += [_identity(record) for record in page.json]
        token = page.headers.get("elements-next-page-token", "")
        if not token or len(walked) > len(expected) + _SMALL_PAGE:
            break
    if len(expected) <= _SMALL_PAGE:
        return failed(f"{len(expected)} records are too few to tell")
    if walked != expected:
        return failed(f"{len(expected)} records became {len(walked)}, {len(set(walked))} different")
    return passed(f"{len(walked)} records")


def filters(subject: Subject) -> Finding:
    """Each `where` of the list's examples finds something, and nothing that it excludes."""
    operation, _ = subject.first_list()
    asked = [one.query["where"] for one in operation.examples if "where" in one.query]
    if not asked:
        return none("no example filters")
    every = subject.list_records({"pageSize": str(_LARGE_PAGE)}).json
    for where in asked:
        found = subject.list_records({"where": where, "pageSize": str(_LARGE_PAGE)})
        if found.status != 200:
            return failed(f"{where}: {told(found)}")
        if not found.json or len(found.json) >= len(every):
            return failed(f"{where}: {len(found.json)} of {len(every)} records")
        wrong = [record for record in found.json if not _may_match(where, record)]
        if wrong:
            return failed(f"{where}: {len(wrong)} records do not fulfil it")
    return passed(f"{len(asked)} filters")


def changes(subject: Subject) -> Finding:
    """A record is created, read, updated and deleted; then it is gone."""
    parts = _life(subject)
    if parts is None:
        return none("nothing of it is created, read and deleted")
    create, read, update, delete = parts
    made = subject.run(create, create.examples[0])
    if made.status != 200:
        return failed(f"create: {told(made)}")
    path = {"id": str(made.json["id"])}
    found = subject.call("GET", _filled(read, path))
    if found.status != 200:
        return failed(f"read: {told(found)}")
    if update is not None:
        changed = subject.call(update.method, _filled(update, path), update.examples[0].body)
        if changed.status != 200:
            return failed(f"update: {told(changed)}")
        after = subject.call("GET", _filled(read, path))
        if not _has_changed(found.json, after.json, update.examples[0].body):
            return failed("an update changed nothing")
    gone = subject.call("DELETE", _filled(delete, path))
    if gone.status != 200:
        return failed(f"delete: {told(gone)}")
    missing = subject.call("GET", _filled(read, path))
    if missing.status != 404:
        return failed(f"a deleted record answers {told(missing)}")
    return passed() if update is not None else passed("records cannot be changed")


def errors(subject: Subject) -> Finding:
    """A vendor that breaks down is a 502 that may be tried again, with the vendor's words."""
    subject.order("faults", {"kind": "500", "count": 1})
    answer = subject.list_records({"pageSize": "1"})
    said = answer.json if isinstance(answer.json, dict) else {}
    if answer.status != 502 or not said.get("requestId") or not said.get("retryable"):
        return failed(f"a 500 of the vendor became {told(answer)}")
    after = subject.list_records({"pageSize": "1"})
    return passed() if after.status == 200 else failed(f"afterwards: {told(after)}")


def limits(subject: Subject) -> Finding:
    """A call that the vendor throttles is made again when it may be."""
    before = subject.order("stats")["apiCalls"]
    subject.order("faults", {"kind": "429", "count": 1})
    answer = subject.list_records({"pageSize": "1"})
    if answer.status != 200:
        return failed(told(answer))
    sent = subject.order("stats")["apiCalls"] - before
    return passed() if sent >= 2 else failed(f"{sent} calls reached the vendor")


def discovers(subject: Subject) -> Finding:
    """What the account has made of its own is found by asking the vendor."""
    own = [
        one
        for one in subject.element.operations
        if one.method == "GET" and one.path in _DISCOVERIES
    ]
    listed = subject.hub_call("GET", "/objects", token=subject.token)
    if listed.status != 200 or (not listed.json and subject.element.hub != "documents"):
        return failed(f"/objects: {told(listed)}")
    if not own:
        return none("its objects are those of the definition")
    objects = set(listed.json) - set(object_names(document_of(subject.element)))
    if objects:
        return passed(f"{len(objects)} objects of its own")
    for name in listed.json[:_OBJECTS_TRIED]:
        found = subject.hub_call("GET", f"/objects/{name}/metadata", token=subject.token)
        if found.status != 200 or not found.json.get("fields"):
            return failed(f"/objects/{name}/metadata: {told(found)}")
        fields = [field for field in found.json["fields"] if field.get("custom") is True]
        if fields:
            return passed(f"{len(fields)} fields of {name} of its own")
    return failed("it asks the vendor, and finds nothing of the account's own")


def revokes(subject: Subject) -> Finding:
    """A deleted instance is unknown at once, and its grant is ended where the vendor allows."""
    alive = _alive_tokens(subject)
    gone = subject.hub_call("DELETE", f"/instances/{subject.instance_id}")
    if gone.status != 200:
        return failed(f"delete: {told(gone)}")
    after = subject.list_records({"pageSize": "1"})
    if after.status != 401:
        return failed(f"the token of a deleted instance answers {told(after)}")
    if not _can_revoke(subject):
        return none("the vendor has no revocation")
    return passed() if _alive_tokens(subject) < alive else failed("the vendor's token lives on")


CHECKS: Mapping[str, Callable[[Subject], Finding]] = {
    "authenticates": authenticates,
    "verifies": verifies,
    "refreshes": refreshes,
    "pages": pages,
    "filters": filters,
    "changes": changes,
    "errors": errors,
    "limits": limits,
    "discovers": discovers,
    "revokes": revokes,
}


def _refused(subject: Subject, connect: Callable[[], Answer], what: str) -> Finding:
    """Try to connect with something wrong: a 4xx, and no instance more than before."""
    before = subject.instances()
    answer = connect()
    if not 400 <= answer.status < 500 or answer.json.get("code") == "missing-configuration":
        return failed(f"a wrong {what}: {told(answer)}")
    made = subject.instances() - before
    return passed() if made == 0 else failed(f"a wrong {what} made {made} instances")


def _has_changed(before: Any, after: Any, asked: Any) -> bool:
    """Tell whether a record became what an update asked for, as far as names are the same."""
    asked = asked if isinstance(asked, dict) else {}
    shared = {
        name: value
        for name, value in asked.items()
        if name in after and isinstance(value, str | int | float)
    }
    if shared:
        return all(str(after[name]) == str(value) for name, value in shared.items())
    return bool(after != before)


def _secret_of(subject: Subject) -> str | None:
    account = subject.element.sandbox_account
    known = [key for key in _SECRETS if key in account]
    sealed = [
        key
        for key in account
        if (entry := subject.element.entry(key)) is not None and entry.is_secret
    ]
    return next(iter([*known, *sealed]), None)


def _has_tokens(subject: Subject) -> bool:
    return asks_owner(subject.element, subject.element.sandbox_account)


def _can_revoke(subject: Subject) -> bool:
    has_step = any(one.type == "oauthOnTokenRevoke" for one in subject.element.operations)
    return has_step or bool(subject.element.default("oauth.token.revoke_url"))


def _token_requests(subject: Subject) -> int:
    received = subject.order("stats")["tokenCalls"]["received"]
    return int(sum(received.values()))


def _alive_tokens(subject: Subject) -> int:
    if not _can_revoke(subject):
        return 0
    return sum(token["state"] == "alive" for token in subject.order("tokens"))


def _identity(record: Any) -> str:
    return str(record.get("id", record)) if isinstance(record, dict) else str(record)


def _may_match(where: str, record: Mapping[str, Any]) -> bool:
    """Tell whether a record fulfils a condition, as far as it has the fields that it names.

    A vendor's parameter may look like a field that its records do not have."""
    conditions = [part for part in where.split(" AND ") if part]
    known = [part for part in conditions if part.split(" ")[0].split("=")[0].strip() in record]
    return all(compile_filter(parse(part))(record) for part in known)


def _life(
    subject: Subject,
) -> tuple[Operation, Operation, Operation | None, Operation] | None:
    """Return how records are created, read, updated and deleted.

    Those of the first list if they can be, else those of the first path where they can.
    """
    found = {(one.method, one.path): one for one in subject.element.operations}
    creating = [one.path for one in found.values() if one.method == "POST" and one.examples]
    for path in (subject.first_list()[0].path, *creating):
        one = f"{path}/{{id}}"
        create = found.get(("POST", path))
        read = found.get(("GET", f"{one}/metadata")) or found.get(("GET", one))
        delete = found.get(("DELETE", one))
        if create is None or read is None or delete is None or not create.examples:
            continue
        ways = [(method, way) for way in (one, read.path) for method in ("PATCH", "PUT")]
        update = next((found[way] for way in ways if way in found and found[way].examples), None)
        return create, read, update, delete
    return None


def _filled(operation: Operation, values: Mapping[str, str]) -> str:
    path = operation.path
    for name, value in values.items():
        path = path.replace("{" + name + "}", value)
    return path
