/* State shared by the parts of tree_copy(). */
#ifndef H5WINNOW_COPY_STATE_H
#define H5WINNOW_COPY_STATE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/outcome.h"
#include "copy/object_table.h"
#include "copy/options.h"
#include "copy/source_files.h"

/* An object reached by an external link. */
struct graft {
    size_t source; /* its file */
    char *in_path; /* its path there */
    size_t index;  /* of its copy */
};

struct copy_state {
    hid_t in_file;
    const char *in_name; /* for messages */
    hid_t out_file;
    const struct tree_options *options;
    struct source_files *sources;
    struct object_table *copied;
    size_t *waiting; /* stack of objects whose attributes and links are still to be copied */
    size_t waiting_count, waiting_capacity;
    struct graft *grafts;
    size_t grafts_count, grafts_capacity;
    hid_t parked; /* temporary group: see copy/named_types.h; negative: not needed so far */
    char parked_name[32];
    hid_t link_properties[2]; /* for names in ASCII and in UTF-8, indexed by H5T_cset_t */
    enum outcome outcome;
    bool refused; /* the copying cannot go on */
};

/* A link being copied. */
struct link {
    hid_t in;      /* the group that it is in */
    hid_t out;     /* the copy of that group */
    size_t parent; /* the index of that group among the copied objects */
    const char *name;
    hid_t properties; /* to create its copy with */
};

/* Reports a problem with the target of the link `name` in `parent`. */
void copy_state_complain(struct copy_state *c, enum outcome outcome, size_t parent,
                         const char *name, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Reports a failure of HDF5: `what`, then HDF5's reason, then `advice`. To be called before any
 * other call of HDF5. If the output can no longer be written, the copying ends, else the outcome is
 * BAD_INPUT. */
void copy_state_failed(struct copy_state *c, size_t parent, const char *name, const char *what,
                       const char *advice);

/* The same with a reason saved earlier. */
void copy_state_failed_because(struct copy_state *c, size_t parent, const char *name,
                               const char *what, const char *reason, const char *advice);

void copy_state_no_memory(struct copy_state *c);

/* False after an I/O failure, or if the copying was refused. */
bool copy_state_may_continue(const struct copy_state *c);

/* Adds an object created in the output, or, with a negative `out`, one that could not be copied.
 * False: failed, and reported. */
bool copy_state_add(struct copy_state *c, const struct link *link, size_t source,
                    const object_token *in, hid_t out, size_t *index);

/* Schedules the attributes and links of an object for copying. */
void copy_state_defer(struct copy_state *c, size_t index);

/* Records a copied object that was reached by an external link. */
void copy_state_graft(struct copy_state *c, size_t source, hid_t object, size_t index);

/* Identifies an object. False: HDF5 fails, or out of memory. */
bool copy_state_identify(struct copy_state *c, hid_t object, size_t *source, object_token *token);

#endif
