#!/bin/sh
# libm.sh OBJECT...: what reads a chunk calls of libm only functions that IEEE 754 fixes to the last
# bit (promise P4). Looks at the objects of core/format and core/decode among those given.
set -u
# The functions of libm, from the library itself; where it cannot be found, the usual ones.
libm=$(ldconfig -p 2>/dev/null | awk '/libm\.so\.6/ {print $NF; exit}')
names=$([ -n "$libm" ] && nm --dynamic --defined-only --format=posix "$libm" | sed 's/[ @].*//' | sort -u)
[ -n "$names" ] || names=$(printf '%s\n' exp exp2 expm1 log log2 log10 log1p pow sin cos tan asin acos atan atan2 \
    sinh cosh tanh hypot cbrt erf erfc lgamma tgamma fma rint nearbyint round trunc frexp ldexp fmod \
    expf logf powf sinf cosf fmaf)
allowed='^(sqrt|sqrtf|floor|ceil|fmin|fmax|floorf|ceilf|fminf|fmaxf)$'
status=0 seen=0
for object in "$@"; do
    case $object in
    */format/* | */decode/*) ;;
    *) continue ;;
    esac
    seen=$((seen + 1))
    wrong=$(nm --undefined-only --format=posix "$object" | awk '{print $1}' | sed 's/@.*//' | sort -u |
        grep -Fx "$names" | grep -Ev "$allowed")
    [ -z "$wrong" ] || {
        echo "$object calls" $wrong
        status=1
    }
done
[ $seen -gt 0 ] || { echo "no object of format/ or decode/ was given"; exit 1; }
echo "libm in format/ and decode/: $seen objects looked at"
exit $status
