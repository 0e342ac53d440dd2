/*
 * Ring peaks on simulated frames whose spots are known, raw and packed, and on real frames.
 *
 *     shared_spots DATA      the folder with eiger4m/ and real/; exits with 77 if it is not there
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/h5frames.h"
#include "winnow.h"

#define SKIPPED 77

static char path_buffer[4096];

static const char *path_of(const char *data, const char *format, const char *name)
{
    char relative[1024];
    snprintf(relative, sizeof relative, format, name);
    snprintf(path_buffer, sizeof path_buffer, "%s/%s", data, relative);
    return path_buffer;
}

static void expect_ok(wn_status status, const char *what)
{
    if (status == WN_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, wn_strerror(status));
    exit(1);
}

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes > 0 ? bytes : 1);
    if (!memory)
        expect_ok(WN_ERR_MEMORY, "memory");
    return memory;
}

/* ---- finding ------------------------------------------------------------------------------- */

/* Frames, and what finds spots on them. */
struct spot_series {
    struct h5frames frames;
    wn_array one;
    wn_params params;
    wn_map *map;
    wn_finder *finder;
};

/* centre_x and centre_y in 1/1000 pixel; 0: the background is that of tiles. */
static struct spot_series series_read(const char *file, const char *dataset, int32_t centre_x,
                                      int32_t centre_y)
{
    struct spot_series s = {.frames = h5frames_read(file, dataset)};
    wn_spot_params ring;
    s.one = s.frames.array;
    s.one.frames = 1;
    wn_params_init(&s.params);
    s.params.centre_x = centre_x;
    s.params.centre_y = centre_y;
    wn_spot_params_init(WN_SPOTS_RING, &ring);
    expect_ok(wn_map_create(&s.params, s.one.height, s.one.width, NULL, &s.map), "wn_map_create");
    expect_ok(wn_finder_create(&ring, s.map, &s.params, NAN, &s.finder), "wn_finder_create");
    return s;
}

static void series_free(struct spot_series *s)
{
    wn_finder_free(s->finder);
    wn_map_free(s->map);
    h5frames_free(&s->frames);
}

static const uint8_t *frame_of(const struct spot_series *s, size_t frame)
{
    return (const uint8_t *)s->frames.data + frame * wn_array_bytes(&s->one);
}

struct spot {
    double x, y, intensity;
};

struct oracle_spots {
    size_t n;
    struct spot *spot;
};

/* With their counts above the background. */
static struct oracle_spots spots_of(wn_found *found)
{
    struct oracle_spots s = {found->peaks, allocate(found->peaks * sizeof *s.spot)};
    for (size_t i = 0; i < s.n; i++)
        s.spot[i] = (struct spot){found->peak[i].x, found->peak[i].y, 0};
    for (size_t i = 0; i < found->n; i++)
        s.spot[found->pixel[i].spot].intensity += found->pixel[i].value - found->pixel[i].expected;
    wn_found_free(found);
    return s;
}

static struct oracle_spots find(const struct spot_series *s, size_t frame)
{
    wn_found *found = NULL;
    expect_ok(wn_find(s->finder, &s->one, frame_of(s, frame), &found), "wn_find");
    return spots_of(found);
}

/* The same in a chunk of the frame, packed with the defaults. */
static struct oracle_spots find_packed(const struct spot_series *s, size_t frame)
{
    const size_t bound = wn_encode_bound(&s->one);
    uint8_t *chunk = allocate(bound);
    size_t size = 0;
    wn_found *found = NULL;
    expect_ok(wn_encode(s->map, &s->params, &s->one, frame_of(s, frame), 1, chunk, bound, &size),
              "wn_encode");
    expect_ok(wn_find_in_chunk(s->finder, chunk, size, &s->one, 0, &found), "wn_find_in_chunk");
    free(chunk);
    return spots_of(found);
}

/* The nearest within a distance; NULL: there is none. */
static const struct spot *nearest(const struct oracle_spots *spots, double x, double y,
                                  double distance)
{
    const struct spot *best = NULL;
    for (size_t i = 0; i < spots->n; i++) {
        const double d = hypot(spots->spot[i].x - x, spots->spot[i].y - y);
        if (d <= distance) {
            distance = d;
            best = &spots->spot[i];
        }
    }
    return best;
}

/* ---- known spots --------------------------------------------------------------------------- */

/* Its weak spots are one class to the published finder, see expect_weak(). */
#define NO_LIMIT 1e30

/* Classes by counts, and what is asked of them: how many are found, and the rms of their positions
 * along an axis, pixels. */
