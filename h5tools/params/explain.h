/* params/explain.h - parameters of the filter in words and physical units, defaults filled in. */
#ifndef H5WINNOW_PARAMS_EXPLAIN_H
#define H5WINNOW_PARAMS_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "base/json_write.h"
#include "winnow.h"

struct explanation {
    bool applies;    /* to this background model, to this way of keeping */
    bool by_default; /* nobody has chosen it */
    const char *label;
    const char *key; /* in JSON */
    char text[80];   /* empty: there is nothing to say in words */
    char json[48];
};

/* One topic for each row of wn_param_table(). `array` is what the parameters are for, or NULL: then
 * what depends on it stays open, and quality levels are those of integers. */
void explain(const wn_params *params, const wn_array *array,
             struct explanation topics[WN_PARAM_ROWS]);

/* One line per topic. from[topic] says where a value comes from; where that is NULL, or `from` is,
 * only defaults are marked. */
void explain_print(const struct explanation topics[WN_PARAM_ROWS], const char *const *from,
                   FILE *out);

/* The object "parameters". */
void explain_json(const struct explanation topics[WN_PARAM_ROWS], struct json *json);

#endif
