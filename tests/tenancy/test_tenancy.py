"""Who calls, by which secrets, and signed in how."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import FixedClock
from valence.domain import (
    CallerSecrets,
    Conflict,
    InvalidRequest,
    NotFound,
    TooManyRequests,
    Unauthenticated,
)
from valence.settings import Settings
from valence.storage import Database, Revisions
from valence.tenancy import Bootstrapped, Callers, OAuthApps, Tenancy, check_policy
from valence.vault import Vault

EMAIL, PASSWORD = "Ada@Example.org", "Str0ng-enough!"


@dataclass
class House:
    tenancy: Tenancy
    callers: Callers
    apps: OAuthApps
    clock: FixedClock
    made: Bootstrapped

    @property
    def secrets(self) -> CallerSecrets:
        return CallerSecrets(
            user=self.made.user_secret.reveal(),
            organization=self.made.organization_secret.reveal(),
        )


@pytest.fixture
async def house(database: Database, settings: Settings, clock: FixedClock, tmp_path: Path) -> House:
    vault = await Vault.open(settings, database, clock=clock)
    revisions = Revisions(database, tmp_path / "run" / "revisions")
    tenancy = Tenancy(database, vault, clock=clock, revisions=revisions, session_hours=1)
    callers = Callers(database, vault, clock=clock, revisions=revisions)
    made = await tenancy.bootstrap(email=EMAIL, password=PASSWORD)
    return House(tenancy, callers, OAuthApps(database, vault, clock=clock), clock, made)


async def test_the_first_tenant_has_id_2(house: House) -> None:
    """Id 1 belongs to the system, as whom nobody can log in."""
    made = house.made
    assert (made.organization_id, made.account_id, made.user_id) == (2, 2, 2)
    with pytest.raises(Unauthenticated):
        await house.tenancy.log_in("system", "!", address="a")


async def test_secrets_name_their_user(house: House) -> None:
    """User with Organization, or User with an Element token; the answer is remembered."""
    assert house.callers.authenticated(house.secrets) is None
    principal = await house.callers.authenticate(house.secrets)
    assert principal.user_id == 2
    assert house.callers.authenticated(house.secrets) == principal
    alone = CallerSecrets(user=house.secrets.user, element="t")
    assert await house.callers.authenticate(alone) == principal


@pytest.mark.parametrize(
    "wrong",
    [
        CallerSecrets(),
        CallerSecrets(organization="o"),
        CallerSecrets(user="u", organization="o"),
        CallerSecrets(bearer="b"),
        CallerSecrets(element="t"),
    ],
    ids=lambda secrets: str(
        [n for n in ("user", "organization", "bearer", "element") if getattr(secrets, n)]
    ),
)
async def test_wrong_secrets_name_nobody(wrong: CallerSecrets, house: House) -> None:
    """Absent and unknown secrets are refused alike."""
    with pytest.raises(Unauthenticated):
        await house.callers.authenticate(wrong)


async def test_user_and_organization_belong_together(house: House) -> None:
    """A user's secret with another organization's is refused; so is a user's alone."""
    other = await house.tenancy.bootstrap(email="b@example.org", password="An0ther-one!")
    mixed = CallerSecrets(user=house.secrets.user, organization=other.organization_secret.reveal())
    for wrong in (mixed, CallerSecrets(user=house.secrets.user)):
        with pytest.raises(Unauthenticated):
            await house.callers.authenticate(wrong)


async def test_one_email_one_user(house: House) -> None:
    """The e-mail is compared without case, and nothing is left of the refused attempt."""
    with pytest.raises(Conflict):
        await house.tenancy.bootstrap(email=EMAIL.lower(), password=PASSWORD)


@pytest.mark.parametrize("email", ["", "ada", "@x", "ada@", "a b@c.d"])
async def test_an_email_must_look_like_one(email: str, house: House) -> None:
    """What is no address is refused."""
    with pytest.raises(InvalidRequest):
        await house.tenancy.bootstrap(email=email, password=PASSWORD)


async def test_a_login_gives_a_bearer_token_that_ends(house: House) -> None:
    """It authenticates, sets the login date, expires, and ends at a logout."""
    login = await house.tenancy.log_in(EMAIL.upper(), PASSWORD, address="1.2.3.4")
    assert login.user.last_login_date == "2023-11-14"
    bearer = CallerSecrets(bearer=login.token.reveal())
    assert (await house.callers.authenticate(bearer)).user_id == 2
    house.clock.advance(3601)
    assert house.callers.authenticated(bearer) is None
    with pytest.raises(Unauthenticated):
        await house.callers.authenticate(bearer)
    second = await house.tenancy.log_in(EMAIL, PASSWORD, address="1.2.3.4")
    bearer = CallerSecrets(bearer=second.token.reveal())
    await house.callers.authenticate(bearer)
    await house.tenancy.log_out(second.token.reveal())
    with pytest.raises(Unauthenticated):
        await house.callers.authenticate(bearer)


