#!/usr/bin/env bash
# Runs all but the browser tests on every supported Python, each in its own environment under .venvs/.
set -euo pipefail

tools/system.sh

# Prints a Python of version $1, from PATH or pyenv. A pyenv shim on PATH may be an empty promise, so each one is tried.
find_python() {
    local candidate
    for candidate in "python$1" "$(pyenv root 2>/dev/null)/versions/$1".*/bin/python; do
        if [ "$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$1" ]; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

missing=()
for version in 3.10 3.11 3.12 3.13; do
    if ! python=$(find_python "$version"); then
        missing+=("$version")
        continue
    fi
    echo "== Python $version"
    make --no-print-directory PYTHON="$python" ".venvs/$version/.test"
    ".venvs/$version/bin/python" -m pytest --ignore=tests/browser
done

[ ${#missing[@]} -eq 0 ] && exit
echo "NOT TESTED, no such Python on PATH or in pyenv: ${missing[*]}" >&2
[ -z "${CI:-}" ]
