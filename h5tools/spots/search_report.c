/* The median of the spots per frame is taken from a sorted copy of the counts. */
#include "spots/search_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json_write.h"
#include "base/message.h"

struct search_summary {
    uint64_t strong, most, hits;
    double median; /* spots per frame */
};

static int compare_counts(const void *one, const void *other)
{
    const uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

static bool summarize(const struct spot_table *t, struct search_summary *summary)
{
    uint64_t *spots = malloc((t->frames + 1) * sizeof *spots);
    *summary = (struct search_summary){0};
    if (!spots)
        return false;
    for (size_t i = 0; i < t->frames; i++) {
        spots[i] = t->frame[i].spots;
        summary->strong += t->frame[i].strong;
        summary->hits += t->frame[i].hit;
    }
    qsort(spots, t->frames, sizeof *spots, compare_counts);
    if (t->frames > 0) {
        const size_t half = t->frames / 2;
        summary->most = spots[t->frames - 1];
        summary->median = t->frames % 2 == 1 ? (double)spots[half]
                                             : ((double)spots[half - 1] + (double)spots[half]) / 2;
    }
    free(spots);
    return true;
}

static void print_geometry(const struct spot_search_file *f)
{
    const struct placed_quantity *at = f->settings.request.placement.at;
    if (wn_params_model(&f->params) == WN_MODEL_TILES)
        puts("  background on tiles");
    else if (f->stored_params)
        printf("  background on rings about %.2f, %.2f, as it was compressed\n",
               f->params.centre_x / 1000.0, f->params.centre_y / 1000.0);
    else
        printf("  background on rings about %.2f, %.2f (%s)\n", at[CENTRE_X].value,
               at[CENTRE_Y].value, at[CENTRE_X].from);
}

static void print_found(const struct spot_search_file *f, const struct spot_output *output,
                        const struct search_summary *summary)
{
    const struct spot_table *t = &f->pass.table;
    printf("%s::%s: %zu spots on %zu frames, by the method %s\n", t->file, t->dataset, t->spots,
           t->frames, wn_spot_method_name(f->order->options.params.method));
    print_geometry(f);
    puts(t->rotation ? "  spots reach across frames: the sample turns" : "  each frame by itself");
    if (f->pass.absent > 0)
        printf("  %" PRIu64 " frames were never written\n", f->pass.absent);
    printf("  per frame %.6g spots (median), %" PRIu64 " at most; %" PRIu64
           " frames have %d or more\n",
           summary->median, summary->most, summary->hits, f->order->options.hits);
    printf("  %" PRIu64 " strong pixels; left out: %" PRIu64 " too small, %" PRIu64
           " too large, %" PRIu64 " with their peak aside\n",
           summary->strong, f->left_out.small, f->left_out.large, f->left_out.separated);
    printf("  written to %s\n", output->name ? output->name : output->input);
    printf("  %.2f s, %.1f frames/s\n", f->seconds, (double)f->wanted / f->seconds);
}

static enum outcome print_json(const struct spot_search_file *f, const struct spot_output *output,
                               const struct search_summary *summary)
{
    const struct spot_table *t = &f->pass.table;
    struct json json = {.depth = 0};
    json_begin(&json, NULL, '{');
    json_text(&json, "input", t->file);
    json_text(&json, "dataset", t->dataset);
    json_text(&json, "output", output->name ? output->name : output->input);
    json_text(&json, "method", wn_spot_method_name(f->order->options.params.method));
    json_text(&json, "background_model",
              wn_params_model(&f->params) == WN_MODEL_TILES ? "tiles" : "radial");
    json_bool(&json, "rotation", t->rotation);
    json_count(&json, "frames", t->frames);
    json_count(&json, "frames_absent", f->pass.absent);
    json_count(&json, "frames_damaged", f->damaged);
    json_count(&json, "frames_without_good_pixel", f->pass.unusable);
    json_count(&json, "spots", t->spots);
    json_real(&json, "spots_per_frame_median", summary->median);
    json_count(&json, "spots_per_frame_most", summary->most);
    json_count(&json, "hits", summary->hits);
    json_count(&json, "strong_pixels", summary->strong);
    json_count(&json, "left_out_small", f->left_out.small);
    json_count(&json, "left_out_large", f->left_out.large);
    json_count(&json, "left_out_separated", f->left_out.separated);
    json_real(&json, "seconds", f->seconds);
    json_end(&json, '}');
    return json_print(&json, stdout);
}

enum outcome search_report(const struct spot_search_file *search, const struct spot_output *output,
                           bool as_json)
{
    struct search_summary summary;
    if (!summarize(&search->pass.table, &summary)) {
        complain_memory();
        return IO_FAILURE;
    }
    if (as_json)
        return print_json(search, output, &summary);
    print_found(search, output, &summary);
    return DONE;
}
