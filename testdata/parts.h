/* Parts that both file layouts share. */
#ifndef TESTDATA_PARTS_H
#define TESTDATA_PARTS_H

#include "output.h"
#include "simulate.h"

/* /entry/data/data: makes all frames; uint32, one unfiltered chunk each. */
void write_frames(struct output *o, struct simulation *s);

/* /truth: after the frames, since the list of peaks is complete only then. */
void write_truth(struct output *o, const struct simulation *s);

void write_pixel_mask(struct output *o, const char *object, const struct simulation *s);

/* Sensor, pixels, beam centre and exposure, as datasets of the detector group. */
void write_detector(struct output *o, const struct experiment *e);

/* Rotation angle at a fraction of every frame (0: start, 1: end), degree. */
void write_angles(struct output *o, const char *object, const struct experiment *e,
                  double fraction);

#endif
