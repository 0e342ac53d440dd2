#include "spots/write_dials_h5.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/write_small.h"
#include "output/atomic_hdf5.h"
#include "spots/dials_rows.h"

/* DIALS reads the groups of the last process in /dials; it takes this name where nothing is said.
 */
#define PROCESS "processing"

/* Bytes that are collected before they are written; they are the chunks of what is compressed. */
#define PIECE_BYTES   262144
#define DEFLATE_LEVEL 1

/* ---- datasets that are written piece by piece ----------------------------------------------- */

struct pieces {
    hid_t dataset, type;
    hsize_t rows, width; /* of the dataset */
    size_t row_bytes;
    hsize_t written; /* rows */
    size_t filled;   /* rows that wait */
    char *waiting;   /* [PIECE_BYTES] */
};

static hid_t create_dataset(hid_t parent, const char *name, hid_t type, hsize_t rows, hsize_t width,
                            bool compress)
{
    const hsize_t size[2] = {rows, width}, most = PIECE_BYTES / H5Tget_size(type);
    const hsize_t chunk = rows < most ? rows : most;
    const hid_t space = H5Screate_simple(width > 1 ? 2 : 1, size, NULL);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    if (compress && rows > 0) {
        H5Pset_chunk(properties, 1, &chunk);
        if (H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0) {
            H5Pset_shuffle(properties);
            H5Pset_deflate(properties, DEFLATE_LEVEL);
        }
    }
    const hid_t dataset =
        H5Dcreate2(parent, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    H5Pclose(properties);
    H5Sclose(space);
    return dataset;
}

static bool pieces_begin(hid_t parent, const char *name, hid_t type, hsize_t rows, hsize_t width,
                         bool compress, struct pieces *p)
{
    *p = (struct pieces){.dataset = -1, .type = type, .rows = rows, .width = width};
    p->row_bytes = H5Tget_size(type) * (size_t)width;
    p->waiting = malloc(PIECE_BYTES);
    if (!p->waiting) {
        complain_memory();
        return false;
    }
    p->dataset = create_dataset(parent, name, type, rows, width, compress);
    return p->dataset >= 0;
}

static bool write_piece(struct pieces *p)
{
    const hsize_t start[2] = {p->written, 0}, count[2] = {p->filled, p->width};
    if (p->filled == 0)
        return true;
    const hid_t memory = H5Screate_simple(p->width > 1 ? 2 : 1, count, NULL);
    const hid_t file = H5Dget_space(p->dataset);
    const bool good = H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                      H5Dwrite(p->dataset, p->type, memory, file, H5P_DEFAULT, p->waiting) >= 0;
    H5Sclose(memory);
    H5Sclose(file);
    p->written += p->filled;
    p->filled = 0;
    return good;
}

static bool pieces_add(struct pieces *p, const void *row)
{
    memcpy(p->waiting + p->filled * p->row_bytes, row, p->row_bytes);
    p->filled++;
    return p->filled < PIECE_BYTES / p->row_bytes || write_piece(p);
}

/* Writes what waits, if all is `good` so far, and closes the dataset. */
static bool pieces_end(struct pieces *p, bool good)
{
    good = good && write_piece(p);
    if (p->dataset >= 0)
        H5Dclose(p->dataset);
    free(p->waiting);
    return good;
}

/* ---- columns ------------------------------------------------------------------------------- */

static hid_t number_type(enum dials_number number)
{
    return number == DIALS_INT    ? H5T_NATIVE_INT32
           : number == DIALS_SIZE ? H5T_NATIVE_UINT64
                                  : H5T_NATIVE_DOUBLE;
}

static bool write_column(hid_t group, const struct dials_column *column,
                         const struct spot_table *table)
{
    struct pieces pieces;
    bool good = pieces_begin(group, column->name, number_type(column->number), table->spots,
                             column->width, false, &pieces);
    for (size_t i = 0; i < table->spots && good; i++) {
        const struct dials_spot spot = dials_spot(table, i);
        good = pieces_add(&pieces, (const char *)&spot + column->offset);
    }
    return pieces_end(&pieces, good);
}

/* ---- shoeboxes ----------------------------------------------------------------------------- */

static bool write_values(hid_t group, const struct spot_table *table, uint64_t voxels)
{
    struct pieces pieces;
    bool good = pieces_begin(group, "shoebox_data", H5T_NATIVE_FLOAT, voxels, 1, true, &pieces);
    for (size_t i = 0; i < table->spots && good; i++) {
        const struct dials_spot spot = dials_spot(table, i);
        struct dials_voxels walk = dials_voxels(table, i);
        for (uint64_t left = dials_spot_voxels(&spot); left > 0 && good; left--) {
            float value;
            dials_voxels_next(&walk, &value);
            good = pieces_add(&pieces, &value);
        }
    }
    return pieces_end(&pieces, good);
}

static bool write_mask(hid_t group, const struct spot_table *table, uint64_t voxels)
{
    struct pieces pieces;
    bool good = pieces_begin(group, "shoebox_mask", H5T_NATIVE_UINT8, voxels, 1, true, &pieces);
    for (size_t i = 0; i < table->spots && good; i++) {
        const struct dials_spot spot = dials_spot(table, i);
        struct dials_voxels walk = dials_voxels(table, i);
        for (uint64_t left = dials_spot_voxels(&spot); left > 0 && good; left--) {
            float value;
            const uint8_t mask = dials_voxels_next(&walk, &value) ? DIALS_VALID_FOREGROUND : 0;
            good = pieces_add(&pieces, &mask);
        }
    }
    return pieces_end(&pieces, good);
}

/* The background is 0 everywhere, which is what chunks that are not written read as. */
static bool write_background(hid_t group, uint64_t voxels)
{
    const hid_t dataset =
        create_dataset(group, "shoebox_background", H5T_NATIVE_FLOAT, voxels, 1, true);
    return dataset >= 0 && H5Dclose(dataset) >= 0;
}

static bool write_shoeboxes(hid_t parent, const struct spot_table *table, uint64_t voxels)
{
    const hid_t group = H5Gcreate2(parent, "shoebox", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    bool good = group >= 0 && write_values(group, table, voxels) &&
                write_mask(group, table, voxels) && write_background(group, voxels);
    for (int i = 0; i < DIALS_COLUMNS && good; i++)
        if (strcmp(DIALS_COLUMN[i].name, "bbox") == 0 || strcmp(DIALS_COLUMN[i].name, "panel") == 0)
            good = write_column(group, &DIALS_COLUMN[i], table);
    if (group >= 0)
        H5Gclose(group);
    return good;
}

/* ---- the table ----------------------------------------------------------------------------- */

/* Which experiments the table is of, and their identifiers: none is known. */
static bool write_experiments(hid_t group)
{
    const uint64_t id = 0;
    const hsize_t none = 0;
    const char *const identifier = "";
    const hid_t space = H5Screate_simple(1, &none, NULL);
    const hid_t attribute =
        H5Acreate2(group, "experiment_ids", H5T_NATIVE_UINT64, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool good = attribute >= 0 && H5Awrite(attribute, H5T_NATIVE_UINT64, &id) >= 0 &&
                      h5_write_attribute_list(group, "identifiers", &identifier, 0);
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Sclose(space);
    return good;
}

static bool write_group(hid_t file, const struct spot_table *table, uint64_t voxels)
{
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t group =
        H5Gcreate2(file, "dials/" PROCESS "/group_0", links, H5P_DEFAULT, H5P_DEFAULT);
    bool good = group >= 0 && write_experiments(group);
    for (int i = 0; i < DIALS_COLUMNS && good; i++)
        good = write_column(group, &DIALS_COLUMN[i], table);
    if (good && table->shoeboxes)
        good = write_shoeboxes(group, table, voxels);
    if (group >= 0)
        H5Gclose(group);
    H5Pclose(links);
    return good;
}

enum outcome spot_dials_write(const char *name, const struct spot_table *table, bool force)
{
    struct atomic_hdf5 output;
    uint64_t voxels;
    const char *const input = table->file;
    enum outcome outcome = dials_spots_check(table, name, &voxels);
    if (outcome != DONE)
        return outcome;
    outcome = atomic_hdf5_create(name, &input, input ? 1 : 0, force,
                                 table->spots * sizeof(struct dials_spot), -1, &output);
    if (outcome != DONE)
        return outcome;
    if (!write_group(output.file, table, voxels))
        outcome = h5_complain_unwritable(name);
    return atomic_hdf5_finish(&output, outcome);
}
