/* Writes the series as HDF5 files. */
#ifndef TESTDATA_SERIES_H
#define TESTDATA_SERIES_H

#include <stdbool.h>

#include "simulate.h"

#define MASTER_ENDING "_master.h5"

/* One file after the NeXus application definition NXmx. False: it failed, which has been reported,
 * and no file is left. */
bool series_write_nxmx(struct simulation *s, const char *path);

/* A pair as Dectris detectors write it: the master, whose path ends in MASTER_ENDING, and beside it
 * the frames in ..._data_000001.h5. False: as above. */
bool series_write_eiger(struct simulation *s, const char *path);

#endif
