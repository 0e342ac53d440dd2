/* h5winnow view: makes a picture of a frame. */
#define _GNU_SOURCE
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "geometry/resolution.h"
#include "hdf5/file.h"
#include "plot/frame_picture.h"
#include "plot/frame_window.h"
#include "spots/table.h"
#include "spots/table_read.h"
#include "spots/table_write.h"
#include "verbs/verbs.h"
#include "verbs/view_frame.h"
#include "verbs/view_options.h"

/* Quantiles of the pixels at the ends of the default range. */
#define LOW_QUANTILE  0.02
#define HIGH_QUANTILE 0.9995

/* Least width of the default range, if there are such counts, so that single counts are not black.
 */
#define MIN_RANGE 10

#define CAPTION_MAX 1024 /* bytes */

/* The table whose spots are circled by default. */
#define DEFAULT_TABLE "spots"

/* Largest edge of the frame in the picture, pixels; the rest is for axes, title and legend. */
#define MAX_FRAME_EDGE (PICTURE_EDGE_MAX - 1000)

/* State of making a picture. */
struct view {
    const struct view_options *wish;
    struct viewed_frame viewed;
    struct frame_window window;
    struct resolution rings;
    double d[RESOLUTION_RINGS_MAX];
    bool has_table;
    struct spot_table table;
    const wn_spot **spot; /* spots of the table in the window */
    char title[CAPTION_MAX], subtitle[CAPTION_MAX];
    struct frame_picture plan;
    cairo_rectangle_t image; /* the part of the picture that shows the frame */
};

/* ---- the window ----------------------------------------------------------------------------- */

static enum outcome choose_window(struct view *v)
{
    const struct view_options *wish = v->wish;
    const wn_array *frame = &v->viewed.source.frame;
    struct frame_crop crop = {0, 0, frame->width, frame->height};
    if (wish->has_zoom) {
        if (wish->zoom_x >= frame->width || wish->zoom_y >= frame->height) {
            complain("--zoom: pixel %" PRIu32 ",%" PRIu32 " is outside of the frame of %" PRIu32
                     " x %" PRIu32 " pixels",
                     wish->zoom_x, wish->zoom_y, frame->width, frame->height);
            return WRONG_USAGE;
        }
        crop = frame_crop_around(frame, wish->zoom_x, wish->zoom_y, wish->zoom_size);
    }
    if (frame_window_choose(&v->window, crop, (uint32_t)wish->bin, MAX_FRAME_EDGE))
        return DONE;
    complain("--bin %d: the picture would be larger than %d pixels: choose a larger bin", wish->bin,
             MAX_FRAME_EDGE);
    return WRONG_USAGE;
}

/* The range of counts; an empty one is widened. False: there are no counts. */
static bool choose_scale(struct view *v)
{
    static const double share[] = {LOW_QUANTILE, HIGH_QUANTILE, 1};
    double value[3] = {0, 1, 1};
    const bool valid = frame_window_quantiles(&v->window, share, 3, value);
    struct scale scale = {v->wish->logarithmic, value[0], value[1]};
    scale.high = fmax(scale.high, fmin(value[0] + MIN_RANGE, value[2]));
    if (scale.logarithmic)
        scale.low = fmax(scale.low, 0);
    if (v->wish->has_range) {
        scale.low = v->wish->low;
        scale.high = v->wish->high;
    }
    if (!(scale.high > scale.low))
        scale.high = scale.low + 1;
    v->plan.scale = scale;
    return valid;
}

static enum outcome read_window(struct view *v)
{
    const struct viewed_frame *viewed = &v->viewed;
    const enum outcome outcome = choose_window(v);
    if (outcome != DONE)
        return outcome;
    if (!frame_window_read(&v->window, &viewed->source.frame, viewed->fetched.pixels,
                           viewed->metadata.valid)) {
        complain_memory();
        return IO_FAILURE;
    }
    if (choose_scale(v))
        return DONE;
    complain("%s::%s, frame %" PRIu64 ": all pixels that are shown are masked",
             viewed->address.file, viewed->path, viewed->number);
    return FINDING;
}

