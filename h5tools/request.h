/*
 * request.h - the parameters of the filter as a user asks for them on the command line.
 *
 * A verb puts REQUEST_OPTIONS into its table for getopt_long() and REQUEST_USAGE (or the part of it
 * that is about the detector and its background, REQUEST_DETECTOR_USAGE) into its help; one that
 * only asks where the detector stands, REQUEST_PLACE_OPTIONS and REQUEST_PLACE_USAGE. It
 * hands every option whose number is at least REQUEST_FIRST to request_option(), and calls
 * request_finish() after the last.
 *
 * A quality level is a choice of several parameters. Those that are given by options of their own
 * replace what the level says, wherever they stand on the command line.
 */
#ifndef H5WINNOW_REQUEST_H
#define H5WINNOW_REQUEST_H

#include "explain.h"
#include "outcome.h"
#include "placement.h"
#include "winnow.h"

enum {
    REQUEST_FIRST = 256,
    REQUEST_CENTRE = REQUEST_FIRST,
    REQUEST_DISTANCE,
    REQUEST_PIXEL_SIZE,
    REQUEST_ROT1,
    REQUEST_ROT2,
    REQUEST_PONI,
    REQUEST_FRAME,
    REQUEST_MODEL,
    REQUEST_BINS,
    REQUEST_TILE,
    REQUEST_ERROR_MODEL,
    REQUEST_CLIP,
    REQUEST_CYCLES,
    REQUEST_SOLID_ANGLE,
    REQUEST_POLARISATION,
    REQUEST_QUALITY,
    REQUEST_KEEP,
    REQUEST_PICK,
    REQUEST_HALO,
    REQUEST_FILTER,
    REQUEST_NOISE_FLOOR,
    REQUEST_BACKGROUND,
    REQUEST_DUMMY,
    REQUEST_NOISE,
    REQUEST_COMPAT,
};

/* clang-format off */
#define REQUEST_PLACE_OPTIONS \
    {"centre", required_argument, NULL, REQUEST_CENTRE}, \
    {"distance", required_argument, NULL, REQUEST_DISTANCE}, \
    {"pixel-size", required_argument, NULL, REQUEST_PIXEL_SIZE}, \
    {"rot1", required_argument, NULL, REQUEST_ROT1}, \
    {"rot2", required_argument, NULL, REQUEST_ROT2}, \
    {"poni", required_argument, NULL, REQUEST_PONI}

#define REQUEST_OPTIONS \
    REQUEST_PLACE_OPTIONS, \
    {"frame", required_argument, NULL, REQUEST_FRAME}, \
    {"model", required_argument, NULL, REQUEST_MODEL}, \
    {"bins", required_argument, NULL, REQUEST_BINS}, \
    {"tile", required_argument, NULL, REQUEST_TILE}, \
    {"error-model", required_argument, NULL, REQUEST_ERROR_MODEL}, \
    {"clip", required_argument, NULL, REQUEST_CLIP}, \
    {"cycles", required_argument, NULL, REQUEST_CYCLES}, \
    {"solid-angle", no_argument, NULL, REQUEST_SOLID_ANGLE}, \
    {"polarisation", required_argument, NULL, REQUEST_POLARISATION}, \
    {"quality", required_argument, NULL, REQUEST_QUALITY}, \
    {"keep", required_argument, NULL, REQUEST_KEEP}, \
    {"pick", required_argument, NULL, REQUEST_PICK}, \
    {"halo", required_argument, NULL, REQUEST_HALO}, \
    {"filter", required_argument, NULL, REQUEST_FILTER}, \
    {"noise-floor", required_argument, NULL, REQUEST_NOISE_FLOOR}, \
    {"background", required_argument, NULL, REQUEST_BACKGROUND}, \
    {"dummy", required_argument, NULL, REQUEST_DUMMY}, \
    {"noise", required_argument, NULL, REQUEST_NOISE}, \
    {"compat", required_argument, NULL, REQUEST_COMPAT}

