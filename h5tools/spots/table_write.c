#include "spots/table_write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "hdf5/write_small.h"
#include "spots/table_check.h"
#include "spots/table_commit.h"
#include "spots/table_entry.h"
#include "spots/table_process.h"

#define DIALS_STRONG     32
#define DIALS_OVERLOADED 1024

/* Pixels of shoeboxes that are gathered before they are written. */
#define GATHERED 65536

static bool write_count(hid_t object, const char *name, int64_t count)
{
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute =
        H5Acreate2(object, name, H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool good = attribute >= 0 && H5Awrite(attribute, H5T_NATIVE_INT64, &count) >= 0;
    H5Aclose(attribute);
    H5Sclose(space);
    return good;
}

/* ---- spots --------------------------------------------------------------------------------- */

static bool write_boxes(hid_t group, const struct spot_table *table)
{
    int64_t(*box)[6] = malloc((table->spots + 1) * sizeof *box);
    if (!box)
        return false;
    for (size_t i = 0; i < table->spots; i++) {
        const wn_spot *s = &table->spot[i];
        const int64_t edges[6] = {s->x0, s->x1, s->y0, s->y1, (int64_t)s->z0, (int64_t)s->z1};
        memcpy(box[i], edges, sizeof edges);
    }
    const bool good = table_column_write(group, &SPOT_BOX_COLUMN, box, sizeof *box, table->spots);
    free(box);
    return good;
}

static bool write_flags(hid_t group, const struct spot_table *table)
{
    uint64_t *flags = malloc((table->spots + 1) * sizeof *flags);
    if (!flags)
        return false;
    for (size_t i = 0; i < table->spots; i++)
        flags[i] = DIALS_STRONG | (table->spot[i].flags & WN_SPOT_SATURATED ? DIALS_OVERLOADED : 0);
    const bool good =
        table_column_write(group, &SPOT_FLAGS_COLUMN, flags, sizeof *flags, table->spots);
    free(flags);
    return good;
}

/* A column that is 0 all over needs no room. */
static bool write_zeros(hid_t group, const struct table_column *column, size_t rows)
{
    const hid_t dataset = table_column_create(group, column, rows);
    return dataset >= 0 && H5Dclose(dataset) >= 0;
}

static bool write_phi(hid_t group, const struct spot_table *table)
{
    if (isnan(table->phi_start) || isnan(table->phi_step))
        return true;
    double *phi = malloc((table->spots + 1) * sizeof *phi);
    double *variance = malloc((table->spots + 1) * sizeof *variance);
    bool good = phi && variance;
    for (size_t i = 0; i < table->spots && good; i++) {
        phi[i] = spot_phi(table, table->spot[i].z);
        variance[i] = table->spot[i].variance_z * table->phi_step * table->phi_step;
    }
    good = good && table_column_write(group, &SPOT_PHI_COLUMN, phi, sizeof *phi, table->spots) &&
           table_column_write(group, &SPOT_PHI_VARIANCE_COLUMN, variance, sizeof *variance,
                              table->spots);
    free(phi);
    free(variance);
    return good;
}

static bool write_frame_ptr(hid_t group, const struct spot_table *table)
{
    uint64_t *ptr = malloc((table->frames + 1) * sizeof *ptr);
    if (!ptr)
        return false;
    ptr[0] = 0;
    for (size_t i = 0; i < table->frames; i++)
        ptr[i + 1] = ptr[i] + table->frame[i].spots;
    const bool good =
        table_column_write(group, &SPOT_FRAME_PTR_COLUMN, ptr, sizeof *ptr, table->frames + 1);
    free(ptr);
    return good;
}

static bool write_members(hid_t group, const struct spot_table *table)
{
    for (int i = 0; i < SPOT_COLUMNS; i++)
        if (interrupted() || !table_column_write(group, &SPOT_COLUMN[i], table->spot,
                                                 sizeof *table->spot, table->spots))
            return false;
    return true;
}

static bool write_spots(struct spot_stage *stage, const struct spot_table *table)
{
    if (!spot_stage_group(stage, PART_SPOTS, "NXreflections"))
        return false;
    const hid_t group = stage->group[PART_SPOTS];
    return h5_write_attribute(group, "description",
                              "spots that were found on the frames of a series") &&
           write_count(group, SPOT_LAYOUT_ATTRIBUTE, SPOT_LAYOUT_VERSION) &&
           h5_write_attribute(
               group, "pixel_origin",
               "the middle of the first pixel is at (0, 0); x is the column, y the row") &&
           h5_write_attribute(group, "frame_origin", "the middle of the first frame is at 0") &&
           table_column_write(group, &SPOT_FRAME_COLUMN, table->spot_frame,
                              sizeof *table->spot_frame, table->spots) &&
           write_members(group, table) && write_boxes(group, table) &&
           table_column_write(group, &SPOT_D_COLUMN, table->d, sizeof *table->d, table->spots) &&
           write_phi(group, table) && write_flags(group, table) &&
           write_zeros(group, &SPOT_ID_COLUMN, table->spots) &&
           write_zeros(group, &SPOT_MODULE_COLUMN, table->spots) && write_frame_ptr(group, table);
}

/* ---- frames -------------------------------------------------------------------------------- */

/* What plots call a column. */
static bool label(hid_t group, const char *name, const char *text)
{
    const hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    const bool good = dataset >= 0 && h5_write_attribute(dataset, "long_name", text);
    H5Dclose(dataset);
    return good;
}

static bool write_frames(struct spot_stage *stage, const struct spot_table *table)
{
    const char *const axes[] = {"number"};
    if (!spot_stage_group(stage, PART_FRAMES, "NXdata"))
        return false;
    const hid_t group = stage->group[PART_FRAMES];
    bool good = h5_write_attribute(group, "title", "Spots per frame") &&
                h5_write_attribute(group, "signal", "spots") &&
                h5_write_attribute_list(group, "axes", axes, 1) &&
                write_count(group, "number_indices", 0);
    for (int i = 0; i < FRAME_COLUMNS && good; i++)
        good = table_column_write(group, &FRAME_COLUMN[i], table->frame, sizeof *table->frame,
                                  table->frames);
    return good && label(group, "spots", "Spots") && label(group, "number", "Frame") &&
           H5Lcreate_hard(group, "number", stage->group[PART_SPOTS], "frame_number", H5P_DEFAULT,
                          H5P_DEFAULT) >= 0;
}

/* ---- shoeboxes ----------------------------------------------------------------------------- */

/* Pixels on their way to the file, spot by spot. */
struct gathered {
    hid_t column[SHOEBOX_COLUMNS];
    wn_shoebox_pixel *pixel; /* [GATHERED] */
    size_t n;
    hsize_t written;
};

static bool put_gathered(struct gathered *g)
{
    if (interrupted())
        return false;
    for (int i = 0; i < SHOEBOX_COLUMNS; i++)
        if (!table_column_put(g->column[i], &SHOEBOX_COLUMN[i], g->pixel, sizeof *g->pixel,
                              g->written, g->n))
            return false;
    g->written += g->n;
    g->n = 0;
    return true;
}

static bool gather(struct gathered *g, const wn_shoebox_pixel *pixel, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (g->n == GATHERED && !put_gathered(g))
            return false;
        g->pixel[g->n++] = pixel[i];
    }
    return true;
}

