"""What the site starts with: a project with issues, people, types, and the usual schemes."""

from valence_sandbox.account import Account
from valence_sandbox.bodies import Upload
from valence_sandbox.store import Record
from valence_sandbox.vendors.jira import issues, people, site
from valence_sandbox.vendors.jira.work import shown_user

_BASE = "http://127.0.0.1/jira"
_START_MS = 1_500_000_000_000
_HOUR_MS = 3_600_000
_TEXT = "com.atlassian.jira.plugin.system.customfieldtypes:textfield"
_NAMED: dict[str, tuple[tuple[str, str], ...]] = {
    "priorities": (("1", "Highest"), ("2", "High"), ("3", "Medium"), ("4", "Low"), ("5", "Lowest")),
    "statuses": (("1", "Open"), ("3", "In Progress"), ("4", "Reopened"), ("5", "Resolved")),
    "projectcategories": (("10000", "Kitchen"), ("10001", "Shop")),
    "issuesecurityschemes": (("10000", "Owners only"),),
    "notificationschemes": (("10000", "Default Notification Scheme"), ("10001", "Quiet")),
    "permissionschemes": (("0", "Default Permission Scheme"), ("10000", "Kitchen permissions")),
}
_SYSTEM_FIELDS = ("summary", "description", "status", "issuetype", "project", "priority",
                  "assignee", "reporter", "labels", "components", "fixVersions", "created",
                  "updated")  # fmt: skip
_PEOPLE = (
    ("demo", "Dana Demo"),
    ("joe", "Joe Baker"),
    ("joan", "Joan Baker"),
    ("ann", "Ann Miller"),
)


def plant(account: Account) -> None:
    """Put in what every test and every example finds."""
    for name, rows in _NAMED.items():
        for row_id, title in rows:
            _put(account, name, row_id, title)
    for name in _SYSTEM_FIELDS:
        account["fields"].add(_system_field(name), record_id=name)
    account.state["fields"] = 10_100
    site.custom_field(account, 10_100, {"name": "Oven", "type": _TEXT})
    for name in ("jira-administrators", "jira-software-users"):
        account["groups"].add({"name": name, "members": ["demo"]}, record_id=name)
    users = [
        people.user(
            account,
            {"name": name, "displayName": title, "emailAddress": f"{name}@rye.example"},
            base=_BASE,
        )
        for name, title in _PEOPLE
    ]
    for title in ("Bug", "Task", "Story"):
        said = {"name": title, "description": f"A {title.lower()}"}
        site.issue_type(account, said, base=_BASE)
    for key, title in (("RYE", "Rye bread"), ("CAKE", "Cakes")):
        said = {"key": key, "name": title, "projectTypeKey": "business", "lead": "demo"}
        made = site.project(account, said, base=_BASE)
        made["components"] = [
            {"id": f"{made['id']}1", "name": "Oven"},
            {"id": f"{made['id']}2", "name": "Dough"},
        ]
    _work(account, shown_user(users[0]))
    account.state["at"] = _START_MS
    for number in range(1, 13):
        account.state["at"] = _START_MS + number * _HOUR_MS
        _issue(account, number, shown_user(users[0]))
    _past(account, shown_user(users[0]))
    account.state["at"] = None


def _put(account: Account, name: str, row_id: str, title: str) -> None:
    row: Record = {"self": f"{_BASE}/rest/api/2/{name}/{row_id}", "name": title}
    row["description"] = f"{title}, as it comes"
    if name == "permissionschemes":
        row["hidden"] = {"permissions": [{"id": 1, "permission": "BROWSE_PROJECTS"}]}
    if name == "notificationschemes":
        row["hidden"] = {"notificationSchemeEvents": [{"event": {"id": 1, "name": "Created"}}]}
    account[name].add(row, record_id=row_id)


def _system_field(name: str) -> Record:
    return {
        "name": name.capitalize(),
        "custom": False,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": [name],
        "schema": {"type": "string", "system": name},
    }


def _issue(account: Account, number: int, creator: Record) -> None:
    said = {
        "project": {"key": "RYE" if number % 3 else "CAKE"},
        "issuetype": {"name": ("Bug", "Task")[number % 2]},
        "summary": f"Oven {number} is too hot",
        "description": f"The crust of loaf {number} is black.",
        "assignee": {"name": ("joe", "ann")[number % 2]},
        "customfield_10100": f"Oven model {number}",
    }
    issues.issue(account, said, creator=creator, base=_BASE)


def _past(account: Account, creator: Record) -> None:
    """Put two attachments and an entry of the history to the first issue."""
    first = account["issues"].all()[0]
    for name in ("oven.txt", "crust.txt"):
        upload = Upload("file", name, "text/plain", f"About the {name[:-4]}".encode())
        issues.attachment(account, first, upload, creator=creator, base=_BASE)
    issues.touch(account, first, [issues.change_of("priority", None, None)], creator=creator)


def _work(account: Account, creator: Record) -> None:
    for number in range(3):
        account["worklogs"].add(
            {
                "self": f"{_BASE}/rest/api/2/issue/10000/worklog/{10_300 + number}",
                "author": creator,
                "comment": "Cleaned the oven",
                "started": "2017-07-14T05:00:00.000+0000",
                "timeSpent": "1h",
                "timeSpentSeconds": 3600,
                "issueId": "10000",
                "at": _START_MS + number,
            },
            record_id=str(10_300 + number),
        )
    account["deletedworklogs"].add({"at": _START_MS}, record_id="10200")
