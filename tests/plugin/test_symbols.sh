#!/bin/sh
# The plugin as a shared object: its exports, its dependencies, the files beside it.
# Arguments: PLUGIN_DIRECTORY ...; exit status: 0, 1, 77 skipped.
set -u
plugin=$1/libh5zwinnow.so
failures=0

for tool in nm readelf ldd; do
    command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }
done

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# HDF5 opens every lib*.so* in a plugin directory.
found=$(find "$1" -name 'lib*')
[ "$found" = "$plugin" ] || fail "the plugin is not alone in its directory:" "$found"

exported=$(nm -D --defined-only "$plugin" | sed 's/.* //; s/@.*//' | sort | tr '\n' ' ')
[ "$exported" = "H5PLget_plugin_info H5PLget_plugin_type " ] || fail "exported: $exported"

# No libhdf5, directly or by a dependency, and no symbol that only one could resolve.
undefined=$(nm -D --undefined-only "$plugin" | sed 's/.* //')
echo "$undefined" | grep '^H5' && fail "undefined symbols of HDF5"
ldd "$plugin" | grep -i hdf5 && fail "depends on a libhdf5"
ldd "$plugin" | grep 'not found' && fail "a dependency is missing"
ldd -r "$plugin" 2>&1 | grep 'undefined symbol' && fail "symbols cannot be resolved"

# Only the expected libraries: each further one must be installed wherever the plugin is used.
readelf -d "$plugin" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
    grep -v -E '^(libblosc|libgomp|libm|libc|libdl|libpthread|ld-linux.*|lib(a|ub|t)san)\.so' &&
    fail "unexpected dependencies"
readelf -d "$plugin" | grep -E 'RPATH|RUNPATH' && fail "a path of the build machine is left"

# Not unloaded: threads of OpenMP may still live in it.
readelf -d "$plugin" | grep -q NODELETE || fail "NODELETE is not set"
readelf -d "$plugin" | grep TEXTREL && fail "not position-independent"
readelf -l -W "$plugin" | grep -E 'GNU_STACK.*RWE' && fail "the stack is executable"

[ $failures = 0 ]
