#!/bin/sh
# Programs with an HDF5 library of their own inside: linked statically, with and without exported
# symbols, and a reader plugin (as XDS has them) that brings HDF5 into a program without it.
# Arguments: PLUGIN_DIRECTORY MAKE_SERIES PYTHON SCRATCH_DIRECTORY; exit status: 0, 1, 77 skipped.
set -u
plugin=$1 make_series=$2 scratch=$4/host_static
source=$(cd "$(dirname "$0")" && pwd)/static.c
failures=0

skip() {
    echo "skipped: $*"
    exit 77
}

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

compiler=${CC:-cc}
for tool in "$compiler" pkg-config h5repack; do
    command -v "$tool" >/dev/null || skip "no $tool"
done
flags=$(pkg-config --cflags hdf5-serial 2>/dev/null) || skip "no hdf5-serial.pc"
shared=$(pkg-config --libs hdf5-serial)
static=$(echo "$shared" | sed -n 's/.*-L\([^ ]*\).*/\1/p')/libhdf5.a
[ -f "$static" ] || skip "no $static"
needs=$(sed -n 's/ *Extra libraries: //p' "${static%.a}.settings")

unset H5TOOLS_BUFSIZE WINNOW_NOISE WINNOW_THREADS WINNOW_VERBOSE
export HDF5_PLUGIN_PATH="$plugin"
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch" || exit 1

# build OUTPUT OPTION...
build() {
    output=$1
    shift
    # shellcheck disable=SC2086
    "$compiler" -std=c11 -O1 -Wall -Wextra $flags "$source" -o "$output" "$@" 2>messages
}

# shellcheck disable=SC2086
{
    build with_shared $shared || skip "no C program can be linked: $(head -n 1 messages)"
    build hidden -Wl,--exclude-libs,ALL "$static" $needs ||
        skip "the static library cannot be linked: $(grep -m 1 -i undefined messages)"
    build exported -rdynamic "$static" $needs || fail "linking with -rdynamic"
    build reader.so -DREADER -shared -fPIC $shared || fail "linking a shared object"
    build loader -DLOADER -ldl || fail "linking the loader"
}

"$make_series" --frames 3 --size 300x240 series.h5 || fail "make_series"
h5repack -f UD=47000,0,4,1,0,142370,134220 series.h5 rings.h5 || fail "h5repack"
"$PWD/with_shared" write tiles.h5 series.h5 2>stderr || fail "with_shared write: $(cat stderr)"

# expect WHAT FILE COMMAND...: the command reads the file as the program with the shared library.
expect() {
    what=$1 file=$2
    shift 2
    wanted=$("$PWD/with_shared" read "$file" 2>stderr) ||
        fail "with_shared cannot read $file: $(cat stderr)"
    got=$("$@" read "$file" 2>stderr) || fail "$what cannot read $file: $(head -n 1 stderr)"
    [ "$got" = "$wanted" ] || fail "$what reads $file differently"
}

for file in tiles.h5 rings.h5 series.h5; do
    expect "a static library" "$file" "$PWD/hidden"
    expect "a static library with exported symbols" "$file" "$PWD/exported"
    expect "a reader plugin, RTLD_LOCAL" "$file" "$PWD/loader" local "$PWD/reader.so"
    expect "a reader plugin, RTLD_GLOBAL" "$file" "$PWD/loader" global "$PWD/reader.so"
    WINNOW_THREADS=3 expect "a static library, 3 threads" "$file" "$PWD/hidden"
done

# Started by a relative path, and found through PATH: the dynamic linker knows another name then.
expect "a program with a relative path" tiles.h5 ./exported
expect "a program found in PATH" tiles.h5 env "PATH=$PWD:$PATH" exported

# write_through WHAT COMMAND...: what is written is what the shared library writes.
write_through() {
    what=$1
    shift
    "$@" write written.h5 series.h5 2>stderr || fail "$what cannot write: $(tail -n 1 stderr)"
    h5diff tiles.h5 written.h5 /entry/data/data /entry/data/data >stdout 2>&1 ||
        fail "$what writes something else"
    "$@" wrong wrong.h5 2>stderr && fail "$what accepts wrong parameters"
    grep -q 'pick cut-off' stderr || fail "$what does not say what is wrong"
}

write_through "a static library with exported symbols" "$PWD/exported"
write_through "the same, by a relative path" ./exported
write_through "a reader plugin, RTLD_LOCAL" "$PWD/loader" local "$PWD/reader.so"
write_through "a reader plugin, RTLD_GLOBAL" "$PWD/loader" global ./reader.so

# If no function of the library can be found, creating a dataset fails with a message.
"$PWD/hidden" write written.h5 series.h5 2>stderr
[ $? = 1 ] || fail "a static library without symbols: creating gives no error"
grep -q 'winnow: .*does not export its functions' stderr ||
    fail "a static library without symbols: not said why nothing can be created"

[ $failures = 0 ]
