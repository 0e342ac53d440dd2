/*
 * A dataset is created anew and its chunks are moved without decoding; H5Ocopy() is the fallback
 * where HDF5 would change or refuse the filters. Data in external raw files are read in, since HDF5
 * looks for such files relative to the reader.
 */
#include "copy/datasets.h"

#include <stdlib.h>

#include "copy/attributes.h"
#include "copy/named_types.h"
#include "copy/raw_data.h"
#include "copy/virtual_warning.h"
#include "hdf5/file.h"
#include "hdf5/filter_list.h"
#include "hdf5/hyperslabs.h"
#include "hdf5/object_id.h"

static const char FAILURE[] = "it cannot be copied";
static const char ADVICE[] =
    "the output lacks it; is the file damaged, or is a filter's plugin, or a "
    "file with its data, not where HDF5 looks for it?";

/* ---- new datasets ---------------------------------------------------------------------------- */

/* Creates a dataset of the output for the data of `in`. Negative: HDF5 fails. */
static hid_t create(struct copy_state *c, const struct link *link, hid_t in, hid_t properties)
{
    hid_t out = -1;
    const hid_t type = H5Dget_type(in), space = H5Dget_space(in);
    const hid_t out_type = named_type_in_output(c, type, link);
    if (out_type >= 0) {
        out = H5Dcreate2(link->out, link->name, out_type, space, link->properties, properties,
                         H5P_DEFAULT);
        H5Tclose(out_type);
    }
    H5Sclose(space);
    H5Tclose(type);
    return out;
}

/* Copies the data, and closes the dataset. */
static bool move_data(struct copy_state *c, const struct link *link, hid_t in, hid_t out)
{
    char reason[REASON_SIZE];
    const enum outcome outcome = raw_data_copy(in, out, reason);
    H5Dclose(out);
    if (outcome == DONE)
        return true;
    H5Ldelete(link->out, link->name, H5P_DEFAULT);
    if (outcome == IO_FAILURE)
        copy_state_complain(c, outcome, link->parent, link->name,
                            "its copy cannot be written (%s): is the disk full?", reason);
    else
        copy_state_failed_because(c, link->parent, link->name, FAILURE, reason, ADVICE);
    return false;
}

/* The creation properties of a dataset without its external raw files. */
static hid_t without_external(hid_t old, hid_t type)
{
    unsigned order, compact, dense;
    H5D_fill_value_t defined;
    H5D_fill_time_t time;
    const hid_t new = H5Pcreate(H5P_DATASET_CREATE);
    void *fill = calloc(1, H5Tget_size(type));
    if (fill && H5Pfill_value_defined(old, &defined) >= 0 &&
        defined == H5D_FILL_VALUE_USER_DEFINED && H5Pget_fill_value(old, type, fill) >= 0)
        H5Pset_fill_value(new, type, fill);
    free(fill);
    if (H5Pget_fill_time(old, &time) >= 0)
        H5Pset_fill_time(new, time);
    if (H5Pget_attr_creation_order(old, &order) >= 0)
        H5Pset_attr_creation_order(new, order);
    if (H5Pget_attr_phase_change(old, &compact, &dense) >= 0)
        H5Pset_attr_phase_change(new, compact, dense);
    return new;
}

/* External raw files are looked for relative to the reader, and would be lost: their bytes are
 * copied. */
static bool copy_external(struct copy_state *c, const struct link *link, hid_t in, hid_t properties)
{
    const hid_t type = H5Dget_type(in), new = without_external(properties, type);
    const hid_t out = create(c, link, in, new);
    if (out < 0)
        copy_state_failed(c, link->parent, link->name, FAILURE, ADVICE);
    H5Pclose(new);
    H5Tclose(type);
    return out >= 0 && move_data(c, link, in, out);
}

/* ---- by HDF5 --------------------------------------------------------------------------------- */

/* Copies all but the attributes. HDF5 1.10.8 may crash where H5Ocopy() fails, so this is the last
 * resort. */
static bool copy_by_hdf5(struct copy_state *c, const struct link *link, hid_t in)
{
    const hid_t properties = H5Pcreate(H5P_OBJECT_COPY);
    H5Pset_copy_object(properties, H5O_COPY_WITHOUT_ATTR_FLAG);
    const bool good = H5Fflush(c->out_file, H5F_SCOPE_LOCAL) >= 0 &&
                      H5Ocopy(in, ".", link->out, link->name, properties, link->properties) >= 0;
    if (!good)
        copy_state_failed(c, link->parent, link->name, FAILURE, ADVICE);
    H5Pclose(properties);
    return good;
}

/* ---- any dataset ----------------------------------------------------------------------------- */

/* Whether the new dataset has the filters asked for. HDF5 may drop one that is not installed, and
 * an installed one may change its parameters, which would not match the chunks. */
static bool kept_filters(hid_t out, hid_t properties)
{
    const hid_t others = H5Dget_create_plist(out);
    const bool same = filter_lists_same(properties, others);
    H5Pclose(others);
    return same;
}

static bool copy_internal(struct copy_state *c, const struct link *link, hid_t in, hid_t properties)
{
    const hid_t out = create(c, link, in, properties);
    if (out >= 0 && kept_filters(out, properties) && hyperslabs_count_plausible(in))
        return move_data(c, link, in, out);
    if (out >= 0) {
        H5Dclose(out);
        H5Ldelete(link->out, link->name, H5P_DEFAULT);
    }
    return copy_state_may_continue(c) && copy_by_hdf5(c, link, in);
}

static bool copy_as_it_is(struct copy_state *c, const struct link *link, hid_t in, size_t source)
{
    const hid_t properties = H5Dget_create_plist(in);
    const bool external = H5Pget_external_count(properties) > 0;
    if (H5Pget_layout(properties) == H5D_VIRTUAL)
        virtual_warning(c, link, properties, source);
    const bool good =
        external ? copy_external(c, link, in, properties) : copy_internal(c, link, in, properties);
    H5Pclose(properties);
    return good;
}

/* Whether the caller has taken the dataset over. */
static bool offer_to_caller(struct copy_state *c, const struct link *link, hid_t in)
{
    bool taken = false;
    if (!c->options->dataset)
        return false;
    char *path = object_table_path(c->copied, link->parent, link->name);
    if (!path) {
        copy_state_no_memory(c);
        return true;
    }
    const enum outcome outcome =
        c->options->dataset(c->options->context, in, path, link->out, link->name, &taken);
    c->outcome = worse(c->outcome, outcome);
    c->refused = outcome > FINDING;
    free(path);
    return taken;
}

void dataset_copy(struct copy_state *c, const struct link *link, hid_t in, size_t source,
                  const object_token *token)
{
    size_t index;
    hid_t out = -1;
    const bool taken = offer_to_caller(c, link, in);
    if (!copy_state_may_continue(c))
        return;
    if (taken || copy_as_it_is(c, link, in, source))
        out = H5Dopen2(link->out, link->name, H5P_DEFAULT);
    if (copy_state_add(c, link, source, token, out, &index) && out >= 0) {
        object_table_at(c->copied, index)->data_references = !taken && holds_references(in);
        attributes_copy(c, index, in, out);
    }
    if (out >= 0)
        H5Dclose(out);
}
