/* One frame of a file, with the metadata that the file has on it. */
#ifndef H5WINNOW_VERBS_VIEW_FRAME_H
#define H5WINNOW_VERBS_VIEW_FRAME_H

#include "base/outcome.h"
#include "hdf5/file.h"
#include "input/frame_source.h"
#include "input/image_datasets.h"
#include "nexus/metadata.h"
#include "params/filter_options.h"

struct viewed_frame {
    struct address address;
    hid_t file;
    struct image_list images;
    const char *path;             /* of the dataset with the frame; NULL: none is open */
    struct frame_source source;   /* the dataset */
    uint64_t number;              /* of the frame in the dataset */
    struct fetched_frame fetched; /* the frame */
    struct metadata metadata;
    struct placement placement; /* from the file and the request */
};

/* Opens frame `number` of FILE or FILE::DATASET; frames are numbered through if it has
 * several images. The geometry of the request, which is not finished, overrides that of the file.
 * Whatever the outcome, viewed_frame_close() must be called. WRONG_USAGE: there is no such frame,
 * or the request makes no sense. BAD_INPUT: it is damaged. */
enum outcome viewed_frame_open(const char *name, uint64_t number,
                               const struct filter_options *request, struct viewed_frame *viewed);
void viewed_frame_close(struct viewed_frame *viewed);

#endif
