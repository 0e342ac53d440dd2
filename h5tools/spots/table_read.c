/* Columns are read straight into the members of the structs. Before memory is allocated, lengths
 * are compared with each other and with the bytes stored: a damaged file cannot ask for more memory
 * than its data can justify. */
#include "spots/table_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/read_small.h"
#include "spots/table_check.h"
#include "spots/table_find.h"
#include "spots/table_layout.h"
#include "spots/table_process.h"

/* ---- columns ------------------------------------------------------------------------------- */

/* A column, and the structs whose member it is read into. */
struct column_reading {
    const struct table_column *column;
    void *structs;
    size_t stride;
    hid_t dataset;
};

/* Opens columns of one group, which must be equally long; a row takes `row_bytes` of memory. */
static const char *open_columns(hid_t group, struct column_reading *part, size_t parts,
                                size_t row_bytes, size_t *rows)
{
    hsize_t first = 0, all = 0;
    for (size_t i = 0; i < parts; i++)
        part[i].dataset = -1;
    for (size_t i = 0; i < parts; i++) {
        hsize_t length, stored;
        part[i].dataset = table_column_open(group, part[i].column, &length, &stored);
        if (part[i].dataset < 0)
            return "a column is missing, or is not of the kind that it should be";
        first = i == 0 ? length : first;
        all += stored;
        if (length != first)
            return "its columns are not equally long";
    }
    if (first > SIZE_MAX / 2 / row_bytes || !table_column_plausible(first * row_bytes, all))
        return "its columns are said to be longer than what is stored of them can be";
    *rows = (size_t)first;
    return NULL;
}

static const char *read_columns(const struct column_reading *part, size_t parts, size_t rows)
{
    for (size_t i = 0; i < parts; i++)
        if (!table_column_read(part[i].dataset, part[i].column, part[i].structs, part[i].stride,
                               rows))
            return "a column cannot be read";
    return NULL;
}

static void close_columns(const struct column_reading *part, size_t parts)
{
    for (size_t i = 0; i < parts; i++)
        if (part[i].dataset >= 0)
            H5Dclose(part[i].dataset);
}

/* Reads one column into an array. */
static const char *read_array(hid_t group, const struct table_column *column, size_t rows,
                              uint64_t *to)
{
    size_t length = 0;
    struct column_reading part = {column, to, sizeof *to, -1};
    const char *flaw = open_columns(group, &part, 1, sizeof *to, &length);
    if (!flaw && length != rows)
        flaw = "its offsets are not as many as they should be";
    if (!flaw)
        flaw = read_columns(&part, 1, rows);
    close_columns(&part, 1);
    return flaw;
}

/* Reads columns into a new array of structs of `size` bytes; `part` has room for all columns. */
static const char *read_structs(hid_t group, const struct table_column *column, size_t columns,
                                struct column_reading *part, size_t size, void **structs, size_t *n)
{
    size_t rows = 0;
    for (size_t i = 0; i < columns; i++)
        part[i] = (struct column_reading){&column[i], NULL, size, -1};
    const char *flaw = open_columns(group, part, columns, size, &rows);
    if (!flaw) {
        *structs = calloc(rows + 1, size);
        *n = *structs ? rows : 0;
        flaw = !*structs ? SPOT_NO_MEMORY : NULL;
    }
    for (size_t i = 0; i < columns; i++)
        part[i].structs = *structs;
    if (!flaw)
        flaw = read_columns(part, columns, rows);
    close_columns(part, columns);
    return flaw;
}

/* ---- spots --------------------------------------------------------------------------------- */

typedef int64_t box[6];

/* Largest frame number: larger integers are not exact as double. */
#define EDGE_MAX ((int64_t)1 << 53)

static const char *take_boxes(const box *boxes, struct spot_table *table)
{
    for (size_t i = 0; i < table->spots; i++) {
        const int64_t *edge = boxes[i];
        for (int k = 0; k < 6; k++)
            if (edge[k] < 0 || edge[k] > (k < 4 ? (int64_t)UINT32_MAX : EDGE_MAX))
                return "a spot does not lie within the frames";
        wn_spot *s = &table->spot[i];
        s->x0 = (uint32_t)edge[0];
        s->x1 = (uint32_t)edge[1];
        s->y0 = (uint32_t)edge[2];
        s->y1 = (uint32_t)edge[3];
        s->z0 = (uint64_t)edge[4];
        s->z1 = (uint64_t)edge[5];
    }
    return NULL;
}

