/* Sigma clipping: pyFAI's against a plain version pass by pass, ours by what it promises. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/sigma_clip.h"
#include "support/reference.h"
#include "support/unit.h"

#define DEPTH 200

/* A ring of counts, in all forms that the library may see it in. */
struct test_ring {
    size_t n;
    double *signal, *norm;
    uint32_t histogram[DEPTH];
    struct large_count *large;
    double *value;
    float *weight;
    struct samples counts, reals;
};

static int by_value(const void *a, const void *b)
{
    const struct large_count *x = a, *y = b;
    return x->value < y->value ? -1 : x->value > y->value;
}

/* Takes the signal over; `norm` is NULL for 1. */
static struct test_ring *ring_of(double *signal, const float *norm, size_t n)
{
    struct test_ring *r = unit_alloc(sizeof *r);
    *r = (struct test_ring){.n = n, .signal = signal};
    r->norm = unit_alloc(n * sizeof *r->norm);
    r->value = unit_alloc(n * sizeof *r->value);
    r->weight = unit_alloc(n * sizeof *r->weight);
    r->large = unit_alloc(n * sizeof *r->large);
    size_t n_large = 0;
    for (size_t i = 0; i < n; i++) {
        r->weight[i] = norm ? norm[i] : 1;
        r->norm[i] = r->weight[i];
        r->value[i] = signal[i] / r->norm[i];
        if (signal[i] >= DEPTH)
            r->large[n_large++] = (struct large_count){0, (uint32_t)signal[i]};
        else if (signal[i] >= 0)
            r->histogram[(uint32_t)signal[i]]++;
    }
    qsort(r->large, n_large, sizeof *r->large, by_value);
    r->counts = (struct samples){
        .n = n, .histogram = r->histogram, .depth = DEPTH, .large = r->large, .n_large = n_large};
    r->reals = (struct samples){.n = n, .value = r->value, .norm = norm ? r->weight : NULL};
    return r;
}

static void ring_free(struct test_ring *r)
{
    free(r->signal);
    free(r->norm);
    free(r->value);
    free(r->weight);
    free(r->large);
    free(r);
}

/* Counts of some mean and dispersion, a fraction of them raised by peaks. */
static struct test_ring *random_ring(uint64_t *random, size_t n, double mean, double dispersion,
                                     double peaks, double peak)
{
    double *signal = unit_alloc(n * sizeof *signal);
    for (size_t i = 0; i < n; i++) {
        signal[i] = unit_counts(random, mean, dispersion);
        if (unit_uniform(random) < peaks)
            signal[i] += unit_poisson(random, peak * unit_uniform(random));
    }
    return ring_of(signal, NULL, n);
}

static wn_background clip_form(const struct samples *samples, const struct sigma_clip_rule *rule,
                               double *dark)
{
    struct samples s = *samples;
    *dark = NAN;
    return wn_sigma_clip(&s, rule, dark);
}

/* ---- pyFAI's ------------------------------------------------------------------------------- */

/* Whether it was clear what to expect. */
static bool expect_like_plain(const struct test_ring *r, const struct samples *form,
                              const struct sigma_clip_rule *rule)
{
    double dark;
    const wn_background b = clip_form(form, rule, &dark);
    const struct plain_background e =
        plain_clip(r->signal, r->norm, r->n, rule->error_model, rule->cut_off, rule->cycles);
    if (e.unclear)
        return false;
    EXPECT(b.count == e.n, "model %d, cut-off %g, cycles %d, %zu pixels: %u left, not %zu",
           (int)rule->error_model, rule->cut_off, rule->cycles, r->n, (unsigned)b.count, e.n);
    EXPECT(fabs(b.mean - e.mean) <= 1e-12 * fabs(e.mean), "mean %.17g, not %.17g", b.mean, e.mean);
    EXPECT(fabs(b.sigma - e.sigma) <= 1e-12 * fabs(e.sigma) + 1e-13 * fabs(e.mean),
           "sigma %.17g, not %.17g", b.sigma, e.sigma);
    EXPECT(dark == -INFINITY, "dark %g", dark);
    return true;
}

static struct sigma_clip_rule random_rule(uint64_t *random)
{
    const double cut_off[] = {0, 0, 1, 2.5, 3, 5};
    return (struct sigma_clip_rule){
        .error_model = (wn_error_model)unit_integer(random, WN_ERROR_POISSON, WN_ERROR_HYBRID),
        .cut_off = cut_off[unit_random(random) % 6],
        .cycles = (int)unit_integer(random, 1, 10),
        .compat_pyfai = true,
        .counts = true,
    };
}

