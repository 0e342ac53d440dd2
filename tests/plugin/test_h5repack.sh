#!/bin/sh
# h5repack, h5dump and h5diff: files are converted to the filter and back.
# Arguments: PLUGIN_DIRECTORY MAKE_SERIES PYTHON SCRATCH_DIRECTORY; exit status: 0, 1, 77 skipped.
set -u
plugin=$1 make_series=$2 python=$3 scratch=$4/host_h5repack
data=/entry/data/data
mask=/entry/instrument/detector/detectorSpecific/pixel_mask
failures=0

for tool in h5repack h5dump h5diff; do
    command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
unset H5TOOLS_BUFSIZE WINNOW_NOISE WINNOW_THREADS WINNOW_VERBOSE
export HDF5_PLUGIN_PATH="$plugin"
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch" || exit 1
h5repack --version | head -n 1

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# A command that must exit with 0 and say nothing on stderr.
quiet() {
    "$@" >stdout 2>stderr || fail "exit status of: $*: $(cat stderr)"
    [ ! -s stderr ] || fail "not silent: $*: $(head -n 1 stderr)"
}

# params FILE DATASET: the stored parameters, or nothing.
params() {
    h5dump -p -H -d "$2" "$1" | sed -n 's/.*PARAMS { \(.*\) }.*/\1/p'
}

# expect WHAT GOT WANTED
expect() {
    [ "$2" = "$3" ] || fail "$1: '$2', not '$3'"
}

# same FILE FILE DATASET: all values are equal.
same() {
    h5diff "$1" "$2" "$3" "$3" >stdout 2>stderr || fail "$1 and $2 differ in $3"
}

size() {
    wc -c <"$1" | tr -d ' '
}

# signal FILE FILE PERCENT: flagged and bright pixels of both are equal, and the background of the
# second is that of the first within PERCENT.
cat >signal.py <<'END'
import sys
import h5py
import numpy as np
percent = float(sys.argv[3])
old, new = [h5py.File(name, "r")["/entry/data/data"] for name in sys.argv[1:3]]
for i, (was, now) in enumerate(zip(old, new)):
    flagged = was == np.iinfo(was.dtype).max
    bright = (was > 60) & ~flagged
    good = ~flagged & ~bright
    mean = was[good].mean(), now[good].mean()
    if not (flagged == (now == np.iinfo(was.dtype).max)).all():
        sys.exit("frame %d: flagged pixels differ" % i)
    if not (was[bright] == now[bright]).all() or not bright.any():
        sys.exit("frame %d: bright pixels differ" % i)
    if (was == now).all():
        sys.exit("frame %d: nothing was restored, all is as it was" % i)
    if abs(mean[0] - mean[1]) > percent / 100 * mean[0]:
        sys.exit("frame %d: a background of %.4f is restored as %.4f" % (i, *mean))
END
has_h5py=0
"$python" -c 'import h5py' 2>/dev/null && has_h5py=1
signal() {
    [ $has_h5py = 0 ] || "$python" signal.py "$1" "$2" "$3" >stdout 2>&1 ||
        fail "$2: $(tail -n 1 stdout)"
}

# sums FILE FILE EDGE: no count of a block is lost, but pixels differ.
cat >sums.py <<'END'
import sys
import h5py
import numpy as np
edge = int(sys.argv[3])
raw, back = [h5py.File(name, "r")["/entry/data/data"][()] for name in sys.argv[1:3]]
differ = back.astype("i8") - raw
if not differ.any():
    sys.exit("nothing was restored, all is as it was")
