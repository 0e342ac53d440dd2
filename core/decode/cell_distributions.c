/* Background distributions from the profile. Counts: Panjer's recursion (ASTIN Bulletin 12 (1981)
 * 22), truncated and turned into alias tables (stats/alias_table.h); above COUNT_LIMIT, and for
 * floats, a truncated Gaussian by its quantile table. Only + - * / and sqrt (promise P4). Linear in
 * the number of cells times the truncation limit. */
#include "decode/cell_distributions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/surface.h"
#include "common/bitexact_math.h"
#include "geometry/map.h"
#include "stats/count_distribution.h"
#include "stats/gauss_quantiles.h"

void wn_cell_distributions_free(struct cell_distributions *tables)
{
    free(tables->table);
    free(tables->column);
    free(tables->gauss);
    *tables = (struct cell_distributions){0};
}

/* ---- counts -------------------------------------------------------------------------------- */

/* The distribution of a cell before truncation. */
static struct count_distribution distribution_of_cell(const struct surface *mean,
                                                      const struct profile *p, size_t cell)
{
    const double m = surface_at(mean, cell);
    return (struct count_distribution){(m > 0 ? m : 0) * mean->map->cell_norm[cell],
                                       p->dispersion[mean->map->cell_region[cell]]};
}

/* When a weight exceeds this, all are scaled down by it: a power of two, so that nothing is
 * rounded. */
#define MAX_WEIGHT 0x1p512

/* Weights of the counts 0 to limit, not normalised: Panjer's recursion from weight 1 at 0. Returns
 * their sum. */
static double panjer(const struct count_distribution *distribution, uint32_t limit,
                     double weight[COUNT_LIMIT + 1])
{
    const double a = 1 - 1 / distribution->dispersion,
                 b = distribution->mean / distribution->dispersion - a;
    double sum = 1;
    weight[0] = 1;
    for (uint32_t k = 1; k <= limit; k++) {
        const double ratio = a + b / k;
        weight[k] = ratio > 0 ? weight[k - 1] * ratio : 0;
        sum += weight[k];
        if (weight[k] > MAX_WEIGHT) {
            for (uint32_t j = 0; j <= k; j++)
                weight[j] /= MAX_WEIGHT;
            sum /= MAX_WEIGHT;
        }
    }
    return sum;
}

/* Bits needed to number the counts 0 to limit; at least 1. */
static uint32_t bits_of_limit(uint32_t limit)
{
    uint32_t bits = 1;
    while (limit >> bits != 0)
        bits++;
    return bits;
}

static struct truncated_gauss gauss_of_counts(const struct cell_distributions *tables,
                                              const struct count_distribution *distribution,
                                              uint32_t limit)
{
    const double sigma = sqrt(distribution->dispersion * distribution->mean);
    const double beta = (limit + 0.5 - distribution->mean) / sigma;
    return (struct truncated_gauss){
        distribution->mean, sigma,
        sigma > 0 ? wn_gauss_quantile_position(tables->quantile, beta) : GAUSS_QUANTILES, limit};
}

/* Whether a cell has pixels that may have to be drawn. */
static bool needs_distribution(const wn_map *map, const uint32_t *first_kept, size_t cell)
{
    return map->cell_pixels[cell] > 0 && first_kept[cell] > 0;
}

static wn_status allocate_tables(const wn_map *map, const uint32_t *first_kept,
                                 struct cell_distributions *tables)
{
    size_t columns = 2;
    bool gauss = false;
    for (size_t i = 0; i < map->cells; i++) {
        if (!needs_distribution(map, first_kept, i))
            continue;
        const uint32_t limit = first_kept[i] - 1;
        gauss = gauss || limit > COUNT_LIMIT;
        columns += limit > COUNT_LIMIT ? 0 : (size_t)1 << bits_of_limit(limit);
    }
    tables->table = malloc(map->cells * sizeof *tables->table);
    tables->column = malloc(columns * sizeof *tables->column);
    tables->gauss = gauss ? calloc(map->cells, sizeof *tables->gauss) : NULL;
    wn_gauss_quantiles_fill(tables->quantile);
    return tables->table && tables->column && (tables->gauss || !gauss) ? WN_OK : WN_ERR_MEMORY;
}

