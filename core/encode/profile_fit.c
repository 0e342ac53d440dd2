/* Fitting the background distributions of a separated frame, and writing them. Method: moments. For
 * each region, the distribution of stats/count_distribution.h whose truncated form has the mean and
 * variance of the background pixels, its cells being grouped into parts that are truncated alike.
 * Linear in the number of cells, times MAX_PARTS at worst. */
#include "encode/profile_fit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "background/fill_gaps.h"
#include "background/surface.h"
#include "common/bytes.h"
#include "format/profile.h"
#include "geometry/map.h"
#include "stats/count_distribution.h"

/* ---- codes --------------------------------------------------------------------------------- */

static uint64_t mean_code(double mean, int shift)
{
    const double code = nearbyint(sqrt(fmax(mean, 0)) * (double)((uint64_t)1 << shift));
    return code < (double)MAX_MEAN_CODE ? (uint64_t)code : MAX_MEAN_CODE;
}

static uint64_t dispersion_code(double dispersion)
{
    int exponent;
    const double mantissa =
        2 * frexp(fmin(fmax(dispersion, MIN_DISPERSION), MAX_DISPERSION), &exponent);
    const double code = nearbyint((mantissa - 1) * 64) + 64 * (exponent - 1 + DISPERSION_BIAS);
    return (uint64_t)fmin(fmax(code, 0), MAX_DISPERSION_CODE);
}

static void take_differences(uint64_t *code, size_t n, size_t stride)
{
    for (size_t i = n; i-- > 1;)
        code[i] = zigzag((int64_t)(code[i] - code[profile_predecessor(i, stride)]));
}

/* ---- fitting ------------------------------------------------------------------------------- */

/* A variance below this fraction of the mean square is nothing but rounding. */
#define MIN_RELATIVE_VARIANCE 1e-12

/* Mean and variance of the background pixels of a region. */
struct background_moments {
    double mean, variance;
};

static struct background_moments moments_of(const struct separation *s, size_t region)
{
    const struct background_sums *d = &s->background_sums[region];
    const double difference = d->sum / d->n, square = d->sum2 / d->n;
    const double variance = square - difference * difference;
    return (struct background_moments){s->mean[region] + difference,
                                       variance > MIN_RELATIVE_VARIANCE * square ? variance : 0};
}

/* The cells of each region, one region after the other. */
struct cell_lists {
    uint32_t *cell;
    size_t *first; /* [regions + 1] */
};

static wn_status list_cells(const wn_map *map, struct cell_lists *lists)
{
    lists->cell = malloc(map->cells * sizeof *lists->cell);
    lists->first = calloc(map->regions + 2, sizeof *lists->first);
    if (!lists->cell || !lists->first)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < map->cells; i++)
        lists->first[map->cell_region[i] + 2]++;
    for (size_t i = 0; i < map->regions; i++)
        lists->first[i + 2] += lists->first[i + 1];
    for (size_t i = 0; i < map->cells; i++)
        lists->cell[lists->first[map->cell_region[i] + 1]++] = (uint32_t)i;
    return WN_OK;
}

/* The parts of a region: cells with the same truncation and norm, whose background agrees to a
 * quarter of sigma. Further cells are left out. */
#define MAX_PARTS 48

static size_t parts_of_region(const struct separation *s, const struct surface *background,
                              const struct cell_lists *lists, size_t region,
                              struct distribution_part part[MAX_PARTS])
{
    const double same = 0.25 * s->sigma[region];
    size_t parts = 0;
    for (size_t k = lists->first[region]; k < lists->first[region + 1]; k++) {
        const size_t cell = lists->cell[k];
        const double pixels = s->cell_pixels[cell], norm = s->map->cell_norm[cell];
        if (pixels == 0 || s->first_kept[cell] == 0)
            continue;
        const double limit = s->first_kept[cell] - 1.0, offset = surface_offset(background, cell);
        size_t i = 0;
        while (i < parts && !(part[i].limit == limit && part[i].norm == norm &&
                              fabs(part[i].offset - offset) <= same))
            i++;
        if (i < parts) {
            part[i].offset += (offset - part[i].offset) * pixels / (part[i].pixels + pixels);
            part[i].pixels += pixels;
        } else if (parts < MAX_PARTS) {
            part[parts++] = (struct distribution_part){pixels, norm, offset, limit};
        }
    }
    return parts;
}

