/*
 * h5tools_spots: tables of spots made from numbers, written and read back.
 *
 *   print SEED                       the table of that seed, as JSON
 *   new SEED FILE                    writes it to a new file
 *   add SEED FILE [NAME [replace]]   adds it to a file that is there
 *   cxi SEED FRAMES FILE             writes it as a peak list of a dataset with so many frames
 *   crowd PEAKS FRAMES FILE          a peak list with so many peaks on one frame
 *   same SEED FILE [NAME]            reads a table and compares it with that of the seed
 *   read FILE [NAME]                 reads a table and says how large it is
 *   restore FILE                     opens it for changes, and closes it
 *   exists FILE NAME                 prints yes or no
 *   resolution DISTANCE PIXEL X0 Y0 ROT1 ROT2 WAVELENGTH X Y   mm, um, pixel, radian, angstrom
 *
 * The exit status is the outcome. With DIE_AT=n in the environment the program is killed before the
 * nth time that it changes a file; with FAIL_AT=n the disk is full from then on. COUNT=1: prints
 * how often it changed files.
 */
#include <errno.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/random.h"
#include "hdf5/atomic_update.h"
#include "output/atomic_hdf5.h"
#include "spots/table_read.h"
#include "spots/table_write.h"
#include "spots/write_cxi.h"

/* ---- disks that fill up -------------------------------------------------------------------- */

static long changes;

