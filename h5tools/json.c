#include "json.h"

#include <inttypes.h>
#include <math.h>

/* Bytes of the UTF-8 character at the start of a text, whose further bytes are checked roughly; 0
 * if there is none. */
static int utf8_length(const unsigned char *text)
{
    const int length = *text < 0x80                    ? 1
                       : *text >= 0xc2 && *text < 0xe0 ? 2
                       : *text >= 0xe0 && *text < 0xf0 ? 3
                       : *text >= 0xf0 && *text < 0xf5 ? 4
                                                       : 0;
    for (int i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

static void write_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0';) {
        const int length = utf8_length(p);
        if (length == 0)
            fputs("\\ufffd", out);
        else if (*p == '"' || *p == '\\')
            fprintf(out, "\\%c", *p);
        else if (*p < 0x20)
            fprintf(out, "\\u%04x", *p);
        else
            fwrite(p, 1, (size_t)length, out);
        p += length > 0 ? length : 1;
    }
    fputc('"', out);
}

static void write_key(struct json *json, const char *key)
{
    if (json->comma)
        fputc(',', json->out);
    if (key != NULL) {
        write_quoted(json->out, key);
        fputc(':', json->out);
    }
    json->comma = true;
}

void json_begin(struct json *json, const char *key, char bracket)
{
    write_key(json, key);
    fputc(bracket, json->out);
    json->comma = false;
}

void json_end(struct json *json, char bracket)
{
    fputc(bracket, json->out);
    json->comma = true;
}

void json_text(struct json *json, const char *key, const char *text)
{
    write_key(json, key);
    write_quoted(json->out, text);
}

void json_count(struct json *json, const char *key, uint64_t count)
{
    write_key(json, key);
    fprintf(json->out, "%" PRIu64, count);
}

void json_real(struct json *json, const char *key, double value)
{
    write_key(json, key);
    if (isfinite(value))
        fprintf(json->out, "%.10g", value);
    else
        fputs("null", json->out);
}

void json_bool(struct json *json, const char *key, bool value)
{
    json_raw(json, key, value ? "true" : "false");
}

void json_raw(struct json *json, const char *key, const char *raw)
{
    write_key(json, key);
    fputs(raw, json->out);
}