static void fit_counts(const struct separation *s, const struct surface *background,
                       const struct cell_lists *lists, size_t region, struct profile *p)
{
    /* With few pixels the dispersion is mostly noise: shrink it towards 1. */
    const double n = s->background_sums[region].n, trust = n / (n + 64);
    const struct background_moments m = moments_of(s, region);
    struct distribution_part part[MAX_PARTS];
    const size_t parts = parts_of_region(s, background, lists, region, part);
    struct count_distribution distribution = {0, 1};
    if (parts > 0) {
        distribution = wn_count_distribution_fit(part, parts, m.mean, m.variance);
        uint64_t code = dispersion_code(distribution.dispersion);
        if (code != MAX_DISPERSION_CODE)
            code = dispersion_code(exp(trust * log(distribution.dispersion)));
        distribution =
            wn_count_distribution_fit_mean(part, parts, m.mean, wn_dispersion_of_code(code));
    }
    p->mean[region] = distribution.mean;
    p->dispersion[region] = distribution.dispersion;
}

/* Mean and variance of what the slope of the background adds over a region. The mean is not 0 where
 * the pixels are not symmetric about its middle: at edges, beside gaps. */
static struct background_moments moments_of_slope(const struct separation *s,
                                                  const struct surface *background,
                                                  const struct cell_lists *lists, size_t region)
{
    double n = 0, sum = 0, sum2 = 0;
    for (size_t k = lists->first[region]; k < lists->first[region + 1]; k++) {
        const double pixels = s->cell_pixels[lists->cell[k]];
        const double offset = surface_offset(background, lists->cell[k]);
        n += pixels;
        sum += pixels * offset;
        sum2 += pixels * offset * offset;
    }
    if (!(n > 0))
        return (struct background_moments){0, 0};
    return (struct background_moments){sum / n, fmax(sum2 / n - sum / n * (sum / n), 0)};
}

/* Fit a Gaussian. The surface restores the slope, which must therefore not widen the Gaussian as
 * well. */
static void fit_reals(const struct separation *s, const struct surface *background,
                      const struct cell_lists *lists, size_t region, struct profile *p)
{
    const struct background_moments m = moments_of(s, region);
    const struct background_moments slope = moments_of_slope(s, background, lists, region);
    const double sigma = sqrt(fmax(m.variance - slope.variance, 0.25 * m.variance));
    const struct gauss_distribution gauss =
        wn_gauss_distribution_fit(s->limit[region], m.mean - slope.mean, sigma);
    p->mean[region] = gauss.mean;
    p->sigma[region] = gauss.sigma;
}

static wn_status fill_gaps(const struct separation *s, const bool *good, struct profile *p)
{
    wn_status status = wn_fill_gaps(s->map, good, p->mean);
    if (status == WN_OK)
        status = wn_fill_gaps(s->map, good, s->real ? p->sigma : p->dispersion);
    return status;
}

static wn_status fit_regions(const struct separation *s, const struct surface *background,
                             const struct cell_lists *lists, struct profile *p)
{
    bool *good = malloc(p->regions * sizeof *good);
    if (!good)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < p->regions; i++) {
        good[i] = s->background_sums[i].n > 0;
        if (s->real)
            p->limit[i] = s->limit[i];
        if (good[i] && s->real)
            fit_reals(s, background, lists, i, p);
        else if (good[i])
            fit_counts(s, background, lists, i, p);
    }
    const wn_status status = fill_gaps(s, good, p);
    free(good);
    return status;
}

static wn_status profile_fit(const struct separation *s, struct profile *p)
{
    struct cell_lists lists = {0};
    struct surface background = {0};
    wn_status status = list_cells(s->map, &lists);
    if (status == WN_OK)
        status = wn_surface_make(s->map, s->mean, &background);
    if (status == WN_OK)
        status = fit_regions(s, &background, &lists, p);
    wn_surface_free(&background);
    free(lists.cell);
    free(lists.first);
    return status;
}

