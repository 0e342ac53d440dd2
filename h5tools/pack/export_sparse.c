/* Frames are decoded one after the other to kept pixels and the statistics of their rings, from
 * which the reader of the sparse file interpolates the background. */
#include "pack/export_sparse.h"

#include <stdlib.h>
#include <time.h>

#include "base/interrupt.h"
#include "base/json_write.h"
#include "base/message.h"
#include "base/progress.h"
#include "hdf5/write_small.h"
#include "output/atomic_hdf5.h"
#include "output/sparse_frames.h"
#include "output/sparse_writer.h"
#include "params/explain.h"

static enum outcome write_frame(struct sparse_frames *e, const struct atomic_hdf5 *output,
                                struct sparse_writer *sparse)
{
    if (e->kept > SPARSE_KEPT_MAX - sparse->index.rows) {
        complain("%s: the layout cannot hold more than 4294967295 kept pixels: compress with a "
                 "higher --pick, or export parts of the dataset",
                 output->name);
        return BAD_INPUT;
    }
    return sparse_writer_add(sparse, e->kept, e->index, e->intensity, e->average, e->deviation)
               ? DONE
               : h5_complain_unwritable(output->partial);
}

static enum outcome write_frames(struct sparse_frames *e, const struct atomic_hdf5 *output,
                                 struct sparse_writer *sparse)
{
    struct progress progress;
    enum outcome outcome = DONE;
    progress_begin(&progress, e->source->frames);
    for (uint64_t i = 0; i < e->source->frames && outcome == DONE; i++) {
        outcome = sparse_frames_read(e, i);
        if (outcome == DONE)
            outcome = write_frame(e, output, sparse);
        progress_show(&progress, i + 1, (i + 1) * e->pixels * e->size,
                      sparse->index.rows * (e->size + sizeof *e->index));
    }
    progress_end(&progress);
    return outcome;
}

/* ---- data common to all frames ------------------------------------------------------------- */

static bool write_common(const struct sparse_frames *e, struct sparse_writer *sparse,
                         const char *configuration)
{
    const wn_array *array = &e->source->stack->array;
    const bool radii = sparse_frames_has_radii(e);
    char date[32];
    const time_t now = time(NULL);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    float *radius = malloc(e->points * sizeof *radius), *mask = malloc(e->pixels * sizeof *mask);
    const bool memory = radius && mask;
    if (memory)
        sparse_frames_coordinates(e, radius, mask);
    const struct sparse_frame frame = {
        .height = array->height,
        .width = array->width,
        .points = e->points,
        .radius = radius,
        .mask = mask,
        .unit = radii ? "r_pixel" : "cell",
        .long_name = radii ? "Radius (pixel)" : "Number of the background cell",
        .type = e->source->type,
        .dummy = e->dummy,
    };
    const bool good = memory && sparse_writer_finish(sparse, &frame, configuration, date);
    free(radius);
    free(mask);
    return good;
}

/* A parameter in its unit, or its default. */
static double value_of(const char *name, const wn_params *params)
{
    const wn_param *param = wn_param_find(name, params);
    return (double)wn_param_value(param, params, (wn_type)0) / param->scale;
}

static void describe_picking(const wn_params *params, wn_type type, struct json *json)
{
    const wn_error_model model = wn_params_error_model(params, type);
    const wn_choice *choice = wn_param_choice(wn_param_find("error_model", params), model);
    json_begin(json, "sparsify", '{');
    json_text(json, "error_model", choice ? choice->word : "");
    json_real(json, "cutoff_clip", value_of("clip", params));
    json_count(json, "cycle", (uint64_t)value_of("cycles", params));
    json_real(json, "cutoff_pick", value_of("pick", params));
    json_real(json, "noise", value_of("noise_floor", params));
    json_end(json, '}');
}

static void describe_all(const wn_params *params, const wn_array *array, struct json *json)
{
    struct explanation topics[WN_PARAM_ROWS];
    explain(params, array, topics);
    json_begin(json, "winnow", '{');
    explain_json(topics, json);
    json_end(json, '}');
}

/* The configuration as JSON, empty if the parameters are invalid. To be freed; NULL: no memory. */
static char *describe(const struct dataset_layout *stack)
{
    wn_params params;
    struct json json = {.depth = 0};
    json_begin(&json, NULL, '{');
    if (wn_params_from_cd(stack->cd, stack->cd_count, &params, NULL, 0) == WN_OK &&
        wn_params_check(&params, NULL, 0) == WN_OK) {
        describe_picking(&params, stack->array.type, &json);
        describe_all(&params, &stack->array, &json);
    }
    json_end(&json, '}');
    return json_finish(&json);
}

/* ---- all together -------------------------------------------------------------------------- */

static enum outcome write_sparse(struct sparse_frames *e, const struct atomic_hdf5 *output)
{
    struct sparse_writer sparse;
    char *configuration = describe(e->source->stack);
    enum outcome outcome = DONE;
    if (!configuration) {
        complain_memory();
        return IO_FAILURE;
    }
    if (!sparse_writer_create(output->file, e->source->type, e->points, &sparse))
        outcome = h5_complain_unwritable(output->partial);
    if (outcome == DONE)
        outcome = write_frames(e, output, &sparse);
    if (outcome == DONE && !write_common(e, &sparse, configuration))
        outcome = h5_complain_unwritable(output->partial);
    sparse_writer_close(&sparse);
    free(configuration);
    return outcome;
}

/* The sparse layout cannot hold sums of blocks. */
static void warn_of_blocks(const struct dataset_layout *stack)
{
    wn_params params;
    if (wn_params_from_cd(stack->cd, stack->cd_count, &params, NULL, 0) == WN_OK &&
        params.block > 0)
        complain("%s::%s: the sparse layout has no place for the counts that are kept in blocks: "
                 "of "
                 "the background only mean and deviation are exported",
                 stack->file, stack->path);
}

enum outcome export_sparse(const struct dataset_layout *stack, const char *name, bool force)
{
    struct decoded_frames source;
    struct sparse_frames e = {.source = NULL};
    struct atomic_hdf5 output;
    enum outcome outcome = decoded_frames_open(stack, &source);
    if (outcome == DONE)
        outcome = atomic_hdf5_create(name, &stack->file, 1, force, 0, -1, &output);
    if (outcome == DONE) {
        interrupt_catch();
        outcome = sparse_frames_begin(&source, &e);
        if (outcome == DONE)
            outcome = write_sparse(&e, &output);
        outcome = atomic_hdf5_finish(&output, outcome);
    }
    if (outcome == DONE)
        warn_of_blocks(stack);
    sparse_frames_free(&e);
    decoded_frames_close(&source);
    return outcome;
}
