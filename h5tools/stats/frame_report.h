/* stats/frame_report.h - what a table of spots says of its frames, in words. */
#ifndef H5WINNOW_STATS_FRAME_REPORT_H
#define H5WINNOW_STATS_FRAME_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "spots/table.h"
#include "stats/scan_grid.h"

#define FRAME_REPORT_NAME 1024

struct frame_report {
    const struct spot_table *table;
    const char *file;             /* that the table is in */
    const struct scan_grid *grid; /* that all frames lie on; NULL: none */
};

/* FILE::DATASET of the frames; if the table does not say so, its own file. */
void frame_report_name(const struct frame_report *report, char name[FRAME_REPORT_NAME]);

/* Where in the grid the most spots are: a part of a sentence. */
void frame_report_best(const struct frame_report *report, char text[FRAME_REPORT_NAME]);

/* A line for each frame, below comments that begin with #. */
void frame_report_print(const struct frame_report *report, FILE *out);

/* The same as one JSON object. */
enum outcome frame_report_json(const struct frame_report *report, FILE *out);

#endif
