#!/bin/sh
# Gets nginx for the tests, when the machine has none: the distribution's own, unpacked into .cache/nginx.
# Nothing is installed, so no service starts and no root is needed; only a first `apt-get update` wants root.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin:/sbin:/usr/local/sbin"
here=.cache/nginx

works() { "$1" -v >/dev/null 2>&1; }
works nginx && exit 0
works "$here/usr/sbin/nginx" && exit 0

unpack() {
    rm -rf "$here" && mkdir -p "$here"
    (cd "$here" && apt-get -qq download "$1" && dpkg -x "$1"_*.deb . && rm -f ./*.deb) >"$here.log" 2>&1 </dev/null
    works "$here/usr/sbin/nginx"
}
if command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
    echo "Unpacking nginx for the tests into $here (once)"
    for package in nginx nginx-light nginx-core; do unpack "$package" && exit 0; done
    if [ "$(id -u)" = 0 ]; then
        apt-get update -qq </dev/null >"$here.log" 2>&1 || true
        for package in nginx nginx-light nginx-core; do unpack "$package" && exit 0; done
    fi
fi
echo "make: the tests need nginx, and it could not be had here: install it (Debian: apt-get install nginx-light)" >&2
exit 1
