"""The vendor's login and consent pages: plain HTML forms that a person or a script can drive."""

from collections.abc import Mapping, Sequence
from html import escape

_FRAME = """<!doctype html> <html lang="en"><head><meta charset="utf-8"><meta name="viewport"
content="width=device-width"> <title>{title}</title><style> body{{font:16px/1.5
system-ui,sans-serif;background:#eef2f0;color:#1d2b25;margin:0;display:grid;
min-height:100vh;place-items:center}} main{{background:#fff;border-radius:12px;box-shadow:0 4px
24px #0002;padding:32px;width:min(360px,88vw)}} h1{{font-size:20px;margin:0 0 4px}}
p{{color:#55655e;margin:0 0 20px}} label{{display:block;margin:12px 0 4px}}
input[type=text],input[type=password]{{width:100%;box-sizing:border-box;padding:10px;font:inherit;
border:1px solid #9aa8a1;border-radius:6px}} button{{font:inherit;padding:10px
16px;border-radius:6px;border:1px solid #36a635;cursor:pointer;margin-top:20px}}
.btn-primary{{background:#1f7a3d;border-color:#1f7a3d;color:#fff}}
.btn-default{{background:#fff;color:#1f7a3d}} .alert{{background:#fde8e8;color:#8b1a1a;padding:8px
12px;border-radius:6px}} </style></head><body><main>{body}</main></body></html>"""


def _hidden(values: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in values.items()
    )


def login_page(action: str, carried: Mapping[str, str], *, failed: bool = False) -> str:
    """Return the login form; `carried` is the authorization request."""
    alert = '<p class="alert" role="alert">User name or password is wrong.</p>' if failed else ""
    return _FRAME.format(
        title="Sign in (sandbox)",
        body=f"""<h1>Sign in</h1><p>Sandbox vendor: no real account is touched.</p>{alert}
<form method="post" action="{escape(action)}">{_hidden(carried)}
<label for="username">User name</label><input type="text" id="username" name="username" autofocus>
<label for="password">Password</label><input type="password" id="password" name="password">
<button class="btn btn-primary" type="submit" id="sign-in">Sign in</button></form>""",
    )


def consent_page(
    action: str, ticket: str, *, client_id: str, tenant: str, scopes: Sequence[str]
) -> str:
    """Return the allow-or-deny form."""
    wanted = escape(", ".join(scopes))
    return _FRAME.format(
        title="Allow access (sandbox)",
        body=f"""<h1>Allow access?</h1><p><b>{escape(client_id)}</b> wants {wanted} access to
<b>{escape(tenant)}</b>.</p><form method="post" action="{escape(action)}">
{_hidden({"ticket": ticket})}
<button class="btn btn-primary" id="allow" name="decision" value="allow">Allow</button>
<button class="btn btn-default" id="deny" name="decision" value="deny">Deny</button>
</form>""",
    )


def error_page(title: str, text: str) -> str:
    """Return a page that says what is wrong."""
    return _FRAME.format(title=escape(title), body=f"<h1>{escape(title)}</h1><p>{escape(text)}</p>")
