/* A set of HDF5 objects of any number of files. */
#ifndef H5WINNOW_HDF5_VISITED_SET_H
#define H5WINNOW_HDF5_VISITED_SET_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

struct visited_set;

/* NULL: out of memory. */
struct visited_set *visited_set_new(void);
void visited_set_free(struct visited_set *visited);

/* Adds an open object. False: it is in the set already, or cannot be added. */
bool visited_set_add(struct visited_set *visited, hid_t object);

/* Whether an open object is in the set. */
bool visited_set_has(const struct visited_set *visited, hid_t object);

/* How many objects were added before this one; NOT_VISITED: not in the set. */
#define NOT_VISITED SIZE_MAX
size_t visited_set_number(const struct visited_set *visited, hid_t object);

/* Whether an object could not be added: it cannot be identified, or out of memory. */
bool visited_set_incomplete(const struct visited_set *visited);

#endif
