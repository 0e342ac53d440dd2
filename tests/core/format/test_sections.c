/* Sections of frames, taken apart and reassembled in ways that no writer uses: each must be an
 * error. */
#include <stdlib.h>
#include <string.h>

#include "format/chunk_header.h"
#include "format/sections.h"
#include "support/unit.h"

/* ---- chunks in parts ----------------------------------------------------------------------- */

#define MAX_SECTIONS 20
#define RECORD       (HEADER_BYTES + MODEL_BYTES) /* where that of the first frame begins */

struct section_part {
    uint8_t tag;
    uint32_t size;
    const uint8_t *bytes; /* in the chunk that it is from */
};

/* A chunk of one frame. */
struct section_parts {
    wn_array array;
    uint8_t *chunk;
    size_t size;
    size_t n;
    struct section_part part[MAX_SECTIONS];
};

static void take_apart(struct section_parts *p)
{
    const uint8_t *at = p->chunk + RECORD + RECORD_BYTES,
                  *end = p->chunk + p->size - CHECKSUM_BYTES;
    for (p->n = 0; at < end; p->n++) {
        ck_assert_uint_lt(p->n, MAX_SECTIONS);
        struct section_part *part = &p->part[p->n];
        *part = (struct section_part){at[0], 0, at + 5};
        for (size_t i = 0; i < 4; i++)
            part->size |= (uint32_t)at[1 + i] << 8 * i;
        at = part->bytes + part->size;
    }
    ck_assert_ptr_eq(at, end);
}

static struct section_parts encode(const wn_array *array, const wn_params *params, uint8_t *frame,
                                   wn_form form)
{
    struct section_parts p = {.array = *array};
    const size_t bound = wn_encode_bound(array);
    wn_map *map = NULL;
    wn_frame_info info;
    p.chunk = unit_alloc(bound);
    ck_assert_int_eq(wn_map_create(params, array->height, array->width, NULL, &map), WN_OK);
    ck_assert_int_eq(wn_encode(map, params, array, frame, 1, p.chunk, bound, &p.size), WN_OK);
    ck_assert_int_eq(wn_chunk_frames(p.chunk, p.size, 1, &info), WN_OK);
    ck_assert_int_eq(info.form, form);
    take_apart(&p);
    wn_map_free(map);
    free(frame);
    return p;
}

/* Put the sections together and decode: what becomes of it. */
static wn_status decode(const struct section_parts *p)
{
    size_t size = RECORD + RECORD_BYTES, frame_bytes = wn_array_bytes(&p->array);
    for (size_t i = 0; i < p->n; i++)
        size += 5 + p->part[i].size;
    uint8_t *chunk = unit_alloc(size + CHECKSUM_BYTES), *at = chunk + RECORD + RECORD_BYTES;
    memcpy(chunk, p->chunk, RECORD + RECORD_BYTES);
    for (size_t i = 0; i < p->n; i++) {
        *at++ = p->part[i].tag;
        for (size_t k = 0; k < 4; k++)
            *at++ = (uint8_t)(p->part[i].size >> 8 * k);
        memcpy(at, p->part[i].bytes, p->part[i].size);
        at += p->part[i].size;
    }
    for (size_t k = 0; k < 4; k++)
        chunk[RECORD + 1 + k] = (uint8_t)((size - RECORD - RECORD_BYTES) >> 8 * k);
    unit_seal(chunk, size + CHECKSUM_BYTES);
    uint8_t *dst = malloc(frame_bytes);
    const wn_status status =
        wn_decode(NULL, chunk, size + CHECKSUM_BYTES, &p->array, WN_NOISE_ON, 1, dst, frame_bytes);
    wn_stored_frame *stored = NULL;
    const wn_status looked =
        wn_chunk_stored_frame(NULL, chunk, size + CHECKSUM_BYTES, &p->array, 0, &stored);
    EXPECT(status != WN_OK || looked == WN_OK, "decoded, but %s", wn_strerror(looked));
    wn_stored_frame_free(stored);
    free(dst);
    free(chunk);
    return status;
}

static size_t number_of(const struct section_parts *p, unsigned tag)
{
    size_t i = 0;
    while (i < p->n && p->part[i].tag != tag)
        i++;
    return i;
}

static bool has(const struct section_parts *p, unsigned tag)
{
    return number_of(p, tag) < p->n;
}

static void insert(struct section_parts *p, size_t at, const struct section_part *part)
{
    memmove(p->part + at + 1, p->part + at, (p->n - at) * sizeof p->part[0]);
    p->part[at] = *part;
    p->n++;
}

/* ---- examples ------------------------------------------------------------------------------ */

enum example { LISTED, PLACES_AND_LAW, PLACES_AND_SUMS, SINGLES_AND_SUMS, WHOLE, REALS, EXAMPLES };

