#!/bin/sh
# h5winnow info: files of all kinds, intact, unusual and damaged, without a plugin.
# Arguments: H5WINNOW CLI_FILES SCRATCH_FOLDER
set -u
h5winnow=$1
cli_files=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
rm -rf "$3"
mkdir -p "$3"
cd "$3" || exit 1
# shellcheck source=tests/support/cli.sh
. "$here/../support/cli.sh"
unset HDF5_PLUGIN_PATH HDF5_EXT_PREFIX
"$cli_files" . || exit 1

# info STATUS FILE: runs it with and without --json.
info() {
    run info --json "$2"
    gives "$1"
    cp stdout json
    run info "$2"
    gives "$1"
}

# json TEXT...: each is in the output of --json.
json() {
    for text in "$@"; do
        grep -aqF -- "$text" json || fail "$command_line --json: has no '$text': $(cat json)"
    done
}

# ---- what is in a dataset ------------------------------------------------------------------------

info 0 other.h5::/data
shows "other.h5::/data" "shape            1 x 48 x 64, uint16" \
    "filters          winnow (winnow is optional)" "frames           1 separated" \
    "flagged pixels   48.0 per frame (48 to 48), 1.56 %" "chunk format     version 1" \
    "noise            on in 1 chunks, off in 0" "beam centre      x 30.5, y 20.25 pixel" \
    "error model      hybrid" "picking          3 sigma" \
    "cd_values        1 0 30500 20250 300 0 0 0 0 0 0 0 0 0 0 0 64 48 1 1"
hides "stored in"
json '"dataset":"/data","virtual":false,"shape":[1,48,64],' '"chunk":[1,48,64],"type":"uint16",' \
    '"filter":47000,"mandatory":false,"cd_values":[1,0,30500,20250,300,0,' \
    '"parameters":{"model":"radial","centre_pixel":[30.5,20.25],' '"frames":1,"bytes_raw":6144,' \
    '"images":{"separated":1,"lossless":0,"raw":0,"counted":0,"skipped":0,"hidden":0,"absent":0,"damaged":0}' \
    '"flagged_pixels":{"mean":48,"least":48,"most":48}' '"damaged":[]'

info 1 mixed.h5
shows "1 not filtered (winnow was skipped), 1 never written, 3 DAMAGED" \
    "DAMAGED          frame 3, chunk (3, 0, 0), byte " "the checksum is wrong" \
    "DAMAGED          frame 4, chunk (4, 0, 0), byte " "the chunk is cut short" \
    "DAMAGED          frame 5, chunk (5, 0, 0), byte " "this is not a winnow chunk" \
    "frames           2 separated"
says "mixed.h5::/data: damaged chunks: 3, listed above; all others can be read"
json '"images":{"separated":2,"lossless":0,"raw":0,"counted":0,"skipped":1,"hidden":0,"absent":1,"damaged":3}' \
    '"damaged":[{"frame":3,"images":1,"offset":[3,0,0],"address":' \
    '"reason":"the checksum is wrong: the chunk is damaged"}'

# Several frames in a chunk; padding does not count.
info 1 several.h5
shows "frames           8 separated, 7 DAMAGED" "noise            on in 0 chunks, off in 2" \
    "DAMAGED          frame 4 and 3 more, chunk (4, 0, 0)" \
    "DAMAGED          frame 12 and 2 more, chunk (12, 0, 0)" "restore          without noise"

info 0 behind.h5
shows "filters          winnow, deflate" "frames           1 hidden behind another filter" \
    "filters          winnow, fletcher32" "frames           1 separated"

info 1 refused.h5
shows "UNREADABLE       the filter has not completed the parameters" \
    "UNREADABLE       the parameters are those of a dataset of another type or chunk shape" \
    "UNREADABLE       the parameters were written by a newer version of winnow"
says "refused.h5::/bare: the filter refuses to read it"
json '"unreadable":"the filter has not completed' '"parameters":null'

# ---- links ---------------------------------------------------------------------------------------

info 0 links.h5
shows "links.h5::/a/b/data" "links.h5::/other/data" "stored in        " "/other.h5"
[ "$(grep -c '^links.h5::' stdout)" = 2 ] || fail "links.h5: a dataset is shown twice"
info 0 links.h5::/soft
shows "links.h5::/soft"
info 0 links.h5::/a/b/root/a
shows "links.h5::/a/b/root/a/b/data"
info 1 broken.h5
shows "broken.h5::/data_000001"
says "broken.h5::/data_000002: the link to gone.h5::/data cannot be followed"
info 3 deep.h5
says "more than 100 groups deep" "nothing here is compressed by winnow"
info 3 virtual.h5
shows "virtual.h5::/data" "a virtual dataset: its frames are in links.h5::/a/b/data"
says "look at the datasets that the virtual one is made of"
json '"virtual":true,"shape":[2,48,64],"sources":1,"first_source":"links.h5::/a/b/data"'

# ---- hostile files -------------------------------------------------------------------------------

info 0 first.h5
shows "frames           1 separated, 1099511627775 never written"
info 1 last.h5
says "chunks that are not looked at: 1"
info 0 names.h5
shows 'names.h5::/a?[31m"b\c'
json '"dataset":"/a?[31m\"b\\c'"$(printf '\357\277\275')"'"' # U+FFFD for what is no UTF-8

# ---- what is no input ----------------------------------------------------------------------------

info 4 nothing.h5
says "nothing.h5: cannot be opened: No such file or directory"
echo "no HDF5 at all" >text.h5
info 3 text.h5
says "text.h5: HDF5 cannot read it"
head -c 1500 mixed.h5 >short.h5
info 3 short.h5
says "short.h5: HDF5 cannot read it (truncated file"
info 3 mixed.h5::/nothing
says "mixed.h5::/nothing: cannot be opened" "is this its path?"
if [ "$(id -u)" != 0 ]; then
    cp mixed.h5 locked.h5
    chmod 0 locked.h5
    info 4 locked.h5
    says "locked.h5: cannot be opened: Permission denied"
fi
run info
gives 2
says "info takes one FILE or FILE::OBJECT"
run info mixed.h5 several.h5
gives 2
run info --nonsense mixed.h5
gives 2
says "Try h5winnow info --help."
finish