START_TEST(compatible_counts)
{
    uint64_t random = 1;
    int clear = 0;
    for (int i = 0; i < 4000; i++) {
        const size_t n = (size_t)unit_integer(&random, 1, i % 10 ? 400 : 3000);
        const double mean = exp(9 * unit_uniform(&random) - 4);
        const double dispersion = i % 3 ? 1 : exp(4 * unit_uniform(&random) - 1);
        struct test_ring *r = random_ring(&random, n, mean, dispersion,
                                          i % 2 ? 0.05 * unit_uniform(&random) : 0, 20 * mean + 10);
        const struct sigma_clip_rule rule = random_rule(&random);
        clear += expect_like_plain(r, &r->counts, &rule);
        clear += expect_like_plain(r, &r->reals, &rule);
        ring_free(r);
    }
    ck_assert_int_gt(clear, 7800);
}
END_TEST

/* With norms of any size. */
START_TEST(compatible_reals)
{
    uint64_t random = 2;
    int clear = 0;
    for (int i = 0; i < 4000; i++) {
        const size_t n = (size_t)unit_integer(&random, 1, 400);
        double *signal = unit_alloc(n * sizeof *signal);
        float *norm = unit_alloc(n * sizeof *norm);
        const double mean = exp(7 * unit_uniform(&random) - 2);
        for (size_t k = 0; k < n; k++) {
            norm[k] = (float)(0.2 + unit_uniform(&random));
            signal[k] = norm[k] * (mean + sqrt(mean) * unit_gauss(&random));
            if (unit_random(&random) % 20 == 0)
                signal[k] += 10 * mean * unit_uniform(&random);
        }
        struct test_ring *r = ring_of(signal, norm, n);
        struct sigma_clip_rule rule = random_rule(&random);
        rule.counts = false;
        clear += expect_like_plain(r, &r->reals, &rule);
        ring_free(r);
        free(norm);
    }
    ck_assert_int_gt(clear, 3900);
}
END_TEST

/* The known failures of the published method are there when it is asked for. */
START_TEST(compatible_failures)
{
    uint64_t random = 3;
    double dark;
    struct test_ring *r = random_ring(&random, 3000, 0.05, 1, 0, 0);
    struct sigma_clip_rule rule = {
        .error_model = WN_ERROR_AZIMUTHAL, .cycles = 5, .compat_pyfai = true};
    rule.counts = true;
    wn_background b = clip_form(&r->counts, &rule, &dark);
    ck_assert_double_eq(b.mean, 0); /* collapses */
    rule.error_model = WN_ERROR_POISSON;
    b = clip_form(&r->counts, &rule, &dark);
    ck_assert_double_ge(b.sigma, 1); /* the floor of the variance */
    ring_free(r);

    /* {1, 99}: both are 5 sigma away from their mean, and the whole ring is deleted */
    double *signal = unit_alloc(2 * sizeof *signal);
    signal[0] = 1;
    signal[1] = 99;
    r = ring_of(signal, NULL, 2);
    b = clip_form(&r->counts, &rule, &dark);
    ck_assert_uint_eq(b.count, 0);
    ck_assert(b.mean == 0 && b.sigma == 0);
    ring_free(r);
}
END_TEST

/* ---- ours ---------------------------------------------------------------------------------- */

static struct sigma_clip_rule our_rule(wn_error_model error_model)
{
    return (struct sigma_clip_rule){.error_model = error_model, .cycles = 5, .counts = true};
}

static const wn_error_model models[3] = {WN_ERROR_POISSON, WN_ERROR_AZIMUTHAL, WN_ERROR_HYBRID};

static double mean_of(const struct test_ring *r)
{
    double sum = 0;
    for (size_t i = 0; i < r->n; i++)
        sum += r->signal[i];
    return sum / (double)r->n;
}

/* Clean Poisson rings of any mean: nothing worth mentioning is discarded, and mean and spread are
 * those of the data. */
