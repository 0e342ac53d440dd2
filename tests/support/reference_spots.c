/* Flood fill that compares every pixel with all others; moments in long double. */
#include "support/reference_spots.h"

#include <math.h>
#include <stdlib.h>

bool plain_is_strong(const struct plain_spot_pixel *pixel)
{
    return pixel->p.bits & WN_FOUND_STRONG;
}

static bool touch(const struct plain_spot_pixel *a, const struct plain_spot_pixel *b,
                  bool across_frames)
{
    const bool both_strong = plain_is_strong(a) && plain_is_strong(b);
    const bool same_place = a->p.index == b->p.index;
    if (a->z != b->z)
        return across_frames && both_strong && same_place && (a->z + 1 == b->z || b->z + 1 == a->z);
    if (across_frames && both_strong && same_place)
        return true;
    if (a->p.spot == WN_SPOT_BY_NEIGHBOURS)
        return llabs(a->x - b->x) + llabs(a->y - b->y) == 1;
    return a->p.spot == b->p.spot;
}

static void flood(struct plain *plain, size_t from, bool across_frames)
{
    size_t *todo = unit_alloc(plain->pixels * sizeof *todo), n = 0;
    plain->pixel[from].spot = ++plain->n;
    todo[n++] = from;
    while (n > 0) {
        const struct plain_spot_pixel *a = &plain->pixel[todo[--n]];
        for (size_t i = 0; i < plain->pixels; i++) {
            if (plain->pixel[i].spot == 0 && touch(a, &plain->pixel[i], across_frames)) {
                plain->pixel[i].spot = plain->n;
                todo[n++] = i;
            }
        }
    }
    free(todo);
}

/* The pixels of a spot, each once: a strong one rather than another. */
static void collect(const struct plain *plain, struct plain_spot *spot)
{
    spot->pixel = unit_alloc(plain->pixels * sizeof *spot->pixel);
    for (size_t i = 0; i < plain->pixels; i++) {
        const struct plain_spot_pixel *p = &plain->pixel[i];
        struct plain_spot_pixel *last = spot->n > 0 ? &spot->pixel[spot->n - 1] : NULL;
        if (p->spot != spot->number)
            continue;
        if (!last || last->z != p->z || last->p.index != p->p.index)
            spot->pixel[spot->n++] = *p;
        else if (plain_is_strong(p) && !plain_is_strong(last))
            *last = *p;
    }
}

static double plain_weight(const struct plain_spot_pixel *p, const wn_spot_rule *rule, int attempt)
{
    const double weight =
        rule->subtract && !rule->raw_weights ? p->p.value - p->p.expected : p->p.value;
    return attempt == 2 ? 1 : attempt == 1 ? fmax(weight, 0) : weight;
}

static bool is_within(long double x, uint64_t low, uint64_t high)
{
    return x >= (long double)low - 0.5L && x <= (long double)high - 0.5L;
}

/* False if these weights make no sense. */
static bool plain_centroid(struct plain_spot *s, const wn_spot_rule *rule, int attempt)
{
    long double w = 0, w2 = 0, x = 0, y = 0, z = 0, xx = 0, xy = 0, yy = 0, zz = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct plain_spot_pixel *p = &s->pixel[i];
        const long double weight = plain_weight(p, rule, attempt);
        w += weight;
        w2 += weight * weight;
        x += weight * p->x;
        y += weight * p->y;
        z += weight * p->z;
    }
    x /= w;
    y /= w;
    z /= w;
    for (size_t i = 0; i < s->n; i++) {
        const struct plain_spot_pixel *p = &s->pixel[i];
        const long double weight = plain_weight(p, rule, attempt);
        xx += weight * (p->x - x) * (p->x - x);
        xy += weight * (p->x - x) * (p->y - y);
        yy += weight * (p->y - y) * (p->y - y);
        zz += weight * (p->z - z) * (p->z - z);
    }
    wn_spot *t = &s->spot;
    const long double pairs = w * w - w2;
    t->x = (double)x;
    t->y = (double)y;
    t->z = (double)z;
    t->variance_x = (double)(pairs > 0 ? xx / pairs : 0) + 1 / 12.0;
    t->variance_y = (double)(pairs > 0 ? yy / pairs : 0) + 1 / 12.0;
    t->variance_z = (double)(pairs > 0 ? zz / pairs : 0) + 1 / 12.0;
    t->xx = (double)(xx / w);
    t->xy = (double)(xy / w);
    t->yy = (double)(yy / w);
    return w > 0 &&
           (attempt > 0 || (pairs > 0 && is_within(x, t->x0, t->x1) && is_within(y, t->y0, t->y1) &&
                            is_within(z, t->z0, t->z1) && xx >= 0 && yy >= 0 && zz >= 0));
}

