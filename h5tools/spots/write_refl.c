/* Written as a stream of msgpack: column after column, each computed spot by spot, so that no
 * column is ever in memory. Multi-byte numbers are little-endian. */
#include "spots/write_refl.h"

#include <msgpack.h>
#include <msgpack/fbuffer.h>
#include <string.h>

#include "base/message.h"
#include "output/atomic_file.h"
#include "spots/dials_rows.h"

#define FORMAT  "dials::af::reflection_table"
#define VERSION 1 /* read by all versions of DIALS; 3.29 writes 2 */

/* A shoebox: panel and box, a byte that says that it has pixels, then value, mask and background of
 * each pixel, 4 bytes each. */
#define SHOEBOX_HEAD   (4 + 6 * 4 + 1)
#define SHOEBOX_PIXELS 1
#define VOXEL_BYTES    (3 * 4)

/* ---- little-endian numbers ----------------------------------------------------------------- */

static void write_32(FILE *out, uint32_t value)
{
    uint8_t bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    fwrite(bytes, 1, sizeof bytes, out);
}

static void write_64(FILE *out, uint64_t value)
{
    write_32(out, (uint32_t)value);
    write_32(out, (uint32_t)(value >> 32));
}

static void write_float(FILE *out, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    write_32(out, bits);
}

/* ---- columns ------------------------------------------------------------------------------- */

static size_t number_bytes(enum dials_number number)
{
    return number == DIALS_INT ? 4 : 8;
}

static uint64_t column_bytes(const struct dials_column *column, uint64_t spots)
{
    return spots * column->width * number_bytes(column->number);
}

static uint64_t shoebox_bytes(uint64_t spots, uint64_t voxels)
{
    return spots * SHOEBOX_HEAD + voxels * VOXEL_BYTES;
}

static void write_text(msgpack_packer *to, const char *text)
{
    msgpack_pack_str_with_body(to, text, strlen(text));
}

/* Writes what precedes the bytes of a column. */
static void write_column_head(msgpack_packer *to, const char *name, const char *type, size_t spots,
                              uint64_t bytes)
{
    write_text(to, name);
    msgpack_pack_array(to, 2);
    write_text(to, type);
    msgpack_pack_array(to, 2);
    msgpack_pack_uint64(to, spots);
    msgpack_pack_bin(to, (size_t)bytes);
}

static void write_element(FILE *out, const struct dials_column *column,
                          const struct dials_spot *spot)
{
    const size_t size = number_bytes(column->number);
    const char *at = (const char *)spot + column->offset;
    for (unsigned i = 0; i < column->width; i++, at += size) {
        uint32_t bits_32;
        uint64_t bits_64;
        if (size == sizeof bits_32) {
            memcpy(&bits_32, at, size);
            write_32(out, bits_32);
        } else {
            memcpy(&bits_64, at, size);
            write_64(out, bits_64);
        }
    }
}

static void write_column(msgpack_packer *to, FILE *out, const struct dials_column *column,
                         const struct spot_table *table)
{
    write_column_head(to, column->name, column->type, table->spots,
                      column_bytes(column, table->spots));
    for (size_t i = 0; i < table->spots; i++) {
        const struct dials_spot spot = dials_spot(table, i);
        write_element(out, column, &spot);
    }
}

/* ---- shoeboxes ----------------------------------------------------------------------------- */

static void write_shoebox(FILE *out, const struct spot_table *table, size_t i)
{
    const struct dials_spot spot = dials_spot(table, i);
    const uint64_t n = dials_spot_voxels(&spot);
    struct dials_voxels voxels = dials_voxels(table, i);
    float value;
    write_32(out, (uint32_t)spot.panel);
    for (int k = 0; k < 6; k++)
        write_32(out, (uint32_t)spot.box[k]);
    putc(SHOEBOX_PIXELS, out);
    for (uint64_t k = 0; k < n; k++) {
        dials_voxels_next(&voxels, &value);
        write_float(out, value);
    }
    voxels = dials_voxels(table, i);
    for (uint64_t k = 0; k < n; k++)
        write_32(out, dials_voxels_next(&voxels, &value) ? DIALS_VALID_FOREGROUND : 0);
    for (uint64_t k = 0; k < n; k++)
        write_float(out, 0);
}

static void write_shoeboxes(msgpack_packer *to, FILE *out, const struct spot_table *table,
                            uint64_t voxels)
{
    write_column_head(to, "shoebox", "Shoebox<>", table->spots,
                      shoebox_bytes(table->spots, voxels));
    for (size_t i = 0; i < table->spots; i++)
        write_shoebox(out, table, i);
}

/* ---- the table ----------------------------------------------------------------------------- */

/* Write errors stay in the stream, which atomic_file_finish() checks. */
static void write_table(FILE *out, const struct spot_table *table, uint64_t voxels)
{
    msgpack_packer to;
    msgpack_packer_init(&to, out, msgpack_fbuffer_write);
    msgpack_pack_array(&to, 3);
    write_text(&to, FORMAT);
    msgpack_pack_int(&to, VERSION);
    msgpack_pack_map(&to, 3);
    write_text(&to, "identifiers");
    msgpack_pack_map(&to, 0);
    write_text(&to, "nrows");
    msgpack_pack_uint64(&to, table->spots);
    write_text(&to, "data");
    msgpack_pack_map(&to, DIALS_COLUMNS + (table->shoeboxes ? 1 : 0));
    for (int i = 0; i < DIALS_COLUMNS; i++)
        write_column(&to, out, &DIALS_COLUMN[i], table);
    if (table->shoeboxes)
        write_shoeboxes(&to, out, table, voxels);
}

/* Whether every column is short enough for msgpack; also returns the sum of their bytes. */
static bool fits(const struct spot_table *table, uint64_t voxels, uint64_t *bytes)
{
    const uint64_t shoeboxes = table->shoeboxes ? shoebox_bytes(table->spots, voxels) : 0;
    bool good = shoeboxes <= UINT32_MAX;
    *bytes = shoeboxes;
    for (int i = 0; i < DIALS_COLUMNS; i++) {
        const uint64_t column = column_bytes(&DIALS_COLUMN[i], table->spots);
        good = good && column <= UINT32_MAX;
        *bytes += column;
    }
    return good;
}

enum outcome spot_refl_write(const char *name, const struct spot_table *table, bool force)
{
    struct atomic_file out;
    uint64_t voxels, bytes;
    enum outcome outcome = dials_spots_check(table, name, &voxels);
    if (outcome != DONE)
        return outcome;
    if (!fits(table, voxels, &bytes)) {
        complain("%s: a column of %zu spots%s would have 4 GiB or more, which such a file cannot "
                 "hold: choose fewer frames%s, or write DIALS's HDF5 table",
                 name, table->spots, table->shoeboxes ? " with their pixels" : "",
                 table->shoeboxes ? " or leave out the pixels" : "");
        return BAD_INPUT;
    }
    outcome = atomic_file_create(name, table->file, force, bytes, &out);
    if (outcome != DONE)
        return outcome;
    write_table(out.stream, table, voxels);
    return atomic_file_finish(&out, DONE);
}
