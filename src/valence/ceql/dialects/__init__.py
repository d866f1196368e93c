"""How a CEQL expression is said to a vendor, one file a dialect."""
