#!/bin/sh
# h5winnow with h5repack, the plugin and the test series: the output of params makes files that info
# explains, in one file and in Eiger files, intact and damaged.
# Arguments: H5WINNOW MAKE_SERIES PLUGIN_FOLDER SCRATCH_FOLDER; exit status 77: skipped.
set -u
h5winnow=$1
make_series=$2
plugin=$3
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
command -v h5repack >/dev/null || {
    echo "skipped: no h5repack"
    exit 77
}
rm -rf "$4"
mkdir -p "$4/small"
cd "$4" || exit 1
# shellcheck source=tests/support/cli.sh
. "$here/../support/cli.sh"
unset HDF5_EXT_PREFIX WINNOW_NOISE WINNOW_VERBOSE
data=/entry/data/data

# repack INPUT OUTPUT OPTION...: with the parameters that h5winnow makes of the options.
repack() {
    input=$1
    output=$2
    shift 2
    run params --format h5repack "$@"
    gives 0
    HDF5_PLUGIN_PATH=$plugin h5repack -f "$data:$(cat stdout)" "$input" "$output" ||
        fail "h5repack -f $data:$(cat stdout)"
}

"$make_series" --size 256x200 --frames 5 series.h5 || exit 1
"$make_series" --size 256x200 --frames 5 --layout eiger series_master.h5 || exit 1

run info series.h5
gives 3
says "series.h5::/: nothing here is compressed by winnow"

# info shows each option.
repack series.h5 filtered.h5 --centre 126.5,99.25 --distance 40 --pixel-size 75 --rot1 -0.01 \
    --pick 2 --polarisation 0.99 --bins 60 --noise off
run info filtered.h5
gives 0
shows "filtered.h5::$data" "shape            5 x 200 x 256, uint32" \
    "filters          winnow (winnow is mandatory)" "size             1.02 MB raw, " \
    "frames           5 separated" "x 126.5, y 99.25 pixel" "533.333 pixel widths" "-0.01 rad" \
    "picking          2 sigma" "polarisation     0.99 (factor)" "rings            60" \
    "noise            on in 0 chunks, off in 5" "restore          without noise" \
    "frame            256 x 200 pixel"

# An Eiger master whose data file was compressed.
repack series_data_000001.h5 small/series_data_000001.h5 --centre 126,99
cp series_master.h5 small
run info small/series_master.h5
gives 0
shows "small/series_master.h5::/entry/data/data_000001" "stored in        " \
    "/small/series_data_000001.h5" "frames           5 separated"
rm series_data_000001.h5 small/series_data_000001.h5
run info small/series_master.h5
gives 3
says "the link to series_data_000001.h5::$data cannot be followed" "nothing here is compressed"

# Damage: the fourth chunk, in its middle.
at=$(LC_ALL=C grep -abo "$(printf 'WNW\032')" filtered.h5 | sed -n '4s/:.*//p')
cp filtered.h5 damaged.h5
printf 'damage' | dd of=damaged.h5 bs=1 seek=$((at + 500)) conv=notrunc 2>dd.log || cat dd.log
run info damaged.h5
gives 1
shows "frames           4 separated, 1 DAMAGED" \
    "DAMAGED          frame 3, chunk (3, 0, 0), byte $at of the file: the checksum is wrong"
says "damaged.h5::$data: damaged chunks: 1, listed above"
finish
