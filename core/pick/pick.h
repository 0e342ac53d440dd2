/* Picking: finding the pixels that stand out of the background, one by one. */
#ifndef WN_PICK_PICK_H
#define WN_PICK_PICK_H

#include "frame/pixels.h"
#include "geometry/map.h"
#include "pick/separation.h"
#include "pick/threshold.h"

/* Thresholds of all cells, in the form that loops over pixels need. */
struct pick_limits {
    const struct pick_rule *rule;
    uint32_t *always_kept; /* [cells] integers: from this value on all pixels are kept; between
                              first_kept of the separation and this, wn_pick_pixel() decides */
    double *low;           /* [cells] floats: low of struct threshold */
    double *high;
    double *dark;  /* [cells] pixels below this are dark */
    bool any_dark; /* whether there can be a dark pixel at all */
};

/* Fill the limits, and first_kept or `limit` of the separation. */
wn_status wn_pick_limits_make(struct separation *separation, const struct pick_rule *rule,
                              wn_type type, struct pick_limits *limits);
void wn_pick_limits_free(struct pick_limits *limits);

/* Whether an unflagged pixel with this value is kept; it is not dark. */
static inline bool is_picked(const struct separation *s, const struct pick_limits *limits,
                             size_t pixel, double value)
{
    const uint16_t cell = s->map->cell[pixel];
    const bool maybe = s->real ? value > limits->low[cell] : value >= s->first_kept[cell];
    const bool always_kept =
        s->real ? value > limits->high[cell] : value >= limits->always_kept[cell];
    return maybe && (always_kept || wn_pick_pixel(limits->rule, pixel, value));
}

static inline bool is_dark(const struct separation *s, const struct pick_limits *limits,
                           size_t pixel, double value)
{
    return limits->any_dark && value < limits->dark[s->map->cell[pixel]];
}

/* List the kept pixels. Dark pixels are added to the flagged ones: they are restored exactly as
 * well. */
wn_status wn_pick(struct separation *separation, const struct pick_limits *limits,
                  const struct pixels *pixels, int threads);

#endif
