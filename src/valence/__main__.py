"""`python -m valence`: the command line."""

from valence.cli import main

if __name__ == "__main__":
    main()
