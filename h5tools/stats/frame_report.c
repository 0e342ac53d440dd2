/* Counts are summed from the frames of the table, in one pass each. */
#include "stats/frame_report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/json_write.h"
#include "base/message.h"

static uint64_t count_spots(const struct spot_table *table)
{
    uint64_t spots = 0;
    for (size_t i = 0; i < table->frames; i++)
        spots += table->frame[i].spots;
    return spots;
}

static uint64_t count_hits(const struct spot_table *table)
{
    uint64_t hits = 0;
    for (size_t i = 0; i < table->frames; i++)
        hits += table->frame[i].hit ? 1 : 0;
    return hits;
}

/* The frame with the most spots; NULL: none has any. */
static const struct spot_frame *best_frame(const struct spot_table *table)
{
    const struct spot_frame *best = NULL;
    for (size_t i = 0; i < table->frames; i++)
        if (table->frame[i].spots > (best ? best->spots : 0))
            best = &table->frame[i];
    return best;
}

static size_t column_of(const struct scan_grid *grid, const struct spot_frame *frame)
{
    return scan_grid_at(grid, frame->number) % (size_t)grid->columns;
}

static size_t row_of(const struct scan_grid *grid, const struct spot_frame *frame)
{
    return scan_grid_at(grid, frame->number) / (size_t)grid->columns;
}

void frame_report_name(const struct frame_report *report, char name[FRAME_REPORT_NAME])
{
    const struct spot_table *table = report->table;
    const char *file = table->file ? table->file : report->file;
    const char *slash = strrchr(file, '/');
    snprintf(name, FRAME_REPORT_NAME, "%s%s%s", slash ? slash + 1 : file,
             table->dataset ? "::" : "", table->dataset ? table->dataset : "");
    make_printable(name);
}

void frame_report_best(const struct frame_report *report, char text[FRAME_REPORT_NAME])
{
    const struct spot_frame *best = best_frame(report->table);
    snprintf(text, FRAME_REPORT_NAME, "no spots");
    if (best)
        snprintf(text, FRAME_REPORT_NAME,
                 "most spots: %" PRIu64 " at column %zu, row %zu (frame %" PRIu64 ")", best->spots,
                 column_of(report->grid, best), row_of(report->grid, best), best->number);
}

static void print_number(FILE *out, double value)
{
    if (isnan(value))
        fprintf(out, " %10s", "-");
    else
        fprintf(out, " %10.*f", value < 10 ? 3 : 2, value);
}

void frame_report_print(const struct frame_report *report, FILE *out)
{
    const struct spot_table *table = report->table;
    char text[FRAME_REPORT_NAME];
    frame_report_name(report, text);
    fprintf(out, "# %s: %zu frames, %" PRIu64 " hits, %" PRIu64 " spots\n", text, table->frames,
            count_hits(table), count_spots(table));
    if (report->grid) {
        frame_report_best(report, text);
        fprintf(out, "# %s\n", text);
    }
    fprintf(out, "#%7s %8s %8s %10s %10s %4s\n", "frame", "spots", "strong", "background",
            "resolution", "hit");
    fprintf(out, "#%7s %8s %8s %10s %10s\n", "", "", "pixels", "counts", "A");
    for (size_t i = 0; i < table->frames; i++) {
        const struct spot_frame *frame = &table->frame[i];
        fprintf(out, "%8" PRIu64 " %8" PRIu64 " %8" PRIu64, frame->number, frame->spots,
                frame->strong);
        print_number(out, frame->background);
        print_number(out, frame->resolution);
        fprintf(out, " %4d\n", frame->hit ? 1 : 0);
    }
}

static void write_frame(const struct spot_frame *frame, const struct scan_grid *grid,
                        struct json *json)
{
    json_begin(json, NULL, '{');
    json_count(json, "frame", frame->number);
    json_count(json, "spots", frame->spots);
    json_count(json, "strong_pixels", frame->strong);
    json_real(json, "background", frame->background);
    json_real(json, "resolution", frame->resolution);
    json_bool(json, "hit", frame->hit);
    if (grid) {
        json_count(json, "column", column_of(grid, frame));
        json_count(json, "row", row_of(grid, frame));
    }
    json_end(json, '}');
}

enum outcome frame_report_json(const struct frame_report *report, FILE *out)
{
    const struct spot_table *table = report->table;
    struct json json = {.depth = 0};
    json_begin(&json, NULL, '{');
    if (table->file)
        json_text(&json, "file", table->file);
    if (table->dataset)
        json_text(&json, "dataset", table->dataset);
    json_count(&json, "hits", count_hits(table));
    json_count(&json, "spots", count_spots(table));
    json_begin(&json, "frames", '[');
    for (size_t i = 0; i < table->frames; i++)
        write_frame(&table->frame[i], report->grid, &json);
    json_end(&json, ']');
    json_end(&json, '}');
    return json_print(&json, out);
}
