"""One suite over every collection of REST v1: a row of the table says what it can do."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.sandbox.conftest import Vendor

LATE = "2100-01-01T00:00:00.000Z"
EMAIL = {"email_addresses": [{"email": "a@b.example", "field": "EMAIL1"}]}
APPOINTMENT = {"title": "Zed", "start_date": LATE, "end_date": LATE, "contact_id": 6}
TASK = {"title": "Zed", "due_date": LATE, "contact": {"id": 6}, "priority": 2}
NOTE = {"title": "Zed", "contact_id": 6}
FILE = {
    "file_name": "zed.png", "file_data": "aGVsbG8=", "file_association": "COMPANY",
    "is_public": True,
}  # fmt: skip
OPPORTUNITY = {"opportunity_title": "Zed", "contact": {"id": 6}, "stage": {"id": 22}}
ORDER = {
    "contact_id": 6, "order_title": "Zed", "order_date": LATE, "order_type": "Online",
    "order_items": [{"product_id": 6, "quantity": 2}],
}  # fmt: skip
MAIL = {"sent_to_address": "zed@b.example", "contact_id": 6, "sent_date": LATE}


@dataclass(frozen=True)
class Row:
    """What a collection can do, and the values to try it with.

    `filters` are (query, how many of the seeded records and the created one it finds).
    """

    key: str
    path: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    status: int = 201
    seeded: int = 5
    change: dict[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    wrong: tuple[dict[str, Any], ...] = ()
    filters: tuple[tuple[str, int], ...] = ()
    bad: tuple[str, ...] = ()
    verbs: frozenset[str] = frozenset({"create", "read", "patch", "delete"})
    replaces: bool = False
    title: str = ""

    @property
    def root(self) -> str:
        return f"/v1/{self.path or self.key}"


def verbs(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROWS = [
    Row(
        "contacts",
        body=EMAIL,
        seeded=2,
        change={"family_name": "Zed"},
        wrong=({"given_name": 5}, {"owner_id": "x"}, {"custom_fields": 5}),
        filters=(
            ("email=JOE@gmail.com", 1),
            ("given_name=kelly", 1),
            ("family_name=Gold", 1),
            (f"since={LATE}", 0),
            (f"until={LATE}", 3),
        ),
        bad=("order=x", "order_direction=UP", "since=x", "until=x"),
        title="Contact",
    ),
    Row(
        "companies",
        body={"company_name": "Zed & Co"},
        seeded=1,
        change={"website": "https://z.example"},
        required=("company_name",),
        wrong=({"website": 5}, {"address": {"region": "AZ"}}),
        filters=(("company_name=zed %26 co", 1), ("company_name=x", 0)),
        bad=("order=x", "order_direction=UP"),
        verbs=verbs("create read patch"),
        title="Company",
    ),
    Row(
        "appointments",
        body=APPOINTMENT,
        change={"location": "Shop"},
        required=("title", "start_date", "end_date"),
        wrong=({"start_date": "x"}, {"remind_time": 7}, {"contact_id": "x"}),
        filters=(("contact_id=32", 2), (f"since={LATE}", 1), ("until=2099-01-01T00:00:00Z", 5)),
        bad=("contact_id=x", "since=x"),
        replaces=True,
        title="Appointment",
    ),
    Row(
        "tasks",
        body=TASK,
        status=200,
        change={"description": "more"},
        required=("title", "due_date"),
        wrong=({"priority": 4}, {"priority": 0}, {"contact": {"id": 99}}, {"completed": "yes"}),
        filters=(
            ("completed=true", 1),
            ("completed=false", 5),
            ("contact_id=32", 2),
            ("has_due_date=true", 6),
            ("has_due_date=false", 0),
            ("user_id=1", 6),
            ("user_id=2", 0),
            (f"since={LATE}", 0),
            (f"until={LATE}", 6),
        ),
        bad=("completed=maybe", "contact_id=x", "until=x", "has_due_date=2", "user_id=x"),
        replaces=True,
        title="Task",
    ),
    Row(
        "notes",
        body=NOTE,
        change={"body": "more"},
        required=("contact_id",),
        wrong=({"type": "Shout"}, {"contact_id": 99}, {"title": "", "body": ""}),
        filters=(("contact_id=6", 4), ("user_id=1", 6), ("user_id=2", 0)),
        bad=("contact_id=x", "user_id=x"),
        replaces=True,
        title="Note",
    ),
    Row(
        "files",
        body=FILE,
        status=200,
        required=("file_name", "file_data", "file_association", "is_public"),
        wrong=(
            {"file_data": "not base64"},
            {"file_association": "ME"},
            {"file_association": "CONTACT"},
            {"is_public": "x"},
        ),
        filters=(
            ("name=zed.png", 1),
            ("name=invoice*", 5),
            ("name=*.png", 1),
            ("name=*voice-1*", 1),
            ("permission=USER", 5),
            ("permission=COMPANY", 1),
            ("permission=BOTH", 6),
            ("viewable=PUBLIC", 2),
            ("viewable=PRIVATE", 4),
            ("type=Image", 1),
            ("contact_id=6", 0),
        ),
        bad=("permission=x", "viewable=x", "type=x", "contact_id=x"),
        verbs=verbs("create read delete"),
        replaces=True,
        title="File",
    ),
    Row(
        "opportunities",
        body=OPPORTUNITY,
        change={"opportunity_notes": "more"},
        required=("opportunity_title", "contact", "stage"),
        wrong=({"stage": {"id": 99}}, {"contact": {"id": 99}}, {"user": {"id": 99}}),
        filters=(
            ("stage_id=18", 4),
            ("stage_id=22", 1),
            ("user_id=1", 5),
            ("search_term=catering", 5),
            ("search_term=kelly@example", 2),
        ),
        bad=("order=x", "stage_id=x", "user_id=x"),
        verbs=verbs("create read patch"),
        title="Opportunity",
    ),
    Row(
        "orders",
        body=ORDER,
        required=("contact_id", "order_title", "order_date", "order_type", "order_items"),
        wrong=(
            {"order_type": "x"},
            {"contact_id": 99},
            {"order_items": [{"product_id": 99, "quantity": 1}]},
            {"order_items": [{"product_id": 1, "quantity": 0}]},
            {"order_items": [{"product_id": 1, "quantity": 1, "price": "-1"}]},
        ),
        filters=(
            ("paid=true", 3),
            ("paid=false", 3),
            ("contact_id=32", 2),
            ("product_id=6", 1),
            (f"since={LATE}", 1),
            ("until=2099-01-01T00:00:00Z", 5),
        ),
        bad=("paid=x", "product_id=x", "order=x", "since=x"),
        verbs=verbs("create read delete"),
        title="Order",
    ),
    Row(
        "transactions",
        seeded=7,
        filters=(("contact_id=6", 4), (f"since={LATE}", 0), (f"until={LATE}", 7)),
        bad=("contact_id=x", "until=x"),
        verbs=verbs("read"),
        title="Transaction",
    ),
    Row(
        "products",
        body={"product_name": "Zed", "product_price": 2.5, "active": False},
        seeded=6,
        change={"sku": "Z"},
        required=("product_name",),
        wrong=({"product_price": "x"}, {"active": 2}),
        filters=(("active=true", 5), ("active=false", 2)),
        bad=("active=x",),
        title="Product",
    ),
    Row(
        "subscriptions",
        body={"contact_id": 6, "subscription_plan_id": 1},
        seeded=1,
        required=("contact_id",),
        wrong=({"subscription_plan_id": 9}, {"quantity": 0}, {"first_bill_date": "2000-01-01"}),
        filters=(("contact_id=32", 1), ("contact_id=6", 1)),
        bad=("contact_id=x",),
        verbs=verbs("create"),
    ),
    Row(
        "emails",
        body=MAIL,
        required=("sent_to_address",),
        wrong=({"original_provider": "PIGEON"}, {"sent_date": "x"}),
        filters=(
            ("email=zed@b.example", 1),
            ("contact_id=32", 2),
            (f"since_sent_date={LATE}", 1),
            (f"since_sent_date=2000-01-01T00:00:00Z&until_sent_date={LATE}", 6),
        ),
        bad=("contact_id=x", "since_sent_date=x", f"until_sent_date={LATE}", "ordered=x"),
        verbs=verbs("create read delete"),
        title="Email",
    ),
    Row(
        "tags",
        body={"name": "Zed", "category": {"id": 1}},
        status=200,
        seeded=2,
        required=("name",),
        wrong=({"category": {"id": 9}}, {"name": 5}),
        filters=(("name=zed", 1), ("category=1", 3), ("category=2", 0)),
        bad=("category=x",),
        verbs=verbs("create read"),
        title="Tag",
    ),
    Row(
        "affiliates",
        body={"code": "ZED", "contact_id": 6, "password": "p", "name": "Zed", "parent_id": 1},
        seeded=2,
        required=("code", "contact_id", "password"),
        wrong=({"status": "x"}, {"contact_id": 99}),
        filters=(
            ("code=ZED", 1),
            ("contact_id=32", 1),
            ("name=zed", 1),
            ("parent_id=1", 1),
            ("program_id=2", 1),
            ("status=active", 2),
        ),
        bad=("status=x", "order=x", "order_direction=x"),
        verbs=verbs("create read"),
        title="Affiliate",
    ),
    Row(
        "commissions",
        "affiliates/commissions",
        filters=(("affiliateId=1", 3), (f"since={LATE}", 0), (f"until={LATE}", 5)),
        bad=("affiliateId=x", "order=x", "order_direction=x", "since=x"),
        verbs=verbs(""),
    ),
    Row(
        "programs",
        "affiliates/programs",
        seeded=2,
        filters=(("affiliate_id=1", 1),),
        bad=("affiliate_id=x", "order=x"),
        verbs=verbs(""),
    ),
    Row(
        "redirects",
        "affiliates/redirectlinks",
        seeded=2,
        filters=(("affiliate_id=2", 1),),
        bad=("affiliate_id=x", "order=x"),
        verbs=verbs(""),
    ),
    Row(
        "clawbacks",
        "affiliates/1/clawbacks",
        seeded=1,
        filters=((f"since={LATE}", 0), (f"until={LATE}", 1)),
        bad=("since=x", "order=x"),
        verbs=verbs(""),
    ),
    Row(
        "payments",
        "affiliates/2/payments",
        seeded=1,
        filters=((f"since={LATE}", 0), (f"until={LATE}", 1)),
        bad=("until=x", "order=x"),
        verbs=verbs(""),
    ),
    Row(
        "campaigns",
        seeded=2,
        filters=(("search_text=welc", 1),),
        bad=("order=x", "order_direction=x"),
        verbs=verbs("read"),
        title="Campaign",
    ),
    Row(
        "users",
        body={"email": "zed@b.example", "given_name": "Zed", "partner": True},
        seeded=1,
        required=("email", "given_name"),
        wrong=({"admin": "x"}, {"email": "owner@bakery.example"}),
        filters=(("include_partners=false", 1), ("include_inactive=false", 2)),
        bad=("include_inactive=x",),
        verbs=verbs("create"),
    ),
]


def each(verb: str) -> list[Any]:
    return [pytest.param(row, id=row.path or row.key) for row in ROWS if verb in row.verbs]


ALL = [pytest.param(row, id=row.path or row.key) for row in ROWS]


def made(vendor: Vendor, row: Row) -> dict[str, Any]:
    answer = vendor.call("POST", row.root, json=row.body)
    assert answer.status_code == row.status, answer.text
    whole: dict[str, Any] = answer.json()
    return dict(whole.get("file_descriptor", whole))


@pytest.mark.parametrize("row", ALL)
def test_a_list_is_an_envelope_with_the_count_of_all(row: Row, vendor: Vendor) -> None:
    """Absolute neighbours, a slash before the question mark, and every seeded record."""
    answer = vendor.call("GET", row.root).json()
    assert answer["count"] == len(answer[row.key]) == row.seeded
    slash = "" if row.root.count("/") > 3 else "/"
    assert answer["next"].startswith(f"{vendor.url}/crm/rest{row.root}{slash}?limit=")
    assert answer["previous"].startswith(f"{vendor.url}/crm/rest{row.root}{slash}?limit=")


@pytest.mark.parametrize("row", ALL)
def test_pages_lose_and_repeat_nothing(row: Row, vendor: Vendor) -> None:
    """Walked two at a time, and once more, they are the list itself."""
    if "create" in row.verbs:
        made(vendor, row)
    whole = vendor.call("GET", row.root).json()
    for _ in range(2):
        walked: list[Any] = []
        while page := vendor.call(
            "GET", row.root, params={"limit": 2, "offset": len(walked)}
        ).json()[row.key]:
            assert len(page) <= 2
            walked += page
        assert walked == whole[row.key]


@pytest.mark.parametrize("row", ALL)
def test_bad_parameters_are_refused_and_unknown_ones_ignored(row: Row, vendor: Vendor) -> None:
    """400 with a message that names the parameter; 200 with the same list."""
    for query in ("limit=x", "offset=x", "limit=-1", "offset=-1", *row.bad):
        answer = vendor.call("GET", f"{row.root}?{query}")
        assert answer.status_code == 400, query
        assert query.partition("=")[0] in answer.json()["message"]
    ignored = vendor.call("GET", f"{row.root}?nonsense=1").json()
    assert ignored["count"] == row.seeded


@pytest.mark.parametrize("row", [row for row in ALL if row.values[0].filters])
def test_filters_filter(row: Row, vendor: Vendor) -> None:
    """Each finds exactly what fits, of the seeded records and a new one."""
    if "create" in row.verbs:
        made(vendor, row)
    for query, expected in row.filters:
        answer = vendor.call("GET", f"{row.root}?{query}").json()
        assert (query, answer["count"], len(answer[row.key])) == (query, expected, expected)


@pytest.mark.parametrize("row", each("create"))
def test_what_is_created_is_listed(row: Row, vendor: Vendor) -> None:
    """With an id of its own and what the body said."""
    stored = made(vendor, row)
    listed = {one["id"]: one for one in vendor.call("GET", row.root).json()[row.key]}
    assert len(listed) == row.seeded + 1
    assert stored["id"] in listed


@pytest.mark.parametrize("row", each("create"))
def test_what_breaks_a_rule_is_refused_and_not_kept(row: Row, vendor: Vendor) -> None:
    """What is required and missing, empty or null; what has the wrong kind or an unknown word."""
    bodies = [{k: v for k, v in row.body.items() if k != name} for name in row.required]
    bodies += [{**row.body, name: None} for name in row.required]
    bodies += [{**row.body, **wrong} for wrong in row.wrong]
    for body in bodies:
        answer = vendor.call("POST", row.root, json=body)
        assert (answer.status_code, list(answer.json())) == (400, ["message"]), body
    for text in ("[]", "{", "5"):
        assert vendor.call("POST", row.root, data=text).status_code == 400
    assert vendor.call("GET", row.root).json()["count"] == row.seeded


@pytest.mark.parametrize("row", each("read"))
def test_one_record_is_read(row: Row, vendor: Vendor) -> None:
    """By its id; an unknown one is 404 in the vendor's words, a bad one 400."""
    known = vendor.call("GET", row.root).json()[row.key][0]["id"]
    answer = vendor.call("GET", f"{row.root}/{known}").json()
    assert answer.get("file_descriptor", answer)["id"] == known
    missing = vendor.call("GET", f"{row.root}/999")
    assert missing.status_code == 404
    assert missing.json() == {"message": f"Unable to find this {row.title}"}
    assert vendor.call("GET", f"{row.root}/x1").status_code == (404 if row.key == "tasks" else 400)


