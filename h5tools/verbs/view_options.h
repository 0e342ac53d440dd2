/* The command line of h5winnow view. */
#ifndef H5WINNOW_VERBS_VIEW_OPTIONS_H
#define H5WINNOW_VERBS_VIEW_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/outcome.h"
#include "geometry/resolution.h"
#include "params/filter_options.h"
#include "plot/colour_map.h"

struct view_options {
    struct filter_options request;
    bool has_frame, logarithmic, has_range, has_zoom, force, help;
    uint64_t frame;
    double low, high;
    const struct colours *colours;
    uint32_t zoom_x, zoom_y, zoom_size;
    int bin;           /* 0: chosen to fit */
    const char *spots; /* NULL: those of the file */
    bool no_spots;
    enum { RINGS_IF_KNOWN, RINGS_NONE, RINGS_AUTO, RINGS_GIVEN } rings;
    double d[RESOLUTION_RINGS_MAX];
    size_t ring_count;
    double wavelength; /* 0: as the file says */
};

/* Reads the options. Files and --help are left to the caller: argv[optind] is the first file.
 * WRONG_USAGE: the options make no sense. */
enum outcome view_options_read(int argc, char **argv, struct view_options *options);

/* What --help prints before filter_options_usage(FILTER_OPTIONS_GEOMETRY). */
extern const char VIEW_USAGE[];

#endif
