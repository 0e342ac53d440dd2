/*
 * plot/colour_map.c - maps of colours, and the colours of marks.
 *
 * "heat" is the map inferno, maps of scans have viridis: their brightness grows evenly to every
 * eye, to colour-blind ones too (S. van der Walt and N. Smith, "A Better Default Colormap for
 * Matplotlib", SciPy 2015; in the public domain, CC0). Every tenth of them is tabulated here, with
 * straight lines between. Marks have colours that every eye can tell apart (M. Okabe and K. Ito,
 * "Color Universal Design", 2002; B. Wong, Nature Methods 8 (2011) 441).
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

static const struct colours OF_FRAMES[] = {
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

static const struct colours OF_MAPS = {
    .name = "viridis", KNOTS(VIRIDIS), .masked = {225, 225, 225}};

double scale_place(const struct scale *scale, double value)
{
    const double inside = fmax(scale->low, fmin(scale->high, value));
    if (scale->logarithmic)
        return log((inside + 1) / (scale->low + 1)) / log((scale->high + 1) / (scale->low + 1));
    return (inside - scale->low) / (scale->high - scale->low);
}

static uint8_t between(uint8_t one, uint8_t other, double share)
{
    return (uint8_t)lround(one + share * (other - one));
}

struct colour colour_at(const struct colours *colours, double place)
{
    const double at = fmax(0, fmin(1, place)) * (double)(colours->knots - 1);
    const size_t i = at < (double)(colours->knots - 1) ? (size_t)at : colours->knots - 2;
    const struct colour one = colours->knot[i], other = colours->knot[i + 1];
    const double share = at - (double)i;
    return (struct colour){between(one.red, other.red, share),
                           between(one.green, other.green, share),
                           between(one.blue, other.blue, share)};
}

const struct colours *colours_named(const char *name)
{
    for (size_t i = 0; i < sizeof OF_FRAMES / sizeof OF_FRAMES[0]; i++)
        if (strcmp(OF_FRAMES[i].name, name) == 0)
            return &OF_FRAMES[i];
    return NULL;
}

const struct colours *colours_of_maps(void)
{
    return &OF_MAPS;
}
