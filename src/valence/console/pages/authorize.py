"""Authenticate an element: the form, off to the vendor, and back."""

import secrets
from collections.abc import Mapping

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from valence.console import asking
from valence.console.services import reference
from valence.console.targets import form_targets
from valence.console.view import View, Visit
from valence.domain import Conflict, Element, Instance, ValenceError
from valence.instances import AuthorizationFailed, InstanceDraft, NewInstance, asks_owner

_OPERATORS = "operator"
"""The value of the form's choice of an app that means the operator's."""


def routes(view: View) -> list[Route]:
    """Return the routes of this place."""
    services = view.services

    async def show(visit: Visit) -> Response:
        element = await services.element(visit.principal, visit.request.path_params["key"])
        asked = visit.request.query_params
        again = {
            name: asked[name] for name in ("name", "tags", "app", asking.CHOICE) if name in asked
        }
        return await _form(view, visit, element, again)

    async def submit(visit: Visit) -> Response:
        element = await services.element(visit.principal, visit.request.path_params["key"])
        form = await visit.request.form()
        typed = {name: str(value) for name, value in form.items()}
        if "choose" in typed:
            # Another kind is chosen, or what failed is tried again: nothing is sent yet.
            return await _form(view, visit, element, typed | _chosen(element, typed))
        try:
            draft = await _draft(view, visit, element, form)
            if not asks_owner(element, draft.configuration):
                return await _connect(view, visit, element, draft)
            return await _off_to_vendor(view, visit, element, draft)
        except AuthorizationFailed:
            raise
        except ValenceError as exc:
            return await _form(view, visit, element, typed, problem=exc)

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
    typed = {name: str(value).replace("\r\n", "\n").strip() for name, value in form.items()}
    asked = asking.asked_of(element, typed, has_app="app" in typed)
    configuration = {key: typed[key] for key in asked.keys if typed.get(key)}
    if asked.control is not None:
        configuration[asked.control.key] = asked.chosen
    apps = await view.services.oauth_apps.of(visit.principal, element_key=reference(element))
    chosen = next((app for app in apps if str(app.id) == form.get("app")), None)
    is_operators = form.get("app") == _OPERATORS
    if is_operators:
        for key in asking.BY_APP:
            configuration.pop(key, None)
        # Of the callbacks that the operator registered it is the console's that leads back here.
        configuration["oauth.callback.url"] = view.services.callback_url
    elif chosen is not None:
        configuration |= {
            "oauth.api.key": chosen.client_id.reveal(),
            "oauth.api.secret": chosen.client_secret.reveal(),
            "oauth.callback.url": chosen.callback_url,
        }
    tags = tuple(tag.strip() for tag in typed.get("tags", "").split(",") if tag.strip())
    # An app that the vendor has never accepted is not worth remembering: it is stored on return.
    keeps_app = chosen is None and bool(form.get("save_app")) and "oauth.api.key" in configuration
    return InstanceDraft(typed.get("name", ""), tags, configuration, keeps_app=keeps_app)


async def _save_app(
    view: View, visit: Visit, instance: Instance, configuration: Mapping[str, str]
) -> None:
    client_id, client_secret, callback_url = (configuration.get(key, "") for key in asking.BY_APP)
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
    problem: ValenceError | None = None,
) -> Response:
    services = view.services
    apps = await services.oauth_apps.of(visit.principal, element_key=reference(element))
    has_operators_app = await services.instances.has_operators_app(
        element, callback_url=services.callback_url
    )
    known = [*(str(app.id) for app in apps), *([_OPERATORS] if has_operators_app else []), ""]
    chosen_app = typed.get("app", known[0])
    asked = asking.asked_of(element, typed, has_app=len(known) > 1)
    values = {
        "element": element,
        "asked": asked,
        "asking": asking,
        "apps": apps,
        "has_operators_app": has_operators_app,
        "chosen_app": chosen_app if chosen_app in known else known[0],
        "typed": typed,
        "problem": problem,
        "missing": asked.missing(typed)
        if problem is not None and problem.code == "missing-configuration"
        else frozenset(),
        "callback_url": view.services.callback_url,
        "tags_in_use": await view.services.instances.tags_in_use(visit.principal),
    }
    return view.render(
        "authenticate.html",
        visit,
        values,
        status=200 if problem is None else _status(problem),
        form_targets=form_targets(element),
    )


def _status(problem: ValenceError) -> int:
    # A 401 would say that this page is not for who asks; it is the vendor that refused.
    return 400 if problem.status == 401 else problem.status


def _chosen(element: Element, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the choice of a kind that a button of the form made."""
    control = asking.asked_of(element, typed).control
    return {} if control is None or not typed["choose"] else {control.key: typed["choose"]}


async def _failed(view: View, visit: Visit, failed: AuthorizationFailed) -> Response:
    action: dict[str, object] = {"href": "/console/elements", "label": "Choose an element"}
    draft = failed.draft
    if draft is not None and draft.instance_id is not None:
        href = f"/console/instances/{draft.instance_id}"
        action = {"href": href, "label": "Back to the instance"}
    elif failed.element_id is not None:
        href = f"/console/elements/{failed.element_id}/authenticate"
        action = {"href": href, "label": "Try again"}
        if draft is not None:
            action["fields"] = await _again(view, visit, failed.element_id, draft)
    return await view.failure(visit.request, failed, action=action)


async def _again(view: View, visit: Visit, element_id: int, draft: InstanceDraft) -> dict[str, str]:
    """Return what was typed, for the form to be filled in with; nothing that is masked in it.

    It goes back by a form of ours: a link that fills in addresses could come from anybody."""
    element = await view.services.elements.require(visit.principal, str(element_id))
    typed = dict(draft.configuration)
    client_id = typed.get("oauth.api.key")
    apps = await view.services.oauth_apps.of(visit.principal, element_key=reference(element))
    stored = (str(app.id) for app in apps if app.client_id.reveal() == client_id)
    chosen = next(stored, "") if client_id else _OPERATORS
    entries = (element.entry(key) for key in typed)
    shown = [one.key for one in entries if one is not None and not asking.is_masked(one)]
    kept = {key: typed[key] for key in shown if not (chosen and key in asking.BY_APP)}
    return {
        **kept,
        "name": draft.name,
        "tags": ", ".join(draft.tags),
        "app": chosen,
        "choose": typed.get(asking.CHOICE, ""),
    }
