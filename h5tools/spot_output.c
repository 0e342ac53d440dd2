#include "spot_output.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "file.h"
#include "message.h"
#include "output.h"
#include "spot_csv.h"
#include "spot_cxi.h"
#include "spot_dials.h"
#include "spot_file.h"
#include "spot_refl.h"
#include "spot_write.h"
#include "spot_xds.h"

enum spot_format spot_format_named(const char *name)
{
    static const char *const NAMES[] = {
        [SPOT_HDF5] = "hdf5", [SPOT_CXI] = "cxi",
        [SPOT_REFL] = "refl", [SPOT_DIALS_HDF5] = "dials-hdf5",
        [SPOT_XDS] = "xds",   [SPOT_CSV] = "csv",
        [SPOT_TSV] = "tsv",
    };
    for (int i = SPOT_HDF5; i <= SPOT_TSV; i++)
        if (strcmp(name, NAMES[i]) == 0)
            return (enum spot_format)i;
    return SPOT_FORMAT_UNKNOWN;
}

enum spot_format spot_format_of_file(const char *file_name)
{
    static const struct {
        const char *ending;
        enum spot_format format;
    } ENDINGS[] = {
        {".h5", SPOT_HDF5},   {".hdf5", SPOT_HDF5}, {".nxs", SPOT_HDF5}, {".cxi", SPOT_CXI},
        {".refl", SPOT_REFL}, {".xds", SPOT_XDS},   {".csv", SPOT_CSV},  {".tsv", SPOT_TSV},
    };
    const char *ending = strrchr(file_name, '.');
    for (size_t i = 0; i < sizeof ENDINGS / sizeof ENDINGS[0] && ending != NULL; i++)
        if (strcasecmp(ending, ENDINGS[i].ending) == 0)
            return ENDINGS[i].format;
    return SPOT_FORMAT_UNKNOWN;
}

/* ---- before the search --------------------------------------------------------------------- */

static enum outcome check_input(const struct spot_output *o)
{
    hid_t file;
    enum outcome outcome = spot_file_check(o->input);
    if (outcome == DONE)
        outcome = file_open(o->input, &file);
    if (outcome != DONE)
        return outcome;
    if (!o->replace && spot_table_exists(file, o->table)) {
        complain("%s: has a table '%s' already: give --replace, or another --name", o->input,
                 o->table);
        outcome = WRONG_USAGE;
    }
    H5Fclose(file);
    return outcome;
}

static bool is_same_file(const char *one, const char *other)
{
    struct stat a, b;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

enum outcome spot_output_check(const struct spot_output *o)
{
    struct output output;
    if (o->name == NULL)
        return check_input(o);
    if (is_same_file(o->name, o->input)) {
        complain("%s: is the input as well: give --in-place to add the table to it", o->name);
        return WRONG_USAGE;
    }
    const enum outcome outcome = output_prepare(o->name, NULL, 0, o->force, 0, &output);
    if (outcome != DONE)
        return outcome;
    output_finish(&output, INTERRUPTED); /* nothing was to be written yet */
    return DONE;
}

/* ---- writing ------------------------------------------------------------------------------- */

static enum outcome write_into_input(const struct spot_output *o, const struct spot_table *table)
{
    hid_t file;
    enum outcome outcome = spot_file_open(o->input, &file);
    if (outcome != DONE)
        return outcome;
    outcome = spot_write(file, o->input, o->table, o->replace, table);
    return worse(outcome, spot_file_close(file, o->input));
}

/* A new HDF5 file. */
static enum outcome write_file(const struct spot_output *o, const struct spot_table *table,
                               uint64_t frames_in_dataset)
{
    struct output output;
    const enum outcome outcome = output_create(o->name, &o->input, 1, o->force, 0, -1, &output);
    if (outcome != DONE)
        return outcome;
    return output_finish(&output,
                         o->format == SPOT_CXI
                             ? spot_cxi_write(output.file, output.partial, table, frames_in_dataset)
                             : spot_write(output.file, output.partial, o->table, false, table));
}

enum outcome spot_output_write(const struct spot_output *o, const struct spot_table *table,
                               uint64_t frames_in_dataset)
{
    if (o->name == NULL)
        return write_into_input(o, table);
    switch (o->format) {
    case SPOT_REFL:
        return spot_refl_write(o->name, table, o->force);
    case SPOT_DIALS_HDF5:
        return spot_dials_write(o->name, table, o->force);
    case SPOT_XDS:
        return spot_xds_write(o->name, table, o->force);
    case SPOT_CSV:
        return spot_csv_write(o->name, table, ',', o->force);
    case SPOT_TSV:
        return spot_csv_write(o->name, table, '\t', o->force);
    default:
        return write_file(o, table, frames_in_dataset);
    }
}