differ = np.pad(differ, [(0, 0)] + [(0, -size % edge) for size in raw.shape[1:]])
count, height, width = differ.shape
sums = differ.reshape(count, height // edge, edge, width // edge, edge).sum(axis=(2, 4))
if sums.any():
    sys.exit("%d blocks have other sums" % np.count_nonzero(sums))
END
sums() {
    signal "$1" "$2" 1
    [ $has_h5py = 0 ] || "$python" sums.py "$1" "$2" "$3" >stdout 2>&1 ||
        fail "$2: $(tail -n 1 stdout)"
}

quiet "$make_series" --frames 3 --size 300x240 --layout eiger series_master.h5
series=series_data_000001.h5
raw=$(size $series)

# ---- the filter with and without object names, tiles and rings ----
tiles="1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 300 240 1 132"
rings="1 1 142370 134220 300 0 0 0 0 0 0 0 0 0 0 0 300 240 1 132"
quiet h5repack -f UD=47000,0,0 $series tiles.h5
quiet h5repack -f $data:UD=47000,0,0 $series named.h5
quiet h5repack -f UD=47000,1,0 $series optional.h5
quiet h5repack -f $data:UD=47000,0,5,1,1,142370,134220,300 $series rings.h5
quiet h5repack -f UD=47000,0,0 -l CHUNK=3x240x300 $series three.h5
for name in tiles named optional; do
    expect "parameters of $name.h5" "$(params $name.h5 $data)" "$tiles"
    same tiles.h5 $name.h5 $data
done
expect "parameters of rings.h5" "$(params rings.h5 $data)" "$rings"
expect "parameters of three.h5" "$(params three.h5 $data)" "${tiles% 1 132} 3 132"
for name in tiles rings three; do
    signal $series $name.h5 2 # tiles of 64 pixels are coarse for such a small frame
    [ "$(size $name.h5)" -lt $((raw / 5)) ] || fail "$name.h5 is large: $(size $name.h5)"
done
h5dump -d $data -s 0,0,0 -c 1,2,3 rings.h5 >stdout 2>stderr || fail "h5dump cannot read rings.h5"
h5dump -p -H rings.h5 | grep -q 'COMMENT winnow' || fail "h5dump does not name the filter"

# ---- clusters, blocks, and all ----
# method: keep is its third digit from the right; keep digits: block, halo, filter
quiet h5repack -f $data:UD=47000,0,16,1,201,142370,134220,250,0,0,0,0,0,0,0,0,0,0,22 $series blocks2.h5
quiet h5repack -f $data:UD=47000,0,16,1,200,0,0,0,0,0,0,0,0,0,0,0,0,0,5 $series blocks5.h5
quiet h5repack -f $data:UD=47000,0,16,1,100,0,0,300,0,0,0,0,0,0,0,0,0,0,3 $series outlier_blocks3.h5
quiet h5repack -f $data:UD=47000,0,5,1,201,142370,134220,600 $series clusters.h5
quiet h5repack -f $data:UD=47000,0,2,1,300 $series whole.h5
expect "parameters of blocks2.h5" "$(params blocks2.h5 $data)" \
    "1 201 142370 134220 250 0 0 0 0 0 0 0 0 0 0 22 300 240 1 132"
expect "parameters of whole.h5" "$(params whole.h5 $data)" \
    "1 300 0 0 0 0 0 0 0 0 0 0 0 0 0 0 300 240 1 132"
same $series whole.h5 $data
sums $series blocks2.h5 2
sums $series blocks5.h5 5
sums $series outlier_blocks3.h5 3
signal $series clusters.h5 2
for name in blocks2 blocks5 outlier_blocks3 clusters whole; do
    [ "$(size $name.h5)" -lt $((raw / 3)) ] || fail "$name.h5 is large: $(size $name.h5)"
    quiet h5repack -f NONE $name.h5 back.h5
    same $name.h5 back.h5 $data
done

# ---- other layouts afterwards ----
quiet h5repack -l CHUNK=3x240x300 rings.h5 chunk3.h5
expect "parameters of chunk3.h5" "$(params chunk3.h5 $data)" "${rings% 1 132} 3 132"
signal $series rings.h5 0.7
signal $series chunk3.h5 1
quiet h5repack -l CHUNK=1x120x150 tiles.h5 cut_tiles.h5
expect "parameters of cut_tiles.h5" "$(params cut_tiles.h5 $data)" \
    "1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 150 120 1 132"
signal $series cut_tiles.h5 3
quiet h5repack -l CHUNK=1x120x150 rings.h5 cut_rings.h5 # refused: rings need whole frames
expect "parameters of cut_rings.h5" "$(params cut_rings.h5 $data)" "$rings"
signal $series cut_rings.h5 1

# ---- and back ----
quiet h5repack -f NONE rings.h5 back.h5
expect "parameters of back.h5" "$(params back.h5 $data)" ""
same rings.h5 back.h5 $data
quiet h5repack -f GZIP=4 rings.h5 gzip.h5
same rings.h5 gzip.h5 $data
quiet h5repack -f UD=47000,0,0 gzip.h5 again.h5
signal $series again.h5 3
quiet h5repack rings.h5 plain.h5
same rings.h5 plain.h5 $data

# ---- an Eiger master: frames are behind external links; masks and flat fields stay as they are
quiet h5repack -f UD=47000,0,0 series_master.h5 repacked_master.h5
h5diff series_master.h5 repacked_master.h5 >stdout 2>stderr || fail "the master was changed"
for object in $mask /truth/background; do
    h5dump -p -H -d "$object" repacked_master.h5 >stdout
    grep -q CONTIGUOUS stdout || fail "$object is not contiguous any more"
    grep -q 47000 stdout && fail "$object has the filter"
done
quiet h5repack -f UD=47000,1,0 series_master.h5 optional_master.h5
h5diff series_master.h5 optional_master.h5 >stdout 2>stderr ||
    fail "the master was changed by the optional filter"
quiet "$make_series" --frames 3 --size 300x240 one_file.h5
quiet h5repack -f UD=47000,0,0 one_file.h5 one_file_repacked.h5
expect "parameters of one_file_repacked.h5" "$(params one_file_repacked.h5 $data)" "$tiles"
signal one_file.h5 one_file_repacked.h5 2
for object in /entry/instrument /entry/sample /truth; do
    h5diff one_file.h5 one_file_repacked.h5 $object $object >stdout 2>stderr ||
        fail "$object of one_file.h5 was changed"
done

# ---- refusals: h5repack keeps the original settings, and says why with -E ----
h5repack -v -E -f UD=47000,0,5,1,0,0,0,20000 $series wrong.h5 >stdout 2>stderr
expect "exit status with wrong parameters" $? 0
grep -q 'pick cut-off is 200 sigma (stored as 20000)' stderr || fail "no reason for wrong parameters"
grep -q 'Applying original settings' stdout || fail "no warning for wrong parameters"
same $series wrong.h5 $data
HDF5_PLUGIN_PATH=/nonexistent h5repack -f UD=47000,0,0 $series missing.h5 >stdout 2>stderr
expect "exit status without plugin" $? 0
same $series missing.h5 $data
HDF5_PLUGIN_PATH=/nonexistent h5repack -f NONE rings.h5 missing.h5 >stdout 2>stderr
grep -q 'cannot be read' stderr || fail "h5repack does not warn where the plugin is missing"
HDF5_PLUGIN_PATH=/nonexistent h5dump --enable-error-stack -d $data rings.h5 >stdout 2>stderr &&
    fail "h5dump reads without the plugin"
grep -q "required filter 'winnow" stderr || fail "without the plugin its name is not shown"

# ---- frames above 32 MiB ----
# Where a dataset has more than 256 MiB, h5repack reads and writes it as bands of 32 MiB: a frame of
# 72 MiB is encoded three times, and decoded in between. H5TOOLS_BUFSIZE=128 (MiB) prevents that.

# bands FILE: whether bands give what a write in one go gives.
bands() {
    quiet h5repack -f UD=47000,0,0 "$1" bands.h5
    H5TOOLS_BUFSIZE=128 quiet h5repack -f UD=47000,0,0 "$1" at_once.h5
    [ "$(h5dump -p -H -d $data bands.h5 | grep SIZE)" = \
        "$(h5dump -p -H -d $data at_once.h5 | grep SIZE)" ] &&
        h5diff bands.h5 at_once.h5 $data $data >stdout 2>stderr
}

quiet "$make_series" --frames 4 --size 4150x4371 large.h5
bands large.h5 || fail "4150x4371: bands give other frames than a write in one go"
signal large.h5 bands.h5 0.3
quiet "$make_series" --frames 4 --size 4200x4000 large.h5
bands large.h5 || fail "4200x4000, where the last band has 6 rows: not the frames of one go"
signal large.h5 bands.h5 1
if [ $has_h5py = 1 ]; then
    "$python" - <<'END'
import h5py
with h5py.File("large.h5", "r+") as file:
    frames = file["/entry/data/data"][:].astype("f4")
    del file["/entry/data/data"]
    file.create_dataset("/entry/data/data", data=frames, chunks=(1,) + frames.shape[1:])
END
    bands large.h5 || fail "float32 frames as bands: not the frames of one go"
fi

rm -f large.h5 bands.h5 at_once.h5
[ $failures = 0 ]
