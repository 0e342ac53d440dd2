#include "spots/table_process.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hdf5/read_small.h"
#include "hdf5/table_column.h"
#include "hdf5/write_small.h"
#include "spots/table_layout.h"

/* More settings, or a text that is longer, have another origin. */
#define SETTINGS_MAX 1000

/* What placements say of where they come from. */
#define ORIGIN "the table of spots"

const char SPOT_NO_MEMORY[] = "there is not enough memory for it";

/* ---- writing ------------------------------------------------------------------------------- */

static bool write_flag(hid_t group, const char *name, bool flag)
{
    const uint8_t byte = flag;
    return h5_write_number(group, name, H5T_NATIVE_UINT8, &byte);
}

static bool write_known(hid_t group, const char *name, double value, const char *units)
{
    return isnan(value) || h5_write_quantity(group, name, value, units);
}

static bool write_program(hid_t group)
{
    char date[32];
    const time_t now = time(NULL);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    return h5_write_text(group, "program", "h5winnow spots") &&
           h5_write_text(group, "version", wn_version()) && h5_write_text(group, "date", date);
}

static bool write_source(hid_t group, const struct spot_table *table)
{
    return (!table->file || h5_write_text(group, "source_file", table->file)) &&
           (!table->dataset || h5_write_text(group, "source_dataset", table->dataset)) &&
           h5_write_number(group, "frame_height", H5T_NATIVE_UINT32, &table->height) &&
           h5_write_number(group, "frame_width", H5T_NATIVE_UINT32, &table->width) &&
           write_known(group, "saturation", table->saturation, "counts");
}

static bool write_settings(hid_t process, const struct spot_table *table)
{
    const hid_t group = h5_create_group(process, "settings", "NXparameters");
    bool good = group >= 0;
    for (size_t i = 0; i < table->settings && good; i++) {
        const struct spot_setting *s = &table->setting[i];
        good = s->text[0] != '\0' ? h5_write_text(group, s->name, s->text)
                                  : h5_write_quantity(group, s->name, s->number, s->units);
    }
    H5Gclose(group);
    return good;
}

static bool describe(hid_t group, const char *name, const char *text)
{
    const hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    const bool good = dataset >= 0 && h5_write_attribute(dataset, "description", text);
    H5Dclose(dataset);
    return good;
}

/* Not of the class NXdetector: readers would take it for another detector of the file. */
static bool write_geometry(hid_t process, const struct spot_table *table)
{
    const hid_t group = h5_create_group(process, "geometry", "NXcollection");
    bool good = group >= 0;
    for (int i = 0; i < PLACEMENT_QUANTITIES && good; i++) {
        const struct spot_quantity *q = &SPOT_PLACE[i];
        if (table->placement.at[i].from)
            good = h5_write_quantity(group, q->name, table->placement.at[i].value, q->units) &&
                   describe(group, q->name, q->description);
    }
    if (good && table->wavelength > 0)
        good = h5_write_quantity(group, "wavelength", table->wavelength, "angstrom");
    H5Gclose(group);
    return good;
}

static bool write_scan(hid_t process, const struct spot_table *table)
{
    const hid_t group = h5_create_group(process, "scan", "NXcollection");
    const bool good = group >= 0 && write_flag(group, "rotation", table->rotation) &&
                      describe(group, "rotation", "1: spots reach across frames") &&
                      write_known(group, "phi_start", table->phi_start, "degree") &&
                      write_known(group, "phi_step", table->phi_step, "degree");
    H5Gclose(group);
    return good;
}

static struct table_column mask_column(const struct spot_table *table)
{
    return (struct table_column){
        .name = "pixel_mask",
        .type = COLUMN_U8,
        .width = table->width,
        .units = "",
        .description = "0: the pixel was searched; 1: it was left out",
    };
}

static bool write_mask(hid_t group, const struct spot_table *table)
{
    const struct table_column column = mask_column(table);
    const size_t pixels = (size_t)table->height * table->width;
    if (!table->valid)
        return true;
    uint8_t *masked = malloc(pixels);
    for (size_t i = 0; i < pixels && masked; i++)
        masked[i] = !table->valid[i];
    const bool good =
        masked && table_column_write(group, &column, masked, table->width, table->height);
    free(masked);
    return good;
}

bool spot_process_write(hid_t group, const struct spot_table *table)
{
    return write_program(group) && write_source(group, table) && write_settings(group, table) &&
           write_geometry(group, table) && write_scan(group, table) && write_mask(group, table);
}

/* ---- reading ------------------------------------------------------------------------------- */

static double read_known(hid_t group, const char *name, double otherwise)
{
    double value;
    return h5_read_number(group, name, &value) ? value : otherwise;
}

