/* Box, sums and moments of the pixels of one spot: a few passes over its pixels. Moments are taken
 * in two passes, about the corner of the box and then about the centroid, to avoid cancellation.
 * The variance of the centroid is that of DIALS (Winter et al., Acta Cryst. D74 (2018) 85). */
#include "linking/spot_measure.h"

#include <math.h>

/* Weight of a peak without net counts, so that a spot of such peaks still has a position. */
#define MIN_PEAK_WEIGHT 1e-3

struct spot_pixels {
    const struct spot_pixel *pixel;
    size_t n;
    uint32_t width;
    const wn_spot_rule *rule;
};

/* ---- box, maximum, flags, sums ------------------------------------------------------------- */

static void find_box(const struct spot_pixels *s, wn_spot *spot)
{
    spot->x0 = spot->y0 = UINT32_MAX;
    spot->z0 = s->pixel[0].z;
    spot->z1 = s->pixel[s->n - 1].z + 1;
    for (size_t i = 0; i < s->n; i++) {
        const uint32_t x = s->pixel[i].index % s->width, y = s->pixel[i].index / s->width;
        spot->x0 = x < spot->x0 ? x : spot->x0;
        spot->y0 = y < spot->y0 ? y : spot->y0;
        spot->x1 = x >= spot->x1 ? x + 1 : spot->x1;
        spot->y1 = y >= spot->y1 ? y + 1 : spot->y1;
    }
}

static void find_strong(const struct spot_pixels *s, wn_spot *spot)
{
    spot->maximum = -INFINITY;
    for (size_t i = 0; i < s->n; i++) {
        const struct spot_pixel *p = &s->pixel[i];
        if (!(p->bits & WN_FOUND_STRONG))
            continue;
        spot->pixels++;
        if (spot->pixels > 1 && !(p->value > spot->maximum))
            continue;
        spot->maximum = p->value;
        spot->maximum_x = p->index % s->width;
        spot->maximum_y = p->index / s->width;
        spot->maximum_z = p->z;
    }
}

static unsigned flags_of_pixels(const struct spot_pixels *s)
{
    unsigned bits = 0;
    for (size_t i = 0; i < s->n; i++)
        bits |= s->pixel[i].bits;
    return (bits & WN_FOUND_MASKED ? WN_SPOT_MASKED : 0u) |
           (bits & WN_FOUND_SATURATED ? WN_SPOT_SATURATED : 0u) |
           (bits & WN_FOUND_EDGE ? WN_SPOT_EDGE : 0u);
}

static void sum_up(const struct spot_pixels *s, wn_spot *spot)
{
    double value = 0, expected = 0, net = 0, variance = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct spot_pixel *p = &s->pixel[i];
        value += p->value;
        expected += p->expected;
        net += p->value - p->expected;
        variance += p->variance;
    }
    spot->intensity = s->rule->subtract ? net : value;
    spot->intensity_variance = s->rule->subtract ? variance : fabs(value);
    spot->background = expected / (double)s->n;
    if (spot->intensity_variance > 0)
        spot->snr = spot->intensity / sqrt(spot->intensity_variance);
}

/* ---- moments ------------------------------------------------------------------------------- */

/* How pixels are weighted. */
enum weighting { BY_COUNTS, BY_POSITIVE_COUNTS, EQUALLY };

static double weight_of(const struct spot_pixels *s, size_t i, enum weighting weighting)
{
    const struct spot_pixel *p = &s->pixel[i];
    if (weighting == EQUALLY)
        return 1;
    const double weight =
        s->rule->subtract && !s->rule->raw_weights ? p->value - p->expected : p->value;
    return weighting == BY_COUNTS || weight > 0 ? weight : 0;
}

/* Position of a pixel from the corner of the box: small numbers keep rounding errors small. */
struct frame_offset {
    double x, y, z;
};

static struct frame_offset offset_of(const struct spot_pixels *s, size_t i, const wn_spot *spot)
{
    const struct spot_pixel *p = &s->pixel[i];
    return (struct frame_offset){p->index % s->width - spot->x0, p->index / s->width - spot->y0,
                                 (double)(p->z - spot->z0)};
}

struct spot_moments {
    double weight, squares;       /* sums of the weights and of their squares */
    struct frame_offset centroid; /* from the corner of the box */
    double xx, xy, yy, zz;        /* sums about the centroid */
};

