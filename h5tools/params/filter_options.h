/*
 * params/filter_options.h - the parameters of the filter as a user asks for them on the command
 * line.
 *
 * Options and their help come from the table of parameters, wn_param_table(). A verb puts its own
 * options and those of a part of the request together with filter_options_getopt(), prints the help
 * of that part with filter_options_usage(), hands every option whose number is at least
 * FILTER_OPTION_FIRST to filter_options_take(), and calls filter_options_finish() after the last.
 *
 * A quality level is a choice of several parameters. Those that are given by options of their own
 * replace what the level says, wherever they stand on the command line.
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

/* Options that a verb takes, each part with those before it. */
enum filter_options_part {
    FILTER_OPTIONS_GEOMETRY, /* where the detector stands */
    FILTER_OPTIONS_DETECTOR, /* size of a frame, background */
    FILTER_OPTIONS_ALL,      /* what is kept, and how it is restored */
};

struct filter_options {
    wn_params params;
    wn_quality quality; /* 0: none */
    wn_type type;       /* of the pixels: what a quality level means depends on it */
    struct placement placement;
    const char *poni;                /* file, or NULL */
    const char *from[WN_PARAM_ROWS]; /* the option or file that decides; NULL: none */
};

/* The table for getopt_long(): the verb's own options, up to one without a name, then those of a
 * part, then one without a name. */
#define FILTER_OPTIONS_GETOPT_MAX 128
void filter_options_getopt(const struct option *own, enum filter_options_part part,
                           struct option all[FILTER_OPTIONS_GETOPT_MAX]);

/* The help text of a part, or of one option. */
void filter_options_usage(enum filter_options_part part, FILE *out);
void filter_options_usage_of(const char *option, FILE *out);

/* Nothing is asked for yet; pixels are integers. */
void filter_options_init(struct filter_options *request);

/* Takes one option; `text` is its argument, if it has one, and must outlive the request. */
enum outcome filter_options_take(struct filter_options *request, int option, const char *text);

/* The option or file that decides what an option like "--pick" is about; NULL: none. */
const char *filter_options_source(const struct filter_options *request, const char *option);

/* The first option or file that decides something of a group; NULL: none. */
const char *filter_options_group_source(const struct filter_options *request, wn_param_group group);

/* The quality level where no option says anything about what is kept or how it is restored. */
void filter_options_default_quality(struct filter_options *request, wn_quality quality);

/* Fills in what a file says about the geometry of its frames where the options leave it open:
 * unless they name a PONI file or ask for tiles. To be called before filter_options_finish(). */
void filter_options_complete(struct filter_options *request, const struct placement *found);

/* Reads the PONI file, if there is one, and works out and checks the parameters. Once only. */
enum outcome filter_options_finish(struct filter_options *request);

#endif
