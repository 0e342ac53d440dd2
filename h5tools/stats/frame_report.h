/* Prints the quantities of the frames of a table of spots, as text or JSON. */
#ifndef H5WINNOW_STATS_FRAME_REPORT_H
#define H5WINNOW_STATS_FRAME_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "spots/table.h"
#include "stats/scan_grid.h"

#define FRAME_REPORT_NAME 1024 /* bytes of such texts */

struct frame_report {
    const struct spot_table *table;
    const char *file;             /* that the table is in */
    const struct scan_grid *grid; /* all frames lie on it; NULL: no grid */
};

/* FILE::DATASET of the frames, or the file of the table if that does not say. */
void frame_report_name(const struct frame_report *report, char name[FRAME_REPORT_NAME]);

/* The position of the grid with the most spots, as a part of a sentence. */
void frame_report_best(const struct frame_report *report, char text[FRAME_REPORT_NAME]);

/* A line for each frame, below comments that begin with #. */
void frame_report_print(const struct frame_report *report, FILE *out);

/* The same as one JSON object. */
enum outcome frame_report_json(const struct frame_report *report, FILE *out);

#endif
