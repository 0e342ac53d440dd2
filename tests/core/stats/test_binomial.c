/* Splitting counts between the halves of a block: the tables, the distribution drawn, and that a
 * vector of counts gives what each of them gives alone. */
#include <math.h>
#include <stdlib.h>

#include "stats/binomial.h"
#include "support/unit.h"

static struct binomial_tables *splits;

static void fill_once(void)
{
    splits = unit_alloc(sizeof *splits);
    wn_binomial_tables_fill(splits);
}

static void release(void)
{
    free(splits);
}

/* ---- tables -------------------------------------------------------------------------------- */

/* The probability of k in n counts, each with p / 64. */
static double binomial(uint32_t n, uint32_t k, uint32_t p)
{
    long double product = 1;
    for (uint32_t i = 0; i < k; i++)
        product *= (long double)(n - i) / (k - i) * p / 64;
    for (uint32_t i = k; i < n; i++)
        product *= (64 - p) / 64.0L;
    return (double)product;
}

static void expect_table(uint32_t p, uint32_t n)
{
    double drawn[256] = {0};
    for (uint32_t j = 0; j < 32; j++) {
        const uint32_t entry = splits->column[p][n][j];
        const double own = (entry >> 8) / 16777216.0;
        EXPECT((entry & 255) <= n && (j <= n || entry >> 8 == 0), "p %u, n %u", (unsigned)p,
               (unsigned)n);
        drawn[j] += own / 32;
        drawn[entry & 255] += (1 - own) / 32;
    }
    for (uint32_t k = 0; k <= n; k++)
        EXPECT(fabs(drawn[k] - binomial(n, k, p)) < 0x1p-23, "p %u, n %u, k %u: %.9g, not %.9g",
               (unsigned)p, (unsigned)n, (unsigned)k, drawn[k], binomial(n, k, p));
}

START_TEST(tables)
{
    for (uint32_t p = 0; p <= 64; p++) {
        for (uint32_t n = 0; n <= 31; n++)
            expect_table(p, n);
    }
}
END_TEST

/* ---- single draws -------------------------------------------------------------------------- */

/* A split as its header describes it, but for the tables. */
static uint32_t plain_piece(uint32_t n, float share, uint32_t r)
{
    const uint32_t d = (uint32_t)((uint64_t)r * 0x9e3779b1u % 4294967296u / 65536u);
    const float sum = share * 64.0f + (float)d / 65536.0f;
    const uint32_t entry = splits->column[sum < 64 ? (int)sum : 64][n][r / 134217728u];
    return r % 134217728u / 8 < entry / 256 ? r / 134217728u : entry % 256;
}

static uint32_t plain_hash(uint32_t r)
{
    r ^= r >> 16;
    r *= 0x7feb352du;
    r ^= r >> 15;
    r *= 0x846ca68bu;
    r ^= r >> 16;
    return r;
}

static uint32_t plain_split(uint32_t n, float first, float second, uint32_t r)
{
    const float share = first + second == 0 ? 0.5f : first / (first + second);
    if (n > 248) {
        const double p = (double)share;
        const double z = gauss_quantile_at(splits->quantile, r / 4194304.0);
        const double v = n * p + sqrt(n * p * (1 - p)) * z + 0.5;
        return v < 1 ? 0 : v >= n ? n : (uint32_t)floor(v);
    }
    uint32_t drawn = 0;
    for (uint32_t left = n; left > 0; r = plain_hash(r + 0x9e3779b9u)) {
        const uint32_t piece = left < 31 ? left : 31;
        drawn += plain_piece(piece, share, r);
        left -= piece;
    }
    return drawn;
}

/* Arguments of a batch of splits. */
#define BATCH 1003
struct arguments {
    uint32_t n[BATCH], random[BATCH];
    float first[BATCH], second[BATCH];
};

static float random_expected(uint64_t *random)
{
    const float rare[] = {0, 0, 1, 1, 3, 0x1p-20f, 0x1p-100f, 0x1p-140f, 0x1p100f};
    const int64_t which = unit_integer(random, 0, 20);
    return which < 9 ? rare[which] : (float)unit_integer(random, 1, 1 << 20) / 1024;
}

