/*
 * "heat" is the map inferno, maps of scans use viridis: both are perceptually uniform, also with
 * colour vision deficiency (S. van der Walt and N. Smith, "A Better Default Colormap for
 * Matplotlib", SciPy 2015; public domain, CC0). Eleven of their colours are tabulated and
 * interpolated linearly. Marks have colours that can be told apart with colour vision deficiency
 * (M. Okabe and K. Ito, "Color Universal Design", 2002; B. Wong, Nature Methods 8 (2011) 441).
 */
#include "plot/colour_map.h"

#include <math.h>
#include <string.h>

#define KNOTS(table) (table), sizeof(table) / sizeof(table)[0]

static const struct colour GREY[] = {{255, 255, 255}, {0, 0, 0}};

static const struct colour INFERNO[] = {
    {0, 0, 4},     {22, 11, 57},   {66, 10, 104},  {106, 23, 110}, {147, 38, 103},  {188, 55, 84},
    {221, 81, 58}, {243, 120, 25}, {252, 165, 10}, {246, 215, 70}, {252, 255, 164},
};

static const struct colour VIRIDIS[] = {
    {68, 1, 84},    {72, 37, 118},  {65, 68, 135},  {53, 96, 141},  {42, 120, 142}, {33, 144, 140},
    {34, 168, 132}, {67, 191, 113}, {122, 209, 81}, {187, 223, 39}, {253, 231, 37},
};

static const struct colours FRAME_MAPS[] = {
    {.name = "grey",
     KNOTS(GREY),
     .masked = {176, 196, 222},
     .spot = {213, 94, 0},  /* vermillion */
     .ring = {0, 114, 178}, /* blue */
     .border = {255, 255, 255}},
    {.name = "heat",
     KNOTS(INFERNO),
     .masked = {125, 125, 125},
     .spot = {86, 180, 233}, /* sky blue */
     .ring = {255, 255, 255},
     .border = {0, 0, 0}},
};

static const struct colours SCAN_MAP = {
    .name = "viridis", KNOTS(VIRIDIS), .masked = {225, 225, 225}};

double scale_fraction(const struct scale *scale, double value)
{
    const double inside = fmax(scale->low, fmin(scale->high, value));
    if (scale->logarithmic)
        return log((inside + 1) / (scale->low + 1)) / log((scale->high + 1) / (scale->low + 1));
    return (inside - scale->low) / (scale->high - scale->low);
}

static uint8_t interpolate(uint8_t one, uint8_t other, double share)
{
    return (uint8_t)lround(one + share * (other - one));
}

struct colour colour_at(const struct colours *colours, double fraction)
{
    const double at = fmax(0, fmin(1, fraction)) * (double)(colours->knots - 1);
    const size_t i = at < (double)(colours->knots - 1) ? (size_t)at : colours->knots - 2;
    const struct colour one = colours->knot[i], other = colours->knot[i + 1];
    const double share = at - (double)i;
    return (struct colour){interpolate(one.red, other.red, share),
                           interpolate(one.green, other.green, share),
                           interpolate(one.blue, other.blue, share)};
}

const struct colours *colours_find(const char *name)
{
    for (size_t i = 0; i < sizeof FRAME_MAPS / sizeof FRAME_MAPS[0]; i++)
        if (strcmp(FRAME_MAPS[i].name, name) == 0)
            return &FRAME_MAPS[i];
    return NULL;
}

const struct colours *colours_for_scan_maps(void)
{
    return &SCAN_MAP;
}