static struct spot_moments find_moments(const struct spot_pixels *s, const wn_spot *spot,
                                        enum weighting weighting)
{
    struct spot_moments m = {0};
    struct frame_offset sum = {0};
    for (size_t i = 0; i < s->n; i++) {
        const double w = weight_of(s, i, weighting);
        const struct frame_offset o = offset_of(s, i, spot);
        m.weight += w;
        m.squares += w * w;
        sum.x += w * o.x;
        sum.y += w * o.y;
        sum.z += w * o.z;
    }
    m.centroid = (struct frame_offset){sum.x / m.weight, sum.y / m.weight, sum.z / m.weight};
    for (size_t i = 0; i < s->n; i++) {
        const double w = weight_of(s, i, weighting);
        const struct frame_offset o = offset_of(s, i, spot);
        const double x = o.x - m.centroid.x, y = o.y - m.centroid.y, z = o.z - m.centroid.z;
        m.xx += w * x * x;
        m.xy += w * x * y;
        m.yy += w * y * y;
        m.zz += w * z * z;
    }
    return m;
}

static bool is_within(double offset, double length)
{
    return offset >= -0.5 && offset <= length - 0.5;
}

/* Whether the centroid is within the box: with some negative weights it may lie anywhere. */
static bool are_plausible(const struct spot_moments *m, const wn_spot *spot)
{
    return m->weight > 0 && is_within(m->centroid.x, spot->x1 - spot->x0) &&
           is_within(m->centroid.y, spot->y1 - spot->y0) &&
           is_within(m->centroid.z, (double)(spot->z1 - spot->z0)) && m->xx >= 0 && m->yy >= 0 &&
           m->zz >= 0 && m->weight * m->weight > m->squares;
}

/* DIALS's estimate: the unbiased variance over the weight, plus 1/12 for the size of a pixel. */
static double variance_of_centroid(double sum, const struct spot_moments *m)
{
    const double pairs = m->weight * m->weight - m->squares;
    return (pairs > 0 ? sum / pairs : 0) + 1.0 / 12;
}

static void locate(const struct spot_pixels *s, wn_spot *spot)
{
    struct spot_moments m = find_moments(s, spot, BY_COUNTS);
    if (!are_plausible(&m, spot))
        m = find_moments(s, spot, BY_POSITIVE_COUNTS);
    if (!(m.weight > 0))
        m = find_moments(s, spot, EQUALLY);
    spot->x = spot->x0 + m.centroid.x;
    spot->y = spot->y0 + m.centroid.y;
    spot->z = (double)spot->z0 + m.centroid.z;
    spot->variance_x = variance_of_centroid(m.xx, &m);
    spot->variance_y = variance_of_centroid(m.yy, &m);
    spot->variance_z = variance_of_centroid(m.zz, &m);
    spot->xx = m.xx / m.weight;
    spot->xy = m.xy / m.weight;
    spot->yy = m.yy / m.weight;
}

wn_spot wn_spot_of_pixels(const struct spot_pixel *pixel, size_t n, uint32_t width,
                          const wn_spot_rule *rule, unsigned flags)
{
    const struct spot_pixels s = {pixel, n, width, rule};
    wn_spot spot = {0};
    find_box(&s, &spot);
    find_strong(&s, &spot);
    sum_up(&s, &spot);
    locate(&s, &spot);
    spot.flags = flags | flags_of_pixels(&s);
    return spot;
}

double wn_spot_separation(const wn_spot *spot)
{
    const double x = spot->x - spot->maximum_x, y = spot->y - spot->maximum_y,
                 z = spot->z - (double)spot->maximum_z;
    return sqrt(x * x + y * y + z * z);
}

/* ---- peaks with positions of their own ----------------------------------------------------- */

void wn_peak_weights(const wn_found *found, double *weight)
{
    for (size_t i = 0; i < found->peaks; i++)
        weight[i] = 0;
    for (size_t i = 0; i < found->n; i++) {
        const wn_found_pixel *pixel = &found->pixel[i];
        if (pixel->spot < found->peaks)
            weight[pixel->spot] += pixel->value - pixel->expected;
    }
    for (size_t i = 0; i < found->peaks; i++)
        weight[i] = weight[i] > MIN_PEAK_WEIGHT ? weight[i] : MIN_PEAK_WEIGHT;
}

void wn_peak_sums_add(struct peak_sums *sums, const wn_found_peak *peak, double weight)
{
    sums->weight += weight;
    sums->x += weight * peak->x;
    sums->y += weight * peak->y;
    sums->variance_x += weight * weight * peak->variance_x;
    sums->variance_y += weight * weight * peak->variance_y;
}

void wn_peak_sums_join(struct peak_sums *sums, const struct peak_sums *other)
{
    sums->weight += other->weight;
    sums->x += other->x;
    sums->y += other->y;
    sums->variance_x += other->variance_x;
    sums->variance_y += other->variance_y;
}

void wn_peak_sums_locate(const struct peak_sums *sums, wn_spot *spot)
{
    const double weight = sums->weight;
    if (!(weight > 0))
        return;
    spot->x = sums->x / weight;
    spot->y = sums->y / weight;
    spot->variance_x = sums->variance_x / (weight * weight);
    spot->variance_y = sums->variance_y / (weight * weight);
}
