/*
 * Masks are read in their own integer type: a pixel is bad if any byte of its element is not 0.
 * Masks of several channels are combined. Memory: one mask and its elements.
 */
#include "nexus/pixel_mask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/parse_numbers.h"
#include "hdf5/file.h"

#define CHANNEL "_channel"

/* Masks being combined. */
struct mask_collection {
    uint32_t height, width;
    struct pixel_mask *mask;
    unsigned masks;
    enum outcome outcome;
};

/* Whether a dataset is one frame of this size, with any leading dimensions of length 1. */
static bool is_frame(const struct nexus_node *node, uint32_t height, uint32_t width)
{
    hsize_t shape[H5S_MAX_RANK];
    const hid_t space = H5Dget_space(node->id);
    if (space < 0)
        return false;
    const int rank = H5Sget_simple_extent_dims(space, shape, NULL);
    H5Sclose(space);
    for (int i = 0; i < rank - 2; i++)
        if (shape[i] != 1)
            return false;
    return rank >= 2 && shape[rank - 2] == height && shape[rank - 1] == width;
}

/* Whether the elements are integers, of which 0 has no bit set in any byte order. */
static bool is_integer(hid_t type, size_t *size)
{
    const H5T_class_t class = H5Tget_class(type);
    *size = H5Tget_size(type);
    return (class == H5T_INTEGER || class == H5T_ENUM || class == H5T_BITFIELD) && *size > 0 &&
           *size <= 8;
}

static bool any_bit(const uint8_t *element, size_t size)
{
    uint8_t bits = 0;
    for (size_t i = 0; i < size; i++)
        bits |= element[i];
    return bits != 0;
}

/* All elements, as they are stored. */
static uint8_t *read_all(const struct nexus_node *node, hid_t type, size_t bytes,
                         enum outcome *outcome)
{
    char reason[REASON_SIZE];
    uint8_t *all = malloc(bytes);
    if (!all) {
        complain_memory();
        *outcome = IO_FAILURE;
        return NULL;
    }
    if (H5Dread(node->id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, all) >= 0)
        return all;
    hdf5_reason(reason);
    node_complain(node, "the mask cannot be read (%s): left out", reason);
    free(all);
    return NULL;
}

/* Clears the bad pixels of one mask in `valid`, which is allocated for the first mask. */
static enum outcome merge_mask(struct pixel_mask *mask, const uint8_t *elements, size_t size,
                               size_t pixels)
{
    if (!mask->valid) {
        mask->valid = malloc(pixels);
        if (!mask->valid) {
            complain_memory();
            return IO_FAILURE;
        }
        memset(mask->valid, 1, pixels);
    }
    for (size_t i = 0; i < pixels; i++)
        if (any_bit(elements + i * size, size))
            mask->valid[i] = 0;
    return DONE;
}

/* Adds the mask in a dataset of the right size. */
static enum outcome add_elements(const struct nexus_node *node, hid_t type,
                                 struct mask_collection *c)
{
    const uint64_t pixels = saturating_product(c->height, c->width);
    size_t size;
    enum outcome outcome = DONE;
    if (!is_integer(type, &size)) {
        node_complain(node, "the mask is of a type that is no whole number: left out");
        return DONE;
    }
    const uint64_t bytes = saturating_product(pixels, size);
    if (bytes > SIZE_MAX / 2) {
        complain_memory();
        return IO_FAILURE;
    }
    uint8_t *elements = read_all(node, type, (size_t)bytes, &outcome);
    if (!elements)
        return outcome;
    outcome = merge_mask(c->mask, elements, size, (size_t)pixels);
    free(elements);
    if (outcome == DONE && c->masks++ == 0)
        snprintf(c->mask->path, sizeof c->mask->path, "%s", node->path);
    return outcome;
}

static void add(const struct nexus_node *node, struct mask_collection *c)
{
    if (H5Iget_type(node->id) != H5I_DATASET || !is_frame(node, c->height, c->width)) {
        node_complain(node, "this is no mask for frames of %u x %u pixels: left out", c->width,
                      c->height);
        return;
    }
    const hid_t type = H5Dget_type(node->id);
    c->outcome = worse(c->outcome, add_elements(node, type, c));
    H5Tclose(type);
}

static void add_from(const struct nexus_node *group, struct mask_collection *c)
{
    struct nexus_node mask = node_child(group, "pixel_mask");
    if (node_exists(&mask))
        add(&mask, c);
    node_close(&mask);
}

static bool visit_channel(const struct nexus_node *child, const char *name, void *context)
{
    struct mask_collection *c = context;
    const size_t length = strlen(name), tail = strlen(CHANNEL);
    if (length > tail && strcmp(name + length - tail, CHANNEL) == 0 && node_is_group(child))
        add_from(child, c);
    return c->outcome == DONE;
}

static void add_channels(const struct nexus_node *detector, struct mask_collection *c)
{
    node_each(detector, visit_channel, c);
    if (c->masks > 1)
        snprintf(c->mask->path, sizeof c->mask->path, "%.*s/*" CHANNEL "/pixel_mask",
                 NODE_PATH_SIZE - 64, detector->path);
}

static void count_bad(struct pixel_mask *mask, size_t pixels)
{
    mask->masked = 0;
    for (size_t i = 0; i < pixels; i++)
        mask->masked += mask->valid[i] == 0;
}

static void drop(struct pixel_mask *mask)
{
    free(mask->valid);
    *mask = (struct pixel_mask){.valid = NULL};
}

enum outcome pixel_mask_read(const struct nexus_node *detector, uint32_t height, uint32_t width,
                             struct pixel_mask *mask)
{
    struct mask_collection c = {height, width, mask, 0, DONE};
    const size_t pixels = (size_t)height * width;
    *mask = (struct pixel_mask){.valid = NULL};
    add_from(detector, &c);
    if (c.masks == 0 && c.outcome == DONE) {
        struct nexus_node specific = node_child(detector, "detectorSpecific");
        add_from(&specific, &c);
        node_close(&specific);
    }
    if (c.masks == 0 && c.outcome == DONE)
        add_channels(detector, &c);
    if (c.masks > 0)
        count_bad(mask, pixels);
    if (c.masks > 0 && mask->masked == pixels)
        node_complain(detector, "its pixel_mask says that no pixel is good: left out");
    if (c.outcome != DONE || mask->masked == pixels)
        drop(mask);
    return c.outcome;
}
