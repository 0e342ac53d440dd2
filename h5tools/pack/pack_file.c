#include "pack/pack_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "copy/linked_files.h"
#include "copy/tree_copy.h"
#include "copy/virtual_remap.h"
#include "hdf5/swmr.h"
#include "output/atomic_hdf5.h"
#include "output/copy_file.h"
#include "pack/compare.h"

/* So much smaller than in the input images become at best. */
#define BEST_RATIO 50

/* ---- before anything is written ------------------------------------------------------------ */

static bool same_size(const wn_array *one, const wn_array *other)
{
    return one->height == other->height && one->width == other->width &&
           wn_type_is_float(one->type) == wn_type_is_float(other->type);
}

/* Images of one size in one group are of one detector. */
static bool has_settings_for(const struct file_packing *p, const char *path, const wn_array *frame)
{
    return p->has_settings && same_size(&p->frame, frame) && image_list_same_group(p->path, path);
}

/* Settings for an image in the list. */
static enum outcome make_settings(struct file_packing *p, const char *path, const wn_array *frame)
{
    if (p->spots.begun) {
        complain("%s::%s: has not the settings of the images that are searched for spots: pack "
                 "without --spots and --hits-only, and use h5winnow spots",
                 p->address.file, path);
        return BAD_INPUT;
    }
    if (p->has_settings)
        image_settings_free(&p->settings);
    p->has_settings = false;
    const enum outcome outcome = image_settings_make(&p->order->request, p->file, p->address.file,
                                                     path, frame, &p->settings);
    if (outcome != DONE)
        return outcome;
    p->has_settings = true;
    p->frame = *frame;
    p->path = path;
    return DONE;
}

static void print_settings(const struct file_packing *p)
{
    if (p->order->json)
        return;
    printf("%s::%s\n", p->address.file, p->path);
    image_settings_print(&p->settings, &p->frame, stdout);
}

static enum outcome check_source(struct file_packing *p, const struct frame_source *source)
{
    if (source->stack.winnow_at >= 0 && !p->order->repack) {
        complain("%s::%s: is compressed by winnow already, and would lose once more: pack the "
                 "original, or give --repack",
                 source->file, source->path);
        return WRONG_USAGE;
    }
    p->progress.total += frame_range_count(&p->order->frames, source->frames);
    p->stored += H5Dget_storage_size(source->dataset);
    if (has_settings_for(p, source->path, &source->frame))
        return DONE;
    const enum outcome outcome = make_settings(p, source->path, &source->frame);
    if (outcome == DONE)
        print_settings(p);
    return outcome;
}

/* Opens an image by its path and looks whether it can be packed. */
static enum outcome check_image(struct file_packing *p, const char *path)
{
    struct frame_source source;
    const hid_t dataset = H5Dopen2(p->file, path, H5P_DEFAULT);
    if (dataset < 0) {
        complain("%s::%s: cannot be opened", p->address.file, path);
        return BAD_INPUT;
    }
    enum outcome outcome = frame_source_open(dataset, p->address.file, path, &source);
    if (outcome == DONE) {
        outcome = check_source(p, &source);
        frame_source_close(&source);
    }
    H5Dclose(dataset);
    return outcome;
}

static enum outcome check_images(struct file_packing *p)
{
    const struct pack_choice choice = {p->order->frames, p->order->hits_only};
    enum outcome outcome = image_list_find(p->file, p->address.file, p->address.object, &p->images);
    for (size_t i = 0; i < p->images.n && outcome == DONE; i++)
        outcome = check_image(p, p->images.path[i]);
    if (outcome == DONE && p->order->spots)
        outcome = pack_spots_begin(&p->spots, &p->order->spot_options, &choice, p->file,
                                   &p->address, &p->settings);
    return outcome;
}

/* ---- packing ------------------------------------------------------------------------------- */

/* Where the layout is kept, virtual images stay virtual: what they are made of is packed. */
static bool is_virtual(hid_t dataset)
{
    const hid_t properties = H5Dget_create_plist(dataset);
    const bool virtual = H5Pget_layout(properties) == H5D_VIRTUAL;
    H5Pclose(properties);
    return virtual;
}

