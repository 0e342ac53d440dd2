/* Finding the groups of a NeXus file that describe the detector of an image. */
#ifndef H5WINNOW_NEXUS_FIND_DETECTOR_H
#define H5WINNOW_NEXUS_FIND_DETECTOR_H

#include "nexus/node.h"

/* The entry (NXentry) that holds the image: the first group on the image's path that has this
 * class, or else the first group. Absent if the image is in the root. */
struct nexus_node find_entry(const struct nexus_node *root, const char *image_path);

/* The detector of an entry: the only one, or the only one whose data is the image. Absent if there
 * is none, or if it is ambiguous, which is reported. */
struct nexus_node find_detector(const struct nexus_node *entry, const struct nexus_node *root,
                                const char *image_path);

#endif