/* Counts of all kinds up to `most`. */
static void random_arguments(struct arguments *a, int64_t most, uint64_t *random)
{
    const int64_t limit[] = {9, 31, 64, 248, 1000, UINT32_MAX};
    for (size_t i = 0; i < BATCH; i++) {
        const int64_t high = limit[unit_integer(random, 0, 5)];
        a->n[i] = (uint32_t)unit_integer(random, 0, high < most ? high : most);
        a->random[i] = (uint32_t)(unit_random(random) >> 32);
        a->first[i] = random_expected(random);
        a->second[i] = random_expected(random);
    }
}

static void expect_many(const struct arguments *a, size_t count)
{
    uint32_t drawn[BATCH + 1]; /* one beyond, which must not be touched */
    drawn[count] = 0x5a5a5a5au;
    wn_binomial_split_many(splits, a->n, a->first, a->second, a->random, count, drawn);
    ck_assert_uint_eq(drawn[count], 0x5a5a5a5au);
    for (size_t i = 0; i < count; i++) {
        const uint32_t n = a->n[i], r = a->random[i];
        const uint32_t one = wn_binomial_split(splits, n, a->first[i], a->second[i], r);
        const uint32_t plain = plain_split(n, a->first[i], a->second[i], r);
        EXPECT(drawn[i] == one && one == plain && one <= n, "%u of %u, not %u, not %u: %g and %g",
               (unsigned)drawn[i], (unsigned)n, (unsigned)one, (unsigned)plain, (double)a->first[i],
               (double)a->second[i]);
    }
}

START_TEST(many_are_like_one)
{
    const int64_t most[] = {5, 31, 248, UINT32_MAX};
    uint64_t random = 1;
    struct arguments *a = unit_alloc(sizeof *a);
    for (int i = 0; i < 400; i++) {
        random_arguments(a, most[i % 4], &random);
        expect_many(a, i < 100 ? (size_t)i : BATCH);
    }
    free(a);
}
END_TEST

START_TEST(ends)
{
    const uint32_t n[] = {0, 1, 30, 31, 32, 62, 63, 247, 248, 249, 100000, UINT32_MAX};
    const uint32_t word[] = {0, 1, 0x7fffffffu, 0x80000000u, 0xfffffffeu, UINT32_MAX};
    for (size_t i = 0; i < sizeof n / sizeof n[0]; i++) {
        for (size_t j = 0; j < sizeof word / sizeof word[0]; j++) {
            const uint32_t r = word[j];
            ck_assert_uint_eq(wn_binomial_split(splits, n[i], 0, 2, r), 0);
            ck_assert_uint_eq(wn_binomial_split(splits, n[i], 2, 0, r), n[i]);
            ck_assert_uint_eq(wn_binomial_split(splits, n[i], 0, 0, r),
                              wn_binomial_split(splits, n[i], 3, 3, r));
            ck_assert_uint_eq(wn_binomial_split(splits, n[i], 0, 0, r), plain_split(n[i], 1, 1, r));
        }
    }
}
END_TEST

/* The same results on every machine. */
START_TEST(pinned)
{
    uint64_t random = 2, checksum = 0;
    struct arguments *a = unit_alloc(sizeof *a);
    uint32_t drawn[BATCH];
    for (int i = 0; i < 100; i++) {
        random_arguments(a, UINT32_MAX, &random);
        wn_binomial_split_many(splits, a->n, a->first, a->second, a->random, BATCH, drawn);
        for (size_t k = 0; k < BATCH; k++)
            checksum = checksum * 0x9e3779b97f4a7c15u + drawn[k];
    }
    free(a);
    EXPECT(checksum == 0x73c840d4290c635bu, "checksum 0x%016llx", (unsigned long long)checksum);
}
END_TEST

/* ---- distributions--------------------------------------------------------------------------- */

/* How many of the 65536 dithers round the share up to the next 64th. */
static uint32_t rounded_up(float share)
{
    uint32_t up = 0;
    for (uint32_t d = 0; d < 65536; d++)
        up += floorf(share * 64 + (float)d / 65536) > floorf(share * 64);
    return up;
}

