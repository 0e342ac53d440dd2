/* Reading a profile. Uses only arithmetic that is exact or correctly rounded, and sqrt, so that
 * every machine reads the same numbers (promise P4). Linear in the number of regions. */
#include "format/profile.h"

#include <math.h>
#include <stdlib.h>

#include "background/surface.h"
#include "common/bytes.h"
#include "geometry/map.h"

void wn_profile_free(struct profile *p)
{
    free(p->mean);
    free(p->dispersion);
    free(p->sigma);
    free(p->limit);
    *p = (struct profile){0};
}

wn_status wn_profile_allocate(struct profile *p, size_t regions, bool real)
{
    *p = (struct profile){.regions = regions, .mean = malloc(regions * sizeof *p->mean)};
    if (real) {
        p->sigma = malloc(regions * sizeof *p->sigma);
        p->limit = malloc(regions * sizeof *p->limit);
    } else {
        p->dispersion = malloc(regions * sizeof *p->dispersion);
    }
    const bool complete = p->mean && (real ? p->sigma && p->limit : !!p->dispersion);
    if (!complete)
        wn_profile_free(p);
    return complete ? WN_OK : WN_ERR_MEMORY;
}

/* ---- codes --------------------------------------------------------------------------------- */

static double mean_of_code(uint64_t code, int shift)
{
    const double root = (double)code / (double)((uint64_t)1 << shift);
    return root * root;
}

double wn_dispersion_of_code(uint64_t code)
{
    const double unit = 1.0 / (64 << DISPERSION_BIAS);
    return (double)(64 + code % 64) * (double)((uint64_t)1 << code / 64) * unit;
}

static void undo_differences(uint64_t *code, size_t n, size_t stride)
{
    for (size_t i = 1; i < n; i++)
        code[i] = (uint64_t)unzigzag(code[i]) + code[profile_predecessor(i, stride)];
}

static wn_status read_codes(struct byte_reader *r, const wn_map *map, struct profile *p,
                            uint64_t *code)
{
    const int shift = wn_read_u8(r);
    if (shift > MAX_MEAN_SHIFT)
        return WN_ERR_CORRUPT;
    wn_status status = wn_read_numbers(r, code, p->regions);
    if (status != WN_OK)
        return status;
    undo_differences(code, p->regions, map->region_stride);
    for (size_t i = 0; i < p->regions; i++) {
        if (code[i] > MAX_MEAN_CODE)
            return WN_ERR_CORRUPT;
        p->mean[i] = mean_of_code(code[i], shift);
    }
    status = wn_read_numbers(r, code, p->regions);
    if (status != WN_OK)
        return status;
    undo_differences(code, p->regions, map->region_stride);
    for (size_t i = 0; i < p->regions; i++) {
        if (code[i] > MAX_DISPERSION_CODE)
            return WN_ERR_CORRUPT;
        p->dispersion[i] = wn_dispersion_of_code(code[i]);
    }
    return WN_OK;
}

static wn_status read_floats(struct byte_reader *r, double *value, uint64_t *code, size_t n)
{
    const wn_status status = wn_read_planes(r, code, n, sizeof(float));
    for (size_t i = 0; i < n && status == WN_OK; i++) {
        value[i] = f32_from_bits((uint32_t)code[i]);
        if (!isfinite(value[i]))
            return WN_ERR_CORRUPT;
    }
    return status;
}

wn_status wn_profile_read(struct byte_reader *r, const wn_map *map, bool real, struct profile *out)
{
    struct profile p;
    wn_status status = wn_profile_allocate(&p, map->regions, real);
    if (status != WN_OK)
        return status;
    uint64_t *code = malloc(p.regions * sizeof *code);
    status = code ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK && !real)
        status = read_codes(r, map, &p, code);
    if (status == WN_OK && real)
        status = read_floats(r, p.mean, code, p.regions);
    if (status == WN_OK && real)
        status = read_floats(r, p.sigma, code, p.regions);
    if (status == WN_OK && real)
        status = read_floats(r, p.limit, code, p.regions);
    for (size_t i = 0; real && i < p.regions && status == WN_OK; i++)
        status = p.sigma[i] >= 0 ? WN_OK : WN_ERR_CORRUPT;
    free(code);
    if (status == WN_OK)
        *out = p;
    else
        wn_profile_free(&p);
    return status;
}

wn_status wn_expected_counts(const wn_map *map, const struct profile *profile, float *mean)
{
    const wn_status status = wn_surface_of_means(map, profile->mean, mean);
    for (size_t i = 0; i < (status == WN_OK ? map->cells : 0); i++)
        mean[i] = mean[i] > MIN_EXPECTED_COUNT ? mean[i] : MIN_EXPECTED_COUNT;
    return status;
}
