"""Keap (Infusionsoft): every operation of REST v1, and a part of REST v2 over the same records.

Source: Keap's developer pages, its OpenAPI descriptions, and answers of the live service that
clients have published. Open `objects.py` first: the collections as data. `crud.py` plays them;
a file named after a collection holds what is peculiar to it; `v2_*` shows the same records in the
shapes of v2. `description.py` has the addresses, switches and quotas."""

from valence_sandbox.vendors.keap.vendor import Keap

__all__ = ["Keap"]
