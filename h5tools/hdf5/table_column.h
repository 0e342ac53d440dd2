/*
 * hdf5/table_column.h - columns of tables: one member of all structs of an array is one dataset.
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
    hsize_t width; /* members in a row; 0: one, and the dataset has one dimension */
    const char *units, *description;
};

/* Properties of a dataset in compressed chunks. For H5Pclose(). */
hid_t table_column_compression(int rank, const hsize_t *chunk);

/* Creates a column of so many rows, compressed; all are 0. Negative: HDF5 fails. */
hid_t table_column_create(hid_t group, const struct table_column *column, hsize_t rows);

/* Writes rows from a row on: of `structs`, which are `stride` bytes apart. */
bool table_column_put(hid_t dataset, const struct table_column *column, const void *structs,
                      size_t stride, hsize_t first, size_t rows);

/* Creates it, writes all rows and closes it. */
bool table_column_write(hid_t group, const struct table_column *column, const void *structs,
                        size_t stride, size_t rows);

/* Opens a column of a file of any origin and says how many rows it has, and how many bytes they
 * take in the file. Negative: there is none with these dimensions, or it holds no numbers of its
 * own. */
hid_t table_column_open(hid_t group, const struct table_column *column, hsize_t *rows,
                        hsize_t *stored);

/* Whether so many bytes can have been compressed to those that are stored. Deflate makes at most
 * 1032 of one: a file that claims more is to exhaust the memory of who reads it. */
bool table_column_plausible(hsize_t bytes, hsize_t stored);

/* Reads the first rows into the member of `structs`. Numbers that do not fit are clipped. */
bool table_column_read(hid_t dataset, const struct table_column *column, void *structs,
                       size_t stride, size_t rows);

#endif