static enum outcome choose_rings(struct view *v)
{
    const struct view_options *wish = v->wish;
    const struct viewed_frame *viewed = &v->viewed;
    const struct frame_crop *crop = &v->window.crop;
    const double wavelength = wish->wavelength > 0 ? wish->wavelength : viewed->metadata.wavelength;
    const char *missing = resolution_prepare(&viewed->placement, wavelength, &v->rings);
    if (wish->rings == RINGS_NONE || (missing && wish->rings == RINGS_IF_KNOWN))
        return DONE;
    if (missing) {
        if (viewed->metadata.doubt)
            complain("%s::%s: %s", viewed->address.file, viewed->path, viewed->metadata.doubt);
        complain("%s::%s: no rings: %s", viewed->address.file, viewed->path, missing);
        return BAD_INPUT;
    }
    v->plan.marks.rings = &v->rings;
    v->plan.marks.d = wish->rings == RINGS_GIVEN ? wish->d : v->d;
    v->plan.marks.ring_count =
        wish->rings == RINGS_GIVEN
            ? wish->ring_count
            : resolution_rings_choose(&v->rings, crop->x, crop->y, crop->width, crop->height, v->d);
    return DONE;
}

/* ---- spots ---------------------------------------------------------------------------------- */

static enum outcome read_other_table(struct view *v)
{
    struct address address;
    hid_t file;
    if (!address_read(v->wish->spots, &address)) {
        complain_memory();
        return IO_FAILURE;
    }
    enum outcome outcome = file_open(address.file, &file);
    if (outcome == DONE) {
        outcome = spot_table_read(file, address.file, address_object(&address), &v->table);
        H5Fclose(file);
    }
    address_free(&address);
    return outcome;
}

/* Reads the table of spots given, or that of the frame's file, if there is one. */
static enum outcome read_table(struct view *v)
{
    const struct viewed_frame *viewed = &v->viewed;
    enum outcome outcome;
    if (v->wish->spots)
        outcome = read_other_table(v);
    else if (spot_table_exists(viewed->file, DEFAULT_TABLE))
        outcome = spot_table_read(viewed->file, viewed->address.file, DEFAULT_TABLE, &v->table);
    else
        return DONE;
    v->has_table = outcome == DONE;
    return outcome;
}

static enum outcome check_table(const struct view *v)
{
    const struct viewed_frame *viewed = &v->viewed;
    const wn_array *frame = &viewed->source.frame;
    const struct spot_table *table = &v->table;
    if (table->height == frame->height && table->width == frame->width)
        return DONE;
    complain("%s: its spots are of frames of %" PRIu32 " x %" PRIu32 " pixels, but those of %s::%s "
             "have %" PRIu32 " x %" PRIu32 ": choose another table, or --spots none",
             v->wish->spots ? v->wish->spots : viewed->address.file, table->width, table->height,
             viewed->address.file, viewed->path, frame->width, frame->height);
    return BAD_INPUT;
}

/* Selects the spots that lie in the window and reach the frame. */
static enum outcome choose_spots(struct view *v)
{
    const struct spot_table *table = &v->table;
    const uint64_t number = v->viewed.number;
    if (table->spots == 0)
        return DONE;
    v->spot = malloc(table->spots * sizeof *v->spot);
    if (!v->spot) {
        complain_memory();
        return IO_FAILURE;
    }
    for (size_t i = 0; i < table->spots; i++)
        if (table->spot[i].z0 <= number && number < table->spot[i].z1 &&
            frame_crop_contains(&v->window.crop, table->spot[i].x, table->spot[i].y))
            v->spot[v->plan.marks.spots++] = &table->spot[i];
    v->plan.marks.spot = v->spot;
    return DONE;
}