START_TEST(poisson_rings_survive)
{
    uint64_t random = 4;
    const double mean[] = {0.02, 0.03, 0.05, 0.07, 0.1, 0.2, 0.5, 1, 2, 5, 20, 100, 1000, 20000};
    for (size_t i = 0; i < sizeof mean / sizeof mean[0]; i++) {
        struct test_ring *r = random_ring(&random, 4000, mean[i], 1, 0, 0);
        for (int k = 0; k < 3; k++) {
            const struct sigma_clip_rule rule = our_rule(models[k]);
            double dark;
            const wn_background b = clip_form(&r->counts, &rule, &dark);
            EXPECT(b.count >= 3980, "mean %g, model %d: %u left", mean[i], (int)models[k],
                   (unsigned)b.count);
            EXPECT(fabs(b.mean - mean_of(r)) < 0.15 * sqrt(mean[i] / 100) + 1e-3,
                   "mean %g, model %d: %g, not %g", mean[i], (int)models[k], b.mean, mean_of(r));
            EXPECT(fabs(b.sigma / sqrt(mean[i]) - 1) < 0.1, "mean %g, model %d: sigma %g", mean[i],
                   (int)models[k], b.sigma);
        }
        ring_free(r);
    }
}
END_TEST

/* A few strong peaks are discarded, and the background is found under them. */
START_TEST(peaks_are_discarded)
{
    uint64_t random = 5;
    const double mean[] = {0.03, 0.1, 0.5, 2, 10, 100, 1000};
    for (size_t i = 0; i < sizeof mean / sizeof mean[0]; i++) {
        struct test_ring *r = random_ring(&random, 2000, mean[i], 1, 0.02, 200 * sqrt(mean[i] + 1));
        for (int k = 0; k < 3; k++) {
            const struct sigma_clip_rule rule = our_rule(models[k]);
            double dark;
            const wn_background b = clip_form(&r->counts, &rule, &dark);
            const double error = sqrt(mean[i] / 2000);
            EXPECT(fabs(b.mean - mean[i]) < 5 * error + 0.03 * mean[i], "mean %g, model %d: %g",
                   mean[i], (int)models[k], b.mean);
            EXPECT(b.count > 1940 && b.count < 1998, "mean %g, model %d: %u left", mean[i],
                   (int)models[k], (unsigned)b.count);
        }
        ring_free(r);
    }
}
END_TEST

/* pyFAI issue 1649: one strong peak in a small ring. */
START_TEST(small_rings_are_not_deleted)
{
    uint64_t random = 6;
    for (int i = 0; i < 500; i++) {
        const size_t n = (size_t)unit_integer(&random, 16, 60), in_peak = n / 5;
        const double mean = exp(5 * unit_uniform(&random) - 1);
        double *signal = unit_alloc(n * sizeof *signal);
        for (size_t k = 0; k < n; k++)
            signal[k] = unit_poisson(&random, k < in_peak ? 1e5 : mean);
        struct test_ring *r = ring_of(signal, NULL, n);
        for (int k = 0; k < 3; k++) {
            const struct sigma_clip_rule rule = our_rule(models[k]);
            double dark;
            const wn_background b = clip_form(&r->counts, &rule, &dark);
            EXPECT(b.count > n / 2 && b.count <= n - in_peak, "%zu pixels, model %d: %u left", n,
                   (int)models[k], (unsigned)b.count);
            EXPECT(fabs(b.mean - mean) < 5 * sqrt((mean + 0.3) / (double)(n - in_peak)) + 0.3,
                   "%zu pixels of %g, model %d: %g", n, mean, (int)models[k], b.mean);
        }
        ring_free(r);
    }
}
END_TEST

/* Half of the ring at 1 and half at 99, as many as you like: something is left. */
START_TEST(two_values)
{
    for (size_t n = 2; n < 200; n++) {
        double *signal = unit_alloc(n * sizeof *signal);
        for (size_t i = 0; i < n; i++)
            signal[i] = i % 2 ? 99 : 1;
        struct test_ring *r = ring_of(signal, NULL, n);
        for (int k = 0; k < 3; k++) {
            const struct sigma_clip_rule rule = our_rule(models[k]);
            double dark;
            const wn_background b = clip_form(&r->counts, &rule, &dark);
            EXPECT(b.count > 0 && b.mean > 0, "%zu pixels, model %d", n, (int)models[k]);
            EXPECT(b.mean <= 99 && b.mean >= 1, "%zu pixels, model %d: %g", n, (int)models[k],
                   b.mean);
        }
        ring_free(r);
    }
}
END_TEST

/* A detector that does not count photons, or counts them in packets: the measured spread counts
 * where it is clearly narrower than Poisson's; where it is wider, the error model decides. */