static void plain_sums(struct plain_spot *s, const wn_spot_rule *rule)
{
    wn_spot *t = &s->spot;
    double value = 0, expected = 0, variance = 0;
    *t = (wn_spot){.x0 = UINT32_MAX, .y0 = UINT32_MAX, .z0 = UINT64_MAX, .maximum = -1};
    for (size_t i = 0; i < s->n; i++) {
        const struct plain_spot_pixel *p = &s->pixel[i];
        value += p->p.value;
        expected += p->p.expected;
        variance += p->p.variance;
        t->x0 = p->x < t->x0 ? (uint32_t)p->x : t->x0;
        t->y0 = p->y < t->y0 ? (uint32_t)p->y : t->y0;
        t->z0 = p->z < t->z0 ? p->z : t->z0;
        t->x1 = p->x >= t->x1 ? (uint32_t)p->x + 1 : t->x1;
        t->y1 = p->y >= t->y1 ? (uint32_t)p->y + 1 : t->y1;
        t->z1 = p->z >= t->z1 ? p->z + 1 : t->z1;
        t->pixels += plain_is_strong(p);
        if (plain_is_strong(p) && p->p.value > t->maximum) {
            t->maximum = p->p.value;
            t->maximum_x = (uint32_t)p->x;
            t->maximum_y = (uint32_t)p->y;
            t->maximum_z = p->z;
        }
    }
    t->intensity = rule->subtract ? value - expected : value;
    t->intensity_variance = rule->subtract ? variance : fabs(value);
    t->background = expected / (double)s->n;
    t->snr = t->intensity_variance > 0 ? t->intensity / sqrt(t->intensity_variance) : 0;
    for (int attempt = 0; !plain_centroid(s, rule, attempt); attempt++)
        ck_assert_int_lt(attempt, 2);
}

static bool has_frame(const struct series *series, uint64_t frame)
{
    for (size_t i = 0; i < series->n; i++) {
        if (series->frame[i] == frame)
            return true;
    }
    return false;
}

static unsigned plain_flags(const struct plain *plain, const struct plain_spot *s,
                            const struct series *series, bool across_frames)
{
    unsigned flags = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct plain_spot_pixel *p = &s->pixel[i];
        flags |= p->p.bits & WN_FOUND_MASKED ? WN_SPOT_MASKED : 0u;
        flags |= p->p.bits & WN_FOUND_SATURATED ? WN_SPOT_SATURATED : 0u;
        flags |= p->p.bits & WN_FOUND_EDGE ? WN_SPOT_EDGE : 0u;
        if (across_frames && (!has_frame(series, p->z - 1) || !has_frame(series, p->z + 1)))
            flags |= WN_SPOT_EDGE;
    }
    for (size_t i = 0; i < plain->pixels; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct plain_spot_pixel *a = &plain->pixel[i], *b = &plain->pixel[j];
            if (a->spot == s->number && b->spot == s->number && a->z == b->z &&
                a->p.spot != b->p.spot)
                flags |= WN_SPOT_SPLIT;
        }
    }
    return flags;
}

static void plain_filter(struct plain_spot *s, const wn_spot_rule *rule)
{
    const wn_spot *t = &s->spot;
    const double x = t->x - t->maximum_x, y = t->y - t->maximum_y, z = t->z - (double)t->maximum_z;
    s->small = t->pixels == 0 || t->pixels < rule->min_pixels;
    s->large = !s->small && rule->max_pixels > 0 && t->pixels > rule->max_pixels;
    s->separated = !s->small && !s->large && rule->max_separation > 0 &&
                   sqrt(x * x + y * y + z * z) > rule->max_separation;
}

static void fill_pixels(const struct series *series, struct plain *plain)
{
    for (size_t i = 0; i < series->n; i++)
        plain->pixels += series->found[i].n;
    plain->pixel = unit_alloc((plain->pixels + 1) * sizeof *plain->pixel);
    size_t n = 0;
    for (size_t i = 0; i < series->n; i++) {
        for (size_t j = 0; j < series->found[i].n; j++) {
            const wn_found_pixel *p = &series->found[i].pixel[j];
            plain->pixel[n++] = (struct plain_spot_pixel){.p = *p,
                                                          .z = series->frame[i],
                                                          .x = p->index % series->width,
                                                          .y = p->index / series->width};
        }
    }
}

struct plain plain_spots(const struct series *series, const wn_spot_rule *rule)
{
    struct plain plain = {0};
    fill_pixels(series, &plain);
    for (size_t i = 0; i < plain.pixels; i++) {
        if (plain.pixel[i].spot == 0)
            flood(&plain, i, rule->across_frames);
    }
    plain.spot = unit_alloc((plain.n + 1) * sizeof *plain.spot);
    for (size_t i = 0; i < plain.n; i++) {
        plain.spot[i] = (struct plain_spot){.number = i + 1};
        collect(&plain, &plain.spot[i]);
        plain_sums(&plain.spot[i], rule);
        plain_filter(&plain.spot[i], rule);
        plain.spot[i].spot.flags = plain_flags(&plain, &plain.spot[i], series, rule->across_frames);
    }
    return plain;
}

void plain_free(struct plain *plain)
{
    for (size_t i = 0; i < plain->n; i++)
        free(plain->spot[i].pixel);
    free(plain->spot);
    free(plain->pixel);
}

bool plain_is_left_out(const struct plain_spot *spot)
{
    return spot->small || spot->large || spot->separated;
}
