/* Datasets are opened one after the other until their frames add up to the number. */
#include "verbs/view_frame.h"

#include <inttypes.h>

#include "base/message.h"
#include "geometry/poni.h"

/* A dataset given by name may have two dimensions, or small frames. */
static bool is_dataset(const struct viewed_frame *v)
{
    const hid_t object = H5Oopen(v->file, v->address.object, H5P_DEFAULT);
    const bool is = object >= 0 && H5Iget_type(object) == H5I_DATASET;
    if (object >= 0)
        H5Oclose(object);
    return is;
}

static enum outcome open_source(struct viewed_frame *v, const char *path)
{
    const hid_t dataset = H5Dopen2(v->file, path, H5P_DEFAULT);
    if (dataset < 0) {
        complain("%s::%s: cannot be opened", v->address.file, path);
        return BAD_INPUT;
    }
    const enum outcome outcome = frame_source_open(dataset, v->address.file, path, &v->source);
    if (outcome != DONE)
        H5Dclose(dataset);
    else
        v->path = path;
    return outcome;
}

static void close_source(struct viewed_frame *v)
{
    if (!v->path)
        return;
    frame_source_close(&v->source);
    H5Dclose(v->source.dataset);
    v->path = NULL;
}

static enum outcome complain_beyond(const struct viewed_frame *v, uint64_t frame, uint64_t frames)
{
    if (frames == 0)
        complain("%s::%s: there are no frames here", v->address.file, v->address.object);
    else
        complain("%s::%s, frame %" PRIu64 ": is beyond the last one, %" PRIu64, v->address.file,
                 v->address.object, frame, frames - 1);
    return frames == 0 ? BAD_INPUT : WRONG_USAGE;
}

/* Opens the one of n datasets that has the frame, which is counted through all of them. */
static enum outcome find_frame(struct viewed_frame *v, uint64_t frame, const char *const *path,
                               size_t n)
{
    uint64_t first = 0;
    for (size_t i = 0; i < n; i++) {
        const enum outcome outcome = open_source(v, path[i]);
        if (outcome != DONE)
            return outcome;
        v->number = frame - first;
        if (v->number < v->source.frames)
            return DONE;
        first += v->source.frames;
        close_source(v);
    }
    return complain_beyond(v, frame, first);
}

static enum outcome find_source(struct viewed_frame *v, uint64_t frame)
{
    const char *object = v->address.object;
    if (is_dataset(v))
        return find_frame(v, frame, &object, 1);
    const enum outcome outcome = image_list_find(v->file, v->address.file, object, &v->images);
    if (outcome != DONE)
        return outcome;
    return find_frame(v, frame, (const char *const *)v->images.path, v->images.n);
}

static enum outcome read_frame(struct viewed_frame *v)
{
    const enum outcome outcome = frame_source_fetch(&v->source, v->number, &v->fetched);
    if (outcome != DONE)
        return outcome;
    fetched_frame_restore(&v->source, &v->fetched, NULL, WN_NOISE_AS_STORED);
    if (!v->fetched.problem)
        return DONE;
    complain("%s::%s, frame %" PRIu64 ": %s; read the file again from its origin", v->address.file,
             v->path, v->number, v->fetched.problem);
    return BAD_INPUT;
}

/* Options take precedence over the PONI file, and that over the metadata of the image. */
static enum outcome find_placement(struct viewed_frame *v, const struct filter_options *request)
{
    struct placement poni;
    v->placement = request->placement;
    if (request->poni) {
        const enum outcome outcome = poni_read(request->poni, &poni);
        if (outcome != DONE)
            return outcome;
        placement_complete(&v->placement, &poni);
    } else if (!v->metadata.doubt) {
        placement_complete(&v->placement, &v->metadata.placement);
    }
    return placement_find_centre(&v->placement);
}

static enum outcome read_metadata(struct viewed_frame *v, const struct filter_options *request)
{
    const wn_array *frame = &v->source.frame;
    const enum outcome outcome =
        metadata_read(v->file, v->address.file, v->path, frame->height, frame->width, &v->metadata);
    return outcome == DONE ? find_placement(v, request) : outcome;
}

enum outcome viewed_frame_open(const char *name, uint64_t number,
                               const struct filter_options *request, struct viewed_frame *viewed)
{
    *viewed = (struct viewed_frame){.file = -1};
    if (!address_read(name, &viewed->address)) {
        complain_memory();
        return IO_FAILURE;
    }
    enum outcome outcome = file_open(viewed->address.file, &viewed->file);
    if (outcome == DONE)
        outcome = find_source(viewed, number);
    if (outcome == DONE)
        outcome = read_frame(viewed);
    if (outcome == DONE)
        outcome = read_metadata(viewed, request);
    return outcome;
}

void viewed_frame_close(struct viewed_frame *viewed)
{
    metadata_free(&viewed->metadata);
    fetched_frame_free(&viewed->fetched);
    close_source(viewed);
    image_list_free(&viewed->images);
    if (viewed->file >= 0)
        H5Fclose(viewed->file);
    address_free(&viewed->address);
}
