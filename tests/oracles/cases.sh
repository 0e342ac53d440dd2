#!/bin/sh
# Cases on which winnow once failed, of which those in LIST are fixed: none of them may show its
# defect again. The others are named only; CASES/run BUILD_FOLDER shows which of them still do.
#
#     cases.sh CASES BUILD_FOLDER LIST
set -eu
cases=$1 build=$2 list=$3
[ -x "$cases/run" ] || { echo "skipped: no $cases/run"; exit 77; }

fixed=$(grep -v '^#' "$list" || true)
for script in "$cases"/*/case_*.sh; do
    name=${script#"$cases"/}
    name=${name%.sh}
    echo "$fixed" | grep -qxF "$name" || echo "not run  $name"
done
[ -n "$fixed" ] || { echo "skipped: no case is in $list"; exit 77; }
# shellcheck disable=SC2086 # a list of names
"$cases/run" "$build" $fixed
