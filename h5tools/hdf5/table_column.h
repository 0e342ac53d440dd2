/*
 * Columns of tables: one member of an array of structs becomes one dataset.
 */
#ifndef H5WINNOW_HDF5_TABLE_COLUMN_H
#define H5WINNOW_HDF5_TABLE_COLUMN_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* Types of members. */
enum table_column_type {
    COLUMN_BOOL, /* 0 or 1 in one byte */
    COLUMN_U8,
    COLUMN_U32,
    COLUMN_U64,
    COLUMN_I64,
    COLUMN_F32,
    COLUMN_F64,
};

struct table_column {
    const char *name;
    enum table_column_type type;
    size_t offset; /* of the member in the struct, bytes */
    hsize_t width; /* elements of a row; 0: one, and the dataset has one dimension */
    const char *units, *description;
};

/* Creation properties of a dataset in compressed chunks. For H5Pclose(). */
hid_t table_column_compression(int rank, const hsize_t *chunk);

/* Creates a compressed column of `rows` rows, all 0. Negative: HDF5 fails. */
hid_t table_column_create(hid_t group, const struct table_column *column, hsize_t rows);

/* Writes `rows` rows, from row `first` on, out of `structs`, which are `stride` bytes apart. */
bool table_column_put(hid_t dataset, const struct table_column *column, const void *structs,
                      size_t stride, hsize_t first, size_t rows);

/* Creates a column, writes all rows and closes it. */
bool table_column_write(hid_t group, const struct table_column *column, const void *structs,
                        size_t stride, size_t rows);

/* Opens a column of an untrusted file and gives its number of rows and the bytes that they occupy
 * in the file. Negative: none with these dimensions, or its numbers are not in the file itself. */
hid_t table_column_open(hid_t group, const struct table_column *column, hsize_t *rows,
                        hsize_t *stored);

/* Whether `bytes` can have been compressed to `stored`. Deflate reaches at most 1032:1; a file that
 * claims more would only exhaust the reader's memory. */
bool table_column_plausible(hsize_t bytes, hsize_t stored);

/* Reads the first rows into the member of `structs`. Numbers that do not fit are clipped. */
bool table_column_read(hid_t dataset, const struct table_column *column, void *structs,
                       size_t stride, size_t rows);

#endif
