/*
 * Golden chunks: old files stay readable (promise P8).
 *
 *     golden DIR          decode every chunk in DIR/golden.txt, compare with the hashes there
 *     golden --make DIR   add chunks that are missing; those that are there are never touched
 *
 * A line of golden.txt: name of the chunk, without .wnw; element type; byte order; frames; height;
 * width; XXH64 of the frames restored with noise; the same without noise. What a chunk was made
 * from does not matter any more once it is there.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"
#include "common/element_type.h"
#include "frame/pixels.h"
#include "winnow.h"

#define PATH_SIZE 4096

/* ---- replaying ----------------------------------------------------------------------------- */

struct blob {
    uint8_t *data;
    size_t size;
};

static struct blob read_file(const char *path)
{
    struct blob blob = {0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return blob;
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    rewind(file);
    blob.data = malloc((size_t)size + 1);
    if (blob.data && fread(blob.data, 1, (size_t)size, file) == (size_t)size)
        blob.size = (size_t)size;
    fclose(file);
    return blob;
}

/* Hash of the decoded frames; exits if they cannot be decoded. */
static uint64_t decoded_hash(const char *name, const struct blob *chunk, const wn_array *array,
                             wn_noise noise)
{
    const size_t bytes = wn_array_bytes(array);
    uint8_t *frames = malloc(bytes + 1);
    const wn_status status =
        frames ? wn_decode(NULL, chunk->data, chunk->size, array, noise, 1, frames, bytes)
               : WN_ERR_MEMORY;
    if (status != WN_OK) {
        fprintf(stderr, "%s: %s\n", name, wn_strerror(status));
        exit(1);
    }
    const uint64_t hash = XXH64(frames, bytes, 0);
    free(frames);
    return hash;
}

static int replay(const char *dir)
{
    char path[PATH_SIZE], name[64], order[16];
    snprintf(path, sizeof path, "%s/golden.txt", dir);
    FILE *list = fopen(path, "r");
    if (!list) {
        fprintf(stderr, "%s: cannot be opened\n", path);
        return 1;
    }
    int chunks = 0, wrong = 0;
    unsigned type;
    wn_array array;
    uint64_t noisy, plain;
    while (fscanf(list, "%63s %u %15s %u %u %u %" SCNx64 " %" SCNx64, name, &type, order,
                  &array.frames, &array.height, &array.width, &noisy, &plain) == 8) {
        array.type = (wn_type)type;
        array.big_endian = strcmp(order, "big") == 0;
        snprintf(path, sizeof path, "%s/%s.wnw", dir, name);
        struct blob chunk = read_file(path);
        const bool same = chunk.size > 0 &&
                          decoded_hash(name, &chunk, &array, WN_NOISE_ON) == noisy &&
                          decoded_hash(name, &chunk, &array, WN_NOISE_OFF) == plain;
        printf("%-24s %-8s %6zu bytes  %s\n", name, wn_type_name(array.type), chunk.size,
               same ? "same" : "DIFFERENT");
        chunks++;
        wrong += !same;
        free(chunk.data);
    }
    fclose(list);
    printf("%d chunks, %d wrong\n", chunks, wrong);
    return chunks == 0 || wrong != 0;
}

/* ---- making -------------------------------------------------------------------------------- */

static uint64_t random_state;

static double uniform(void)
{
    uint64_t x = random_state += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return (double)((x ^ x >> 31) >> 11) / 9007199254740992.0;
}

static double gauss(void)
{
    return sqrt(-2 * log(1 - uniform())) * cos(6.283185307179586 * uniform());
}

static double poisson(double mean)
{
    if (mean > 400)
        return floor(mean + sqrt(mean) * gauss() + 0.5);
    double count = -1, product = 1;
    for (const double end = exp(-mean); product > end; count++)
        product *= 1 - uniform();
    return count;
}

/* What is special about a chunk. */
enum special {
    PLAIN,
    UNWRITTEN,    /* the last 20 rows are zero: stored without loss */
    RANDOM_FRAME, /* the second frame is all random bits: stored as it is */
    ANCILLARY,    /* ends with a section that version 1 does not know, and may skip */
};

/* What a chunk is made of. */
static const struct golden {
    const char *name;
    wn_array array;
    enum special special;
    double centre_level, edge_level; /* background in the middle and far away */
    double width;                    /* of the counts' distribution, relative to Poisson */
    wn_params params;
} goldens[] = {
    {"u32_radial",
     {WN_U32, false, 1, 120, 160},
     PLAIN,
     12,
     0.3,
     1,
     {.centre_x = 70300, .centre_y = 61700, .pick = 300}},
    {"u32_radial_pick1",
     {WN_U32, false, 1, 120, 160},
     PLAIN,
     12,
     0.3,
     1,
     {.centre_x = 70300, .centre_y = 61700}},
    {"u32_tilted",
     {WN_U32, false, 1, 120, 160},
     PLAIN,
     20,
     1,
     1,
     {.centre_x = 40000,
      .centre_y = 20000,
      .pick = 250,
      .distance = 300000,
      .rot1 = 350000,
      .rot2 = -200000,
      .aspect = 1500000,
      .bins = 40}},
    {"u32_normalised",
     {WN_U32, false, 1, 120, 160},
     PLAIN,
     20,
     2,
     1,
     {.centre_x = 80000,
      .centre_y = 60000,
      .pick = 300,
      .noise_floor = 100,
      .distance = 120000,
      .solid_angle = true,
      .polarised = true,
      .polarisation = 990,
      .bins = 50}},
    {"u32_rot2_polarised",
     {WN_U32, false, 1, 120, 160},
     PLAIN,
     20,
     2,
     1,
     {.centre_x = 80000,
      .centre_y = 60000,
      .pick = 300,
      .distance = 150000,
      .rot2 = 300000,
      .polarised = true,
      .polarisation = -500,
      .bins = 40}},
    {"u32_aspect",
     {WN_U32, false, 1, 80, 160},
     PLAIN,
     12,
     0.3,
     1,
     {.centre_x = 70300, .centre_y = 41700, .pick = 300, .aspect = 1500000}},
    {"u32_mixed_levels",
     {WN_U32, false, 1, 120, 160},
     PLAIN,
     3000,
     2,
     1,
     {.centre_x = 80000, .centre_y = 60000, .pick = 200, .bins = 30}},
    {"u32_limit_255",
     {WN_U32, false, 1, 140, 200},
     PLAIN,
     245,
     200,
     1,
     {.centre_x = 100000, .centre_y = 70000, .pick = 200, .bins = 30}},
    {"u32_few_counts",
     {WN_U32, false, 1, 140, 200},
     PLAIN,
     0.4,
     0.01,
     1,
     {.centre_x = 100000, .centre_y = 70000, .pick = 200, .bins = 30}},
    {"u32_compatible",
     {WN_U32, false, 1, 120, 160},
     PLAIN,
     5,
     0.05,
     1,
     {.centre_x = 80000,
      .centre_y = 60000,
      .pick = 300,
      .noise_floor = 100,
      .compat_pyfai = true,
      .error_model = WN_ERROR_AZIMUTHAL,
      .bins = 60}},
    {"u32_wide", {WN_U32, false, 1, 120, 160}, PLAIN, 15, 15, 2.5, {.pick = 200}},
    {"u16_narrow", {WN_U16, false, 1, 120, 160}, PLAIN, 40, 40, 0.3, {.pick = 200}},
    {"u32_narrower", {WN_U32, false, 1, 140, 200}, PLAIN, 30, 30, 0.2, {.pick = 300}},
    {"u16_steady", {WN_U16, false, 1, 120, 160}, PLAIN, 230, 180, 0.02, {.pick = 200}},
    {"u32_huge", {WN_U32, false, 1, 140, 200}, PLAIN, 2.3e9, 2.3e9, 1, {.pick = 300}},
    {"u32_one_row", {WN_U32, false, 1, 1, 900}, PLAIN, 3, 3, 1, {.pick = 300}},
    {"i32_stack", {WN_I32, false, 3, 70, 90}, PLAIN, 2, 2, 1, {.pick = 300}},
    {"i16_negative", {WN_I16, false, 1, 70, 90}, PLAIN, 6, 6, 1, {.pick = 300}},
    {"u16_big_endian", {WN_U16, true, 2, 70, 90}, PLAIN, 3, 3, 1, {.pick = 300}},
    {"u8_tiles", {WN_U8, false, 1, 130, 100}, PLAIN, 4, 4, 1, {.pick = 300, .bins = 32}},
    {"i8_mean", {WN_I8, false, 1, 130, 100}, PLAIN, 4, 4, 1, {.pick = 300, .plain_mean = true}},
    {"u64_large", {WN_U64, false, 1, 70, 90}, PLAIN, 100000, 100000, 1, {.pick = 300}},
    {"i64_big_endian", {WN_I64, true, 1, 70, 90}, PLAIN, 7, 7, 1, {.pick = 300}},
    {"f32_tiles", {WN_F32, false, 1, 70, 90}, PLAIN, 5, 5, 1, {.pick = 300}},
    {"f32_about_zero", {WN_F32, false, 2, 200, 210}, PLAIN, 0.02, -0.02, 1, {.pick = 300}},
    {"f32_normalised_be",
     {WN_F32, true, 1, 70, 90},
     PLAIN,
     50,
     5,
     1,
     {.centre_x = 44000,
      .centre_y = 33000,
      .pick = 300,
      .distance = 80000,
      .solid_angle = true,
      .bins = 20}},
    {"f64_radial",
     {WN_F64, false, 1, 70, 90},
     PLAIN,
     50,
     5,
     1,
     {.centre_x = 44000, .centre_y = 33000, .pick = 300, .bins = 20}},
    {"f64_tiles", {WN_F64, false, 1, 200, 210}, PLAIN, 90, 1, 1, {.pick = 300, .bins = 32}},
    {"u16_lossless", {WN_U16, true, 2, 60, 50}, UNWRITTEN, 5, 5, 1, {.pick = 100}},
    {"u8_mixed_forms", {WN_U8, false, 3, 70, 90}, RANDOM_FRAME, 3, 3, 1, {.pick = 300}},
    {"u16_unknown_section", {WN_U16, false, 1, 70, 90}, ANCILLARY, 3, 3, 1, {.pick = 300}},
    {"u8_raw", {WN_U8, false, 1, 5, 7}, PLAIN, 120, 120, 20, {.pick = 100}},
    {"u32_cluster_blocks2",
     {WN_U32, false, 1, 77, 93},
     PLAIN,
     6,
     1,
     1,
     {.keep = WN_KEEP_CLUSTER, .pick = 250, .block = 2, .centre_x = 46000, .centre_y = 38000}},
    {"u16_cluster_blocks3",
     {WN_U16, false, 2, 70, 91},
     PLAIN,
     3,
     2,
     1,
     {.keep = WN_KEEP_CLUSTER, .block = 3}},
    {"u8_cluster_blocks4",
     {WN_U8, false, 1, 83, 90},
     PLAIN,
     18,
     6,
     1,
     {.keep = WN_KEEP_CLUSTER, .pick = 350, .block = 4, .bins = 32}},
    {"i16_outlier_blocks2_flags",
     {WN_I16, false, 1, 70, 90},
     PLAIN,
     4,
     1,
     1,
     {.keep = WN_KEEP_OUTLIER, .pick = 300, .block = 2, .centre_x = 44000, .centre_y = 33000}},
    {"u64_outlier_blocks8_be",
     {WN_U64, true, 1, 75, 92},
     PLAIN,
     2,
     0.2,
     1,
     {.keep = WN_KEEP_OUTLIER, .pick = 400, .block = 8, .centre_x = 44000, .centre_y = 33000}},
    {"i64_blocks2_large",
     {WN_I64, true, 1, 70, 90},
     PLAIN,
     300000,
     300000,
     1,
     {.keep = WN_KEEP_CLUSTER, .pick = 400, .block = 2}},
    {"u32_blocks5_dummy",
     {WN_U32, false, 1, 70, 90},
     PLAIN,
     14,
     10,
     1,
     {.keep = WN_KEEP_CLUSTER, .block = 5, .has_dummy = true, .dummy = 400}},
    {"u16_blocks2_mean",
     {WN_U16, false, 1, 70, 90},
     PLAIN,
     5,
     2,
     1,
     {.keep = WN_KEEP_CLUSTER,
      .plain_mean = true,
      .block = 2,
      .centre_x = 44000,
      .centre_y = 33000}},
    {"u32_blocks3_one_row",
     {WN_U32, false, 1, 1, 900},
     PLAIN,
     3,
     3,
     1,
     {.keep = WN_KEEP_OUTLIER, .pick = 300, .block = 3}},
    {"i32_cluster_law",
     {WN_I32, false, 1, 70, 90},
     PLAIN,
     4,
     2,
     1,
     {.keep = WN_KEEP_CLUSTER, .pick = 400, .halo = 1}},
    {"u16_cluster_filter_law",
     {WN_U16, false, 1, 70, 90},
     PLAIN,
     4,
     2,
     1,
     {.keep = WN_KEEP_CLUSTER,
      .pick = 450,
      .halo = 3,
      .filter_width = 13,
      .centre_x = 44000,
      .centre_y = 33000}},
    {"u32_whole",
     {WN_U32, false, 1, 70, 90},
     PLAIN,
     6,
     1,
     1,
     {.keep = WN_KEEP_ALL, .centre_x = 44000, .centre_y = 33000}},
    {"u8_whole", {WN_U8, false, 1, 70, 90}, PLAIN, 2, 1, 1, {.keep = WN_KEEP_ALL}},
    {"i16_whole_stack_be", {WN_I16, true, 2, 60, 70}, PLAIN, 5, 1, 1, {.keep = WN_KEEP_ALL}},
    {"u32_whole_wide", {WN_U32, false, 1, 60, 70}, PLAIN, 3000, 2500, 8, {.keep = WN_KEEP_ALL}},
};

/* A count of given mean, with `width` times Poisson's standard deviation. */
static double draw(const struct golden *g, double mean)
{
    const double plain = poisson(mean);
    return g->width == 1 ? plain : fmax(0, floor(mean + g->width * (plain - mean) + 0.5));
}

/* Background, a gap, bad pixels, a few peaks and what else the type can flag. */
static void fill(const struct golden *g, uint8_t *frames)
{
    const wn_array *a = &g->array;
    const size_t size = wn_type_size(a->type), pixels = (size_t)a->height * a->width;
    const uint64_t maximum = wn_type_maximum(a->type);
    const bool has_sign =
        a->type == WN_I8 || a->type == WN_I16 || a->type == WN_I32 || a->type == WN_I64;
    for (size_t i = 0; i < a->frames * pixels; i++) {
        const double x = (double)(i % a->width), y = (double)(i % pixels / a->width);
        const double r = hypot(x - 0.5 * a->width, y - 0.5 * a->height) / a->width;
        const double mean = g->edge_level + (g->centre_level - g->edge_level) * exp(-8 * r * r);
        const bool peak = i % pixels % 997 == 500;
        const bool gap = y >= 8 && y < 11 && a->height > 30;
        double value = draw(g, fmax(mean, 0)) + (peak ? 30 + poisson(60) : 0);
        if (wn_type_is_float(a->type))
            value += 0.4 * gauss() + fmin(mean, 0);
        uint64_t bits;
        if (a->type == WN_F32) {
            const float narrow = gap ? NAN : (float)value;
            uint32_t word;
            memcpy(&word, &narrow, sizeof word);
            bits = word;
        } else if (a->type == WN_F64) {
            const double wide = gap ? -INFINITY : value;
            memcpy(&bits, &wide, sizeof bits);
        } else {
            bits = gap || value >= (double)maximum ? maximum : (uint64_t)value;
            if (has_sign && i % 613 == 7)
                bits = (uint64_t)(-1 - (int64_t)(i % 2));
            if (a->type == WN_U64 && peak)
                bits = 0x123456789abcdefu + i;
        }
        if (g->special == UNWRITTEN && y >= a->height - 20.0)
            bits = 0;
        if (g->special == RANDOM_FRAME && i / pixels == 1)
            bits = (uint64_t)(uniform() * 4294967296.0);
        if (wn_native_big_endian())
            bits <<= 8 * (8 - size);
        memcpy(frames + i * size, &bits, size);
    }
    if (a->big_endian != wn_native_big_endian())
        wn_swap_elements(frames, frames, a->frames * pixels, size);
}

/* Append a section with tag 200 to the only frame of a chunk. */
static void add_ancillary(struct blob *chunk)
{
    static const uint8_t section[] = {200, 3, 0, 0, 0, 'n', 'e', 'w'};
    uint8_t *end = chunk->data + chunk->size - 8;
    memcpy(end, section, sizeof section);
    chunk->size += sizeof section;
    const size_t record = 32 + 56;
    store_u32(chunk->data + 20, (uint32_t)chunk->size);
    store_u32(chunk->data + record + 1,
              load_u32(chunk->data + record + 1) + (uint32_t)sizeof section);
    const size_t covered = chunk->size - 8;
    store_u64(chunk->data + 24, XXH64(chunk->data + 32, covered - 32, 0));
    store_u64(chunk->data + covered, XXH64(chunk->data, covered, 0));
}

static void make(const struct golden *g, const char *dir)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s.wnw", dir, g->name);
    FILE *there = fopen(path, "rb");
    if (there) {
        fclose(there);
        return;
    }
    const size_t bytes = wn_array_bytes(&g->array), bound = wn_encode_bound(&g->array);
    uint8_t *frames = calloc(bytes + 8, 1);
    struct blob chunk = {malloc(bound), 0};
    wn_map *map = NULL;
    random_state = XXH64(g->name, strlen(g->name), 1);
    wn_status status = wn_map_create(&g->params, g->array.height, g->array.width, NULL, &map);
    if (status == WN_OK && frames && chunk.data) {
        fill(g, frames);
        status = wn_encode(map, &g->params, &g->array, frames, 1, chunk.data, bound, &chunk.size);
    }
    if (status == WN_OK && g->special == ANCILLARY)
        add_ancillary(&chunk);
    wn_map_free(map);
    free(frames);
    if (status != WN_OK) {
        fprintf(stderr, "%s: %s\n", g->name, wn_strerror(status));
        exit(1);
    }
    FILE *file = fopen(path, "wb");
    snprintf(path, sizeof path, "%s/golden.txt", dir);
    FILE *list = fopen(path, "a");
    if (!file || !list || fwrite(chunk.data, 1, chunk.size, file) != chunk.size) {
        fprintf(stderr, "%s: cannot be written\n", g->name);
        exit(4);
    }
    fprintf(list, "%s %u %s %u %u %u %016" PRIx64 " %016" PRIx64 "\n", g->name,
            (unsigned)g->array.type, g->array.big_endian ? "big" : "little", g->array.frames,
            g->array.height, g->array.width, decoded_hash(g->name, &chunk, &g->array, WN_NOISE_ON),
            decoded_hash(g->name, &chunk, &g->array, WN_NOISE_OFF));
    wn_frame_info info;
    if (wn_chunk_frames(chunk.data, chunk.size, 1, &info) == WN_OK)
        printf("%-26s form %d, %zu of %zu bytes, %zu kept, %zu flagged\n", g->name, (int)info.form,
               chunk.size, bytes, info.kept, info.flagged);
    fclose(file);
    fclose(list);
    free(chunk.data);
}

int main(int argc, char **argv)
{
    if (argc == 2)
        return replay(argv[1]);
    if (argc == 3 && strcmp(argv[1], "--make") == 0) {
        for (size_t i = 0; i < sizeof goldens / sizeof goldens[0]; i++)
            make(&goldens[i], argv[2]);
        return 0;
    }
    fprintf(stderr, "usage: golden [--make] DIR\n");
    return 2;
}
