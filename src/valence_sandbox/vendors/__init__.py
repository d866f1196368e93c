'''One folder a vendor: its description as data, and only what no description can say as code.

A package with a `DESCRIPTION` is found here and served below `/<key>`; nothing else lists it. Keap
alone, which was here first, is served at the root by its own front. A whole vendor:

    from valence_sandbox.account import Account, Kept, iso_offset
    from valence_sandbox.answers import Answer
    from valence_sandbox.call import Call
    from valence_sandbox.checks import basic_key, bearer
    from valence_sandbox.identifiers import lettered
    from valence_sandbox.oauth import OAuthRules
    from valence_sandbox.paging import by_offset
    from valence_sandbox.quotas import Quota
    from valence_sandbox.refusals import Refusal
    from valence_sandbox.vendor import Description

    def plant(account: Account) -> None:
        """Put in what every account starts with."""
        account.add("people", {"name": "Ada"})

    def listed(call: Call) -> Answer:
        """GET /v1/people: pages by skip and limit."""
        skip, limit = call.integer("skip", 0), call.integer("limit", 100, least=1, most=100)
        page = by_offset(call.account["people"].all(), offset=skip, limit=limit)
        return Answer(200, {"data": list(page.rows), "has_more": page.has_more})

    def made(call: Call) -> Answer:
        """POST /v1/people: a name is wanted."""
        name = call.json().get("name")
        if not isinstance(name, str) or not name:
            raise Refusal("invalid", "Required", details={"name": "Required"})
        return Answer(201, call.account.add("people", {"name": name}))

    def read(call: Call) -> Answer:
        """GET /v1/people/{id}."""
        return Answer(200, call.account.need("people", call.path[2]))

    def shape(refusal: Refusal) -> Answer:
        """Say no in the vendor's words."""
        return Answer(refusal.status, {"error": refusal.message or refusal.kind})

    DESCRIPTION = Description(
        key="acme",
        accounts=("first", "second"),
        plant=plant,
        routes={
            ("GET", "v1/people"): listed,
            ("POST", "v1/people"): made,
            ("GET", "v1/people/*"): read,
        },
        checks=(basic_key(), bearer()),
        shape=shape,
        kept={"people": Kept(spell=lettered("per_"), created="made_at", written=iso_offset)},
        seeders={"people": lambda account, n: [account.add("people", {"name": f"P{i}"})["id"]
                                               for i in range(n)]},
        keys={"acme-key": "first"},
        oauth=OAuthRules(scopes=frozenset({"read"}), default_scope="read"),
        quotas={"burst": Quota(20, "second", headers=lambda at: {"X-Left": str(at.left)},
                               refused=lambda at: {"Retry-After": str(at.seconds_left)})},
    )
'''
