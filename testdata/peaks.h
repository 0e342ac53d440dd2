/* Bragg peaks on the detector. */
#ifndef TESTDATA_PEAKS_H
#define TESTDATA_PEAKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peak {
    uint32_t frame;
    double x, y;   /* centre, pixel centres at integers */
    double counts; /* expected on this frame, integrated */
    double sigma;  /* of its Gaussian profile, pixel */
};

/* A list that grows. Zero-initialise it; free(list.peaks). */
struct peak_list {
    struct peak *peaks;
    size_t count, capacity;
};

/* False: no memory. */
bool peak_list_add(struct peak_list *list, struct peak peak);

/* Adds the expected counts of a peak to a height x width image. */
void peak_draw(const struct peak *peak, double *image, size_t width, size_t height);

#endif