static bool write_pixels(hid_t group, const struct spot_table *table, hsize_t pixels)
{
    struct gathered g = {.pixel = malloc(GATHERED * sizeof *g.pixel)};
    bool good = g.pixel;
    for (int i = 0; i < SHOEBOX_COLUMNS; i++) {
        g.column[i] = good ? table_column_create(group, &SHOEBOX_COLUMN[i], pixels) : -1;
        good = g.column[i] >= 0;
    }
    for (size_t i = 0; i < table->spots && good; i++)
        good = gather(&g, table->pixel + table->spot[i].first, table->spot[i].n);
    good = good && (g.n == 0 || put_gathered(&g));
    for (int i = 0; i < SHOEBOX_COLUMNS; i++)
        good = (g.column[i] < 0 || H5Dclose(g.column[i]) >= 0) && good;
    free(g.pixel);
    return good;
}

static bool write_shoeboxes(struct spot_stage *stage, const struct spot_table *table)
{
    uint64_t *ptr = malloc((table->spots + 1) * sizeof *ptr);
    if (!ptr || !spot_stage_group(stage, PART_SHOEBOXES, "NXcollection")) {
        free(ptr);
        return false;
    }
    ptr[0] = 0;
    for (size_t i = 0; i < table->spots; i++)
        ptr[i + 1] = ptr[i] + table->spot[i].n;
    const hid_t group = stage->group[PART_SHOEBOXES];
    const bool good =
        table_column_write(group, &SHOEBOX_PTR_COLUMN, ptr, sizeof *ptr, table->spots + 1) &&
        write_pixels(group, table, ptr[table->spots]);
    free(ptr);
    return good;
}

/* ---- all together -------------------------------------------------------------------------- */

static bool write_all(struct spot_stage *stage, const struct spot_table *table)
{
    return write_spots(stage, table) && write_frames(stage, table) &&
           spot_stage_group(stage, PART_PROCESS, "NXprocess") &&
           spot_process_write(stage->group[PART_PROCESS], table) &&
           (!table->shoeboxes || write_shoeboxes(stage, table));
}

static enum outcome check(const char *file_name, const char *name, const struct spot_table *table)
{
    char longest[SPOT_NAME_SIZE];
    const char *flaw = spot_table_flaw(table);
    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') ||
        !spot_part_name(name, PART_SHOEBOXES, longest)) {
        complain("%s: a table cannot be called \"%s\": choose a short name without slashes",
                 file_name, name);
        return WRONG_USAGE;
    }
    if (flaw) {
        complain("%s: this table of spots is not written: %s; please report that", file_name, flaw);
        return BAD_INPUT;
    }
    return DONE;
}

static enum outcome write_staged(struct spot_stage *stage, bool replace,
                                 const struct spot_table *table)
{
    if (!replace && spot_stage_taken(stage)) {
        complain("%s: has a table \"%s\" already: choose another name, or say that it is to be "
                 "replaced",
                 stage->file_name, stage->table);
        return WRONG_USAGE;
    }
    if (write_all(stage, table))
        return spot_stage_commit(stage);
    return interrupted() ? INTERRUPTED : h5_complain_unwritable(stage->file_name);
}

bool spot_table_exists(hid_t file, const char *name)
{
    struct spot_stage stage = {.entry = spot_entry_open(file), .table = name};
    if (stage.entry < 0)
        return false;
    const bool taken = spot_stage_taken(&stage);
    H5Gclose(stage.entry);
    return taken;
}

enum outcome spot_table_write(hid_t file, const char *file_name, const char *name, bool replace,
                              const struct spot_table *table)
{
    struct spot_stage stage;
    enum outcome outcome = check(file_name, name, table);
    if (outcome != DONE)
        return outcome;
    outcome = spot_stage_open(file, file_name, name, &stage);
    if (outcome == DONE)
        outcome = write_staged(&stage, replace, table);
    spot_stage_close(&stage);
    return outcome;
}
