/*
 * A JSON object or array, built with cJSON and printed when it is complete.
 *
 * Values are added to the object or array that json_begin() opened last; `key` is NULL in arrays
 * and at the top level. Out of memory is reported at the end. Numbers are printed here, not by
 * cJSON, which would round counts of more than 53 bits.
 */
#ifndef H5WINNOW_BASE_JSON_WRITE_H
#define H5WINNOW_BASE_JSON_WRITE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/outcome.h"

#define JSON_DEPTH 16 /* nested objects and arrays */

struct json {
    cJSON *open[JSON_DEPTH]; /* [depth]; open[0] is the whole, also after json_end() */
    int depth;
    bool failed; /* out of memory */
};

/* `bracket` is '{' or '['; the end takes '}' or ']'. */
void json_begin(struct json *json, const char *key, char bracket);
void json_end(struct json *json, char bracket);

/* Bytes that are not UTF-8 become U+FFFD. */
void json_text(struct json *json, const char *key, const char *text);
void json_count(struct json *json, const char *key, uint64_t count);

/* null if it is not finite. */
void json_real(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);

/* A value that is JSON already. */
void json_raw(struct json *json, const char *key, const char *raw);

/* The complete text, for free(); NULL: out of memory. The tree is freed. */
char *json_finish(struct json *json);

/* Prints the complete text and a line feed; IO_FAILURE, with a message: out of memory. */
enum outcome json_print(struct json *json, FILE *out);

#endif
