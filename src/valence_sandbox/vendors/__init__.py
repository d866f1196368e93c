"""One folder a vendor: its description as data, and only what no description can say as code."""
