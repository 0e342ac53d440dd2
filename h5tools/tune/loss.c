/* The loss is a ratio of sums over spots; its error follows from the residuals of the spots about
 * that ratio (the ratio estimator of survey sampling). */
#include "tune/loss.h"

#include <math.h>
#include <stdlib.h>

#include "input/pixel_values.h"

/* All pixels of a frame, for free(); NULL: not enough memory. */
static float *values_of(const wn_array *array, const void *frame)
{
    float *value = malloc((size_t)array->height * array->width * sizeof *value);
    if (value)
        pixel_values_read(array, frame, value);
    return value;
}

static void add_spot(struct loss_sums *sums, double planted, double lost)
{
    sums->spots++;
    sums->planted += planted;
    sums->lost += lost;
    sums->planted2 += planted * planted;
    sums->product += planted * lost;
    sums->lost2 += lost * lost;
}

wn_status loss_add_spots(const struct planted_spots *planted, const void *restored,
                         struct loss *loss)
{
    float *value = values_of(&planted->array, restored);
    if (!value)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < planted->spots; i++) {
        const struct planted_spot *spot = &planted->spot[i];
        add_spot(&loss->of[spot->strength], spot->intensity,
                 spot_difference(spot, planted->array.width, value, planted->value));
    }
    free(value);
    return WN_OK;
}

wn_status loss_add_background(const struct clear_background *background, const void *restored,
                              struct loss *loss)
{
    float *value = values_of(&background->array, restored);
    if (!value)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < background->pixels; i++) {
        if (background->clear[i]) {
            loss->background += background->value[i];
            loss->background_restored += value[i];
        }
    }
    free(value);
    return WN_OK;
}

double loss_of_spots(const struct loss *loss, enum strength strength)
{
    const struct loss_sums *sums = &loss->of[strength];
    return sums->planted > 0 ? 100 * sums->lost / sums->planted : NAN;
}

/* From the residuals lost - ratio * planted of all spots. */
double loss_error(const struct loss *loss, enum strength strength)
{
    const struct loss_sums *sums = &loss->of[strength];
    if (sums->spots < 2 || !(sums->planted > 0))
        return NAN;
    const double n = (double)sums->spots, ratio = sums->lost / sums->planted;
    const double squares = sums->lost2 - 2 * ratio * sums->product + ratio * ratio * sums->planted2;
    return 100 * sqrt(fmax(squares, 0) * n / (n - 1)) / sums->planted;
}

double loss_of_background(const struct loss *loss)
{
    return loss->background > 0 ? loss->background_restored / loss->background : NAN;
}
