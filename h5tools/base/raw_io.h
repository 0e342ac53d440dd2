/* Positioned reads and writes that are not cut short. */
#ifndef H5WINNOW_BASE_RAW_IO_H
#define H5WINNOW_BASE_RAW_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes beyond the end of the file read as zeros. False: see errno. */
bool raw_read(int file, uint64_t at, size_t size, uint8_t *bytes);
bool raw_write(int file, uint64_t at, size_t size, const uint8_t *bytes);

#endif
