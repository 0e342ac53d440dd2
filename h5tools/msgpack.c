#include "msgpack.h"

#include <string.h>

/* First bytes of what is written; the short forms have their count in the low bits. */
enum {
    SHORT_MAP = 0x80,
    SHORT_ARRAY = 0x90,
    SHORT_TEXT = 0xa0,
    BYTES_32 = 0xc6,
    COUNT_64 = 0xcf,
    TEXT_32 = 0xdb,
    ARRAY_32 = 0xdd,
    MAP_32 = 0xdf,
};

#define SHORT_COUNT 128 /* counts below are one byte */
#define SHORT_LIST  16  /* arrays and maps */
#define SHORT_CHARS 32

static void write_big_endian(FILE *out, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        putc((int)(value >> 8 * i & 0xff), out);
}

/* A head with its count: in the low bits of the first byte if that is below `most`. */
static void write_head(FILE *out, int short_form, uint32_t most, int long_form, uint32_t n)
{
    if (n < most) {
        putc(short_form | (int)n, out);
        return;
    }
    putc(long_form, out);
    write_big_endian(out, n, 4);
}

void msgpack_array(FILE *out, uint32_t n)
{
    write_head(out, SHORT_ARRAY, SHORT_LIST, ARRAY_32, n);
}

void msgpack_map(FILE *out, uint32_t n)
{
    write_head(out, SHORT_MAP, SHORT_LIST, MAP_32, n);
}

void msgpack_bytes(FILE *out, uint32_t n)
{
    write_head(out, 0, 0, BYTES_32, n);
}

void msgpack_text(FILE *out, const char *text)
{
    const size_t length = strlen(text);
    write_head(out, SHORT_TEXT, SHORT_CHARS, TEXT_32, (uint32_t)length);
    fwrite(text, 1, length, out);
}

void msgpack_count(FILE *out, uint64_t count)
{
    if (count < SHORT_COUNT) {
        putc((int)count, out);
        return;
    }
    putc(COUNT_64, out);
    write_big_endian(out, count, 8);
}
