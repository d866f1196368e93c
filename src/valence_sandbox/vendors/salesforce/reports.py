"""Reports: the list, a run, and what a report is made of.

Source: Reports and Dashboards REST API Developer Guide, "Report List", "Execute Sync", "Describe".
A run tells one total over the accounts; nothing is computed beyond it.
"""

from typing import Any

from valence_sandbox.answers import Answer
from valence_sandbox.call import Call
from valence_sandbox.store import Record
from valence_sandbox.vendors.salesforce import org
from valence_sandbox.vendors.salesforce.objects import object_named
from valence_sandbox.vendors.salesforce.sobjects import SObject


def listed(call: Call, root: str) -> Answer:
    """Answer the reports that were looked at last: a bare array of at most 200."""
    return Answer(
        200,
        [
            {
                "id": record["Id"],
                "name": record["Name"],
                "url": f"{root}/analytics/reports/{record['Id']}",
                "describeUrl": f"{root}/analytics/reports/{record['Id']}/describe",
                "instancesUrl": f"{root}/analytics/reports/{record['Id']}/instances",
            }
            for record in org.records(call.account, _report())[:200]
        ],
    )


def run(call: Call, root: str) -> Answer:
    """Answer a report run at once."""
    record = org.live(call.account, _report(), call.path[5])
    account = object_named("Account")
    assert account is not None  # noqa: S101 - a name of the table
    count = len(org.records(call.account, account))
    total = {"label": str(count), "value": count}
    return Answer(
        200,
        {
            "attributes": _attributes(record, root),
            "allData": True,
            "factMap": {"T!T": {"aggregates": [total], "rows": []}},
            "groupingsDown": {"groupings": []},
            "groupingsAcross": {"groupings": []},
            "hasDetailRows": False,
            "reportMetadata": _metadata(record),
        },
    )


def described(call: Call, root: str) -> Answer:
    """Answer what a report is made of."""
    record = org.live(call.account, _report(), call.path[5])
    return Answer(
        200,
        {
            "attributes": _attributes(record, root),
            "reportMetadata": _metadata(record),
            "reportExtendedMetadata": {"aggregateColumnInfo": {}, "detailColumnInfo": {}},
            "reportTypeMetadata": {"categories": []},
        },
    )


def _report() -> SObject:
    found = object_named("Report")
    assert found is not None  # noqa: S101 - a name of the table
    return found


def _attributes(record: Record, root: str) -> dict[str, str]:
    return {
        "reportId": record["Id"],
        "reportName": record["Name"],
        "type": "Report",
        "describeUrl": f"{root}/analytics/reports/{record['Id']}/describe",
    }


def _metadata(record: Record) -> dict[str, Any]:
    return {
        "id": record["Id"],
        "name": record["Name"],
        "developerName": record["DeveloperName"],
        "reportFormat": record["Format"],
        "reportType": {"label": "Accounts", "type": "AccountList"},
        "detailColumns": ["ACCOUNT.NAME"],
        "aggregates": ["RowCount"],
        "reportFilters": [],
    }