/* Packs an image of the list. */
static enum outcome pack_image(struct file_packing *p, struct frame_source *source,
                               const char *path, hid_t out, const char *name)
{
    struct pack_spots *spots = &p->spots;
    const uint64_t before = p->tally.frames;
    const struct frame_packer packer = {.params = &p->settings.request.params,
                                        .map = p->settings.map,
                                        .range = p->order->frames,
                                        .threads = p->order->threads,
                                        .follow = p->order->follow,
                                        .patience = p->order->patience,
                                        .progress = &p->progress,
                                        .tally = &p->tally,
                                        .spots = spots->begun ? &spots->pass : NULL,
                                        .spots_first = spots->frames,
                                        .hits_only = p->order->hits_only};
    enum outcome outcome = DONE;
    if (spots->begun)
        outcome = pack_spots_check(spots, p->address.file, path);
    if (outcome == DONE)
        outcome = pack_frames(&packer, source, out, name);
    spots->next++;
    spots->frames += p->tally.frames - before;
    return outcome;
}

static enum outcome pack_dataset(void *context, hid_t in, const char *in_path, hid_t out,
                                 const char *name, bool *taken)
{
    struct file_packing *p = context;
    struct frame_source source;
    const char *path = image_list_path(&p->images, in);
    if (!image_list_has(&p->images, in) || (p->order->keep_layout && is_virtual(in)))
        return DONE;
    enum outcome outcome = DONE;
    if (p->order->frames.step == 0 && p->order->hits_only == 0) /* else they have other numbers */
        outcome = virtual_remap(in, &p->images, out, name, taken);
    if (*taken || outcome != DONE)
        return outcome;
    *taken = true;
    outcome = frame_source_open(in, p->address.file, in_path, &source);
    if (outcome != DONE)
        return outcome;
    if (!path) /* a part of a virtual image */
        path = p->path;
    if (!has_settings_for(p, path, &source.frame))
        outcome = make_settings(p, path, &source.frame);
    if (outcome == DONE)
        outcome = pack_image(p, &source, path, out, name);
    frame_source_close(&source);
    return outcome;
}

/* ---- reading again ------------------------------------------------------------------------- */

static enum outcome compare_datasets(struct file_packing *p, hid_t packed, hid_t original,
                                     const char *name, const char *path)
{
    struct frame_source one, other;
    struct comparison comparison = {0};
    struct progress none = {0};
    enum outcome outcome = frame_source_open(packed, name, path, &one);
    if (outcome != DONE)
        return outcome;
    outcome = frame_source_open(original, p->address.file, path, &other);
    if (outcome == DONE) {
        outcome =
            compare_stacks(&one, &other, &p->order->frames, p->order->threads, &none, &comparison);
        frame_source_close(&other);
    }
    frame_source_close(&one);
    if (outcome == FINDING) {
        complain("%s::%s: does not read back as it must: this is an error of h5winnow, or of this "
                 "machine's memory or disk",
                 name, path);
        outcome = IO_FAILURE;
    }
    return outcome;
}

/* Compares all images of a file that was written with the input. */
static enum outcome verify(struct file_packing *p, const char *name)
{
    hid_t file;
    enum outcome outcome = file_open(name, &file);
    if (outcome != DONE)
        return outcome;
    for (size_t i = 0; i < p->images.n && outcome == DONE; i++) {
        const hid_t packed = H5Dopen2(file, p->images.path[i], H5P_DEFAULT);
        const hid_t original = H5Dopen2(p->file, p->images.path[i], H5P_DEFAULT);
        if (packed < 0 || original < 0)
            outcome = IO_FAILURE;
        else if (!is_virtual(packed)) /* its parts are images as well */
            outcome = compare_datasets(p, packed, original, name, p->images.path[i]);
        H5Dclose(original);
        H5Dclose(packed);
    }
    H5Fclose(file);
    return outcome;
}

/* ---- files --------------------------------------------------------------------------------- */

/* Free space without which a file cannot be written, whatever its images become: that of everything
 * else in it, and a little for them. */
static uint64_t space_at_least(const struct file_packing *p, hid_t in)
{
    hsize_t size = 0;
    H5Fget_filesize(in, &size);
    const uint64_t others = size > p->stored ? size - p->stored : 0;
    return others + p->stored / BEST_RATIO;
}

