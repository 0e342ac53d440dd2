#!/bin/sh
# cppcheck.sh ROOT: cppcheck finds nothing. Exits with 77 where it is not installed.
set -u
cd "$1" || exit 1
command -v cppcheck >/dev/null || {
    echo "skipped: cppcheck is not installed"
    exit 77
}
exec cppcheck --std=c11 --enable=warning,style,performance,portability --inline-suppr --quiet \
    -j "$(nproc)" --suppress=unusedStructMember --suppress=missingIncludeSystem --error-exitcode=1 \
    -I core/include -I core -I h5tools core plugin h5tools testdata
