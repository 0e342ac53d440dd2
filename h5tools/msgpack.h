/*
 * msgpack.h - writing MessagePack to a stream.
 *
 * Failures show in the stream (ferror()). After the head of an array, a map or bytes, its parts are
 * to be written.
 */
#ifndef H5WINNOW_MSGPACK_H
#define H5WINNOW_MSGPACK_H

#include <stdint.h>
#include <stdio.h>

/* The most bytes that msgpack_bytes() can announce, and elements of arrays and maps. */
#define MSGPACK_MOST UINT32_MAX

/* Heads: of an array, of a map of so many keys and values, of bytes. */
void msgpack_array(FILE *out, uint32_t n);
void msgpack_map(FILE *out, uint32_t n);
void msgpack_bytes(FILE *out, uint32_t n);

void msgpack_text(FILE *out, const char *text);
void msgpack_count(FILE *out, uint64_t count);

#endif
