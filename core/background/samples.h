/* The samples of one region, its unflagged pixels, in the form that clipping needs. */
#ifndef WN_BACKGROUND_SAMPLES_H
#define WN_BACKGROUND_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

/* A count too large for the histogram. */
struct large_count {
    uint32_t region, value;
};

/*
 * Either counts, as a histogram and a sorted list of the counts that exceed it, or reals.
 *
 * Clipping keeps the samples between two values, so that all sums are sums over an interval.
 */
struct samples {
    size_t n;

    /* counts; NULL for reals */
    const uint32_t *histogram; /* [depth]: number of pixels with the value i */
    uint32_t depth;
    const struct large_count *large; /* [n_large], ascending, values >= depth */
    size_t n_large;

    /* reals */
    double *value; /* [n], signal / norm; the order may be changed by wn_samples_quantile() */
    float *norm;   /* [n], in the order of value; NULL: 1 */
};

/* Sums over the samples in low <= value <= high; notation of pyFAI's integrators. */
struct sample_sums {
    size_t n;
    double signal;  /* sum of value * norm */
    double norm;    /* sum of norm */
    double norm2;   /* sum of norm^2 */
    double floored; /* sum of max(value * norm, 1), the variance of pyFAI's Poisson model */
};

struct sample_sums wn_samples_sums(const struct samples *samples, double low, double high);

/* Sum of norm^2 (value - mean)^2 over low <= value <= high. */
double wn_samples_scatter(const struct samples *samples, double low, double high, double mean);

/* The smallest value v such that at least a fraction of the samples is <= v; 0 < fraction <= 1, n >
 * 0. */
double wn_samples_quantile(struct samples *samples, double fraction);

#endif