static long from_environment(const char *name)
{
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

/* Whether a file may still be changed. */
static bool may_change(void)
{
    const long die = from_environment("DIE_AT"), fail = from_environment("FAIL_AT");
    changes++;
    if (changes == die)
        raise(SIGKILL);
    if (changes == from_environment("INTERRUPT_AT"))
        raise(SIGTERM);
    return fail == 0 || changes < fail;
}

/* In place of those of the C library. */
ssize_t pwrite(int file, const void *data, size_t size, off_t at);
int posix_fallocate(int file, off_t at, off_t size);

ssize_t pwrite(int file, const void *data, size_t size, off_t at)
{
    if (may_change())
        return syscall(SYS_pwrite64, file, data, size, at);
    errno = ENOSPC;
    return -1;
}

int posix_fallocate(int file, off_t at, off_t size)
{
    if (!may_change())
        return ENOSPC;
    return syscall(SYS_fallocate, file, 0, at, size) == 0 ? 0 : errno;
}

/* ---- tables -------------------------------------------------------------------------------- */

static uint64_t below(uint64_t *state, uint64_t limit)
{
    return (uint64_t)(random_uniform(state) * (double)limit);
}

static void *zeros(size_t n, size_t size)
{
    void *memory = calloc(n + 1, size);
    if (!memory)
        abort();
    return memory;
}

static void make_pixels(uint64_t *state, struct spot_table *table, wn_spot *s)
{
    s->first = table->pixels;
    s->n = s->pixels;
    for (size_t i = 0; i < s->n; i++)
        table->pixel[table->pixels++] = (wn_shoebox_pixel){
            .x = s->x0,
            .y = s->y0,
            .z = s->z0,
            .value = (float)random_poisson(state, 100),
            .expected = i % 3 == 0 ? NAN : (float)random_uniform(state),
            .strong = i % 2 == 0,
        };
}

static void make_spot(uint64_t *state, struct spot_table *table, uint64_t frame)
{
    wn_spot *s = &table->spot[table->spots];
    const uint32_t x = (uint32_t)below(state, table->width - 2);
    const uint32_t y = (uint32_t)below(state, table->height - 2);
    *s = (wn_spot){
        .x = x + random_uniform(state),
        .y = y + random_uniform(state),
        .z = (double)frame,
        .variance_x = random_uniform(state),
        .variance_y = random_uniform(state),
        .variance_z = 1.0 / 12,
        .intensity = random_poisson(state, 1000),
        .intensity_variance = random_poisson(state, 1000),
        .background = random_uniform(state),
        .snr = 30 * random_uniform(state),
        .maximum = random_poisson(state, 300),
        .maximum_x = x,
        .maximum_y = y + 1,
        .maximum_z = frame,
        .xx = random_uniform(state),
        .xy = -random_uniform(state),
        .yy = random_uniform(state),
        .x0 = x,
        .x1 = x + 2,
        .y0 = y,
        .y1 = y + 3,
        .z0 = frame,
        .z1 = frame + 1,
        .pixels = (uint32_t)below(state, 7),
        .flags = (unsigned)below(state, 16),
    };
    table->d[table->spots] = spot_table_resolution(table, s->x, s->y);
    table->spot_frame[table->spots++] = frame;
    if (table->shoeboxes)
        make_pixels(state, table, s);
}

static void make_frame(uint64_t *state, struct spot_table *table, uint64_t number, uint64_t spots)
{
    table->frame[table->frames++] = (struct spot_frame){
        .number = number,
        .spots = spots,
        .strong = 3 * spots,
        .background = number % 4 == 0 ? NAN : random_uniform(state),
        .resolution = random_uniform(state),
        .hit = spots > 3,
    };
    for (uint64_t i = 0; i < spots; i++)
        make_spot(state, table, number);
}

static void place(struct spot_table *table)
{
    static const double AT[PLACEMENT_QUANTITIES] = {
        [CENTRE_X] = 500.25, [CENTRE_Y] = 400.5, [DISTANCE] = 123.5, [PIXEL_X] = 75,
        [PIXEL_Y] = 75,      [ROT1] = 0.01,      [ROT2] = -0.02,
    };
    for (int i = 0; i < PLACEMENT_QUANTITIES; i++)
        if (AT[i] != 0)
            placement_set(&table->placement, (enum placement_quantity)i, AT[i], "test");
    table->wavelength = 0.9876;
}

static void make_mask(uint64_t *state, struct spot_table *table)
{
    const size_t pixels = (size_t)table->height * table->width;
    table->valid = zeros(pixels, 1);
    for (size_t i = 0; i < pixels; i++)
        table->valid[i] = random_uniform(state) < 0.9;
}

/* Seed 0: a table without spots, and as little as possible besides; seed 1: without frames, too.
 * Even seeds have shoeboxes, whose order is not that of the spots. */
static struct spot_table make_table(uint64_t seed)
{
    uint64_t state = seed;
    const size_t frames = seed == 1 ? 0 : 20, most = seed == 0 ? 0 : 40;
    struct spot_table t = {
        .height = 300, .width = 250, .saturation = NAN, .phi_start = NAN, .phi_step = NAN};
    t.file = strdup("series.h5");
    t.dataset = strdup("/entry/data/data");
    t.frame = zeros(frames, sizeof *t.frame);
    t.spot = zeros(frames * most, sizeof *t.spot);
    t.spot_frame = zeros(frames * most, sizeof *t.spot_frame);
    t.d = zeros(frames * most, sizeof *t.d);
    t.pixel = zeros(frames * most * 7, sizeof *t.pixel);
    t.shoeboxes = seed > 1 && seed % 2 == 0;
    if (seed > 1) {
        place(&t);
        make_mask(&state, &t);
        t.saturation = 65000;
        t.rotation = seed % 3 == 0;
        t.phi_start = -10;
        t.phi_step = 0.25;
        spot_table_number(&t, "threshold", 3.5, "sigma");
        spot_table_text(&t, "method", "ring");
    }
    for (size_t i = 0; i < frames; i++)
        make_frame(&state, &t, 3 * i + 2, below(&state, most));
    return t;
}

/* Numbers that are the same, or both NaN. */
static bool same(double one, double other)
{
    return one == other || (isnan(one) && isnan(other));
}

static bool same_spot(const wn_spot *a, const wn_spot *b)
{
    return a->x == b->x && a->y == b->y && a->z == b->z && a->variance_x == b->variance_x &&
           a->variance_y == b->variance_y && a->variance_z == b->variance_z &&
           a->intensity == b->intensity && a->intensity_variance == b->intensity_variance &&
           a->background == b->background && a->snr == b->snr && a->maximum == b->maximum &&
           a->maximum_x == b->maximum_x && a->maximum_y == b->maximum_y &&
           a->maximum_z == b->maximum_z && a->xx == b->xx && a->xy == b->xy && a->yy == b->yy &&
           a->x0 == b->x0 && a->x1 == b->x1 && a->y0 == b->y0 && a->y1 == b->y1 && a->z0 == b->z0 &&
           a->z1 == b->z1 && a->pixels == b->pixels && a->flags == b->flags &&
           a->first == b->first && a->n == b->n;
}

static bool same_frame(const struct spot_frame *a, const struct spot_frame *b)
{
    return a->number == b->number && a->spots == b->spots && a->strong == b->strong &&
           same(a->background, b->background) && same(a->resolution, b->resolution) &&
           a->hit == b->hit;
}

static bool same_pixel(const wn_shoebox_pixel *a, const wn_shoebox_pixel *b)
{
    return a->x == b->x && a->y == b->y && a->z == b->z && same(a->value, b->value) &&
           same(a->expected, b->expected) && a->strong == b->strong;
}

static bool same_head(const struct spot_table *a, const struct spot_table *b)
{
    const size_t pixels = (size_t)a->height * a->width;
    bool good = a->height == b->height && a->width == b->width && strcmp(a->file, b->file) == 0 &&
                strcmp(a->dataset, b->dataset) == 0 && a->wavelength == b->wavelength &&
                same(a->saturation, b->saturation) && a->rotation == b->rotation &&
                same(a->phi_start, b->phi_start) && same(a->phi_step, b->phi_step) &&
                a->shoeboxes == b->shoeboxes && a->settings == b->settings &&
                (!a->valid) == (!b->valid) &&
                (!a->valid || memcmp(a->valid, b->valid, pixels) == 0);
    for (int i = 0; i < PLACEMENT_QUANTITIES && good; i++)
        good = (!a->placement.at[i].from) == (!b->placement.at[i].from) &&
               a->placement.at[i].value == b->placement.at[i].value;
    return good;
}

/* The settings of a file are sorted. */
static bool same_settings(const struct spot_table *a)
{
    return a->settings == 0 ||
           (strcmp(a->setting[0].name, "method") == 0 && strcmp(a->setting[0].text, "ring") == 0 &&
            strcmp(a->setting[1].name, "threshold") == 0 && a->setting[1].number == 3.5 &&
            strcmp(a->setting[1].units, "sigma") == 0);
}

static bool same_tables(const struct spot_table *a, const struct spot_table *b)
{
    bool good = same_head(a, b) && same_settings(a) && a->frames == b->frames &&
                a->spots == b->spots && a->pixels == b->pixels;
    for (size_t i = 0; good && i < a->frames; i++)
        good = same_frame(&a->frame[i], &b->frame[i]);
    for (size_t i = 0; good && i < a->spots; i++)
        good = same_spot(&a->spot[i], &b->spot[i]) && a->spot_frame[i] == b->spot_frame[i] &&
               same(a->d[i], b->d[i]);
    for (size_t i = 0; good && i < a->pixels; i++)
        good = same_pixel(&a->pixel[i], &b->pixel[i]);
    return good;
}

/* The pixels of the spots of a table backwards: only `first` says whose they are. */
static void turn_pixels(struct spot_table *t)
{
    wn_shoebox_pixel *turned = zeros(t->pixels, sizeof *turned);
    size_t n = 0;
    for (size_t i = t->spots; i-- > 0;) {
        memcpy(turned + n, t->pixel + t->spot[i].first, t->spot[i].n * sizeof *turned);
        t->spot[i].first = n;
        n += t->spot[i].n;
    }
    free(t->pixel);
    t->pixel = turned;
}

/* ---- commands ------------------------------------------------------------------------------ */

static void print_real(const char *name, double value)
{
    if (isnan(value))
        printf("\"%s\": null, ", name);
    else
        printf("\"%s\": %.17g, ", name, value);
}

static enum outcome print(struct spot_table *t)
{
    printf("{\"frames\": [");
    for (size_t i = 0; i < t->frames; i++) {
        const struct spot_frame *f = &t->frame[i];
        printf("%s{", i > 0 ? ", " : "");
        print_real("background", f->background);
        print_real("resolution", f->resolution);
        printf("\"number\": %lu, \"spots\": %lu, \"strong\": %lu, \"hit\": %d}",
               (unsigned long)f->number, (unsigned long)f->spots, (unsigned long)f->strong, f->hit);
    }
    printf("], \"spots\": [");
    for (size_t i = 0; i < t->spots; i++) {
        const wn_spot *s = &t->spot[i];
        printf("%s{", i > 0 ? ", " : "");
        print_real("observed_px_x", s->x);
        print_real("observed_px_y", s->y);
        print_real("observed_frame", s->z);
        print_real("observed_px_x_var", s->variance_x);
        print_real("int_sum", s->intensity);
        print_real("int_sum_var", s->intensity_variance);
        print_real("snr", s->snr);
        print_real("maximum", s->maximum);
        print_real("moment_xy", s->xy);
        print_real("d", t->d[i]);
        printf("\"box\": [%u, %u, %u, %u, %lu, %lu], \"frame\": %lu, \"quality\": %u, \"pixels\": "
               "%u}",
               s->x0, s->x1, s->y0, s->y1, (unsigned long)s->z0, (unsigned long)s->z1,
               (unsigned long)t->spot_frame[i], s->flags, s->pixels);
    }
    printf("]}\n");
    return DONE;
}

static enum outcome write_new(struct spot_table *table, const char *name)
{
    struct atomic_hdf5 output;
    enum outcome outcome = atomic_hdf5_create(name, NULL, 0, true, 0, -1, &output);
    if (outcome == DONE)
        outcome = atomic_hdf5_finish(
            &output, spot_table_write(output.file, output.partial, "spots", false, table));
    return outcome;
}

static enum outcome add(struct spot_table *table, const char *path, const char *name, bool replace)
{
    hid_t file;
    enum outcome outcome = atomic_update_open(path, &file);
    if (outcome != DONE)
        return outcome;
    outcome = spot_table_write(file, path, name, replace, table);
    const size_t open = (size_t)H5Fget_obj_count(file, H5F_OBJ_ALL);
    if (open != 1)
        printf("%zu objects are still open\n", open - 1);
    return worse(outcome, atomic_update_close(file, path));
}

static enum outcome write_cxi(struct spot_table *table, const char *name, uint64_t frames)
{
    struct atomic_hdf5 output;
    enum outcome outcome = atomic_hdf5_create(name, NULL, 0, true, 0, -1, &output);
    if (outcome == DONE)
        outcome =
            atomic_hdf5_finish(&output, spot_cxi_write(output.file, output.partial, table, frames));
    return outcome;
}

static enum outcome write_crowd(uint64_t peaks, uint64_t frames, const char *name)
{
    uint64_t state = 1;
    struct spot_table t = {.height = 4000, .width = 4000};
    t.frame = zeros(2, sizeof *t.frame);
    t.spot = zeros(peaks + 5, sizeof *t.spot);
    t.spot_frame = zeros(peaks + 5, sizeof *t.spot_frame);
    t.d = zeros(peaks + 5, sizeof *t.d);
    make_frame(&state, &t, frames / 3, peaks);
    make_frame(&state, &t, frames / 2, 5);
    const enum outcome outcome = write_cxi(&t, name, frames);
    spot_table_free(&t);
    return outcome;
}

static enum outcome read_table(const char *path, const char *name, const struct spot_table *other)
{
    struct spot_table table;
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    enum outcome outcome = spot_table_read(file, path, name, &table);
    const ssize_t open = H5Fget_obj_count(file, H5F_OBJ_ALL);
    if (outcome == DONE && !other)
        printf("%zu spots on %zu frames, %zu pixels\n", table.spots, table.frames, table.pixels);
    if (outcome == DONE && other && !same_tables(&table, other)) {
        puts("the tables differ");
        outcome = FINDING;
    }
    if (open > 1)
        printf("%zd objects are still open\n", open - 1);
    spot_table_free(&table);
    H5Fclose(file);
    return outcome;
}

/* Opens and closes it. */
static enum outcome restore(const char *path)
{
    hid_t file;
    const enum outcome outcome = atomic_update_open(path, &file);
    return outcome == DONE ? atomic_update_close(file, path) : outcome;
}

static enum outcome print_exists(const char *path, const char *name)
{
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    puts(spot_table_exists(file, name) ? "yes" : "no");
    H5Fclose(file);
    return DONE;
}

static enum outcome print_resolution(char **number)
{
    double value[9];
    static const enum placement_quantity PLACE[6] = {DISTANCE, PIXEL_X, CENTRE_X,
                                                     CENTRE_Y, ROT1,    ROT2};
    struct spot_table table = {.wavelength = 0};
    for (int i = 0; i < 9; i++)
        value[i] = atof(number[i]);
    for (int i = 0; i < 6; i++)
        placement_set(&table.placement, PLACE[i], value[i], "test");
    placement_set(&table.placement, PIXEL_Y, value[1], "test");
    table.wavelength = value[6];
    printf("%.12g\n", spot_table_resolution(&table, value[7], value[8]));
    return DONE;
}

static enum outcome with_table(int n, char **word)
{
    struct spot_table table = make_table(strtoull(word[1], NULL, 10));
    enum outcome outcome = WRONG_USAGE;
    if (strcmp(word[0], "print") == 0) {
        outcome = print(&table);
    } else if (strcmp(word[0], "same") == 0 && n >= 3) {
        outcome = read_table(word[2], n > 3 ? word[3] : NULL, &table);
    } else if (strcmp(word[0], "cxi") == 0 && n == 4) {
        outcome = write_cxi(&table, word[3], strtoull(word[2], NULL, 10));
    } else if (strcmp(word[0], "new") == 0 && n == 3) {
        turn_pixels(&table);
        outcome = write_new(&table, word[2]);
    } else if (strcmp(word[0], "add") == 0 && n >= 3) {
        turn_pixels(&table);
        outcome = add(&table, word[2], n > 3 ? word[3] : "spots", n > 4);
    }
    spot_table_free(&table);
    return outcome;
}

static enum outcome run(int n, char **word)
{
    if (n >= 2 && strcmp(word[0], "read") == 0)
        return read_table(word[1], n > 2 ? word[2] : NULL, NULL);
    if (n == 2 && strcmp(word[0], "restore") == 0)
        return restore(word[1]);
    if (n == 3 && strcmp(word[0], "exists") == 0)
        return print_exists(word[1], word[2]);
    if (n == 4 && strcmp(word[0], "crowd") == 0)
        return write_crowd(strtoull(word[1], NULL, 10), strtoull(word[2], NULL, 10), word[3]);
    if (n == 10 && strcmp(word[0], "resolution") == 0)
        return print_resolution(word + 1);
    return n >= 2 ? with_table(n, word) : WRONG_USAGE;
}

int main(int argc, char **argv)
{
    H5dont_atexit(); /* as h5winnow does */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    interrupt_catch();
    const enum outcome outcome = run(argc - 1, argv + 1);
    if (getenv("COUNT"))
        printf("%ld changes\n", changes);
    return outcome;
}
