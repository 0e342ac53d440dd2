#!/bin/sh
# h5winnow params: options, PONI files, formats, and what it refuses.
# Arguments: H5WINNOW SCRATCH_FOLDER
set -u
h5winnow=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
mkdir -p "$2"
cd "$2" || exit 1
# shellcheck source=tests/support/cli.sh
. "$here/../support/cli.sh"

# h5repack OUTPUT OPTION...: what --format h5repack prints for these options.
h5repack() {
    wanted=$1
    shift
    run params --format h5repack "$@"
    gives 0
    prints "$wanted"
}

# refuses STATUS MESSAGE OPTION...
refuses() {
    wanted=$1
    message=$2
    shift 2
    run params "$@"
    gives "$wanted"
    says "$message"
    prints_nothing
}

prints_nothing() {
    [ ! -s stdout ] || fail "$command_line: prints '$(cat stdout)'"
}

# ---- options -------------------------------------------------------------------------------------

h5repack UD=47000,0,0
h5repack UD=47000,0,4,1,0,1031700,1085300 --centre 1031.7,1085.3
h5repack UD=47000,0,5,1,0,1031700,1085300,300 --centre 1031.7,1085.3 --pick 3
h5repack UD=47000,0,4,1,0,4294917296,4294967295 --centre -50,-0.001
h5repack UD=47000,0,2,1,1 --centre 0,0
h5repack UD=47000,0,4,1,0,1,1 --centre 0.0006,0.0014
h5repack UD=47000,0,10,1,0,500000,500000,0,0,0,0,0,2666667 \
    --centre 500,500 --distance 200 --pixel-size 75
h5repack UD=47000,0,11,1,0,500000,500000,0,0,0,0,0,4000000,2000000 \
    --centre 500,500 --distance 200 --pixel-size 50,100
h5repack UD=47000,0,13,1,0,500000,500000,0,0,0,0,0,1000000,0,4294957296,20001 \
    --centre 500,500 --distance 172 --pixel-size 172 --rot1 -0.01 --rot2 0.0200006
h5repack UD=47000,0,18,1,0,514000,532000,0,0,0,0,0,0,0,0,0,0,0,0,1030,1065 \
    --centre 514,532 --frame 1030x1065
h5repack UD=47000,0,9,1,31,10000,20000,250,100,800,350,3 \
    --centre 10,20 --model radial --error-model hybrid --pick 2.5 --noise-floor 1 --bins 800 \
    --clip 3.5 --cycles 3
h5repack UD=47000,0,14,1,1100000,10000,20000,0,0,0,0,0,1000000,0,0,0,4294966306 \
    --centre 10,20 --distance 100 --pixel-size 100 --solid-angle --polarisation -0.99
h5repack UD=47000,0,15,1,10000000,0,0,0,0,0,0,0,0,0,0,0,0,4294967294 --dummy -2
h5repack UD=47000,0,7,1,112,0,0,0,0,32 --model tiles --keep outlier --tile 32 --error-model poisson
h5repack UD=47000,0,2,1,11020 --error-model azimuthal --noise off --compat pyfai
h5repack UD=47000,0,0 --noise off --noise on

run params --centre 3,-4 --format h5py
gives 0
prints "(1, 0, 3000, 4294963296)"
run params --format h5py
gives 0
prints "()"
run params --format json
gives 0
prints '{"filter":47000,"cd_values":[],"parameters":{"model":"tiles","tile_pixel":64,"error_model":"auto","clip_sigma":"chauvenet","cycles":5,"quality":null,"keep":"outlier","pick_sigma":1,"noise_floor_counts":0,"background":"law","dummy":null,"noise":true,"compat_pyfai":false,"frame_pixel":null}}'
run params --format json --centre 3,-4 --distance 20 --pixel-size 10 --rot1 -0.5 --polarisation 0 \
    --bins 100 --clip 4 --dummy -1 --noise off --frame 7x8
gives 0
prints '{"filter":47000,"cd_values":[1,11001000,3000,4294963296,0,0,100,400,0,2000000,0,4294467296,0,0,4294967295,0,7,8],"parameters":{"model":"radial","centre_pixel":[3,-4],"distance_pixel":2000,"pixel_aspect":1,"rot1_rad":-0.5,"rot2_rad":0,"rings":100,"error_model":"auto","clip_sigma":4,"cycles":5,"quality":null,"keep":"outlier","pick_sigma":1,"noise_floor_counts":0,"background":"law","solid_angle":false,"polarisation":0,"dummy":-1,"noise":false,"compat_pyfai":false,"frame_pixel":[7,8]}}'

