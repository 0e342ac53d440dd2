/*
 * Extends cJSON (RFC 8259) by the non-finite numbers that Python's json.dumps() writes: one pass
 * overwrites them with empty strings in place, which keeps the length. Time and memory are linear
 * in the length of the text.
 */
#include "base/json_read.h"

#include <math.h>
#include <string.h>

/* Skips a JSON string that starts at a quotation mark. */
static char *skip_text(char *p)
{
    for (p++; *p != '"' && *p != '\0'; p++)
        if (*p == '\\' && p[1] != '\0')
            p++;
    return *p == '"' ? p + 1 : p;
}

/* Length of a non-finite number in Python's spelling; 0: none here. */
static size_t python_number(const char *text)
{
    static const char *const WORDS[] = {"NaN", "Infinity", "-Infinity"};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strncmp(text, WORDS[i], strlen(WORDS[i])) == 0)
            return strlen(WORDS[i]);
    return 0;
}

/* Replaces them by "", which fits in the space of NaN and does not read as a number. */
static void replace_python_numbers(char *text)
{
    for (char *p = text; *p != '\0';) {
        const size_t length = python_number(p);
        if (length > 0) {
            memset(p, ' ', length);
            p[0] = p[1] = '"';
        }
        p = *p == '"' ? skip_text(p) : p + 1;
    }
}

cJSON *json_parse(char *text)
{
    if (!text || strlen(text) > JSON_TEXT_MAX)
        return NULL;
    replace_python_numbers(text);
    return cJSON_ParseWithOpts(text, NULL, true);
}

bool json_read_number(const cJSON *object, const char *key, double *number)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsNumber(value) || !isfinite(value->valuedouble))
        return false;
    *number = value->valuedouble;
    return true;
}

bool json_read_bool(const cJSON *object, const char *key, bool *truth)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsBool(value))
        return false;
    *truth = cJSON_IsTrue(value);
    return true;
}

bool json_read_text(const cJSON *object, const char *key, char *text, size_t size)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);
    const size_t length = cJSON_IsString(value) ? strlen(value->valuestring) : size;
    if (length >= size)
        return false;
    memcpy(text, value->valuestring, length + 1);
    return true;
}
