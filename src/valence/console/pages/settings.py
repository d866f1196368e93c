"""Organization, secrets, OAuth apps, password, and what this Valence is."""

from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from valence.console.services import reference
from valence.console.view import SESSION_COOKIE, View, Visit
from valence.domain import InvalidRequest, ValenceError


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    services = view.services

    async def show(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
        tenancy, principal = services.tenancy, visit.principal
        elements = await services.elements.all(principal)
        values = {
            "organization": await tenancy.organization(principal.organization_id),
            "account": await tenancy.account(principal.account_id),
            "apps": await services.oauth_apps.of(principal),
            "operators_apps": await services.operator_apps.every()
            if principal.is_administrator
            else [],
            "elements": elements,
            "callback_url": services.callback_url,
            "public_url": services.settings.effective_public_url,
            "problem": problem,
            "name_of": {reference(one): one.name for one in elements},
        }
        return view.render("settings.html", visit, values, status=status)

    async def page(visit: Visit) -> Response:
        return await show(visit)

    async def reveal(visit: Visit) -> Response:
        pair = await services.tenancy.secrets(visit.principal)
        shown = {
            "user": pair.user_secret.reveal(),
            "organization": pair.organization_secret.reveal(),
        }
        return JSONResponse(shown, headers={"Cache-Control": "no-store"})

    async def rotate(visit: Visit) -> Response:
        form = await visit.request.form()
        which = str(form.get("which", ""))
        if form.get("confirm") != "rotate" or which not in ("user", "organization"):
            return await show(visit, problem="Type rotate to replace a secret.", status=400)
        await services.tenancy.rotate_secret(
            visit.principal, of_organization=which == "organization"
        )
        return RedirectResponse(f"/console/settings?notice=rotated-{which}", 303)

    async def add_app(visit: Visit) -> Response:
        form = await visit.request.form()
        try:
            element = await services.element(visit.principal, str(form.get("element", "")))
            await services.oauth_apps.save(
                visit.principal,
                element_key=reference(element),
                name=str(form.get("name", "")).strip(),
                client_id=str(form.get("client_id", "")).strip(),
                client_secret=str(form.get("client_secret", "")).strip(),
                callback_url=str(form.get("callback_url", "")).strip(),
            )
        except ValenceError as exc:
            return await show(visit, problem=exc.message, status=exc.status)
        return RedirectResponse("/console/settings?notice=app-saved", 303)

    async def delete_app(visit: Visit) -> Response:
        await services.oauth_apps.delete(visit.principal, int(visit.request.path_params["id"]))
        return RedirectResponse("/console/settings?notice=app-deleted", 303)

    async def change_password(visit: Visit) -> Response:
        form = await visit.request.form()
        new = str(form.get("new", ""))
        try:
            if new != form.get("again"):
                raise InvalidRequest("The two new passwords are not the same.")
            await services.tenancy.change_password(
                visit.principal, new=new, current=str(form.get("current", "")), bearer=None
            )
        except ValenceError as exc:
            return await show(visit, problem=exc.message, status=exc.status)
        await services.tenancy.end_session(visit.request.cookies[SESSION_COOKIE])
        response = RedirectResponse("/console/sign-in", 303)
        view.end_session(response)
        return response

    return [
        Route("/console/settings", view.page(page)),
        Route("/console/settings/secrets", view.form(reveal), methods=["POST"]),
        Route("/console/settings/rotate", view.form(rotate), methods=["POST"]),
        Route("/console/settings/apps", view.form(add_app), methods=["POST"]),
        Route("/console/settings/apps/{id:int}/delete", view.form(delete_app), methods=["POST"]),
        Route("/console/settings/password", view.form(change_password), methods=["POST"]),
    ]
