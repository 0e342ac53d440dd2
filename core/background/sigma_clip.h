/* Sigma clipping: the background of one region from its samples. */
#ifndef WN_BACKGROUND_SIGMA_CLIP_H
#define WN_BACKGROUND_SIGMA_CLIP_H

#include "background/samples.h"
#include "winnow.h"

struct sigma_clip_rule {
    wn_error_model error_model; /* not WN_ERROR_AUTO */
    double cut_off;             /* sigma; 0: Chauvenet's criterion */
    int cycles;
    bool compat_pyfai;
    bool counts; /* the samples are plain counts, which have Poisson statistics */
};

struct sigma_clip_rule wn_sigma_clip_rule(const wn_params *params, wn_type type);

/* Regions with fewer samples are too small for statistics: all their pixels are kept, none is dark.
 */
#define MIN_SAMPLES 16

/* Clip the samples of a region; the algorithm is described at wn_separate() in winnow.h. The order
 * of real samples may change. Values below *dark are too low to be background. */
wn_background wn_sigma_clip(struct samples *samples, const struct sigma_clip_rule *rule,
                            double *dark);

#endif
