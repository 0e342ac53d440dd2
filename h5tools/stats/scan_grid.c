/* In a snake scan every second row is measured backwards. */
#include "stats/scan_grid.h"

#include <math.h>

#include "base/parse_numbers.h"

bool scan_grid_read(const char *text, struct scan_grid *grid)
{
    double columns, rows;
    if (!parse_pair(text, &columns, &rows) || columns != floor(columns) || rows != floor(rows) ||
        fmin(columns, rows) < 1 || fmax(columns, rows) > SCAN_GRID_EDGE)
        return false;
    grid->columns = (int)columns;
    grid->rows = (int)rows;
    return true;
}

uint64_t scan_grid_size(const struct scan_grid *grid)
{
    return (uint64_t)grid->columns * (uint64_t)grid->rows;
}

size_t scan_grid_at(const struct scan_grid *grid, uint64_t number)
{
    const size_t columns = (size_t)grid->columns;
    const size_t row = (size_t)number / columns, step = (size_t)number % columns;
    const bool backwards = grid->snake && row % 2 == 1;
    return row * columns + (backwards ? columns - 1 - step : step);
}
