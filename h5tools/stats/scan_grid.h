/* stats/scan_grid.h - frames that are the positions of a scan over a grid. */
#ifndef H5WINNOW_STATS_SCAN_GRID_H
#define H5WINNOW_STATS_SCAN_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCAN_GRID_EDGE 10000

struct scan_grid {
    int columns, rows; /* the columns are scanned first */
    bool snake;        /* every second row backwards */
};

/* Reads N,M: columns and rows, up to SCAN_GRID_EDGE each. */
bool scan_grid_read(const char *text, struct scan_grid *grid);

/* Positions of the grid. */
uint64_t scan_grid_size(const struct scan_grid *grid);

/* Where frame `number`, which is less than the size, was measured: row * columns + column. */
size_t scan_grid_at(const struct scan_grid *grid, uint64_t number);

#endif
