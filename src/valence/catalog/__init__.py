"""The connectors themselves: one definition file an element. Data only; read by
`valence.elements`.
"""