static const char *allocate_spots(struct spot_table *table, size_t spots, box **boxes)
{
    table->spot = calloc(spots + 1, sizeof *table->spot);
    table->spot_frame = calloc(spots + 1, sizeof *table->spot_frame);
    table->d = calloc(spots + 1, sizeof *table->d);
    *boxes = calloc(spots + 1, sizeof **boxes);
    if (!table->spot || !table->spot_frame || !table->d || !*boxes)
        return SPOT_NO_MEMORY;
    table->spots = spots;
    return NULL;
}

#define SPOT_PARTS_READ (SPOT_COLUMNS + 3)

static void set_targets(struct column_reading part[SPOT_PARTS_READ], struct spot_table *table,
                        box *boxes)
{
    for (size_t i = 0; i < SPOT_COLUMNS; i++)
        part[i] = (struct column_reading){&SPOT_COLUMN[i], table->spot, sizeof *table->spot,
                                          part[i].dataset};
    part[SPOT_COLUMNS].structs = table->spot_frame;
    part[SPOT_COLUMNS + 1].structs = table->d;
    part[SPOT_COLUMNS + 2].structs = boxes;
}

static const char *read_spots(hid_t group, struct spot_table *table)
{
    size_t spots = 0;
    box *boxes = NULL;
    struct column_reading part[SPOT_PARTS_READ] = {
        [SPOT_COLUMNS] = {&SPOT_FRAME_COLUMN, NULL, sizeof *table->spot_frame, -1},
        [SPOT_COLUMNS + 1] = {&SPOT_D_COLUMN, NULL, sizeof *table->d, -1},
        [SPOT_COLUMNS + 2] = {&SPOT_BOX_COLUMN, NULL, sizeof *boxes, -1},
    };
    set_targets(part, table, boxes);
    const char *flaw = open_columns(group, part, SPOT_PARTS_READ,
                                    sizeof *table->spot + sizeof *boxes + 16, &spots);
    if (!flaw)
        flaw = allocate_spots(table, spots, &boxes);
    if (!flaw) {
        set_targets(part, table, boxes);
        flaw = read_columns(part, SPOT_PARTS_READ, spots);
    }
    if (!flaw)
        flaw = take_boxes(boxes, table);
    close_columns(part, SPOT_PARTS_READ);
    free(boxes);
    return flaw;
}

/* ---- frames -------------------------------------------------------------------------------- */

static const char *read_frames(hid_t group, struct spot_table *table)
{
    struct column_reading part[FRAME_COLUMNS];
    void *frame = NULL;
    const char *flaw = read_structs(group, FRAME_COLUMN, FRAME_COLUMNS, part, sizeof *table->frame,
                                    &frame, &table->frames);
    table->frame = frame;
    return flaw;
}

static const char *check_frame_ptr(hid_t group, const struct spot_table *table)
{
    uint64_t *ptr = calloc(table->frames + 1, sizeof *ptr);
    if (!ptr)
        return SPOT_NO_MEMORY;
    const char *flaw = read_array(group, &SPOT_FRAME_PTR_COLUMN, table->frames + 1, ptr);
    if (!flaw && (ptr[0] != 0 || ptr[table->frames] != table->spots))
        flaw = "frame_ptr does not cover its spots";
    for (size_t i = 0; i < table->frames && !flaw; i++)
        if (ptr[i + 1] < ptr[i] || ptr[i + 1] - ptr[i] != table->frame[i].spots)
            flaw = "frame_ptr is not what the frames say";
    free(ptr);
    return flaw;
}

/* ---- shoeboxes ----------------------------------------------------------------------------- */

static const char *read_pixels(hid_t group, struct spot_table *table)
{
    struct column_reading part[SHOEBOX_COLUMNS];
    void *pixel = NULL;
    const char *flaw = read_structs(group, SHOEBOX_COLUMN, SHOEBOX_COLUMNS, part,
                                    sizeof *table->pixel, &pixel, &table->pixels);
    table->pixel = pixel;
    return flaw;
}