static bool read_size(hid_t group, const char *name, uint32_t *size)
{
    const double value = read_known(group, name, 0);
    if (!(value >= 1 && value <= UINT32_MAX))
        return false;
    *size = (uint32_t)value;
    return true;
}

static const char *read_source(hid_t group, struct spot_table *table)
{
    wn_array frame = {.type = WN_U8, .frames = 1};
    if (!read_size(group, "frame_height", &table->height) ||
        !read_size(group, "frame_width", &table->width))
        return "it does not say how large the frames are";
    frame.height = table->height;
    frame.width = table->width;
    if (wn_array_bytes(&frame) == 0)
        return "its frames are larger than winnow can take";
    table->file = h5_read_text(group, "source_file");
    table->dataset = h5_read_text(group, "source_dataset");
    table->saturation = read_known(group, "saturation", NAN);
    return NULL;
}

static bool read_setting(hid_t group, const char *name, struct spot_table *table)
{
    double number;
    char *text = h5_read_text(group, name), *units = NULL;
    bool good = true;
    if (text) {
        good = spot_table_text(table, name, text);
    } else if (h5_read_number(group, name, &number)) {
        const hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
        units = h5_read_attribute(dataset, "units");
        H5Dclose(dataset);
        good = spot_table_number(table, name, number, units ? units : "");
    }
    free(units);
    free(text);
    return good;
}

static const char *read_settings(hid_t process, struct spot_table *table)
{
    H5G_info_t info = {0};
    bool good = true;
    const hid_t group = H5Gopen2(process, "settings", H5P_DEFAULT);
    if (group < 0 || H5Gget_info(group, &info) < 0 || info.nlinks > SETTINGS_MAX) {
        H5Gclose(group);
        return "it has no settings";
    }
    for (hsize_t i = 0; i < info.nlinks && good; i++) {
        char name[sizeof table->setting->name];
        if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name,
                               H5P_DEFAULT) > 0)
            good = read_setting(group, name, table);
    }
    H5Gclose(group);
    return good ? NULL : SPOT_NO_MEMORY;
}

static const char *read_geometry(hid_t process, struct spot_table *table)
{
    const hid_t group = H5Gopen2(process, "geometry", H5P_DEFAULT);
    if (group < 0)
        return "it has no geometry";
    for (int i = 0; i < PLACEMENT_QUANTITIES; i++) {
        const double value = read_known(group, SPOT_PLACE[i].name, NAN);
        if (isfinite(value))
            placement_set(&table->placement, (enum placement_quantity)i, value, ORIGIN);
    }
    table->wavelength = read_known(group, "wavelength", 0);
    H5Gclose(group);
    return NULL;
}

static const char *read_scan(hid_t process, struct spot_table *table)
{
    const hid_t group = H5Gopen2(process, "scan", H5P_DEFAULT);
    if (group < 0)
        return "it does not say whether spots reach across frames";
    table->rotation = read_known(group, "rotation", 0) != 0;
    table->phi_start = read_known(group, "phi_start", NAN);
    table->phi_step = read_known(group, "phi_step", NAN);
    H5Gclose(group);
    return NULL;
}

static const char *read_mask_rows(hid_t dataset, const struct table_column *column,
                                  struct spot_table *table)
{
    const size_t pixels = (size_t)table->height * table->width;
    table->valid = malloc(pixels);
    if (!table->valid)
        return SPOT_NO_MEMORY;
    if (!table_column_read(dataset, column, table->valid, table->width, table->height))
        return "its mask cannot be read";
    for (size_t i = 0; i < pixels; i++)
        table->valid[i] = table->valid[i] == 0;
    return NULL;
}

static const char *read_mask(hid_t group, struct spot_table *table)
{
    hsize_t rows, stored;
    const struct table_column column = mask_column(table);
    const char *flaw = NULL;
    if (H5Lexists(group, column.name, H5P_DEFAULT) <= 0)
        return NULL;
    const hid_t dataset = table_column_open(group, &column, &rows, &stored);
    if (dataset < 0 || rows != table->height)
        flaw = "its mask is no image of the size of the frames";
    else if (!table_column_plausible(rows * table->width, stored))
        flaw = "its mask is said to be larger than what is stored of it can be";
    else
        flaw = read_mask_rows(dataset, &column, table);
    H5Dclose(dataset);
    return flaw;
}

const char *spot_process_read(hid_t group, struct spot_table *table)
{
    const char *flaw = read_source(group, table);
    if (!flaw)
        flaw = read_settings(group, table);
    if (!flaw)
        flaw = read_geometry(group, table);
    if (!flaw)
        flaw = read_scan(group, table);
    return !flaw ? read_mask(group, table) : flaw;
}