static const unsigned tags_of[EXAMPLES][6] = {
    [LISTED] = {1, 2, 3, 4, 5},
    [PLACES_AND_LAW] = {1, 2, 3, 6, 7},
    [PLACES_AND_SUMS] = {1, 3, 6, 7, 8},
    [SINGLES_AND_SUMS] = {1, 3, 6, 7, 8},
    [WHOLE] = {1, 3, 7},
    [REALS] = {1, 3, 4, 5},
};

static struct section_parts example(enum example which)
{
    const wn_params of[EXAMPLES] = {
        [LISTED] = {.pick = 300},
        [PLACES_AND_LAW] = {.keep = WN_KEEP_CLUSTER},
        [PLACES_AND_SUMS] = {.keep = WN_KEEP_CLUSTER, .block = 4},
        [SINGLES_AND_SUMS] = {.keep = WN_KEEP_OUTLIER, .pick = 300, .block = 3},
        [WHOLE] = {.keep = WN_KEEP_ALL},
        [REALS] = {.pick = 300},
    };
    const wn_array a = {which == REALS ? WN_F32 : WN_U16, false, 1, 96, 80};
    const struct unit_scene scene = {
        .seed = 5, .mean = 2, .dispersion = 1, .peaks = 12, .peak = 50, .gaps = true};
    return encode(&a, &of[which], unit_frames(&a, &scene, NULL),
                  which == WHOLE ? WN_FORM_COUNTED : WN_FORM_SEPARATED);
}

/* Whether a chunk that was tampered with is refused, as it must be. */
#define EXPECT_REFUSED(parts, format, ...)                                                         \
    do {                                                                                           \
        const wn_status got = decode(parts);                                                       \
        EXPECT(got == WN_ERR_CORRUPT || got == WN_ERR_TRUNCATED, format ": %s", __VA_ARGS__,       \
               wn_strerror(got));                                                                  \
    } while (0)

START_TEST(sections_of_examples)
{
    for (int which = 0; which < EXAMPLES; which++) {
        struct section_parts p = example((enum example)which);
        for (size_t i = 0; i < p.n; i++)
            EXPECT(p.part[i].tag == tags_of[which][i], "example %d, section %u", which,
                   p.part[i].tag);
        ck_assert_uint_eq(tags_of[which][p.n], 0);
        ck_assert_int_eq(decode(&p), WN_OK);
        free(p.chunk);
    }
}
END_TEST

/* ---- which sections there are -------------------------------------------------------------- */

START_TEST(missing)
{
    for (int which = 0; which < EXAMPLES; which++) {
        struct section_parts p = example((enum example)which);
        for (size_t i = 0; i < p.n; i++) {
            struct section_parts less = p;
            memmove(less.part + i, less.part + i + 1, (less.n - i - 1) * sizeof less.part[0]);
            less.n--;
            EXPECT_REFUSED(&less, "example %d without section %u", which, p.part[i].tag);
        }
        struct section_parts none = p;
        none.n = 0;
        EXPECT_REFUSED(&none, "example %d without %s", which, "sections");
        free(p.chunk);
    }
}
END_TEST

START_TEST(doubled)
{
    for (int which = 0; which < EXAMPLES; which++) {
        struct section_parts p = example((enum example)which);
        for (size_t i = 0; i < p.n; i++) {
            struct section_parts more = p;
            insert(&more, i, &p.part[i]);
            EXPECT_REFUSED(&more, "example %d, two sections %u", which, p.part[i].tag);
        }
        free(p.chunk);
    }
}
END_TEST

START_TEST(in_the_wrong_order)
{
    for (int which = 0; which < EXAMPLES; which++) {
        struct section_parts p = example((enum example)which);
        for (size_t i = 0; i < p.n; i++) {
            for (size_t k = 0; k < i; k++) {
                struct section_parts swapped = p;
                swapped.part[i] = p.part[k];
                swapped.part[k] = p.part[i];
                EXPECT_REFUSED(&swapped, "example %d, %u before %u", which, p.part[i].tag,
                               p.part[k].tag);
            }
        }
        free(p.chunk);
    }
}
END_TEST

/* Sections of other ways of keeping, in their positions: positions and a kept grid, sums and a
 * distribution to draw from, sums of floats, and so on. */
START_TEST(of_another_frame)
{
    for (int which = 0; which < EXAMPLES; which++) {
        struct section_parts p = example((enum example)which);
        for (int from = 0; from < EXAMPLES; from++) {
            struct section_parts other = example((enum example)from);
            for (size_t i = 0; i < other.n; i++) {
                if (has(&p, other.part[i].tag))
                    continue;
                struct section_parts both = p;
                size_t at = 0;
                while (at < p.n && p.part[at].tag < other.part[i].tag)
                    at++;
                insert(&both, at, &other.part[i]);
                EXPECT_REFUSED(&both, "example %d with section %u of example %d", which,
                               other.part[i].tag, from);
            }
            free(other.chunk);
        }
        free(p.chunk);
    }
}
END_TEST

