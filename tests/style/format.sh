#!/bin/sh
# format.sh ROOT: clang-format would change nothing. Exits with 77 where it is not installed.
set -u
cd "$1" || exit 1
command -v clang-format >/dev/null || {
    echo "skipped: clang-format is not installed"
    exit 77
}
# Paths have no white space.
# shellcheck disable=SC2046
clang-format --dry-run -Werror $(find core plugin h5tools tests testdata -name '*.[ch]' -not -path '*/build*')
