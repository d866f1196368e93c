"""One file a place of the console; each gives `routes(view)`."""
