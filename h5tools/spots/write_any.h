/* Writes a table of spots in any format, to a file of its own or into the input. */
#ifndef H5WINNOW_SPOTS_WRITE_ANY_H
#define H5WINNOW_SPOTS_WRITE_ANY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/outcome.h"
#include "spots/table.h"

/* A format; write_any.c has the table of them. */
struct spot_format;

struct spot_output {
    const char *name; /* of the file; NULL: the table goes into the input */
    const struct spot_format *format;
    const char *input; /* file */
    const char *table; /* name of the table, in HDF5 */
    bool force;        /* replace the file */
    bool replace;      /* replace the table in the input */
};

/* Our own table in HDF5: spots/table_write.h. */
const struct spot_format *spot_format_table(void);

/* The format by its name, or by the suffix of a file name; NULL: there is none. */
const struct spot_format *spot_format_named(const char *name);
const struct spot_format *spot_format_of_file(const char *file_name);

/* Whether shoeboxes are part of a format. */
bool spot_format_has_shoeboxes(const struct spot_format *format);

/* Prints a line for each format: its name, suffixes and description. */
void spot_formats_print(int indent, FILE *out);

/* Checks that the output can be written, and changes nothing. WRONG_USAGE: it exists and must not
 * be replaced; IO_FAILURE: no permission and the like. The input must not be open. */
enum outcome spot_writer_check(const struct spot_output *output);

/* Writes the table of a dataset of so many frames. The input must not be open. */
enum outcome spot_writer_write(const struct spot_output *output, const struct spot_table *table,
                               uint64_t frames_in_dataset);

#endif
