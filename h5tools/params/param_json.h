/* The table of parameters and the quality levels as JSON, for other programs. */
#ifndef H5WINNOW_PARAMS_PARAM_JSON_H
#define H5WINNOW_PARAMS_PARAM_JSON_H

#include <stdio.h>

#include "base/outcome.h"

/* Prints one object, with a line for each row of the table and each level. IO_FAILURE, with a
 * message: out of memory. */
enum outcome param_json_print(FILE *out);

#endif
