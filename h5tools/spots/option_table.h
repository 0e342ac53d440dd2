/* The options of a spot search, one row each: what the parser and the usage text are made from, and
 * how the record of a search names their values. */
#ifndef H5WINNOW_SPOTS_OPTION_TABLE_H
#define H5WINNOW_SPOTS_OPTION_TABLE_H

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>

#include "winnow.h"

/* The number of an option for getopt_long() is SPOT_OPTION_FIRST + its row in the table. */
#define SPOT_OPTION_FIRST 512

/* Rows of the table. */
enum spot_option_row_number {
    SPOT_METHOD,
    SPOT_COMPAT,
    SPOT_PATCH,
    SPOT_CUTOFF,
    SPOT_CONNECTED,
    SPOT_SIGNIFICANCE,
    SPOT_NOISE_FLOOR,
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
    SPOT_ROWS
};

enum spot_option_kind {
    OPTION_OTHER,   /* read by a function of its own */
    OPTION_INT,     /* an int of wn_spot_params */
    OPTION_REAL,    /* a double of wn_spot_params */
    OPTION_ANOTHERS /* read by params/filter_options; only its help is here */
};

struct spot_option_row {
    const char *option;
    const char *argument; /* in the help; NULL: it takes none */
    const char *heading;  /* printed before it; NULL: none */
    const char *help;
    unsigned methods; /* to which it belongs, a bit for each wn_spot_method */
    enum spot_option_kind kind;
    size_t offset;     /* in wn_spot_params; of OPTION_INT and OPTION_REAL */
    const char *name;  /* in the record of a search; likewise */
    const char *units; /* likewise */
};

extern const struct spot_option_row SPOT_OPTION[SPOT_ROWS];

/* Sets of methods. */
#define METHOD_RING        (1U << WN_SPOTS_RING)
#define METHOD_PYFAI       (1U << WN_SPOTS_PYFAI)
#define METHOD_EXTENDED    (1U << WN_SPOTS_DISPERSION_EXTENDED)
#define METHOD_DISPERSION  (1U << WN_SPOTS_DISPERSION | METHOD_EXTENDED)
#define METHOD_PEAKFINDER8 (1U << WN_SPOTS_PEAKFINDER8)
#define METHOD_ANY         (~0U)

/* The table for getopt_long(): the verb's own options, up to one without a name, then those of a
 * search, then one without a name. */
#define SPOT_GETOPT_MAX 64
void spot_options_getopt(const struct option *own, struct option all[SPOT_GETOPT_MAX]);

/* Prints the help text of the options. */
void spot_options_usage(FILE *out);

#endif
