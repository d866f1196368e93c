"""An authorization server by django-oauth-toolkit on loopback: `python oauth_server.py PORT
FOLDER`.

PKCE is required, refresh tokens rotate, and a reused one ends what was issued from it. One client
(`witness-client` / `witness-secret`), one user (`owner` / `owner`), one protected resource.
"""

import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

PORT, FOLDER = int(sys.argv[1]), Path(sys.argv[2])
CALLBACK = "http://localhost/callback"
LOGIN_FORM = '<form method="post">{% csrf_token %}{{ form }}<button>Sign in</button></form>'

settings.configure(
    SECRET_KEY="of a witness on loopback",
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "server.db")}
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {"registration/login.html": LOGIN_FORM},
                    ),
                    "django.template.loaders.app_directories.Loader",
                ]
            },
        }
    ],
    OAUTH2_PROVIDER={
        "SCOPES": {"full": "everything"},
        "PKCE_REQUIRED": True,
        "ROTATE_REFRESH_TOKEN": True,
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.views import LoginView  # noqa: E402
from oauth2_provider.models import AccessToken, Application, RefreshToken  # noqa: E402
from oauth2_provider.oauth2_backends import get_oauthlib_core  # noqa: E402


def contacts(request: HttpRequest) -> JsonResponse:
    """List two contacts to who holds an access token."""
    is_valid, _ = get_oauthlib_core().verify_request(request, scopes=["full"])
    if not is_valid:
        return JsonResponse({"message": "invalid token"}, status=401)
    return JsonResponse({"contacts": [{"id": 1}, {"id": 2}], "count": 2})


def state(request: HttpRequest) -> JsonResponse:
    """Count what is alive, for the tests."""
    return JsonResponse(
        {
            "access": AccessToken.objects.count(),
            "refresh": RefreshToken.objects.filter(revoked__isnull=True).count(),
            "rotated": RefreshToken.objects.filter(revoked__isnull=False).count(),
        }
    )


def end_access_tokens(request: HttpRequest) -> HttpResponse:
    """Let every access token be expired."""
    AccessToken.objects.update(expires="2001-01-01T00:00:00Z")
    return HttpResponse()


urlpatterns = [
    path("accounts/login/", LoginView.as_view()),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("api/contacts", contacts),
    path("state", state),
    path("end-access-tokens", end_access_tokens),
]


class Quiet(WSGIRequestHandler):
    """No line per request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


call_command("migrate", verbosity=0)
User.objects.create_user("owner", password="owner")
Application.objects.create(
    name="Valence",
    client_id="witness-client",
    client_secret="witness-secret",
    client_type=Application.CLIENT_CONFIDENTIAL,
    authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    redirect_uris=CALLBACK,
)
make_server("127.0.0.1", PORT, get_wsgi_application(), handler_class=Quiet).serve_forever()
