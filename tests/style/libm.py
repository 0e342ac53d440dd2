#!/usr/bin/env python3
"""libm.py OBJECT...: what reads a chunk calls of libm only functions that IEEE 754 fixes to the last
bit (promise P4). Looks at the objects of core/format and core/decode, and at all those that they
call, directly or through others."""
import subprocess
import sys

from tree import report

ALLOWED = {"sqrt", "sqrtf", "floor", "ceil", "fmin", "fmax", "floorf", "ceilf", "fminf", "fmaxf"}
# The usual names, where the library itself cannot be found.
USUAL = """exp exp2 expm1 log log2 log10 log1p pow sin cos tan asin acos atan atan2 sinh cosh tanh hypot
cbrt erf erfc lgamma tgamma fma rint nearbyint round trunc frexp ldexp fmod expf logf powf sinf cosf
fmaf""".split()


def symbols(path, *options):
    """Names that nm lists, without their versions."""
    done = subprocess.run(["nm", "--format=posix", *options, path], capture_output=True, text=True,
                          check=True)
    return {line.split()[0].split("@")[0] for line in done.stdout.splitlines() if line.split()}


def libm():
    """Names of the functions of libm."""
    found = subprocess.run(["sh", "-c", "ldconfig -p | awk '/libm\\.so\\.6/ {print $NF; exit}'"],
                           capture_output=True, text=True, check=False).stdout.strip()
    return symbols(found, "--dynamic", "--defined-only") if found else set(USUAL)


def main(objects):
    defined = {name: path for path in objects
               for name in symbols(path, "--defined-only", "--extern-only")}
    needed = {path: symbols(path, "--undefined-only") for path in objects}
    reader = [path for path in objects if "/format/" in path or "/decode/" in path]
    for path in reader:  # grows while it is walked through
        reader += sorted({defined[name] for name in needed[path] if name in defined} - set(reader))
    names = libm() - ALLOWED
    findings = [f"{path} calls {name}" for path in reader for name in sorted(needed[path] & names)]
    if not reader:
        findings.append("no object of format/ or decode/ is given")
    report(findings, f"libm in what reads chunks, {len(reader)} objects")


main(sys.argv[1:])
