/* Frames are compared in the pipeline's threads: exact pixels byte by byte, block sums by their
 * differences, the background by power sums up to the fourth over every ring or tile. The sums are
 * gathered by level of the mean, where mean and variance are tested with their statistical errors.
 * One pass over the pixels. */
#include "pack/compare.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "parallel/pipeline.h"

/* Lower limits of the levels, counts per pixel. */
static const double LEVEL_FROM[COMPARISON_LEVELS] = {-INFINITY, 0.05, 0.1, 0.2, 0.5,
                                                     1,         2,    5,   10,  20};

/* Pixels converted at a time. */
#define BATCH_PIXELS 1024

/* Power sums over the good pixels of a ring or tile of one frame. */
struct compared_region_sums {
    double n, sum, sum2, sum3, sum4, restored, restored2;
};

struct compare_item {
    struct fetched_frame packed, original;
    wn_stored_frame *stored;
    struct compared_region_sums *sums; /* [regions] */
    uint64_t kept_wrong, flagged_wrong, lossless_wrong, blocks_wrong;
    const char *problem;
};

struct compare_job {
    struct frame_source *packed, *original;
    const struct frame_range *range; /* frames of the original */
    wn_map *map;
    size_t regions;
    uint64_t next;
    struct progress *progress;
    struct comparison *comparison;
};

/* ---- one frame ----------------------------------------------------------------------------- */

static void find_map(struct compare_job *job, const struct fetched_frame *fetched)
{
    if (job->map || !fetched->is_stored)
        return;
    if (wn_map_for_chunk(fetched->stored, fetched->stored_size, &job->packed->frame, &job->map) ==
            WN_OK &&
        job->map)
        job->regions = wn_map_regions(job->map);
}

static enum outcome read_frames(void *context, void *data, enum supply *supply)
{
    struct compare_job *job = context;
    struct compare_item *item = data;
    if (job->next == job->packed->frames) {
        *supply = NO_MORE;
        return DONE;
    }
    enum outcome outcome = frame_source_fetch(job->packed, job->next, &item->packed);
    if (outcome == DONE)
        outcome = frame_source_fetch(job->original, frame_range_at(job->range, job->next),
                                     &item->original);
    if (outcome == DONE)
        find_map(job, &item->packed);
    job->next++;
    return outcome;
}

static uint64_t count_wrong(const uint8_t *was, const uint8_t *is, size_t size,
                            const uint32_t *index, size_t n)
{
    uint64_t wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong += memcmp(was + index[i] * size, is + index[i] * size, size) != 0;
    return wrong;
}

/* Adds a good pixel to the sums of its region. Counts a flag that only one of them has. */
static void add_pixel(const struct compare_job *job, struct compare_item *item, size_t pixel,
                      double was, double is)
{
    if (isnan(was) || isnan(is)) {
        item->flagged_wrong += isnan(was) != isnan(is);
        return;
    }
    struct compared_region_sums *s = &item->sums[wn_map_region_of(job->map, pixel)];
    s->n++;
    s->sum += was;
    s->sum2 += was * was;
    s->sum3 += was * was * was;
    s->sum4 += was * was * was * was;
    s->restored += is;
    s->restored2 += is * is;
}

static void sum_up(const struct compare_job *job, struct compare_item *item)
{
    const wn_array *frame = &job->packed->frame;
    const wn_stored_frame *stored = item->stored;
    size_t next_flagged = 0;
    double was[BATCH_PIXELS], is[BATCH_PIXELS];
    const size_t pixels = (size_t)frame->height * frame->width;
    memset(item->sums, 0, job->regions * sizeof *item->sums);
    for (size_t first = 0; first < pixels; first += BATCH_PIXELS) {
        size_t n = pixels - first;
        if (n > BATCH_PIXELS)
            n = BATCH_PIXELS;
        wn_pixel_values(frame, item->original.pixels, first, n, was);
        wn_pixel_values(frame, item->packed.pixels, first, n, is);
        for (size_t i = 0; i < n; i++) {
            if (next_flagged < stored->flagged && stored->flagged_index[next_flagged] == first + i)
                next_flagged++;
            else
                add_pixel(job, item, first + i, was[i], is[i]);
        }
    }
}