/* ---- storing ------------------------------------------------------------------------------- */

/* The step 2^-shift of sqrt(mean) is to be no larger than the statistical error sqrt(dispersion /
 * n) / 2 of a typical region of n pixels. */
static int choose_shift(const wn_map *map, const struct profile *p)
{
    const double n = (double)map->height * map->width / (double)map->regions;
    double min_dispersion = 1;
    for (size_t i = 0; i < p->regions; i++)
        min_dispersion = fmin(min_dispersion, p->dispersion[i]);
    const double shift = ceil(log2(2 * sqrt(n / min_dispersion)));
    return (int)fmin(fmax(shift, 4), MAX_MEAN_SHIFT);
}

static wn_status write_codes(struct byte_writer *w, const wn_map *map, const struct profile *p,
                             uint64_t *code)
{
    const int shift = choose_shift(map, p);
    wn_write_u8(w, (uint8_t)shift);
    for (size_t i = 0; i < p->regions; i++)
        code[i] = mean_code(p->mean[i], shift);
    take_differences(code, p->regions, map->region_stride);
    wn_status status = wn_write_numbers(w, code, p->regions);
    if (status != WN_OK)
        return status;
    for (size_t i = 0; i < p->regions; i++) {
        code[i] = dispersion_code(p->dispersion[i]);
        if (code[i] == MAX_DISPERSION_CODE) /* too wide to be stored: do not separate the frame */
            w->full = true;
    }
    take_differences(code, p->regions, map->region_stride);
    return wn_write_numbers(w, code, p->regions);
}

/* Whether float32 holds a value with an error that is small beside sigma. */
static bool fits_float32(double value, double sigma)
{
    const double size = fabs(value), allowed = sigma > 0 ? 0.02 * sigma : 1e-7 * size;
    const bool normal = size == 0 || size >= FLT_MIN || sigma >= FLT_MIN;
    return normal && size <= FLT_MAX && fabs((double)(float)value - value) <= allowed;
}

/* Whether the profile of a float frame can be stored, and no pixel that is drawn from it leaves the
 * type: over a region means change by no more than themselves, and quantiles end before 4 sigma. */
static bool can_store_reals(const struct separation *s, const struct profile *p, wn_type type)
{
    const double highest = type == WN_F32 ? FLT_MAX : DBL_MAX;
    for (size_t i = 0; i < p->regions; i++) {
        const double mean = p->mean[i], sigma = p->sigma[i], limit = p->limit[i];
        if (!(fabs(mean) <= FLT_MAX && sigma <= FLT_MAX && fabs(limit) <= FLT_MAX))
            return false;
        if (s->background_sums[i].n > 0 &&
            !(fits_float32(mean, sigma) && fits_float32(limit, sigma) &&
              fits_float32(sigma, sigma) && 2 * fabs(mean) + 4 * sigma <= highest))
            return false;
    }
    return true;
}

static wn_status write_floats(struct byte_writer *w, const double *value, uint64_t *code, size_t n)
{
    for (size_t i = 0; i < n; i++)
        code[i] = f32_bits((float)value[i]);
    return wn_write_planes(w, code, n, sizeof(float));
}

static wn_status write_reals(struct byte_writer *w, const struct separation *s,
                             const struct profile *p, wn_type type, uint64_t *code)
{
    if (!can_store_reals(s, p, type)) { /* the frame is then not separated */
        w->full = true;
        return WN_OK;
    }
    wn_status status = write_floats(w, p->mean, code, p->regions);
    if (status == WN_OK)
        status = write_floats(w, p->sigma, code, p->regions);
    return status == WN_OK ? write_floats(w, p->limit, code, p->regions) : status;
}

wn_status wn_profile_write(struct byte_writer *w, const struct separation *s, wn_type type)
{
    struct profile p;
    wn_status status = wn_profile_allocate(&p, s->map->regions, s->real);
    if (status != WN_OK)
        return status;
    uint64_t *code = malloc(p.regions * sizeof *code);
    status = code ? profile_fit(s, &p) : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = s->real ? write_reals(w, s, &p, type, code) : write_codes(w, s->map, &p, code);
    free(code);
    wn_profile_free(&p);
    return status;
}
