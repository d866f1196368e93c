"""One call, from the caller's request to the vendor's answer.

Open `pipeline.py` first: it is the map. Every stage is a file that takes values and returns a
value; stages do not know each other. The room interprets no definition file and knows no vendor.
"""

from valence.gateway.describe import documented
from valence.gateway.mapped import Made
from valence.gateway.pipeline import Gateway
from valence.gateway.universal import object_names
from valence.gateway.values import (
    PROVENANCE,
    SPOOL_BYTES,
    Download,
    Part,
    Records,
    ResourceRequest,
    ResourceResponse,
    Sample,
    Spool,
)

__all__ = [
    "PROVENANCE",
    "SPOOL_BYTES",
    "Download",
    "Gateway",
    "Made",
    "Part",
    "Records",
    "ResourceRequest",
    "ResourceResponse",
    "Sample",
    "Spool",
    "documented",
    "object_names",
]
