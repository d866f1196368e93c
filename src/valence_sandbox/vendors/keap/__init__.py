"""Keap (Infusionsoft), REST v1 and the part of v2 its official SDK is tried with.

Source: Keap's developer pages, its OpenAPI descriptions, and answers of the live service that
clients have published. Open `description.py` first."""

from valence_sandbox.vendors.keap.vendor import Keap

__all__ = ["Keap"]
