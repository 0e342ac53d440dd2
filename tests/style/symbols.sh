#!/bin/sh
# symbols.sh ARCHIVE: every external symbol of libwinnow.a begins with wn_, so that a program that
# is linked with it may use any other name. Prints the list with -v.
set -u
symbols=$(nm --defined-only --extern-only --format=posix "$1" | awk 'NF >= 2 && $2 ~ /^[A-Z]$/ {print $1}' | sort -u)
[ -n "$symbols" ] || { echo "no symbols in $1"; exit 1; }
[ "${2-}" = -v ] && echo "$symbols"
# What sanitizers and coverage add to every object is not ours.
others=$(echo "$symbols" | grep -Ev '^(wn_|__asan_|__odr_asan|__ubsan_|__gcov_|__llvm_|DW\.ref\.)')
if [ -n "$others" ]; then
    echo "symbols of $1 that do not begin with wn_:"
    echo "$others"
    exit 1
fi
echo "external symbols of libwinnow.a: $(echo "$symbols" | wc -l), all begin with wn_"
