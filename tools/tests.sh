#!/usr/bin/env bash
# Runs the Python tests in two processes side by side: those in Chromium, whose report comes last, and all others.
set -uo pipefail
python=.venv/bin/python

report=$(mktemp)
trap 'rm -f "$report"' EXIT
"$python" -m pytest tests/browser >"$report" 2>&1 &
in_chromium=$!
"$python" -m pytest --ignore=tests/browser
others=$?
wait "$in_chromium"
in_chromium=$?
cat "$report"
[ "$others" -eq 0 ] && [ "$in_chromium" -eq 0 ]
