/* spots/write_any.h - where a table of spots goes, and in what format. */
#ifndef H5WINNOW_SPOTS_WRITE_ANY_H
#define H5WINNOW_SPOTS_WRITE_ANY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/outcome.h"
#include "spots/table.h"

/* One of the formats; their table is in spots/write_any.c. */
struct spot_format;

struct spot_output {
    const char *name; /* of the file; NULL: the table goes into the input */
    const struct spot_format *format;
    const char *input; /* file */
    const char *table; /* name of the table, in HDF5 */
    bool force;        /* replace the file */
    bool replace;      /* replace the table in the input */
};

/* Our table in HDF5, see spot_table_write.h. */
const struct spot_format *spot_format_table(void);

/* The format of a name, and that which the ending of a file name tells; NULL: there is none. */
const struct spot_format *spot_format_named(const char *name);
const struct spot_format *spot_format_of_file(const char *file_name);

/* Whether shoeboxes belong to a format. */
bool spot_format_has_shoeboxes(const struct spot_format *format);

/* Prints a line for each format: its name, the endings that tell it, and what it is. */
void spot_formats_print(int indent, FILE *out);

/* Whether the output can be written; leaves everything as it is. WRONG_USAGE: it is there already
 * and is not to be replaced; IO_FAILURE: no permission and the like. The input must not be open. */
enum outcome spot_writer_check(const struct spot_output *output);

/* Writes a table that was found in a dataset of so many frames. The input must not be open. */
enum outcome spot_writer_write(const struct spot_output *output, const struct spot_table *table,
                               uint64_t frames_in_dataset);

#endif
