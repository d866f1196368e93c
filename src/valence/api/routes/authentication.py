"""`/authentication`: login, the caller's secrets, the caller's password."""

from fastapi import APIRouter, Request, Response

from valence.api.bodies import LoginBody, PasswordBody, read
from valence.api.callers import Caller, Services, address_of, secrets_of
from valence.api.wire import Json, login_to_wire
from valence.domain import InvalidRequest, Unauthenticated

router = APIRouter(prefix="/authentication")


@router.post("")
async def log_in(request: Request, services: Services, response: Response) -> Json:
    """Check a user name and password and answer a bearer token."""
    body = await read(request, LoginBody)
    login = await services.tenancy.log_in(body.username, body.password, address=address_of(request))
    response.headers["Cache-Control"] = "no-store"
    return login_to_wire(login)


@router.get("/secrets")
async def read_secrets(
    request: Request, services: Services, caller: Caller, response: Response
) -> Json:
    """Answer the caller's user and organization secret; a bearer token only."""
    if secrets_of(request).bearer is None:
        raise Unauthenticated("The secrets are given for a bearer token only; log in first.")
    pair = await services.tenancy.secrets(caller)
    response.headers["Cache-Control"] = "no-store"
    return {
        "userSecret": pair.user_secret.reveal(),
        "organizationSecret": pair.organization_secret.reveal(),
    }


@router.post("/passwords")
async def change_password(request: Request, services: Services, caller: Caller) -> Json:
    """Change the caller's own password; his other bearer tokens end."""
    body = await read(request, PasswordBody)
    secrets = secrets_of(request)
    if body.current_password is None and secrets.bearer is None and secrets.organization is None:
        raise InvalidRequest("Changing a password needs currentPassword, or both secrets.")
    await services.tenancy.change_password(
        caller, new=body.password, current=body.current_password, bearer=secrets.bearer
    )
    return {}