run params --centre 514.25,532.75 --pick 3
gives 0
prints 'Parameters of winnow, HDF5 filter 47000:
  background       radial: rings about the beam centre        default
  beam centre      x 514.25, y 532.75 pixel                   --centre
  distance         not given                                  default
  pixel height     1 pixel width                              default
  rot1             0 rad                                      default
  rot2             0 rad                                      default
  rings            one for every 2 pixels of radius           default
  error model      hybrid for integers, azimuthal for floats  default
  clipping         Chauvenet'"'"'s criterion                      default
  clipping cycles  5                                          default
  keep             outlier: pixels above the cut-off          default
  picking          3 sigma                                    --pick
  noise floor      none                                       default
  not kept         their distribution alone                   default
  solid angle      no                                         default
  polarisation     no                                         default
  dummy            none                                       default
  restore          with noise                                 default
  as pyFAI         no                                         default
  frame            that of the chunk                          default

h5repack, option -f, after the name of the dataset and a colon:
UD=47000,0,5,1,0,514250,532750,300

h5py, compression_opts:
(1, 0, 514250, 532750, 300)

JSON:
{"filter":47000,"cd_values":[1,0,514250,532750,300],"parameters":{"model":"radial","centre_pixel":[514.25,532.75],"distance_pixel":null,"pixel_aspect":1,"rot1_rad":0,"rot2_rad":0,"rings":"auto","error_model":"auto","clip_sigma":"chauvenet","cycles":5,"quality":null,"keep":"outlier","pick_sigma":3,"noise_floor_counts":0,"background":"law","solid_angle":false,"polarisation":null,"dummy":null,"noise":true,"compat_pyfai":false,"frame_pixel":null}}'

# ---- quality levels, and what they are made of ---------------------------------------------------

h5repack UD=47000,0,2,1,300 --keep all
h5repack UD=47000,0,2,1,200 --keep cluster
h5repack UD=47000,0,16,1,200,0,0,0,0,0,0,0,0,0,0,0,0,0,842 \
    --keep cluster --halo 4 --filter 0.8 --background blocks:2
h5repack UD=47000,0,16,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,8 --background blocks:8
h5repack UD=47000,0,0 --background blocks:8 --background law
h5repack UD=47000,0,2,1,300 --quality lossless
h5repack UD=47000,0,16,1,200,0,0,250,0,0,0,0,0,0,0,0,0,0,22 --quality transparent
h5repack UD=47000,0,16,1,200,0,0,250,0,0,0,0,0,0,0,0,0,0,23 --quality high
h5repack UD=47000,0,16,1,200,0,0,300,0,0,0,0,0,0,0,0,0,0,24 --quality compact
h5repack UD=47000,0,5,1,200,0,0,1000 --quality hits
# An option replaces a part of the level, whether before or after it.
h5repack UD=47000,0,16,1,200,0,0,400,0,0,0,0,0,0,0,0,0,0,22 --quality transparent --pick 4
h5repack UD=47000,0,16,1,200,0,0,400,0,0,0,0,0,0,0,0,0,0,22 --pick 4 --quality transparent
h5repack UD=47000,0,16,1,200,0,0,250,0,0,0,0,0,0,0,0,0,0,20 --background law --quality high
h5repack UD=47000,0,16,1,200,0,0,1000,0,0,0,0,0,0,0,0,0,0,1333 \
    --quality hits --background blocks:3 --halo 3 --filter 1.3
h5repack UD=47000,0,16,1,200,0,0,250,0,0,0,0,0,0,0,0,0,0,23 --quality hits --quality high

run params --quality high --pick 2.5
gives 0
shows "quality          high                                       --quality" \
    "keep             cluster: squares of pixels with signal     --quality" \
    "picking          2.5 sigma                                  --pick" \
    "halo             2 pixel                                    --quality" \
    "filter           box of 3 x 3 pixels                        --quality" \
    "not kept         their distribution, sums of 3 x 3 blocks   --quality"
hides "noise floor"
run params --quality high --pick 3.1
gives 0
hides "  quality  "
run params --keep all
gives 0
shows "  quality          lossless" "keep             all: every pixel, without loss             --keep"
hides "picking" "halo" "filter  " "noise floor" "not kept"
run params --keep cluster --filter 0.8 --format json
gives 0
shows '"quality":null,"keep":"cluster","pick_sigma":3,"halo_pixel":0,"filter_pixel":0.8,"background":"law","dummy"'
run params --keep cluster --background blocks:4 --pick 3 --format json
gives 0
shows '"quality":"compact","keep":"cluster","pick_sigma":3,"halo_pixel":2,"filter_pixel":null,"background":"blocks:4","dummy"'
run params --quality lossless --format json
gives 0
shows '"quality":"lossless","keep":"all","dummy"'