#define REQUEST_PLACE_USAGE \
    "Where the detector stands:\n" \
    "  --centre X,Y            beam centre, pixel; the centre of the first pixel is 0,0\n" \
    "  --distance MM           sample to detector plane, along the plane's normal, mm\n" \
    "  --pixel-size UM[,UM]    width and height of a pixel, micrometre; needed for a distance\n" \
    "  --rot1 RAD, --rot2 RAD  rotations of the detector as in a PONI file, radian\n" \
    "  --poni FILE             read all of these from a PONI file; the options above replace\n" \
    "                          what it says\n"

#define REQUEST_DETECTOR_USAGE \
    REQUEST_PLACE_USAGE \
    "  --frame WIDTHxHEIGHT    size of a frame, pixel: chunks that cut it are then refused\n" \
    "\n" \
    "Background:\n" \
    "  --model MODEL           radial (rings about the beam centre) or tiles; default radial if\n" \
    "                          there is a beam centre\n" \
    "  --bins N                number of rings; default one for every 2 pixels of radius\n" \
    "  --tile PIXELS           edge of a tile, pixel, a multiple of 4; default 64\n" \
    "  --error-model MODEL     poisson, azimuthal or hybrid; default hybrid for integers,\n" \
    "                          azimuthal for floats\n" \
    "  --clip SIGMA            clipping cut-off, sigma; default Chauvenet's criterion\n" \
    "  --cycles N              clipping cycles; default 5\n" \
    "  --solid-angle           normalise by the solid angle; needs the distance\n" \
    "  --polarisation FACTOR   normalise by the polarisation, factor -1 to 1; needs the distance\n"

#define REQUEST_USAGE \
    REQUEST_DETECTOR_USAGE \
    "\n" \
    "What is kept, and how it is restored:\n" \
    "  --quality LEVEL         lossless, transparent, high, compact or hits: sets the next six\n" \
    "                          options, each of which replaces its part if given as well;\n" \
    "                          compact and hits are for finding and indexing, not integration\n" \
    "  --keep RULE             outlier: each pixel that stands out by itself (default);\n" \
    "                          cluster: places that stand out, and their surroundings;\n" \
    "                          all: every pixel, without loss\n" \
    "  --pick SIGMA            cut-off of picking, sigma; default 1, with --keep cluster 3\n" \
    "  --halo PIXELS           cluster: pixels kept around what stands out, 1 to 9; default\n" \
    "                          2 with blocks, none without\n" \
    "  --filter PIXELS         cluster: sigma of a Gaussian filter, pixel, 0.1 to 9.9; default a\n" \
    "                          box of 3 x 3 pixels\n" \
    "  --noise-floor COUNTS    outlier: noise floor of the published rule, counts; default none:\n" \
    "                          integers are picked by the Poisson quantile\n" \
    "  --background FORM       law: of pixels that are not kept, their law alone (default);\n" \
    "                          blocks:B: their counts as well, summed up over B x B pixels, B 2\n" \
    "                          to 8\n" \
    "  --dummy VALUE           one more value that flags a pixel, a whole number\n" \
    "  --noise on|off          restore the background with or without noise; default on\n" \
    "  --compat pyfai          clip and pick exactly as pyFAI does\n"
/* clang-format on */

struct request {
    wn_params params;
    wn_quality quality; /* 0: none */
    wn_type type;       /* of the pixels: what a quality level means depends on it */
    struct placement placement;
    const char *poni;         /* file, or NULL */
    const char *from[TOPICS]; /* the option or file that decides; NULL: none */
};

/* Nothing is asked for yet; pixels are integers. */
void request_init(struct request *request);

/* Takes one option; `text` is its argument, if it has one, and must outlive the request. */
enum outcome request_option(struct request *request, int option, const char *text);

/* The quality level where no option says anything about what is kept or how it is restored. */
void request_default_quality(struct request *request, wn_quality quality);

/* Fills in what a file says about the geometry of its frames where the options leave it open:
 * unless they name a PONI file or ask for tiles. To be called before request_finish(). */
void request_complete(struct request *request, const struct placement *found);

/* Reads the PONI file, if there is one, and works out and checks the parameters. Once only. */
enum outcome request_finish(struct request *request);

#endif
