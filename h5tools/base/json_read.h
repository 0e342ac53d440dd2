/* Values in a JSON text that another program has written, read with cJSON. */
#ifndef H5WINNOW_BASE_JSON_READ_H
#define H5WINNOW_BASE_JSON_READ_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/* Longer texts are refused: cJSON needs up to 32 times as much memory. */
#define JSON_TEXT_MAX ((size_t)4 << 20)

/* Reads a text as json.dumps() of Python writes it: NaN, Infinity and -Infinity, which JSON
 * does not allow, are replaced by empty strings in `text`. For cJSON_Delete(). NULL: not JSON, too
 * long, nested too deeply, or out of memory. */
cJSON *json_parse(char *text);

/* The value of a member of an object as a finite number, as true or false, or as a text. False:
 * `object` is NULL or not an object, or has no such member; the value is unchanged. */
bool json_read_number(const cJSON *object, const char *key, double *number);
bool json_read_bool(const cJSON *object, const char *key, bool *truth);
bool json_read_text(const cJSON *object, const char *key, char *text, size_t size);

#endif