START_TEST(spread_of_other_laws)
{
    uint64_t random = 7;
    struct test_ring *narrow = random_ring(&random, 2000, 50, 0.1, 0, 0);
    struct test_ring *wide = random_ring(&random, 2000, 50, 4, 0, 0);
    double dark;
    for (int k = 0; k < 3; k++) {
        struct sigma_clip_rule rule = our_rule(models[k]);
        const wn_background b = clip_form(&narrow->counts, &rule, &dark);
        EXPECT(fabs(b.sigma / sqrt(5) - 1) < 0.1, "model %d: %g", (int)models[k], b.sigma);
        const wn_background w = clip_form(&wide->counts, &rule, &dark);
        if (models[k] == WN_ERROR_AZIMUTHAL)
            EXPECT(fabs(w.sigma / sqrt(200) - 1) < 0.1, "%g", w.sigma);
        else
            EXPECT(fabs(w.sigma / sqrt(w.mean) - 1) < 1e-9, "model %d: %g", (int)models[k],
                   w.sigma);
        rule.compat_pyfai = true;
        const wn_background c = clip_form(&narrow->counts, &rule, &dark);
        if (models[k] != WN_ERROR_AZIMUTHAL)
            EXPECT(fabs(c.sigma / sqrt(c.mean) - 1) < 1e-9, "model %d: %g", (int)models[k],
                   c.sigma);
    }
    ring_free(narrow);
    ring_free(wide);
}
END_TEST

static double probability_below(double mean, double dispersion, double limit)
{
    long double sum = 0;
    for (double k = 0; k < limit; k++)
        sum += expl(plain_log_p(mean, dispersion, k));
    return (double)sum;
}

/* Dark is what is lower than the background with less than the probability of 6 sigma, and no
 * higher value would do. */
START_TEST(dark_counts)
{
    uint64_t random = 8;
    const double mean[] = {0.1, 5, 20, 40, 100, 150, 1000};
    for (size_t i = 0; i < sizeof mean / sizeof mean[0]; i++) {
        struct test_ring *r = random_ring(&random, 5000, mean[i], 1, 0, 0);
        const struct sigma_clip_rule rule = our_rule(WN_ERROR_AZIMUTHAL);
        double dark;
        const wn_background b = clip_form(&r->counts, &rule, &dark);
        const double dispersion = fmax(b.sigma * b.sigma / b.mean, 1);
        EXPECT(probability_below(b.mean, dispersion, dark) <= plain_tail(6) * (1 + 1e-6),
               "mean %g: dark %g", mean[i], dark);
        EXPECT(probability_below(b.mean, dispersion, dark + 1) > plain_tail(6) * (1 - 1e-6),
               "mean %g: dark %g", mean[i], dark);
        ring_free(r);
    }
}
END_TEST

START_TEST(dark_reals)
{
    uint64_t random = 9;
    double *signal = unit_alloc(5000 * sizeof *signal);
    for (size_t i = 0; i < 5000; i++)
        signal[i] = -3 + 2 * unit_gauss(&random);
    signal[77] = -1000;
    struct test_ring *r = ring_of(signal, NULL, 5000);
    struct sigma_clip_rule rule = our_rule(WN_ERROR_AZIMUTHAL);
    rule.counts = false;
    double dark;
    const wn_background b = clip_form(&r->reals, &rule, &dark);
    ck_assert_double_eq_tol(b.mean, -3, 0.2);
    ck_assert_double_eq_tol(b.sigma, 2, 0.1);
    ck_assert_double_eq_tol(dark, b.mean - 6 * b.sigma, 1e-9);
    ck_assert_double_gt(dark, signal[77]);
    ring_free(r);
}
END_TEST

/* With few pixels nothing can be said about darkness. */
START_TEST(few_pixels)
{
    for (size_t n = 0; n < 40; n++) {
        double *signal = unit_alloc(n * sizeof *signal);
        for (size_t i = 0; i < n; i++)
            signal[i] = 100;
        struct test_ring *r = ring_of(signal, NULL, n);
        for (int k = 0; k < 3; k++) {
            const struct sigma_clip_rule rule = our_rule(models[k]);
            double dark;
            const wn_background b = clip_form(&r->counts, &rule, &dark);
            EXPECT(b.count == n && b.mean == (n ? 100 : 0), "%zu pixels: %u of %g", n,
                   (unsigned)b.count, b.mean);
            EXPECT(n < 16 ? dark == -INFINITY : dark > 0 && dark < 100, "%zu pixels: %g", n, dark);
            EXPECT(n > 0 || b.sigma == 0, "%g", b.sigma);
        }
        ring_free(r);
    }
}
END_TEST

