#include "colours.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

double scale_place(const struct scale *scale, double value)
{
    const double inside = fmax(scale->low, fmin(scale->high, value));
    if (scale->logarithmic)
        return log((inside + 1) / (scale->low + 1)) / log((scale->high + 1) / (scale->low + 1));
    return (inside - scale->low) / (scale->high - scale->low);
}

/* A part of a colour that grows from 0 to 255 between two places. */
static uint8_t rising(double place, double from, double to)
{
    return (uint8_t)lround(255 * fmax(0, fmin(1, (place - from) / (to - from))));
}

static struct colour grey(double place)
{
    const uint8_t level = (uint8_t)(255 - rising(place, 0, 1));
    return (struct colour){level, level, level};
}

/* Black, red, yellow, white. */
static struct colour heat(double place)
{
    return (struct colour){rising(place, 0, 0.4), rising(place, 0.3, 0.75), rising(place, 0.7, 1)};
}

static const struct colours MAPS[] = {
    {"grey", grey, {176, 196, 222}, {220, 30, 30}, {0, 110, 190}, {255, 255, 255}},
    {"heat", heat, {60, 80, 120}, {80, 255, 160}, {110, 190, 255}, {0, 0, 0}},
};

const struct colours *colours_named(const char *name)
{
    for (size_t i = 0; i < sizeof MAPS / sizeof MAPS[0]; i++)
        if (strcmp(MAPS[i].name, name) == 0)
            return &MAPS[i];
    return NULL;
}