refuses 2 "--quality cannot be 'best'" --quality best
refuses 2 "--keep cannot be 'some'" --keep some
refuses 2 "--background cannot be 'blocks'" --background blocks
refuses 2 "--background cannot be 'blocks:'" --background blocks:
refuses 2 "--background cannot be 'blocks:x'" --background blocks:x
refuses 2 "--background cannot be 'blocks:2.5'" --background blocks:2.5
refuses 2 "--background cannot be 'blocks:0'" --background blocks:0
refuses 2 "edge of a block is 1 pixel, but must be in 2 to 8 pixel" --background blocks:1
refuses 2 "edge of a block is 9 pixel, but must be in 2 to 8 pixel" --background blocks:9
refuses 2 "--halo cannot be '0'" --keep cluster --halo 0
refuses 2 "halo is 10 pixel, but must be in 1 to 9 pixel" --keep cluster --halo 10
refuses 2 "--filter cannot be '0.01'" --keep cluster --filter 0.01
refuses 2 "filter width is 10 pixel (stored as 100), but must be in 0.1 to 9.9 pixel" --keep cluster --filter 10
refuses 2 "a halo and a filter width are for keeping clusters" --halo 2
refuses 2 "a halo and a filter width are for keeping clusters" --filter 1
refuses 2 "a halo and a filter width are for keeping clusters" --keep outlier --quality transparent
refuses 2 "with all pixels kept there is nothing to sum up" --quality high --keep all
refuses 2 "with all pixels kept there is nothing to sum up" --background blocks:2 --quality lossless
refuses 2 "pyFAI's rule and its noise floor are for keeping outliers" --keep cluster --noise-floor 1
refuses 2 "pick cut-off of clusters is 0.5 sigma (stored as 50), but must be in 1 to 30 sigma" --keep cluster --pick 0.5
refuses 2 "pick cut-off of clusters is 31 sigma (stored as 3100), but must be in 1 to 30 sigma" --quality high --pick 31
refuses 2 "pyFAI's rule and its noise floor are for keeping outliers" --compat pyfai --quality hits

# ---- PONI files ----------------------------------------------------------------------------------

# Beam centre without tilt: poni / pixel - 0.5.
cat >one.poni <<'END'
# PONI version 1
PixelSize1: 0.0001
PixelSize2: 5e-05
Distance: 0.2
Poni1: 0.02
Poni2: 0.03
Rot1: 0.0
Rot2: 0.0
Rot3: 0.0
SplineFile: None
Wavelength: 1e-10
END
h5repack UD=47000,0,11,1,0,599500,199500,0,0,0,0,0,4000000,2000000 --poni one.poni

# With tilt, as pyFAI 2026.9 gives it (getFit2D, less 0.5): x 331.94087, y 398.71876.
cat >two.poni <<'END'
# Nota: C-Order, 1 refers to the Y axis, 2 to the X axis
poni_version: 2
Detector: Eiger4M
Detector_config: {}
Distance: 0.2
Poni1: 0.04
Poni2: 0.045
Rot1: 0.1
Rot2: -0.05
Rot3: 1.3
Wavelength: 1e-10
END
h5repack UD=47000,0,13,1,0,331941,398719,0,0,0,0,0,2666667,0,100000,4294917296 --poni two.poni

# Version 2.1, pixel size in the configuration.
cat >three.poni <<'END'
poni_version: 2.1
Detector: Detector
Detector_config: {"pixel1": 0.0002, "pixel2": 0.0001, "orientation": 3, "max_shape": [100, 100]}
Distance: 0.1
Poni1: 0.0101
Poni2: 0.00505
Rot1: 0
Rot2: 0
Rot3: 0
END
h5repack UD=47000,0,11,1,0,50000,50000,0,0,0,0,0,1000000,2000000 --poni three.poni

# Options replace values of the file.
h5repack UD=47000,0,11,1,0,1000,2000,0,0,0,0,0,1000000,2000000 --poni three.poni --centre 1,2
h5repack UD=47000,0,10,1,0,50000,100500,0,0,0,0,0,2000000 \
    --poni three.poni --pixel-size 100 --distance 200
run params --poni three.poni --cycles 9
gives 0
shows "x 50, y 50 pixel                           three.poni" \
    "clipping cycles  9                                          --cycles"