/* The distribution of one piece: a mixture of two binomial ones. */
static void piece_law(uint32_t n, float share, double p[32])
{
    const uint32_t step = (uint32_t)(share * 64);
    const double up = rounded_up(share) / 65536.0;
    for (uint32_t k = 0; k <= n; k++)
        p[k] = (1 - up) * binomial(n, k, step) + (up > 0 ? up * binomial(n, k, step + 1) : 0);
}

/* Convolve law[0 ... n] with the distribution of another piece. */
static void add_piece(double *law, uint32_t n, uint32_t piece, float share)
{
    double p[32];
    piece_law(piece, share, p);
    for (uint32_t k = n + piece + 1; k-- > 0;) {
        double sum = 0;
        for (uint32_t j = 0; j <= piece && j <= k; j++)
            sum += k - j <= n ? p[j] * law[k - j] : 0;
        law[k] = sum;
    }
}

static void gaussian_law(uint32_t n, double share, double *law)
{
    const double mean = n * share, sigma = sqrt(n * share * (1 - share));
    double below = 0;
    for (uint32_t k = 0; k <= n; k++) {
        const double next =
            k < n ? wn_gauss_quantile_position(splits->quantile, (k + 0.5 - mean) / sigma) /
                        GAUSS_QUANTILES
                  : 1;
        law[k] = next - below;
        below = next;
    }
}

/* The probabilities of 0 to n, for free(). */
static double *law_of(uint32_t n, float share)
{
    double *law = unit_alloc((n + 1) * sizeof *law);
    if (n > 248) {
        gaussian_law(n, (double)share, law);
        return law;
    }
    uint32_t done = 0;
    law[0] = 1;
    while (done < n) {
        const uint32_t piece = n - done < 31 ? n - done : 31;
        add_piece(law, done, piece, share);
        done += piece;
    }
    return law;
}

struct binomial_moments {
    double mean, variance, fourth; /* the latter two about the mean */
};

static struct binomial_moments moments_of(const double *law, uint32_t n, double about)
{
    struct binomial_moments m = {0};
    for (uint32_t k = 0; k <= n; k++) {
        const double square = (k - about) * (k - about);
        m.mean += law[k] * k;
        m.variance += law[k] * square;
        m.fourth += law[k] * square * square;
    }
    return m;
}

/* What the dither adds to the variance. A piece of m counts is drawn with one of two probabilities,
 * which are 1 / 64 apart, the higher one with the probability q: its mean varies by m^2 q (1 - q) /
 * 64^2, and the mean of p (1 - p) is less than that of the mean of p by q (1 - q) / 64^2. */
static double dither_excess(uint32_t n, float share)
{
    const double q = rounded_up(share) / 65536.0;
    double excess = 0;
    for (uint32_t left = n; left > 0; left -= left < 31 ? left : 31) {
        const double piece = left < 31 ? left : 31;
        excess += piece * (piece - 1) * q * (1 - q) / 4096;
    }
    return excess;
}

/* The distribution has the mean n * share and the binomial variance. */
static void expect_law_of_pieces(uint32_t n, float share, const struct binomial_moments *m)
{
    const double p = floor((double)share * 4194304) / 4194304;
    const double variance = n * p * (1 - p) + dither_excess(n, share);
    EXPECT(fabs(m->mean - n * p) < 1e-9 * n, "n %u, share %g: mean %.9g, not %.9g", (unsigned)n,
           (double)share, m->mean, n * p);
    EXPECT(fabs(m->variance - variance) < 1e-9 * n, "n %u, share %g: variance %.9g, not %.9g",
           (unsigned)n, (double)share, m->variance, variance);
}

/* The same for a Gaussian, whose rounding adds 1 / 12 to the variance. What is cut off below 0
 * changes it where the mean is less than 3 sigma. */