@pytest.mark.parametrize("row", each("patch"))
def test_a_patch_changes_what_it_names(row: Row, vendor: Vendor) -> None:
    """And nothing else, but for the time of the change."""
    path = f"{row.root}/{made(vendor, row)['id']}"
    before = vendor.call("GET", path).json()
    after = vendor.call("PATCH", path, json=row.change)
    assert after.status_code == 200
    changed = {
        name
        for name in before
        if after.json()[name] != before[name]
        and not name.startswith(("last_updated", "modification_date"))
    }
    assert changed == set(row.change)
    assert vendor.call("GET", path).json() == after.json()
    assert vendor.call("PATCH", f"{row.root}/999", json=row.change).status_code == 404
    for wrong in row.wrong:
        assert vendor.call("PATCH", path, json=wrong).status_code == 400, wrong


@pytest.mark.parametrize("row", [row for row in ALL if row.values[0].replaces])
def test_a_put_replaces(row: Row, vendor: Vendor) -> None:
    """What the body leaves out is gone; what is required must be there again."""
    known = vendor.call("GET", row.root).json()[row.key][0]["id"]
    path = f"{row.root}/{known}"
    answer = vendor.call("PUT", path, json=row.body)
    assert answer.status_code == 200
    stored, fresh = answer.json(), vendor.call("POST", row.root, json=row.body).json()
    stored, fresh = (one.get("file_descriptor", one) for one in (stored, fresh))
    ignored = ("id", "date", "last", "creation", "modification", "download", "remote_file")
    assert {k: v for k, v in stored.items() if not k.startswith(ignored)} == {
        k: v for k, v in fresh.items() if not k.startswith(ignored)
    }
    assert stored["id"] == known
    for name in row.required:
        body = {k: v for k, v in row.body.items() if k != name}
        assert vendor.call("PUT", path, json=body).status_code == 400
    assert vendor.call("PUT", f"{row.root}/999", json=row.body).status_code == 404