async def test_failed_logins_are_limited_per_name(house: House) -> None:
    """The eleventh attempt is not looked at; after the window it is; a success forgets."""
    for _ in range(10):
        with pytest.raises(Unauthenticated):
            await house.tenancy.log_in(EMAIL, "wrong", address="1.2.3.4")
    with pytest.raises(TooManyRequests) as refused:
        await house.tenancy.log_in(EMAIL, PASSWORD, address="5.6.7.8")
    assert refused.value.retry_after_seconds is not None
    house.clock.advance(16 * 60)
    await house.tenancy.log_in(EMAIL, PASSWORD, address="1.2.3.4")


async def test_secrets_are_read_back_and_rotated(house: House) -> None:
    """The pair is what was printed once; a rotated secret ends the old one at once."""
    principal = await house.callers.authenticate(house.secrets)
    pair = await house.tenancy.secrets(principal)
    assert pair.user_secret == house.made.user_secret
    assert pair.organization_secret == house.made.organization_secret
    fresh = await house.tenancy.rotate_secret(principal, of_organization=False)
    with pytest.raises(Unauthenticated):
        await house.callers.authenticate(house.secrets)
    again = CallerSecrets(user=fresh.reveal(), organization=house.secrets.organization)
    assert await house.callers.authenticate(again) == principal
    organization = await house.tenancy.rotate_secret(principal, of_organization=True)
    assert (await house.tenancy.secrets(principal)).organization_secret == organization


async def test_a_session_lives_until_it_ends(house: House) -> None:
    """A console session is found by its cookie, expires, and ends when told."""
    login = await house.tenancy.log_in(EMAIL, PASSWORD, address="a")
    cookie, session = await house.tenancy.start_session(login)
    found = await house.tenancy.session(cookie.reveal())
    assert found is not None
    assert found.csrf_token == session.csrf_token
    await house.tenancy.end_session(cookie.reveal())
    assert await house.tenancy.session(cookie.reveal()) is None
    assert await house.tenancy.session("nonsense") is None


async def test_a_new_password_ends_other_logins(house: House) -> None:
    """The bearer token that changed it stays; others and wrong current passwords do not pass."""
    mine = await house.tenancy.log_in(EMAIL, PASSWORD, address="a")
    other = await house.tenancy.log_in(EMAIL, PASSWORD, address="a")
    with pytest.raises(InvalidRequest, match="wrong"):
        await house.tenancy.change_password(
            mine.principal, new="N3w-enough!", current="no", bearer=None
        )
    await house.tenancy.change_password(
        mine.principal, new="N3w-enough!", current=None, bearer=mine.token.reveal()
    )
    await house.callers.authenticate(CallerSecrets(bearer=mine.token.reveal()))
    with pytest.raises(Unauthenticated):
        await house.callers.authenticate(CallerSecrets(bearer=other.token.reveal()))
    await house.tenancy.log_in(EMAIL, "N3w-enough!", address="a")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Ab1!", "at least"),
        ("abcdefg1!", "uppercase"),
        ("ABCDEFG1!", "lowercase"),
        ("Abcdefgh!", "numeric"),
        ("Abcdefgh1", "special character"),
        ("xAda1234!", "first name"),
        ("xByron12!", "last name"),
        ("xcount12!C", "username"),
        ("Abc123!@#", "first that are guessed"),
        ("A" * 129 + "b1!", "at most"),
    ],
)
def test_the_password_policy_names_the_violated_rule(password: str, words: str) -> None:
    """Each rule has the words that clients look for."""
    with pytest.raises(InvalidRequest, match=words):
        check_policy(password, first_name="Ada", last_name="Byron", email="count@x.y", chosen=True)


async def test_oauth_apps_are_stored_sealed(house: House, database: Database) -> None:
    """Stored, listed, not twice under one name, forgotten; no clear text in the table."""
    principal = await house.callers.authenticate(house.secrets)
    values = {
        "element_key": "infusionsoftrest",
        "name": "Main",
        "client_id": "the-client-id",
        "client_secret": "the-client-secret",
        "callback_url": "https://x.example/cb",
    }
    app_id = await house.apps.save(principal, **values)
    (app,) = await house.apps.of(principal, element_key="infusionsoftrest")
    assert app.client_secret.reveal() == "the-client-secret"
    with pytest.raises(Conflict):
        await house.apps.save(principal, **values)
    with pytest.raises(InvalidRequest):
        await house.apps.save(principal, **{**values, "client_id": ""})
    async with database.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM oauth_apps")).all()
    assert b"the-client-secret" not in repr(rows).encode()
    await house.apps.delete(principal, app_id)
    with pytest.raises(NotFound):
        await house.apps.delete(principal, app_id)
