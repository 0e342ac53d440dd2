/* Sigma clipping: the background of one region from its samples. */
#ifndef WN_CLIP_H
#define WN_CLIP_H

#include "background/samples.h"
#include "winnow.h"

struct clip_rule {
    wn_error_model error_model; /* not WN_ERROR_AUTO */
    double cut_off;             /* sigma; 0: Chauvenet's criterion */
    int cycles;
    bool compat_pyfai;
    bool counts; /* the samples are plain counts, to which the Poisson law applies */
};

struct clip_rule clip_rule_of(const wn_params *params, wn_type type);

/* Regions with fewer samples are too small for statistics. */
#define MIN_SAMPLES 16

/* Clip. The algorithm is described at wn_separate() in winnow.h; the order of real samples may
 * change. Values below *dark are too low to be background. */
wn_background clip(struct samples *samples, const struct clip_rule *rule, double *dark);

#endif
