/* base/raw_io.h - reading and writing bytes of a file to their end. */
#ifndef H5WINNOW_BASE_RAW_IO_H
#define H5WINNOW_BASE_RAW_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Behind the end of the file there are zeros. False: errno says why. */
bool raw_read(int file, uint64_t at, size_t size, uint8_t *bytes);
bool raw_write(int file, uint64_t at, size_t size, const uint8_t *bytes);

#endif