static const struct {
    double above, upto, recall, rms;
} classes[] = {
    {0, 60, 0, NO_LIMIT}, {60, 120, 0.9, NO_LIMIT}, {120, 250, 0, 0.21},   {250, 500, 0, 0.13},
    {500, 1000, 0, 0.1},  {1000, 4000, 0, 0.1},     {4000, 1e30, 0, 0.06},
};

/* Of all above 120 counts. */
#define FIRST_STRONG  2
#define STRONG_RECALL 0.995

#define CLASSES (sizeof classes / sizeof classes[0])

struct spot_tally {
    size_t known, found;
    size_t whole; /* found, and not beside masked pixels */
    double dx2, dy2;
};

/* The known spots of a series. */
struct truth {
    struct h5frames x, y, intensity, frame;
};

static struct truth truth_read(const char *file)
{
    return (struct truth){h5frames_read(file, "peaks/x"), h5frames_read(file, "peaks/y"),
                          h5frames_read(file, "peaks/I"), h5frames_read(file, "peaks/frame")};
}

static void truth_free(struct truth *t)
{
    h5frames_free(&t->x);
    h5frames_free(&t->y);
    h5frames_free(&t->intensity);
    h5frames_free(&t->frame);
}

/* Those of a frame. */
static struct oracle_spots truth_of(const struct truth *t, size_t frame)
{
    const size_t all = t->x.array.width;
    struct oracle_spots s = {0, allocate(all * sizeof *s.spot)};
    for (size_t i = 0; i < all; i++) {
        if ((size_t)((const int32_t *)t->frame.data)[i] != frame)
            continue;
        s.spot[s.n++] =
            (struct spot){((const double *)t->x.data)[i], ((const double *)t->y.data)[i],
                          ((const double *)t->intensity.data)[i]};
    }
    return s;
}

/* Whether any pixel within this distance of the nearest one is masked, or outside the frame. */
static bool is_masked(const struct spot_series *s, size_t frame, const struct spot *spot, int reach)
{
    const int middle_x = (int)(spot->x + 0.5), middle_y = (int)(spot->y + 0.5);
    const int width = (int)s->one.width, height = (int)s->one.height;
    const uint32_t *data = (const uint32_t *)(const void *)frame_of(s, frame);
    for (int y = middle_y - reach; y <= middle_y + reach; y++) {
        for (int x = middle_x - reach; x <= middle_x + reach; x++) {
            if (x < 0 || x >= width || y < 0 || y >= height ||
                data[(size_t)y * (size_t)width + (size_t)x] == UINT32_MAX)
                return true;
        }
    }
    return false;
}

static size_t class_of(double counts)
{
    size_t i = 0;
    while (i + 1 < CLASSES && counts > classes[i].upto)
        i++;
    return i;
}

static void add_frame(const struct spot_series *s, size_t frame, const struct oracle_spots *known,
                      const struct oracle_spots *found, struct spot_tally tally[CLASSES])
{
    for (size_t i = 0; i < known->n; i++) {
        const struct spot *truth = &known->spot[i];
        if (is_masked(s, frame, truth, 0))
            continue;
        struct spot_tally *t = &tally[class_of(truth->intensity)];
        const struct spot *peak = nearest(found, truth->x, truth->y, 2);
        t->known++;
        if (!peak)
            continue;
        t->found++;
        if (is_masked(s, frame, truth, 2))
            continue;
        t->whole++;
        t->dx2 += (peak->x - truth->x) * (peak->x - truth->x);
        t->dy2 += (peak->y - truth->y) * (peak->y - truth->y);
    }
}

static double part_of(size_t n, size_t all)
{
    return all > 0 ? (double)n / (double)all : 0;
}

/* Packing may cost spots that are weak. */
static bool expect_class(const char *name, size_t class, const struct spot_tally *t, bool packed)
{
    const double whole = t->whole > 0 ? (double)t->whole : 1, most = classes[class].rms;
    const double x = sqrt(t->dx2 / whole), y = sqrt(t->dy2 / whole);
    const bool enough = packed || part_of(t->found, t->known) >= classes[class].recall;
    const bool good = enough && x <= most && y <= most;
    printf("%-5s %5g to %5g counts: %3zu of %3zu found, rms %.3f, %.3f px%s\n", name,
           classes[class].above, classes[class].upto, t->found, t->known, x, y,
           good ? "" : "  FAILED");
    return good;
}