static const char *share_pixels(hid_t group, struct spot_table *table)
{
    uint64_t *ptr = calloc(table->spots + 1, sizeof *ptr);
    if (!ptr)
        return SPOT_NO_MEMORY;
    const char *flaw = read_array(group, &SHOEBOX_PTR_COLUMN, table->spots + 1, ptr);
    if (!flaw && (ptr[0] != 0 || ptr[table->spots] != table->pixels))
        flaw = "spot_ptr does not cover the pixels of its shoeboxes";
    for (size_t i = 0; i < table->spots && !flaw; i++) {
        if (ptr[i + 1] < ptr[i] || ptr[i + 1] > table->pixels)
            flaw = "spot_ptr does not ascend";
        table->spot[i].first = (size_t)ptr[i];
        table->spot[i].n = (size_t)(ptr[i + 1] - ptr[i]);
    }
    free(ptr);
    return flaw;
}

static const char *check_pixels(const struct spot_table *table)
{
    for (size_t i = 0; i < table->pixels; i++)
        if (table->pixel[i].x >= table->width || table->pixel[i].y >= table->height)
            return "a pixel of a shoebox does not lie within the frames";
    return NULL;
}

static const char *read_shoeboxes(hid_t group, struct spot_table *table)
{
    const char *flaw = read_pixels(group, table);
    table->shoeboxes = true;
    if (!flaw)
        flaw = share_pixels(group, table);
    return !flaw ? check_pixels(table) : flaw;
}

/* ---- all together -------------------------------------------------------------------------- */

static hid_t open_part(const struct spot_location *location, enum spot_part part)
{
    char name[SPOT_NAME_SIZE];
    if (!spot_part_name(location->name, part, name) ||
        H5Lexists(location->entry, name, H5P_DEFAULT) <= 0)
        return -1;
    return H5Gopen2(location->entry, name, H5P_DEFAULT);
}

static const char *read_groups(const hid_t group[SPOT_PARTS], struct spot_table *table)
{
    const char *flaw = NULL;
    if (group[PART_FRAMES] < 0 || group[PART_PROCESS] < 0)
        return "one of its groups is missing";
    flaw = spot_process_read(group[PART_PROCESS], table);
    if (!flaw)
        flaw = read_frames(group[PART_FRAMES], table);
    if (!flaw)
        flaw = read_spots(group[PART_SPOTS], table);
    if (!flaw)
        flaw = check_frame_ptr(group[PART_SPOTS], table);
    if (!flaw && group[PART_SHOEBOXES] >= 0)
        flaw = read_shoeboxes(group[PART_SHOEBOXES], table);
    return !flaw ? spot_table_flaw(table) : flaw;
}

static const char *check_version(hid_t group)
{
    int64_t version = 0;
    const hid_t attribute = H5Aopen(group, SPOT_LAYOUT_ATTRIBUTE, H5P_DEFAULT);
    const hid_t space = H5Aget_space(attribute), type = H5Aget_type(attribute);
    const bool good = H5Sget_simple_extent_npoints(space) == 1 &&
                      H5Tget_class(type) == H5T_INTEGER &&
                      H5Aread(attribute, H5T_NATIVE_INT64, &version) >= 0;
    H5Tclose(type);
    H5Sclose(space);
    H5Aclose(attribute);
    if (!good || version < 1)
        return "it does not say in which layout it is";
    return version <= SPOT_LAYOUT_VERSION
               ? NULL
               : "it was written by a newer h5winnow: use that to read it";
}

static enum outcome read_table(const char *file_name, struct spot_location *location,
                               struct spot_table *table)
{
    hid_t group[SPOT_PARTS];
    for (int i = 0; i < SPOT_PARTS; i++)
        group[i] = open_part(location, (enum spot_part)i);
    const char *flaw = check_version(group[PART_SPOTS]);
    if (!flaw)
        flaw = read_groups(group, table);
    for (int i = 0; i < SPOT_PARTS; i++)
        if (group[i] >= 0)
            H5Gclose(group[i]);
    if (!flaw)
        return DONE;
    make_printable(location->name);
    complain("%s: the table \"%s\" cannot be read: %s", file_name, location->name, flaw);
    return flaw == SPOT_NO_MEMORY ? IO_FAILURE : BAD_INPUT;
}

enum outcome spot_table_read(hid_t file, const char *file_name, const char *name,
                             struct spot_table *table)
{
    struct spot_location location;
    *table = (struct spot_table){0};
    enum outcome outcome = spot_table_find(file, file_name, name, &location);
    if (outcome == DONE)
        outcome = read_table(file_name, &location, table);
    if (location.entry >= 0)
        H5Gclose(location.entry);
    return outcome;
}
