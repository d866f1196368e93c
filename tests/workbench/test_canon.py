"""What canonical models say of an element's objects."""

from valence.elements import Catalog
from valence.transformations import NO_CANON
from valence.workbench.canon import canon_of

CATALOG = Catalog.load()


def test_a_vendors_words_are_known_by_the_models_and_by_other_vendors() -> None:
    """`family_name` is Keap's for what the model calls last name; here it is HubSpot's."""
    hubspot = canon_of(CATALOG.require("hubspotcrm"), {"contacts"}, others=CATALOG.all())
    for word in ("firstName", "first_name", "given_name", "FirstName"):
        assert hubspot.place(word) == "properties.firstname", word
    assert hubspot.place("family_name") == "properties.lastname"
    assert hubspot.place("colour") is None


def test_a_word_for_two_fields_stands_for_none() -> None:
    """Nothing is guessed; the model's own word for it stands."""
    sfdc = CATALOG.require("sfdc")
    alone = canon_of(sfdc, {"Contact"}, others=())
    assert alone.place("id") == "Id"
    assert alone.place("given_name") is None


def test_an_object_is_known_by_the_vendors_name_too() -> None:
    """In any letter case; one that no model is about says nothing."""
    sfdc = CATALOG.require("sfdc")
    assert canon_of(sfdc, {"contact"}, others=()) == canon_of(sfdc, {"contacts"}, others=())
    assert canon_of(sfdc, {"Invoice__c"}, others=CATALOG.all()) is NO_CANON
