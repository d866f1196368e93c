"""Common resources: objects of the caller's own shape, defined and mapped level by level.

Open `common_resources.py` first: it keeps definitions and transformations of organizations,
accounts and instances. `scopes.py` says who may touch which level, `mappings.py` is what calls
find without asking the database, `drafts.py` what an object would be with a change in it,
`exchange.py` takes whole resources in and out. The room maps no
record itself: that is `valence.transformations`."""

from valence.common_resources.common_resources import (
    NOT_MAPPABLE,
    CommonResources,
    require_mappable,
)
from valence.common_resources.documents import fingerprint
from valence.common_resources.drafts import DefinedField, Draft, Drafted, Drafts
from valence.common_resources.exchange import Brought, Exchange, brought_by, is_backup
from valence.common_resources.inventory import (
    HeldDefinition,
    HeldField,
    HeldMapping,
    Inventory,
    Resource,
)
from valence.common_resources.layers import Change, Layer, Layers
from valence.common_resources.mappings import NOTHING_MAPPED, Mapped, Mappings
from valence.common_resources.scopes import Scope, Scopes, may_touch, require_level
from valence.common_resources.snippets import Snippets
from valence.common_resources.system_level import SystemLevel
from valence.common_resources.system_vdrs import SystemVdrs
from valence.common_resources.vdrs import Answer, Vdrs
from valence.common_resources.views import Views

__all__ = [
    "NOTHING_MAPPED",
    "NOT_MAPPABLE",
    "Answer",
    "Brought",
    "Change",
    "CommonResources",
    "DefinedField",
    "Draft",
    "Drafted",
    "Drafts",
    "Exchange",
    "HeldDefinition",
    "HeldField",
    "HeldMapping",
    "Inventory",
    "Layer",
    "Layers",
    "Mapped",
    "Mappings",
    "Resource",
    "Scope",
    "Scopes",
    "Snippets",
    "SystemLevel",
    "SystemVdrs",
    "Vdrs",
    "Views",
    "brought_by",
    "fingerprint",
    "is_backup",
    "may_touch",
    "require_level",
    "require_mappable",
]
