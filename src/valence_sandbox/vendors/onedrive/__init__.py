"""OneDrive by Microsoft Graph v1.0: a drive of files and folders, by id and by path.

Source: https://learn.microsoft.com/graph/api/resources/onedrive and what is below it, and
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow. Open `description.py`
first: addresses, tokens, bodies of errors. `drive.py` is the tree, `address.py` finds an item of it
by its address, `items.py` and `content.py` are the verbs."""

from valence_sandbox.vendors.onedrive.description import DESCRIPTION

__all__ = ["DESCRIPTION"]
