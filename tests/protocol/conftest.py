"""Hypothesis, as these tests use it: what takes long on a busy machine is no failure."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("protocol", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("protocol")
