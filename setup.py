"""Names the packages to install; everything else is in setup.cfg."""

from __future__ import annotations

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["pycommunicate", "pycommunicate.*"]), "pycommunicate.client"])
