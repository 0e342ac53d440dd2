#!/bin/sh
# h5winnow doctor: every fault that it must name, provoked.
# Arguments: H5WINNOW PLUGIN FOLDER_OF_BAD_PLUGINS SCRATCH_FOLDER
set -u
h5winnow=$1
plugin=$2
bad=$3
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
rm -rf "$4"
mkdir -p "$4/good" "$4/empty" "$4/text" "$4/short" "$4/old" "$4/unmarked" "$4/dark"
cd "$4" || exit 1
# shellcheck source=tests/support/cli.sh
. "$here/../support/cli.sh"
unset HDF5_PLUGIN_PATH HDF5_PLUGIN_PRELOAD WINNOW_NOISE WINNOW_THREADS WINNOW_VERBOSE \
    OMP_NUM_THREADS OCL_ICD_VENDORS
here_path=$(pwd)

# doctor PATH [NAME=VALUE...]: runs it with this HDF5_PLUGIN_PATH and further variables.
doctor() {
    count=$((count + 1))
    command_line="$* h5winnow doctor"
    path=$1
    shift
    env HDF5_PLUGIN_PATH="$path" "$@" "$h5winnow" doctor >stdout 2>stderr
    status=$?
    grep -v -e '^$' -e '^libgomp' stderr && fail "$command_line: says on stderr: $(cat stderr)"
}

# finds STATUS TEXT...
finds() {
    [ "$status" = "$1" ] || fail "$command_line: exit status $status, not $1: $(cat stdout)"
    shift
    shows "$@"
}

# The same file with another version of the same length.
patch_version() { # FROM TO MARK
    sed "s/winnow plugin 0\.1\.0/$3/" "$1" >"$2"
    cmp -s "$1" "$2" && fail "there is no version in $1"
}

cp "$plugin" good/libh5zwinnow.so
built=$(dirname "$plugin")
advice="-> export HDF5_PLUGIN_PATH=$built"

# ---- all is well ---------------------------------------------------------------------------------

doctor good
finds 0 "ok     h5winnow          version 0." "ok     HDF5              version " "libhdf5" "thread-safe" \
    "ok     plugin path       HDF5_PLUGIN_PATH=good" \
    "ok     folder            good holds libh5zwinnow.so, version 0." \
    "ok     plugin            HDF5 loads good/libh5zwinnow.so, version 0." \
    "ok     round trip        a dataset in memory was compressed and read back" \
    "ok     engine openmp" "engine opencl     not in this version" "bitshuffle (32008)" \
    "LZ4 (32004)" "Blosc (32001)" "processors" "All is well."
hides WRONG
doctor "$here_path/good:empty" WINNOW_VERBOSE=1 WINNOW_THREADS=3 WINNOW_NOISE=0 OMP_NUM_THREADS=3,2
finds 0 "ok     WINNOW_THREADS    3 (" "ok     WINNOW_NOISE      0 (" "OpenMP would use 3 threads" \
    "empty holds no usable winnow plugin, libraries: 0" \
    "note   relative folder   empty is looked for in the folder that a program is started in" \
    "-> write $here_path/empty instead"

# ---- the path ------------------------------------------------------------------------------------

run doctor
[ "$status" = 1 ] || [ "$status" = 0 ] || fail "$command_line: exit status $status"
shows "HDF5_PLUGIN_PATH is not set, HDF5 looks into its default folder /"
[ "$status" = 0 ] || shows "WRONG  plugin path" "$advice" "HDF5 does not find filter 47000"

doctor ""
finds 1 "WRONG  plugin path       HDF5_PLUGIN_PATH=, where no usable winnow plugin is" "$advice"
doctor empty
finds 1 "WRONG  plugin path       HDF5_PLUGIN_PATH=empty, where no usable winnow plugin is" \
    "$advice" "ok     folder            empty holds no usable winnow plugin, libraries: 0" \
    "WRONG  plugin            HDF5 does not find filter 47000 (none of the folders has it)"
hides "round trip"
doctor nowhere
finds 1 "$advice" "WRONG  folder            nowhere cannot be opened: No such file or directory" \
    "-> correct HDF5_PLUGIN_PATH"
doctor nowhere:good
finds 1 "WRONG  folder            nowhere cannot be opened: No such file or directory; HDF5 1.10 ends"
doctor good:nowhere
finds 0 "note   folder            nowhere cannot be opened" "All is well."
doctor stdout
finds 1 "WRONG  folder            stdout cannot be opened: Not a directory"
doctor good HDF5_PLUGIN_PRELOAD=::
finds 1 "WRONG  plugin loading    HDF5 is forbidden to load plugins" "-> unset HDF5_PLUGIN_PRELOAD"

# Read without permission: root may read everything, so root becomes nobody.
chmod 000 dark
if [ "$(id -u)" = 0 ]; then
    tried=$(setpriv --reuid=65534 --regid=65534 --clear-groups \
        env HDF5_PLUGIN_PATH="$here_path/dark" "$h5winnow" doctor 2>/dev/null)
else
    tried=$(HDF5_PLUGIN_PATH="$here_path/dark" "$h5winnow" doctor)
fi
status=$?
case $status in
126 | 127) echo "left out: a folder without permission, nobody cannot run $h5winnow" ;;
*)
    command_line="(as nobody) doctor dark"
    printf '%s\n' "$tried" >stdout
    finds 1 "dark cannot be opened: Permission denied" "-> ask its owner to let you read it: chmod a+rx"
    ;;
esac
chmod 700 dark

# A folder of libraries that has no plugins.
mkdir -p many
i=0
while [ $i -lt 70 ]; do
    : >many/libmany$i.so
    i=$((i + 1))
