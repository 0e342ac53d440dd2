/* Reading single values of HDF5 files: attributes, texts, numbers, rows of tables. */
#ifndef H5WINNOW_HDF5_READ_SMALL_H
#define H5WINNOW_HDF5_READ_SMALL_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* Longer texts of fixed length are not read. */
#define H5_TEXT_MAX ((size_t)1 << 24)

/* The text of an attribute or of a scalar dataset, of fixed or variable length. For free(); NULL:
 * there is no such text. */
char *h5_read_attribute(hid_t object, const char *name);
char *h5_read_text(hid_t parent, const char *path);

/* A dataset of one number. */
bool h5_read_number(hid_t parent, const char *path, double *number);

/* Opens a dataset of numbers with `rank` dimensions, and gives its size; negative: none. */
hid_t h5_open_numbers(hid_t parent, const char *path, int rank, hsize_t *size);

/* Reads `rows` rows, from row `first` on, of a dataset of one or two dimensions. */
bool h5_read_rows(hid_t dataset, hid_t type, hsize_t first, hsize_t rows, void *data);

#endif
