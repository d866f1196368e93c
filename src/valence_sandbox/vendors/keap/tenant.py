"""The data of one Keap account, and what it is seeded with."""

from typing import Any

from valence_sandbox.clock import SandboxClock
from valence_sandbox.store import Collection, Record
from valence_sandbox.vendors.keap.dates import render

_FIRST_NAMES = ("Ada", "Ben", "Chen", "Dora", "Emil", "Fatou", "Grace", "Hugo", "Ines", "Jun")
_LAST_NAMES = ("Ng", "Okafor", "Silva", "Novak", "Berg", "Diaz", "Khan", "Rossi", "Weber", "Sato")


class Tenant:
    """One account: its collections and singletons."""

    def __init__(self, name: str, *, clock: SandboxClock) -> None:
        self.name = name
        self._clock = clock
        self.clear()

    def clear(self) -> None:
        """Empty the account and put the usual records into it."""
        self.contacts = Collection(first_id=40)
        self.companies = Collection(first_id=60)
        self.tags = Collection(first_id=100)
        self.categories = Collection()
        self.users = Collection()
        self.custom_fields = Collection(first_id=182)
        self.applied: dict[int, dict[int, str]] = {}  # contact -> tag -> when
        self.profile: Record = {
            "name": "Sandbox Bakery",
            "email": "hello@bakery.example",
            "phone": "+1 480 555 0100",
            "phone_ext": None,
            "website": "https://bakery.example",
            "logo_url": None,
            "address": {
                "field": "BILLING",
                "line1": "1 Oven Street",
                "line2": None,
                "locality": "Chandler",
                "region": "Arizona",
                "postal_code": "85226",
                "zip_code": "85226",
                "zip_four": None,
                "country_code": "USA",
            },
            "time_zone": "America/Phoenix",
            "language_tag": "en-US",
            "currency_code": "USD",
            "business_type": "Bakery",
            "business_goals": ["Grow"],
            "business_primary_color": "#36a635",
            "business_secondary_color": "#1f7a3d",
        }
        self._seed()

    def _seed(self) -> None:
        self.users.add(
            {
                "email_address": "owner@bakery.example",
                "given_name": "Olive",
                "family_name": "Baker",
                "middle_name": None,
                "preferred_name": "Olive Baker",
                "status": "Active",
                "partner": False,
                "infusionsoft_id": "owner@bakery.example",
                "global_user_id": 1,
            }
        )
        self.custom_fields.add(
            {"label": "Favourite bread", "field_name": "FavouriteBread", "field_type": "Text"}
        )
        self.categories.add({"name": "Customer Tags", "description": None})
        for number, name in ((91, "Newsletter"), (93, "Nurture")):
            self.tags.add({"name": name, "description": None, "category": 1}, record_id=number)
        self.companies.add({"company_name": "Flour Ltd"}, record_id=56)
        self.add_contact(
            {
                "given_name": "Joe",
                "family_name": "Miller",
                "email_addresses": [{"email": "joe@gmail.com", "field": "EMAIL1"}],
            },
            record_id=6,
        )
        self.add_contact(
            {
                "given_name": "Kelly",
                "family_name": "Gold",
                "email_addresses": [{"email": "kelly@example.com", "field": "EMAIL1"}],
            },
            record_id=32,
        )
        self.apply_tag(32, 91)

    def seed_contacts(self, count: int) -> None:
        """Add that many made-up contacts."""
        for number in range(count):
            first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
            last = _LAST_NAMES[number // len(_FIRST_NAMES) % len(_LAST_NAMES)]
            self.add_contact(
                {
                    "given_name": first,
                    "family_name": last,
                    "email_addresses": [
                        {
                            "email": f"{first}.{last}.{number}@seed.example".lower(),
                            "field": "EMAIL1",
                        }
                    ],
                }
            )

    def add_contact(self, values: Record, *, record_id: int | None = None) -> Record:
        """Store a contact with what Keap adds to it."""
        now = self._clock.now_ms() // 1000 * 1000
        record: dict[str, Any] = {
            "middle_name": None,
            "email_addresses": [],
            "phone_numbers": [],
            "addresses": [],
            "company": None,
            "owner_id": None,
            "email_opted_in": False,
            "email_status": "NonMarketable",
            "ScoreValue": None,
            "source_type": "API",
            "origin": {"date": render(now), "ip_address": "127.0.0.1"},
            **values,
            "date_created": render(now),
            "last_updated": render(now),
            "last_updated_utc_millis": now,
        }
        return self.contacts.add(record, record_id=record_id)

    def touch(self, contact: Record) -> None:
        """Note that a contact was changed now."""
        now = self._clock.now_ms() // 1000 * 1000
        contact["last_updated"] = render(now)
        contact["last_updated_utc_millis"] = now

    def apply_tag(self, contact_id: int, tag_id: int) -> str:
        """Apply a tag and return Keap's word for what happened."""
        if self.contacts.get(contact_id) is None:
            return "CONTACT_NOT_FOUND"
        if self.tags.get(tag_id) is None:
            return "TAG_ID_NOT_FOUND"
        applied = self.applied.setdefault(contact_id, {})
        if tag_id in applied:
            return "DUPLICATE"
        applied[tag_id] = render(self._clock.now_ms())
        return "SUCCESS"
