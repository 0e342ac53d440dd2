#include "frame.h"

#include <stdlib.h>

#include "bytes.h"

/* Sections of a frame: a tag, a length, the contents. Readers skip sections with an unknown tag of
 * ANCILLARY or above, and refuse others that they do not know. */
enum section {
    SECTION_PROFILE = 1,
    SECTION_LIMITS = 2,
    SECTION_FLAGGED = 3,
    SECTION_POSITIONS = 4,
    SECTION_VALUES = 5,
    SECTION_END = 6, /* number of sections known, plus one */
};
#define ANCILLARY 128

/* ---- writing ------------------------------------------------------------------------------- */

/* The first kept value of each cell, as the difference from the cell one step further in or up. */
static wn_status write_limits(struct writer *w, const struct separation *s, uint64_t *number)
{
    const size_t stride = s->map->cell_stride;
    for (size_t i = 0; i < s->map->cells; i++) {
        const uint32_t before = i >= stride ? s->first_kept[i - stride] : 0;
        number[i] = zigzag((int64_t)s->first_kept[i] - (int64_t)before);
    }
    return write_numbers(w, number, s->map->cells);
}

static wn_status write_flagged(struct writer *w, const struct separation *s, wn_type type,
                               uint64_t *number)
{
    const struct area_list *flagged = &s->flagged;
    write_u32(w, (uint32_t)flagged->n);
    uint32_t next = 0;
    for (size_t i = 0; i < flagged->n; i++) {
        if (flagged->area[i].first < next) /* never; but a chunk that nobody can read is worse */
            w->full = true;
        number[i] = flagged->area[i].first - next;
        next = flagged->area[i].first + 1;
    }
    wn_status status = write_numbers(w, number, flagged->n);
    for (size_t i = 0; i < flagged->n; i++)
        number[i] = flagged->area[i].width - 1;
    if (status == WN_OK)
        status = write_numbers(w, number, flagged->n);
    for (size_t i = 0; i < flagged->n; i++)
        number[i] = flagged->area[i].height - 1;
    if (status == WN_OK)
        status = write_numbers(w, number, flagged->n);
    uint64_t before = type_maximum(type);
    for (size_t i = 0; i < flagged->n; i++) {
        number[i] = flagged->area[i].bits ^ before;
        before = flagged->area[i].bits;
    }
    return status == WN_OK ? write_numbers(w, number, flagged->n) : status;
}

static wn_status write_positions(struct writer *w, const struct separation *s, uint64_t *number)
{
    uint32_t next = 0;
    for (size_t i = 0; i < s->result.kept; i++) {
        number[i] = s->result.kept_index[i] - next;
        next = s->result.kept_index[i] + 1;
    }
    return write_numbers(w, number, s->result.kept);
}

/* Integers as the excess over the first kept value of their cell, floats as their bits. */
static wn_status write_values(struct writer *w, const struct separation *s,
                              const struct pixels *pixels, uint64_t *number)
{
    for (size_t i = 0; i < s->result.kept; i++) {
        const uint32_t pixel = s->result.kept_index[i];
        number[i] = pixels_bits(pixels, pixel);
        if (!s->real)
            number[i] -= s->first_kept[s->map->cell[pixel]];
    }
    return s->real ? write_planes(w, number, s->result.kept, pixels->size)
                   : write_numbers(w, number, s->result.kept);
}

static wn_status write_contents(struct writer *w, enum section section, const struct separation *s,
                                const struct pixels *pixels, uint64_t *number)
{
    switch (section) {
    case SECTION_PROFILE:
        return profile_write(w, s, pixels->type);
    case SECTION_LIMITS:
        return write_limits(w, s, number);
    case SECTION_FLAGGED:
        return write_flagged(w, s, pixels->type, number);
    case SECTION_POSITIONS:
        return write_positions(w, s, number);
    case SECTION_VALUES:
        return write_values(w, s, pixels, number);
    case SECTION_END:
        break;
    }
    return WN_ERR_ARGUMENT;
}

/* Sections that would be empty are left out. */
static bool has_section(const struct separation *s, enum section section)
{
    switch (section) {
    case SECTION_LIMITS:
        return !s->real;
    case SECTION_FLAGGED:
        return s->flagged.n > 0;
    case SECTION_POSITIONS:
    case SECTION_VALUES:
        return s->result.kept > 0;
    default:
        return true;
    }
}

