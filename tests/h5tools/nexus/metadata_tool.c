/*
 * h5tools_metadata FILE IMAGE HEIGHT WIDTH [MASK]: prints what h5winnow reads about the detector,
 * one "NAME VALUE SOURCE" a line, and writes the mask to MASK, one byte for each pixel.
 */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "geometry/geometry.h"
#include "hdf5/file.h"
#include "nexus/metadata.h"

#define LEFT_OPEN 99

static const char *const NAMES[PLACEMENT_QUANTITIES] = {
    "centre_x", "centre_y", "distance", "pixel_x", "pixel_y",
    "rot1",     "rot2",     "rot3",     "poni_y",  "poni_x"};

/* As main.c has it. */
static void print(const struct metadata *m)
{
    for (int i = 0; i < PLACEMENT_QUANTITIES; i++)
        if (m->placement.at[i].from)
            printf("%s %.17g %s\n", NAMES[i], m->placement.at[i].value, m->placement.at[i].from);
    if (m->wavelength_from)
        printf("wavelength %.17g %s\n", m->wavelength, m->wavelength_from);
    if (m->valid)
        printf("masked %zu %s\n", m->masked, m->mask_from);
    if (m->doubt)
        printf("doubt %s\n", m->doubt);
}

/* What the core makes of it: 2 theta at the centres of the four corner pixels, radian. The core's
 * radius is L tan(2 theta) on an upright detector and 2 L sin(theta) on a tilted one. */
static void print_core(const struct metadata *m, uint32_t height, uint32_t width)
{
    wn_params params;
    wn_params_init(&params);
    if (!m->placement.at[CENTRE_X].from || !m->placement.at[DISTANCE].from ||
        placement_to_params(&m->placement, &params) != DONE)
        return;
    params.model = WN_MODEL_RADIAL;
    const struct model model = wn_model_of_params(&params);
    const struct geometry g = wn_geometry_of_model(&model);
    for (int i = 0; i < 4; i++) {
        const double r = wn_geometry_radius(&g, i & 1 ? width - 1 : 0, i & 2 ? height - 1 : 0);
        const double angle = g.tilted ? 2 * asin(r / (2 * g.distance)) : atan(r / g.distance);
        printf("core_%d %.17g -\n", i, angle);
    }
}

static void write_mask(const struct metadata *m, const char *path, size_t pixels)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        exit(IO_FAILURE);
    if (m->valid)
        fwrite(m->valid, 1, pixels, file);
    fclose(file);
}

int main(int argc, char **argv)
{
    hid_t file;
    struct metadata metadata;
    if (argc < 5)
        return WRONG_USAGE;
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    if (file_open(argv[1], &file) != DONE)
        return BAD_INPUT;
    const uint32_t height = (uint32_t)atol(argv[3]), width = (uint32_t)atol(argv[4]);
    const enum outcome outcome = metadata_read(file, argv[1], argv[2], height, width, &metadata);
    if (outcome == DONE) {
        print(&metadata);
        print_core(&metadata, height, width);
        if (argc > 5)
            write_mask(&metadata, argv[5], (size_t)height * width);
        metadata_free(&metadata);
    }
    H5Fclose(file);
    const ssize_t open = H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL);
    if (open != 0)
        fprintf(stderr, "%zd HDF5 objects were left open\n", open);
    return open != 0 ? LEFT_OPEN : (int)outcome;
}
