/*
 * Each reference is dereferenced in the input and created anew on the copy of its target, found by
 * identity in the table of copied objects. Data are processed block by block. References whose
 * target was not copied become null and are counted.
 */
#include "copy/references.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "copy/attributes.h"
#include "hdf5/hyperslabs.h"

/* An object whose references are being translated. */
struct reference_translation {
    struct copy_state *c;
    size_t index;
    hid_t in, out;  /* the object and its copy */
    hid_t type;     /* of a dataset's elements */
    uint64_t count; /* of lost references, which became null */
};

static const char LOST[] = "%s%s: references that lead nowhere, or to what the output lacks: %llu; "
                           "they are null in the output";

/* Opens the copy of an object. Negative: there is none. */
static hid_t open_copy(struct copy_state *c, hid_t object)
{
    size_t source, index;
    object_token token;
    if (!copy_state_identify(c, object, &source, &token) ||
        !object_table_find(c->copied, source, &token, &index) ||
        object_table_at(c->copied, index)->missing)
        return -1;
    return object_open(c->out_file, &object_table_at(c->copied, index)->out);
}

/* Makes *reference point to the object's copy. */
static bool make_reference(struct reference_translation *t, hid_t object, H5R_type_t kind,
                           hid_t region, void *reference)
{
    const hid_t copy = open_copy(t->c, object);
    if (copy < 0)
        return false;
    const bool good = H5Rcreate(reference, copy, ".", kind, region) >= 0;
    H5Oclose(copy);
    return good;
}

/* Translates an object or region reference. Null references stay. */
static void translate_reference(struct reference_translation *t, H5R_type_t kind, size_t size,
                                void *at)
{
    static const unsigned char NONE[sizeof(hdset_reg_ref_t)];
    unsigned char old[sizeof(hdset_reg_ref_t)];
    hid_t region = -1;
    bool good = false;
    if (memcmp(at, NONE, size) == 0)
        return;
    memcpy(old, at, size);
    memset(at, 0, size);
    const hid_t object = H5Rdereference2(t->in, H5P_DEFAULT, kind, old);
    if (object >= 0 && kind == H5R_DATASET_REGION)
        region = H5Rget_region(t->in, kind, old);
    if (object >= 0 && (region >= 0) == (kind == H5R_DATASET_REGION))
        good = make_reference(t, object, kind, region, at);
    if (!good) {
        memset(at, 0, size);
        t->count++;
    }
    if (region >= 0)
        H5Sclose(region);
    if (object >= 0)
        H5Oclose(object);
}

/* The two classic kinds are recognised by their size, because H5Tequal() also compares where the
 * data are located. References of the new kind (HDF5 1.12) are made null. */
static void translate_element(struct reference_translation *t, size_t size, void *at)
{
    if (size == sizeof(hobj_ref_t)) {
        translate_reference(t, H5R_OBJECT, size, at);
    } else if (size == sizeof(hdset_reg_ref_t)) {
        translate_reference(t, H5R_DATASET_REGION, size, at);
    } else {
#if H5_VERSION_GE(1, 12, 0)
        H5Rdestroy(at);
#endif
        memset(at, 0, size);
        t->count++;
    }
}

static void translate(struct reference_translation *t, hid_t type, unsigned char *at, size_t count,
                      size_t stride);

static void translate_compound(struct reference_translation *t, hid_t type, unsigned char *at,
                               size_t count, size_t stride)
{
    const int members = H5Tget_nmembers(type);
    for (int i = 0; i < members; i++) {
        const hid_t member = H5Tget_member_type(type, (unsigned)i);
        translate(t, member, at + H5Tget_member_offset(type, (unsigned)i), count, stride);
        H5Tclose(member);
    }
}

/* Arrays and variable-length sequences. */
static void translate_sequences(struct reference_translation *t, hid_t type, unsigned char *at,
                                size_t count, size_t stride)
{
    const hid_t base = H5Tget_super(type);
    const size_t size = H5Tget_size(base);
    for (size_t i = 0; i < count; i++) {
        hvl_t sequence = {.len = H5Tget_size(type) / size, .p = at + i * stride};
        if (H5Tget_class(type) == H5T_VLEN)
            memcpy(&sequence, at + i * stride, sizeof sequence);
        translate(t, base, sequence.p, sequence.len, size);
    }
    H5Tclose(base);
}

/* Translates the references in `count` elements of a type. */
static void translate(struct reference_translation *t, hid_t type, unsigned char *at, size_t count,
                      size_t stride)
{
    if (H5Tdetect_class(type, H5T_REFERENCE) <= 0)
        return;
    if (H5Tget_class(type) == H5T_COMPOUND) {
        translate_compound(t, type, at, count, stride);
    } else if (H5Tget_class(type) != H5T_REFERENCE) {
        translate_sequences(t, type, at, count, stride);
    } else {
        for (size_t i = 0; i < count; i++)
            translate_element(t, H5Tget_size(type), at + i * stride);
    }
}

/* ---- attributes ------------------------------------------------------------------------------ */

