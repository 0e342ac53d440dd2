/*
 * Two passes over the frames: the first finds the dummy, the most frequent flagged value of the
 * first frame that has any (by sorting), and the pixels that have it in every frame; the second
 * lists what background and mask do not give. Cost of a frame: decoding, and one pass over its
 * pixels.
 */
#include "output/sparse_frames.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/message.h"

void sparse_frames_free(struct sparse_frames *e)
{
    free(e->masked);
    free(e->exact);
    free(e->used);
    free(e->index);
    free(e->intensity);
    free(e->average);
    free(e->deviation);
}

static enum outcome make_room(struct decoded_frames *source, struct sparse_frames *e)
{
    const wn_array *array = &source->stack->array;
    *e = (struct sparse_frames){.source = source, .pixels = (size_t)array->height * array->width};
    e->size = source->stack->element_size;
    e->masked = malloc(e->pixels * sizeof *e->masked);
    e->exact = malloc(e->pixels * sizeof *e->exact);
    e->index = malloc(e->pixels * sizeof *e->index);
    e->intensity = malloc(e->pixels * e->size);
    if (e->masked && e->exact && e->index && e->intensity)
        return DONE;
    complain_memory();
    return IO_FAILURE;
}

/* Allocates the background, once the first pass has made the map. */
static enum outcome make_background_room(struct sparse_frames *e)
{
    e->cells = e->source->map ? wn_map_cells(e->source->map) : 0;
    e->points = e->cells > 2 ? e->cells : 2;
    e->used = malloc(e->points * sizeof *e->used);
    e->average = malloc(e->points * sizeof *e->average);
    e->deviation = malloc(e->points * sizeof *e->deviation);
    if (e->used && e->average && e->deviation)
        return DONE;
    complain_memory();
    return IO_FAILURE;
}

/* Marks the pixels of the frame that are not background: all of them if it is not separated. */
static void mark_exact(struct sparse_frames *e)
{
    const wn_stored_frame *stored = e->source->stored;
    const bool separated = stored->form == WN_FORM_SEPARATED;
    for (size_t i = 0; i < e->pixels; i++)
        e->exact[i] = !separated;
    for (size_t i = 0; i < stored->kept; i++)
        e->exact[stored->kept_index[i]] = true;
    for (size_t i = 0; i < stored->flagged; i++)
        e->exact[stored->flagged_index[i]] = true;
}

/* ---- first pass: mask and dummy ------------------------------------------------------------ */

static uint64_t bits_at(const struct sparse_frames *e, size_t pixel)
{
    uint64_t bits = 0;
    memcpy(&bits, e->source->frame + pixel * e->size, e->size);
    return bits;
}