@pytest.mark.parametrize("row", each("delete"))
def test_what_is_deleted_is_gone(row: Row, vendor: Vendor) -> None:
    """204 without a body, then 404; the list is as before."""
    path = f"{row.root}/{made(vendor, row)['id']}"
    answer = vendor.call("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert vendor.call("GET", path).status_code == 404
    assert vendor.call("DELETE", path).status_code == 404
    assert vendor.call("GET", row.root).json()["count"] == row.seeded


@pytest.mark.parametrize(
    "row", [row for row in ALL if row.values[0].verbs and "delete" not in row.values[0].verbs]
)
def test_what_cannot_be_deleted_is_not(row: Row, vendor: Vendor) -> None:
    """405 in JSON where the path is known for another verb, HTML 404 where it is not."""
    answer = vendor.call("DELETE", f"{row.root}/1")
    assert answer.status_code == (405 if "read" in row.verbs else 404)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("contacts?order=firstName", [6, 32]),
        ("contacts?order=name&order_direction=DESCENDING", [32, 6]),
        ("contacts?order=email&order_direction=DESCENDING", [32, 6]),
        ("contacts?order=last_updated&order_direction=DESCENDING", [6, 32]),
        ("orders", [5, 4, 3, 2, 1]),
        ("orders?order=order_date", [5, 4, 3, 2, 1]),
        ("orders?order=update_date&limit=2", [5, 4]),
        ("opportunities?order=next_action", [1, 2, 3, 4, 5]),
        ("opportunities?order=contact_name", [1, 3, 5, 2, 4]),
        ("opportunities?order=opportunity_name", [1, 2, 3, 4, 5]),
        ("tasks?order=due_date", [1, 2, 3, 4, 5]),
        ("tasks?order=priority", [1, 4, 2, 5, 3]),
        ("tasks?order=unheard_of", [1, 2, 3, 4, 5]),
        ("affiliates?order=name&order_direction=DESCENDING", [2, 1]),
        ("affiliates/programs?order=priority&order_direction=DESCENDING", [2, 1]),
        ("campaigns?order=name&order_direction=DESCENDING", [2, 1]),
        ("emails?ordered=true", [1, 2, 3, 4, 5]),
        ("emails?ordered=false", [1, 2, 3, 4, 5]),
    ],
)
def test_orders_put_ties_by_id(query: str, ids: list[int], vendor: Vendor) -> None:
    """Newest first for orders; ascending unless told otherwise; ties by ascending id."""
    answer = vendor.call("GET", f"/v1/{query}").json()
    rows = next(value for value in answer.values() if isinstance(value, list))
    assert [row["id"] for row in rows] == ids


def test_commissions_are_ordered_by_the_day_they_were_earned(vendor: Vendor) -> None:
    """Both ways."""
    root = "/v1/affiliates/commissions?order=DATE_EARNED"
    up = vendor.call("GET", root).json()["commissions"]
    down = vendor.call("GET", f"{root}&order_direction=DESCENDING").json()["commissions"]
    assert [row["date_earned"] for row in up] == sorted(row["date_earned"] for row in down)
    assert up == down[::-1]
