/* h5winnow stats: lists, plots or maps the quantities that a table of spots has for each frame. */
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/message.h"
#include "hdf5/file.h"
#include "output/atomic_hdf5.h"
#include "plot/heatmap.h"
#include "plot/line_plot.h"
#include "spots/table.h"
#include "spots/table_read.h"
#include "stats/frame_report.h"
#include "stats/frame_series.h"
#include "stats/nexus_file.h"
#include "stats/scan_grid.h"
#include "verbs/verbs.h"

static const char USAGE[] =
    "usage: h5winnow stats [options] FILE[::TABLE] [OUTPUT.h5]\n"
    "Prints for each frame of a table of spots, as made by h5winnow spots: number of spots, "
    "strong\n"
    "pixels, background, the resolution that the spots reach, and whether it is a hit. OUTPUT.h5\n"
    "gets the same as NeXus data, which silx view and H5Web plot.\n"
    "\n"
    "  --plot FILE      plot spots, background and resolution against the frame; with --grid\n"
    "                   a map of the spots. FILE ends in .png, .svg or .pdf\n"
    "  --grid N,M       the frames are the positions of a scan: rows of N positions (columns), M\n"
    "                   rows. OUTPUT.h5 gets the map of the spots too\n"
    "  --snake          every second row was scanned backwards\n"
    "  --json           print one JSON object, for programs\n"
    "  --force          replace existing files\n"
    "  --help           print this\n";

enum { OPTION_PLOT = 1, OPTION_GRID, OPTION_SNAKE, OPTION_JSON, OPTION_FORCE, OPTION_HELP };

