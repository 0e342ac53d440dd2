/* The decoder's tables against the distributions that they stand for. */
#include <math.h>
#include <stdlib.h>

#include "background/surface.h"
#include "decode/cell_distributions.h"
#include "format/profile.h"
#include "geometry/map.h"
#include "stats/count_distribution.h"
#include "support/reference.h"
#include "support/unit.h"

/* 16 tiles of 16 cells each, a profile on them, and where the cells are cut off. */
struct setup {
    wn_map *map;
    struct profile profile;
    uint32_t *first_kept;
    struct surface mean; /* of the profile */
};

static double *values(size_t n, double low, double high, uint64_t *random)
{
    double *value = unit_alloc(n * sizeof *value);
    for (size_t i = 0; i < n; i++)
        value[i] = exp(log(low) + log(high / low) * unit_uniform(random));
    return value;
}

static wn_map *make_map(void)
{
    const wn_params p = {.bins = 16};
    wn_map *map = NULL;
    ck_assert_int_eq(wn_map_create(&p, 64, 64, NULL, &map), WN_OK);
    return map;
}

static struct setup setup_counts(double low, double high, uint32_t most, uint64_t *random)
{
    struct setup s = {.map = make_map()};
    s.profile.regions = s.map->regions;
    s.profile.mean = values(s.map->regions, low, high, random);
    s.profile.dispersion = values(s.map->regions, 0.3, 6, random);
    s.profile.dispersion[0] = 1;
    s.profile.mean[1] = 0;
    s.profile.dispersion[2] = 0.2;
    s.profile.dispersion[3] = 300;
    s.first_kept = unit_alloc(s.map->cells * sizeof *s.first_kept);
    for (size_t c = 0; c < s.map->cells; c++)
        s.first_kept[c] = (uint32_t)unit_integer(random, 0, most);
    ck_assert_int_eq(wn_surface_make(s.map, s.profile.mean, &s.mean), WN_OK);
    return s;
}

static void setup_free(struct setup *s)
{
    wn_surface_free(&s->mean);
    wn_profile_free(&s->profile);
    free(s->first_kept);
    wn_map_free(s->map);
}

/* The distribution of a cell as in the document: p(k) / p(k - 1) = A + B / k while that is
 * positive. Fills p[0 ... limit]. */
static void plain_law(const struct setup *s, size_t cell, uint32_t limit, long double *p)
{
    const long double mean = fmax(surface_at(&s->mean, cell), 0);
    const long double d = s->profile.dispersion[s->map->cell_region[cell]];
    const long double a = 1 - 1 / d, b = mean / d - a;
    long double sum = p[0] = 1;
    for (uint32_t k = 1; k <= limit; k++) {
        p[k] = a + b / k > 0 ? p[k - 1] * (a + b / k) : 0;
        sum += p[k];
    }
    for (uint32_t k = 0; k <= limit; k++)
        p[k] /= sum;
}

/* ---- tables -------------------------------------------------------------------------------- */

/* The probability of every count, from the columns of a cell's table. */
static void table_law(const struct cell_distributions *laws, size_t cell, double *p)
{
    const unsigned bits = 32 - (laws->table[cell] & 255);
    const uint32_t *column = laws->column + (laws->table[cell] >> 8);
    for (int k = 0; k < 256; k++)
        p[k] = 0;
    for (uint32_t j = 0; j < 1u << bits; j++) {
        const double own = (column[j] >> 8) / 16777216.0;
        p[j] += ldexp(own, -(int)bits);
        p[column[j] & 255] += ldexp(1 - own, -(int)bits);
    }
}

static void expect_table(const struct setup *s, const struct cell_distributions *laws, size_t cell)
{
    const uint32_t limit = s->first_kept[cell] - 1;
    long double expected[256];
    double p[256], distance = 0;
    plain_law(s, cell, limit, expected);
    table_law(laws, cell, p);
    for (uint32_t k = 0; k < 256; k++) {
        const double e = k <= limit ? (double)expected[k] : 0;
        EXPECT(fabs(p[k] - e) < 1e-6, "cell %zu, limit %u: p(%u) = %.9g, not %.9g", cell,
               (unsigned)limit, (unsigned)k, p[k], e);
        distance += fabs(p[k] - e);
    }
    EXPECT(distance < 1e-6, "cell %zu, limit %u: %g", cell, (unsigned)limit, distance);
    /* both ends of every column */
    const unsigned bits = 32 - (laws->table[cell] & 255);
    for (uint32_t j = 0; j < 1u << bits; j++) {
        const uint32_t first = j << (32 - bits), last = first + (UINT32_MAX >> bits);
        EXPECT(alias_table_draw(laws->column, laws->table[cell], first) <= limit, "cell %zu", cell);
        EXPECT(alias_table_draw(laws->column, laws->table[cell], last) <= limit, "cell %zu", cell);
    }
}

