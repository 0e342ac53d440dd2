/* The selected frames are the middles of equal shares of all frames of the file. They are tried one
 * after the other; winnow uses all threads on each. Memory: one frame, its chunk, and floats for
 * every pixel. */
#include "tune/tune_file.h"

#include <inttypes.h>

#include "base/message.h"
#include "input/frame_source.h"

/* ---- frames -------------------------------------------------------------------------------- */

static bool is_like(const struct file_tuning *t, const struct frame_source *source)
{
    const wn_array *one = &t->frame, *other = &source->frame;
    return t->has_settings && one->type == other->type && one->height == other->height &&
           one->width == other->width && image_list_same_group(t->path, source->path);
}

static enum outcome make_settings(struct file_tuning *t, const struct frame_source *source)
{
    if (is_like(t, source))
        return DONE;
    if (t->has_settings)
        image_settings_free(&t->settings);
    t->has_settings = false;
    const enum outcome outcome = image_settings_make(&t->order->request, t->file, t->address.file,
                                                     source->path, &source->frame, &t->settings);
    if (outcome != DONE)
        return outcome;
    t->has_settings = true;
    t->frame = source->frame;
    t->path = source->path;
    return DONE;
}

/* Adds the size of a frame in the file; an equal share if it is not stored in a chunk of its own.
 */
static void add_file_bytes(struct file_tuning *t, const struct frame_source *source,
                           const struct fetched_frame *fetched)
{
    const double share = (double)H5Dget_storage_size(source->dataset) / (double)source->frames;
    const double bytes = source->way == BY_HDF5 ? share : (double)fetched->stored_size;
    t->result.file_bytes += bytes;
    t->result.file_bytes_known = t->result.file_bytes_known && bytes > 0;
}

static enum outcome try_frame(struct file_tuning *t, struct frame_source *source, uint64_t number,
                              struct fetched_frame *fetched)
{
    const enum outcome outcome = frame_source_fetch(source, number, fetched);
    if (outcome != DONE)
        return outcome;
    fetched_frame_restore(source, fetched, NULL, WN_NOISE_AS_STORED);
    if (fetched->problem) {
        complain("%s::%s, frame %" PRIu64 ": %s; read the file again from its origin", source->file,
                 source->path, number, fetched->problem);
        return BAD_INPUT;
    }
    if (fetched->absent) {
        t->result.absent++;
        return DONE;
    }
    const wn_status status = trials_add(&t->settings, &source->frame, fetched->pixels,
                                        t->order->threads, &t->result.trials);
    if (status != WN_OK) {
        complain("%s::%s, frame %" PRIu64 ": cannot be compressed: %s", source->file, source->path,
                 number, wn_strerror(status));
        return IO_FAILURE;
    }
    add_file_bytes(t, source, fetched);
    return DONE;
}

/* The number of the next wanted frame in the file: the middle of its share of all frames. */
static uint64_t next_frame(const struct file_tuning *t)
{
    const uint64_t wanted = (uint64_t)t->wanted;
    return t->result.total / wanted * t->next + t->result.total % wanted * t->next / wanted +
           t->result.total / wanted / 2;
}

/* Tries the wanted frames of a dataset; `first` is the number of its first frame in the file. */
static enum outcome try_frames(struct file_tuning *t, struct frame_source *source, uint64_t first)
{
    struct fetched_frame fetched = {0};
    enum outcome outcome = DONE;
    while (outcome == DONE && t->next < (uint64_t)t->wanted &&
           next_frame(t) - first < source->frames) {
        outcome = make_settings(t, source);
        if (outcome == DONE)
            outcome = try_frame(t, source, next_frame(t) - first, &fetched);
        t->next++;
        progress_show(&t->progress, t->next, 0, 0);
    }
    fetched_frame_free(&fetched);
    return outcome;
}

/* ---- files --------------------------------------------------------------------------------- */

/* Opens an image, calls `act` on it, and adds its frames to *frames. */
static enum outcome with_image(struct file_tuning *t, const char *path, uint64_t *frames,
                               enum outcome (*act)(struct file_tuning *, struct frame_source *,
                                                   uint64_t))
{
    struct frame_source source;
    const hid_t dataset = H5Dopen2(t->file, path, H5P_DEFAULT);
    if (dataset < 0) {
        complain("%s::%s: cannot be opened", t->address.file, path);
        return BAD_INPUT;
    }
    enum outcome outcome = frame_source_open(dataset, t->address.file, path, &source);
    if (outcome == DONE) {
        outcome = act(t, &source, *frames);
        *frames += source.frames;
        frame_source_close(&source);
    }
    H5Dclose(dataset);
    return outcome;
}

static enum outcome refuse_packed(struct file_tuning *t, struct frame_source *source,
                                  uint64_t first)
{
    (void)t;
    (void)first;
    if (source->stack.winnow_at < 0)
        return DONE;
    complain("%s::%s: is compressed by winnow already: what it has lost cannot be seen; give the "
             "original",
             source->file, source->path);
    return WRONG_USAGE;
}

static enum outcome try_images(struct file_tuning *t)
{
    uint64_t first = 0;
    enum outcome outcome = image_list_find(t->file, t->address.file, t->address.object, &t->images);
    for (size_t i = 0; i < t->images.n && outcome == DONE; i++)
        outcome = with_image(t, t->images.path[i], &t->result.total, refuse_packed);
    if (t->result.total < (uint64_t)t->wanted)
        t->wanted = (int)t->result.total;
    progress_begin(&t->progress, (uint64_t)t->wanted);
    for (size_t i = 0; i < t->images.n && outcome == DONE && t->next < (uint64_t)t->wanted; i++)
        outcome = with_image(t, t->images.path[i], &first, try_frames);
    progress_end(&t->progress);
    if (outcome == DONE && t->result.trials.frames == 0) {
        complain("%s::%s: none of %" PRIu64 " frames was ever written", t->address.file,
                 t->address.object, t->result.total);
        outcome = BAD_INPUT;
    }
    return outcome;
}

enum outcome tune_file(const struct tune_order *order, const char *input, struct file_tuning *t)
{
    *t = (struct file_tuning){
        .order = order, .wanted = order->frames, .file = -1, .result = {.file_bytes_known = true}};
    if (!address_read(input, &t->address)) {
        complain_memory();
        return IO_FAILURE;
    }
    trials_begin(&t->result.trials);
    t->result.file = t->address.file;
    const enum outcome outcome = file_open(t->address.file, &t->file);
    return outcome == DONE ? try_images(t) : outcome;
}

void tune_file_free(struct file_tuning *t)
{
    if (t->has_settings)
        image_settings_free(&t->settings);
    image_list_free(&t->images);
    if (t->file >= 0)
        H5Fclose(t->file);
    address_free(&t->address);
}
