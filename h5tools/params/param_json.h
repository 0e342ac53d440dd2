/* params/param_json.h - the table of parameters and the quality levels as JSON, for programs. */
#ifndef H5WINNOW_PARAMS_PARAM_JSON_H
#define H5WINNOW_PARAMS_PARAM_JSON_H

#include <stdio.h>

#include "base/outcome.h"

/* One object, a line for every row of the table and every level. IO_FAILURE,
 * with a message: no memory. */
enum outcome param_json_print(FILE *out);

#endif