static int compare_bits(const void *a, const void *b)
{
    const uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

/* The dummy is the most frequent value of the flagged pixels of this frame. */
static bool choose_dummy(struct sparse_frames *e)
{
    const wn_stored_frame *stored = e->source->stored;
    size_t longest = 0, run = 0;
    uint64_t *bits = malloc((stored->flagged + 1) * sizeof *bits);
    if (!bits)
        return false;
    for (size_t i = 0; i < stored->flagged; i++)
        bits[i] = bits_at(e, stored->flagged_index[i]);
    qsort(bits, stored->flagged, sizeof *bits, compare_bits);
    for (size_t i = 0; i < stored->flagged; i++) {
        run = i > 0 && bits[i] == bits[i - 1] ? run + 1 : 1;
        if (run > longest)
            memcpy(e->dummy, &bits[i], sizeof e->dummy);
        longest = run > longest ? run : longest;
    }
    free(bits);
    e->has_dummy = true;
    return true;
}

static enum outcome read_frame(struct sparse_frames *e, uint64_t frame)
{
    if (interrupted())
        return INTERRUPTED;
    return decoded_frames_read(e->source, frame);
}

/* Without flagged pixels there is neither mask nor dummy; the latter is then all zero bits. */
static enum outcome find_dummy(struct sparse_frames *e)
{
    enum outcome outcome = DONE;
    for (uint64_t i = 0; i < e->source->frames && !e->has_dummy && outcome == DONE; i++) {
        outcome = read_frame(e, i);
        if (outcome == DONE && e->source->stored->flagged > 0 && !choose_dummy(e)) {
            complain_memory();
            outcome = IO_FAILURE;
        }
    }
    return outcome;
}

static enum outcome find_mask(struct sparse_frames *e)
{
    uint64_t dummy = 0;
    enum outcome outcome = find_dummy(e);
    memcpy(&dummy, e->dummy, e->size);
    for (size_t i = 0; i < e->pixels; i++)
        e->masked[i] = e->has_dummy;
    for (uint64_t i = 0; i < e->source->frames && outcome == DONE; i++) {
        outcome = read_frame(e, i);
        if (outcome != DONE)
            break;
        mark_exact(e);
        for (size_t k = 0; k < e->pixels; k++)
            e->masked[k] = e->masked[k] && e->exact[k] && bits_at(e, k) == dummy;
    }
    return outcome;
}

/* ---- second pass: frames ------------------------------------------------------------------- */

/* Lists the pixels not given by background and mask; the background of a frame that is not
 * separated is 0. */
static void list_pixels(struct sparse_frames *e)
{
    const bool separated = e->source->stored->form == WN_FORM_SEPARATED;
    e->kept = 0;
    for (size_t i = 0; i < e->pixels; i++) {
        if (!e->exact[i] || e->masked[i] || (!separated && bits_at(e, i) == 0))
            continue;
        memcpy(e->intensity + e->kept * e->size, e->source->frame + i * e->size, e->size);
        e->index[e->kept++] = (uint32_t)i;
    }
}

static void find_used(struct sparse_frames *e)
{
    memset(e->used, 0, e->points * sizeof *e->used);
    for (size_t i = 0; i < e->pixels && e->cells > 0; i++)
        if (!e->exact[i])
            e->used[wn_map_cell_of(e->source->map, i)] = true;
}

/* Cells without background repeat the cell before, so that interpolation sees no step. */
static void fill_background(struct sparse_frames *e)
{
    const wn_stored_frame *stored = e->source->stored;
    size_t last = 0;
    memset(e->average, 0, e->points * sizeof *e->average);
    memset(e->deviation, 0, e->points * sizeof *e->deviation);
    if (stored->form != WN_FORM_SEPARATED)
        return;
    find_used(e);
    while (last < e->cells && !e->used[last])
        last++;
    for (size_t i = 0; i < e->cells && last < e->cells; i++) {
        last = e->used[i] ? i : last;
        e->average[i] = (float)stored->mean[last];
        e->deviation[i] = (float)stored->sigma[last];
    }
}

enum outcome sparse_frames_read(struct sparse_frames *e, uint64_t frame)
{
    const enum outcome outcome = read_frame(e, frame);
    if (outcome != DONE)
        return outcome;
    mark_exact(e);
    list_pixels(e);
    fill_background(e);
    return DONE;
}

/* ---- interface ----------------------------------------------------------------------------- */

enum outcome sparse_frames_begin(struct decoded_frames *source, struct sparse_frames *e)
{
    enum outcome outcome = make_room(source, e);
    if (outcome == DONE)
        outcome = find_mask(e);
    return outcome == DONE ? make_background_room(e) : outcome;
}

bool sparse_frames_has_radii(const struct sparse_frames *e)
{
    const wn_map *map = e->source->map;
    return e->cells > 2 && wn_map_cell_radius(map, 0) < wn_map_cell_radius(map, 1);
}

void sparse_frames_coordinates(const struct sparse_frames *e, float *radius, float *mask)
{
    const bool radii = sparse_frames_has_radii(e);
    for (size_t i = 0; i < e->points; i++)
        radius[i] = radii ? (float)wn_map_cell_radius(e->source->map, i) : (float)i;
    for (size_t i = 0; i < e->pixels; i++) {
        const size_t cell = e->cells > 0 ? wn_map_cell_of(e->source->map, i) : 0;
        mask[i] = e->masked[i] ? NAN : radius[cell];
    }
}
