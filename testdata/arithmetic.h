/* Exponential, logarithm, sine and cosine that give the same bits on every machine.
 *
 * libm differs in the last bit between systems, and one bit may turn a random count into another.
 * These use only operations that IEEE 754 defines exactly, and are compiled with -ffp-contract=off.
 */
#ifndef TESTDATA_ARITHMETIC_H
#define TESTDATA_ARITHMETIC_H

/* e^x for -700 < x < 700, to 4e-16 relative; 0 below. */
double fixed_exp(double x);

/* Natural logarithm of a normal x > 0, to 4e-16 relative or absolute, whichever is larger. */
double fixed_log(double x);

/* Sine and cosine of an angle in radian, |angle| < 1e4, to 1e-12 absolute. */
void fixed_sincos(double angle, double *sine, double *cosine);

#endif