/* What takes the place of another way of keeping, whole or in part. */
START_TEST(instead_of_others)
{
    struct section_parts law = example(PLACES_AND_LAW), sums = example(PLACES_AND_SUMS);
    struct section_parts p = sums; /* sums without counts and kept grid */
    p.part[2] = sums.part[4];
    p.n = 3;
    EXPECT_REFUSED(&p, "%s", "sums alone");
    p = sums; /* counts of all pixels, and sums */
    p.part[2] = sums.part[3];
    p.part[3] = sums.part[4];
    p.n = 4;
    EXPECT_REFUSED(&p, "%s", "sums without places");
    p = law;
    p.part[1] = law.part[2];
    p.part[2] = law.part[3];
    p.part[3] = law.part[4];
    p.n = 4;
    EXPECT_REFUSED(&p, "%s", "neither limits nor sums");
    free(law.chunk);
    free(sums.chunk);
}
END_TEST

/* A frame that is kept whole is no separated one, nor the other way round. */
START_TEST(of_another_form)
{
    for (int which = 0; which < EXAMPLES; which++) {
        struct section_parts p = example((enum example)which);
        p.chunk[RECORD] ^= WN_FORM_SEPARATED ^ WN_FORM_COUNTED;
        EXPECT_REFUSED(&p, "example %d as form %d", which, p.chunk[RECORD]);
        free(p.chunk);
    }
}
END_TEST

/* ---- what is in them ----------------------------------------------------------------------- */

START_TEST(cut_or_longer)
{
    for (int which = 0; which < EXAMPLES; which++) {
        struct section_parts p = example((enum example)which);
        for (size_t i = 0; i < p.n; i++) {
            struct section_parts cut = p;
            for (uint32_t size = 0; size < p.part[i].size; size++) {
                cut.part[i].size = size;
                EXPECT_REFUSED(&cut, "example %d, %u bytes of section %u", which, (unsigned)size,
                               p.part[i].tag);
            }
            uint8_t *longer = unit_alloc(p.part[i].size + 1);
            memcpy(longer, p.part[i].bytes, p.part[i].size);
            cut.part[i] = (struct section_part){p.part[i].tag, p.part[i].size + 1, longer};
            EXPECT_REFUSED(&cut, "example %d, section %u and a byte", which, p.part[i].tag);
            free(longer);
        }
        free(p.chunk);
    }
}
END_TEST

/* The record says how many pixels are kept and flagged. */
START_TEST(other_numbers_of_pixels)
{
    const uint32_t changes[] = {1, UINT32_MAX, 100, 96 * 80, 1u << 31};
    for (int which = 0; which < EXAMPLES; which++) {
        struct section_parts p = example((enum example)which);
        for (size_t field = 5; field <= 9; field += 4) {
            uint8_t *at = p.chunk + RECORD + field;
            uint32_t was;
            memcpy(&was, at, 4);
            for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
                const uint32_t n = was + changes[i];
                memcpy(at, &n, 4);
                EXPECT_REFUSED(&p, "example %d, %u pixels instead of %u", which, (unsigned)n,
                               (unsigned)was);
            }
            memcpy(at, &was, 4);
        }
        free(p.chunk);
    }
}
END_TEST

/* One byte of a section replaced. */
static wn_status with_byte(const struct section_parts *p, unsigned tag, size_t at, uint8_t value)
{
    const size_t i = number_of(p, tag);
    ck_assert_uint_lt(i, p->n);
    uint8_t *bytes = unit_copy(p->part[i].bytes, p->part[i].size);
    bytes[at] = value;
    struct section_parts changed = *p;
    changed.part[i].bytes = bytes;
    const wn_status status = decode(&changed);
    free(bytes);
    return status;
}

static void expect_one_value(const struct section_parts *p, unsigned tag, size_t at, uint8_t right)
{
    for (unsigned value = 0; value < 256; value++) {
        const wn_status status = with_byte(p, tag, at, (uint8_t)value);
        if (value == right)
            ck_assert_int_eq(status, WN_OK);
        else
            EXPECT(status == WN_ERR_CORRUPT || status == WN_ERR_TRUNCATED,
                   "section %u, byte %zu is %u: %s", tag, at, value, wn_strerror(status));
    }
}

