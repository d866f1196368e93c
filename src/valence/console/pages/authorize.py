"""Authenticate an element: the form, off to the vendor, and back."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.console.services import reference
from valence.console.targets import form_targets
from valence.console.view import View, Visit
from valence.domain import Conflict, Element, Instance, ValenceError
from valence.instances import AuthorizationFailed, InstanceDraft, NewInstance, asks_owner

_BY_APP = ("oauth.api.key", "oauth.api.secret", "oauth.callback.url")


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    services = view.services

    async def show(visit: Visit) -> Response:
        element = await services.element(visit.principal, visit.request.path_params["key"])
        asked = visit.request.query_params
        again = {name: asked[name] for name in ("name", "tags", "app") if name in asked}
        return await _form(view, visit, element, again)

    async def submit(visit: Visit) -> Response:
        element = await services.element(visit.principal, visit.request.path_params["key"])
        form = await visit.request.form()
        typed = {name: str(value) for name, value in form.items()}
        try:
            draft = await _draft(view, visit, element, form)
            if not asks_owner(element, draft.configuration):
                return await _connect(view, visit, element, draft)
            return await _off_to_vendor(view, visit, element, draft)
        except AuthorizationFailed:
            raise
        except ValenceError as exc:
            return await _form(view, visit, element, typed, problem=exc.message, status=exc.status)

    async def renew(visit: Visit) -> Response:
        instance = await services.instances.get(
            visit.principal, int(visit.request.path_params["id"])
        )
        element = await services.elements.of(instance.account_id, instance.element_id)
        draft = InstanceDraft(instance.name, instance_id=instance.id)
        return await _off_to_vendor(view, visit, element, draft)

    async def callback(visit: Visit) -> Response:
        try:
            finished = await services.instances.finish_authorization(
                visit.principal,
                dict(visit.request.query_params),
                browser=view.browser_of(visit.request),
            )
        except AuthorizationFailed as exc:
            return await _failed(view, visit, exc)
        instance = finished.instance
        if finished.draft.keeps_app:
            await _save_app(view, visit, instance, finished.draft.configuration)
        if finished.draft.instance_id is not None:
            return RedirectResponse(f"/console/instances/{instance.id}?notice=reauthenticated", 303)
        return RedirectResponse(f"/console/instances/{instance.id}/connected", 303)

    return [
        Route("/console/elements/{key}/authenticate", view.page(show), methods=["GET"]),
        Route("/console/elements/{key}/authenticate", view.form(submit), methods=["POST"]),
        Route("/console/instances/{id:int}/reauthenticate", view.form(renew), methods=["POST"]),
        Route("/console/oauth/callback", view.page(callback)),
    ]


async def _off_to_vendor(
    view: View, visit: Visit, element: Element, draft: InstanceDraft
) -> Response:
    browser = view.browser_of(visit.request)
    url = await view.services.instances.begin_authorization(
        visit.principal, element, draft, browser=browser
    )
    response = RedirectResponse(url, 303)
    view.set_browser(response, browser)
    return response


async def _connect(view: View, visit: Visit, element: Element, draft: InstanceDraft) -> Response:
    """Make an instance at once: its element needs nobody's consent."""
    created = await view.services.instances.create(
        visit.principal,
        NewInstance(
            element, draft.name, tags=draft.tags or None, configuration=draft.configuration
        ),
    )
    return RedirectResponse(f"/console/instances/{created.instance.id}/connected", 303)


async def _draft(view: View, visit: Visit, element: Element, form: FormData) -> InstanceDraft:
    configuration = {
        entry.key: str(form.get(entry.key, "")).strip()
        for entry in element.configuration
        if not entry.is_internal and str(form.get(entry.key, "")).strip()
    }
    apps = await view.services.oauth_apps.of(visit.principal, element_key=reference(element))
    chosen = next((app for app in apps if str(app.id) == form.get("app")), None)
    if chosen is not None:
        configuration |= {
            "oauth.api.key": chosen.client_id.reveal(),
            "oauth.api.secret": chosen.client_secret.reveal(),
            "oauth.callback.url": chosen.callback_url,
        }
    tags = tuple(tag.strip() for tag in str(form.get("tags", "")).split(",") if tag.strip())
    # An app that the vendor has never accepted is not worth remembering: it is stored on return.
    keeps_app = chosen is None and bool(form.get("save_app")) and "oauth.api.key" in configuration
    return InstanceDraft(str(form.get("name", "")), tags, configuration, keeps_app=keeps_app)


async def _save_app(
    view: View, visit: Visit, instance: Instance, configuration: Mapping[str, str]
) -> None:
    client_id, client_secret, callback_url = (configuration.get(key, "") for key in _BY_APP)
    element = await view.services.elements.of(instance.account_id, instance.element_id)
    known = await view.services.oauth_apps.of(visit.principal, element_key=reference(element))
    if any((a.client_id.reveal(), a.callback_url) == (client_id, callback_url) for a in known):
        return
    for name in (element.name, f"{element.name} {secrets.token_hex(2)}"):
        try:
            await view.services.oauth_apps.save(
                visit.principal,
                element_key=reference(element),
                name=name,
                client_id=client_id,
                client_secret=client_secret,
                callback_url=callback_url,
            )
            return
        except Conflict:
            continue  # the name is taken; a second one is made up


async def _form(
    view: View,
    visit: Visit,
    element: Element,
    typed: dict[str, str],
    *,
    problem: str = "",
    status: int = 200,
) -> Response:
    apps = await view.services.oauth_apps.of(visit.principal, element_key=reference(element))
    asked = [entry for entry in element.configuration if not entry.is_hidden]
    values = {
        "element": element,
        "asks_owner": asks_owner(element, {}),
        "apps": apps,
        "has_operators_app": await view.services.instances.has_operators_app(
            element, callback_url=view.services.callback_url
        ),
        "chosen_app": typed.get("app", str(apps[0].id) if apps else ""),
        "by_app": [entry for entry in asked if entry.key in _BY_APP],
        "others": [entry for entry in asked if entry.key not in _BY_APP],
        "typed": typed,
        "problem": problem,
        "callback_url": view.services.callback_url,
        "tags_in_use": await view.services.instances.tags_in_use(visit.principal),
    }
    return view.render(
        "authenticate.html", visit, values, status=status, form_targets=form_targets(element)
    )


async def _failed(view: View, visit: Visit, failed: AuthorizationFailed) -> Response:
    action = {"href": "/console/elements", "label": "Choose an element"}
    if failed.draft is not None and failed.draft.instance_id is not None:
        action = {
            "href": f"/console/instances/{failed.draft.instance_id}",
            "label": "Back to the instance",
        }
    elif failed.element_id is not None:
        href = f"/console/elements/{failed.element_id}/authenticate"
        if failed.draft is not None:
            href += "?" + urlencode(
                {"name": failed.draft.name, "tags": ", ".join(failed.draft.tags)}
            )
        action = {"href": href, "label": "Try again"}
    return await view.failure(visit.request, failed, action=action)
