/* Prints labels in a column of fixed width; parameters come from params/explain. */
#include <inttypes.h>

#include "inspect/report.h"
#include "params/explain.h"

#define LABEL "  %-16s "

static const char *const KINDS[IMAGE_KINDS] = {
    [IMAGE_SEPARATED] = "separated",
    [IMAGE_LOSSLESS] = "lossless",
    [IMAGE_RAW] = "raw",
    [IMAGE_COUNTED] = "lossless given the background",
    [IMAGE_SKIPPED] = "not filtered (winnow was skipped)",
    [IMAGE_HIDDEN] = "hidden behind another filter",
    [IMAGE_ABSENT] = "never written",
    [IMAGE_DAMAGED] = "DAMAGED",
};

static void print_lengths(const hsize_t *lengths, int rank, FILE *out)
{
    for (int i = 0; i < rank; i++)
        fprintf(out, "%s%" PRIu64, i > 0 ? " x " : "", (uint64_t)lengths[i]);
}

static void print_bytes(double bytes, FILE *out)
{
    if (bytes >= 1e6)
        fprintf(out, "%.2f MB", bytes / 1e6);
    else if (bytes >= 1e3)
        fprintf(out, "%.2f kB", bytes / 1e3);
    else
        fprintf(out, "%.0f bytes", bytes);
}

static void print_shape(const struct dataset_layout *stack, FILE *out)
{
    const wn_array *array = &stack->array;
    fprintf(out, LABEL, "shape");
    print_lengths(stack->shape, stack->rank, out);
    fprintf(out, ", %s%s\n", array->type != 0 ? wn_type_name(array->type) : "no image type",
            array->big_endian ? " big-endian" : "");
    fprintf(out, LABEL, "chunk");
    print_lengths(stack->chunk, stack->rank, out);
    fputc('\n', out);
    fprintf(out, LABEL "%s (winnow is %s)\n", "filters", stack->filter_names,
            stack->mandatory ? "mandatory" : "optional");
}

static void print_size(const struct dataset_report *report, FILE *out)
{
    const double raw = (double)chunk_survey_raw_bytes(report->stack, report->survey);
    const double stored = (double)report->survey->stored_bytes;
    fprintf(out, LABEL, "size");
    print_bytes(raw, out);
    fputs(" raw, ", out);
    print_bytes(stored, out);
    fputs(" stored", out);
    if (stored > 0)
        fprintf(out, ": ratio %.2f", raw / stored);
    fputc('\n', out);
}

static void print_images(const struct dataset_report *report, FILE *out)
{
    const char *separator = "";
    fprintf(out, LABEL, dataset_layout_cuts_frames(report->stack) ? "parts of frames" : "frames");
    for (int i = 0; i < IMAGE_KINDS; i++) {
        if (report->survey->images[i] == 0)
            continue;
        fprintf(out, "%s%" PRIu64 " %s", separator, report->survey->images[i], KINDS[i]);
        separator = ", ";
    }
    fputs(*separator != '\0' ? "\n" : "none\n", out);
}

static void print_spread(const char *label, const struct dataset_report *report,
                         const struct count_spread *spread, FILE *out)
{
    const wn_array *array = &report->stack->array;
    const double mean = (double)spread->sum / (double)report->survey->images[IMAGE_SEPARATED];
    fprintf(out, LABEL "%.1f per %s (%" PRIu64 " to %" PRIu64 "), %.3g %%\n", label, mean,
            dataset_layout_cuts_frames(report->stack) ? "part" : "frame", spread->least,
            spread->most, 100 * mean / ((double)array->width * array->height));
}

static void print_chunks(const struct chunk_survey *survey, FILE *out)
{
    if (survey->newest_version == 0)
        return;
    fprintf(out, LABEL "version %u", "chunk format", survey->oldest_version);
    if (survey->newest_version != survey->oldest_version)
        fprintf(out, " to %u", survey->newest_version);
    fputc('\n', out);
    fprintf(out, LABEL "on in %" PRIu64 " chunks, off in %" PRIu64 "\n", "noise",
            survey->chunks_with_noise, survey->chunks_without_noise);
}

static void print_parameters(const struct dataset_layout *stack, FILE *out)
{
    struct explanation topics[WN_PARAM_ROWS];
    wn_params params;
    fprintf(out, LABEL, "cd_values");
    for (size_t i = 0; i < stack->cd_count && i < WN_CD_VALUES; i++)
        fprintf(out, "%s%" PRIu32, i > 0 ? " " : "", stack->cd[i]);
    fputc('\n', out);
    if (wn_params_from_cd(stack->cd, stack->cd_count, &params, NULL, 0) != WN_OK)
        return;
    explain(&params, stack->array.type != 0 ? &stack->array : NULL, topics);
    explain_print(topics, NULL, out);
}

static void print_damages(const struct dataset_report *report, FILE *out)
{
    const struct chunk_survey *survey = report->survey;
    for (size_t i = 0; i < survey->damage_count; i++) {
        const struct damage *d = &survey->damages[i];
        fprintf(out, LABEL "frame %" PRIu64, "DAMAGED", d->frame);
        if (d->images > 1)
            fprintf(out, " and %" PRIu64 " more", d->images - 1);
        fputs(", chunk (", out);
        for (int k = 0; k < report->stack->rank; k++)
            fprintf(out, "%s%" PRIu64, k > 0 ? ", " : "", (uint64_t)d->offset[k]);
        fputc(')', out);
        if (d->address != HADDR_UNDEF)
            fprintf(out, ", byte %" PRIu64 " of the file", (uint64_t)d->address);
        fprintf(out, ": %s\n", d->reason);
    }
}

void report_text(const struct dataset_report *report, FILE *out)
{
    const struct dataset_layout *stack = report->stack;
    const struct chunk_survey *survey = report->survey;
    fprintf(out, "%s::%s\n", stack->file, stack->path);
    if (report->stored_in)
        fprintf(out, LABEL "%s\n", "stored in", report->stored_in);
    print_shape(stack, out);
    print_size(report, out);
    print_images(report, out);
    if (survey->images[IMAGE_SEPARATED] > 0) {
        print_spread("kept pixels", report, &survey->kept, out);
        print_spread("flagged pixels", report, &survey->flagged, out);
    }
    print_chunks(survey, out);
    if (report->unreadable)
        fprintf(out, LABEL "%s\n", "UNREADABLE", report->unreadable);
    print_damages(report, out);
    print_parameters(stack, out);
}

void report_virtual_text(const struct dataset_layout *stack, const struct virtual_sources *sources,
                         FILE *out)
{
    fprintf(out, "%s::%s\n", stack->file, stack->path);
    fprintf(out, LABEL "a virtual dataset: its frames are in %s", "virtual",
            sources->count > 0 ? sources->first : "no other dataset");
    if (sources->count > 1)
        fprintf(out, " and %zu more", sources->count - 1);
    fputc('\n', out);
}
