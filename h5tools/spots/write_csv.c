/* Reals get the fewest digits, 15 to 17, that strtod() reads back as the same double. */
#include "spots/write_csv.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "output/atomic_file.h"

#define ROW_BYTES 250 /* estimate, for the check of free space */

/* Digits that a double may need to be read back exactly. */
#define MIN_DIGITS 15
#define MAX_DIGITS 17

/* In the order of write_row(). */
static const char *const COLUMNS[] = {
    "nearest frame",
    "x (pixel)",
    "y (pixel)",
    "z (frame)",
    "variance of x (pixel^2)",
    "variance of y (pixel^2)",
    "variance of z (frame^2)",
    "intensity (count)",
    "variance of intensity (count^2)",
    "background (count/pixel)",
    "signal to noise",
    "maximum (count)",
    "x of maximum (pixel)",
    "y of maximum (pixel)",
    "frame of maximum",
    "moment xx (pixel^2)",
    "moment xy (pixel^2)",
    "moment yy (pixel^2)",
    "first x (pixel)",
    "end of x (pixel)",
    "first y (pixel)",
    "end of y (pixel)",
    "first frame",
    "end of frames",
    "strong pixels",
    "resolution (angstrom)",
    "masked",
    "saturated",
    "edge",
    "split",
};

struct csv_row {
    FILE *out;
    char separator;
    bool started;
};

static void separate(struct csv_row *row)
{
    if (row->started)
        putc(row->separator, row->out);
    row->started = true;
}

static void write_count(struct csv_row *row, uint64_t count)
{
    separate(row);
    fprintf(row->out, "%" PRIu64, count);
}

static void write_real(struct csv_row *row, double value)
{
    char text[32] = "nan";
    for (int digits = MIN_DIGITS; digits <= MAX_DIGITS && !isnan(value); digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    separate(row);
    fputs(text, row->out);
}

static void write_centroid(struct csv_row *row, const wn_spot *spot)
{
    write_real(row, spot->x);
    write_real(row, spot->y);
    write_real(row, spot->z);
    write_real(row, spot->variance_x);
    write_real(row, spot->variance_y);
    write_real(row, spot->variance_z);
}

static void write_counts(struct csv_row *row, const wn_spot *spot)
{
    write_real(row, spot->intensity);
    write_real(row, spot->intensity_variance);
    write_real(row, spot->background);
    write_real(row, spot->snr);
    write_real(row, spot->maximum);
    write_count(row, spot->maximum_x);
    write_count(row, spot->maximum_y);
    write_count(row, spot->maximum_z);
}

static void write_shape(struct csv_row *row, const wn_spot *spot)
{
    write_real(row, spot->xx);
    write_real(row, spot->xy);
    write_real(row, spot->yy);
    write_count(row, spot->x0);
    write_count(row, spot->x1);
    write_count(row, spot->y0);
    write_count(row, spot->y1);
    write_count(row, spot->z0);
    write_count(row, spot->z1);
    write_count(row, spot->pixels);
}

static void write_flags(struct csv_row *row, unsigned flags)
{
    write_count(row, flags & WN_SPOT_MASKED ? 1 : 0);
    write_count(row, flags & WN_SPOT_SATURATED ? 1 : 0);
    write_count(row, flags & WN_SPOT_EDGE ? 1 : 0);
    write_count(row, flags & WN_SPOT_SPLIT ? 1 : 0);
}

static void write_row(FILE *out, const struct spot_table *table, size_t i, char separator)
{
    struct csv_row row = {.out = out, .separator = separator};
    const wn_spot *spot = &table->spot[i];
    write_count(&row, table->spot_frame[i]);
    write_centroid(&row, spot);
    write_counts(&row, spot);
    write_shape(&row, spot);
    write_real(&row, table->d[i]);
    write_flags(&row, spot->flags);
    putc('\n', out);
}

static void write_header(FILE *out, char separator)
{
    struct csv_row row = {.out = out, .separator = separator};
    for (size_t i = 0; i < sizeof COLUMNS / sizeof *COLUMNS; i++) {
        separate(&row);
        fputs(COLUMNS[i], out);
    }
    putc('\n', out);
}

static enum outcome write_text(const char *name, const struct spot_table *table, char separator,
                               bool force)
{
    struct atomic_file out;
    const enum outcome outcome =
        atomic_file_create(name, table->file, force, (uint64_t)table->spots * ROW_BYTES, &out);
    if (outcome != DONE)
        return outcome;
    write_header(out.stream, separator);
    for (size_t i = 0; i < table->spots; i++)
        write_row(out.stream, table, i, separator);
    return atomic_file_finish(&out, DONE);
}

enum outcome spot_csv_write(const char *name, const struct spot_table *table, bool force)
{
    return write_text(name, table, ',', force);
}

enum outcome spot_tsv_write(const char *name, const struct spot_table *table, bool force)
{
    return write_text(name, table, '\t', force);
}
