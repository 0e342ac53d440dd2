/* copy/state.h - what the parts of tree_copy() share. */
#ifndef H5WINNOW_COPY_STATE_H
#define H5WINNOW_COPY_STATE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/outcome.h"
#include "copy/object_table.h"
#include "copy/options.h"
#include "copy/source_files.h"

/* An object that an external link has led to. */
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
    size_t *waiting; /* objects whose attributes and links are still to be copied, by index */
    size_t waiting_count, waiting_capacity;
    struct graft *grafts;
    size_t grafts_count, grafts_capacity;
    hid_t parked; /* a group in the output, see copy/named_types.h; negative: not needed so far */
    char parked_name[32];
    hid_t link_properties[2]; /* for names in ASCII and in UTF-8, by H5T_cset_t */
    enum outcome outcome;
    bool refused; /* there is no use in going on */
};

/* A link that is being copied. */
struct link {
    hid_t in;      /* the group that it is in */
    hid_t out;     /* the copy of that group */
    size_t parent; /* the index of that group among the copied objects */
    const char *name;
    hid_t properties; /* to create its copy with */
};

/* Complains about the object that the link `name` in `parent` leads to. */
void copy_state_complain(struct copy_state *c, enum outcome outcome, size_t parent,
                         const char *name, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Complains that HDF5 has failed at something: `what`, then HDF5's reason, then `advice`. To be
 * called before any other call of HDF5. Where the output cannot be written any more, this ends the
 * copying, else the outcome is BAD_INPUT. */
void copy_state_failed(struct copy_state *c, size_t parent, const char *name, const char *what,
                       const char *advice);

/* The same, where HDF5's reason has been kept. */
void copy_state_failed_because(struct copy_state *c, size_t parent, const char *name,
                               const char *what, const char *reason, const char *advice);

void copy_state_no_memory(struct copy_state *c);

/* Whether to go on: false after an I/O failure, or when there is no use in it. */
bool copy_state_may_continue(const struct copy_state *c);

/* Adds an object that has been created in the output, or with a negative `out` one that could not
 * be copied. False: it fails, and that has been said. */
bool copy_state_add(struct copy_state *c, const struct link *link, size_t source,
                    const object_token *in, hid_t out, size_t *index);

/* Remembers that the attributes and links of an object are still to be copied. */
void copy_state_defer(struct copy_state *c, size_t index);

/* Remembers that an external link has led to this object, which is now copied. */
void copy_state_graft(struct copy_state *c, size_t source, hid_t object, size_t index);

/* Which object this is. False: HDF5 fails, or memory is lacking. */
bool copy_state_identify(struct copy_state *c, hid_t object, size_t *source, object_token *token);

#endif
