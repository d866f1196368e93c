"""The Authorization header, by a table."""

import pytest

from valence.domain import (
    CallerSecrets,
    Secret,
    Unauthenticated,
    new_request_id,
    parse_authorization,
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("User u, Organization o", CallerSecrets(user="u", organization="o")),
        ("Organization o,User u,Element e", CallerSecrets("u", "o", "e")),
        ("user u , ORGANIZATION o , token e", CallerSecrets("u", "o", "e")),
        ("User a+/=, Element x+/==", CallerSecrets(user="a+/=", element="x+/==")),
        ("Bearer b", CallerSecrets(bearer="b")),
    ],
)
def test_a_header_is_taken_apart(header: str, expected: CallerSecrets) -> None:
    """Any order, any case of the kinds."""
    assert parse_authorization(header) == expected


@pytest.mark.parametrize(
    "header",
    ["", "User", "User u,", "User u, User v", "Basic YQ==", "UserId 5", "u", "Element e, Token f"],
)
def test_a_malformed_header_is_refused(header: str) -> None:
    """401, without a word of what was sent."""
    with pytest.raises(Unauthenticated) as refused:
        parse_authorization(header)
    assert refused.value.code == "malformed-authorization"


def test_secrets_do_not_show() -> None:
    """In no repr, text or format."""
    secret = Secret("hidden-word")
    shown = f"{secret} {secret!r} {CallerSecrets(user='hidden-word')!r}"
    assert "hidden-word" not in shown
    assert secret.reveal() == "hidden-word"


def test_request_ids_begin_with_the_time_and_differ() -> None:
    """24 hexadecimal characters."""
    ids = {new_request_id(1_700_000_000_000) for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 24 and one.startswith("6553f100") for one in ids)
