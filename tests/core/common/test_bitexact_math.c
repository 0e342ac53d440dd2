/* Bit-exact arithmetic against libm. */
#include <math.h>

#include "common/bitexact_math.h"
#include "support/unit.h"

static void expect_angle(double angle)
{
    double s, c;
    bitexact_sincos(angle, &s, &c);
    EXPECT(fabs(s - sin(angle)) <= 1e-14, "sin(%.17g) = %.17g", angle, s);
    EXPECT(fabs(c - cos(angle)) <= 1e-14, "cos(%.17g) = %.17g", angle, c);
}

START_TEST(sine_and_cosine)
{
    for (int i = -40000; i <= 40000; i++)
        expect_angle(i / 1e4);
    for (int i = -60; i <= 2; i++) {
        expect_angle(ldexp(1, i));
        expect_angle(-ldexp(1, i));
    }
    uint64_t random = 3;
    for (int i = 0; i < 100000; i++)
        expect_angle(8 * unit_uniform(&random) - 4);
}
END_TEST

/* Microradian, as the parameters have them: small angles are relatively exact as well. */
START_TEST(small_angles)
{
    for (int i = 1; i < 2000; i++) {
        double s, c;
        bitexact_sincos(i * 1e-6, &s, &c);
        EXPECT(fabs(s / sin(i * 1e-6) - 1) < 1e-13, "sin(%d microradian) = %.17g", i, s);
        EXPECT(fabs(c / cos(i * 1e-6) - 1) < 1e-13, "cos(%d microradian) = %.17g", i, c);
    }
}
END_TEST

START_TEST(symmetry)
{
    double s, c;
    bitexact_sincos(0, &s, &c);
    ck_assert_double_eq(s, 0);
    ck_assert_double_eq(c, 1);
    for (int i = 1; i < 4000; i++) {
        double s1, c1, s2, c2;
        bitexact_sincos(i / 1e3, &s1, &c1);
        bitexact_sincos(-i / 1e3, &s2, &c2);
        EXPECT(s1 == -s2 && c1 == c2, "%d mrad", i);
    }
}
END_TEST

UNIT_MAIN(sine_and_cosine, small_angles, symmetry)
