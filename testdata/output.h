/* Writing HDF5 objects one after the other, with one check at the end.
 *
 * The first failure is reported on stderr, with the object's name and HDF5's reason; from then on
 * every call does nothing. */
#ifndef TESTDATA_OUTPUT_H
#define TESTDATA_OUTPUT_H

#include <hdf5.h>
#include <stdbool.h>

#define OUTPUT_PATH_SIZE 4096

struct output {
    char path[OUTPUT_PATH_SIZE];      /* final name */
    char temporary[OUTPUT_PATH_SIZE]; /* name while it is being written */
    hid_t file;
    bool failed;
};

/* Creates a file beside its final name. */
struct output output_create(const char *path);

/* Closes files and gives them their final names. False: something failed, and none of them is left.
 */
bool output_finish(struct output *outputs, size_t count);

/* Reports that an object could not be written. Reason NULL: the one HDF5 gives. */
void output_fail(struct output *o, const char *object, const char *reason);

/* A group of a NeXus class; NULL: of none. */
void output_group(struct output *o, const char *object, const char *nx_class);

/* Contiguous datasets. Units may be NULL. */
void output_text(struct output *o, const char *object, const char *text);
void output_real(struct output *o, const char *object, double value, const char *units);
void output_integer(struct output *o, const char *object, int64_t value);
void output_array(struct output *o, const char *object, hid_t type, int rank, const hsize_t *shape,
                  const void *values);
void output_column(struct output *o, const char *object, hid_t type, size_t length,
                   const void *values, const char *units);

/* Attributes of an object that is there. */
void output_text_attribute(struct output *o, const char *object, const char *name,
                           const char *text);
void output_integer_attribute(struct output *o, const char *object, const char *name,
                              int64_t value);
void output_vector_attribute(struct output *o, const char *object, const char *name,
                             const double vector[3]);

/* A link to an object of another file, whose name is relative to this one's folder. */
void output_link(struct output *o, const char *object, const char *file, const char *target);

#endif
