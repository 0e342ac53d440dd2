/* visited.h - a set of HDF5 objects, told apart across files. */
#ifndef H5WINNOW_VISITED_H
#define H5WINNOW_VISITED_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

struct visited;

/* NULL: not enough memory. */
struct visited *visited_new(void);
void visited_free(struct visited *visited);

/* Adds an object that is open. False: it is there already, or it cannot be added. */
bool visited_add(struct visited *visited, hid_t object);

/* Whether an object that is open is in the set. */
bool visited_has(const struct visited *visited, hid_t object);

/* How many objects were added before this one; NOT_VISITED if it is not in the set. */
#define NOT_VISITED SIZE_MAX
size_t visited_number(const struct visited *visited, hid_t object);

/* Whether some object could not be added: it cannot be told apart, or memory was lacking. */
bool visited_incomplete(const struct visited *visited);

#endif
