/* Arithmetic that gives the same bits on every machine.
 *
 * Decoding is deterministic (promise P4): the decoder may use only operations that IEEE 754
 * specifies exactly, + - * / and sqrt in double precision, in a fixed order, without contraction
 * (the library is compiled with -ffp-contract=off). Functions of libm are replaced by those here.
 */
#ifndef WN_COMMON_BITEXACT_MATH_H
#define WN_COMMON_BITEXACT_MATH_H

#include <float.h>
#include <math.h>

#if FLT_EVAL_METHOD != 0
#error "winnow needs doubles that are evaluated as doubles (on x86: -msse2 -mfpmath=sse)"
#endif

/* Sine and cosine of an angle in radian, |angle| <= 4, to 1e-14 absolute. */
static inline void bitexact_sincos(double angle, double *sine, double *cosine)
{
    /* Taylor series at a quarter of the angle, then the double angle twice. */
    const double x = angle / 4, xx = x * x;
    double s = 0, c = 0;
    for (int n = 20; n > 0; n -= 2) {
        c = (1 + c) * -xx / (n * (n - 1));
        s = (1 + s) * -xx / ((n + 1) * n);
    }
    s = (1 + s) * x;
    c = 1 + c;
    for (int i = 0; i < 2; i++) {
        const double doubled = 2 * s * c;
        c = 1 - 2 * s * s;
        s = doubled;
    }
    *sine = s;
    *cosine = c;
}

#endif