wn_status frame_write(struct writer *w, const struct separation *s, const struct pixels *pixels)
{
    size_t most = s->map->cells > s->result.kept ? s->map->cells : s->result.kept;
    most = s->flagged.n > most ? s->flagged.n : most;
    uint64_t *number = malloc((most + 1) * sizeof *number);
    if (!number)
        return WN_ERR_MEMORY;
    wn_status status = WN_OK;
    for (enum section section = SECTION_PROFILE; section < SECTION_END && status == WN_OK;
         section++) {
        if (!has_section(s, section))
            continue;
        write_u8(w, (uint8_t)section);
        uint8_t *length = write_room(w, 4);
        const uint8_t *start = w->next;
        status = write_contents(w, section, s, pixels, number);
        if (length)
            store_u32(length, (uint32_t)(w->next - start));
    }
    free(number);
    return status;
}

/* ---- reading ------------------------------------------------------------------------------- */

static wn_status read_limits(struct reader *r, const wn_map *map, wn_type type, uint64_t *number,
                             struct separated_frame *f)
{
    const uint64_t type_limit = type_maximum(type);
    const uint64_t highest = type_limit < UINT32_MAX ? type_limit : UINT32_MAX;
    const size_t stride = map->cell_stride;
    f->first_kept = malloc(map->cells * sizeof *f->first_kept);
    if (!f->first_kept)
        return WN_ERR_MEMORY;
    const wn_status status = read_numbers(r, number, map->cells);
    for (size_t i = 0; i < map->cells && status == WN_OK; i++) {
        const uint64_t before = i >= stride ? f->first_kept[i - stride] : 0;
        const uint64_t first = before + (uint64_t)unzigzag(number[i]);
        if (first > highest)
            return WN_ERR_CORRUPT;
        f->first_kept[i] = (uint32_t)first;
    }
    return status;
}

/* Areas must lie within the frame, together have no more pixels than it, and hold elements. */
static wn_status check_areas(struct area_list *areas, const wn_map *map, wn_type type)
{
    const uint64_t pixels = (uint64_t)map->height * map->width;
    const unsigned element_bits = 8 * (unsigned)wn_type_size(type);
    uint64_t covered = 0;
    for (size_t i = 0; i < areas->n; i++) {
        const struct area *a = &areas->area[i];
        const uint32_t row = a->first / map->width, column = a->first % map->width;
        if (a->width > map->width - column || a->height > map->height - row)
            return WN_ERR_CORRUPT;
        if (element_bits < 64 && a->bits >> element_bits != 0)
            return WN_ERR_CORRUPT;
        covered += (uint64_t)a->width * a->height;
        if (covered > pixels)
            return WN_ERR_CORRUPT;
    }
    areas->pixels = (size_t)covered;
    return WN_OK;
}

/* Read one property of all areas, from 1 on: width or height. */
static wn_status read_lengths(struct reader *r, uint64_t *number, struct area_list *list,
                              size_t pixels, bool heights)
{
    const wn_status status = read_numbers(r, number, list->n);
    for (size_t i = 0; i < list->n && status == WN_OK; i++) {
        const uint32_t length = number[i] < pixels ? (uint32_t)number[i] + 1 : UINT32_MAX;
        if (heights)
            list->area[i].height = length;
        else
            list->area[i].width = length;
    }
    return status;
}

static wn_status read_areas(struct reader *r, const wn_map *map, wn_type type, uint64_t *number,
                            struct area_list *list)
{
    const size_t pixels = (size_t)map->height * map->width;
    wn_status status = read_numbers(r, number, list->n);
    uint64_t next = 0;
    for (size_t i = 0; i < list->n && status == WN_OK; i++) {
        if (number[i] >= pixels - next)
            return WN_ERR_CORRUPT;
        list->area[i].first = (uint32_t)(next + number[i]);
        next = list->area[i].first + (uint64_t)1;
    }
    if (status == WN_OK)
        status = read_lengths(r, number, list, pixels, false);
    if (status == WN_OK)
        status = read_lengths(r, number, list, pixels, true);
    if (status == WN_OK)
        status = read_numbers(r, number, list->n);
    uint64_t before = type_maximum(type);
    for (size_t i = 0; i < list->n && status == WN_OK; i++)
        before = list->area[i].bits = number[i] ^ before;
    return status == WN_OK ? check_areas(list, map, type) : status;
}

static wn_status read_flagged(struct reader *r, const wn_map *map, wn_type type,
                              struct area_list *list)
{
    const size_t n = read_u32(r);
    if (n > (size_t)map->height * map->width)
        return WN_ERR_CORRUPT;
    uint64_t *number = malloc((n + 1) * sizeof *number);
    list->area = malloc((n + 1) * sizeof *list->area);
    list->n = n;
    const bool memory = number && list->area;
    const wn_status status = memory ? read_areas(r, map, type, number, list) : WN_ERR_MEMORY;
    free(number);
    return status;
}

