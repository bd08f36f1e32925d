"""Puts a client, or a server, that somebody has written from the spec through all of its rules."""
