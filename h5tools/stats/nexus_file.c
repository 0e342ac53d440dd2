#include "stats/nexus_file.h"

#include <stdlib.h>

#include "base/message.h"
#include "hdf5/write_small.h"
#include "stats/frame_series.h"
#include "winnow.h"

/* Numbers of a dataset. */
struct stats_numbers {
    const double *value;
    hid_t type; /* in the file */
    const char *units;
    const char *name; /* long one, for the axis of a plot */
    int rank;
    hsize_t size[2];
};

static bool write_numbers(hid_t group, const char *name, const struct stats_numbers *numbers)
{
    const hid_t space = H5Screate_simple(numbers->rank, numbers->size, NULL);
    const hid_t dataset =
        H5Dcreate2(group, name, numbers->type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    bool good = dataset >= 0;
    if (good && H5Sget_simple_extent_npoints(space) > 0)
        good = H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                        numbers->value) >= 0;
    good = good && h5_write_attribute(dataset, "long_name", numbers->name);
    if (good && numbers->units)
        good = h5_write_attribute(dataset, "units", numbers->units);
    H5Dclose(dataset);
    H5Sclose(space);
    return good;
}

/* An NXdata; negative if that fails. */
static hid_t create_data(hid_t entry, const char *name, const char *signal, const char *title,
                         const char *const *axes, size_t n)
{
    const hid_t group = h5_create_group(entry, name, "NXdata");
    if (group >= 0 && h5_write_attribute(group, "signal", signal) &&
        h5_write_attribute_list(group, "axes", axes, n) && h5_write_text(group, "title", title))
        return group;
    H5Gclose(group);
    return -1;
}

/* A quantity against the number of the frame. */
static bool write_series(hid_t entry, const struct frame_series *series,
                         enum frame_quantity quantity)
{
    static const char *const axes[] = {"frame"};
    const struct frame_meaning *meaning = frame_meaning(quantity);
    const struct stats_numbers frames = {series->frame, H5T_STD_U64LE, NULL, "frame", 1,
                                         {series->n}};
    const struct stats_numbers values = {series->of[quantity],
                                         meaning->whole ? H5T_STD_U64LE : H5T_IEEE_F64LE,
                                         meaning->units,
                                         meaning->label,
                                         1,
                                         {series->n}};
    const hid_t group = create_data(entry, meaning->name, meaning->name, meaning->label, axes, 1);
    if (group < 0)
        return false;
    const bool good =
        write_numbers(group, "frame", &frames) && write_numbers(group, meaning->name, &values);
    H5Gclose(group);
    return good;
}

/* An axis of the map: 0, 1, 2 and so on. */
static bool write_axis(hid_t group, const char *name, int n)
{
    double *value = malloc((size_t)n * sizeof *value);
    if (!value)
        return false;
    for (int i = 0; i < n; i++)
        value[i] = i;
    const struct stats_numbers numbers = {value, H5T_STD_U64LE, NULL, name, 1, {(hsize_t)n}};
    const bool good = write_numbers(group, name, &numbers);
    free(value);
    return good;
}

static bool write_map(hid_t entry, const struct scan_grid *grid, const double *map)
{
    static const char *const axes[] = {"row", "column"};
    const struct frame_meaning *meaning = frame_meaning(FRAME_SPOTS);
    const struct stats_numbers numbers = {map,  H5T_IEEE_F64LE,
                                          NULL, meaning->label,
                                          2,    {(hsize_t)grid->rows, (hsize_t)grid->columns}};
    const hid_t group = create_data(entry, "map", meaning->name, "spots over the scan", axes, 2);
    if (group < 0)
        return false;
    const bool good = write_numbers(group, meaning->name, &numbers) &&
                      write_axis(group, "row", grid->rows) &&
                      write_axis(group, "column", grid->columns);
    H5Gclose(group);
    return good;
}

/* What the numbers were made from, and how. */
static bool write_process(hid_t entry, const char *table_file, const struct spot_table *table,
                          const struct scan_grid *grid)
{
    const hid_t group = h5_create_group(entry, "process", "NXprocess");
    if (group < 0)
        return false;
    bool good = h5_write_text(group, "program", "h5winnow stats") &&
                h5_write_text(group, "version", wn_version()) &&
                h5_write_text(group, "table_file", table_file);
    if (good && table->file)
        good = h5_write_text(group, "frames_file", table->file);
    if (good && table->dataset)
        good = h5_write_text(group, "frames_dataset", table->dataset);
    if (good && grid)
        good = h5_write_text(group, "scan", grid->snake ? "snake" : "rows");
    H5Gclose(group);
    return good;
}

static bool write_entry(hid_t entry, const char *table_file, const struct spot_table *table,
                        const struct frame_series *series, const struct scan_grid *grid,
                        const double *map)
{
    bool good = h5_write_attribute(entry, "default", grid ? "map" : "spots");
    for (int i = 0; i < FRAME_QUANTITIES && good; i++)
        good = write_series(entry, series, (enum frame_quantity)i);
    if (good && grid)
        good = write_map(entry, grid, map);
    return good && write_process(entry, table_file, table, grid);
}

enum outcome stats_write_nexus(hid_t file, const char *file_name, const char *table_file,
                               const struct spot_table *table, const struct scan_grid *grid,
                               const double *map)
{
    struct frame_series series;
    if (!frame_series_make(table, &series)) {
        complain_memory();
        return IO_FAILURE;
    }
    const hid_t entry = h5_create_group(file, "entry", "NXentry");
    const bool good = entry >= 0 && h5_write_attribute(file, "NX_class", "NXroot") &&
                      h5_write_attribute(file, "default", "entry") &&
                      write_entry(entry, table_file, table, &series, grid, map);
    const enum outcome outcome = good ? DONE : h5_complain_unwritable(file_name);
    if (entry >= 0)
        H5Gclose(entry);
    frame_series_free(&series);
    return outcome;
}
