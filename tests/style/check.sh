#!/bin/sh
# check_style.sh SOURCE_FOLDER: clang-format changes nothing, cppcheck finds nothing, no file of C is
# longer than one idea. Exits with 77 where a tool is missing.
set -u
cd "$1" || exit 1
for tool in clang-format cppcheck; do
    command -v $tool >/dev/null && continue
    echo "skipped: $tool is not installed"
    exit 77
done
status=0
files=$(find core plugin h5tools tests testdata -name '*.[ch]')
# shellcheck disable=SC2086 # a list of names
clang-format --dry-run -Werror $files || status=1
cppcheck --std=c11 --suppress=unusedStructMember --enable=warning,style,performance,portability --inline-suppr --quiet \
    --suppress=missingIncludeSystem --error-exitcode=1 -I core/include -I core -I h5tools core plugin h5tools testdata ||
    status=1
exit $status