# Detectors that are known by name, and one that is not.
for detector in "Pilatus1M 172000" "pilatus4_2M 150000" "Eiger2_16M 075000" "Jungfrau4M 075000" \
    "Lambda750k 055000" "Maxipix2x2 055000" "Timepix 055000"; do
    pixel=${detector#* }
    sed "s/^Detector:.*/Detector: ${detector% *}/; s/^Rot[12].*/Rot1: 0/; s/^Distance.*/Distance: 0.$pixel/" \
        two.poni >named.poni
    run params --poni named.poni --format json
    gives 0
    shows '"distance_pixel":1000,'
done
sed 's/Eiger4M/Homemade/' two.poni >homemade.poni
refuses 2 "give --pixel-size" --poni homemade.poni
h5repack UD=47000,0,13,1,0,331941,398719,0,0,0,0,0,2666667,0,100000,4294917296 \
    --poni homemade.poni --pixel-size 75

run params --poni two.poni --polarisation 0.99 --format h5py
[ "$status" = 0 ] || fail "$command_line: exit status $status"
says "Rot3 is left out"

refuses 4 "nothing.poni: cannot be opened: No such file" --poni nothing.poni
refuses 4 "cannot be read" --poni .
printf 'no geometry here\n' >text.poni
refuses 3 "text.poni: no Distance: is this a PONI file?" --poni text.poni
sed 's/^Poni1.*/Poni1: abc/' one.poni >bad.poni
refuses 3 "bad.poni: line 5: Poni1 must be a number" --poni bad.poni
sed 's/^Distance.*/Distance: -1/' one.poni >bad.poni
refuses 3 "the distance is -1 m" --poni bad.poni
sed 's/^PixelSize1.*/PixelSize1: 0/' one.poni >bad.poni
refuses 3 "the pixels are 5e-05 x 0 m" --poni bad.poni
sed 's/"orientation": 3/"orientation": 2/' three.poni >bad.poni
refuses 3 "detector orientation 2 is not supported" --poni bad.poni
sed 's/^poni_version.*/poni_version: 4/' three.poni >bad.poni
refuses 3 "PONI version 4 is newer" --poni bad.poni

# ---- wrong usage ---------------------------------------------------------------------------------

refuses 2 "Try h5winnow params --help." --nonsense
refuses 2 "params takes no input, but got 'file.h5'" file.h5
refuses 2 "--centre cannot be '3'" --centre 3
refuses 2 "--centre cannot be '3,4,5'" --centre 3,4,5
refuses 2 "--centre cannot be 'nan,4'" --centre nan,4
refuses 2 "--centre: a value is too large" --centre 3e6,4
refuses 2 "--pixel-size cannot be '0'" --pixel-size 0
refuses 2 "--distance cannot be '-3'" --distance -3
refuses 2 "give --pixel-size" --centre 3,4 --distance 100
refuses 2 "give --centre or --poni" --distance 100 --pixel-size 75
refuses 2 "give --centre or --poni" --model radial
refuses 2 "leave out --model tiles, or the geometry" --model tiles --centre 3,4
refuses 2 "--model cannot be 'square'" --model square
refuses 2 "--pick cannot be '0'" --pick 0
refuses 2 "--pick cannot be '0.001'" --pick 0.001
refuses 2 "--cycles cannot be '2.5'" --cycles 2.5
refuses 2 "--dummy cannot be '4294967295'" --dummy 4294967295
refuses 2 "--frame cannot be '10'" --frame 10
refuses 2 "--frame cannot be '10x0'" --frame 10x0
refuses 2 "--frame cannot be '10x5000000000'" --frame 10x5000000000
refuses 2 "--bins and --tile exclude each other: one is for rings, the other for tiles" \
    --bins 10 --tile 20
refuses 2 "--tile and --bins exclude each other" --tile 20 --bins 10
refuses 2 "--bins is the number of rings" --bins 10
refuses 2 "--tile is for tiles" --centre 3,4 --tile 32
refuses 2 "a tile edge of 10 pixels is no multiple of 4" --tile 10
refuses 2 "pick cut-off is 1000 sigma (stored as 100000), but must be in 0.01 to 100 sigma" --pick 1000
refuses 2 "polarisation factor is 2 (stored as 2000), but must be in -1 to 1" --polarisation 2
refuses 2 "need the detector distance" --centre 3,4 --solid-angle
refuses 2 "need the radial model" --polarisation 1
refuses 2 "rot1 is 2 rad (stored as 2000000), but must be in -1.5 to 1.5 rad" --centre 3,4 --distance 1 --pixel-size 1 --rot1 2
refuses 2 "--format cannot be 'xml'" --format xml
refuses 2 "--table is the same for all parameters" --table --pick 3
refuses 2 "--table is the same for all parameters" --pick 3 --table

# ---- the program itself --------------------------------------------------------------------------

for help in "--help" "params --help" "info --help" "tune --help" "pack --help"; do
    # shellcheck disable=SC2086 # two words
    run $help
    gives 0
    shows "usage: h5winnow"
done
run --version
gives 0
shows "h5winnow 0." ", HDF5 "
run
gives 2
says "usage: h5winnow"
run nonsense
gives 2
says "there is no verb 'nonsense'"
if [ -w /dev/full ]; then
    "$h5winnow" params >/dev/full 2>stderr
    [ $? = 4 ] || fail "a full disk is not noticed: $(cat stderr)"
fi
finish
