"""The token and revocation endpoints of a described vendor."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from urllib.parse import unquote_plus

from valence_sandbox.answers import Answer
from valence_sandbox.oauth import Grant, Issue, OAuthFault
from valence_sandbox.vendor import Vendor


def token_answer(
    vendor: Vendor, form: Mapping[str, str], *, authorization: str, base: str
) -> Answer:
    """Answer a request to the token endpoint."""
    counters = vendor.oauth.counters
    grant_type = form.get("grant_type", "")
    try:
        client_id = _client(vendor, form, authorization)
        fields = _issued(vendor, form, client_id=client_id, grant_type=grant_type)
    except OAuthFault as fault:
        counters.count(counters.refused, grant_type)
        return vendor.says.oauth_refused(fault)
    counters.count(counters.succeeded, grant_type)
    issue = Issue(vendor.oauth.grant_of(fields), grant_type, base)
    answer = vendor.oauth.rules.answer(dict(fields), issue)
    return Answer(200, answer, headers={"Cache-Control": "no-store"})


def revoke_answer(vendor: Vendor, form: Mapping[str, str], *, authorization: str) -> Answer:
    """Answer a request to the revocation endpoint (RFC 7009): an unknown token is no error."""
    try:
        _client(vendor, form, authorization)
    except OAuthFault as fault:
        return vendor.says.oauth_refused(fault)
    vendor.oauth.revoke(form.get("token", ""))
    return Answer(200)


def _issued(
    vendor: Vendor, form: Mapping[str, str], *, client_id: str, grant_type: str
) -> Mapping[str, object]:
    rules = vendor.oauth.rules
    if not grant_type:
        raise OAuthFault(400, "invalid_request", "Missing parameter: grant_type")
    if grant_type not in rules.grant_types:
        raise OAuthFault(400, "unsupported_grant_type", "Unsupported grant type")
    if grant_type == "authorization_code":
        return vendor.oauth.exchange(
            client_id=client_id,
            code=form.get("code"),
            redirect_uri=form.get("redirect_uri"),
            verifier=form.get("code_verifier", ""),
        )
    if grant_type == "refresh_token":
        return vendor.oauth.refresh(client_id=client_id, refresh_token=form.get("refresh_token"))
    scopes = rules.asked(form)
    if rules.scopes and set(scopes) - rules.scopes:
        raise OAuthFault(400, "invalid_scope", "Unknown scope")
    account = vendor.says.accounts[0]
    if grant_type == "client_credentials":
        return vendor.oauth.issue_access(Grant(client_id, account, scopes=scopes))
    if grant_type == "password":
        known, account = vendor.keyring.logins.get(form.get("username", ""), ("", ""))
        given = form.get("password", "")
        if not account or not secrets.compare_digest(known.encode(), given.encode()):
            raise OAuthFault(400, "invalid_grant", "Invalid user name or password")
        return vendor.oauth.issue_tokens(Grant(client_id, account, scopes=scopes))
    raise OAuthFault(400, "unsupported_grant_type", "Unsupported grant type")


def _client(vendor: Vendor, form: Mapping[str, str], authorization: str) -> str:
    rule = vendor.oauth.rules.client_by
    is_basic = authorization.lower().startswith("basic ")
    if (is_basic and rule == "body") or (not is_basic and rule == "basic"):
        raise OAuthFault(401, "invalid_client", "The client must authenticate the other way")
    client_id, client_secret = form.get("client_id", ""), form.get("client_secret", "")
    if is_basic:
        client_id, client_secret = _basic(authorization)
    known = vendor.oauth.clients.get(client_id)
    if known is None or not secrets.compare_digest(known.encode(), client_secret.encode()):
        raise OAuthFault(401, "invalid_client", "Client authentication failed")
    return client_id


def _basic(header: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(header[6:].strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as exc:
        raise OAuthFault(401, "invalid_client", "Malformed Basic header") from exc
    client_id, _, client_secret = text.partition(":")
    return unquote_plus(client_id), unquote_plus(client_secret)
