/*
 * How spots are searched for, as asked for on the command line.
 *
 * A verb makes its table for getopt_long() and its help with spots/option_table.h, hands every
 * option whose number is at least SPOT_OPTION_FIRST to spot_options_take(), and calls
 * spot_options_finish() after the last.
 */
#ifndef H5WINNOW_SPOTS_OPTIONS_H
#define H5WINNOW_SPOTS_OPTIONS_H

#include <stdint.h>

#include "params/filter_options.h"
#include "spots/excluded_regions.h"
#include "spots/option_table.h"
#include "spots/table.h"
#include "winnow.h"

/* Whether spots reach across frames: as the file says, or as an option or the method demands. */
enum reach { REACH_AS_FILE, REACH_ACROSS_FRAMES, REACH_ONE_FRAME };

struct spot_options {
    const char *text[SPOT_ROWS]; /* arguments by row of the table; NULL: not given */

    /* set by spot_options_finish() */
    wn_spot_params params;
    wn_spot_rule rule; /* except across_frames and shoeboxes */
    enum reach reach;
    struct excluded_regions regions;
    double wavelength; /* angstrom; 0: as the file says */
    double saturation; /* counts; NaN: as the file says */
    int hits;
};

/* Takes one option; `text` is its argument, if it has one, and must outlive the options. */
enum outcome spot_options_take(struct spot_options *options, int option, const char *text);

/* Evaluates and checks all options; `request` holds the other ones, and is completed for pyFAI's
 * method. WRONG_USAGE: options do not belong to the method, or make no sense. */
enum outcome spot_options_finish(struct spot_options *options, struct filter_options *request);

/* The defaults of a method by its name; NULL: the default method. WRONG_USAGE: there is none of
 * this name. */
enum outcome spot_options_default(struct spot_options *options, const char *method);

/* Adds the parameters of the search to the settings of a table. False: no memory. */
bool spot_options_record(const struct spot_options *options, struct spot_table *table);

#endif
