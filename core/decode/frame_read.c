/* Reading the sections of a separated frame: hostile input, every number is checked before it is
 * used. Streams of counts are only located here; count_restore.c decodes them. Linear in the number
 * of bytes and cells. */
#include "decode/frame_read.h"

#include <stdlib.h>

#include "common/element_type.h"
#include "decode/separated_frame.h"
#include "format/block_sums.h"
#include "format/rects_io.h"
#include "format/sections.h"
#include "geometry/map.h"

static wn_status read_limits(struct byte_reader *r, const wn_map *map, wn_type type,
                             uint64_t *number, struct separated_frame *f)
{
    const uint64_t type_limit = wn_type_maximum(type);
    const uint64_t highest = type_limit < UINT32_MAX ? type_limit : UINT32_MAX;
    const size_t stride = map->cell_stride;
    f->first_kept = malloc(map->cells * sizeof *f->first_kept);
    if (!f->first_kept)
        return WN_ERR_MEMORY;
    const wn_status status = wn_read_numbers(r, number, map->cells);
    for (size_t i = 0; i < map->cells && status == WN_OK; i++) {
        const uint64_t before = i >= stride ? f->first_kept[i - stride] : 0;
        const uint64_t first = before + (uint64_t)unzigzag(number[i]);
        if (first > highest)
            return WN_ERR_CORRUPT;
        f->first_kept[i] = (uint32_t)first;
    }
    return status;
}

/* The values of flagged rectangles: each must fit an element. */
static wn_status read_flag_values(struct byte_reader *r, wn_type type, uint64_t *number,
                                  struct rect_list *list)
{
    const unsigned element_bits = 8 * (unsigned)wn_type_size(type);
    const wn_status status = wn_read_numbers(r, number, list->n);
    uint64_t before = wn_type_maximum(type);
    for (size_t i = 0; i < list->n && status == WN_OK; i++) {
        before = list->area[i].bits = number[i] ^ before;
        if (element_bits < 64 && before >> element_bits != 0)
            return WN_ERR_CORRUPT;
    }
    return status;
}

static wn_status read_flagged(struct byte_reader *r, const wn_map *map, wn_type type,
                              struct rect_list *list)
{
    wn_status status = wn_rects_read(r, map->height, map->width, list);
    if (status != WN_OK)
        return status;
    uint64_t *number = malloc((list->n + 1) * sizeof *number);
    status = number ? read_flag_values(r, type, number, list) : WN_ERR_MEMORY;
    free(number);
    return status;
}

static wn_status read_positions(struct byte_reader *r, const wn_map *map, uint64_t *number,
                                struct separated_frame *f)
{
    const uint64_t pixels = (uint64_t)map->height * map->width;
    f->kept_index = calloc(f->kept + 1, sizeof *f->kept_index);
    if (!f->kept_index)
        return WN_ERR_MEMORY;
    const wn_status status = wn_read_numbers(r, number, f->kept);
    uint64_t next = 0;
    for (size_t i = 0; i < f->kept && status == WN_OK; i++) {
        if (number[i] >= pixels - next)
            return WN_ERR_CORRUPT;
        f->kept_index[i] = (uint32_t)(next + number[i]);
        next = f->kept_index[i] + (uint64_t)1;
    }
    return status;
}

/* Comes after the positions and limits, which it needs. */
static wn_status read_values(struct byte_reader *r, const wn_map *map, wn_type type,
                             struct separated_frame *f)
{
    f->kept_bits = malloc((f->kept + 1) * sizeof *f->kept_bits);
    if (!f->kept_bits)
        return WN_ERR_MEMORY;
    if (wn_type_is_float(type))
        return wn_read_planes(r, f->kept_bits, f->kept, wn_type_size(type));
    if (!f->first_kept || !f->kept_index)
        return WN_ERR_CORRUPT;
    const uint64_t highest = wn_type_maximum(type);
    const wn_status status = wn_read_numbers(r, f->kept_bits, f->kept);
    for (size_t i = 0; i < f->kept && status == WN_OK; i++) {
        const uint64_t first = f->first_kept[map->cell[f->kept_index[i]]];
        if (f->kept_bits[i] > highest - first)
            return WN_ERR_CORRUPT;
        f->kept_bits[i] += first;
    }
    return status;
}

static wn_status find_expected_counts(const wn_map *map, struct separated_frame *f)
{
    struct coded_counts *c = &f->coded;
    c->kept = f->kept;
    c->mean = malloc(map->cells * sizeof *c->mean);
    return c->mean ? wn_expected_counts(map, &f->profile, c->mean) : WN_ERR_MEMORY;
}

/* Comes after the profile, which it needs. */
static wn_status read_kept_grid(struct byte_reader *r, const wn_map *map, struct separated_frame *f)
{
    const wn_status status = wn_kept_grid_read(r, map->height, map->width, &f->coded.grid);
    return status == WN_OK ? find_expected_counts(map, f) : status;
}

/* Comes after the kept grid; without one all pixels are kept. The stream is decoded by
 * count_restore.c. */
static wn_status read_counts(struct byte_reader *r, const wn_map *map, struct separated_frame *f)
{
    f->coded.counts = *r;
    r->next = r->end;
    return f->coded.mean ? WN_OK : find_expected_counts(map, f);
}

/* The edge of the blocks whose sums are in a section, 0 if it is invalid. Skips the rest of the
 * section. */