done
cp "$plugin" many/libh5zwinnow.so
doctor many
finds 1 "WRONG  folder            many holds 71 libraries" "-> take this folder out"

# ---- other versions ------------------------------------------------------------------------------

patch_version "$plugin" old/libh5zwinnow.so "winnow plugin 0.0.9"
patch_version "$plugin" unmarked/libh5zwinnow.so "winnow plugin ?????"
doctor old
finds 1 "ok     folder            old holds libh5zwinnow.so, version 0.0.9" "ok     round trip" \
    "WRONG  plugin            HDF5 loads old/libh5zwinnow.so, whose version is 0.0.9, but h5winnow has version" \
    "-> install h5winnow and the plugin from the same source" "$advice"
doctor unmarked
finds 1 "whose version is not known, but h5winnow has version"
doctor good:old
finds 0 "note   several plugins   there are 2 winnow plugins, the first wins: good/libh5zwinnow.so" \
    "HDF5 loads good/"
doctor old:good
finds 1 "the first wins: old/libh5zwinnow.so" "HDF5 loads old/"

# ---- files that do not load ----------------------------------------------------------------------

printf 'this is no library\n' >text/libh5zwinnow.so
head -c 20000 "$plugin" >short/libh5zwinnow.so
doctor text
finds 1 "WRONG  file              text/libh5zwinnow.so: it cannot be loaded: " "-> install winnow again" \
    "WRONG  plugin path" "HDF5 does not find filter 47000"
doctor short
finds 1 "WRONG  file              short/libh5zwinnow.so: " "-> install winnow again"
doctor text:good
finds 1 "WRONG  file              text/libh5zwinnow.so" "ok     round trip"

# Truncated anywhere, none may crash the tool. (The bytes after the code may be missing.)
size=$(wc -c <"$plugin")
i=1
while [ $i -lt 8 ]; do
    head -c $((size * i / 8)) "$plugin" >short/libh5zwinnow.so
    doctor short
    [ "$status" -le 1 ] || fail "$command_line: $i/8 of the plugin: exit status $status"
    shows "short" "input filter"
    i=$((i + 1))
done

# ---- plugins that misbehave ----------------------------------------------------------------------

doctor "$bad/crashes"
finds 1 "crashes/libh5zwinnow.so: a program that opens it dies of signal 6" \
    "HDF5 looks for filter 47000 dies of signal 6"
doctor "$bad/exits"
finds 1 "exits/libh5zwinnow.so: a program that opens it ends the program with exit status 0"
doctor "$bad/hangs"
finds 1 "hangs/libh5zwinnow.so: a program that opens it is not done after 10 s"
doctor "$bad/refuses"
finds 1 "WRONG  round trip        the filter cannot compress: " "-> it says: winnow: today I do not want to"
doctor "$bad/loses"
finds 1 "WRONG  round trip        " "pixels that must be exact are not"
doctor "$bad/undefined"
finds 1 "undefined/libh5zwinnow.so: it cannot be loaded: " "undefined symbol: cli_plugin_missing"
doctor "$bad/dependent"
finds 1 "it cannot be loaded: libcli_missing.so: cannot open shared object file"
cp "$bad/crashes/libh5zwinnow.so" good/liba.so
doctor good
finds 1 "good/liba.so: a program that opens it dies"
rm good/liba.so

# ---- the environment -----------------------------------------------------------------------------

doctor good WINNOW_NOISE=yes WINNOW_THREADS=0 OMP_NUM_THREADS=many
finds 1 "WRONG  WINNOW_NOISE      'yes' makes no sense" "-> set it to 0 or 1" \
    "WRONG  WINNOW_THREADS    '0' makes no sense" "WRONG  OMP_NUM_THREADS   'many' makes no sense" \
    "3 wrong"
doctor good WINNOW_THREADS=4x
finds 1 "WRONG  WINNOW_THREADS    '4x' makes no sense"

# ---- OpenCL --------------------------------------------------------------------------------------

doctor good OCL_ICD_VENDORS="$here_path/empty"
finds 0 "note   OpenCL drivers    no OpenCL: no driver in $here_path/empty" \
    "apt-get install nvidia-opencl-icd"
mkdir -p opencl
printf 'no library\n' >opencl/libOpenCL.so.1
doctor good LD_LIBRARY_PATH="$here_path/opencl"
finds 0 "note   OpenCL library    no OpenCL: " "apt-get install ocl-icd-libopencl1"

# ---- JSON, and wrong usage -----------------------------------------------------------------------

# json STATUS PATH PYTHON_CONDITION
json() {
    count=$((count + 1))
    command_line="h5winnow doctor --json with HDF5_PLUGIN_PATH=$2"
    HDF5_PLUGIN_PATH=$2 "$h5winnow" doctor --json >stdout 2>stderr
    status=$?
    finds "$1"
    /usr/bin/python3 -c "
import json, sys
d = json.load(open('stdout'))
f = {x['subject']: x for x in d['findings']}
sys.exit(not ($3))" || fail "$command_line: not $3: $(cat stdout)"
}
json 0 good "d['wrong'] == 0 and f['plugin']['verdict'] == 'ok' and f['plugin']['advice'] == []"
json 1 empty "d['wrong'] == 2 and f['plugin path']['verdict'] == 'wrong' and \
f['plugin path']['advice'][0].startswith('export HDF5_PLUGIN_PATH=')"
json 1 "$(printf 'a\nb\033[1m"\377')" "f['folder']['verdict'] == 'wrong'"
run doctor --help
gives 0
shows "usage: h5winnow doctor [--json]"
run doctor file.h5
gives 2
says "doctor takes no input, but got 'file.h5'"
run doctor --nonsense
gives 2
finish
