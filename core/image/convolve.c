/* Separable convolution with a symmetric kernel, one axis at a time: 2 radius + 1 rows of n values
 * cost n * (radius + 1) multiply-adds, vectorised along the rows. A Gaussian kernel is the matched
 * filter of a Gaussian spot on a flat background (Turin, IRE Trans. Inf. Theory 6 (1960) 311). The
 * weights are scaled so that weighted sums of Poisson counts have their mean for variance, as in
 * the scaled Poisson distribution of Bohm & Zech (arXiv:1309.1287). */
#include "image/convolve.h"

#include <math.h>

#include "common/simd.h"

struct convolution wn_convolution_make(double width, size_t radius)
{
    struct convolution k = {.radius = radius};
    double weight[CONVOLUTION_MAX_RADIUS + 1], sum = 0, sum2 = 0;
    for (size_t i = 0; i <= k.radius; i++) {
        const double distance = width > 0 ? (double)i / width : 0; /* the box has equal weights */
        weight[i] = exp(-0.5 * distance * distance);
        sum += weight[i] * (i > 0 ? 2 : 1);
        sum2 += weight[i] * weight[i] * (i > 0 ? 2 : 1);
    }
    for (size_t i = 0; i <= k.radius; i++)
        k.weight[i] = (float)(weight[i] * sum / sum2);
    return k;
}

double wn_convolution_sum(const struct convolution *k)
{
    double sum = k->weight[0];
    for (size_t i = 1; i <= k->radius; i++)
        sum += 2 * (double)k->weight[i];
    return sum;
}

double wn_convolution_skewness(const struct convolution *k)
{
    double sum2 = 0, sum3 = 0;
    for (size_t i = 0; i <= k->radius; i++) {
        const double weight = (double)k->weight[i], sides = i > 0 ? 2 : 1;
        sum2 += sides * weight * weight;
        sum3 += sides * weight * weight * weight;
    }
    return sum3 * sum3 / (sum2 * sum2); /* squared: one factor for each axis */
}

/* A function of its own, because compilers do not vectorise it as an inner loop. */
WN_MULTIVERSION
static void add_rows(float weight, const float *before, const float *after, size_t n,
                     float *restrict result)
{
    for (size_t i = 0; i < n; i++)
        result[i] += weight * (before[i] + after[i]);
}

WN_MULTIVERSION
void wn_convolve_rows(const struct convolution *k, const float *const *row, size_t n,
                      float *restrict result)
{
    const float *middle = row[k->radius];
    const float *before = row[k->radius - 1], *after = row[k->radius + 1];
    const float own = k->weight[0], next = k->weight[1];
    for (size_t i = 0; i < n; i++)
        result[i] = own * middle[i] + next * (before[i] + after[i]);
    for (size_t t = 2; t <= k->radius; t++)
        add_rows(k->weight[t], row[k->radius - t], row[k->radius + t], n, result);
}
