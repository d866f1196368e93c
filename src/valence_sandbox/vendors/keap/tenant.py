"""The data of one Keap account: its collections, its singletons, and who hears of changes."""

import copy
from typing import Any

from valence_sandbox.clock import SandboxClock
from valence_sandbox.store import Collection, Record
from valence_sandbox.vendors.keap import seed
from valence_sandbox.vendors.keap.dates import render
from valence_sandbox.vendors.keap.hooks import Hooks

# What `/_sim/seed` can add to.
SEEDABLE = (
    "contacts", "appointments", "tasks", "notes", "files", "opportunities", "orders", "products",
    "transactions", "emails", "tags",
)  # fmt: skip
# Where the ids of a collection begin, so that seeded and made records are told apart at a glance.
FIRST_IDS = {"contacts": 40, "companies": 60, "tags": 100, "custom_fields": 182}


class Tenant:
    """One account."""

    def __init__(self, name: str, *, clock: SandboxClock) -> None:
        self.name = name
        self._clock = clock
        self.clear()

    def clear(self) -> None:
        """Empty the account and put the usual records into it."""
        self._collections: dict[str, Collection] = {}
        self.applied: dict[int, dict[int, str]] = {}  # contact -> tag -> when
        self.tagged_companies: dict[int, dict[int, str]] = {}  # company -> tag -> when
        self.in_sequence: dict[tuple[int, int], set[int]] = {}  # campaign, sequence -> contacts
        self.product_images: dict[int, Record] = {}
        self.profile: Record = seed.profile()
        self.hooks = Hooks(self._clock)
        seed.plant(self)
        self.hooks.clear()

    def __getitem__(self, name: str) -> Collection:
        """Return a collection by name; one that nobody used yet is empty."""
        if name not in self._collections:
            self._collections[name] = Collection(FIRST_IDS.get(name, 1))
        return self._collections[name]

    @property
    def contacts(self) -> Collection:
        """The contacts."""
        return self["contacts"]

    @property
    def tags(self) -> Collection:
        """The tags."""
        return self["tags"]

    def now_ms(self) -> int:
        """The account's time."""
        return self._clock.now_ms()

    def happened(self, event: str, record_id: int) -> None:
        """Tell the hooks that something happened to a record."""
        self.hooks.note(event, record_id)

    def seed_contacts(self, count: int) -> None:
        """Add that many made-up contacts; no hook hears of them."""
        for number in range(count):
            self.add_contact(seed.made_up_contact(number), is_heard=False)

    def seed(self, name: str, count: int) -> int:
        """Add that many made-up records to a collection and return how many it has then.

        Contacts are made up; of the others the seeded ones are repeated in turn.
        """
        if name == "contacts":
            self.seed_contacts(count)
            return len(self.contacts)
        models = [copy.deepcopy(record) for record in self[name].all()]
        for number in range(count):
            record = copy.deepcopy(models[number % len(models)])
            if "original_provider_id" in record:
                record["original_provider_id"] = f"made-up-{len(self[name]) + 1}"
            record.pop("payment_ids", None)  # payments are of one order
            self[name].add(record)
        return len(self[name])

    def add_contact(
        self, values: Record, *, record_id: int | None = None, is_heard: bool = True
    ) -> Record:
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
        stored = self.contacts.add(record, record_id=record_id)
        if is_heard:
            self.happened("contact.add", stored["id"])
        return stored

    def touch(self, contact: Record) -> None:
        """Note that a contact was changed now."""
        now = self._clock.now_ms() // 1000 * 1000
        contact["last_updated"] = render(now)
        contact["last_updated_utc_millis"] = now
        self.happened("contact.edit", contact["id"])

    def remove_contact(self, contact_id: int) -> None:
        """Delete a contact and its tags."""
        self.contacts.remove(contact_id)
        self.applied.pop(contact_id, None)
        self.happened("contact.delete", contact_id)

    def apply_tag(self, contact_id: int, tag_id: int) -> str:
        """Apply a tag to a contact, or a company, and return Keap's word for what happened."""
        if self.contacts.get(contact_id) is not None:
            holders = self.applied
        elif self["companies"].get(contact_id) is not None:
            holders = self.tagged_companies
        else:
            return "CONTACT_NOT_FOUND"
        if self.tags.get(tag_id) is None:
            return "TAG_ID_NOT_FOUND"
        applied = holders.setdefault(contact_id, {})
        if tag_id in applied:
            return "DUPLICATE"
        applied[tag_id] = render(self._clock.now_ms())
        self.happened("contactGroup.applied", tag_id)
        return "SUCCESS"

    def remove_tag(self, contact_id: int, tag_id: int) -> None:
        """Take a tag off; one that is not there is no error."""
        for holders in (self.applied, self.tagged_companies):
            if holders.get(contact_id, {}).pop(tag_id, None) is not None:
                self.happened("contactGroup.removed", tag_id)