/* Adds the differences of n pixels of a row, starting at column x, to those of their blocks. */
static void add_differences(const double *was, const double *is, size_t x, size_t n, size_t edge,
                            double *difference)
{
    for (size_t i = 0; i < n; i++)
        difference[(x + i) / edge] += isnan(was[i]) || isnan(is[i]) ? 0 : is[i] - was[i];
}

/* The number of blocks whose sum changed. Values are integers, so sums are exact. */
static uint64_t count_wrong_blocks(const struct compare_job *job, const struct compare_item *item)
{
    const wn_array *frame = &job->packed->frame;
    const size_t edge = item->stored->block, width = frame->width;
    const size_t across = (width + edge - 1) / edge;
    double *difference = calloc(across, sizeof *difference), was[BATCH_PIXELS], is[BATCH_PIXELS];
    uint64_t wrong = 0;
    for (size_t y = 0; difference && y < frame->height; y++) {
        for (size_t x = 0; x < width; x += BATCH_PIXELS) {
            const size_t n = width - x < BATCH_PIXELS ? width - x : BATCH_PIXELS;
            wn_pixel_values(frame, item->original.pixels, y * width + x, n, was);
            wn_pixel_values(frame, item->packed.pixels, y * width + x, n, is);
            add_differences(was, is, x, n, edge, difference);
        }
        if ((y + 1) % edge != 0 && y + 1 < frame->height)
            continue;
        for (size_t i = 0; i < across; i++)
            wrong += difference[i] != 0;
        memset(difference, 0, across * sizeof *difference);
    }
    free(difference);
    return difference ? wrong : UINT64_MAX;
}

static void compare_frame(const struct compare_job *job, struct compare_item *item)
{
    const struct frame_source *packed = job->packed;
    const size_t size = wn_type_size(packed->frame.type);
    const uint8_t *was = item->original.pixels, *is = item->packed.pixels;
    const wn_stored_frame *stored = item->stored;
    if (!stored || stored->form != WN_FORM_SEPARATED) {
        for (size_t i = 0; i < packed->bytes; i += size)
            item->lossless_wrong += memcmp(was + i, is + i, size) != 0;
        return;
    }
    item->kept_wrong = count_wrong(was, is, size, stored->kept_index, stored->kept);
    item->flagged_wrong = count_wrong(was, is, size, stored->flagged_index, stored->flagged);
    item->blocks_wrong = stored->block > 0 ? count_wrong_blocks(job, item) : 0;
    if (!item->sums)
        item->sums = malloc(job->regions * sizeof *item->sums);
    if (!item->sums || item->blocks_wrong == UINT64_MAX)
        item->problem = "there is not enough memory";
    else
        sum_up(job, item);
}

static void work_on_frame(void *context, void *data)
{
    const struct compare_job *job = context;
    struct compare_item *item = data;
    const bool is_chunk = item->packed.is_stored;
    wn_stored_frame_free(item->stored);
    item->stored = NULL;
    item->kept_wrong = item->flagged_wrong = item->lossless_wrong = item->blocks_wrong = 0;
    fetched_frame_restore(job->packed, &item->packed, job->map, WN_NOISE_AS_STORED);
    fetched_frame_restore(job->original, &item->original, NULL, WN_NOISE_AS_STORED);
    item->problem = item->packed.problem;
    if (item->problem || item->original.problem)
        return;
    const wn_status status =
        is_chunk ? wn_chunk_stored_frame(job->map, item->packed.stored, item->packed.stored_size,
                                         &job->packed->frame, 0, &item->stored)
                 : WN_OK;
    if (status != WN_OK)
        item->problem = wn_strerror(status);
    else
        compare_frame(job, item);
}

/* ---- all frames ---------------------------------------------------------------------------- */