START_TEST(constant_rings)
{
    const double value[] = {0, 1, 7, 100000};
    for (size_t i = 0; i < sizeof value / sizeof value[0]; i++) {
        double *signal = unit_alloc(100 * sizeof *signal);
        for (size_t k = 0; k < 100; k++)
            signal[k] = value[i];
        struct test_ring *r = ring_of(signal, NULL, 100);
        for (int k = 0; k < 3; k++) {
            struct sigma_clip_rule rule = our_rule(models[k]);
            double dark;
            const wn_background b = clip_form(&r->counts, &rule, &dark);
            /* much narrower than Poisson: the spread is 0, whatever the model */
            EXPECT(b.count == 100 && b.mean == value[i] && b.sigma == 0, "%g: %u, %g +- %g",
                   value[i], (unsigned)b.count, b.mean, b.sigma);
            EXPECT(!(dark > value[i]), "%g: dark %g", value[i], dark);
            rule.counts = false;
            rule.error_model = WN_ERROR_AZIMUTHAL;
            const wn_background f = clip_form(&r->reals, &rule, &dark);
            EXPECT(f.count == 100 && f.mean == value[i] && f.sigma == 0, "%g: %g +- %g", value[i],
                   f.mean, f.sigma);
            EXPECT(!(dark > value[i]), "%g: dark %g", value[i], dark);
        }
        ring_free(r);
    }
}
END_TEST

/* Both forms of the same counts give the same background. */
START_TEST(both_forms)
{
    uint64_t random = 10;
    for (int i = 0; i < 2000; i++) {
        const double mean = exp(9 * unit_uniform(&random) - 4);
        struct test_ring *r = random_ring(&random, (size_t)unit_integer(&random, 1, 500), mean,
                                          i % 2 ? 1 : 2.5, 0.03, 30 * mean + 5);
        const struct sigma_clip_rule rule = our_rule(models[i % 3]);
        double dark, dark_reals_form;
        const wn_background a = clip_form(&r->counts, &rule, &dark);
        const wn_background b = clip_form(&r->reals, &rule, &dark_reals_form);
        EXPECT(a.count == b.count, "%u and %u", (unsigned)a.count, (unsigned)b.count);
        EXPECT(fabs(a.mean - b.mean) <= 1e-12 * a.mean, "%.17g and %.17g", a.mean, b.mean);
        EXPECT(fabs(a.sigma - b.sigma) <= 1e-12 * (a.sigma + a.mean), "%.17g and %.17g", a.sigma,
               b.sigma);
        EXPECT(dark == dark_reals_form, "%g and %g", dark, dark_reals_form);
        ring_free(r);
    }
}
END_TEST

/* ---- the rule ------------------------------------------------------------------------------ */

START_TEST(rule_of_parameters)
{
    wn_params p;
    wn_params_init(&p);
    struct sigma_clip_rule r = wn_sigma_clip_rule(&p, WN_U16);
    ck_assert_int_eq(r.error_model, WN_ERROR_HYBRID);
    ck_assert_int_eq(r.cycles, 5);
    ck_assert_double_eq(r.cut_off, 0);
    ck_assert(r.counts && !r.compat_pyfai);
    r = wn_sigma_clip_rule(&p, WN_I64);
    ck_assert_int_eq(r.error_model, WN_ERROR_HYBRID);
    r = wn_sigma_clip_rule(&p, WN_F32);
    ck_assert_int_eq(r.error_model, WN_ERROR_AZIMUTHAL);
    ck_assert(!r.counts);
    p.error_model = WN_ERROR_POISSON;
    p.cycles = 9;
    p.clip = 350;
    p.compat_pyfai = true;
    p.solid_angle = true;
    r = wn_sigma_clip_rule(&p, WN_F64);
    ck_assert_int_eq(r.error_model, WN_ERROR_POISSON);
    ck_assert_int_eq(r.cycles, 9);
    ck_assert_double_eq_tol(r.cut_off, 3.5, 1e-15);
    ck_assert(r.compat_pyfai);
    r = wn_sigma_clip_rule(&p, WN_U32);
    ck_assert(!r.counts);
}
END_TEST

UNIT_MAIN(compatible_counts, compatible_reals, compatible_failures, poisson_rings_survive,
          peaks_are_discarded, small_rings_are_not_deleted, two_values, spread_of_other_laws,
          dark_counts, dark_reals, few_pixels, constant_rings, both_forms, rule_of_parameters)