START_TEST(tables)
{
    uint64_t random = 1;
    for (int i = 0; i < 40; i++) {
        const uint32_t most[] = {1, 4, 20, 256};
        struct setup s = setup_counts(0.01, i % 2 ? 10 : 150, most[i % 4], &random);
        struct cell_distributions laws = {0};
        ck_assert_int_eq(wn_cell_distributions_of_counts(s.map, &s.profile, s.first_kept, &laws),
                         WN_OK);
        ck_assert_ptr_null(laws.gauss);
        for (size_t c = 0; c < s.map->cells; c++) {
            if (s.first_kept[c] > 0) {
                expect_table(&s, &laws, c);
                continue;
            }
            for (int k = 0; k < 50; k++) /* nothing was dropped there */
                EXPECT(alias_table_draw(laws.column, laws.table[c],
                                        (uint32_t)unit_random(&random)) == 0,
                       "cell %zu", c);
        }
        wn_cell_distributions_free(&laws);
        setup_free(&s);
    }
}
END_TEST

/* The closed forms of Poisson, negative binomial and binomial. */
START_TEST(closed_forms)
{
    const struct count_distribution laws_of[] = {{3, 1},    {0.05, 1}, {20, 1}, {3, 2},
                                                 {20, 1.5}, {5, 0.5},  {9, 0.1}};
    for (size_t i = 0; i < sizeof laws_of / sizeof laws_of[0]; i++) {
        struct setup s = {.map = make_map()};
        double mean[16], dispersion[16];
        for (int k = 0; k < 16; k++) {
            mean[k] = laws_of[i].mean;
            dispersion[k] = laws_of[i].dispersion;
        }
        s.profile = (struct profile){.regions = 16, .mean = mean, .dispersion = dispersion};
        s.first_kept = unit_alloc(s.map->cells * sizeof *s.first_kept);
        for (size_t c = 0; c < s.map->cells; c++)
            s.first_kept[c] = (uint32_t)c + 1;
        struct cell_distributions laws = {0};
        ck_assert_int_eq(wn_cell_distributions_of_counts(s.map, &s.profile, s.first_kept, &laws),
                         WN_OK);
        for (size_t c = 0; c < s.map->cells; c++) {
            double p[256], e[256], sum = 0;
            table_law(&laws, c, p);
            for (size_t k = 0; k <= c; k++)
                sum += e[k] = (double)expl(plain_log_p(mean[0], dispersion[0], (double)k));
            for (size_t k = 0; k <= c; k++)
                EXPECT(fabs(p[k] - e[k] / sum) < 1e-6, "law %zu, limit %zu: p(%zu) = %g, not %g", i,
                       c, k, p[k], e[k] / sum);
        }
        wn_cell_distributions_free(&laws);
        free(s.first_kept);
        wn_map_free(s.map);
    }
}
END_TEST

START_TEST(means)
{
    uint64_t random = 2;
    for (int i = 0; i < 40; i++) {
        struct setup s = setup_counts(0.01, 150, i % 2 ? 256 : 12, &random);
        double *mean = unit_alloc(s.map->cells * sizeof *mean);
        ck_assert_int_eq(wn_cell_means_of_counts(s.map, &s.profile, s.first_kept, mean), WN_OK);
        for (size_t c = 0; c < s.map->cells; c++) {
            long double p[256], expected = 0;
            if (s.first_kept[c] > 0) {
                plain_law(&s, c, s.first_kept[c] - 1, p);
                for (uint32_t k = 0; k < s.first_kept[c]; k++)
                    expected += k * p[k];
            }
            EXPECT(fabs(mean[c] - (double)expected) <= 1e-10 * (double)expected,
                   "cell %zu: %.15g, not %.15Lg", c, mean[c], expected);
        }
        free(mean);
        setup_free(&s);
    }
}
END_TEST

/* ---- Gaussians ----------------------------------------------------------------------------- */

