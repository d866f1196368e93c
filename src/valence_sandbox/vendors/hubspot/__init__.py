"""HubSpot as its older APIs know it: contacts v1, companies v2, deals v1, engagements v1 and more.

Open `description.py` first. Source: https://legacydocs.hubspot.com/docs/overview"""

from valence_sandbox.vendors.hubspot.description import DESCRIPTION

__all__ = ["DESCRIPTION"]