static wn_status read_positions(struct reader *r, const wn_map *map, uint64_t *number,
                                struct separated_frame *f)
{
    const uint64_t pixels = (uint64_t)map->height * map->width;
    const wn_status status = read_numbers(r, number, f->kept);
    uint64_t next = 0;
    for (size_t i = 0; i < f->kept && status == WN_OK; i++) {
        if (number[i] >= pixels - next)
            return WN_ERR_CORRUPT;
        f->kept_index[i] = (uint32_t)(next + number[i]);
        next = f->kept_index[i] + (uint64_t)1;
    }
    return status;
}

/* After the positions and limits. */
static wn_status read_values(struct reader *r, const wn_map *map, wn_type type,
                             struct separated_frame *f)
{
    if (is_float_type(type))
        return read_planes(r, f->kept_bits, f->kept, wn_type_size(type));
    if (!f->first_kept)
        return WN_ERR_CORRUPT;
    const uint64_t highest = type_maximum(type);
    const wn_status status = read_numbers(r, f->kept_bits, f->kept);
    for (size_t i = 0; i < f->kept && status == WN_OK; i++) {
        const uint64_t first = f->first_kept[map->cell[f->kept_index[i]]];
        if (f->kept_bits[i] > highest - first)
            return WN_ERR_CORRUPT;
        f->kept_bits[i] += first;
    }
    return status;
}

static wn_status read_contents(struct reader *r, unsigned section, const wn_map *map, wn_type type,
                               uint64_t *number, struct separated_frame *f)
{
    switch (section) {
    case SECTION_PROFILE:
        return profile_read(r, map, is_float_type(type), &f->profile);
    case SECTION_LIMITS:
        return is_float_type(type) ? WN_ERR_CORRUPT : read_limits(r, map, type, number, f);
    case SECTION_FLAGGED:
        return read_flagged(r, map, type, &f->flagged);
    case SECTION_POSITIONS:
        return read_positions(r, map, number, f);
    case SECTION_VALUES:
        return read_values(r, map, type, f);
    default:
        return section >= ANCILLARY ? WN_OK : WN_ERR_VERSION;
    }
}

/* Which sections there must be, and which there may be. */
static wn_status check_sections(unsigned seen, wn_type type, size_t kept)
{
    unsigned needed = 1u << SECTION_PROFILE;
    if (!is_float_type(type))
        needed |= 1u << SECTION_LIMITS;
    if (kept > 0)
        needed |= 1u << SECTION_POSITIONS | 1u << SECTION_VALUES;
    return (seen & ~(1u << SECTION_FLAGGED)) == needed ? WN_OK : WN_ERR_CORRUPT;
}

/* Read all sections, in ascending order, each at most once. */
static wn_status read_sections(struct reader *r, const wn_map *map, wn_type type, uint64_t *number,
                               struct separated_frame *f)
{
    unsigned before = 0, seen = 0;
    while (r->next < r->end) {
        const unsigned section = read_u8(r);
        const uint32_t length = read_u32(r);
        struct reader contents = {.next = read_bytes(r, length)};
        if (!contents.next)
            return WN_ERR_TRUNCATED;
        contents.end = contents.next + length;
        if (section <= before)
            return WN_ERR_CORRUPT;
        before = section;
        const wn_status status = read_contents(&contents, section, map, type, number, f);
        if (status != WN_OK)
            return status;
        if (section < SECTION_END && contents.next != contents.end)
            return WN_ERR_CORRUPT;
        if (section < SECTION_END)
            seen |= 1u << section;
    }
    return check_sections(seen, type, f->kept);
}

wn_status frame_read(struct reader *r, const wn_map *map, wn_type type, size_t kept, size_t flagged,
                     struct separated_frame *out)
{
    const size_t pixels = (size_t)map->height * map->width;
    if (kept > pixels)
        return WN_ERR_CORRUPT;
    struct separated_frame f = {
        .kept = kept,
        .kept_index = calloc(kept + 1, sizeof *f.kept_index),
        .kept_bits = malloc((kept + 1) * sizeof *f.kept_bits),
    };
    const size_t numbers = kept > map->cells ? kept : map->cells;
    uint64_t *number = malloc((numbers + 1) * sizeof *number);
    wn_status status = f.kept_index && f.kept_bits && number ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = read_sections(r, map, type, number, &f);
    if (status == WN_OK && f.flagged.pixels != flagged)
        status = WN_ERR_CORRUPT;
    free(number);
    if (status == WN_OK)
        *out = f;
    else
        separated_frame_free(&f);
    return status;
}
