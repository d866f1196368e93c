"""Alembic's folder: `env.py` and one file a step in `versions/`. Run by
`valence.storage.migrate`.
"""