static wn_status fill_tables(const struct surface *mean, const struct profile *p,
                             const uint32_t *first_kept, struct cell_distributions *tables)
{
    const wn_map *map = mean->map;
    double weight[COUNT_LIMIT + 1];
    uint32_t next = 2;
    tables->column[0] = tables->column[1] =
        0; /* always draws 0, for cells that need no distribution */
    for (size_t i = 0; i < map->cells; i++) {
        tables->table[i] = 31;
        if (!needs_distribution(map, first_kept, i))
            continue;
        const uint32_t limit = first_kept[i] - 1;
        const struct count_distribution distribution = distribution_of_cell(mean, p, i);
        if (limit > COUNT_LIMIT) {
            tables->table[i] = GAUSS_CELL;
            tables->gauss[i] = gauss_of_counts(tables, &distribution, limit);
            continue;
        }
        const double sum = panjer(&distribution, limit, weight);
        if (!isfinite(sum))
            return WN_ERR_CORRUPT;
        const uint32_t bits = bits_of_limit(limit);
        wn_alias_table_fill(weight, sum, limit + 1, 1u << bits, tables->column + next);
        tables->table[i] = next << 8 | (32 - bits);
        next += 1u << bits;
    }
    return WN_OK;
}

wn_status wn_cell_distributions_of_counts(const wn_map *map, const struct profile *profile,
                                          const uint32_t *first_kept,
                                          struct cell_distributions *out)
{
    struct cell_distributions tables = {0};
    struct surface mean = {0};
    wn_status status = wn_surface_make(map, profile->mean, &mean);
    if (status == WN_OK)
        status = allocate_tables(map, first_kept, &tables);
    if (status == WN_OK)
        status = fill_tables(&mean, profile, first_kept, &tables);
    wn_surface_free(&mean);
    if (status == WN_OK)
        *out = tables;
    else
        wn_cell_distributions_free(&tables);
    return status;
}

/* Mean of the truncated distribution of a cell. Not finite if the profile gives no valid
 * distribution. */
static double mean_of_counts(const struct cell_distributions *tables,
                             const struct count_distribution *distribution, uint32_t limit)
{
    double mean = 0;
    if (limit > COUNT_LIMIT) {
        const struct truncated_gauss g = gauss_of_counts(tables, distribution, limit);
        mean = g.mean + g.sigma * wn_gauss_quantile_mean(tables->quantile, g.below);
    } else {
        double weight[COUNT_LIMIT + 1];
        const double sum = panjer(distribution, limit, weight);
        for (uint32_t k = 1; k <= limit; k++)
            mean += weight[k] * k;
        mean /= sum;
    }
    return mean < 0 ? 0 : mean > limit ? limit : mean;
}

wn_status wn_cell_means_of_counts(const wn_map *map, const struct profile *profile,
                                  const uint32_t *first_kept, double *mean)
{
    struct cell_distributions tables = {0};
    struct surface surface;
    wn_status status = wn_surface_make(map, profile->mean, &surface);
    if (status != WN_OK)
        return status;
    wn_gauss_quantiles_fill(tables.quantile);
    for (size_t i = 0; i < map->cells; i++) {
        mean[i] = 0;
        if (!needs_distribution(map, first_kept, i))
            continue;
        const struct count_distribution distribution = distribution_of_cell(&surface, profile, i);
        mean[i] = mean_of_counts(&tables, &distribution, first_kept[i] - 1);
        if (!isfinite(mean[i]))
            status = WN_ERR_CORRUPT;
    }
    wn_surface_free(&surface);
    return status;
}

/* Standard deviation of the truncated distribution of a cell, whose mean is known. */
static double sigma_of_counts(const struct cell_distributions *tables,
                              const struct count_distribution *distribution, uint32_t limit,
                              double mean)
{
    if (limit > COUNT_LIMIT) {
        const struct truncated_gauss g = gauss_of_counts(tables, distribution, limit);
        return g.sigma * wn_gauss_quantile_sigma(tables->quantile, g.below);
    }
    double weight[COUNT_LIMIT + 1], variance = 0;
    const double sum = panjer(distribution, limit, weight);
    for (uint32_t k = 0; k <= limit; k++)
        variance += weight[k] * (k - mean) * (k - mean);
    return sqrt(variance / sum);
}

