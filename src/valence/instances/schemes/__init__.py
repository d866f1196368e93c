"""Security schemes: how a vendor call is authenticated, one file a kind."""
