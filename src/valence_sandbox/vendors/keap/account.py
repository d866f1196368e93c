"""The account itself: profile, users, locales, merchants, settings."""

from html import escape

from valence_sandbox.answers import Answer
from valence_sandbox.collections import query_value, stamped
from valence_sandbox.fields import Kind, checked
from valence_sandbox.vendors.keap.call import Call, Refusal
from valence_sandbox.vendors.keap.crud import Routes, Served
from valence_sandbox.vendors.keap.enumerations import COUNTRIES, PROVINCES
from valence_sandbox.vendors.keap.objects import USER, USER_REQUEST, V1

CONTACT_TYPES = ("Lead", "Customer", "Other")
PHONE_TYPES = ("Work", "Home", "Mobile", "Other")
FAX_TYPES = ("Work", "Home", "Other")
SUFFIX_TYPES = ("Jr", "Sr", "I", "II", "III")
TITLE_TYPES = ("Mr", "Mrs", "Ms", "Dr")

USERS = Served(USER, "users")


def read_profile(call: Call) -> Answer:
    """GET /account/profile."""
    return Answer(200, call.tenant.profile)


def write_profile(call: Call) -> Answer:
    """PUT /account/profile."""
    body = call.json()
    known = call.tenant.profile
    known.update({name: value for name, value in body.items() if name in known})
    return Answer(200, known)


def user_info(call: Call) -> Answer:
    """GET /oauth/connect/userinfo."""
    user = call.tenant["users"].all()[0]
    return Answer(
        200,
        {
            "sub": "1",
            "email": user["email_address"],
            "given_name": user["given_name"],
            "family_name": user["family_name"],
            "middle_name": None,
            "preferred_name": user["preferred_name"],
            "global_user_id": 1,
            "infusionsoft_id": user["infusionsoft_id"],
            "is_admin": True,
        },
    )


def list_users(call: Call) -> Answer:
    """GET /users: the inactive and the partners too, unless told otherwise."""
    wants_inactive = _flag(call, "include_inactive")
    wants_partners = _flag(call, "include_partners")
    records = [
        row
        for row in USERS.select(call)
        if (wants_inactive or row["status"] != "Inactive")
        and (wants_partners or not row["partner"])
    ]
    return USERS.page(call, records, "/users/")


def _flag(call: Call, name: str) -> bool:
    text = call.query.get(name) or "true"
    return bool(query_value(name, text, Kind.BOOLEAN, dialect=V1))


def create_user(call: Call) -> Answer:
    """POST /users: invites somebody."""
    values = checked(USER_REQUEST, call.json(), dialect=V1)
    if any(row["email_address"] == values["email_address"] for row in call.tenant["users"].all()):
        raise Refusal(400, "A user with this email address already exists")
    record = {
        **values,
        "status": "Invited",
        "preferred_name": values["given_name"],
        "infusionsoft_id": values["email_address"],
    }
    now = call.tenant.now_ms()
    stored = call.tenant["users"].add(stamped(USER, record, now, is_new=True))
    stored["global_user_id"] = stored["id"]
    call.tenant.happened("user.add", stored["id"])
    return Answer(201, USERS.shown(call, stored))


def signature(call: Call) -> Answer:
    """GET /users/{id}/signature: an HTML snippet as a JSON text."""
    user = USERS.found(call)
    return Answer(200, f"<p>{escape(user['given_name'] or '')}</p>")


def countries(_: Call) -> Answer:
    """GET /locales/countries."""
    return Answer(200, {"countries": COUNTRIES})


def provinces(call: Call) -> Answer:
    """GET /locales/countries/{countryCode}/provinces."""
    if call.path[2] not in PROVINCES:
        raise Refusal(404, "Unable to find this Country")
    return Answer(200, {"provinces": PROVINCES[call.path[2]]})


def default_options(_: Call) -> Answer:
    """GET /locales/defaultOptions."""
    return Answer(
        200,
        {
            "contact_types": list(CONTACT_TYPES),
            "fax_types": list(FAX_TYPES),
            "phone_types": list(PHONE_TYPES),
            "suffix_types": list(SUFFIX_TYPES),
            "title_types": list(TITLE_TYPES),
        },
    )


