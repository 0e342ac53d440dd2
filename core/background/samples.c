/* Sums over an interval of values, from a histogram or from a list. Counts cost one step for each
 * bin of the histogram, whatever the number of pixels; reals one for each value. Quantiles of reals
 * are found by Hoare's selection algorithm (Comm. ACM 4 (1961) 321), linear on average. */
#include "background/samples.h"

#include <math.h>

/* ---- counts -------------------------------------------------------------------------------- */

/* The interval as indices of the histogram: [first, end). */
struct sample_range {
    uint32_t first, end;
};

static struct sample_range histogram_range(const struct samples *s, double low, double high)
{
    const double first = ceil(fmax(low, 0)), end = floor(high) + 1;
    struct sample_range r = {0, 0};
    if (first < s->depth && end > first) {
        r.first = (uint32_t)first;
        r.end = end < s->depth ? (uint32_t)end : s->depth;
    }
    return r;
}

static struct sample_sums counts_sums(const struct samples *s, double low, double high)
{
    const struct sample_range r = histogram_range(s, low, high);
    uint64_t n = 0, signal = 0;
    for (uint32_t v = r.first; v < r.end; v++) {
        n += s->histogram[v];
        signal += (uint64_t)s->histogram[v] * v;
    }
    const uint64_t zeros = r.first == 0 && r.end > 0 ? s->histogram[0] : 0;
    for (size_t i = 0; i < s->n_large; i++) {
        const uint32_t v = s->large[i].value;
        if (v >= low && v <= high) {
            n++;
            signal += v;
        }
    }
    return (struct sample_sums){(size_t)n, (double)signal, (double)n, (double)n,
                                (double)(signal + zeros)};
}

static double counts_scatter(const struct samples *s, double low, double high, double mean)
{
    const struct sample_range r = histogram_range(s, low, high);
    double scatter = 0;
    for (uint32_t v = r.first; v < r.end; v++)
        scatter += s->histogram[v] * ((v - mean) * (v - mean));
    for (size_t i = 0; i < s->n_large; i++) {
        const uint32_t v = s->large[i].value;
        if (v >= low && v <= high)
            scatter += (v - mean) * (v - mean);
    }
    return scatter;
}

static double counts_of_rank(const struct samples *s, size_t rank)
{
    size_t below = 0;
    for (uint32_t v = 0; v < s->depth; v++) {
        below += s->histogram[v];
        if (below > rank)
            return v;
    }
    return s->large[rank - below].value;
}

/* ---- reals --------------------------------------------------------------------------------- */

static struct sample_sums reals_sums(const struct samples *s, double low, double high)
{
    struct sample_sums sums = {0};
    for (size_t i = 0; i < s->n; i++) {
        const double v = s->value[i];
        if (!(v >= low && v <= high))
            continue;
        const double norm = s->norm ? s->norm[i] : 1;
        sums.n++;
        sums.signal += v * norm;
        sums.norm += norm;
        sums.norm2 += norm * norm;
        sums.floored += fmax(v * norm, 1);
    }
    return sums;
}

static double reals_scatter(const struct samples *s, double low, double high, double mean)
{
    double scatter = 0;
    for (size_t i = 0; i < s->n; i++) {
        const double v = s->value[i];
        if (!(v >= low && v <= high))
            continue;
        const double difference = (s->norm ? s->norm[i] : 1) * (v - mean);
        scatter += difference * difference;
    }
    return scatter;
}

static void exchange(struct samples *s, size_t i, size_t j)
{
    const double value = s->value[i];
    s->value[i] = s->value[j];
    s->value[j] = value;
    if (s->norm) {
        const float norm = s->norm[i];
        s->norm[i] = s->norm[j];
        s->norm[j] = norm;
    }
}

/* Hoare's selection: afterwards value[rank] is what it would be in sorted order. */
static double reals_of_rank(struct samples *s, size_t rank)
{
    size_t first = 0, last = s->n - 1;
    while (first < last) {
        const double pivot = s->value[first + (last - first) / 2];
        size_t i = first, j = last;
        for (;;) {
            while (s->value[i] < pivot)
                i++;
            while (s->value[j] > pivot)
                j--;
            if (i >= j)
                break;
            exchange(s, i++, j--);
        }
        if (rank <= j)
            last = j;
        else
            first = j + 1;
    }
    return s->value[rank];
}

/* ---- both ---------------------------------------------------------------------------------- */

struct sample_sums wn_samples_sums(const struct samples *s, double low, double high)
{
    return s->histogram ? counts_sums(s, low, high) : reals_sums(s, low, high);
}

double wn_samples_scatter(const struct samples *s, double low, double high, double mean)
{
    return s->histogram ? counts_scatter(s, low, high, mean) : reals_scatter(s, low, high, mean);
}

double wn_samples_quantile(struct samples *s, double fraction)
{
    const double below = ceil(fraction * (double)s->n) - 1;
    const size_t rank = below > 0 ? (size_t)below : 0;
    return s->histogram ? counts_of_rank(s, rank) : reals_of_rank(s, rank);
}
