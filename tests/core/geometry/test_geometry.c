/* Radius and norm of a pixel against the formulas of pyFAI's geometry. */
#include <math.h>

#include "geometry/geometry.h"
#include "support/reference.h"
#include "support/unit.h"

static wn_params random_geometry(uint64_t *random, bool tilted)
{
    wn_params p;
    wn_params_init(&p);
    p.model = WN_MODEL_RADIAL;
    p.centre_x = (int32_t)unit_integer(random, -500000, 4500000);
    p.centre_y = (int32_t)unit_integer(random, -500000, 4500000);
    p.distance = (int32_t)unit_integer(random, 200000, 20000000);
    p.aspect = unit_random(random) % 3 ? (int32_t)unit_integer(random, 250000, 4000000) : 0;
    if (tilted) {
        p.rot1 = (int32_t)unit_integer(random, -1500000, 1500000);
        p.rot2 = (int32_t)unit_integer(random, -1500000, 1500000);
        if (unit_random(random) % 4 == 0)
            p.rot1 = 0;
        else if (unit_random(random) % 4 == 0)
            p.rot2 = 0;
    }
    return p;
}

static struct geometry geometry_of(const wn_params *params)
{
    const struct model model = wn_model_of_params(params);
    return wn_geometry_of_model(&model);
}

static void expect_radii(bool tilted, uint64_t seed)
{
    uint64_t random = seed;
    for (int i = 0; i < 500; i++) {
        const wn_params p = random_geometry(&random, tilted);
        const struct geometry g = geometry_of(&p);
        const struct plain_geometry plain = plain_geometry_of(&p);
        for (int j = 0; j < 200; j++) {
            const double x = (double)unit_integer(&random, 0, 4000);
            const double y = (double)unit_integer(&random, 0, 4000);
            const double expected = plain_pixel_at(&plain, x, y).radius;
            const double radius = wn_geometry_radius(&g, x, y);
            EXPECT(fabs(radius - expected) < 1e-8 + 1e-10 * expected,
                   "L %d, rot %d %d, centre %d %d, aspect %d, pixel %g %g: %.15g not %.15g",
                   p.distance, p.rot1, p.rot2, p.centre_x, p.centre_y, p.aspect, x, y, radius,
                   expected);
        }
    }
}

START_TEST(radius_in_the_plane)
{
    expect_radii(false, 1);
}
END_TEST

START_TEST(radius_on_tilted_detectors)
{
    expect_radii(true, 2);
}
END_TEST

START_TEST(radius_needs_no_distance)
{
    const wn_params p = {.model = WN_MODEL_RADIAL, .centre_x = 3000, .centre_y = -1500};
    const struct geometry g = geometry_of(&p);
    ck_assert_double_eq_tol(wn_geometry_radius(&g, 6, 2.5), 5, 1e-15);
    const wn_params high = {
        .model = WN_MODEL_RADIAL, .centre_x = 3000, .centre_y = -1500, .aspect = 2000000};
    const struct geometry g2 = geometry_of(&high);
    ck_assert_double_eq_tol(wn_geometry_radius(&g2, 9, 2.5), 10, 1e-14);
}
END_TEST

START_TEST(radius_is_0_at_the_beam_centre)
{
    uint64_t random = 3;
    for (int i = 0; i < 2000; i++) {
        const wn_params p = random_geometry(&random, i % 2);
        const struct geometry g = geometry_of(&p);
        const double radius = wn_geometry_radius(&g, p.centre_x / 1e3, p.centre_y / 1e3);
        /* rounding of coordinates, which grow with L tan(rot) */
        const double far = p.distance / 1e3 / cos(p.rot1 / 1e6) / cos(p.rot2 / 1e6);
        EXPECT(radius < 1e-13 * (far + 5000), "L %d, rot %d %d: %g", p.distance, p.rot1, p.rot2,
               radius);
    }
}
END_TEST

