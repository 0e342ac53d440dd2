/* The HDF5 functions of the library that calls the filter.
 *
 * One process may hold several HDF5 libraries (a Python wheel brings its own, a reader plugin has
 * one linked in, the system has another), and an identifier of one means nothing to the others. So
 * the plugin is linked to none of them: each callback passes its return address, and gets the
 * functions of the module that contains this address. */
#ifndef H5ZWINNOW_H5API_H
#define H5ZWINNOW_H5API_H

#include <hdf5.h>
#include <stddef.h>

struct h5api {
    const void *caller;  /* return address of the callback that this was looked up for */
    const char *problem; /* NULL, or why no dataset can be created through this library */

    herr_t (*library_version)(unsigned *major, unsigned *minor, unsigned *release);

    H5T_class_t (*type_class)(hid_t type);
    size_t (*type_size)(hid_t type);
    H5T_order_t (*type_order)(hid_t type);
    size_t (*type_precision)(hid_t type);
    int (*type_offset)(hid_t type);
    H5T_sign_t (*type_sign)(hid_t type);
    htri_t (*type_equal)(hid_t one, hid_t other);
    const hid_t *float32_le; /* the IEEE types are variables of the library */
    const hid_t *float32_be;
    const hid_t *float64_le;
    const hid_t *float64_be;

    int (*space_rank)(hid_t space);
    int (*space_dims)(hid_t space, hsize_t *dims, hsize_t *max_dims);

    H5Z_filter_t (*filter_at)(hid_t plist, unsigned index, unsigned *flags, size_t *n,
                              unsigned *values, size_t name_size, char *name, unsigned *config);
    herr_t (*filter_by_id)(hid_t plist, H5Z_filter_t id, unsigned *flags, size_t *n,
                           unsigned *values, size_t name_size, char *name, unsigned *config);
    herr_t (*filter_modify)(hid_t plist, H5Z_filter_t id, unsigned flags, size_t n,
                            const unsigned *values);

    /* Both or none. `clear` is bool or unsigned, depending on the version: only pass 0. */
    void *(*memory_allocate)(size_t size, unsigned clear);
    herr_t (*memory_free)(void *memory);

    /* All four or none. */
    herr_t (*error_push)(hid_t stack, const char *file, const char *function, unsigned line,
                         hid_t cls, hid_t major, hid_t minor, const char *format, ...);
    const hid_t *error_class;
    const hid_t *error_major;
    const hid_t *error_minor;
};

/* The functions of the module that contains `caller`, the return address of a callback. Never NULL:
 * if they cannot be found, `problem` says so and the pointers are NULL. The result stays valid for
 * the lifetime of the process. */
const struct h5api *h5api_of_caller(const void *caller);

/* Memory that the calling library can take over, and memory that it has handed over. */
void *h5api_allocate(const struct h5api *api, size_t size);
void h5api_free(const struct h5api *api, void *memory);

/* Put a message on the error stack of the calling library, if it has one. `callback` must be a
 * string literal. */
void h5api_push(const struct h5api *api, const char *callback, const char *message);

#endif
