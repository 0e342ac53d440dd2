/* Each function checks `failed` first. A file is written under a temporary name and renamed when
 * complete. */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define REASON_SIZE 512

/* Keeps what the innermost error says; of a refusal by the system, only the system's words. */
static herr_t innermost(unsigned n, const H5E_error2_t *error, void *reason)
{
    if (n > 0)
        return 0;
    static const char mark[] = "error message = '";
    const char *words = strstr(error->desc, mark);
    if (!words) {
        snprintf(reason, REASON_SIZE, "%s", error->desc);
        return 0;
    }
    words += strlen(mark);
    snprintf(reason, REASON_SIZE, "%.*s", (int)strcspn(words, "'"), words);
    return 0;
}

/* The type of a text, which is not empty, of fixed length. */
static hid_t text_type(const char *text)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, strlen(text));
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

/* A dataset that carries no time stamp, so that equal series give equal files. */
static void write_dataset(struct output *o, const char *object, hid_t type, hid_t space,
                          const void *values)
{
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(properties, false);
    const hid_t dataset =
        H5Dcreate2(o->file, object, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    if (dataset < 0 || H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        output_fail(o, object, NULL);
    if (dataset >= 0 && H5Dclose(dataset) < 0)
        output_fail(o, object, NULL);
    H5Pclose(properties);
}

/* A dataset of one value. */
static void write_scalar(struct output *o, const char *object, hid_t type, const void *value)
{
    const hid_t space = H5Screate(H5S_SCALAR);
    write_dataset(o, object, type, space, value);
    H5Sclose(space);
}

/* An attribute of an object that is there. */
static void write_attribute(struct output *o, const char *object, const char *name, hid_t type,
                            hid_t space, const void *values)
{
    const hid_t attribute = H5Acreate_by_name(o->file, object, name, type, space, H5P_DEFAULT,
                                              H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0 || H5Awrite(attribute, type, values) < 0)
        output_fail(o, object, NULL);
    if (attribute >= 0 && H5Aclose(attribute) < 0)
        output_fail(o, object, NULL);
}

/* Gives the finished file its final name; reports failure. */
static bool publish(struct output *o)
{
    if (rename(o->temporary, o->path) == 0)
        return true;
    fprintf(stderr, "make_series: %s: cannot rename to %s: %s\n", o->temporary, o->path,
            strerror(errno));
    return false;
}

struct output output_create(const char *path)
{
    /* A file that cannot be closed, as on a full disk, would crash HDF5's own clean-up at exit. */
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    struct output o = {.file = H5I_INVALID_HID};
    snprintf(o.path, sizeof o.path, "%s", path);
    const int length = snprintf(o.temporary, sizeof o.temporary, "%s.part", path);
    if (length < 0 || (size_t)length >= sizeof o.temporary) {
        output_fail(&o, "the file", "its name is too long");
        return o;
    }
    o.file = H5Fcreate(o.temporary, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (o.file < 0)
        output_fail(&o, "the file", NULL);
    return o;
}

bool output_finish(struct output *outputs, size_t count)
{
    bool finished = true;
    for (size_t i = 0; i < count; i++) {
        struct output *o = &outputs[i];
        if (o->file >= 0 && H5Fclose(o->file) < 0)
            output_fail(o, "the end of the file", NULL);
        finished = finished && !o->failed;
    }
    size_t published = 0;
    while (finished && published < count) {
        finished = publish(&outputs[published]);
        published += finished;
    }
    for (size_t i = 0; i < count && !finished; i++)
        if (outputs[i].file >= 0)
            remove(i < published ? outputs[i].path : outputs[i].temporary);
    return finished;
}

void output_fail(struct output *o, const char *object, const char *reason)
{
    if (o->failed)
        return;
    o->failed = true;
    char innermost_reason[REASON_SIZE] = "HDF5 gives no reason";
    if (!reason) {
        H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, innermost_reason);
        reason = innermost_reason;
    }
    fprintf(stderr, "make_series: %s: cannot write %s: %s\n", o->path, object, reason);
}

void output_group(struct output *o, const char *object, const char *nx_class)
{
    if (o->failed)
        return;
    const hid_t group = H5Gcreate2(o->file, object, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (group < 0 || H5Gclose(group) < 0)
        output_fail(o, object, NULL);
    if (nx_class)
        output_text_attribute(o, object, "NX_class", nx_class);
}

void output_text(struct output *o, const char *object, const char *text)
{
    if (o->failed)
        return;
    const hid_t type = text_type(text);
    write_scalar(o, object, type, text);
    H5Tclose(type);
}

void output_real(struct output *o, const char *object, double value, const char *units)
{
    if (o->failed)
        return;
    write_scalar(o, object, H5T_NATIVE_DOUBLE, &value);
    if (units)
        output_text_attribute(o, object, "units", units);
}

void output_integer(struct output *o, const char *object, int64_t value)
{
    if (o->failed)
        return;
    write_scalar(o, object, H5T_NATIVE_INT64, &value);
}

void output_array(struct output *o, const char *object, hid_t type, int rank, const hsize_t *shape,
                  const void *values)
{
    if (o->failed)
        return;
    const hid_t space = H5Screate_simple(rank, shape, NULL);
    write_dataset(o, object, type, space, values);
    H5Sclose(space);
}

void output_column(struct output *o, const char *object, hid_t type, size_t length,
                   const void *values, const char *units)
{
    const hsize_t shape[] = {length};
    output_array(o, object, type, 1, shape, values);
    if (units)
        output_text_attribute(o, object, "units", units);
}

void output_text_attribute(struct output *o, const char *object, const char *name, const char *text)
{
    if (o->failed)
        return;
    const hid_t type = text_type(text), space = H5Screate(H5S_SCALAR);
    write_attribute(o, object, name, type, space, text);
    H5Sclose(space);
    H5Tclose(type);
}

void output_integer_attribute(struct output *o, const char *object, const char *name, int64_t value)
{
    if (o->failed)
        return;
    const hid_t space = H5Screate(H5S_SCALAR);
    write_attribute(o, object, name, H5T_NATIVE_INT64, space, &value);
    H5Sclose(space);
}

void output_vector_attribute(struct output *o, const char *object, const char *name,
                             const double vector[3])
{
    if (o->failed)
        return;
    const hsize_t shape[] = {3};
    const hid_t space = H5Screate_simple(1, shape, NULL);
    write_attribute(o, object, name, H5T_NATIVE_DOUBLE, space, vector);
    H5Sclose(space);
}

void output_link(struct output *o, const char *object, const char *file, const char *target)
{
    if (o->failed)
        return;
    if (H5Lcreate_external(file, target, o->file, object, H5P_DEFAULT, H5P_DEFAULT) < 0)
        output_fail(o, object, NULL);
}