static struct comparison_level *level_of(struct comparison *comparison, double mean)
{
    int i = COMPARISON_LEVELS - 1;
    while (i > 0 && !(mean >= LEVEL_FROM[i]))
        i--;
    return &comparison->level[i];
}

static void add_region(struct comparison *comparison, const struct compared_region_sums *s)
{
    if (s->n < 2)
        return;
    const double mean = s->sum / s->n, restored = s->restored / s->n;
    struct comparison_level *level = level_of(comparison, mean);
    level->pixels += s->n;
    level->sum += s->sum;
    level->restored_sum += s->restored;
    level->scatter += fmax(s->sum2 - s->n * mean * mean, 0);
    level->restored_scatter += fmax(s->restored2 - s->n * restored * restored, 0);
    level->fourth += fmax(s->sum4 - 4 * mean * s->sum3 + 6 * mean * mean * s->sum2 -
                              3 * s->n * mean * mean * mean * mean,
                          0);
}

static enum outcome complain_frame(const struct compare_job *job, const struct compare_item *item)
{
    const bool here = item->problem;
    const struct frame_source *source = here ? job->packed : job->original;
    complain("%s::%s, frame %" PRIu64 ": %s", source->file, source->path, item->packed.number,
             here ? item->problem : item->original.problem);
    job->comparison->damaged++;
    return FINDING;
}

static enum outcome write_frame(void *context, void *data)
{
    struct compare_job *job = context;
    const struct compare_item *item = data;
    struct comparison *c = job->comparison;
    if (item->problem || item->original.problem)
        return complain_frame(job, item);
    const bool separated = item->stored && item->stored->form == WN_FORM_SEPARATED;
    c->frames++;
    c->lossless += !separated;
    c->lossless_wrong += item->lossless_wrong;
    if (separated) {
        c->kept += item->stored->kept;
        c->flagged += item->stored->flagged;
        c->kept_wrong += item->kept_wrong;
        c->flagged_wrong += item->flagged_wrong;
        c->summed += item->stored->block > 0;
        c->blocks_wrong += item->blocks_wrong;
        for (size_t i = 0; i < job->regions; i++)
            add_region(c, &item->sums[i]);
    }
    progress_show(job->progress, c->frames, 0, 0);
    const uint64_t wrong =
        item->kept_wrong + item->flagged_wrong + item->lossless_wrong + item->blocks_wrong;
    return wrong > 0 ? FINDING : DONE;
}

static void release(void *data)
{
    struct compare_item *item = data;
    fetched_frame_free(&item->packed);
    fetched_frame_free(&item->original);
    wn_stored_frame_free(item->stored);
    free(item->sums);
}

static bool same_frames(const struct frame_source *one, const struct frame_source *other,
                        const struct frame_range *range)
{
    return one->frames == frame_range_count(range, other->frames) &&
           one->frame.height == other->frame.height && one->frame.width == other->frame.width &&
           one->frame.type == other->frame.type && one->frame.big_endian == other->frame.big_endian;
}

enum outcome compare_stacks(struct frame_source *packed, struct frame_source *original,
                            const struct frame_range *range, int threads, struct progress *progress,
                            struct comparison *comparison)
{
    if (!same_frames(packed, original, range)) {
        complain("%s::%s and %s::%s are not of the same shape and type", packed->file, packed->path,
                 original->file, original->path);
        return BAD_INPUT;
    }
    if (packed->way != WHOLE_WINNOW) {
        complain("%s::%s: has other chunks than one whole frame: it cannot be compared frame by "
                 "frame",
                 packed->file, packed->path);
        return BAD_INPUT;
    }
    struct compare_job job = {.packed = packed,
                              .original = original,
                              .range = range,
                              .progress = progress,
                              .comparison = comparison};
    const struct pipeline pipeline = {.read = read_frames,
                                      .work = work_on_frame,
                                      .write = write_frame,
                                      .context = &job,
                                      .item_size = sizeof(struct compare_item),
                                      .release = release};
    const enum outcome outcome = pipeline_run(&pipeline, threads);
    wn_map_free(job.map);
    return outcome;
}

