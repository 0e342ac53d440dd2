/*
 * spots/options.h - how spots are searched for, as a user asks for it on the command line.
 *
 * A verb puts SPOT_OPTIONS into its table for getopt_long() and SPOT_USAGE into its help, hands
 * every option whose number is at least SPOT_FIRST to spot_option(), and calls
 * spot_options_finish() after the last.
 */
#ifndef H5WINNOW_SPOTS_OPTIONS_H
#define H5WINNOW_SPOTS_OPTIONS_H

#include <stdint.h>

#include "params/filter_options.h"
#include "spots/excluded_regions.h"
#include "spots/table.h"
#include "winnow.h"

enum {
    SPOT_FIRST = 512,
    SPOT_METHOD = SPOT_FIRST,
    SPOT_PATCH,
    SPOT_CUTOFF,
    SPOT_CONNECTED,
    SPOT_SIGNIFICANCE,
    SPOT_KERNEL,
    SPOT_GAIN,
    SPOT_SIGMA_BACKGROUND,
    SPOT_SIGMA_STRONG,
    SPOT_MIN_LOCAL,
    SPOT_GLOBAL_THRESHOLD,
    SPOT_DIALS,
    SPOT_THRESHOLD,
    SPOT_MIN_SNR,
    SPOT_MIN_PIX_COUNT,
    SPOT_MAX_PIX_COUNT,
    SPOT_LOCAL_BG_RADIUS,
    SPOT_MIN_PIXELS,
    SPOT_MAX_PIXELS,
    SPOT_MAX_SEPARATION,
    SPOT_ROTATION,
    SPOT_STILLS,
    SPOT_D_MIN,
    SPOT_D_MAX,
    SPOT_ICE_RINGS,
    SPOT_POWDER_RINGS,
    SPOT_WAVELENGTH,
    SPOT_SATURATION,
    SPOT_HITS,
    SPOT_END,
};

/* clang-format off */
#define SPOT_OPTIONS \
    {"method", required_argument, NULL, SPOT_METHOD}, \
    {"patch", required_argument, NULL, SPOT_PATCH}, \
    {"cutoff", required_argument, NULL, SPOT_CUTOFF}, \
    {"connected", required_argument, NULL, SPOT_CONNECTED}, \
    {"significance", required_argument, NULL, SPOT_SIGNIFICANCE}, \
    {"kernel", required_argument, NULL, SPOT_KERNEL}, \
    {"gain", required_argument, NULL, SPOT_GAIN}, \
    {"sigma-background", required_argument, NULL, SPOT_SIGMA_BACKGROUND}, \
    {"sigma-strong", required_argument, NULL, SPOT_SIGMA_STRONG}, \
    {"min-local", required_argument, NULL, SPOT_MIN_LOCAL}, \
    {"global-threshold", required_argument, NULL, SPOT_GLOBAL_THRESHOLD}, \
    {"dials", required_argument, NULL, SPOT_DIALS}, \
    {"threshold", required_argument, NULL, SPOT_THRESHOLD}, \
    {"min-snr", required_argument, NULL, SPOT_MIN_SNR}, \
    {"min-pix-count", required_argument, NULL, SPOT_MIN_PIX_COUNT}, \
    {"max-pix-count", required_argument, NULL, SPOT_MAX_PIX_COUNT}, \
    {"local-bg-radius", required_argument, NULL, SPOT_LOCAL_BG_RADIUS}, \
    {"min-pixels", required_argument, NULL, SPOT_MIN_PIXELS}, \
    {"max-pixels", required_argument, NULL, SPOT_MAX_PIXELS}, \
    {"max-separation", required_argument, NULL, SPOT_MAX_SEPARATION}, \
    {"rotation", no_argument, NULL, SPOT_ROTATION}, \
    {"stills", no_argument, NULL, SPOT_STILLS}, \
    {"d-min", required_argument, NULL, SPOT_D_MIN}, \
    {"d-max", required_argument, NULL, SPOT_D_MAX}, \
    {"ice-rings", no_argument, NULL, SPOT_ICE_RINGS}, \
    {"powder-rings", required_argument, NULL, SPOT_POWDER_RINGS}, \
    {"wavelength", required_argument, NULL, SPOT_WAVELENGTH}, \
    {"saturation", required_argument, NULL, SPOT_SATURATION}, \
    {"hits", required_argument, NULL, SPOT_HITS}

