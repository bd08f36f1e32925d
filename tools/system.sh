#!/usr/bin/env bash
# Sees to it that what the tests need and pip cannot install is there: Chromium, Node.js, npm, a library of Playwright's,
# nginx and openssl.
set -euo pipefail

node_is_new_enough() {
    command -v node >/dev/null && node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)'
}

# Playwright brings its own Node.js, which is linked against this.
libatomic_is_there() {
    [ "$(uname)" != Linux ] || PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep 'libatomic\.so\.1' >/dev/null
}

# Debian has it where only root looks.
nginx_is_there() {
    PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx >/dev/null
}

missing=()
command -v chromium >/dev/null || missing+=(chromium fonts-dejavu-core)
node_is_new_enough || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
libatomic_is_there || missing+=(libatomic1)
nginx_is_there || missing+=(nginx)
command -v openssl >/dev/null || missing+=(openssl)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need 'chromium', 'node' (18 or newer) with 'npm', libatomic, 'nginx' and 'openssl'." \
        "As root, on Debian: apt-get install ${missing[*]}" >&2
    exit 1
fi
apt-get update
# What is installed for tests (nginx) shall not start as a service of the machine.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
fi
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
if ! node_is_new_enough; then
    echo "The tests need Node.js 18 or newer, and this system's packages have only $(node --version)." >&2
    exit 1
fi
