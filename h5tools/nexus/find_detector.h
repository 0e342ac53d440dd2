/* find_detector.h - which groups of a NeXus file describe the detector that took an image. */
#ifndef H5WINNOW_NEXUS_FIND_DETECTOR_H
#define H5WINNOW_NEXUS_FIND_DETECTOR_H

#include "nexus/node.h"

/* The entry (NXentry) that holds the image: of the groups on the image's path the first that says
 * that it is one, or else the first. Absent if the image lies in the root. */
struct nexus_node find_entry(const struct nexus_node *root, const char *image_path);

/* The detector of an entry: the only one, or the only one whose data is the image. Absent if there
 * is none, or none can be told, which is complained about. */
struct nexus_node find_detector(const struct nexus_node *entry, const struct nexus_node *root,
                                const char *image_path);

#endif
