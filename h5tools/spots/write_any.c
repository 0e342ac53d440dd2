/* Formats are rows of a table; a new exporter is a row here and a file of its own. */
#include "spots/write_any.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/message.h"
#include "hdf5/atomic_update.h"
#include "hdf5/file.h"
#include "output/atomic_hdf5.h"
#include "spots/table_write.h"
#include "spots/write_csv.h"
#include "spots/write_cxi.h"
#include "spots/write_dials_h5.h"
#include "spots/write_refl.h"
#include "spots/write_xds.h"

#define FORMAT_TEXT 64

/* ---- formats ------------------------------------------------------------------------------- */

/* A format either writes a file itself, or fills an HDF5 file of output/atomic_hdf5.h. */
struct spot_format {
    const char *name;
    const char *suffix[4]; /* of file names, ends with NULL */
    const char *help;
    bool shoeboxes; /* are part of the format */
    enum outcome (*write)(const char *name, const struct spot_table *table, bool force);
    enum outcome (*fill)(const struct spot_output *o, const struct atomic_hdf5 *output,
                         const struct spot_table *table, uint64_t frames_in_dataset);
};

static enum outcome fill_table(const struct spot_output *o, const struct atomic_hdf5 *output,
                               const struct spot_table *table, uint64_t frames_in_dataset)
{
    (void)frames_in_dataset;
    return spot_table_write(output->file, output->partial, o->table, false, table);
}

static enum outcome fill_cxi(const struct spot_output *o, const struct atomic_hdf5 *output,
                             const struct spot_table *table, uint64_t frames_in_dataset)
{
    (void)o;
    return spot_cxi_write(output->file, output->partial, table, frames_in_dataset);
}

/* The first is the format of tables that are added to the input. */
static const struct spot_format FORMATS[] = {
    {"hdf5",
     {".h5", ".hdf5", ".nxs"},
     "columns and parameters, in classes of NeXus",
     false,
     NULL,
     fill_table},
    {"refl", {".refl"}, "DIALS, with shoeboxes", true, spot_refl_write, NULL},
    {"dials-hdf5", {NULL}, "DIALS 3.23 and newer, with shoeboxes", true, spot_dials_write, NULL},
    {"cxi", {".cxi"}, "CrystFEL, --peaks=cxi", false, NULL, fill_cxi},
    {"xds", {".XDS"}, "SPOT.XDS", false, spot_xds_write, NULL},
    {"csv", {".csv"}, "text, columns between commas", false, spot_csv_write, NULL},
    {"tsv", {".tsv"}, "text, columns between tabs", false, spot_tsv_write, NULL},
};

#define FORMATS_COUNT (sizeof FORMATS / sizeof FORMATS[0])

const struct spot_format *spot_format_table(void)
{
    return &FORMATS[0];
}

const struct spot_format *spot_format_named(const char *name)
{
    for (size_t i = 0; i < FORMATS_COUNT; i++)
        if (strcmp(name, FORMATS[i].name) == 0)
            return &FORMATS[i];
    return NULL;
}

static bool has_suffix(const struct spot_format *format, const char *ending)
{
    for (int i = 0; format->suffix[i]; i++)
        if (strcasecmp(ending, format->suffix[i]) == 0)
            return true;
    return false;
}

const struct spot_format *spot_format_of_file(const char *file_name)
{
    const char *ending = strrchr(file_name, '.');
    for (size_t i = 0; i < FORMATS_COUNT && ending; i++)
        if (has_suffix(&FORMATS[i], ending))
            return &FORMATS[i];
    return NULL;
}

bool spot_format_has_shoeboxes(const struct spot_format *format)
{
    return format->shoeboxes;
}

/* NAME, or NAME (SUFFIX, SUFFIX). */
static void describe_format(const struct spot_format *format, char text[FORMAT_TEXT])
{
    int length = snprintf(text, FORMAT_TEXT, "%s", format->name);
    for (int i = 0; format->suffix[i]; i++)
        length += snprintf(text + length, FORMAT_TEXT - (size_t)length, "%s%s",
                           i == 0 ? " (" : ", ", format->suffix[i]);
    if (format->suffix[0])
        snprintf(text + length, FORMAT_TEXT - (size_t)length, ")");
}

void spot_formats_print(int indent, FILE *out)
{
    char text[FORMAT_TEXT];
    for (size_t i = 0; i < FORMATS_COUNT; i++) {
        describe_format(&FORMATS[i], text);
        fprintf(out, "%*s%-23s %s\n", indent, "", text, FORMATS[i].help);
    }
}

/* ---- before the search --------------------------------------------------------------------- */

static enum outcome check_input(const struct spot_output *o)
{
    hid_t file;
    enum outcome outcome = atomic_update_check(o->input);
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

enum outcome spot_writer_check(const struct spot_output *o)
{
    struct atomic_hdf5 output;
    if (!o->name)
        return check_input(o);
    if (is_same_file(o->name, o->input)) {
        complain("%s: is the input as well: give --in-place to add the table to it", o->name);
        return WRONG_USAGE;
    }
    const enum outcome outcome = atomic_hdf5_prepare(o->name, NULL, 0, o->force, 0, &output);
    if (outcome != DONE)
        return outcome;
    atomic_hdf5_finish(&output, INTERRUPTED); /* nothing was to be written yet */
    return DONE;
}

/* ---- writing ------------------------------------------------------------------------------- */

static enum outcome write_into_input(const struct spot_output *o, const struct spot_table *table)
{
    hid_t file;
    enum outcome outcome = atomic_update_open(o->input, &file);
    if (outcome != DONE)
        return outcome;
    outcome = spot_table_write(file, o->input, o->table, o->replace, table);
    return worse(outcome, atomic_update_close(file, o->input));
}

/* A new HDF5 file. */
static enum outcome write_file(const struct spot_output *o, const struct spot_table *table,
                               uint64_t frames_in_dataset)
{
    struct atomic_hdf5 output;
    const enum outcome outcome =
        atomic_hdf5_create(o->name, &o->input, 1, o->force, 0, -1, &output);
    if (outcome != DONE)
        return outcome;
    return atomic_hdf5_finish(&output, o->format->fill(o, &output, table, frames_in_dataset));
}

enum outcome spot_writer_write(const struct spot_output *o, const struct spot_table *table,
                               uint64_t frames_in_dataset)
{
    if (!o->name)
        return write_into_input(o, table);
    return o->format->write ? o->format->write(o->name, table, o->force)
                            : write_file(o, table, frames_in_dataset);
}
