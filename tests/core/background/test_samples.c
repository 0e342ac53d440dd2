/* Sums and quantiles of the samples of a region, as histogram and as reals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/samples.h"
#include "support/unit.h"

/* Counts in both forms: the histogram up to depth and a sorted list of the rest, or doubles. */
struct both {
    size_t n;
    uint32_t *count; /* ascending */
    uint32_t *histogram;
    struct large_count *large;
    double *value;
    struct samples counts, reals;
};

static int by_count(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Takes the counts over. */
static struct both both_of(uint32_t *count, size_t n, uint32_t depth, uint64_t *random)
{
    struct both b = {.n = n, .count = count};
    b.value = unit_alloc(n * sizeof *b.value);
    for (size_t i = 0; i < n; i++)
        b.value[i] = count[i];
    for (size_t i = n; i > 1; i--) { /* in any order */
        const size_t j = (size_t)unit_integer(random, 0, (int64_t)i - 1);
        const double other = b.value[j];
        b.value[j] = b.value[i - 1];
        b.value[i - 1] = other;
    }
    qsort(count, n, sizeof *count, by_count);
    b.histogram = unit_alloc(depth * sizeof *b.histogram);
    b.large = unit_alloc(n * sizeof *b.large);
    size_t n_large = 0;
    for (size_t i = 0; i < n; i++) {
        if (count[i] < depth)
            b.histogram[count[i]]++;
        else
            b.large[n_large++] = (struct large_count){3, count[i]};
    }
    b.counts = (struct samples){
        .n = n, .histogram = b.histogram, .depth = depth, .large = b.large, .n_large = n_large};
    b.reals = (struct samples){.n = n, .value = b.value};
    return b;
}

static void both_free(struct both *b)
{
    free(b->count);
    free(b->histogram);
    free(b->large);
    free(b->value);
}

static struct both random_counts(uint64_t *random)
{
    const size_t n = (size_t)unit_integer(random, 1, 300);
    const double mean = exp(12 * unit_uniform(random) - 4);
    uint32_t *count = unit_alloc(n * sizeof *count);
    for (size_t i = 0; i < n; i++)
        count[i] = unit_random(random) % 20 ? unit_poisson(random, mean)
                                            : (uint32_t)(unit_random(random) >> 32) - 1;
    const uint32_t depth[] = {64, 100, 4096};
    return both_of(count, n, depth[unit_random(random) % 3], random);
}

/* One of the values, or near one, or anywhere, or infinite. */
static double random_bound(const struct both *b, uint64_t *random)
{
    const double value = b->count[unit_random(random) % b->n];
    switch (unit_random(random) % 6) {
    case 0:
        return value + 0.5;
    case 1:
        return value - 0.5;
    case 2:
        return -10 * unit_uniform(random);
    case 3:
        return unit_random(random) % 2 ? INFINITY : -INFINITY;
    default:
        return value;
    }
}

static void expect_close(double a, double b, const char *what)
{
    EXPECT(fabs(a - b) <= 1e-12 * fmax(fabs(a), fabs(b)), "%s: %.17g and %.17g", what, a, b);
}

static void expect_sums(const struct both *b, const struct samples *s, double low, double high)
{
    struct sample_sums expected = {0};
    for (size_t i = 0; i < b->n; i++) {
        if (b->count[i] < low || b->count[i] > high)
            continue;
        expected.n++;
        expected.signal += b->count[i];
        expected.norm += 1;
        expected.norm2 += 1;
        expected.floored += b->count[i] > 1 ? b->count[i] : 1;
    }
    const struct sample_sums sums = wn_samples_sums(s, low, high);
    EXPECT(sums.n == expected.n, "%g to %g: %zu, not %zu", low, high, sums.n, expected.n);
    expect_close(sums.signal, expected.signal, "signal");
    expect_close(sums.norm, expected.norm, "norm");
    expect_close(sums.norm2, expected.norm2, "norm2");
    expect_close(sums.floored, expected.floored, "floored");
    const double mean = expected.n ? expected.signal / (double)expected.n + 0.25 : 3.5;
    double scatter = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (b->count[i] >= low && b->count[i] <= high)
            scatter += pow(b->count[i] - mean, 2);
    }
    expect_close(wn_samples_scatter(s, low, high, mean), scatter, "scatter");
}

START_TEST(sums_over_intervals)
{
    uint64_t random = 1;
    for (int i = 0; i < 3000; i++) {
        struct both b = random_counts(&random);
        for (int k = 0; k < 20; k++) {
            const double low = random_bound(&b, &random), high = random_bound(&b, &random);
            expect_sums(&b, &b.counts, low, high);
            expect_sums(&b, &b.reals, low, high);
        }
        expect_sums(&b, &b.counts, -INFINITY, INFINITY);
        expect_sums(&b, &b.reals, -INFINITY, INFINITY);
        both_free(&b);
    }
}
END_TEST

