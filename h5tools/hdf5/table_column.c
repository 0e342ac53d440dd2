/*
 * Columns are chunks of up to 65536 elements with shuffle and deflate, gathered from the structs
 * block by block: one block of memory, one pass. Deflate cannot compress better than 1032:1 (zlib,
 * Technical Details), which bounds what a stored size can expand to.
 */
#include "hdf5/table_column.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hdf5/read_small.h"
#include "hdf5/write_small.h"

#define DEFLATE_LEVEL  1
#define CHUNK_ELEMENTS 65536

/* Upper bound of the compression ratio: that of deflate, and a margin. */
#define COMPRESSION_RATIO_MAX 1100

/* Larger chunks are refused: HDF5 would allocate a whole one. */
#define CHUNK_BYTES_MAX ((hsize_t)1 << 30)

static hid_t type_of(const struct table_column *column)
{
    switch (column->type) {
    case COLUMN_BOOL:
    case COLUMN_U8:
        return H5T_NATIVE_UINT8;
    case COLUMN_U32:
        return H5T_NATIVE_UINT32;
    case COLUMN_U64:
        return H5T_NATIVE_UINT64;
    case COLUMN_I64:
        return H5T_NATIVE_INT64;
    case COLUMN_F32:
        return H5T_NATIVE_FLOAT;
    default:
        return H5T_NATIVE_DOUBLE;
    }
}

static hsize_t width_of(const struct table_column *column)
{
    return column->width > 0 ? column->width : 1;
}

static int rank_of(const struct table_column *column)
{
    return column->width > 0 ? 2 : 1;
}

/* Bytes of a row, in memory. */
static size_t row_size(const struct table_column *column)
{
    return H5Tget_size(type_of(column)) * (size_t)width_of(column);
}

/* Rows that are moved at a time. */
static size_t block_rows(const struct table_column *column)
{
    const hsize_t rows = CHUNK_ELEMENTS / width_of(column);
    return rows > 0 ? (size_t)rows : 1;
}

static size_t smaller(size_t one, size_t other)
{
    return one < other ? one : other;
}

/* ---- writing ------------------------------------------------------------------------------- */

hid_t table_column_compression(int rank, const hsize_t *chunk)
{
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(properties, rank, chunk);
    if (H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0) {
        H5Pset_shuffle(properties);
        H5Pset_deflate(properties, DEFLATE_LEVEL);
    }
    return properties;
}

hid_t table_column_create(hid_t group, const struct table_column *column, hsize_t rows)
{
    const hsize_t size[2] = {rows, column->width};
    const hsize_t most = block_rows(column);
    const hsize_t chunk[2] = {rows < most ? rows : most, column->width};
    const hid_t space = H5Screate_simple(rank_of(column), size, NULL);
    /* A dataset without rows cannot have chunks. */
    const hid_t properties =
        rows > 0 ? table_column_compression(rank_of(column), chunk) : H5P_DEFAULT;
    hid_t dataset = H5Dcreate2(group, column->name, type_of(column), space, H5P_DEFAULT, properties,
                               H5P_DEFAULT);
    if (dataset >= 0 && !(h5_write_attribute(dataset, "units", column->units) &&
                          h5_write_attribute(dataset, "description", column->description))) {
        H5Dclose(dataset);
        dataset = -1;
    }
    if (properties != H5P_DEFAULT)
        H5Pclose(properties);
    H5Sclose(space);
    return dataset;
}

static bool put_block(hid_t dataset, const struct table_column *column, hsize_t first, hsize_t rows,
                      const void *block)
{
    const hsize_t start[2] = {first, 0}, count[2] = {rows, width_of(column)};
    const hid_t memory = H5Screate_simple(rank_of(column), count, NULL);
    const hid_t space = H5Dget_space(dataset);
    const bool good = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                      H5Dwrite(dataset, type_of(column), memory, space, H5P_DEFAULT, block) >= 0;
    H5Sclose(space);
    H5Sclose(memory);
    return good;
}

bool table_column_put(hid_t dataset, const struct table_column *column, const void *structs,
                      size_t stride, hsize_t first, size_t rows)
{
    const size_t size = row_size(column), most = block_rows(column);
    const char *member = (const char *)structs + column->offset;
    char *block = malloc(smaller(rows, most) * size + 1);
    bool good = block;
    for (size_t done = 0; done < rows && good;) {
        const size_t n = smaller(rows - done, most);
        for (size_t i = 0; i < n; i++)
            memcpy(block + i * size, member + (done + i) * stride, size);
        good = put_block(dataset, column, first + done, n, block);
        done += n;
    }
    free(block);
    return good;
}

bool table_column_write(hid_t group, const struct table_column *column, const void *structs,
                        size_t stride, size_t rows)
{
    const hid_t dataset = table_column_create(group, column, rows);
    if (dataset < 0)
        return false;
    const bool good = table_column_put(dataset, column, structs, stride, 0, rows);
    return H5Dclose(dataset) >= 0 && good; /* closing writes the last chunk */
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Whether the elements are in the file itself, in chunks small enough to allocate. */
static bool is_plain(hid_t dataset)
{
    hsize_t chunk[2];
    const hid_t properties = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
    const H5D_layout_t layout = H5Pget_layout(properties);
    bool plain = layout != H5D_VIRTUAL && H5Pget_external_count(properties) == 0;
    if (plain && layout == H5D_CHUNKED) {
        const int rank = H5Pget_chunk(properties, 2, chunk);
        hsize_t bytes = H5Tget_size(type);
        for (int i = 0; i < rank && plain; i++) {
            plain = chunk[i] <= CHUNK_BYTES_MAX / bytes;
            bytes *= chunk[i];
        }
    }
    H5Tclose(type);
    H5Pclose(properties);
    return plain;
}

hid_t table_column_open(hid_t group, const struct table_column *column, hsize_t *rows,
                        hsize_t *stored)
{
    hsize_t size[2] = {0, 0};
    const hid_t dataset = h5_open_numbers(group, column->name, rank_of(column), size);
    if (dataset < 0)
        return -1;
    if (size[1] != column->width || !is_plain(dataset)) {
        H5Dclose(dataset);
        return -1;
    }
    *rows = size[0];
    *stored = H5Dget_storage_size(dataset);
    return dataset;
}

bool table_column_plausible(hsize_t bytes, hsize_t stored)
{
    return bytes / COMPRESSION_RATIO_MAX <= stored;
}

/* Stores an element in its struct; a bool must be 0 or 1, whatever the byte is. */
static void store_member(const struct table_column *column, void *member, const char *row,
                         size_t size)
{
    if (column->type == COLUMN_BOOL)
        *(bool *)member = *row != 0;
    else
        memcpy(member, row, size);
}

bool table_column_read(hid_t dataset, const struct table_column *column, void *structs,
                       size_t stride, size_t rows)
{
    const size_t size = row_size(column), most = block_rows(column);
    char *member = (char *)structs + column->offset;
    char *block = malloc(smaller(rows, most) * size + 1);
    bool good = block;
    for (size_t done = 0; done < rows && good;) {
        const size_t n = smaller(rows - done, most);
        good = h5_read_rows(dataset, type_of(column), done, n, block);
        for (size_t i = 0; i < n && good; i++)
            store_member(column, member + (done + i) * stride, block + i * size, size);
        done += n;
    }
    free(block);
    return good;
}
