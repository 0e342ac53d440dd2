/*
 * Messages name the path of an object in the output, which is built from the table of copied
 * objects.
 */
#include "copy/state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/message.h"
#include "hdf5/file.h"

#define TEXT_SIZE 2048

void copy_state_complain(struct copy_state *c, enum outcome outcome, size_t parent,
                         const char *name, const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    char *path = object_table_path(c->copied, parent, name);
    if (!path) {
        copy_state_no_memory(c);
        return;
    }
    make_printable(path);
    make_printable(text);
    complain("%s::%s: %s", c->in_name, path, text);
    free(path);
    c->outcome = worse(c->outcome, outcome);
}

void copy_state_failed_because(struct copy_state *c, size_t parent, const char *name,
                               const char *what, const char *reason, const char *advice)
{
    char output_reason[REASON_SIZE];
    copy_state_complain(c, BAD_INPUT, parent, name, "%s (%s): %s", what, reason, advice);
    if (H5Fflush(c->out_file, H5F_SCOPE_LOCAL) >= 0)
        return;
    hdf5_reason(output_reason);
    complain("the output cannot be written (%s): is the disk full?", output_reason);
    c->outcome = worse(c->outcome, IO_FAILURE);
}

void copy_state_failed(struct copy_state *c, size_t parent, const char *name, const char *what,
                       const char *advice)
{
    char reason[REASON_SIZE];
    hdf5_reason(reason);
    copy_state_failed_because(c, parent, name, what, reason, advice);
}

void copy_state_no_memory(struct copy_state *c)
{
    complain_memory();
    c->outcome = worse(c->outcome, IO_FAILURE);
}

bool copy_state_may_continue(const struct copy_state *c)
{
    return c->outcome < IO_FAILURE && !c->refused;
}

bool copy_state_add(struct copy_state *c, const struct link *link, size_t source,
                    const object_token *in, hid_t out, size_t *index)
{
    struct copied_object object = {.source = source,
                                   .in = *in,
                                   .parent = link->parent,
                                   .name = (char *)link->name,
                                   .missing = out < 0};
    if (!object.missing && !object_token_of(out, &object.out)) {
        copy_state_failed(c, link->parent, link->name, "its copy cannot be found again",
                          "the output is not complete");
        return false;
    }
    if (object_table_add(c->copied, &object, index))
        return true;
    copy_state_no_memory(c);
    return false;
}

/* Makes room for one more element of this size. False: out of memory, which was reported. */
static bool make_room(struct copy_state *c, void **elements, size_t size, size_t count,
                      size_t *capacity)
{
    if (count < *capacity)
        return true;
    void *more = realloc(*elements, (2 * count + 64) * size);
    if (!more) {
        copy_state_no_memory(c);
        return false;
    }
    *elements = more;
    *capacity = 2 * count + 64;
    return true;
}

void copy_state_defer(struct copy_state *c, size_t index)
{
    void *waiting = c->waiting;
    if (make_room(c, &waiting, sizeof *c->waiting, c->waiting_count, &c->waiting_capacity)) {
        c->waiting = waiting;
        c->waiting[c->waiting_count++] = index;
    }
}

void copy_state_graft(struct copy_state *c, size_t source, hid_t object, size_t index)
{
    void *grafts = c->grafts;
    const ssize_t length = H5Iget_name(object, NULL, 0);
    char *path = malloc((size_t)(length > 0 ? length : 0) + 1);
    if (length <= 0 || !path ||
        !make_room(c, &grafts, sizeof *c->grafts, c->grafts_count, &c->grafts_capacity)) {
        free(path);
        return;
    }
    H5Iget_name(object, path, (size_t)length + 1);
    c->grafts = grafts;
    c->grafts[c->grafts_count++] = (struct graft){source, path, index};
}

bool copy_state_identify(struct copy_state *c, hid_t object, size_t *source, object_token *token)
{
    return source_files_find(c->sources, object, source) && object_token_of(object, token);
}
