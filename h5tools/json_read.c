#include "json_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Objects in objects. Nothing that is meant seriously has more. */
#define DEPTH_MAX 50

static const char *skip_space(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

/* Past a text that begins at a quotation mark; NULL: it has no end. */
static const char *skip_text(const char *p)
{
    for (p++; *p != '"'; p++) {
        if (*p == '\\')
            p++;
        if (*p == '\0')
            return NULL;
    }
    return p + 1;
}

static const char *skip_value(const char *p, int depth);

/* Past an object or array; NULL: it is damaged. */
static const char *skip_members(const char *p, int depth)
{
    const bool object = *p == '{';
    const char end = object ? '}' : ']';
    if (depth > DEPTH_MAX)
        return NULL;
    p = skip_space(p + 1);
    if (*p == end)
        return p + 1;
    for (;;) {
        if (object) {
            p = *p == '"' ? skip_text(p) : NULL;
            p = p != NULL ? skip_space(p) : NULL;
            if (p == NULL || *p != ':')
                return NULL;
            p++;
        }
        p = skip_value(p, depth + 1);
        p = p != NULL ? skip_space(p) : NULL;
        if (p == NULL || (*p != ',' && *p != end))
            return NULL;
        if (*p++ == end)
            return p;
        p = skip_space(p);
    }
}

static const char *skip_value(const char *p, int depth)
{
    p = skip_space(p);
    if (*p == '"')
        return skip_text(p);
    if (*p == '{' || *p == '[')
        return skip_members(p, depth);
    const size_t length = strcspn(p, ",}] \t\r\n");
    return length > 0 ? p + length : NULL;
}

const char *json_member(const char *object, const char *key)
{
    const size_t length = strlen(key);
    const char *p = object != NULL ? skip_space(object) : "";
    while (*p == '{' || *p == ',') {
        const char *name = skip_space(p + 1);
        p = *name == '"' ? skip_text(name) : NULL;
        if (p == NULL)
            return NULL;
        const bool found = (size_t)(p - name) == length + 2 && strncmp(name + 1, key, length) == 0;
        p = skip_space(p);
        if (*p != ':')
            return NULL;
        p = skip_space(p + 1);
        if (found)
            return p;
        p = skip_value(p, 0);
        if (p == NULL)
            return NULL;
        p = skip_space(p);
    }
    return NULL;
}

bool json_read_number(const char *value, double *number)
{
    char *end;
    if (value == NULL || strchr("-0123456789", *value) == NULL)
        return false;
    const double v = strtod(value, &end);
    if (end == value || !isfinite(v))
        return false;
    *number = v;
    return true;
}

bool json_read_bool(const char *value, bool *truth)
{
    if (value == NULL || (strncmp(value, "true", 4) != 0 && strncmp(value, "false", 5) != 0))
        return false;
    *truth = *value == 't';
    return true;
}

bool json_read_text(const char *value, char *text, size_t size)
{
    const char *end = value != NULL && *value == '"' ? skip_text(value) : NULL;
    const size_t length = end != NULL ? (size_t)(end - value) - 2 : size;
    if (length >= size || memchr(value + 1, '\\', length) != NULL)
        return false;
    memcpy(text, value + 1, length);
    text[length] = '\0';
    return true;
}
