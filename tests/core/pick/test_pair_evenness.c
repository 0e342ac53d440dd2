/* Evenness of pairs of neighbours (core/pick/pair_evenness.c) against Poisson counts. */
#include <stdlib.h>
#include <string.h>

#include "pick/pair_evenness.h"
#include "support/unit.h"

#define WIDTH  301
#define HEIGHT 200
#define PIXELS (WIDTH * HEIGHT)

static uint32_t frame[PIXELS];
static uint8_t kind[PIXELS];

static struct pixels pixels_of(void)
{
    return (struct pixels){.type = WN_U32,
                           .size = sizeof frame[0],
                           .height = HEIGHT,
                           .width = WIDTH,
                           .data = (const uint8_t *)frame};
}

static unsigned evenness_here(void)
{
    const struct pixels p = pixels_of();
    return wn_pair_evenness(&p, kind);
}

static void fill_poisson(double mean)
{
    uint64_t random = 5;
    memset(kind, WN_PIXEL_BACKGROUND, sizeof kind);
    for (size_t i = 0; i < PIXELS; i++)
        frame[i] = unit_poisson(&random, mean);
}

/* Poisson counts are as even as the Poisson distribution says, to the statistical error: 15000
 * pairs give 1 to 3 % above 0.3 counts. */
START_TEST(poisson)
{
    const double mean[] = {0.02, 0.3, 2, 6};
    for (size_t i = 0; i < 4; i++) {
        fill_poisson(mean[i]);
        EXPECT(evenness_here() <= (i == 0 ? 60u : 20u), "mean %g: %u", mean[i], evenness_here());
    }
    fill_poisson(200); /* no pair of few counts */
    ck_assert_uint_eq(evenness_here(), 0);
}
END_TEST

/* Of each pair, what is counted twice shared by two: a part of the pairs shares evenly. */
START_TEST(a_known_part)
{
    for (unsigned part = 0; part <= 256; part += 64) {
        fill_poisson(3);
        uint64_t random = 9;
        for (size_t y = 0; y < HEIGHT; y++) {
            for (size_t x = 0; x + 1 < WIDTH; x += 2) {
                uint32_t *pair = &frame[y * WIDTH + x];
                const uint32_t sum = pair[0] + pair[1], up = unit_random(&random) % 2;
                if (unit_random(&random) % 256 < part) {
                    pair[0] = (sum + up) / 2;
                    pair[1] = sum - pair[0];
                }
            }
        }
        const unsigned found = evenness_here();
        EXPECT(found + 9 >= at_most(part, 255) && found <= part + 9, "part %u: %u", part, found);
    }
}
END_TEST

/* Signal, flags and pairs of more than 16 counts do not matter. */
START_TEST(what_is_no_background)
{
    fill_poisson(3);
    const unsigned before = evenness_here();
    for (size_t i = 40; i < PIXELS; i += 40) {
        kind[i] = i % 80 ? WN_PIXEL_KEPT : WN_PIXEL_FLAGGED;
        frame[i] = i % 80 ? 5000 : UINT32_MAX;
    }
    const unsigned with_signal = evenness_here();
    EXPECT(abs((int)with_signal - (int)before) <= 4, "%u, was %u", with_signal, before);
    for (size_t i = 0; i < PIXELS; i += 40)
        kind[i] = WN_PIXEL_BACKGROUND;
    EXPECT(abs((int)evenness_here() - (int)before) <= 4, "%u, was %u", evenness_here(), before);
    memset(kind, WN_PIXEL_KEPT, sizeof kind);
    ck_assert_uint_eq(evenness_here(), 0);
}
END_TEST

UNIT_MAIN(poisson, a_known_part, what_is_no_background)