/* Edges and grains out of range, or not those of what follows. */
START_TEST(edge_and_grain)
{
    struct section_parts p = example(PLACES_AND_SUMS);
    expect_one_value(&p, SECTION_KEPT_GRID, 0, 2);
    expect_one_value(&p, SECTION_SUMS, 0, 4);
    free(p.chunk);
    p = example(SINGLES_AND_SUMS);
    expect_one_value(&p, SECTION_KEPT_GRID, 0, 1);
    expect_one_value(&p, SECTION_SUMS, 0, 3);
    free(p.chunk);
}
END_TEST

START_TEST(steps_of_classes)
{
    struct section_parts p = example(PLACES_AND_SUMS);
    for (unsigned value = 17; value < 257; value++) {
        const uint8_t steps = (uint8_t)value; /* 256: none */
        ck_assert_int_eq(with_byte(&p, SECTION_COUNTS, 0, steps), WN_ERR_CORRUPT);
        ck_assert_int_eq(with_byte(&p, SECTION_SUMS, 2, steps), WN_ERR_CORRUPT);
    }
    free(p.chunk);
}
END_TEST

/* ---- counts that the type cannot hold ------------------------------------------------------ */

/* A flat frame of 40 x 40 pixels, with one pixel and one block of 2 x 2 of their own. */
static uint8_t *flat_frame(const wn_array *a, uint64_t pixel, uint64_t in_block)
{
    const struct unit_scene scene = {.seed = 8, .mean = in_block > 0 ? 20 : 2, .dispersion = 1};
    uint8_t *frame = unit_frames(a, &scene, NULL);
    if (pixel > 0)
        unit_put(a, frame, 20 * 40 + 21, pixel);
    for (size_t i = 0; in_block > 0 && i < 4; i++)
        unit_put(a, frame, (10 + i / 2) * 40 + 10 + i % 2, in_block / 4 + (i < in_block % 4));
    return frame;
}

/* The chunk of a wider type, taken for one of a narrower type. */
static wn_status as_another_type(const struct section_parts *p, wn_type type)
{
    struct section_parts narrow = *p;
    narrow.array.type = type;
    narrow.chunk = unit_copy(p->chunk, p->size);
    narrow.chunk[6] = (uint8_t)type;
    narrow.chunk[7] = (uint8_t)(type >> 8);
    const wn_status status = decode(&narrow);
    free(narrow.chunk);
    return status;
}

START_TEST(counts_at_the_maximum)
{
    const wn_type types[][2] = {
        {WN_U16, WN_U8}, {WN_I16, WN_I8}, {WN_U32, WN_U16}, {WN_U64, WN_I32}};
    for (size_t i = 0; i < 4; i++) {
        const uint64_t maximum = unit_flag(types[i][1]);
        for (int keep = WN_KEEP_OUTLIER; keep <= WN_KEEP_ALL; keep++) {
            for (uint64_t count = maximum - 1; count <= maximum + 1; count++) {
                const wn_array a = {types[i][0], false, 1, 40, 40};
                const wn_params p = {
                    .keep = (wn_keep)keep, .pick = 500, .block = keep == WN_KEEP_ALL ? 0 : 2};
                struct section_parts parts =
                    encode(&a, &p, flat_frame(&a, count, 0),
                           keep == WN_KEEP_ALL ? WN_FORM_COUNTED : WN_FORM_SEPARATED);
                const wn_status status = as_another_type(&parts, types[i][1]);
                EXPECT(status == (count < maximum ? WN_OK : WN_ERR_CORRUPT), "%s, keep %d: %s",
                       wn_type_name(types[i][1]), keep, wn_strerror(status));
                free(parts.chunk);
            }
        }
    }
}
END_TEST

START_TEST(sums_at_the_maximum)
{
    const wn_type types[][2] = {{WN_U16, WN_U8}, {WN_I16, WN_I8}};
    for (size_t i = 0; i < 2; i++) {
        const uint64_t maximum = unit_flag(types[i][1]);
        for (uint64_t sum = maximum - 1; sum <= maximum + 1; sum++) {
            const wn_array a = {types[i][0], false, 1, 40, 40};
            const wn_params p = {.keep = WN_KEEP_OUTLIER, .pick = 3000, .block = 2};
            struct section_parts parts = encode(&a, &p, flat_frame(&a, 0, sum), WN_FORM_SEPARATED);
            const wn_status status = as_another_type(&parts, types[i][1]);
            EXPECT(status == (sum < maximum ? WN_OK : WN_ERR_CORRUPT), "%s, %u: %s",
                   wn_type_name(types[i][1]), (unsigned)sum, wn_strerror(status));
            free(parts.chunk);
        }
    }
}
END_TEST

UNIT_MAIN(sections_of_examples, missing, doubled, in_the_wrong_order, of_another_frame,
          instead_of_others, of_another_form, cut_or_longer, other_numbers_of_pixels,
          edge_and_grain, steps_of_classes, counts_at_the_maximum, sums_at_the_maximum)
