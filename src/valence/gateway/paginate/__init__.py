"""How a vendor pages, one file a style, and the token that leads to the next page."""
