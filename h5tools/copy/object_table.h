/* The objects copied so far: identity in the input, identity and path in the output. */
#ifndef H5WINNOW_COPY_OBJECT_TABLE_H
#define H5WINNOW_COPY_OBJECT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "hdf5/object_id.h"

#define NO_PARENT ((size_t)-1)

struct copied_object {
    size_t source;        /* number of its file: see copy/source_files.h */
    object_token in;      /* identity in that file */
    object_token out;     /* identity in the output */
    size_t parent;        /* the group that it was first reached from; NO_PARENT: the root group,
                             or a datatype that no link leads to */
    char *name;           /* of the link by which it was first reached */
    bool missing;         /* it could not be copied, which was reported: `out` is not set */
    bool references;      /* its attributes hold references */
    bool data_references; /* its data hold references */
};

struct object_table;

/* NULL: out of memory. */
struct object_table *object_table_new(void);
void object_table_free(struct object_table *copied);

/* Looks an object up. False: it has not been copied. */
bool object_table_find(const struct object_table *copied, size_t source, const object_token *in,
                       size_t *index);

/* Adds an object that is not there yet; `name` is copied. False: out of memory. */
bool object_table_add(struct object_table *copied, const struct copied_object *object,
                      size_t *index);

size_t object_table_count(const struct object_table *copied);

/* The object of this index; valid until the next one is added. */
struct copied_object *object_table_at(const struct object_table *copied, size_t index);

/* The path in the output of the link `name` in `parent`, for free(). NULL: out of memory. */
char *object_table_path(const struct object_table *copied, size_t parent, const char *name);

/* Sets the parent and name of an object. False: out of memory. */
bool object_table_name(struct object_table *copied, size_t index, size_t parent, const char *name);

#endif
