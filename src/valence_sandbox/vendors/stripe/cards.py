"""Cards: what is wrong with a number, and what is kept of one.

Source: https://stripe.com/docs/testing for numbers that are declined,
https://stripe.com/docs/error-codes for what is said of a faulty one."""

from typing import Any

from valence_sandbox.store import Record
from valence_sandbox.vendors.stripe.refused import card_refused

_DECLINED = {
    "4000000000000002": ("card_declined", "Your card was declined."),
    "4000000000000069": ("expired_card", "Your card has expired."),
    "4000000000000127": ("incorrect_cvc", "Your card's security code is incorrect."),
    "4000000000000119": ("processing_error", "An error occurred while processing your card."),
}
_BRANDS = (
    ("4", "Visa"),
    ("5", "MasterCard"),
    ("34", "American Express"),
    ("37", "American Express"),
)
_ADDRESS = ("city", "country", "line1", "line2", "state", "zip")


def card(given: Record, card_id: str, *, customer: str | None, year: int) -> Record:
    """Return the card that was given, as it is kept. Raises Refusal."""
    number = given["number"].replace(" ", "").replace("-", "")
    if not (number.isdecimal() and 12 <= len(number) <= 19 and _is_sound(number)):
        raise card_refused("Your card number is incorrect.", "incorrect_number", param="number")
    check_expiry(given, year=year)
    cvc = given.get("cvc")
    if cvc is not None and not (cvc.isdecimal() and len(cvc) in (3, 4)):
        raise card_refused("Your card's security code is invalid.", "invalid_cvc", param="cvc")
    if number in _DECLINED:
        code, message = _DECLINED[number]
        raise card_refused(message, code)
    brand = next((name for start, name in _BRANDS if number.startswith(start)), "Unknown")
    return {
        "id": card_id,
        "object": "card",
        **{f"address_{name}": given.get(f"address_{name}") for name in _ADDRESS},
        "address_zip_check": None,
        "brand": brand,
        "country": "US",
        "customer": customer,
        "cvc_check": "pass" if cvc else None,
        "dynamic_last4": None,
        "exp_month": given["exp_month"],
        "exp_year": given["exp_year"],
        "fingerprint": f"{int(number) % 16**16:016x}",
        "funding": "credit",
        "last4": number[-4:],
        "metadata": given.get("metadata") or {},
        "name": given.get("name"),
        "tokenization_method": None,
    }


def check_expiry(given: dict[str, Any], *, year: int) -> None:
    """Refuse a month that is none and a year that is over. Raises Refusal."""
    month, until = given.get("exp_month"), given.get("exp_year")
    if month is not None and not 1 <= month <= 12:
        raise card_refused(
            "Your card's expiration month is invalid.", "invalid_expiry_month", param="exp_month"
        )
    if until is not None and not year <= until <= year + 50:
        raise card_refused(
            "Your card's expiration year is invalid.", "invalid_expiry_year", param="exp_year"
        )


def _is_sound(number: str) -> bool:
    """Tell whether the check digit is right (ISO/IEC 7812-1, annex B)."""
    total = 0
    for position, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + position % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