#define SPOT_USAGE \
    "Which pixels are strong:\n" \
    "  --method METHOD         ring (default): peaks above the background of rings or tiles;\n" \
    "                          dispersion, dispersion-extended: those of DIALS;\n" \
    "                          peakfinder8: that of CrystFEL, needs the beam centre\n" \
    "  --compat pyfai          with ring: exactly as pyFAI's peak finder; needs the beam centre\n" \
    "  ring, and with --compat pyfai:\n" \
    "  --patch PIXELS          edge of the patch of a peak, pixel, 3 or 5; default 5\n" \
    "  --cutoff SIGMA          of a pixel above the background, sigma; default 2, with\n" \
    "                          --compat pyfai 3\n" \
    "  --connected N           least number of such pixels in a patch; default 3\n" \
    "  --significance SIGMA    ring: of a patch above the background, sigma; default 5.3\n" \
    "  --noise-floor COUNTS    --compat pyfai: noise added to sigma, counts; default 1\n" \
    "  dispersion, dispersion-extended:\n" \
    "  --kernel X,Y            half the window, pixel: 3,3 (default) is 7 x 7\n" \
    "  --gain COUNTS           counts per photon; default 1\n" \
    "  --sigma-background S    of the index of dispersion; default 6\n" \
    "  --sigma-strong S        of a pixel above the local mean; default 3\n" \
    "  --min-local N           least number of good pixels in the window, 0: all; default 2\n" \
    "  --global-threshold C    strong pixels have more counts than this; default 0\n" \
    "  --dials VERSION         dispersion-extended beside masked pixels as DIALS has it in this\n" \
    "                          version, such as 3.12; default as from 3.24 on\n" \
    "  peakfinder8:\n" \
    "  --threshold COUNTS      least counts of a pixel; default 800\n" \
    "  --min-snr SNR           of pixels, and of peaks; default 5\n" \
    "  --min-pix-count N, --max-pix-count N\n" \
    "                          pixels of a peak; default 2 to 200\n" \
    "  --local-bg-radius N     of the surroundings of a peak, pixel; default 3\n" \
    "\n" \
    "Which spots are left:\n" \
    "  --min-pixels N          strong pixels at least; default 3 for dispersion and\n" \
    "                          dispersion-extended, else 1\n" \
    "  --max-pixels N          strong pixels at most; default 1000 for dispersion and\n" \
    "                          dispersion-extended, else any number\n" \
    "  --max-separation PIXELS from the centroid to the highest pixel, frames count as pixels;\n" \
    "                          default 2 for dispersion and dispersion-extended, else any\n" \
    "  --rotation, --stills    whether spots reach across frames; default as the file says: they\n" \
    "                          do where the sample turns. peakfinder8 and --compat pyfai look at\n" \
    "                          each frame for itself unless --rotation is given\n" \
    "  --d-min D, --d-max D    resolution limits, angstrom; pixels outside are masked before the\n" \
    "                          search\n" \
    "  --ice-rings             mask the rings of hexagonal ice, 0.002 / angstrom^2 wide in 1/d^2\n" \
    "  --powder-rings D1,D2,...[:WIDTH]\n" \
    "                          mask rings at these resolutions, angstrom, so wide in 1/d^2;\n" \
    "                          default 0.002\n" \
    "  --wavelength ANGSTROM   for the resolution; default as the file says\n" \
    "  --saturation COUNTS     pixels from this on are saturated; default as the file says\n" \
    "  --hits N                a frame is a hit from so many spots on; default 1\n"
/* clang-format on */

enum reach { REACH_AS_FILE, REACH_ACROSS_FRAMES, REACH_ONE_FRAME };

struct spot_options {
    const char *text[SPOT_END - SPOT_FIRST]; /* arguments; NULL: not given */

    /* the following are there after spot_options_finish() */
    wn_spot_params params;
    wn_spot_rule rule; /* but for across_frames and shoeboxes */
    enum reach reach;
    struct excluded_regions regions;
    double wavelength; /* angstrom; 0: as the file says */
    double saturation; /* counts; NaN: as the file says */
    int hits;
};

/* Takes one option; `text` is its argument, if it has one, and must outlive the options. */
enum outcome spot_option(struct spot_options *options, int option, const char *text);

/* Works out and checks everything; `request` says what else was asked for, and is completed for
 * pyFAI's method. WRONG_USAGE: options do not belong to the method, or make no sense. */
enum outcome spot_options_finish(struct spot_options *options, struct filter_options *request);

/* The defaults of a method by its name; NULL: the default method. WRONG_USAGE: there is none of
 * this name. */
enum outcome spot_options_default(struct spot_options *options, const char *method);

/* Adds the parameters of the search to the settings of a table. False: no memory. */
bool spot_options_record(const struct spot_options *options, struct spot_table *table);

#endif
