/* explain.h - parameters of the filter in words and physical units, defaults filled in. */
#ifndef H5WINNOW_EXPLAIN_H
#define H5WINNOW_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "json.h"
#include "winnow.h"

/* What there is to say, in this order. */
enum topic {
    ON_MODEL,
    ON_CENTRE,
    ON_DISTANCE,
    ON_ASPECT,
    ON_ROT1,
    ON_ROT2,
    ON_REGIONS,
    ON_ERROR_MODEL,
    ON_CLIP,
    ON_CYCLES,
    ON_QUALITY,
    ON_KEEP,
    ON_PICK,
    ON_HALO,
    ON_FILTER,
    ON_NOISE_FLOOR,
    ON_BACKGROUND,
    ON_SOLID_ANGLE,
    ON_POLARISATION,
    ON_DUMMY,
    ON_NOISE,
    ON_COMPAT,
    ON_FRAME,
    TOPICS,
};

struct explanation {
    bool applies;    /* to this background model, to this way of keeping */
    bool by_default; /* nobody has chosen it */
    const char *label;
    const char *key; /* in JSON */
    char text[80];   /* empty: there is nothing to say in words */
    char json[48];
};

/* `array` is what the parameters are for, or NULL: then what depends on it stays open, and quality
 * levels are those of integers. */
void explain(const wn_params *params, const wn_array *array, struct explanation topics[TOPICS]);

/* One line per topic. from[topic] says where a value comes from; where that is NULL, or `from` is,
 * only defaults are marked. */
void explain_print(const struct explanation topics[TOPICS], const char *const *from, FILE *out);

/* The object "parameters". */
void explain_json(const struct explanation topics[TOPICS], struct json *json);

#endif