/* Mean and variance of counts drawn from a Gaussian, over evenly spaced random words. */
static void drawn(const struct cell_distributions *laws, size_t cell, double *mean,
                  double *variance)
{
    const struct truncated_gauss *g = &laws->gauss[cell];
    const uint32_t n = 1u << 16;
    double sum = 0, sum2 = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t count = count_of_real(g, draw_gauss(laws, g, (i << 16) + 32768));
        sum += count;
        sum2 += (double)count * count;
    }
    *mean = sum / n;
    *variance = sum2 / n - *mean * *mean;
}

/* Counts cut off above 255: a Gaussian truncated half a count above the limit. */
START_TEST(gaussian_counts)
{
    uint64_t random = 3;
    for (int i = 0; i < 12; i++) {
        struct setup s = setup_counts(300, 50000, 0, &random);
        for (size_t k = 0; k < s.map->regions; k++)
            s.profile.dispersion[k] = 0.5 + 3 * unit_uniform(&random);
        s.profile.mean[1] = 1000; /* setup_counts() has 0 there */
        wn_surface_free(&s.mean);
        ck_assert_int_eq(wn_surface_make(s.map, s.profile.mean, &s.mean), WN_OK);
        for (size_t c = 0; c < s.map->cells; c++) {
            const double m = surface_at(&s.mean, c);
            const double sigma = sqrt(m * s.profile.dispersion[s.map->cell_region[c]]);
            s.first_kept[c] = (uint32_t)(m + (4 * unit_uniform(&random) - 1) * sigma) + 1;
        }
        struct cell_distributions laws = {0};
        double *means_only = unit_alloc(s.map->cells * sizeof *means_only);
        ck_assert_int_eq(wn_cell_distributions_of_counts(s.map, &s.profile, s.first_kept, &laws),
                         WN_OK);
        ck_assert_int_eq(wn_cell_means_of_counts(s.map, &s.profile, s.first_kept, means_only),
                         WN_OK);
        for (size_t c = 0; c < s.map->cells; c++) {
            const uint32_t limit = s.first_kept[c] - 1;
            if (limit <= COUNT_LIMIT)
                continue;
            ck_assert_uint_eq(laws.table[c], GAUSS_CELL);
            const double m = surface_at(&s.mean, c);
            const double sigma = sqrt(m * s.profile.dispersion[s.map->cell_region[c]]);
            const double beta = (limit + 0.5 - m) / sigma;
            const double h = exp(-0.5 * beta * beta) / sqrt(2 * acos(-1)) / plain_tail(-beta);
            double mean, variance;
            drawn(&laws, c, &mean, &variance);
            EXPECT(fabs(mean - (m - sigma * h)) < 3e-3 * sigma + 0.02, "cell %zu: %g, not %g", c,
                   mean, m - sigma * h);
            EXPECT(fabs(means_only[c] - (m - sigma * h)) < 3e-3 * sigma, "cell %zu: %g, not %g", c,
                   means_only[c], m - sigma * h);
            const double expected = sigma * sigma * (1 - beta * h - h * h) + 1.0 / 12;
            EXPECT(fabs(variance / expected - 1) < 0.02, "cell %zu: variance %g, not %g", c,
                   variance, expected);
            const uint32_t highest =
                count_of_real(&laws.gauss[c], draw_gauss(&laws, &laws.gauss[c], UINT32_MAX));
            EXPECT(highest <= limit, "cell %zu: %u above %u", c, (unsigned)highest,
                   (unsigned)limit);
        }
        free(means_only);
        wn_cell_distributions_free(&laws);
        setup_free(&s);
    }
}
END_TEST

/* Rounded half up, and held within 0 and the limit. */
START_TEST(rounding)
{
    const struct truncated_gauss g = {.limit = 1000};
    const double value[] = {-1e300, -1, 0, 0.49, 0.5, 1.49, 1.5, 999.6, 1000.4, 1000.6, 1e300, NAN};
    const uint32_t count[] = {0, 0, 0, 0, 1, 1, 2, 1000, 1000, 1000, 1000, 0};
    for (size_t i = 0; i < sizeof count / sizeof count[0]; i++)
        EXPECT(count_of_real(&g, value[i]) == count[i], "%g", value[i]);
    const struct truncated_gauss huge = {.limit = 4294967294.0};
    ck_assert_uint_eq(count_of_real(&huge, 1e18), 4294967294u);
}
END_TEST

