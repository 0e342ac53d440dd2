/*
 * Every image below the object is opened once for its shape. A virtual dataset is skipped if the
 * other images hold as many frames as it has, since these can be read as stored chunks; else it
 * alone is the series.
 */
#include "spots/image_series.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/file.h"
#include "input/frame_source.h"

/* An image that may belong to the series. */
struct series_candidate {
    const char *path;
    wn_array frame;
    uint64_t frames;
    bool is_virtual;
};

static enum outcome describe_image(hid_t file, const char *file_name, const char *path,
                                   struct series_candidate *candidate)
{
    struct frame_source source;
    const hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    if (dataset < 0) {
        complain("%s::%s: cannot be opened", file_name, path);
        return BAD_INPUT;
    }
    const enum outcome outcome = frame_source_open(dataset, file_name, path, &source);
    if (outcome == DONE) {
        *candidate = (struct series_candidate){path, source.frame, source.frames,
                                               source.stack.layout == H5D_VIRTUAL};
        frame_source_close(&source);
    }
    H5Dclose(dataset);
    return outcome;
}

/* Skips virtual images if their parts are present, otherwise all others. */
static size_t choose(struct series_candidate *candidate, size_t n)
{
    uint64_t frames[2] = {0, 0};
    size_t kept = 0, first_virtual = n;
    for (size_t i = 0; i < n; i++) {
        frames[candidate[i].is_virtual] += candidate[i].frames;
        if (candidate[i].is_virtual && first_virtual == n)
            first_virtual = i;
    }
    if (first_virtual == n)
        return n;
    if (frames[false] != candidate[first_virtual].frames) {
        candidate[0] = candidate[first_virtual];
        return 1;
    }
    for (size_t i = 0; i < n; i++)
        if (!candidate[i].is_virtual)
            candidate[kept++] = candidate[i];
    return kept;
}

static enum outcome check_same_detector(const struct series_candidate *candidate, size_t n,
                                        const char *file_name)
{
    const struct series_candidate *first = &candidate[0];
    for (size_t i = 1; i < n; i++) {
        const struct series_candidate *other = &candidate[i];
        if (image_list_same_group(first->path, other->path) &&
            first->frame.height == other->frame.height && first->frame.width == other->frame.width)
            continue;
        complain("%s: %s and %s are images of two detectors: give one of them, as FILE::DATASET",
                 file_name, first->path, other->path);
        return WRONG_USAGE;
    }
    return DONE;
}

/* The common name: the only path, or the group of several. */
static char *name_of(const struct series_candidate *candidate, size_t n)
{
    const char *path = candidate[0].path, *slash = strrchr(path, '/');
    if (n == 1 || !slash || slash == path)
        return strdup(path);
    return strndup(path, (size_t)(slash - path));
}

static enum outcome make(const struct series_candidate *candidate, size_t n, struct image_series *s)
{
    s->path = malloc(n * sizeof *s->path);
    s->first = malloc((n + 1) * sizeof *s->first);
    s->name = name_of(candidate, n);
    if (!s->path || !s->first || !s->name) {
        complain_memory();
        return IO_FAILURE;
    }
    s->n = n;
    s->frame = candidate[0].frame;
    s->first[0] = 0;
    for (size_t i = 0; i < n; i++) {
        s->path[i] = candidate[i].path;
        s->first[i + 1] = s->first[i] + candidate[i].frames;
    }
    return DONE;
}

enum outcome image_series_find(hid_t file, const char *file_name, const char *object,
                               struct image_series *s)
{
    *s = (struct image_series){0};
    enum outcome outcome = image_list_find(file, file_name, object, &s->images);
    if (outcome != DONE)
        return outcome;
    struct series_candidate *candidate = calloc(s->images.n, sizeof *candidate);
    if (!candidate) {
        complain_memory();
        return IO_FAILURE;
    }
    for (size_t i = 0; i < s->images.n && outcome == DONE; i++)
        outcome = describe_image(file, file_name, s->images.path[i], &candidate[i]);
    if (outcome == DONE) {
        const size_t n = choose(candidate, s->images.n);
        outcome = check_same_detector(candidate, n, file_name);
        if (outcome == DONE)
            outcome = make(candidate, n, s);
    }
    free(candidate);
    return outcome;
}

void image_series_free(struct image_series *s)
{
    image_list_free(&s->images);
    free(s->path);
    free(s->first);
    free(s->name);
}