def merchants(_: Call) -> Answer:
    """GET /merchants."""
    account = {"id": 1, "account_name": "Sandbox Merchant", "is_test": True, "type": "Test"}
    return Answer(200, {"default_merchant_account": 1, "merchant_accounts": [account]})


def is_enabled(_: Call) -> Answer:
    """GET /setting/application/enabled."""
    return Answer(200, {"value": "true"})


def option_types(_: Call) -> Answer:
    """GET /setting/contact/optionTypes."""
    return Answer(200, {"value": ",".join(CONTACT_TYPES)})


def configuration(call: Call) -> Answer:
    """GET /setting/application/configuration."""
    profile = call.tenant.profile
    address = profile["address"] or {}
    activity = {
        "appointment_types": "Call,Email,Appointment",
        "share_opportunity_with_related_user": False,
    }
    stages = list(call.tenant["stages"].all())
    ends = {row["win"]: row["stage_name"] for row in stages if row["end_stage"]}
    open_stages = ",".join(row["stage_name"] for row in stages if not row["end_stage"])
    return Answer(
        200,
        {
            "affiliate": {
                "choose_affiliate": False,
                "commission": {
                    "calculation_type": "Total",
                    "levels": 1,
                    "participant_types": "Affiliate",
                },
                "custom_affiliate_url": None,
                "display_affiliate_ip_address": False,
                "do_not_notify_affiliate": False,
                "skip_pay_if_unused": False,
                "use_referral_history_if_no_tracking_cookie": True,
            },
            "application": {
                "company": {
                    "name": profile["name"],
                    "email": profile["email"],
                    "phone": profile["phone"],
                    "phone_ext": profile["phone_ext"],
                    "website": profile["website"],
                    "web_logo_url": profile["logo_url"],
                    "street_address_1": address.get("line1"),
                    "street_address_2": address.get("line2"),
                    "city": address.get("locality"),
                    "state": address.get("region"),
                    "zip": address.get("zip_code"),
                    "country": address.get("country_code"),
                    "caller_id_number": None,
                },
                "default_view_locale": profile["language_tag"],
                "features_enabled": {"marketing": True},
                "time_zone": profile["time_zone"],
            },
            "appointment": activity,
            "contact": {
                "address_labels": {"line_1": "Street", "line_2": "Street 2", "line_3": "City"},
                "contact_types": ",".join(CONTACT_TYPES),
                "default_new_contact_form": None,
                "disable_contact_edit_in_client_login": False,
                "fax_types": ",".join(FAX_TYPES),
                "phone_types": ",".join(PHONE_TYPES),
                "suffix_types": ",".join(SUFFIX_TYPES),
                "title_types": ",".join(TITLE_TYPES),
            },
            "ecommerce": {
                "credit_card_types": "Visa,MasterCard",
                "currency": profile["currency_code"],
                "default_country": address.get("country_code"),
                "default_merchant": "Sandbox Merchant",
                "payment_types": "Credit Card,Check,Cash",
                "track_inventory": False,
            },
            "email": {"append_contact_key_to_links": False},
            "forms": {"spam_filters_enabled": True},
            "fulfillment": {"default_message_to": None},
            "invoice": {"tax_label": "Tax"},
            "note": activity,
            "opportunity": {
                "default_stage": next(row["stage_name"] for row in stages if row["is_default"]),
                "states": {
                    "active": {"stages": open_stages},
                    "win": {"reasons": "Price,Service", "stage": ends[True]},
                    "loss": {"reasons": "Price,Timing", "stage": ends[False]},
                },
            },
            "task": activity,
            "template": {"default_country_code": 1, "default_user_id": 1},
        },
    )


ROUTES: Routes = {
    ("GET", "account/profile"): read_profile,
    ("PUT", "account/profile"): write_profile,
    ("GET", "oauth/connect/userinfo"): user_info,
    ("GET", "users"): list_users,
    ("POST", "users"): create_user,
    ("GET", "users/*/signature"): signature,
    ("GET", "locales/countries"): countries,
    ("GET", "locales/countries/*/provinces"): provinces,
    ("GET", "locales/defaultOptions"): default_options,
    ("GET", "merchants"): merchants,
    ("GET", "setting/application/enabled"): is_enabled,
    ("GET", "setting/application/configuration"): configuration,
    ("GET", "setting/contact/optionTypes"): option_types,
}
