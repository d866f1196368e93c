"""Pipedrive's API, version 1.

Open `description.py` first. Source: https://developers.pipedrive.com/docs/api/v1"""

from valence_sandbox.vendors.pipedrive.description import DESCRIPTION

__all__ = ["DESCRIPTION"]