wn_status wn_cell_sigmas_of_counts(const wn_map *map, const struct profile *profile,
                                   const uint32_t *first_kept, const double *mean, double *sigma)
{
    struct cell_distributions tables = {0};
    struct surface surface;
    const wn_status status = wn_surface_make(map, profile->mean, &surface);
    if (status != WN_OK)
        return status;
    wn_gauss_quantiles_fill(tables.quantile);
    for (size_t i = 0; i < map->cells; i++) {
        sigma[i] = 0;
        if (!needs_distribution(map, first_kept, i))
            continue;
        const struct count_distribution distribution = distribution_of_cell(&surface, profile, i);
        sigma[i] = sigma_of_counts(&tables, &distribution, first_kept[i] - 1, mean[i]);
    }
    wn_surface_free(&surface);
    return WN_OK;
}

/* ---- floats -------------------------------------------------------------------------------- */

/* Means and truncation limits of floats as surfaces over the cells. */
struct real_surfaces {
    struct surface mean, limit;
};

static wn_status real_surfaces_make(const wn_map *map, const struct profile *p,
                                    struct real_surfaces *r)
{
    *r = (struct real_surfaces){0};
    wn_status status = wn_surface_make(map, p->mean, &r->mean);
    return status == WN_OK ? wn_surface_make(map, p->limit, &r->limit) : status;
}

static void real_surfaces_free(struct real_surfaces *r)
{
    wn_surface_free(&r->mean);
    wn_surface_free(&r->limit);
}

static struct truncated_gauss gauss_of_reals(const struct cell_distributions *tables,
                                             const struct real_surfaces *r, const struct profile *p,
                                             size_t cell)
{
    const wn_map *map = r->mean.map;
    const double norm = map->cell_norm[cell];
    struct truncated_gauss distribution = {surface_at(&r->mean, cell) * norm,
                                           p->sigma[map->cell_region[cell]] * norm, GAUSS_QUANTILES,
                                           surface_at(&r->limit, cell) * norm};
    if (distribution.sigma > 0)
        distribution.below = wn_gauss_quantile_position(
            tables->quantile, (distribution.limit - distribution.mean) / distribution.sigma);
    return distribution;
}

wn_status wn_cell_distributions_of_reals(const wn_map *map, const struct profile *profile,
                                         struct cell_distributions *out)
{
    struct cell_distributions tables = {.gauss = malloc(map->cells * sizeof *tables.gauss)};
    struct real_surfaces surfaces;
    wn_status status = real_surfaces_make(map, profile, &surfaces);
    if (!tables.gauss)
        status = WN_ERR_MEMORY;
    wn_gauss_quantiles_fill(tables.quantile);
    for (size_t i = 0; i < map->cells && status == WN_OK; i++)
        tables.gauss[i] = gauss_of_reals(&tables, &surfaces, profile, i);
    real_surfaces_free(&surfaces);
    if (status == WN_OK)
        *out = tables;
    else
        wn_cell_distributions_free(&tables);
    return status;
}

wn_status wn_cell_means_of_reals(const wn_map *map, const struct profile *profile, double *mean)
{
    struct cell_distributions tables = {0};
    struct real_surfaces surfaces;
    const wn_status status = real_surfaces_make(map, profile, &surfaces);
    wn_gauss_quantiles_fill(tables.quantile);
    for (size_t i = 0; i < map->cells && status == WN_OK; i++) {
        const struct truncated_gauss g = gauss_of_reals(&tables, &surfaces, profile, i);
        mean[i] = g.mean + g.sigma * wn_gauss_quantile_mean(tables.quantile, g.below);
    }
    real_surfaces_free(&surfaces);
    return status;
}

wn_status wn_cell_sigmas_of_reals(const wn_map *map, const struct profile *profile, double *sigma)
{
    struct cell_distributions tables = {0};
    struct real_surfaces surfaces;
    const wn_status status = real_surfaces_make(map, profile, &surfaces);
    wn_gauss_quantiles_fill(tables.quantile);
    for (size_t i = 0; i < map->cells && status == WN_OK; i++) {
        const struct truncated_gauss g = gauss_of_reals(&tables, &surfaces, profile, i);
        sigma[i] = g.sigma * wn_gauss_quantile_sigma(tables.quantile, g.below);
    }
    real_surfaces_free(&surfaces);
    return status;
}
