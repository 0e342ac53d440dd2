/* copied.h - the objects that have been copied: where they come from, and where they are now. */
#ifndef H5WINNOW_COPIED_H
#define H5WINNOW_COPIED_H

#include <stdbool.h>
#include <stddef.h>

#include "hdf5/object_id.h"

#define NO_PARENT ((size_t)-1)

struct copied_object {
    size_t source;        /* number of its file, see sources.h */
    object_token in;      /* what it is in that file */
    object_token out;     /* what it is in the output */
    size_t parent;        /* the group that it was first reached from; NO_PARENT: the root group,
                             or a datatype that no link leads to */
    char *name;           /* of the link that it was first reached by */
    bool missing;         /* it could not be copied, which has been said: there is no `out` */
    bool references;      /* its attributes hold references */
    bool data_references; /* its data hold references */
};

struct copied;

/* NULL: not enough memory. */
struct copied *copied_new(void);
void copied_free(struct copied *copied);

/* Looks an object up. False: it has not been copied. */
bool copied_find(const struct copied *copied, size_t source, const object_token *in, size_t *index);

/* Adds an object that is not there yet; `name` is copied. False: not enough memory. */
bool copied_add(struct copied *copied, const struct copied_object *object, size_t *index);

size_t copied_count(const struct copied *copied);

/* The object of this index; valid until the next one is added. */
struct copied_object *copied_at(const struct copied *copied, size_t index);

/* The path in the output of what the link `name` in `parent` leads to, in memory of its own. NULL:
 * not enough memory. */
char *copied_path(const struct copied *copied, size_t parent, const char *name);

/* Sets how an object is reached. False: not enough memory. */
bool copied_name(struct copied *copied, size_t index, size_t parent, const char *name);

#endif