/* ---- texts ---------------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void write_title(struct view *v)
{
    const struct viewed_frame *viewed = &v->viewed;
    snprintf(v->title, sizeof v->title, "%s::%s, frame %" PRIu64 "%s",
             base_name(viewed->address.file), viewed->path, viewed->number,
             viewed->fetched.absent ? " (never written)" : "");
    make_printable(v->title);
}

static void write_subtitle(struct view *v)
{
    const struct frame_window *window = &v->window;
    const struct scale *scale = &v->plan.scale;
    const double pixels = (double)window->crop.width * window->crop.height;
    char cells[80] = "", spots[40] = "";
    if (window->bin > 1)
        snprintf(cells, sizeof cells, ", maximum of %" PRIu32 " x %" PRIu32 " pixels", window->bin,
                 window->bin);
    if (v->has_table)
        snprintf(spots, sizeof spots, ", %zu spot%s", v->plan.marks.spots,
                 v->plan.marks.spots == 1 ? "" : "s");
    snprintf(v->subtitle, sizeof v->subtitle, "%g to %g counts, %s scale%s, %.3g %% masked%s",
             scale->low, scale->high, scale->logarithmic ? "log" : "linear", cells,
             100 * (double)window->masked / pixels, spots);
}

/* Prints what was drawn and where, for programs that evaluate the picture. */
static void print_report(const struct view *v, const char *name)
{
    const struct frame_window *window = &v->window;
    const struct frame_crop *crop = &window->crop;
    printf("%s: %s\n", name, v->title);
    printf("  %-9s %s\n", "colours", v->subtitle);
    printf("  %-9s x %" PRIu32 " to %" PRIu32 ", y %" PRIu32 " to %" PRIu32 "\n", "pixels", crop->x,
           crop->x + crop->width - 1, crop->y, crop->y + crop->height - 1);
    printf("  %-9s %.0f x %.0f at %.0f,%.0f of the picture: bin %" PRIu32 ", magnified %" PRIu32
           "\n",
           "drawn", v->image.width, v->image.height, v->image.x, v->image.y, window->bin,
           window->magnify);
    if (!v->plan.marks.rings)
        return;
    printf("  %-9s", "rings, A");
    for (size_t i = 0; i < v->plan.marks.ring_count; i++)
        printf(" %g", v->plan.marks.d[i]);
    putchar('\n');
}

/* ---- the picture ---------------------------------------------------------------------------- */

/* The default: name of the file and number of the frame, in the current folder. */
static char *default_name(const struct view *v)
{
    const char *file = base_name(v->viewed.address.file), *dot = strrchr(file, '.');
    const int length = dot && dot != file ? (int)(dot - file) : (int)strlen(file);
    char *name;
    if (asprintf(&name, "%.*s_%06" PRIu64 ".png", length, file, v->wish->frame) < 0)
        return NULL;
    return name;
}

static enum outcome write_picture(struct view *v, const char *wanted)
{
    char *name = wanted ? strdup(wanted) : default_name(v);
    const struct picture_file file = {name, v->viewed.address.file, v->wish->force};
    if (!name) {
        complain_memory();
        return IO_FAILURE;
    }
    v->plan.title = v->title;
    v->plan.subtitle = v->subtitle;
    v->plan.window = &v->window;
    v->plan.colours = v->wish->colours;
    const enum outcome outcome = frame_picture_write(&v->plan, &file, &v->image);
    if (outcome == DONE)
        print_report(v, name);
    free(name);
    return outcome;
}

static enum outcome make_picture(struct view *v, const char *name)
{
    enum outcome finding = read_window(v), outcome = finding;
    if (outcome <= FINDING)
        outcome = choose_rings(v);
    if (outcome == DONE && !v->wish->no_spots)
        outcome = read_table(v);
    if (outcome == DONE && v->has_table)
        outcome = check_table(v);
    if (outcome == DONE && v->has_table)
        outcome = choose_spots(v);
    if (outcome != DONE)
        return outcome;
    write_title(v);
    write_subtitle(v);
    return worse(finding, write_picture(v, name));
}

enum outcome verb_view(int argc, char **argv)
{
    struct view_options wish;
    struct view v = {.wish = &wish};
    enum outcome outcome = view_options_read(argc, argv, &wish);
    if (outcome != DONE)
        return outcome;
    if (wish.help) {
        fputs(VIEW_USAGE, stdout);
        filter_options_usage(FILTER_OPTIONS_GEOMETRY, stdout);
        return DONE;
    }
    outcome = viewed_frame_open(argv[optind], wish.frame, &wish.request, &v.viewed);
    if (outcome == DONE)
        outcome = make_picture(&v, argv[optind + 1]); /* or NULL, which ends argv */
    spot_table_free(&v.table);
    free(v.spot);
    frame_window_free(&v.window);
    viewed_frame_close(&v.viewed);
    return outcome;
}
