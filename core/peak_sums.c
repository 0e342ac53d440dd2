#include "peak_sums.h"

#define TRIFLE 1e-3

void peak_weights(const wn_found *found, double *weight)
{
    for (size_t i = 0; i < found->peaks; i++)
        weight[i] = 0;
    for (size_t i = 0; i < found->n; i++) {
        const wn_found_pixel *pixel = &found->pixel[i];
        if (pixel->spot < found->peaks)
            weight[pixel->spot] += pixel->value - pixel->expected;
    }
    for (size_t i = 0; i < found->peaks; i++)
        weight[i] = weight[i] > TRIFLE ? weight[i] : TRIFLE;
}

void peak_sums_add(struct peak_sums *sums, const wn_found_peak *peak, double weight)
{
    sums->weight += weight;
    sums->x += weight * peak->x;
    sums->y += weight * peak->y;
    sums->variance_x += weight * weight * peak->variance_x;
    sums->variance_y += weight * weight * peak->variance_y;
}

void peak_sums_join(struct peak_sums *sums, const struct peak_sums *other)
{
    sums->weight += other->weight;
    sums->x += other->x;
    sums->y += other->y;
    sums->variance_x += other->variance_x;
    sums->variance_y += other->variance_y;
}

void peak_sums_place(const struct peak_sums *sums, wn_spot *spot)
{
    const double weight = sums->weight;
    if (!(weight > 0))
        return;
    spot->x = sums->x / weight;
    spot->y = sums->y / weight;
    spot->variance_x = sums->variance_x / (weight * weight);
    spot->variance_y = sums->variance_y / (weight * weight);
}
