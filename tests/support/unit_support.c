/* Runs tests under Check; random numbers by published methods (splitmix64, Marsaglia & Tsang,
 * Knuth); frames with known truth. */
#include "support/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Seconds that a test may take; far more than any needs, for sanitizers and slow machines. */
#define TIMEOUT 300

int unit_main(const TTest *const *tests, size_t n)
{
    Suite *suite = suite_create("winnow");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, TIMEOUT);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    const int run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run == (int)n ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- random numbers ------------------------------------------------------------------------ */

uint64_t unit_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

int64_t unit_integer(uint64_t *state, int64_t low, int64_t high)
{
    const uint64_t span = (uint64_t)high - (uint64_t)low + 1;
    const uint64_t offset = span == 0 ? unit_random(state) : unit_random(state) % span;
    return (int64_t)((uint64_t)low + offset);
}

double unit_uniform(uint64_t *state)
{
    return ((double)(unit_random(state) >> 12) + 0.5) / 4503599627370496.0;
}

double unit_gauss(uint64_t *state)
{
    const double radius = sqrt(-2 * log(unit_uniform(state)));
    return radius * cos(6.283185307179586 * unit_uniform(state));
}

/* Knuth's products of uniforms for small means; a Poisson count of a large mean is the sum of two
 * of half of it, and of a very large one, Gaussian but for its skewness. */
uint32_t unit_poisson(uint64_t *state, double mean)
{
    if (!(mean > 0))
        return 0;
    if (mean > 250) {
        const double z = unit_gauss(state);
        const double count = floor(mean + sqrt(mean) * z + (z * z - 1) / 6 + 0.5);
        return count > 0 ? (uint32_t)count : 0;
    }
    if (mean > 30)
        return unit_poisson(state, mean / 2) + unit_poisson(state, mean / 2);
    const double end = exp(-mean);
    double product = unit_uniform(state);
    uint32_t count = 0;
    while (product > end) {
        product *= unit_uniform(state);
        count++;
    }
    return count;
}

/* Marsaglia & Tsang, ACM Trans. Math. Softw. 26 (2000) 363. */
static double gamma_variate(uint64_t *state, double shape)
{
    if (shape < 1) {
        const double factor = pow(unit_uniform(state), 1 / shape);
        return factor * gamma_variate(state, shape + 1);
    }
    const double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        const double x = unit_gauss(state), v = 1 + c * x;
        if (v > 0 && log(unit_uniform(state)) < 0.5 * x * x + d - d * v * v * v + 3 * d * log(v))
            return d * v * v * v;
    }
}

uint32_t unit_counts(uint64_t *state, double mean, double dispersion)
{
    if (!(mean > 0))
        return 0;
    if (dispersion > 1) {
        const double shape = mean / (dispersion - 1);
        return unit_poisson(state, gamma_variate(state, shape) * (dispersion - 1));
    }
    if (dispersion == 1)
        return unit_poisson(state, mean);
    /* Binomial: trials of the probability 1 - dispersion; what is left of a trial is one of less
     * probability. */
    const double trials = mean / (1 - dispersion);
    uint32_t count = 0;
    for (double i = 0; i < trials; i++)
        count += unit_uniform(state) < (1 - dispersion) * fmin(trials - i, 1);
    return count;
}

/* ---- elements ------------------------------------------------------------------------------ */

const wn_type unit_types[10] = {WN_U8,  WN_U16, WN_U32, WN_U64, WN_I8,
                                WN_I16, WN_I32, WN_I64, WN_F32, WN_F64};

bool unit_is_float(wn_type type)
{
    return type / 100 == 3;
}

bool unit_is_signed(wn_type type)
{
    return type / 100 == 2;
}

static size_t bytes_of(wn_type type)
{
    return (size_t)type % 100 / 8;
}

void unit_put(const wn_array *array, void *data, size_t index, uint64_t bits)
{
    const size_t size = bytes_of(array->type);
    uint8_t *to = (uint8_t *)data + index * size;
    for (size_t i = 0; i < size; i++)
        to[array->big_endian ? size - 1 - i : i] = (uint8_t)(bits >> 8 * i);
}

uint64_t unit_get(const wn_array *array, const void *data, size_t index)
{
    const size_t size = bytes_of(array->type);
    const uint8_t *from = (const uint8_t *)data + index * size;
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++)
        bits |= (uint64_t)from[array->big_endian ? size - 1 - i : i] << 8 * i;
    return bits;
}

uint64_t unit_bits(wn_type type, double value)
{
    uint64_t bits = 0;
    if (type == WN_F64) {
        memcpy(&bits, &value, sizeof value);
    } else if (type == WN_F32) {
        const float narrow = (float)value;
        uint32_t bits32;
        memcpy(&bits32, &narrow, sizeof narrow);
        bits = bits32;
    } else {
        const uint64_t all = value < 0 ? (uint64_t)(int64_t)value : (uint64_t)value;
        const size_t size = bytes_of(type);
        bits = size == 8 ? all : all & (((uint64_t)1 << 8 * size) - 1);
    }
    return bits;
}

