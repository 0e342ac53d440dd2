/*
 * cli_spot_table OUTPUT.h5 [NAME]: writes the table of spots that standard input describes, for the
 * tests of what reads such tables.
 *
 *     size HEIGHT WIDTH
 *     frame NUMBER SPOTS STRONG_MARK BACKGROUND RESOLUTION HIT     ascending; NaN: not known. It
 * gets so many spots of one pixel spot X Y Z RADIUS Z0 Z1                                 one more
 * spot of the last frame; in frames Z0 to Z1 - 1
 */
#define _GNU_SOURCE
#include <hdf5.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spots/table_write.h"

#define FRAMES_MOST 10000
#define SPOTS_MOST  100000

static struct spot_frame frames[FRAMES_MOST];
static wn_spot spots[SPOTS_MOST];
static uint64_t spot_frames[SPOTS_MOST];
static double resolutions[SPOTS_MOST];

/* Adds a spot to the last frame. */
static bool add_spot(struct spot_table *table, double x, double y, double z, double radius,
                     uint64_t z0, uint64_t z1)
{
    if (table->spots == SPOTS_MOST || table->frames == 0)
        return false;
    struct spot_frame *frame = &frames[table->frames - 1];
    wn_spot *spot = &spots[table->spots];
    *spot = (wn_spot){.x = x, .y = y, .z = z, .z0 = z0, .z1 = z1, .pixels = 1};
    spot->x0 = (uint32_t)fmax(0, floor(x - radius));
    spot->y0 = (uint32_t)fmax(0, floor(y - radius));
    spot->x1 = (uint32_t)fmin(table->width, ceil(x + radius) + 1);
    spot->y1 = (uint32_t)fmin(table->height, ceil(y + radius) + 1);
    spot->maximum_x = (uint32_t)lround(x);
    spot->maximum_y = (uint32_t)lround(y);
    spot->maximum_z = z0;
    spot_frames[table->spots] = frame->number;
    resolutions[table->spots] = NAN;
    table->spots++;
    frame->spots++;
    return true;
}

static bool read_frame(const char *line, struct spot_table *table)
{
    struct spot_frame frame = {.spots = 0};
    uint64_t wanted;
    int hit;
    if (table->frames == FRAMES_MOST ||
        sscanf(line, "frame %" SCNu64 " %" SCNu64 " %" SCNu64 " %lf %lf %d", &frame.number, &wanted,
               &frame.strong, &frame.background, &frame.resolution, &hit) != 6)
        return false;
    frame.hit = hit != 0;
    frames[table->frames++] = frame;
    for (uint64_t i = 0; i < wanted; i++)
        if (!add_spot(table, (double)(i % table->width), (double)(i / table->width),
                      (double)frame.number, 0, frame.number, frame.number + 1))
            return false;
    return true;
}

static bool read_spot(const char *line, struct spot_table *table)
{
    double x, y, z, radius;
    uint64_t z0, z1;
    return sscanf(line, "spot %lf %lf %lf %lf %" SCNu64 " %" SCNu64, &x, &y, &z, &radius, &z0,
                  &z1) == 6 &&
           add_spot(table, x, y, z, radius, z0, z1);
}

static bool read_line(const char *line, struct spot_table *table)
{
    return sscanf(line, "size %" SCNu32 " %" SCNu32, &table->height, &table->width) == 2 ||
           read_frame(line, table) || read_spot(line, table);
}

int main(int argc, char **argv)
{
    char line[200], file_name[] = "frames.h5", dataset[] = "/entry/data/data";
    struct spot_table table = {.file = file_name,
                               .dataset = dataset,
                               .saturation = NAN,
                               .phi_start = NAN,
                               .phi_step = NAN,
                               .frame = frames,
                               .spot = spots,
                               .spot_frame = spot_frames,
                               .d = resolutions};
    if (argc < 2)
        return 2;
    while (fgets(line, sizeof line, stdin))
        if (!read_line(line, &table)) {
            fprintf(stderr, "cli_spot_table: what is this: %s", line);
            return 2;
        }
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    const hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const enum outcome outcome =
        spot_table_write(file, argv[1], argc > 2 ? argv[2] : "spots", false, &table);
    H5Fclose(file);
    return outcome;
}
