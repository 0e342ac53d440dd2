/* Tries the quality levels on some frames of a file. */
#ifndef H5WINNOW_TUNE_TUNE_FILE_H
#define H5WINNOW_TUNE_TUNE_FILE_H

#include "base/outcome.h"
#include "base/progress.h"
#include "hdf5/file.h"
#include "input/image_datasets.h"
#include "params/filter_options.h"
#include "params/image_settings.h"
#include "tune/report.h"

/* What the user wants. */
struct tune_order {
    struct filter_options request;
    int frames; /* how many are tried */
    int threads;
    bool json, help;
};

struct file_tuning {
    const struct tune_order *order;
    int wanted; /* frames to be tried */
    struct address address;
    hid_t file;
    struct image_list images;
    uint64_t next; /* of the wanted frames */

    bool has_settings; /* for frames like this one: */
    struct image_settings settings;
    wn_array frame;
    const char *path;

    struct tune_report result;
    struct progress progress;
};

/* Tries all levels on frames of INPUT[::DATASET], which are evenly spread; tuning->result is then
 * complete. WRONG_USAGE: winnow has compressed them already. BAD_INPUT: a frame is damaged, or none
 * was ever written. Whatever the outcome, tune_file_free() must be called. */
enum outcome tune_file(const struct tune_order *order, const char *input,
                       struct file_tuning *tuning);
void tune_file_free(struct file_tuning *tuning);

#endif
