/* json_read.h - finding values in a JSON text, as other programs have written it. */
#ifndef H5WINNOW_JSON_READ_H
#define H5WINNOW_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>

/* Where the value of a member of an object begins; NULL if `object` is NULL or no object, has no
 * such member or is no JSON. The result is an `object` itself if it begins with a brace. */
const char *json_member(const char *object, const char *key);

/* The value there as a number, as true or false, or as a text without escapes. False: it is not. */
bool json_read_number(const char *value, double *number);
bool json_read_bool(const char *value, bool *truth);
bool json_read_text(const char *value, char *text, size_t size);

#endif
