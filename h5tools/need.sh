#!/bin/sh
# need.sh [PACKAGE...]: installs missing Debian packages: those of the build and the quickstart, and
# the given ones. Needs root only if one is missing.
set -eu
missing=
for package in \
    gcc libc6-dev make cmake pkg-config \
    libhdf5-dev libblosc-dev libxxhash-dev \
    liblz4-dev libdeflate-dev libcairo2-dev fonts-dejavu-core libcjson-dev libmsgpack-dev \
    hdf5-tools python3-h5py bitshuffle "$@"; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "installing:$missing"
if [ "$(id -u)" != 0 ]; then
    echo "need.sh: run as root: apt-get install$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# shellcheck disable=SC2086 # a list of names
apt-get -qq -o Dpkg::Use-Pty=0 install --no-install-recommends $missing >/dev/null
