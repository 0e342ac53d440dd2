/*
 * json.h - writing JSON.
 *
 * Values are written one after the other; commas come by themselves. `key` is NULL in arrays and at
 * the top.
 */
#ifndef H5WINNOW_JSON_H
#define H5WINNOW_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
    FILE *out;
    bool comma; /* before the next value */
};

/* `bracket` is '{' or '['; the end takes '}' or ']'. */
void json_begin(struct json *json, const char *key, char bracket);
void json_end(struct json *json, char bracket);

void json_text(struct json *json, const char *key, const char *text);
void json_count(struct json *json, const char *key, uint64_t count);
void json_real(struct json *json, const char *key, double value);
void json_bool(struct json *json, const char *key, bool value);

/* Something that is JSON already. */
void json_raw(struct json *json, const char *key, const char *raw);

#endif