START_TEST(quantiles)
{
    uint64_t random = 2;
    for (int i = 0; i < 3000; i++) {
        struct both b = random_counts(&random);
        for (int k = 0; k < 20; k++) {
            const double fraction = k == 0   ? 1
                                    : k == 1 ? 0.5
                                    : k == 2 ? 1e-9
                                             : unit_uniform(&random);
            /* the smallest value that at least that fraction does not exceed */
            size_t rank = 0;
            while ((double)(rank + 1) < fraction * (double)b.n)
                rank++;
            const double a = wn_samples_quantile(&b.counts, fraction);
            const double c = wn_samples_quantile(&b.reals, fraction);
            EXPECT(a == b.count[rank], "%g of %zu: %g", fraction, b.n, a);
            EXPECT(c == b.count[rank], "%g of %zu: %g", fraction, b.n, c);
        }
        both_free(&b);
    }
}
END_TEST

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Selection in all sorts of orders, and that each value keeps its norm. */
START_TEST(quantiles_of_reals)
{
    uint64_t random = 3;
    for (int i = 0; i < 4000; i++) {
        const size_t n = (size_t)unit_integer(&random, 1, 60);
        double *value = unit_alloc(n * sizeof *value), *sorted = unit_alloc(n * sizeof *sorted);
        float *norm = unit_alloc(n * sizeof *norm);
        for (size_t k = 0; k < n; k++) {
            const double x[] = {(double)k,
                                -(double)k,
                                7,
                                unit_gauss(&random),
                                (double)unit_integer(&random, -3, 3),
                                (double)(k % 2)};
            value[k] = x[i % 6];
            norm[k] = (float)(value[k] * 3);
        }
        memcpy(sorted, value, n * sizeof *sorted);
        qsort(sorted, n, sizeof *sorted, by_value);
        struct samples s = {.n = n, .value = value, .norm = i % 2 ? norm : NULL};
        for (size_t rank = 0; rank < n; rank++) {
            const double q = wn_samples_quantile(&s, ((double)rank + 0.5) / (double)n);
            EXPECT(q == sorted[rank], "rank %zu of %zu, order %d", rank, n, i % 6);
        }
        for (size_t k = 0; k < n; k++)
            EXPECT(i % 2 == 0 || norm[k] == (float)(value[k] * 3), "value %zu", k);
        qsort(value, n, sizeof *value, by_value);
        EXPECT(memcmp(value, sorted, n * sizeof *value) == 0, "order %d", i % 6);
        free(value);
        free(sorted);
        free(norm);
    }
}
END_TEST

START_TEST(sums_with_norm)
{
    uint64_t random = 4;
    for (int i = 0; i < 1000; i++) {
        const size_t n = (size_t)unit_integer(&random, 1, 200);
        double *value = unit_alloc(n * sizeof *value);
        float *norm = unit_alloc(n * sizeof *norm);
        for (size_t k = 0; k < n; k++) {
            norm[k] = (float)(0.3 + unit_uniform(&random));
            value[k] = 5 + 4 * unit_gauss(&random);
        }
        const struct samples s = {.n = n, .value = value, .norm = norm};
        const double low = 5 + 4 * unit_gauss(&random), high = low + 8 * unit_uniform(&random);
        struct sample_sums e = {0};
        double scatter = 0;
        for (size_t k = 0; k < n; k++) {
            if (value[k] < low || value[k] > high)
                continue;
            const double w = norm[k];
            e.n++;
            e.signal += value[k] * w;
            e.norm += w;
            e.norm2 += w * w;
            e.floored += value[k] * w < 1 ? 1 : value[k] * w;
            scatter += w * w * (value[k] - 4.9) * (value[k] - 4.9);
        }
        const struct sample_sums sums = wn_samples_sums(&s, low, high);
        EXPECT(sums.n == e.n, "case %d", i);
        EXPECT(fabs(sums.signal - e.signal) <= 1e-12 * (fabs(e.signal) + 100), "case %d", i);
        expect_close(sums.norm, e.norm, "norm");
        expect_close(sums.norm2, e.norm2, "norm2");
        expect_close(sums.floored, e.floored, "floored");
        expect_close(wn_samples_scatter(&s, low, high, 4.9), scatter, "scatter");
        free(value);
        free(norm);
    }
}
END_TEST

/* No sample of the largest counts is lost to 32 bits. */
START_TEST(huge_counts)
{
    uint64_t random = 5;
    const size_t n = 5000;
    uint32_t *count = unit_alloc(n * sizeof *count);
    for (size_t i = 0; i < n; i++)
        count[i] = UINT32_MAX - 1;
    struct both b = both_of(count, n, 64, &random);
    const struct sample_sums sums = wn_samples_sums(&b.counts, 0, INFINITY);
    ck_assert_uint_eq(sums.n, n);
    ck_assert_double_eq(sums.signal, 5000.0 * 4294967294.0);
    ck_assert_double_eq(wn_samples_quantile(&b.counts, 0.5), 4294967294.0);
    both_free(&b);
}
END_TEST

UNIT_MAIN(sums_over_intervals, quantiles, quantiles_of_reals, sums_with_norm, huge_counts)
