/* Reading a PONI file, pyFAI's description of a calibrated geometry (versions 1
 * to 3). */
#ifndef H5WINNOW_GEOMETRY_PONI_H
#define H5WINNOW_GEOMETRY_PONI_H

#include "geometry/placement.h"

/* Reads a PONI file. The placement keeps `path` as the source of its quantities. */
enum outcome poni_read(const char *path, struct placement *placement);

#endif
