/* The keys are stable: programs rely on them. */
#include "inspect/report.h"
#include "params/explain.h"

static const char *const KINDS[IMAGE_KINDS] = {
    [IMAGE_SEPARATED] = "separated", [IMAGE_LOSSLESS] = "lossless", [IMAGE_RAW] = "raw",
    [IMAGE_SKIPPED] = "skipped",     [IMAGE_HIDDEN] = "hidden",     [IMAGE_ABSENT] = "absent",
    [IMAGE_COUNTED] = "counted",     [IMAGE_DAMAGED] = "damaged",
};

static void write_lengths(struct json *json, const char *key, const hsize_t *lengths, int rank)
{
    json_begin(json, key, '[');
    for (int i = 0; i < rank; i++)
        json_count(json, NULL, lengths[i]);
    json_end(json, ']');
}

static void write_spread(struct json *json, const char *key, const struct chunk_survey *survey,
                         const struct count_spread *spread)
{
    const uint64_t images = survey->images[IMAGE_SEPARATED];
    if (images == 0) {
        json_raw(json, key, "null");
        return;
    }
    json_begin(json, key, '{');
    json_real(json, "mean", (double)spread->sum / (double)images);
    json_count(json, "least", spread->least);
    json_count(json, "most", spread->most);
    json_end(json, '}');
}

static void write_parameters(struct json *json, const struct dataset_layout *stack)
{
    struct explanation topics[WN_PARAM_ROWS];
    wn_params params;
    json_count(json, "filter", WN_FILTER_ID);
    json_bool(json, "mandatory", stack->mandatory);
    json_begin(json, "cd_values", '[');
    for (size_t i = 0; i < stack->cd_count && i < WN_CD_VALUES; i++)
        json_count(json, NULL, stack->cd[i]);
    json_end(json, ']');
    if (wn_params_from_cd(stack->cd, stack->cd_count, &params, NULL, 0) != WN_OK) {
        json_raw(json, "parameters", "null");
        return;
    }
    explain(&params, stack->array.type != 0 ? &stack->array : NULL, topics);
    explain_json(topics, json);
}

static void write_images(struct json *json, const struct dataset_report *report)
{
    const struct chunk_survey *survey = report->survey;
    json_bool(json, "cuts_frames", dataset_layout_cuts_frames(report->stack));
    json_begin(json, "images", '{');
    for (int i = 0; i < IMAGE_KINDS; i++)
        json_count(json, KINDS[i], survey->images[i]);
    json_end(json, '}');
    write_spread(json, "kept_pixels", survey, &survey->kept);
    write_spread(json, "flagged_pixels", survey, &survey->flagged);
}

static void write_damages(struct json *json, const struct dataset_report *report)
{
    const struct chunk_survey *survey = report->survey;
    json_begin(json, "damaged", '[');
    for (size_t i = 0; i < survey->damage_count; i++) {
        const struct damage *d = &survey->damages[i];
        json_begin(json, NULL, '{');
        json_count(json, "frame", d->frame);
        json_count(json, "images", d->images);
        write_lengths(json, "offset", d->offset, report->stack->rank);
        if (d->address != HADDR_UNDEF)
            json_count(json, "address", d->address);
        else
            json_raw(json, "address", "null");
        json_count(json, "bytes", d->size);
        json_text(json, "reason", d->reason);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void write_names(struct json *json, const struct dataset_layout *stack)
{
    json_text(json, "dataset", stack->path);
    json_bool(json, "virtual", stack->layout == H5D_VIRTUAL);
    write_lengths(json, "shape", stack->shape, stack->rank);
}

void report_json(const struct dataset_report *report, struct json *json)
{
    const struct dataset_layout *stack = report->stack;
    const struct chunk_survey *survey = report->survey;
    const uint64_t raw = chunk_survey_raw_bytes(stack, survey), stored = survey->stored_bytes;
    json_begin(json, NULL, '{');
    write_names(json, stack);
    if (report->stored_in)
        json_text(json, "stored_in", report->stored_in);
    write_lengths(json, "chunk", stack->chunk, stack->rank);
    json_text(json, "type", wn_type_name(stack->array.type));
    json_bool(json, "big_endian", stack->array.big_endian);
    json_text(json, "filters", stack->filter_names);
    write_parameters(json, stack);
    json_count(json, "frames", dataset_layout_frames(stack));
    json_count(json, "bytes_raw", raw);
    json_count(json, "bytes_stored", stored);
    json_real(json, "ratio", stored > 0 ? (double)raw / (double)stored : 0);
    json_count(json, "chunks_stored", survey->stored_chunks);
    write_images(json, report);
    json_count(json, "oldest_format_version", survey->oldest_version);
    json_count(json, "newest_format_version", survey->newest_version);
    json_count(json, "chunks_with_noise", survey->chunks_with_noise);
    json_count(json, "chunks_without_noise", survey->chunks_without_noise);
    if (report->unreadable)
        json_text(json, "unreadable", report->unreadable);
    write_damages(json, report);
    json_end(json, '}');
}

void report_virtual_json(const struct dataset_layout *stack, const struct virtual_sources *sources,
                         struct json *json)
{
    json_begin(json, NULL, '{');
    write_names(json, stack);
    json_count(json, "sources", sources->count);
    json_text(json, "first_source", sources->first);
    json_end(json, '}');
}
