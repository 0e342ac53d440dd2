/* Frames as the positions of a scan over a grid. */
#ifndef H5WINNOW_STATS_SCAN_GRID_H
#define H5WINNOW_STATS_SCAN_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCAN_GRID_EDGE 10000 /* most columns or rows */

struct scan_grid {
    int columns, rows; /* frames ascend along a row */
    bool snake;        /* every second row is scanned backwards */
};

/* Reads N,M: columns and rows, up to SCAN_GRID_EDGE each. */
bool scan_grid_read(const char *text, struct scan_grid *grid);

/* Number of positions. */
uint64_t scan_grid_size(const struct scan_grid *grid);

/* The position of frame `number` (less than the size): row * columns + column. */
size_t scan_grid_at(const struct scan_grid *grid, uint64_t number);

#endif
