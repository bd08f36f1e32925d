"""The server: the app and what its pages are built from."""