/* ---- the result ---------------------------------------------------------------------------- */

static double relative(double is, double was)
{
    return was != 0 ? is / was - 1 : is == 0 ? 0 : INFINITY;
}

bool compare_level_is_good(const struct comparison_level *level)
{
    const double n = level->pixels, mean = level->sum / n, variance = level->scatter / n;
    const double allowed = mean >= 0.2 ? 0.01 : 0.03;
    /* Levels are chosen by the original: where that has few counts, or none, its spread
     * underestimates the error. Poisson counts have at least their number as variance, and one
     * count more or less is no finding. */
    const double counts = level->sum + level->restored_sum;
    const double widest = fmax(fmax(level->scatter, level->restored_scatter), counts) + 1;
    const double mean_error = sqrt(widest) / n;
    const double fourth = fmax(level->fourth / n - variance * variance, widest / n);
    return n == 0 ||
           (fabs(level->restored_sum / n - mean) <= allowed * fabs(mean) + 4 * mean_error &&
            fabs(level->restored_scatter / n - variance) <=
                allowed * variance + 4 * sqrt(fourth / n));
}

void compare_print(const struct comparison *c, FILE *out)
{
    fprintf(out, "  frames compared  %" PRIu64 ", %" PRIu64 " of them stored losslessly\n",
            c->frames, c->lossless);
    if (c->damaged > 0)
        fprintf(out, "  DAMAGED          %" PRIu64 " frames\n", c->damaged);
    fprintf(out, "  kept pixels      %" PRIu64 ", %" PRIu64 " differ\n", c->kept, c->kept_wrong);
    fprintf(out, "  flagged pixels   %" PRIu64 ", %" PRIu64 " differ\n", c->flagged,
            c->flagged_wrong);
    if (c->summed > 0)
        fprintf(out, "  sums of blocks   %" PRIu64 " differ\n", c->blocks_wrong);
    if (c->lossless > 0)
        fprintf(out, "  lossless pixels  %" PRIu64 " differ\n", c->lossless_wrong);
    fprintf(out, "  background, counts       pixels   mean     restored   variance restored\n");
    for (int i = 0; i < COMPARISON_LEVELS; i++) {
        const struct comparison_level *level = &c->level[i];
        if (level->pixels == 0)
            continue;
        fprintf(out, "  from %-8g %18.0f %8.3f %+9.3f %% %18.3f %%%s\n",
                i == 0 ? 0.0 : LEVEL_FROM[i], level->pixels, level->sum / level->pixels,
                100 * relative(level->restored_sum, level->sum),
                100 * relative(level->restored_scatter, level->scatter),
                compare_level_is_good(level) ? "" : "  MORE THAN PROMISED");
    }
}

void compare_json(const struct comparison *c, struct json *json)
{
    json_count(json, "frames", c->frames);
    json_count(json, "frames_lossless", c->lossless);
    json_count(json, "frames_damaged", c->damaged);
    json_count(json, "kept_pixels", c->kept);
    json_count(json, "kept_pixels_wrong", c->kept_wrong);
    json_count(json, "flagged_pixels", c->flagged);
    json_count(json, "flagged_pixels_wrong", c->flagged_wrong);
    json_count(json, "lossless_pixels_wrong", c->lossless_wrong);
    json_count(json, "summed_frames", c->summed);
    json_count(json, "block_sums_wrong", c->blocks_wrong);
    json_begin(json, "background", '[');
    for (int i = 0; i < COMPARISON_LEVELS; i++) {
        const struct comparison_level *level = &c->level[i];
        if (level->pixels == 0)
            continue;
        json_begin(json, NULL, '{');
        json_real(json, "pixels", level->pixels);
        json_real(json, "mean", level->sum / level->pixels);
        json_real(json, "restored_mean", level->restored_sum / level->pixels);
        json_real(json, "variance", level->scatter / level->pixels);
        json_real(json, "restored_variance", level->restored_scatter / level->pixels);
        json_end(json, '}');
    }
    json_end(json, ']');
}
