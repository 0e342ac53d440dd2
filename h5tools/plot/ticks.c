/* Ticks are 1, 2 or 5 times a power of ten apart, or on a logarithmic scale at such numbers. */
#include "plot/ticks.h"

#include <math.h>
#include <stdio.h>

/* The smallest 1, 2 or 5 times a power of ten that is not less than a value. */
static double round_up(double value)
{
    const double power = pow(10, floor(log10(value)));
    static const double factor[] = {1, 2, 5, 10};
    for (size_t i = 0; i < sizeof factor / sizeof factor[0]; i++)
        if (factor[i] * power >= value * (1 - 1e-9))
            return factor[i] * power;
    return 10 * power;
}

/* A factor (0 allowed) times a power of ten; from 1e4 on with an exponent. */
static void add_power(struct ticks *ticks, double factor, double power)
{
    if (ticks->n == MAX_TICKS)
        return;
    if (power < 1e4)
        snprintf(ticks->label[ticks->n], TICK_LABEL_MAX, "%.0f", factor * power);
    else
        snprintf(ticks->label[ticks->n], TICK_LABEL_MAX, "%.0fe%.0f", factor, round(log10(power)));
    ticks->at[ticks->n++] = factor * power;
}

static void add(struct ticks *ticks, double value, int digits)
{
    if (ticks->n == MAX_TICKS)
        return;
    if (fabs(value) >= 1e7 || digits > 6)
        snprintf(ticks->label[ticks->n], TICK_LABEL_MAX, "%g", value);
    else
        snprintf(ticks->label[ticks->n], TICK_LABEL_MAX, "%.*f", digits, value);
    ticks->at[ticks->n++] = value;
}

void ticks_even(double low, double high, int most, bool whole, struct ticks *ticks)
{
    ticks->n = 0;
    double step = high > low ? round_up((high - low) / most) : round_up(fmax(fabs(low), 1));
    if (whole)
        step = fmax(step, 1);
    const int digits = step < 1 ? (int)ceil(-log10(step) - 1e-9) : 0;
    const double first = ceil(low / step - 1e-9), last = floor(high / step + 1e-9);
    for (double i = first; i <= last && ticks->n < MAX_TICKS; i++)
        add(ticks, i == 0 ? 0 : i * step, digits);
}

static void add_decades(double low, double high, const double *factor, size_t factors,
                        struct ticks *ticks)
{
    ticks->n = 0;
    if (low <= 0)
        add_power(ticks, 0, 1);
    for (double power = 1; power <= high && ticks->n < MAX_TICKS; power *= 10)
        for (size_t i = 0; i < factors; i++)
            if (factor[i] * power >= low && factor[i] * power <= high)
                add_power(ticks, factor[i], power);
}

void ticks_logarithmic(double low, double high, int most, struct ticks *ticks)
{
    static const double factor[] = {1, 2, 5};
    add_decades(low, high, factor, 3, ticks);
    if (ticks->n > (size_t)most)
        add_decades(low, high, factor, 1, ticks);
}