static unsigned read_block_edge(struct byte_reader *r)
{
    const unsigned edge = wn_read_u8(r);
    r->next = r->end;
    return r->cut || edge < 2 || edge > MAX_BLOCK_EDGE ? 0 : edge;
}

static wn_status read_contents(struct byte_reader *r, unsigned section, const wn_map *map,
                               wn_type type, uint64_t *number, struct separated_frame *f)
{
    if (wn_type_is_float(type) &&
        (section == SECTION_LIMITS || (section > SECTION_VALUES && section < SECTION_END)))
        return WN_ERR_CORRUPT;
    switch (section) {
    case SECTION_PROFILE:
        return wn_profile_read(r, map, wn_type_is_float(type), &f->profile);
    case SECTION_LIMITS:
        return read_limits(r, map, type, number, f);
    case SECTION_FLAGGED:
        return read_flagged(r, map, type, &f->flagged);
    case SECTION_POSITIONS:
        return read_positions(r, map, number, f);
    case SECTION_VALUES:
        return read_values(r, map, type, f);
    case SECTION_KEPT_GRID:
        return read_kept_grid(r, map, f);
    case SECTION_COUNTS:
        return read_counts(r, map, f);
    case SECTION_SUMS: /* decoded when the blocks are drawn */
        f->coded.sums = *r;
        return read_block_edge(r) > 0 ? WN_OK : WN_ERR_CORRUPT;
    default:
        return section >= FIRST_ANCILLARY_TAG ? WN_OK : WN_ERR_VERSION;
    }
}

/* Whether a section may follow those seen, in a frame of this form. */
#define SECTION_BIT(section) (1u << (section))

static bool may_follow(unsigned seen, unsigned section, wn_form form)
{
    const unsigned listed = SECTION_BIT(SECTION_POSITIONS) | SECTION_BIT(SECTION_VALUES);
    if (section >= SECTION_END)
        return true;
    if (section != SECTION_PROFILE && !(seen & SECTION_BIT(SECTION_PROFILE)))
        return false;
    switch (section) {
    case SECTION_KEPT_GRID:
        return form == WN_FORM_SEPARATED && !(seen & listed);
    case SECTION_COUNTS:
        return form == WN_FORM_COUNTED ? !(seen & (listed | SECTION_BIT(SECTION_LIMITS)))
                                       : (seen & SECTION_BIT(SECTION_KEPT_GRID)) != 0;
    case SECTION_SUMS: /* no distribution is drawn from */
        return form == WN_FORM_SEPARATED && (seen & SECTION_BIT(SECTION_COUNTS)) &&
               !(seen & SECTION_BIT(SECTION_LIMITS));
    default:
        return true;
    }
}

/* Whether a frame has all sections that its type, form and kept pixels call for. */
static bool is_complete(unsigned seen, wn_type type, wn_form form, size_t kept)
{
    const unsigned listed = SECTION_BIT(SECTION_POSITIONS) | SECTION_BIT(SECTION_VALUES);
    if (!(seen & SECTION_BIT(SECTION_PROFILE)))
        return false;
    if (form == WN_FORM_COUNTED)
        return (seen & SECTION_BIT(SECTION_COUNTS)) != 0;
    if (!wn_type_is_float(type) &&
        !(seen & (SECTION_BIT(SECTION_LIMITS) | SECTION_BIT(SECTION_SUMS))))
        return false;
    if (seen & SECTION_BIT(SECTION_KEPT_GRID))
        return (seen & SECTION_BIT(SECTION_COUNTS)) != 0;
    return (seen & listed) == (kept > 0 ? listed : 0);
}

/* Read all sections, in ascending order, each at most once. */
static wn_status read_sections(struct byte_reader *r, const wn_map *map, wn_type type, wn_form form,
                               uint64_t *number, struct separated_frame *f)
{
    unsigned before = 0, seen = 0;
    while (r->next < r->end) {
        const unsigned section = wn_read_u8(r);
        const uint32_t length = wn_read_u32(r);
        struct byte_reader contents = {.next = wn_read_bytes(r, length)};
        if (!contents.next)
            return WN_ERR_TRUNCATED;
        contents.end = contents.next + length;
        if (section <= before || !may_follow(seen, section, form))
            return WN_ERR_CORRUPT;
        before = section;
        const wn_status status = read_contents(&contents, section, map, type, number, f);
        if (status != WN_OK)
            return status;
        if (section < SECTION_END && contents.next != contents.end)
            return WN_ERR_CORRUPT;
        if (section < SECTION_END)
            seen |= SECTION_BIT(section);
    }
    return is_complete(seen, type, form, f->kept) ? WN_OK : WN_ERR_CORRUPT;
}

wn_status wn_frame_read(const struct frame_record *record, const wn_map *map, wn_type type,
                        struct separated_frame *out)
{
    const size_t pixels = (size_t)map->height * map->width, kept = record->kept;
    if (kept > pixels)
        return WN_ERR_CORRUPT;
    struct byte_reader r = {.next = record->contents, .end = record->contents + record->size};
    struct separated_frame f = {.kept = kept};
    uint64_t *number = malloc(((kept > map->cells ? kept : map->cells) + 1) * sizeof *number);
    wn_status status = number ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = read_sections(&r, map, type, record->form, number, &f);
    if (status == WN_OK && f.flagged.pixels != record->flagged)
        status = WN_ERR_CORRUPT;
    free(number);
    if (status == WN_OK)
        *out = f;
    else
        wn_separated_frame_free(&f);
    return status;
}
