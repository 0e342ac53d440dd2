/* Iterative sigma clipping as in pyFAI (Kieffer et al., J. Appl. Cryst. 58 (2025) 138), by default
 * with Chauvenet's criterion for the cut-off (W. Chauvenet, A Manual of Spherical and Practical
 * Astronomy, vol. 2 (1863), appendix). Beyond pyFAI it starts from the median and interquartile
 * range and never discards counts that are likely under Poisson. Each cycle costs at most two
 * passes over the samples of the region, or over its histogram. */
#include "background/sigma_clip.h"

#include <math.h>

#include "stats/count_distribution.h"

/* Pixels this many sigma below their background are dark. */
#define DARK_SIGMA 6

/* Interquartile range of a Gaussian, in sigma. */
#define IQR_OF_GAUSSIAN 1.3489795

/* The interval of samples that are not discarded, and their statistics. */
struct live {
    double low, high;
    struct sample_sums sums;
    double mean;
    double spread; /* by the error model that clips */
};

struct sigma_clip_rule wn_sigma_clip_rule(const wn_params *p, wn_type type)
{
    const bool real = wn_type_is_float(type);
    return (struct sigma_clip_rule){
        .error_model = wn_params_error_model(p, type),
        .cut_off = p->clip / 100.0,
        .cycles = p->cycles > 0 ? p->cycles : WN_DEFAULT_CYCLES,
        .compat_pyfai = p->compat_pyfai,
        .counts = !real && !p->solid_angle && !p->polarised,
    };
}

/* Chauvenet's criterion as in pyFAI: the deviation, in sigma, at which n times the Gaussian density
 * is 1; n Gaussian samples have fewer than one beyond it. */
static double chauvenet(size_t n)
{
    const double pi = 3.14159265358979323846;
    return sqrt(2 * log((double)(n > 3 ? n : 3) / sqrt(2 * pi)));
}

static double cut_off(const struct sigma_clip_rule *rule, size_t n)
{
    if (rule->compat_pyfai)
        return fmax(rule->cut_off, chauvenet(n));
    return rule->cut_off > 0 ? rule->cut_off : chauvenet(n);
}

static double azimuthal_spread(const struct samples *s, const struct live *live)
{
    return sqrt(wn_samples_scatter(s, live->low, live->high, live->mean) / live->sums.norm2);
}

static double poisson_spread(const struct live *live, const struct sigma_clip_rule *rule)
{
    const double variance = rule->compat_pyfai ? live->sums.floored : fmax(live->sums.signal, 0);
    return sqrt(variance / live->sums.norm2);
}

static void update(struct live *live, const struct samples *s, const struct sigma_clip_rule *rule)
{
    live->sums = wn_samples_sums(s, live->low, live->high);
    live->mean = live->sums.signal / live->sums.norm;
    live->spread = rule->error_model == WN_ERROR_POISSON ? poisson_spread(live, rule)
                                                         : azimuthal_spread(s, live);
}

/* Narrow the interval to centre +- c spread. Counts within the Poisson quantile of c sigma are
 * never discarded: the upper tail of Poisson is much longer at low counts, and without this a ring
 * with a mean below 0.1 would lose all pixels but zeros. If no sample would be left (two values,
 * and the mean between them), the interval stays as it is; pyFAI then has an empty ring. */
static void narrow(struct live *live, const struct samples *s, double centre, double spread,
                   double c, const struct sigma_clip_rule *rule)
{
    const struct live before = *live;
    double high = centre + c * spread;
    if (rule->counts && !rule->compat_pyfai)
        high = fmax(high, wn_count_quantile(fmax(centre, 0), 1, c));
    live->low = fmax(live->low, centre - c * spread);
    live->high = fmin(live->high, high);
    update(live, s, rule);
    if (live->sums.n == 0 && !rule->compat_pyfai)
        *live = before;
}

/* First step about the median, which a strong peak in a small ring does not affect; clipping about
 * the mean of all pixels can discard the whole ring (pyFAI issue 1649). */
static void start_from_median(struct live *live, struct samples *s,
                              const struct sigma_clip_rule *rule)
{
    const double median = wn_samples_quantile(s, 0.5);
    const double iqr = wn_samples_quantile(s, 0.75) - wn_samples_quantile(s, 0.25);
    double spread = iqr / IQR_OF_GAUSSIAN;
    if (rule->counts)
        spread = fmax(spread, sqrt(median + 1));
    if (spread > 0)
        narrow(live, s, median, spread, cut_off(rule, s->n), rule);
}

/* The spread that is used for picking. Where pixels scatter significantly less than Poisson (a
 * detector that does not count photons), the Poisson spread would hide signal, and the azimuthal
 * one is used. */
static double final_spread(const struct samples *s, const struct live *live,
                           const struct sigma_clip_rule *rule)
{
    if (rule->error_model == WN_ERROR_AZIMUTHAL)
        return live->spread;
    const double poisson = poisson_spread(live, rule);
    if (rule->compat_pyfai)
        return poisson;
    const double azimuthal = azimuthal_spread(s, live);
    const double error = sqrt(2 / (double)live->sums.n); /* relative, of a variance */
    const bool narrower = azimuthal * azimuthal < poisson * poisson * (1 - 4 * error);
    return narrower ? azimuthal : poisson;
}

/* Lower limit of the background; darker pixels are dead or in a shadow. Not in pyFAI. */
static double dark_limit(const struct samples *s, const struct live *live,
                         const struct sigma_clip_rule *rule)
{
    if (rule->compat_pyfai || s->n < MIN_SAMPLES)
        return -INFINITY;
    const double spread = azimuthal_spread(s, live);
    if (!rule->counts)
        return live->mean - DARK_SIGMA * spread;
    const double dispersion = live->mean > 0 ? spread * spread / live->mean : 1;
    return wn_count_low_quantile(live->mean, fmax(dispersion, 1), DARK_SIGMA);
}

wn_background wn_sigma_clip(struct samples *s, const struct sigma_clip_rule *rule, double *dark)
{
    const wn_background empty = {0};
    *dark = -INFINITY;
    if (s->n == 0)
        return empty;
    struct live live = {.low = -INFINITY, .high = INFINITY};
    update(&live, s, rule);
    if (!rule->compat_pyfai)
        start_from_median(&live, s, rule);
    for (int cycle = 0; cycle < rule->cycles; cycle++) {
        if (!isfinite(live.mean) || !isfinite(live.spread))
            break;
        const size_t before = live.sums.n;
        narrow(&live, s, live.mean, live.spread, cut_off(rule, before), rule);
        if (live.sums.n == before)
            break;
    }
    if (live.sums.n == 0)
        return empty;
    *dark = dark_limit(s, &live, rule);
    return (wn_background){live.mean, final_spread(s, &live, rule), (uint32_t)live.sums.n};
}
