/* Parameters of the filter in words and physical units, defaults filled in. */
#ifndef H5WINNOW_PARAMS_EXPLAIN_H
#define H5WINNOW_PARAMS_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "base/json_write.h"
#include "winnow.h"

struct explanation {
    bool applies;    /* to this background model and keep mode */
    bool by_default; /* not chosen by the user */
    const char *label;
    const char *key; /* in JSON */
    char text[80];   /* empty: nothing to print */
    char json[48];
};

/* One topic for each row of wn_param_table(). `array`: the data that the parameters are
 * for; if NULL, defaults that depend on it stay open, and quality levels are those of integers. */
void explain(const wn_params *params, const wn_array *array,
             struct explanation topics[WN_PARAM_ROWS]);

/* Prints one line per topic. from[topic] is the source of a value; where it, or `from`, is NULL,
 * only defaults are marked. */
void explain_print(const struct explanation topics[WN_PARAM_ROWS], const char *const *from,
                   FILE *out);

/* Writes the JSON object "parameters". */
void explain_json(const struct explanation topics[WN_PARAM_ROWS], struct json *json);

#endif