static bool expect_strong(const char *name, const struct spot_tally tally[CLASSES])
{
    size_t known = 0, found = 0;
    for (size_t i = FIRST_STRONG; i < CLASSES; i++) {
        known += tally[i].known;
        found += tally[i].found;
    }
    const bool good = part_of(found, known) >= STRONG_RECALL;
    printf("%-5s above %g counts: %zu of %zu found%s\n", name, classes[FIRST_STRONG].above, found,
           known, good ? "" : "  FAILED");
    return good;
}

#define WEAK_RMS 0.28

static bool expect_weak(const char *name, const struct spot_tally tally[CLASSES])
{
    double n = 0, dx2 = 0, dy2 = 0;
    for (size_t i = 0; i < FIRST_STRONG; i++) {
        n += (double)tally[i].whole;
        dx2 += tally[i].dx2;
        dy2 += tally[i].dy2;
    }
    const double x = sqrt(dx2 / fmax(n, 1)), y = sqrt(dy2 / fmax(n, 1));
    const bool good = n > 0 && x <= WEAK_RMS && y <= WEAK_RMS;
    printf("%-5s up to %g counts: rms %.3f, %.3f px%s\n", name, classes[FIRST_STRONG].above, x, y,
           good ? "" : "  FAILED");
    return good;
}

/* Spots that are no known ones. */
static size_t count_false(const struct oracle_spots *known, const struct oracle_spots *found)
{
    size_t n = 0;
    for (size_t i = 0; i < found->n; i++)
        n += !nearest(known, found->spot[i].x, found->spot[i].y, 2);
    return n;
}

#define MAX_FALSE 0.01

static bool expect_known(const char *name, const struct spot_series *s, const struct truth *truth,
                         bool packed)
{
    struct spot_tally tally[CLASSES] = {{0}};
    size_t wrong = 0, all = 0;
    for (size_t frame = 0; frame < s->frames.array.frames; frame++) {
        struct oracle_spots known = truth_of(truth, frame);
        struct oracle_spots found = packed ? find_packed(s, frame) : find(s, frame);
        add_frame(s, frame, &known, &found, tally);
        wrong += count_false(&known, &found);
        all += found.n;
        free(known.spot);
        free(found.spot);
    }
    printf("%s, %s:\n", name, packed ? "packed" : "raw");
    bool good = expect_strong(name, tally);
    good = expect_weak(name, tally) && good;
    for (size_t i = 0; i < CLASSES; i++)
        good = expect_class(name, i, &tally[i], packed) && good;
    const bool few = (double)wrong <= MAX_FALSE * (double)all;
    printf("%-5s %zu of %zu spots are false%s\n", name, wrong, all, few ? "" : "  FAILED");
    return good && few;
}

/* ---- raw and packed ------------------------------------------------------------------------ */

#define STRONG    120 /* counts above the background */
#define MAX_APART 1   /* pixel */
#define SAME      0.999

struct spot_agreement {
    size_t strong, same;
};

static void add_agreement(const struct oracle_spots *one, const struct oracle_spots *other,
                          struct spot_agreement *a)
{
    for (size_t i = 0; i < one->n; i++) {
        if (one->spot[i].intensity <= STRONG)
            continue;
        a->strong++;
        a->same += !!nearest(other, one->spot[i].x, one->spot[i].y, MAX_APART);
    }
}

static bool expect_agreement(const char *name, const char *what, const struct spot_agreement *a)
{
    const double part = part_of(a->same, a->strong);
    printf("%-5s %s: %zu of %zu strong spots, %.3f %%%s\n", name, what, a->same, a->strong,
           100 * part, part >= SAME ? "" : "  FAILED");
    return part >= SAME;
}

static bool expect_same(const char *name, const struct spot_series *s)
{
    struct spot_agreement kept = {0, 0}, true_ones = {0, 0};
    for (size_t frame = 0; frame < s->frames.array.frames; frame++) {
        struct oracle_spots raw = find(s, frame), packed = find_packed(s, frame);
        add_agreement(&raw, &packed, &kept);
        add_agreement(&packed, &raw, &true_ones);
        free(raw.spot);
        free(packed.spot);
    }
    const bool found = expect_agreement(name, "raw, found in the packed", &kept);
    return expect_agreement(name, "packed, found in the raw", &true_ones) && found;
}

static bool expect_simulated(const char *data, const char *name)
{
    struct spot_series s = series_read(path_of(data, "eiger4m/%s_data_000001.h5", name),
                                       "entry/data/data", 1031700, 1085300);
    struct truth truth = truth_read(path_of(data, "eiger4m/%s_truth.h5", name));
    bool good = expect_known(name, &s, &truth, false);
    good = expect_known(name, &s, &truth, true) && good;
    good = expect_same(name, &s) && good;
    truth_free(&truth);
    series_free(&s);
    return good;
}