double unit_value(wn_type type, uint64_t bits)
{
    double value;
    if (type == WN_F64) {
        memcpy(&value, &bits, sizeof value);
    } else if (type == WN_F32) {
        const uint32_t bits32 = (uint32_t)bits;
        float narrow;
        memcpy(&narrow, &bits32, sizeof narrow);
        value = narrow;
    } else if (unit_is_signed(type)) {
        const unsigned unused = 64 - 8 * (unsigned)bytes_of(type);
        value = (double)((int64_t)(bits << unused) / ((int64_t)1 << unused));
    } else {
        value = (double)bits;
    }
    return value;
}

uint64_t unit_flag(wn_type type)
{
    const size_t bits = 8 * bytes_of(type);
    const uint64_t ones = UINT64_MAX >> (64 - bits);
    return unit_is_float(type) ? unit_bits(type, NAN) : unit_is_signed(type) ? ones >> 1 : ones;
}

/* ---- memory -------------------------------------------------------------------------------- */

void *unit_alloc(size_t size)
{
    void *memory = calloc(size > 0 ? size : 1, 1);
    if (!memory)
        abort();
    return memory;
}

void *unit_copy(const void *data, size_t size)
{
    void *memory = malloc(size);
    if (!memory && size > 0)
        abort();
    if (size > 0)
        memcpy(memory, data, size);
    return memory;
}

/* ---- frames -------------------------------------------------------------------------------- */

static double background_at(const struct unit_scene *s, uint32_t x, uint32_t y)
{
    const double radius = hypot(x - s->x, y - s->y);
    return s->falloff > 0 ? s->mean * exp(-radius / s->falloff) : s->mean;
}

static bool in_gap(const wn_array *a, uint32_t x, uint32_t y, uint64_t *random)
{
    const bool gap = (x >= a->width / 3 && x < a->width / 3 + 3) ||
                     (y >= a->height / 2 && y < a->height / 2 + 4);
    return gap || unit_random(random) % 1000 == 0;
}

/* Peaks are Gaussian, with a sigma of one pixel. */
static void add_peaks(const wn_array *a, const struct unit_scene *s, double *signal,
                      uint64_t *random)
{
    for (unsigned i = 0; i < s->peaks; i++) {
        const double px = a->width * unit_uniform(random), py = a->height * unit_uniform(random);
        for (uint32_t y = py > 5 ? (uint32_t)py - 5 : 0; y < a->height && y < py + 5; y++) {
            for (uint32_t x = px > 5 ? (uint32_t)px - 5 : 0; x < a->width && x < px + 5; x++) {
                const double r2 = (x - px) * (x - px) + (y - py) * (y - py);
                signal[(size_t)y * a->width + x] += s->peak * exp(-0.5 * r2);
            }
        }
    }
}

static uint64_t element(wn_type type, double mean, double signal, double dispersion,
                        uint64_t *random)
{
    if (unit_is_float(type))
        return unit_bits(type, mean + signal + sqrt(dispersion * mean) * unit_gauss(random));
    double counts = unit_counts(random, mean, dispersion);
    counts += unit_poisson(random, signal);
    const double highest = unit_value(type, unit_flag(type)) - 1;
    return unit_bits(type, fmin(counts, highest));
}

void *unit_frames(const wn_array *a, const struct unit_scene *s, double *truth)
{
    const size_t pixels = (size_t)a->height * a->width;
    uint8_t *data = unit_alloc(wn_array_bytes(a));
    double *signal = unit_alloc(pixels * sizeof *signal);
    uint64_t random = s->seed;
    for (uint32_t frame = 0; frame < a->frames; frame++) {
        memset(signal, 0, pixels * sizeof *signal);
        add_peaks(a, s, signal, &random);
        for (size_t i = 0; i < pixels; i++) {
            const uint32_t x = (uint32_t)(i % a->width), y = (uint32_t)(i / a->width);
            const double mean = background_at(s, x, y);
            uint64_t bits = element(a->type, mean, signal[i], s->dispersion, &random);
            if (s->gaps && in_gap(a, x, y, &random))
                bits = unit_flag(a->type);
            unit_put(a, data, frame * pixels + i, bits);
            if (truth)
                truth[i] = mean;
        }
    }
    free(signal);
    return data;
}

/* ---- chunks -------------------------------------------------------------------------------- */

void unit_seal(uint8_t *chunk, size_t size)
{
    if (size < 40)
        return;
    for (size_t i = 0; i < 4; i++)
        chunk[20 + i] = (uint8_t)(size >> 8 * i);
    const uint64_t checksum = XXH64(chunk, size - 8, 0);
    for (size_t i = 0; i < 8; i++)
        chunk[size - 8 + i] = (uint8_t)(checksum >> 8 * i);
}
