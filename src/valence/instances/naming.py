"""Names and tags of instances as they are kept."""

from valence.domain import InvalidRequest, strip_markup

LONGEST_NAME = 255
LONGEST_TAG = 255
MOST_TAGS = 100


def clean_name(name: str) -> str:
    """Return a name without markup. Raises InvalidRequest: it is empty or too long."""
    cleaned = strip_markup(name)
    if not cleaned:
        raise InvalidRequest("name is missing: an instance needs a name.", code="missing-parameter")
    if len(cleaned) > LONGEST_NAME:
        raise InvalidRequest(f"name must have at most {LONGEST_NAME} characters.")
    return cleaned


def clean_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return tags without markup, each once. Raises InvalidRequest: too many or too long."""
    cleaned = tuple(dict.fromkeys(tag for tag in (strip_markup(tag) for tag in tags) if tag))
    if len(cleaned) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in cleaned):
        raise InvalidRequest(
            f"tags must be at most {MOST_TAGS}, each of at most {LONGEST_TAG} characters."
        )
    return cleaned
