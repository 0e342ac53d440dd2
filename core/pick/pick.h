/* Picking: the pixels of a frame that stand out of the background. */
#ifndef WN_PICK_PICK_H
#define WN_PICK_PICK_H

#include "frame/pixels.h"
#include "geometry/map.h"
#include "pick/separation.h"
#include "pick/threshold.h"

/* Thresholds of all cells, in the form that the loops over pixels need. */
struct pick_limits {
    const struct pick_rule *rule;
    uint32_t *sure; /* [cells] integers: from this value on a pixel is kept in any case; below, and
                       from first_kept of the separation on, wn_pick_pixel() decides */
    double *low;    /* [cells] floats: struct threshold, taken apart */
    double *high;
    double *dark;  /* [cells] pixels below this are dark */
    bool any_dark; /* whether there can be a dark pixel at all */
};

/* Fill the cuts, and the limits of the separation. */
wn_status wn_pick_limits_make(struct separation *separation, const struct pick_rule *rule,
                              wn_type type, struct pick_limits *cuts);
void wn_pick_limits_free(struct pick_limits *cuts);

/* Whether a pixel with this value is kept; it is neither flagged nor dark. */
static inline bool is_picked(const struct separation *s, const struct pick_limits *cuts,
                             size_t pixel, double value)
{
    const uint16_t cell = s->map->cell[pixel];
    const bool maybe = s->real ? value > cuts->low[cell] : value >= s->first_kept[cell];
    const bool sure = s->real ? value > cuts->high[cell] : value >= cuts->sure[cell];
    return maybe && (sure || wn_pick_pixel(cuts->rule, pixel, value));
}

static inline bool is_dark(const struct separation *s, const struct pick_limits *cuts, size_t pixel,
                           double value)
{
    return cuts->any_dark && value < cuts->dark[s->map->cell[pixel]];
}

/* Find the kept pixels. Dark ones join the flagged ones: they are restored exactly as well. */
wn_status wn_pick(struct separation *separation, const struct pick_limits *cuts,
                  const struct pixels *pixels, int threads);

#endif