/* Copies an open file to another, its images packed. */
static enum outcome write_file(struct file_packing *p, hid_t in, const char *in_name,
                               const char *name, bool keep_external)
{
    struct atomic_hdf5 output;
    const char *inputs[] = {in_name};
    const struct tree_options options = {
        .dataset = pack_dataset, .context = p, .replaces = name, .keep_external = keep_external};
    enum outcome outcome =
        atomic_hdf5_create(name, inputs, 1, p->order->force, space_at_least(p, in), in, &output);
    if (outcome != DONE)
        return outcome;
    outcome = tree_copy(in, in_name, output.file, &options);
    if (outcome <= FINDING && p->spots.begun)
        outcome = worse(outcome, pack_spots_write(&p->spots, output.file, output.partial));
    outcome = worse(outcome, atomic_hdf5_close(&output));
    if (outcome <= FINDING && p->order->verify && !keep_external)
        outcome = worse(outcome, verify(p, output.partial));
    return atomic_hdf5_finish(&output, outcome);
}

/* Whether a file itself, not one that it links to, holds an image. */
struct presence {
    const struct image_list *images;
    bool found;
};

static herr_t look_for_image(hid_t file, const char *name, const H5O_info_t *info, void *data)
{
    struct presence *presence = data;
    if (info->type != H5O_TYPE_DATASET)
        return 0;
    const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    const hid_t properties = H5Dget_create_plist(dataset);
    presence->found =
        image_list_has(presence->images, dataset) && H5Pget_layout(properties) != H5D_VIRTUAL;
    H5Pclose(properties);
    H5Dclose(dataset);
    return presence->found;
}

static enum outcome write_linked(struct file_packing *p, const char *in_name, const char *name)
{
    struct presence presence = {.images = &p->images};
    hid_t in;
    enum outcome outcome = file_open(in_name, &in);
    if (outcome != DONE)
        return outcome;
    H5Ovisit(in, H5_INDEX_NAME, H5_ITER_INC, look_for_image, &presence);
    if (presence.found)
        outcome = write_file(p, in, in_name, name, true);
    else
        outcome = copy_file(in_name, name, p->order->force);
    H5Fclose(in);
    return outcome;
}

/* The file that all others belong to comes last: when it is there, all are. */
static enum outcome write_layout(struct file_packing *p, const char *folder)
{
    struct linked_files files = {0};
    enum outcome outcome = linked_files_find(p->address.file, &p->images, &files);
    for (size_t i = files.n; i-- > 0 && outcome <= FINDING;) {
        char *name = path_join(folder, files.name[i]);
        if (!name)
            outcome = IO_FAILURE;
        else
            outcome = worse(outcome, create_parent_folder(name));
        if (outcome <= FINDING)
            outcome = worse(outcome, write_linked(p, files.path[i], name));
        free(name);
    }
    linked_files_free(&files);
    return outcome;
}

static enum outcome open_input(struct file_packing *p)
{
    return p->order->follow ? swmr_open(p->address.file, &p->file)
                            : file_open(p->address.file, &p->file);
}

enum outcome pack_file(const struct pack_order *order, const char *input, const char *output,
                       struct file_packing *p)
{
    *p = (struct file_packing){.order = order, .file = -1};
    if (!address_read(input, &p->address)) {
        complain_memory();
        return IO_FAILURE;
    }
    enum outcome outcome = open_input(p);
    if (outcome == DONE)
        outcome = check_images(p);
    if (outcome != DONE)
        return outcome;
    const double begun = progress_clock();
    progress_begin(&p->progress, p->progress.total);
    outcome = order->keep_layout ? write_layout(p, output)
                                 : write_file(p, p->file, p->address.file, output, false);
    progress_end(&p->progress);
    p->seconds = progress_clock() - begun;
    return outcome;
}

void pack_file_free(struct file_packing *p)
{
    pack_spots_free(&p->spots);
    if (p->has_settings)
        image_settings_free(&p->settings);
    image_list_free(&p->images);
    if (p->file >= 0)
        H5Fclose(p->file);
    address_free(&p->address);
}
