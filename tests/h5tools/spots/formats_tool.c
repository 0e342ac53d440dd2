/*
 * h5tools_spot_formats FORMAT SPOTS PIXELS OUTPUT [--force] [--stills]: writes a table of spots.
 *
 * FORMAT: refl, dials, xds, csv or tsv. SPOTS has a line for each spot, the members of wn_spot from
 * x to flags in their order, then the nearest frame, d, and how many pixels of PIXELS are its own.
 * PIXELS has a line for each pixel: x, y, z, value, expected, strong; "-" is for a table without.
 * The exit status is the outcome.
 */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spots/write_csv.h"
#include "spots/write_dials_h5.h"
#include "spots/write_refl.h"
#include "spots/write_xds.h"

#define SPOT_VALUES 28

/* Room for one more element in a list of n; the program ends if there is no memory. */
static void *grown(void *list, size_t n, size_t size)
{
    if ((n & (n - 1)) != 0) /* room is doubled when n is a power of two */
        return list;
    void *more = realloc(list, (n > 0 ? 2 * n : 1) * size);
    if (!more)
        exit(IO_FAILURE);
    return more;
}

static FILE *opened(const char *name)
{
    FILE *in = fopen(name, "r");
    if (!in) {
        perror(name);
        exit(IO_FAILURE);
    }
    return in;
}

static bool read_numbers(FILE *in, double *value, int n)
{
    for (int i = 0; i < n; i++)
        if (fscanf(in, "%lf", &value[i]) != 1)
            return false;
    return true;
}

static wn_spot make_spot(const double *v)
{
    return (wn_spot){
        .x = v[0],
        .y = v[1],
        .z = v[2],
        .variance_x = v[3],
        .variance_y = v[4],
        .variance_z = v[5],
        .intensity = v[6],
        .intensity_variance = v[7],
        .background = v[8],
        .snr = v[9],
        .maximum = v[10],
        .maximum_x = (uint32_t)v[11],
        .maximum_y = (uint32_t)v[12],
        .maximum_z = (uint64_t)v[13],
        .xx = v[14],
        .xy = v[15],
        .yy = v[16],
        .x0 = (uint32_t)v[17],
        .x1 = (uint32_t)v[18],
        .y0 = (uint32_t)v[19],
        .y1 = (uint32_t)v[20],
        .z0 = (uint64_t)v[21],
        .z1 = (uint64_t)v[22],
        .pixels = (uint32_t)v[23],
        .flags = (unsigned)v[24],
        .n = (size_t)v[27],
    };
}

static void read_spots(const char *name, struct spot_table *table)
{
    double v[SPOT_VALUES];
    size_t first = 0;
    FILE *in = opened(name);
    for (; read_numbers(in, v, SPOT_VALUES); table->spots++) {
        table->spot = grown(table->spot, table->spots, sizeof *table->spot);
        table->spot_frame = grown(table->spot_frame, table->spots, sizeof *table->spot_frame);
        table->d = grown(table->d, table->spots, sizeof *table->d);
        table->spot[table->spots] = make_spot(v);
        table->spot[table->spots].first = first;
        table->spot_frame[table->spots] = (uint64_t)v[25];
        table->d[table->spots] = v[26];
        first += table->spot[table->spots].n;
    }
    fclose(in);
}

static void read_pixels(const char *name, struct spot_table *table)
{
    double v[6];
    FILE *in = opened(name);
    for (; read_numbers(in, v, 6); table->pixels++) {
        table->pixel = grown(table->pixel, table->pixels, sizeof *table->pixel);
        table->pixel[table->pixels] = (wn_shoebox_pixel){
            .x = (uint32_t)v[0],
            .y = (uint32_t)v[1],
            .z = (uint64_t)v[2],
            .value = (float)v[3],
            .expected = (float)v[4],
            .strong = v[5] != 0,
        };
    }
    fclose(in);
}

static enum outcome write_table(const char *format, const char *name,
                                const struct spot_table *table, bool force)
{
    if (strcmp(format, "refl") == 0)
        return spot_refl_write(name, table, force);
    if (strcmp(format, "dials") == 0)
        return spot_dials_write(name, table, force);
    if (strcmp(format, "xds") == 0)
        return spot_xds_write(name, table, force);
    if (strcmp(format, "tsv") == 0)
        return spot_tsv_write(name, table, force);
    return spot_csv_write(name, table, force);
}

static bool has_option(int argc, char **argv, const char *option)
{
    for (int i = 5; i < argc; i++)
        if (strcmp(argv[i], option) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return WRONG_USAGE;
    struct spot_table table = {
        .file = argv[2],
        .shoeboxes = strcmp(argv[3], "-") != 0,
        .rotation = !has_option(argc, argv, "--stills"),
        .phi_step = has_option(argc, argv, "--stills") ? NAN : 0.5,
    };
    H5dont_atexit(); /* as in main.c */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    read_spots(argv[2], &table);
    if (table.shoeboxes)
        read_pixels(argv[3], &table);
    const enum outcome outcome =
        write_table(argv[1], argv[4], &table, has_option(argc, argv, "--force"));
    if (outcome != IO_FAILURE && H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL) != 0)
        puts("identifiers are still open");
    free(table.spot);
    free(table.spot_frame);
    free(table.d);
    free(table.pixel);
    return outcome;
}