/* ---- real frames --------------------------------------------------------------------------- */

/* A spot that DIALS found, in its pixels: the middle of the first is 0.5. On frames z0 to z1 - 1.
 */
struct listed {
    double x, y;
    int z0, z1;
};

#define MAX_LISTED 100

static size_t read_listed(const char *file, const char *sweep, struct listed listed[MAX_LISTED])
{
    char line[256], of[8];
    FILE *f = fopen(file, "r");
    size_t n = 0;
    if (!f)
        return 0;
    while (n < MAX_LISTED && fgets(line, sizeof line, f)) {
        struct listed l;
        if (sscanf(line, "%7[^,],%lf,%lf,%*f,%*f,%*d,%*d,%*d,%*d,%*d,%d,%d", of, &l.x, &l.y, &l.z0,
                   &l.z1) == 5 &&
            strcmp(of, sweep) == 0)
            listed[n++] = l;
    }
    fclose(f);
    return n;
}

/* How many of those that DIALS lists are found on one of their frames. */
static size_t listed_are_found(const char *data, const char *sweep, size_t *listed_spots)
{
    struct listed listed[MAX_LISTED];
    bool is_found[MAX_LISTED] = {false};
    const size_t n = read_listed(
        path_of(data, "real/%s", "l_cysteine_dials_strong_spots_first10.csv"), sweep, listed);
    struct spot_series s =
        series_read(path_of(data, "real/l_cysteine_sweep%s.h5", sweep), "entry/data/data", 0, 0);
    size_t found = 0;
    for (int frame = 0; frame < (int)s.frames.array.frames; frame++) {
        struct oracle_spots spots = find(&s, (size_t)frame);
        for (size_t i = 0; i < n; i++)
            is_found[i] |= frame >= listed[i].z0 && frame < listed[i].z1 &&
                           nearest(&spots, listed[i].x - 0.5, listed[i].y - 0.5, 2);
        free(spots.spot);
    }
    for (size_t i = 0; i < n; i++) {
        found += is_found[i];
        if (!is_found[i])
            printf("l_cysteine %s: nothing at %g, %g on frames %d to %d\n", sweep, listed[i].x,
                   listed[i].y, listed[i].z0, listed[i].z1 - 1);
    }
    series_free(&s);
    *listed_spots += n;
    return found;
}

#define LISTED     58
#define MIN_LISTED 57
#define MAX_BLANK  4

static bool expect_listed(const char *data)
{
    size_t listed = 0;
    const size_t one = listed_are_found(data, "01", &listed);
    const size_t found = one + listed_are_found(data, "02", &listed);
    printf("l_cysteine: %zu of the %zu spots that DIALS lists\n", found, listed);
    return listed == LISTED && found >= MIN_LISTED;
}

/* A number of the file; the middle of the first pixel is 0.5 there. In 1/1000 pixel. */
static int32_t centre_of(const char *file, const char *dataset)
{
    struct h5frames number = h5frames_read(file, dataset);
    const double centre = (double)*(const float *)number.data - 0.5;
    h5frames_free(&number);
    return (int32_t)lround(1000 * centre);
}

/* The last two frames were taken beside the crystal. */
static bool expect_blank(const char *data)
{
    const char *file = path_of(data, "real/%s", "thaumatin_grid.h5");
    const int32_t x = centre_of(file, "entry/instrument/detector/beam_center_x");
    const int32_t y = centre_of(file, "entry/instrument/detector/beam_center_y");
    struct spot_series s = series_read(file, "entry/data/data", x, y);
    bool good = true;
    for (size_t frame = 7; frame < s.frames.array.frames; frame++) {
        struct oracle_spots spots = find(&s, frame);
        printf("thaumatin, blank frame %zu: %zu spots\n", frame, spots.n);
        good = spots.n <= MAX_BLANK && good;
        free(spots.spot);
    }
    series_free(&s);
    return good;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: shared_spots DATA\n");
        return 2;
    }
    if (!file_exists(path_of(argv[1], "eiger4m/%s", "main_truth.h5"))) {
        printf("skipped: no %s\n", path_buffer);
        return SKIPPED;
    }
    const bool good_main = expect_simulated(argv[1], "main");
    const bool good_low = expect_simulated(argv[1], "low");
    const bool good_listed = expect_listed(argv[1]);
    const bool good_blank = expect_blank(argv[1]);
    return good_main && good_low && good_listed && good_blank ? 0 : 1;
}