START_TEST(reals)
{
    uint64_t random = 4;
    for (int i = 0; i < 20; i++) {
        wn_map *map = make_map();
        struct profile p = {.regions = map->regions};
        p.mean = values(map->regions, 1, 1000, &random);
        p.sigma = values(map->regions, 0.1, 20, &random);
        p.limit = unit_alloc(map->regions * sizeof *p.limit);
        for (size_t k = 0; k < map->regions; k++) {
            if (k % 5 == 0)
                p.mean[k] = -p.mean[k];
            p.limit[k] = p.mean[k] + (4 * unit_uniform(&random) - 0.5) * p.sigma[k];
        }
        p.sigma[3] = 0;
        struct surface mean, limit;
        ck_assert_int_eq(wn_surface_make(map, p.mean, &mean), WN_OK);
        ck_assert_int_eq(wn_surface_make(map, p.limit, &limit), WN_OK);
        struct cell_distributions laws = {0};
        double *means_only = unit_alloc(map->cells * sizeof *means_only);
        ck_assert_int_eq(wn_cell_distributions_of_reals(map, &p, &laws), WN_OK);
        ck_assert_int_eq(wn_cell_means_of_reals(map, &p, means_only), WN_OK);
        for (size_t c = 0; c < map->cells; c++) {
            const struct truncated_gauss *g = &laws.gauss[c];
            const double m = surface_at(&mean, c), sigma = p.sigma[map->cell_region[c]];
            const double beta = (surface_at(&limit, c) - m) / sigma;
            if (sigma == 0) {
                EXPECT(draw_gauss(&laws, g, 0x9abcdef0u) == m && means_only[c] == m, "cell %zu", c);
                continue;
            }
            if (beta < -2.5 || beta > 10) /* the table ends */
                continue;
            double sum = 0;
            for (uint32_t k = 0; k < 65536; k++)
                sum += draw_gauss(&laws, g, (k << 16) + 32768) / 65536;
            const double h = exp(-0.5 * beta * beta) / sqrt(2 * acos(-1)) / plain_tail(-beta);
            EXPECT(fabs(sum - (m - sigma * h)) < 1e-2 * sigma, "cell %zu, beta %g: %g, not %g", c,
                   beta, sum, m - sigma * h);
            EXPECT(fabs(means_only[c] - sum) < 1e-3 * sigma, "cell %zu", c);
            const double top = draw_gauss(&laws, g, UINT32_MAX);
            EXPECT(top <= surface_at(&limit, c) + 1e-9 * fabs(top) + 1e-6 * sigma,
                   "cell %zu: %g above %g", c, top, surface_at(&limit, c));
        }
        free(means_only);
        wn_cell_distributions_free(&laws);
        wn_surface_free(&mean);
        wn_surface_free(&limit);
        wn_profile_free(&p);
        wn_map_free(map);
    }
}
END_TEST

/* A profile that no writer makes: an error or some distribution, but no NaN. */
START_TEST(impossible_profile)
{
    uint64_t random = 5;
    struct setup s = setup_counts(1, 10, 0, &random);
    for (size_t c = 0; c < s.map->cells; c++)
        s.first_kept[c] = 1 + (uint32_t)(c % 256);
    for (size_t i = 0; i < s.map->regions; i++) {
        s.profile.mean[i] = ldexp(1, 60);
        s.profile.dispersion[i] = MIN_DISPERSION;
    }
    struct cell_distributions laws = {0};
    double *mean = unit_alloc(s.map->cells * sizeof *mean);
    wn_status status = wn_cell_distributions_of_counts(s.map, &s.profile, s.first_kept, &laws);
    ck_assert(status == WN_ERR_CORRUPT || status == WN_OK);
    for (size_t c = 0; c < s.map->cells && status == WN_OK; c++) {
        for (uint32_t k = 0; k < 100; k++)
            EXPECT(alias_table_draw(laws.column, laws.table[c], k * 42949672) < s.first_kept[c],
                   "cell %zu", c);
    }
    ck_assert(status == WN_OK || !laws.table);
    wn_cell_distributions_free(&laws);
    status = wn_cell_means_of_counts(s.map, &s.profile, s.first_kept, mean);
    ck_assert(status == WN_ERR_CORRUPT || status == WN_OK);
    for (size_t c = 0; c < s.map->cells && status == WN_OK; c++)
        EXPECT(mean[c] >= 0 && mean[c] < s.first_kept[c], "cell %zu: %g", c, mean[c]);
    free(mean);
    setup_free(&s);
}
END_TEST

UNIT_MAIN(tables, closed_forms, means, gaussian_counts, rounding, reals, impossible_profile)
