/*
 * Finds the entry and the detector, then reads geometry, mask, wavelength, saturation and scan.
 * Paths are copied, so that messages can name the source of each value.
 */
#include "nexus/metadata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "nexus/classes.h"
#include "nexus/detector_geometry.h"
#include "nexus/find_detector.h"
#include "nexus/pixel_mask.h"
#include "nexus/values.h"

#define ANGSTROM_PER_M 1e10

static enum outcome copy_path(char **copy, const char *path)
{
    *copy = strdup(path);
    if (*copy)
        return DONE;
    complain_memory();
    return IO_FAILURE;
}

static enum outcome read_geometry(const struct nexus_node *detector, const struct nexus_node *root,
                                  uint32_t height, uint32_t width, struct metadata *m)
{
    struct detector_geometry g;
    detector_geometry_read(detector, root, height, width, &g);
    m->doubt = g.doubt;
    for (int i = 0; i < PLACEMENT_QUANTITIES; i++) {
        if (!g.at[i].known)
            continue;
        if (copy_path(&m->paths[i], g.at[i].path) != DONE)
            return IO_FAILURE;
        placement_set(&m->placement, (enum placement_quantity)i, g.at[i].value, m->paths[i]);
    }
    return DONE;
}

static enum outcome read_mask(const struct nexus_node *detector, uint32_t height, uint32_t width,
                              struct metadata *m)
{
    struct pixel_mask mask = {.valid = NULL};
    if (pixel_mask_read(detector, height, width, &mask) != DONE)
        return IO_FAILURE;
    m->valid = mask.valid;
    m->masked = mask.masked;
    return m->valid ? copy_path(&m->mask_from, mask.path) : DONE;
}

/* From the detector itself, or from Dectris's detectorSpecific. */
static double read_saturation(const struct nexus_node *detector)
{
    struct nexus_reading reading = {.first = 0};
    struct nexus_node specific = node_child_quietly(detector, "detectorSpecific");
    struct nexus_node value = node_child_quietly(detector, "saturation_value");
    if (!node_exists(&value))
        value = node_child_quietly(&specific, "saturation_value");
    if (!node_exists(&value))
        value = node_child_quietly(&specific, "countrate_correction_count_cutoff");
    const bool found = node_exists(&value) && reading_of(&value, &reading) == FOUND;
    node_close(&value);
    node_close(&specific);
    return found && reading.first > 0 ? reading.first : NAN;
}

/* The wavelength in the first beam (NXbeam) of a group that has one. */
static bool visit_beam(const struct nexus_node *child, const char *name, void *context)
{
    struct nexus_field *wavelength = context;
    (void)name;
    if (!node_is_class(child, "NXbeam", "beam") ||
        field_read(child, "incident_wavelength", IN_METRES, "angstrom", wavelength) != FOUND)
        return true;
    if (wavelength->reading.first > 0)
        return false;
    node_complain(child, "incident_wavelength is %g angstrom, but must be above 0: left out",
                  wavelength->reading.first * ANGSTROM_PER_M);
    return true;
}

static enum outcome read_wavelength(const struct nexus_node *entry, struct metadata *m)
{
    static const char *const BEAM_PARENTS[] = {"instrument", "sample"};
    struct nexus_field wavelength = {.reading = {.first = 0}};
    for (size_t i = 0; i < 2 && !(wavelength.reading.first > 0); i++) {
        struct nexus_node group = node_child(entry, BEAM_PARENTS[i]);
        node_each(&group, visit_beam, &wavelength);
        node_close(&group);
    }
    if (!(wavelength.reading.first > 0))
        return DONE;
    m->wavelength = wavelength.reading.first * ANGSTROM_PER_M;
    return copy_path(&m->wavelength_from, wavelength.path);
}

enum outcome metadata_read(hid_t file, const char *file_name, const char *image_path,
                           uint32_t height, uint32_t width, struct metadata *metadata)
{
    struct nexus_node root = node_root(file, file_name);
    struct nexus_node entry = find_entry(&root, image_path);
    struct nexus_node detector = find_detector(&entry, &root, image_path);
    *metadata = (struct metadata){.saturation = NAN};
    nexus_scan_read(&entry, &root, &metadata->scan);
    enum outcome outcome = read_wavelength(&entry, metadata);
    if (outcome == DONE && node_exists(&detector))
        outcome = read_geometry(&detector, &root, height, width, metadata);
    if (outcome == DONE && node_exists(&detector))
        outcome = read_mask(&detector, height, width, metadata);
    if (outcome == DONE && node_exists(&detector))
        metadata->saturation = read_saturation(&detector);
    node_close(&detector);
    node_close(&entry);
    node_close(&root);
    if (outcome != DONE)
        metadata_free(metadata);
    return outcome;
}

void metadata_free(struct metadata *metadata)
{
    for (int i = 0; i < PLACEMENT_QUANTITIES; i++)
        free(metadata->paths[i]);
    free(metadata->wavelength_from);
    free(metadata->valid);
    free(metadata->mask_from);
    *metadata = (struct metadata){.wavelength = 0};
}