/* A small tilt is almost none: near the beam, radii in the plane are those of 2 L sin(theta). */
START_TEST(radius_is_continuous)
{
    const wn_params flat = {
        .model = WN_MODEL_RADIAL, .centre_x = 500000, .centre_y = 400000, .distance = 10000000};
    wn_params tilted = flat;
    tilted.rot1 = 1;
    const struct geometry g = geometry_of(&flat), t = geometry_of(&tilted);
    for (double x = 0; x < 1000; x += 37) {
        const double r = wn_geometry_radius(&g, x, 300);
        /* 2 L sin(atan(r / L) / 2) = r (1 - 3/8 (r / L)^2 + ...) */
        EXPECT(fabs(wn_geometry_radius(&t, x, 300) - r * (1 - 0.375 * r * r / 1e8)) < 0.01,
               "x = %g", x);
    }
}
END_TEST

static void expect_norms(bool solid_angle, bool polarised, bool tilted, uint64_t seed)
{
    uint64_t random = seed;
    for (int i = 0; i < 300; i++) {
        wn_params p = random_geometry(&random, tilted);
        p.solid_angle = solid_angle;
        p.polarised = polarised;
        p.polarisation = (int32_t)unit_integer(&random, -1000, 1000);
        const struct geometry g = geometry_of(&p);
        const struct plain_geometry plain = plain_geometry_of(&p);
        for (int j = 0; j < 200; j++) {
            const double x = (double)unit_integer(&random, 0, 4000);
            const double y = (double)unit_integer(&random, 0, 4000);
            const struct plain_pixel pixel = plain_pixel_at(&plain, x, y);
            const double expected =
                (solid_angle ? plain_solid_angle(&pixel) : 1) *
                (polarised ? plain_polarisation(&pixel, p.polarisation / 1e3) : 1);
            const double norm = wn_geometry_norm(&g, x, y);
            EXPECT(fabs(norm - expected) < 1e-9 * expected + 1e-12,
                   "L %d, rot %d %d, P %d, pixel %g %g: %.15g not %.15g", p.distance, p.rot1,
                   p.rot2, p.polarisation, x, y, norm, expected);
        }
    }
}

START_TEST(solid_angle)
{
    expect_norms(true, false, false, 4);
    expect_norms(true, false, true, 5);
}
END_TEST

START_TEST(polarisation)
{
    expect_norms(false, true, false, 6);
    expect_norms(false, true, true, 7);
}
END_TEST

START_TEST(both_norms)
{
    expect_norms(true, true, true, 8);
}
END_TEST

START_TEST(no_norm)
{
    uint64_t random = 9;
    const wn_params p = random_geometry(&random, true);
    const struct geometry g = geometry_of(&p);
    ck_assert_double_eq(wn_geometry_norm(&g, 17, 4), 1);
}
END_TEST

/* At 45 degrees in the plane of full polarisation, and across it. */
START_TEST(known_norms)
{
    wn_params p = {.model = WN_MODEL_RADIAL,
                   .centre_x = 1000,
                   .distance = 100000,
                   .polarised = true,
                   .polarisation = 1000};
    const struct geometry g = geometry_of(&p);
    ck_assert_double_eq_tol(wn_geometry_norm(&g, 101, 0), 0.5, 1e-14);
    ck_assert_double_eq_tol(wn_geometry_norm(&g, 1, 100), 1, 1e-14);
    ck_assert_double_eq_tol(wn_geometry_norm(&g, 1, 0), 1, 1e-14);
    p.polarised = false;
    p.solid_angle = true;
    const struct geometry s = geometry_of(&p);
    ck_assert_double_eq_tol(wn_geometry_norm(&s, 101, 0), pow(2, -1.5), 1e-14);
    ck_assert_double_eq_tol(wn_geometry_norm(&s, 1, 0), 1, 1e-14);
}
END_TEST

UNIT_MAIN(radius_in_the_plane, radius_on_tilted_detectors, radius_needs_no_distance,
          radius_is_0_at_the_beam_centre, radius_is_continuous, solid_angle, polarisation,
          both_norms, no_norm, known_norms)
