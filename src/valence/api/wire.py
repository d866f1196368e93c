"""Domain values in the wire contract's shapes."""

from collections.abc import Mapping
from typing import Any

from valence.domain import VDR_ADMIN, Call, Element, Instance, iso_seconds
from valence.elements import instance_element_to_wire
from valence.instances import ConfigurationRecord, shown_configuration
from valence.tenancy import Login

Json = dict[str, Any]


def instance_to_wire(
    instance: Instance,
    element: Element,
    *,
    now_ms: int,
    provider_data: Mapping[str, str] | None = None,
) -> Json:
    """Return an instance; `providerData` appears only in the answer to its creation."""
    shown: Json = {
        "id": instance.id,
        "name": instance.name,
        "createdDate": iso_seconds(instance.created_ms),
        "token": instance.token.reveal(),
        "element": instance_element_to_wire(element),
        "elementId": instance.element_id,
        "tags": list(instance.tags),
        "provisionInteractions": [],
        "valid": instance.is_valid,
        "disabled": instance.is_disabled,
        "maxCacheSize": 0,
        "cacheTimeToLive": 0,
    }
    if provider_data is not None:
        shown["providerData"] = dict(provider_data)
    return shown | {
        "configuration": shown_configuration(element, instance),
        "eventsEnabled": instance.events_enabled,
        "traceLoggingEnabled": instance.is_traced(now_ms),
        "cachingEnabled": False,
        "externalAuthentication": instance.external_authentication,
        "user": {
            "id": instance.owner.id,
            "emailAddress": instance.owner.email,
            "firstName": instance.owner.first_name,
            "lastName": instance.owner.last_name,
        },
    }


def light_instance_to_wire(instance: Instance, element: Element) -> Json:
    """Return what `hydrate=false` leaves of an instance."""
    return {
        "id": instance.id,
        "name": instance.name,
        "token": instance.token.reveal(),
        "element": {"id": element.id, "key": element.key, "hub": element.hub},
        "tags": list(instance.tags),
    }


def record_to_wire(record: ConfigurationRecord) -> Json:
    """Return a configuration record."""
    shown: Json = {
        "id": record.id,
        "key": record.key,
        "name": record.name,
        "description": record.description,
    }
    if record.value is not None:
        shown["propertyValue"] = record.value
    return shown | {
        "type": record.type,
        "required": record.is_required,
        "active": True,
        "hideFromConsole": record.is_hidden,
    }


def call_to_wire(call: Call, element: Element | None) -> Json:
    """Return a usage record, in the snake case it has."""
    shown: Json = {
        "user_id": call.user_id,
        "company_id": call.organization_id,
        "account_id": call.account_id,
        "process_time": round(call.duration_us / 1000),
        "traffic_id": call.request_id,
        "request_id": call.request_id,
        "request_status": "success" if call.is_success else "failed",
        "request_ip": call.address,
        "request_uri": f"/elements/api-v2{call.path}" + (f"?{call.query}" if call.query else ""),
        "element_api": call.path.strip("/"),
        "element_key": call.element_key,
        "traffic_date": iso_seconds(call.at_ms),
        "company_external_id": "",
        "company_external_name": "",
    }
    if element is not None:
        shown["element_name"] = element.name
    return shown


def login_to_wire(login: Login) -> Json:
    """Return the answer to a login."""
    user = login.user
    role = user.role
    return {
        "id": user.id,
        "username": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "token": login.token.reveal(),
        "createdDate": iso_seconds(user.created_ms),
        "lastLoginDate": user.last_login_date,
        "organizationId": login.organization.id,
        "organizationName": login.organization.name,
        "accountId": login.account.id,
        "accountName": login.account.name,
        "organizationAdmin": role.value == "org-admin",
        "accountAdmin": login.principal.is_administrator,
        "sysAdmin": False,
        "inIntelligenceRole": False,
        "twoFactor": False,
        "registeredForTwoFactor": False,
        "roles": [
            _role(user.role.value),
            *([_role(VDR_ADMIN)] if user.is_vdr_admin else []),
        ],
    }


def _role(key: str) -> Json:
    names = {
        "default-user": (4, "Default user"),
        "org": (1, "Organization user"),
        "admin": (2, "Account"),
        "org-admin": (3, "Organization administrator"),
        VDR_ADMIN: (5, "Administrator of the system's common resources"),
    }
    number, name = names[key]
    return {
        "id": number,
        "key": key,
        "name": name,
        "description": name,
        "active": True,
        "hide": False,
        "features": [],
        "privileges": [],
    }