static void complain_lost(const struct reference_translation *t, const char *what, const char *name)
{
    const struct copied_object *of = object_table_at(t->c->copied, t->index);
    if (t->count > 0)
        copy_state_complain(t->c, FINDING, of->parent, of->name, LOST, what, name,
                            (unsigned long long)t->count);
}

static void attribute_failed(const struct reference_translation *t, const char *name)
{
    char what[512];
    const struct copied_object *of = object_table_at(t->c->copied, t->index);
    snprintf(what, sizeof what, "the references in the attribute %.400s cannot be copied", name);
    copy_state_failed(t->c, of->parent, of->name, what, "they are null in the output");
}

static void translate_value(struct reference_translation *t, const char *name, hid_t in, hid_t out)
{
    struct attribute_value value;
    t->count = 0;
    if (attribute_read(in, &value)) {
        translate(t, value.type, value.elements, value.count, H5Tget_size(value.type));
        if (!attribute_write(out, &value))
            attribute_failed(t, name);
        complain_lost(t, "attribute ", name);
    } else {
        attribute_failed(t, name);
    }
    attribute_free(&value);
}

static herr_t translate_attribute(hid_t object, const char *name, const H5A_info_t *info,
                                  void *data)
{
    struct reference_translation *t = data;
    const hid_t in = H5Aopen(object, name, H5P_DEFAULT);
    (void)info;
    if (in >= 0 && holds_references(in)) {
        const hid_t out = H5Aopen(t->out, name, H5P_DEFAULT);
        /* Attributes that could not be created were reported before. */
        if (out >= 0) {
            translate_value(t, name, in, out);
            H5Aclose(out);
        }
    }
    if (in >= 0)
        H5Aclose(in);
    return copy_state_may_continue(t->c) ? 0 : 1;
}

/* ---- datasets -------------------------------------------------------------------------------- */

static bool translate_elements(struct reference_translation *t, hid_t memory, hid_t file,
                               void *elements, size_t count)
{
    if (H5Dread(t->in, t->type, memory, file, H5P_DEFAULT, elements) < 0)
        return false;
    translate(t, t->type, elements, count, H5Tget_size(t->type));
    return H5Dwrite(t->out, t->type, memory, file, H5P_DEFAULT, elements) >= 0;
}

static bool translate_block(void *context, hid_t memory, hid_t file)
{
    struct reference_translation *t = context;
    const size_t count = (size_t)H5Sget_simple_extent_npoints(memory);
    void *elements = calloc(count, H5Tget_size(t->type));
    if (!elements)
        return false;
    const bool good = translate_elements(t, memory, file, elements, count);
    H5Dvlen_reclaim(t->type, memory, H5P_DEFAULT, elements);
    free(elements);
    return good;
}

/* The data of a virtual dataset are in other files, which must not be written. */
static bool has_data(hid_t dataset)
{
    H5D_space_status_t status = H5D_SPACE_STATUS_NOT_ALLOCATED;
    const hid_t properties = H5Dget_create_plist(dataset);
    const bool own = H5Pget_layout(properties) != H5D_VIRTUAL;
    H5Pclose(properties);
    return own && H5Dget_space_status(dataset, &status) >= 0 &&
           status != H5D_SPACE_STATUS_NOT_ALLOCATED;
}

static void translate_data(struct reference_translation *t)
{
    t->count = 0;
    if (!has_data(t->in))
        return;
    t->type = memory_type_of(t->in);
    if (!hyperslabs_visit(t->in, translate_block, t)) {
        const struct copied_object *of = object_table_at(t->c->copied, t->index);
        copy_state_complain(t->c, BAD_INPUT, of->parent, of->name,
                            "its references cannot be copied, they are wrong in the output; is a "
                            "filter's plugin missing, or the file damaged?");
    }
    H5Tclose(t->type);
    complain_lost(t, "", "its data");
}

/* ---- objects --------------------------------------------------------------------------------- */

static void translate_object(struct reference_translation *t)
{
    const struct copied_object *object = object_table_at(t->c->copied, t->index);
    const hid_t file = source_files_open(t->c->sources, object->source);
    hsize_t at = 0;
    t->in = file >= 0 ? object_open(file, &object->in) : -1;
    t->out = object_open(t->c->out_file, &object->out);
    if (t->in >= 0 && t->out >= 0) {
        if (object->references)
            H5Aiterate2(t->in, H5_INDEX_NAME, H5_ITER_INC, &at, translate_attribute, t);
        if (object->data_references)
            translate_data(t);
    } else {
        copy_state_failed(t->c, object->parent, object->name, "its references cannot be copied",
                          "they lead nowhere in the output; has a file changed meanwhile?");
    }
    if (t->in >= 0)
        H5Oclose(t->in);
    if (t->out >= 0)
        H5Oclose(t->out);
}

void references_translate(struct copy_state *c)
{
    struct reference_translation t = {.c = c};
    for (t.index = 0; t.index < object_table_count(c->copied) && copy_state_may_continue(c);
         t.index++) {
        const struct copied_object *object = object_table_at(c->copied, t.index);
        if (!object->missing && (object->references || object->data_references))
            translate_object(&t);
    }
}
