/* Writing the sections of a separated frame, in ascending order of their tags. The profile is read
 * back at once, so that the counts are coded by the means that the reader will know. Linear in the
 * number of cells and kept pixels. */
#include "encode/frame_write.h"

#include <stdlib.h>

#include "common/bytes.h"
#include "common/element_type.h"
#include "encode/count_sections.h"
#include "encode/profile_fit.h"
#include "format/profile.h"
#include "format/rects_io.h"
#include "format/sections.h"
#include "geometry/map.h"

/* The first kept value of each cell, as the difference from the cell one step further in or up. */
static wn_status write_limits(struct byte_writer *w, const struct separation *s, uint64_t *number)
{
    const size_t stride = s->map->cell_stride;
    for (size_t i = 0; i < s->map->cells; i++) {
        const uint32_t before = i >= stride ? s->first_kept[i - stride] : 0;
        number[i] = zigzag((int64_t)s->first_kept[i] - (int64_t)before);
    }
    return wn_write_numbers(w, number, s->map->cells);
}

static wn_status write_flagged(struct byte_writer *w, const struct separation *s, wn_type type,
                               uint64_t *number)
{
    const struct rect_list *flagged = &s->flagged;
    const wn_status status = wn_rects_write(w, flagged);
    uint64_t before = wn_type_maximum(type);
    for (size_t i = 0; i < flagged->n; i++) {
        number[i] = flagged->area[i].bits ^ before;
        before = flagged->area[i].bits;
    }
    return status == WN_OK ? wn_write_numbers(w, number, flagged->n) : status;
}

static wn_status write_positions(struct byte_writer *w, const struct separation *s,
                                 uint64_t *number)
{
    uint32_t next = 0;
    for (size_t i = 0; i < s->result.kept; i++) {
        number[i] = s->result.kept_index[i] - next;
        next = s->result.kept_index[i] + 1;
    }
    return wn_write_numbers(w, number, s->result.kept);
}

/* Integers as the excess over the first kept value of their cell, floats as their bits. */
static wn_status write_values(struct byte_writer *w, const struct separation *s,
                              const struct pixels *pixels, uint64_t *number)
{
    for (size_t i = 0; i < s->result.kept; i++) {
        const uint32_t pixel = s->result.kept_index[i];
        number[i] = pixels_bits(pixels, pixel);
        if (!s->real)
            number[i] -= s->first_kept[s->map->cell[pixel]];
    }
    return s->real ? wn_write_planes(w, number, s->result.kept, pixels->size)
                   : wn_write_numbers(w, number, s->result.kept);
}

/* Write the profile, and compute the expected counts as a reader will. */
static wn_status write_profile(struct byte_writer *w, const struct separation *s, wn_type type,
                               float *mean)
{
    struct byte_reader r = {.next = w->next};
    wn_status status = wn_profile_write(w, s, type);
    r.end = w->next;
    if (status != WN_OK || !mean || w->full)
        return status;
    struct profile profile;
    status = wn_profile_read(&r, s->map, false, &profile);
    if (status != WN_OK)
        return status;
    status = wn_expected_counts(s->map, &profile, mean);
    wn_profile_free(&profile);
    return status;
}

/* Buffers. */
struct scratch {
    uint64_t *number;
    float *mean; /* [cells] expected counts; NULL if no section is coded by them */
};

static wn_status write_contents(struct byte_writer *w, enum section section,
                                const struct separation *s, const struct pixels *pixels,
                                const struct scratch *scratch)
{
    uint64_t *number = scratch->number;
    switch (section) {
    case SECTION_PROFILE:
        return write_profile(w, s, pixels->type, scratch->mean);
    case SECTION_LIMITS:
        return write_limits(w, s, number);
    case SECTION_FLAGGED:
        return write_flagged(w, s, pixels->type, number);
    case SECTION_POSITIONS:
        return write_positions(w, s, number);
    case SECTION_VALUES:
        return write_values(w, s, pixels, number);
    case SECTION_KEPT_GRID:
        return wn_kept_grid_write(w, &s->grid);
    case SECTION_COUNTS:
        return wn_count_sections_write_kept(w, s, pixels, scratch->mean);
    case SECTION_SUMS:
        return wn_count_sections_write_sums(w, s, scratch->mean);
    case SECTION_END:
        break;
    }
    return WN_ERR_ARGUMENT;
}

/* Sections that would be empty are left out. */
static bool has_section(const struct separation *s, enum section section)
{
    switch (section) {
    case SECTION_LIMITS: /* only if the background is drawn from distributions */
        return !s->real && separation_draws_distributions(s);
    case SECTION_FLAGGED:
        return s->flagged.n > 0;
    case SECTION_POSITIONS:
    case SECTION_VALUES:
        return !s->kind && s->result.kept > 0;
    case SECTION_KEPT_GRID:
        return s->kind && s->grid.square;
    case SECTION_COUNTS:
        return s->kind;
    case SECTION_SUMS:
        return s->kind && s->block_edge > 0;
    default:
        return true;
    }
}

static wn_status write_sections(struct byte_writer *w, const struct separation *s,
                                const struct pixels *pixels, const struct scratch *scratch)
{
    wn_status status = WN_OK;
    for (enum section section = SECTION_PROFILE; section < SECTION_END && status == WN_OK;
         section++) {
        if (w->full)
            return WN_OK;
        if (!has_section(s, section))
            continue;
        wn_write_u8(w, (uint8_t)section);
        uint8_t *length = wn_write_room(w, 4);
        const uint8_t *start = w->next;
        status = write_contents(w, section, s, pixels, scratch);
        if (length)
            store_u32(length, (uint32_t)(w->next - start));
    }
    return status;
}

wn_status wn_frame_write(struct byte_writer *w, const struct separation *s,
                         const struct pixels *pixels)
{
    const size_t listed = s->kind ? 0 : s->result.kept;
    size_t most = s->map->cells > listed ? s->map->cells : listed;
    most = s->flagged.n > most ? s->flagged.n : most;
    const struct scratch scratch = {
        .number = malloc((most + 1) * sizeof *scratch.number),
        .mean = s->kind ? malloc(s->map->cells * sizeof *scratch.mean) : NULL,
    };
    wn_status status = scratch.number && (scratch.mean || !s->kind) ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = write_sections(w, s, pixels, &scratch);
    free(scratch.number);
    free(scratch.mean);
    return status;
}
