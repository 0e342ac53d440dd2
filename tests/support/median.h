/* The median of measured times. */
#ifndef TEST_SUPPORT_MEDIAN_H
#define TEST_SUPPORT_MEDIAN_H

#include <stdlib.h>

static inline int median_ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts the n > 0 values. */
static inline double median(double *value, size_t n)
{
    qsort(value, n, sizeof *value, median_ascending);
    return value[n / 2];
}

#endif
