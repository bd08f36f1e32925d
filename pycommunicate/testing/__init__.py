"""What tests are made of: a clock that a test moves, and networks that fail as they are told.

Nothing is handed on here: what drives a proxy in another process needs no greenlets, and must not import them.
"""
