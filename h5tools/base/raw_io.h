/* rawfile.h - reading and writing bytes of a file to their end. */
#ifndef H5WINNOW_RAWFILE_H
#define H5WINNOW_RAWFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Behind the end of the file there are zeros. False: errno says why. */
bool rawfile_read(int file, uint64_t at, size_t size, uint8_t *bytes);
bool rawfile_write(int file, uint64_t at, size_t size, const uint8_t *bytes);

#endif
