/* The state of a search that does not depend on where frames come from: finder, linker, table, and
 * the checks that warn of frames without a good pixel or with more strong pixels than spots can
 * have. */
#include "spots/search_pass.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"

/* Largest share of the good pixels of a frame that can be spots. */
#define MAX_STRONG_SHARE 0.25

#define UM_PER_M 1e6

static enum outcome out_of_memory(void)
{
    complain_memory();
    return IO_FAILURE;
}

/* ---- before the search --------------------------------------------------------------------- */

/* Copies the mask, if there is one. */
static bool copy_mask(const uint8_t *valid, struct spot_table *t)
{
    const size_t pixels = (size_t)t->height * t->width;
    if (!valid)
        return true;
    t->valid = malloc(pixels);
    if (t->valid)
        memcpy(t->valid, valid, pixels);
    return t->valid;
}

static size_t count_good(const struct spot_table *t)
{
    const size_t pixels = (size_t)t->height * t->width;
    size_t good = 0;
    for (size_t i = 0; i < pixels; i++)
        good += !t->valid || t->valid[i];
    return good;
}

enum outcome spot_search_pass_describe(struct spot_search_pass *pass,
                                       const struct spot_options *options, const char *file,
                                       const char *dataset, const wn_array *frame,
                                       const struct image_settings *settings)
{
    const struct metadata *metadata = &settings->metadata;
    struct spot_table *t = &pass->table;
    *pass = (struct spot_search_pass){.options = options};
    t->file = strdup(file);
    t->dataset = strdup(dataset);
    t->height = frame->height;
    t->width = frame->width;
    if (!t->file || !t->dataset || !copy_mask(metadata->valid, t))
        return out_of_memory();
    t->placement = settings->request.placement;
    t->wavelength = options->wavelength > 0 ? options->wavelength : metadata->wavelength;
    t->saturation = isnan(options->saturation) ? metadata->saturation : options->saturation;
    t->phi_start = metadata->scan.start;
    t->phi_step = metadata->scan.step;
    const enum outcome outcome = excluded_regions_mask(&options->regions, t);
    pass->good_pixels = count_good(t);
    return outcome;
}

static enum outcome make_finder(struct spot_search_pass *pass, const wn_map *map,
                                const wn_params *params)
{
    const struct spot_table *t = &pass->table;
    const struct placed_quantity *pixel = &t->placement.at[PIXEL_X];
    wn_spot_params spot_params = pass->options->params;
    if (pixel->from)
        spot_params.pixel_size = pixel->value / UM_PER_M;
    const wn_status status =
        wn_finder_create(&spot_params, map, params, t->saturation, &pass->finder);
    if (status == WN_OK)
        return DONE;
    if (status == WN_ERR_MEMORY)
        return out_of_memory();
    complain("%s::%s: the method %s needs the beam centre, which the file does not say: give "
             "--centre X,Y or --poni FILE, or choose another --method",
             t->file, t->dataset, wn_spot_method_name(spot_params.method));
    return BAD_INPUT;
}

enum outcome spot_search_pass_begin(struct spot_search_pass *pass, const wn_map *map,
                                    const wn_params *params, bool across_frames, bool shoeboxes)
{
    const bool radial = wn_params_model(params) == WN_MODEL_RADIAL;
    struct spot_table *t = &pass->table;
    pass->rule = pass->options->rule;
    pass->rule.across_frames = across_frames;
    pass->rule.shoeboxes = shoeboxes;
    enum outcome outcome = make_finder(pass, map, params);
    if (outcome == DONE)
        outcome = spot_collector_begin(&pass->collector, &pass->rule, t);
    if (outcome == DONE && !(spot_options_record(pass->options, t) &&
                             spot_table_text(t, "background_model", radial ? "radial" : "tiles")))
        outcome = out_of_memory();
    pass->search.finder = pass->finder;
    pass->search.map = map;
    pass->search.valid = t->valid;
    return outcome;
}

/* ---- frames -------------------------------------------------------------------------------- */

wn_status spot_search_pass_count(const struct spot_search_pass *pass, const wn_found *found,
                                 uint64_t *count)
{
    const struct spot_table *t = &pass->table;
    wn_spot_rule rule = pass->rule;
    wn_linker *linker = NULL;
    wn_spot_list *list = NULL;
    rule.across_frames = rule.shoeboxes = false;
    wn_status status = wn_linker_create(&rule, t->height, t->width, &linker);
    if (status == WN_OK)
        status = wn_linker_add(linker, 0, found);
    if (status == WN_OK)
        status = wn_linker_end(linker);
    if (status == WN_OK)
        status = wn_linker_take(linker, &list);
    *count = status == WN_OK ? list->n : 0;
    wn_spot_list_free(list);
    wn_linker_free(linker);
    return status;
}

/* Warns of the first crowded frame. */
static enum outcome check_crowded(struct spot_search_pass *pass, const struct frame_source *source,
                                  const struct fetched_frame *fetched, const wn_found *found)
{
    const double share = (double)found->strong / (double)pass->good_pixels;
    if (share <= MAX_STRONG_SHARE || pass->crowded++ > 0)
        return DONE;
    complain("%s::%s, frame %" PRIu64 ": %.0f %% of its pixels are strong, which are no spots: "
             "choose higher cut-offs, or mask what is no diffraction",
             source->file, source->path, fetched->number, 100 * share);
    return FINDING;
}

enum outcome spot_search_pass_add(struct spot_search_pass *pass, uint64_t number,
                                  const struct frame_source *source,
                                  const struct fetched_frame *fetched,
                                  const struct spot_found *found)
{
    const enum outcome outcome = check_crowded(pass, source, fetched, found->found);
    pass->unusable += found->unusable;
    return worse(outcome, spot_collector_add(&pass->collector, number, found->found));
}

enum outcome spot_search_pass_end(struct spot_search_pass *pass)
{
    const struct spot_table *t = &pass->table;
    enum outcome outcome = spot_collector_end(&pass->collector, (uint64_t)pass->options->hits);
    if (outcome != DONE)
        return outcome;
    if (t->frames == 0) {
        complain("%s::%s: there is no frame that could be searched", t->file, t->dataset);
        return BAD_INPUT;
    }
    if (pass->unusable == 0)
        return DONE;
    complain("%s::%s: %" PRIu64 " of %zu frames have no good pixel: all are masked, or flagged by "
             "their value",
             t->file, t->dataset, pass->unusable, t->frames);
    return pass->unusable == t->frames ? BAD_INPUT : FINDING;
}

void spot_search_pass_free(struct spot_search_pass *pass)
{
    spot_collector_free(&pass->collector);
    wn_finder_free(pass->finder);
    spot_table_free(&pass->table);
}