static const struct option OPTIONS[] = {
    {"plot", required_argument, NULL, OPTION_PLOT},
    {"grid", required_argument, NULL, OPTION_GRID},
    {"snake", no_argument, NULL, OPTION_SNAKE},
    {"json", no_argument, NULL, OPTION_JSON},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

struct stats {
    struct scan_grid grid;
    bool has_grid, json, force, help;
    const char *plot, *output; /* files; NULL: none */

    struct address address;
    struct spot_table table;
    struct frame_report report;
    double *map; /* [positions of the grid] spots; NaN: not measured */
};

/* ---- the command line ----------------------------------------------------------------------- */

static enum outcome read_option(struct stats *s, int option, const char *text)
{
    switch (option) {
    case OPTION_PLOT:
        s->plot = text;
        return DONE;
    case OPTION_GRID:
        s->has_grid = scan_grid_read(text, &s->grid);
        if (!s->has_grid)
            complain("--grid cannot be '%s': give columns and rows, each 1 to %d", text,
                     SCAN_GRID_EDGE);
        return s->has_grid ? DONE : WRONG_USAGE;
    case OPTION_SNAKE:
        s->grid.snake = true;
        return DONE;
    case OPTION_JSON:
        s->json = true;
        return DONE;
    case OPTION_FORCE:
        s->force = true;
        return DONE;
    case OPTION_HELP:
        s->help = true;
        return DONE;
    default:
        return WRONG_USAGE;
    }
}

static enum outcome read_command_line(int argc, char **argv, struct stats *s)
{
    enum outcome outcome = DONE;
    enum picture_format format;
    int option;
    while (outcome == DONE && !s->help &&
           (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
        outcome = read_option(s, option, optarg);
    if (outcome != DONE || s->help)
        return outcome;
    if (argc - optind < 1 || argc - optind > 2) {
        complain("stats takes one FILE or FILE::TABLE, and perhaps an OUTPUT.h5");
        return WRONG_USAGE;
    }
    if (s->grid.snake && !s->has_grid) {
        complain("--snake is how a grid was scanned: add --grid");
        return WRONG_USAGE;
    }
    if (s->plot && picture_format_of(s->plot, &format) != DONE)
        return WRONG_USAGE;
    s->output = argv[optind + 1]; /* or NULL, which ends argv */
    return DONE;
}

/* ---- the table and the grid ----------------------------------------------------------------- */

static enum outcome read_table(struct stats *s)
{
    hid_t file;
    enum outcome outcome = file_open(s->address.file, &file);
    if (outcome != DONE)
        return outcome;
    outcome = spot_table_read(file, s->address.file, address_object(&s->address), &s->table);
    H5Fclose(file);
    return outcome;
}

/* Checks that all frames are positions of the grid; warns if positions have no frame. */
static enum outcome check_grid(const struct stats *s)
{
    const struct spot_table *table = &s->table;
    const uint64_t size = scan_grid_size(&s->grid);
    const uint64_t last = table->frames > 0 ? table->frame[table->frames - 1].number : 0;
    if (last >= size) {
        complain("%s, frame %" PRIu64 ": --grid %d,%d has only %" PRIu64
                 " positions: give the columns and rows that were scanned",
                 s->address.file, last, s->grid.columns, s->grid.rows, size);
        return BAD_INPUT;
    }
    if (table->frames < size)
        complain("%s: %zu of the %" PRIu64 " positions of the grid have frames; the others are "
                 "left empty",
                 s->address.file, table->frames, size);
    return DONE;
}

static enum outcome make_map(struct stats *s)
{
    const struct spot_table *table = &s->table;
    const size_t size = (size_t)scan_grid_size(&s->grid);
    const enum outcome outcome = check_grid(s);
    if (outcome != DONE)
        return outcome;
    s->map = malloc(size * sizeof *s->map);
    if (!s->map) {
        complain_memory();
        return IO_FAILURE;
    }
    for (size_t i = 0; i < size; i++)
        s->map[i] = NAN;
    for (size_t i = 0; i < table->frames; i++)
        s->map[scan_grid_at(&s->grid, table->frame[i].number)] =
            frame_value(&table->frame[i], FRAME_SPOTS);
    return DONE;
}

/* ---- output --------------------------------------------------------------------------------- */

static enum outcome write_output(const struct stats *s)
{
    const char *const input = s->address.file;
    struct atomic_hdf5 output;
    if (!s->output)
        return DONE;
    enum outcome outcome = atomic_hdf5_create(s->output, &input, 1, s->force, 0, -1, &output);
    if (outcome != DONE)
        return outcome;
    outcome =
        stats_nexus_write(output.file, output.partial, input, &s->table, s->report.grid, s->map);
    return atomic_hdf5_finish(&output, outcome);
}

static enum outcome write_curves(const struct stats *s, const char *title,
                                 const struct picture_file *file)
{
    static const enum frame_quantity shown[] = {FRAME_SPOTS, FRAME_BACKGROUND, FRAME_RESOLUTION};
    enum { PANELS = sizeof shown / sizeof shown[0] };
    struct frame_series values;
    struct plot_series series[PANELS];
    if (!frame_series_make(&s->table, &values)) {
        complain_memory();
        return IO_FAILURE;
    }
    for (int i = 0; i < PANELS; i++)
        series[i] = (struct plot_series){frame_meaning(shown[i])->label, values.of[shown[i]],
                                         shown[i] != FRAME_RESOLUTION};
    const struct plot plot = {title, "frame", values.frame, values.n, series, PANELS};
    const enum outcome outcome = plot_write(&plot, file);
    frame_series_free(&values);
    return outcome;
}

static enum outcome write_map(const struct stats *s, const char *title,
                              const struct picture_file *file)
{
    const struct heatmap map = {title, "spots", s->grid.columns, s->grid.rows, s->map};
    return heatmap_write(&map, file);
}

static enum outcome write_plot(const struct stats *s)
{
    const struct picture_file file = {s->plot, s->address.file, s->force};
    char name[FRAME_REPORT_NAME], best[FRAME_REPORT_NAME] = "", title[2 * FRAME_REPORT_NAME + 40];
    if (!s->plot)
        return DONE;
    frame_report_name(&s->report, name);
    if (s->has_grid)
        frame_report_best(&s->report, best);
    snprintf(title, sizeof title, "%s, %zu frame%s%s%s", name, s->table.frames,
             s->table.frames == 1 ? "" : "s", s->has_grid ? ", " : "", best);
    return s->has_grid ? write_map(s, title, &file) : write_curves(s, title, &file);
}

enum outcome verb_stats(int argc, char **argv)
{
    struct stats s = {.map = NULL};
    enum outcome outcome = read_command_line(argc, argv, &s);
    if (outcome != DONE)
        return outcome;
    if (s.help) {
        fputs(USAGE, stdout);
        return DONE;
    }
    if (!address_read(argv[optind], &s.address)) {
        complain_memory();
        return IO_FAILURE;
    }
    s.report = (struct frame_report){&s.table, s.address.file, s.has_grid ? &s.grid : NULL};
    outcome = read_table(&s);
    if (outcome == DONE && s.has_grid)
        outcome = make_map(&s);
    if (outcome == DONE)
        outcome = write_output(&s);
    if (outcome == DONE)
        outcome = write_plot(&s);
    if (outcome == DONE && s.json)
        outcome = frame_report_json(&s.report, stdout);
    else if (outcome == DONE)
        frame_report_print(&s.report, stdout);
    free(s.map);
    spot_table_free(&s.table);
    address_free(&s.address);
    return outcome;
}
