"""An element under examination: an instance of its sandbox account, and the sandbox's strings."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from valence.cli.calls import Answer, call
from valence.cli.children import LocalHub
from valence.cli.grading.examples import address, body_of, id_of, names_in
from valence.cli.visitor import consent
from valence.domain import Element, Example, Operation, OperatorError
from valence.instances.kinds import asks_owner

_SHAPING = ("page", "pageSize", "nextPage", "where", "orderBy", "fields")


class CannotGoOn(OperatorError):
    """A step that a check stands on did not work; the message says which."""

    code = "check-failed"


@dataclass(slots=True)
class Subject:
    """One element, connected or not yet."""

    element: Element
    hub: LocalHub
    sandbox_url: str
    token: str = ""
    instance_id: int = 0
    saved: dict[str, str] = field(default_factory=dict)

    def connect(self, configuration: dict[str, str] | None = None) -> Answer:
        """Make an instance, with the owner's consent where the element asks for it."""
        account = configuration or dict(self.element.sandbox_account)
        body = {"element": {"key": self.element.key}, "configuration": account, "name": "Doctor"}
        if asks_owner(self.element, account):
            body["providerData"] = self._consent(account)
        return self.hub_call("POST", "/instances", body)

    def _consent(self, account: dict[str, str]) -> dict[str, str]:
        extra = {k: v for k, v in account.items() if not k.startswith("oauth.")}
        asked = {
            "apiKey": account["oauth.api.key"],
            "callbackUrl": account["oauth.callback.url"],
            "state": "doctor",
            **extra,
        }
        path = f"/elements/{self.element.key}/oauth/url?{urlencode(asked)}"
        answer = self.hub_call("GET", path)
        if answer.status != 200:
            raise CannotGoOn(f"oauth/url answers {told(answer)}")
        back = consent(answer.json["oauthUrl"])
        return {name: back[name] for name in ("code", "state") if name in back}

    def hub_call(self, method: str, path: str, body: Any = None, *, token: str = "") -> Answer:
        """Call the platform as its administrator, with an instance's token where given."""
        secrets = self.hub.secrets
        authorization = (
            f"User {secrets['userSecret']}, Organization {secrets['organizationSecret']}"
        )
        if token:
            authorization += f", Element {token}"
        return call(method, self.hub.api + path, authorization=authorization, body=body)

    def instances(self) -> int:
        """Return how many instances there are."""
        answer = self.hub_call("GET", "/instances/count")
        if answer.status != 200:
            raise CannotGoOn(f"the instances cannot be counted: {told(answer)}")
        return int(answer.json["totalInstances"])

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        """Call a resource of the instance."""
        url = f"/hubs/{self.element.hub}{path}"
        return self.hub_call(method, url, body, token=self.token)

    def list_records(self, query: dict[str, str]) -> Answer:
        """Call the element's first list."""
        operation, held = self.first_list()
        asked = {**held, **query}
        return self.call("GET", operation.path + (f"?{urlencode(asked)}" if asked else ""))

    def first_list(self) -> tuple[Operation, dict[str, str]]:
        """Return the list that an element is examined by, with the query that it needs.

        The first whose records can be created too, else the first at all: in the order of the
        definition, which begins with what matters most.
        """
        lists = [
            one
            for one in self.element.operations
            if one.is_list and one.type == "api" and "{" not in one.path and one.examples
        ]
        if not lists:
            raise CannotGoOn("no list has an example")
        creating = {one.path for one in self.element.operations if one.method == "POST"}
        chosen = next((one for one in lists if one.path in creating), lists[0])
        query = chosen.examples[0].query
        return chosen, {k: v for k, v in query.items() if k not in _SHAPING}

    def run(self, operation: Operation, example: Example) -> Answer:
        """Call an example, after those that save what it names."""
        needed = names_in(example.path_values) | names_in(example.query) | names_in(example.body)
        for name in sorted(needed - set(self.saved)):
            found = self._saving(name)
            if found is not None:
                self.run(*found)
        path = address(operation, example, self.saved)
        answer = self.call(operation.method, path, body_of(example, self.saved))
        if example.saves is not None and answer.status == 200:
            self.saved[example.saves] = id_of(answer.json)
        return answer

    def _saving(self, name: str) -> tuple[Operation, Example] | None:
        for operation in self.element.operations:
            for example in operation.examples:
                if example.saves == name:
                    return operation, example
        return None

    def make_up(self, count: int) -> None:
        """Let the sandbox make up records of the first list, where it can of their kind."""
        operation, _ = self.first_list()
        for path in (operation.path, operation.vendor_path):
            name = path.partition("?")[0].strip("/").rsplit("/", 1)[-1]
            url = f"{self.sandbox_url}/_sim/{self.element.vendor}/seed"
            if call("POST", url, body={name: count}).status == 200:
                return

    def order(self, name: str, body: Any = None) -> Any:
        """Order something of the vendor's sandbox, or read what it tells (no body)."""
        method = "GET" if body is None else "POST"
        url = f"{self.sandbox_url}/_sim/{self.element.vendor}/{name}"
        answer = call(method, url, body=body)
        if answer.status != 200:
            raise CannotGoOn(f"the sandbox refuses {name}: {told(answer)}")
        return answer.json


def told(answer: Answer) -> str:
    """Return a status with the message that came with it."""
    said = answer.json
    message = said.get("message") if isinstance(said, dict) else None
    return f"{answer.status} {str(message)[:120]}" if message else str(answer.status)
