/*
 * The table of the spots of a series, with the detector and the settings of the search.
 *
 * Conventions are those of core/include/winnow.h: pixel centres and the middles of frames are at
 * integers. Writers of other programs' formats convert.
 */
#ifndef H5WINNOW_SPOTS_TABLE_H
#define H5WINNOW_SPOTS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "geometry/placement.h"
#include "winnow.h"

/* One frame that was searched. */
struct spot_frame {
    uint64_t number;   /* in the dataset */
    uint64_t spots;    /* whose centroid is nearest to it */
    uint64_t strong;   /* strong pixels */
    double background; /* mean, counts per pixel; NaN: not known */
    double resolution; /* that its spots reach, angstrom; NaN: not known */
    bool hit;          /* it has at least as many spots as a hit needs */
};

/* A parameter of the search, as recorded. */
struct spot_setting {
    char name[40];
    char text[80];  /* value, if it is a text */
    double number;  /* value, if text is empty */
    char units[16]; /* NeXus spelling; may be empty */
};

struct spot_table {
    /* what was searched; texts are owned by the table */
    char *file, *dataset;
    uint32_t height, width;
    uint8_t *valid;             /* [height * width] 1 = good; NULL: all are. Owned */
    struct placement placement; /* texts in `from` are not owned, and not written */
    double wavelength;          /* angstrom; 0: not known */
    double saturation;          /* counts; NaN: not known */
    bool rotation;              /* spots reach across frames */
    double phi_start, phi_step; /* where frame 0 begins, degree; NaN: not known */

    struct spot_frame *frame; /* [frames] ascending by number */
    size_t frames;

    /* [spots] ascending by frame, then by y and x */
    wn_spot *spot;
    uint64_t *spot_frame; /* number of the frame that is nearest to the centroid */
    double *d;            /* resolution, angstrom; NaN: not known */
    size_t spots;

    bool shoeboxes;          /* pixels of spots are stored: */
    wn_shoebox_pixel *pixel; /* [pixels], wn_spot.first and n say which */
    size_t pixels;

    struct spot_setting *setting; /* [settings] */
    size_t settings;
};

void spot_table_free(struct spot_table *table);

/* Adds a setting: a number with its units (may be ""), or a text. False: no memory. */
bool spot_table_number(struct spot_table *table, const char *name, double number,
                       const char *units);
bool spot_table_text(struct spot_table *table, const char *name, const char *text);

/* Resolution at a position on the detector, angstrom, with its tilt; NaN if distance, centre, pixel
 * size or wavelength is not known. */
double spot_table_resolution(const struct spot_table *table, double x, double y);

#endif