static void expect_gaussian_law(uint32_t n, double share, const struct binomial_moments *m)
{
    const double mean = n * share, variance = mean * (1 - share) + 1.0 / 12;
    const bool cut = mean * mean < 9 * variance;
    EXPECT(fabs(m->mean - mean) < (cut ? 0.025 : 0.0005) * sqrt(variance),
           "n %u, share %g: mean %.9g, not %.9g", (unsigned)n, share, m->mean, mean);
    EXPECT(fabs(m->variance - variance) < (cut ? 0.1 : 0.002) * variance,
           "n %u, share %g: variance %.9g, not %.9g", (unsigned)n, share, m->variance, variance);
}

#define DRAWS 1000000
#define BLOCK 1000

/* How often each of 0 to n comes out, for free(). */
static double *draw_all(uint32_t n, float first, float second, uint64_t *random)
{
    double *often = unit_alloc((n + 1) * sizeof *often);
    struct arguments *a = unit_alloc(sizeof *a);
    uint32_t drawn[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) {
        a->n[i] = n;
        a->first[i] = first;
        a->second[i] = second;
    }
    for (size_t done = 0; done < DRAWS; done += BLOCK) {
        for (size_t i = 0; i < BLOCK; i++)
            a->random[i] = (uint32_t)(unit_random(random) >> 32);
        wn_binomial_split_many(splits, a->n, a->first, a->second, a->random, BLOCK, drawn);
        for (size_t i = 0; i < BLOCK; i++)
            often[drawn[i]] += 1.0 / DRAWS;
    }
    free(a);
    return often;
}

/* Chi-squared of what was drawn, in classes of at least 10 draws, as sigmas of a Gaussian (Wilson
 * and Hilferty, PNAS 17 (1931) 684). */
static double chi_squared(const double *law, const double *often, uint32_t n)
{
    double chi2 = 0, p = 0, f = 0, classes = 0, left = 1;
    for (uint32_t k = 0; k <= n; k++) {
        p += law[k];
        f += often[k];
        left -= law[k];
        if (k < n && (p * DRAWS < 10 || left * DRAWS < 10))
            continue;
        chi2 += p > 0 ? (f - p) * (f - p) / p * DRAWS : 0;
        classes++;
        p = f = 0;
    }
    const double width = 2 / (9 * (classes - 1));
    return (cbrt(chi2 / (classes - 1)) - (1 - width)) / sqrt(width);
}

static void expect_drawn(uint32_t n, float share, uint64_t *random)
{
    const float second = 1 - share;
    double *law = law_of(n, share / (share + second));
    double *often = draw_all(n, share, second, random);
    const double mean = moments_of(law, n, 0).mean;
    const struct binomial_moments m = moments_of(law, n, mean), drawn = moments_of(often, n, mean);
    if (n <= 248)
        expect_law_of_pieces(n, share / (share + second), &m);
    else
        expect_gaussian_law(n, (double)(share / (share + second)), &m);
    const double error = sqrt(m.variance / DRAWS);
    const double error_of_variance =
        sqrt(fmax(m.fourth - m.variance * m.variance, 0) / DRAWS) + 1e-9;
    EXPECT(fabs(drawn.mean - mean) < 5 * error, "n %u, share %g: mean %g, not %g", (unsigned)n,
           (double)share, drawn.mean, mean);
    EXPECT(fabs(drawn.variance - m.variance) < 5 * error_of_variance,
           "n %u, share %g: variance %g, not %g", (unsigned)n, (double)share, drawn.variance,
           m.variance);
    const double sigmas = chi_squared(law, often, n);
    EXPECT(fabs(sigmas) < 5, "n %u, share %g: chi squared at %g sigma", (unsigned)n, (double)share,
           sigmas);
    free(law);
    free(often);
}

START_TEST(law_of_draws)
{
    const uint32_t n[] = {1, 2, 5, 10, 31, 32, 100, 248, 249, 1000, 1000000};
    const float share[] = {0.5f, 0.503f, 0.3f, 0.01f};
    uint64_t random = 3;
    for (size_t i = 0; i < sizeof n / sizeof n[0]; i++) {
        for (size_t j = 0; j < sizeof share / sizeof share[0]; j++)
            expect_drawn(n[i], share[j], &random);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {tables, many_are_like_one, ends, pinned, law_of_draws};
    fill_once();
    const int status = unit_main(tests, sizeof tests / sizeof tests[0]);
    release();
    return status;
}
