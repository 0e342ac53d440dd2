/*
 * Builds a cJSON tree and prints it at the end; about 100 bytes per value until then. cJSON passes
 * bytes through, so strings are first checked against table 3-7 (well-formed UTF-8) of the Unicode
 * Standard, version 15.0.
 */
#include "base/json_write.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"

#define NUMBER_SIZE 32

/* ---- text ---------------------------------------------------------------------------------- */

/* Whether `length` bytes are one well-formed UTF-8 character. */
static bool is_utf8(const unsigned char *text, int length)
{
    const unsigned char least = *text == 0xe0 ? 0xa0 : *text == 0xf0 ? 0x90 : 0x80;
    const unsigned char most = *text == 0xed ? 0x9f : *text == 0xf4 ? 0x8f : 0xbf;
    if (length > 1 && (text[1] < least || text[1] > most))
        return false;
    for (int i = 2; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return false;
    return length > 0;
}

/* Bytes of the UTF-8 character at the start of a text; 0 if there is none. */
static int utf8_length(const unsigned char *text)
{
    const int length = *text < 0x80                    ? 1
                       : *text >= 0xc2 && *text < 0xe0 ? 2
                       : *text >= 0xe0 && *text < 0xf0 ? 3
                       : *text >= 0xf0 && *text < 0xf5 ? 4
                                                       : 0;
    return is_utf8(text, length) ? length : 0;
}

/* A copy, for free(), with bytes that are not UTF-8 replaced by U+FFFD. NULL: out of memory. */
static char *repair_utf8(const char *text)
{
    const size_t size = strlen(text);
    char *copy = size < SIZE_MAX / 3 ? malloc(3 * size + 1) : NULL;
    if (!copy)
        return NULL;
    char *to = copy;
    for (const char *p = text; *p != '\0';) {
        const int length = utf8_length((const unsigned char *)p);
        const size_t n = length > 0 ? (size_t)length : 3;
        memcpy(to, length > 0 ? p : "\xef\xbf\xbd", n);
        to += n;
        p += length > 0 ? length : 1;
    }
    *to = '\0';
    return copy;
}

/* ---- building ------------------------------------------------------------------------------ */

/* Takes ownership of the item (NULL: out of memory). Returns it, or NULL if it was not added. */
static cJSON *add(struct json *json, const char *key, cJSON *item)
{
    cJSON *parent = json->depth > 0 ? json->open[json->depth - 1] : NULL;
    bool added = item && json->depth == 0;
    if (item && parent)
        added = key ? cJSON_AddItemToObject(parent, key, item) : cJSON_AddItemToArray(parent, item);
    if (added)
        return item;
    json->failed = true;
    cJSON_Delete(item);
    return NULL;
}

void json_begin(struct json *json, const char *key, char bracket)
{
    cJSON *item = add(json, key, bracket == '{' ? cJSON_CreateObject() : cJSON_CreateArray());
    if (json->depth < JSON_DEPTH)
        json->open[json->depth] = item;
    else
        json->failed = true;
    json->depth += json->depth < JSON_DEPTH;
}

void json_end(struct json *json, char bracket)
{
    (void)bracket;
    json->depth--;
}

void json_text(struct json *json, const char *key, const char *text)
{
    char *copy = repair_utf8(text);
    add(json, key, copy ? cJSON_CreateString(copy) : NULL);
    free(copy);
}

void json_count(struct json *json, const char *key, uint64_t count)
{
    char number[NUMBER_SIZE];
    snprintf(number, sizeof number, "%" PRIu64, count);
    json_raw(json, key, number);
}

void json_real(struct json *json, const char *key, double value)
{
    char number[NUMBER_SIZE];
    snprintf(number, sizeof number, "%.10g", value);
    json_raw(json, key, isfinite(value) ? number : "null");
}

void json_bool(struct json *json, const char *key, bool value)
{
    add(json, key, cJSON_CreateBool(value));
}

void json_raw(struct json *json, const char *key, const char *raw)
{
    add(json, key, cJSON_CreateRaw(raw));
}

/* ---- printing ------------------------------------------------------------------------------ */

char *json_finish(struct json *json)
{
    char *text = json->failed ? NULL : cJSON_PrintUnformatted(json->open[0]);
    cJSON_Delete(json->open[0]);
    *json = (struct json){.depth = 0};
    return text;
}

enum outcome json_print(struct json *json, FILE *out)
{
    char *text = json_finish(json);
    if (!text) {
        complain_memory();
        return IO_FAILURE;
    }
    fputs(text, out);
    fputc('\n', out);
    free(text);
    return DONE;
}
