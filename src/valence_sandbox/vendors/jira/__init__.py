"""A simulated Jira Server 8.5: its REST API version 2, below `/jira`.

`issues.py` first; `jql.py` reads searches, `people.py` and `site.py` have the rest.
Source: https://docs.atlassian.com/software/jira/docs/api/REST/8.5.0/."""

from valence_sandbox.account import Kept
from valence_sandbox.checks import basic_login
from valence_sandbox.identifiers import decimal
from valence_sandbox.quotas import Quota
from valence_sandbox.routing import Handler
from valence_sandbox.vendor import Description
from valence_sandbox.vendors.jira import issues, people, site
from valence_sandbox.vendors.jira.refused import shape
from valence_sandbox.vendors.jira.seed import plant

_API = "rest/api/2"
_ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", "myself"): people.myself,
    ("GET", "search"): issues.search,
    ("POST", "issue"): issues.create,
    ("GET", "issue/*"): issues.read,
    ("PUT", "issue/*"): issues.update,
    ("DELETE", "issue/*"): issues.delete,
    ("GET", "issue/*/comment"): issues.comments,
    ("POST", "issue/*/comment"): issues.add_comment,
    ("GET", "issue/*/comment/*"): issues.read_comment,
    ("PUT", "issue/*/comment/*"): issues.update_comment,
    ("DELETE", "issue/*/comment/*"): issues.delete_comment,
    ("POST", "issue/*/attachments"): issues.attach,
    ("POST", "issue/*/notify"): issues.notify,
    ("GET", "issue/*/properties"): issues.properties,
    ("GET", "issue/*/properties/*"): issues.property_of,
    ("PUT", "issue/*/properties/*"): issues.property_of,
    ("DELETE", "issue/*/properties/*"): issues.property_of,
    ("GET", "attachment/*"): issues.read_attachment,
    ("DELETE", "attachment/*"): issues.delete_attachment,
    ("POST", "user"): people.create,
    ("GET", "user"): people.read,
    ("DELETE", "user"): people.delete,
    ("GET", "user/search"): people.search,
    ("GET", "groups/picker"): people.groups,
    ("GET", "group"): people.group,
    ("GET", "issuetype"): site.all_of("issuetypes"),
    ("POST", "issuetype"): site.create_type,
    ("GET", "issuetype/*"): site.one_of("issuetypes", "issue type"),
    ("PUT", "issuetype/*"): site.update_type,
    ("DELETE", "issuetype/*"): site.delete_type,
    ("GET", "project"): site.projects,
    ("POST", "project"): site.create_project,
    ("GET", "project/*"): site.read_project,
    ("PUT", "project/*"): site.update_project,
    ("DELETE", "project/*"): site.delete_project,
    ("GET", "project/*/avatars"): site.avatars,
    ("GET", "priority"): site.all_of("priorities"),
    ("GET", "priority/*"): site.one_of("priorities", "priority"),
    ("GET", "status"): site.all_of("statuses"),
    ("GET", "status/*"): site.one_of("statuses", "status"),
    ("GET", "projectCategory"): site.all_of("projectcategories"),
    ("GET", "projectCategory/*"): site.one_of("projectcategories", "project category"),
    ("GET", "issuesecurityschemes"): site.all_of(
        "issuesecurityschemes", key="issueSecuritySchemes"
    ),
    ("GET", "issuesecurityschemes/*"): site.one_of("issuesecurityschemes", "security scheme"),
    ("GET", "notificationscheme"): site.notification_schemes,
    ("GET", "notificationscheme/*"): site.one_of("notificationschemes", "notification scheme"),
    ("GET", "permissionscheme"): site.all_of("permissionschemes", key="permissionSchemes"),
    ("GET", "permissionscheme/*"): site.one_of("permissionschemes", "permission scheme"),
    ("GET", "field"): site.all_of("fields"),
    ("POST", "field"): site.create_field,
    ("GET", "worklog/updated"): site.changed_work("worklogs"),
    ("GET", "worklog/deleted"): site.changed_work("deletedworklogs"),
    ("POST", "worklog/list"): site.listed_work,
}


def _user_key(_: str, number: int) -> str:
    return f"JIRAUSER{10_000 + number}"


_NAMED = ("priorities", "statuses", "projectcategories", "issuesecurityschemes", "groups",
          "notificationschemes", "permissionschemes", "fields", "worklogs",
          "deletedworklogs")  # fmt: skip

DESCRIPTION = Description(
    key="jira",
    accounts=("jira",),
    plant=plant,
    routes={
        **{(verb, f"{_API}/{path}"): act for (verb, path), act in _ROUTES.items()},
        ("GET", "secure/attachment/*/*"): issues.download,
    },
    checks=(basic_login(),),
    shape=shape,
    kept={
        "issues": Kept(first_id=10_000, spell=decimal),
        "attachments": Kept(first_id=10_000, spell=decimal),
        "projects": Kept(first_id=10_000, spell=decimal),
        "issuetypes": Kept(first_id=10_000, spell=decimal),
        "users": Kept(spell=_user_key, id_name="key"),
        **{name: Kept(spell=decimal) for name in _NAMED},
    },
    logins={"demo": ("demo", "jira")},
    quotas={"requests": Quota(600, "minute", per="client")},
)
