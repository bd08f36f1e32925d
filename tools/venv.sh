#!/usr/bin/env bash
# Makes or updates the virtual environment FOLDER and leaves a stamp in it: tools/venv.sh FOLDER run|test
set -euo pipefail
folder=$1 what=$2
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    echo "pycommunicate needs Python 3.10 or newer, and '$python' is not: set PYTHON, as in 'make PYTHON=python3.12 $what'." >&2
    exit 1
fi

# Debian keeps these two modules in a package of their own.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "'$python' cannot make virtual environments: install its venv module (on Debian: apt-get install python3-venv)." >&2
        exit 1
    fi
fi

# An environment whose Python has gone, or that was copied from another folder, is made anew.
if ! "$folder/bin/python" -c 'import pip' 2>/dev/null || ! grep -qsF "$(pwd -P)/$folder" "$folder/bin/activate"; then
    rm -rf "$folder"
    "$python" -m venv "$folder"
fi

case $what in
run) target=. ;;
test) target='.[test]' ;;
*) echo "expected run or test, got '$what'" >&2 && exit 2 ;;
esac
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --editable "$target"
touch "$folder/.run" "$folder/.$what"
