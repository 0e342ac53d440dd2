/* Argument reduction and Taylor series, in IEEE 754 operations only. */
#include "arithmetic.h"

#include <float.h>
#include <math.h>

#if FLT_EVAL_METHOD != 0
#error "the series needs doubles that are evaluated as doubles (on x86: -msse2 -mfpmath=sse)"
#endif

#define LN2_HIGH         0x1.62e42fefp-1 /* 32 bits, so that its multiples are exact */
#define LN2_LOW          0x1.473de6af278edp-34
#define LN2              0x1.62e42fefa39efp-1
#define HALF_PI          0x1.921fb54442d18p+0
#define SQRT_HALF        0x1.6a09e667f3bcdp-1
#define MIN_EXP_ARGUMENT -700.0
#define LOG_TERMS        12
#define SINE_DEGREE      19

/* 1/n!: the Taylor series of the exponential. */
#define EXP_DEGREE 13
static const double INVERSE_FACTORIAL[EXP_DEGREE + 1] = {
    1.0,
    1.0,
    1.0 / 2,
    1.0 / 6,
    1.0 / 24,
    1.0 / 120,
    1.0 / 720,
    1.0 / 5040,
    1.0 / 40320,
    1.0 / 362880,
    1.0 / 3628800,
    1.0 / 39916800,
    1.0 / 479001600,
    1.0 / 6227020800,
};

double fixed_exp(double x)
{
    if (x < MIN_EXP_ARGUMENT)
        return 0;
    /* x = n ln 2 + rest, |rest| <= ln(2) / 2, and the Taylor series of the rest. */
    const double n = floor(x / LN2 + 0.5);
    const double rest = x - n * LN2_HIGH - n * LN2_LOW;
    double series = INVERSE_FACTORIAL[EXP_DEGREE];
    for (int i = EXP_DEGREE - 1; i >= 0; i--)
        series = series * rest + INVERSE_FACTORIAL[i];
    return ldexp(series, (int)n);
}

double fixed_log(double x)
{
    /* x = 2^exponent m with m in [sqrt(1/2), sqrt(2)), and ln m = 2 artanh((m - 1) / (m + 1)). */
    int exponent;
    double m = frexp(x, &exponent);
    if (m < SQRT_HALF) {
        m *= 2;
        exponent--;
    }
    const double f = (m - 1) / (m + 1);
    double series = 0;
    for (int i = LOG_TERMS; i >= 0; i--)
        series = series * f * f + 1.0 / (2 * i + 1);
    return exponent * LN2_HIGH + (2 * f * series + exponent * LN2_LOW);
}

void fixed_sincos(double angle, double *sine, double *cosine)
{
    /* Taylor series within 45 degrees of the nearest quarter turn. */
    const double quarters = floor(angle / HALF_PI + 0.5);
    const double x = angle - quarters * HALF_PI;
    double s = 1, c = 1;
    for (int n = SINE_DEGREE; n > 1; n -= 2) {
        s = 1 - s * x * x / (n * (n - 1));
        c = 1 - c * x * x / ((n - 1) * (n - 2));
    }
    s *= x;

    const int quadrant = (int)(quarters - 4 * floor(quarters / 4));
    *sine = quadrant == 0 ? s : quadrant == 1 ? c : quadrant == 2 ? -s : -c;
    *cosine = quadrant == 0 ? c : quadrant == 1 ? -s : quadrant == 2 ? -c : s;
}
