/*
 * The parameters of the filter as options of the command line.
 *
 * Options and their help come from the table of parameters, wn_param_table(). A verb joins its own
 * options and those of a part with filter_options_getopt(), prints the help of that part with
 * filter_options_usage(), passes each option numbered FILTER_OPTION_FIRST or above to
 * filter_options_take(), and calls filter_options_finish() after the last one.
 *
 * A quality level sets several parameters. Options of their own take precedence over the level,
 * wherever they are on the command line.
 */
#ifndef H5WINNOW_PARAMS_FILTER_OPTIONS_H
#define H5WINNOW_PARAMS_FILTER_OPTIONS_H

#include <getopt.h>
#include <stdio.h>

#include "base/outcome.h"
#include "geometry/placement.h"
#include "params/explain.h"
#include "winnow.h"

/* Numbers of the options: those of the table by row, then --poni. */
enum { FILTER_OPTION_FIRST = 256, FILTER_OPTION_PONI = FILTER_OPTION_FIRST + WN_PARAM_ROWS };

/* Options that a verb takes; each part includes those before it. */
enum filter_options_part {
    FILTER_OPTIONS_GEOMETRY, /* position of the detector */
    FILTER_OPTIONS_DETECTOR, /* size of a frame, background */
    FILTER_OPTIONS_ALL,      /* what is kept, how it is restored */
};

struct filter_options {
    wn_params params;
    wn_quality quality; /* 0: none */
    wn_type type;       /* of the pixels: a quality level depends on it */
    struct placement placement;
    const char *poni;                /* file, or NULL */
    const char *from[WN_PARAM_ROWS]; /* the option or file that sets it; NULL: none */
};

/* The table for getopt_long(): the verb's own options, up to one without a name, then those of a
 * part, then one without a name. */
#define FILTER_OPTIONS_GETOPT_MAX 128
void filter_options_getopt(const struct option *own, enum filter_options_part part,
                           struct option all[FILTER_OPTIONS_GETOPT_MAX]);

/* Prints the help of a part, or of one option. */
void filter_options_usage(enum filter_options_part part, FILE *out);
void filter_options_usage_of(const char *option, FILE *out);

/* Defaults for all parameters; pixels are integers. */
void filter_options_init(struct filter_options *request);

/* Takes one option; `text` is its argument, if it has one, and must outlive the request. */
enum outcome filter_options_take(struct filter_options *request, int option, const char *text);

/* The option or file that sets the parameter of an option like "--pick"; NULL: none. */
const char *filter_options_source(const struct filter_options *request, const char *option);

/* The first option or file that sets a parameter of a group; NULL: none. */
const char *filter_options_group_source(const struct filter_options *request, wn_param_group group);

/* Sets the quality level, unless an option has set what is kept or how it is restored. */
void filter_options_default_quality(struct filter_options *request, wn_quality quality);

/* Fills in the geometry found in a data file where the options leave it open, unless they name a
 * PONI file or ask for tiles. To be called before filter_options_finish(). */
void filter_options_complete(struct filter_options *request, const struct placement *found);

/* Reads the PONI file, if any, and computes and checks the parameters. To be called once. */
enum outcome filter_options_finish(struct filter_options *request);

#endif
