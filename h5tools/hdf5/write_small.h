/* Writing single values of HDF5 files: groups with a NeXus class, attributes, texts, numbers. */
#ifndef H5WINNOW_HDF5_WRITE_SMALL_H
#define H5WINNOW_HDF5_WRITE_SMALL_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/outcome.h"

/* Reports that the file cannot be written, with HDF5's reason. Returns IO_FAILURE. */
enum outcome h5_complain_unwritable(const char *file);

/* Creates a group with the attribute NX_class; negative on failure. */
hid_t h5_create_group(hid_t parent, const char *name, const char *class);

/* Attributes: a text, several texts. */
bool h5_write_attribute(hid_t object, const char *name, const char *text);
bool h5_write_attribute_list(hid_t object, const char *name, const char *const *text, size_t n);

/* Datasets: a text, one number. `type` is that of the number in memory and in the file. */
bool h5_write_text(hid_t parent, const char *name, const char *text);
bool h5_write_number(hid_t parent, const char *name, hid_t type, const void *number);

/* A dataset of one number with the attribute units. */
bool h5_write_quantity(hid_t parent, const char *name, double value, const char *units);

#endif
