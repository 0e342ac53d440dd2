/* spot_output.h - where a table of spots goes, and in what format. */
#ifndef H5WINNOW_SPOT_OUTPUT_H
#define H5WINNOW_SPOT_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "outcome.h"
#include "spot_table.h"

enum spot_format {
    SPOT_FORMAT_UNKNOWN,
    SPOT_HDF5,       /* our table, see spot_write.h */
    SPOT_CXI,        /* peak list of CrystFEL */
    SPOT_REFL,       /* DIALS */
    SPOT_DIALS_HDF5, /* DIALS from 3.23 on */
    SPOT_XDS,        /* SPOT.XDS */
    SPOT_CSV,
    SPOT_TSV,
};

struct spot_output {
    const char *name; /* of the file; NULL: the table goes into the input */
    enum spot_format format;
    const char *input; /* file */
    const char *table; /* name of the table, in HDF5 */
    bool force;        /* replace the file */
    bool replace;      /* replace the table in the input */
};

/* "hdf5", "cxi", "refl", "dials-hdf5", "xds", "csv" or "tsv"; and the format that the ending of a
 * file name tells: .h5 .hdf5 .nxs .cxi .refl .XDS .csv .tsv. */
enum spot_format spot_format_named(const char *name);
enum spot_format spot_format_of_file(const char *file_name);

/* Whether the output can be written; leaves everything as it is. WRONG_USAGE: it is there already
 * and is not to be replaced; IO_FAILURE: no permission and the like. The input must not be open. */
enum outcome spot_output_check(const struct spot_output *output);

/* Writes a table that was found in a dataset of so many frames. The input must not be open. */
enum outcome spot_output_write(const struct spot_output *output, const struct spot_table *table,
                               uint64_t frames_in_dataset);

#endif
