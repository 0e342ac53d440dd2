/*
 * Collects what HDF5 reports of shape, type, layout and filters once, so that the rest of the
 * program need not ask again.
 */
#include "input/dataset_layout.h"

#include <stdio.h>
#include <string.h>

#include "base/message.h"
#include "base/parse_numbers.h"
#include "hdf5/file.h"

/* Shown for winnow, whose registered name is long. */
#define WINNOW_SHORT_NAME "winnow"

static bool integer_type(hid_t type, wn_array *array)
{
    const size_t size = H5Tget_size(type);
    const H5T_order_t order = H5Tget_order(type);
    if ((size != 1 && size != 2 && size != 4 && size != 8) ||
        (order != H5T_ORDER_LE && order != H5T_ORDER_BE) || H5Tget_precision(type) != 8 * size ||
        H5Tget_offset(type) != 0)
        return false;
    array->type = (wn_type)((H5Tget_sign(type) == H5T_SGN_NONE ? 100 : 200) + 8 * size);
    array->big_endian = order == H5T_ORDER_BE && size > 1;
    return true;
}

static bool float_type(hid_t type, wn_array *array)
{
    const struct {
        hid_t type;
        wn_type element;
        bool big_endian;
    } known[] = {
        {H5T_IEEE_F32LE, WN_F32, false},
        {H5T_IEEE_F32BE, WN_F32, true},
        {H5T_IEEE_F64LE, WN_F64, false},
        {H5T_IEEE_F64BE, WN_F64, true},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (H5Tequal(type, known[i].type) > 0) {
            array->type = known[i].element;
            array->big_endian = known[i].big_endian;
            return true;
        }
    }
    return false;
}

bool dataset_layout_element(hid_t type, wn_array *array)
{
    const H5T_class_t class = H5Tget_class(type);
    return class == H5T_INTEGER ? integer_type(type, array)
           : class == H5T_FLOAT ? float_type(type, array)
                                : false;
}

/* Describes a chunk: the last two dimensions are those of a frame, all others count frames. */
static bool chunk_array(const struct dataset_layout *stack, hid_t type, wn_array *array)
{
    uint64_t frames = 1;
    for (int i = 0; i < stack->rank - 2; i++)
        frames = saturating_product(frames, stack->chunk[i]);
    if (stack->rank < 2 || frames > UINT32_MAX || stack->chunk[stack->rank - 2] > UINT32_MAX ||
        stack->chunk[stack->rank - 1] > UINT32_MAX)
        return false;
    array->frames = (uint32_t)frames;
    array->height = (uint32_t)stack->chunk[stack->rank - 2];
    array->width = (uint32_t)stack->chunk[stack->rank - 1];
    return dataset_layout_element(type, array) && wn_array_bytes(array) != 0;
}

static bool read_type(struct dataset_layout *stack)
{
    const hid_t type = H5Dget_type(stack->dataset);
    if (type < 0)
        return false;
    wn_array array = {0};
    stack->element_size = H5Tget_size(type);
    if (stack->layout == H5D_CHUNKED && chunk_array(stack, type, &array))
        stack->array = array;
    H5Tclose(type);
    return true;
}

static bool read_shape(struct dataset_layout *stack)
{
    const hid_t space = H5Dget_space(stack->dataset);
    if (space < 0)
        return false;
    stack->rank = H5Sget_simple_extent_dims(space, stack->shape, NULL);
    H5Sclose(space);
    return stack->rank >= 0;
}

static void add_name(struct dataset_layout *stack, const char *name)
{
    const size_t used = strlen(stack->filter_names);
    snprintf(stack->filter_names + used, FILTER_NAMES_SIZE - used, "%s%s", used > 0 ? ", " : "",
             name);
    make_printable(stack->filter_names);
}

static bool read_filter(struct dataset_layout *stack, hid_t properties, int i)
{
    unsigned flags, config;
    size_t n = WN_CD_VALUES;
    unsigned cd[WN_CD_VALUES];
    char name[64] = "";
    const H5Z_filter_t filter =
        H5Pget_filter2(properties, (unsigned)i, &flags, &n, cd, sizeof name, name, &config);
    if (filter < 0)
        return false;
    name[sizeof name - 1] = '\0';
    stack->last_filter = filter;
    if (filter == WN_FILTER_ID && stack->winnow_at < 0) {
        stack->winnow_at = i;
        stack->mandatory = !(flags & H5Z_FLAG_OPTIONAL);
        stack->cd_count = n;
        memcpy(stack->cd, cd, (n < WN_CD_VALUES ? n : WN_CD_VALUES) * sizeof cd[0]);
    }
    if (name[0] == '\0')
        snprintf(name, sizeof name, "filter %d", (int)filter);
    add_name(stack, filter == WN_FILTER_ID ? WINNOW_SHORT_NAME : name);
    return true;
}

static bool read_layout(struct dataset_layout *stack)
{
    const hid_t properties = H5Dget_create_plist(stack->dataset);
    if (properties < 0)
        return false;
    stack->layout = H5Pget_layout(properties);
    bool good = true;
    if (stack->layout == H5D_CHUNKED) {
        unsigned options = 0;
        good = H5Pget_chunk(properties, stack->rank, stack->chunk) == stack->rank &&
               H5Pget_chunk_opts(properties, &options) >= 0;
        stack->partial_raw = options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS;
        stack->filters = H5Pget_nfilters(properties);
        for (int i = 0; i < stack->filters && good; i++)
            good = read_filter(stack, properties, i);
    }
    for (int i = 0; i < stack->rank && stack->layout == H5D_CHUNKED; i++)
        good = good && stack->chunk[i] > 0;
    H5Pclose(properties);
    return good;
}

enum outcome dataset_layout_describe(hid_t dataset, const char *file, const char *path,
                                     struct dataset_layout *stack)
{
    char reason[REASON_SIZE];
    *stack =
        (struct dataset_layout){.dataset = dataset, .file = file, .path = path, .winnow_at = -1};
    if (read_shape(stack) && read_layout(stack) && read_type(stack))
        return DONE;
    hdf5_reason(reason);
    complain("%s::%s: its description is damaged: %s", file, path, reason);
    return FINDING;
}

bool dataset_layout_holds(const struct dataset_layout *stack, const wn_array *array)
{
    const wn_array *own = &stack->array;
    return array->type == own->type && array->big_endian == own->big_endian &&
           array->frames == own->frames && array->height == own->height &&
           array->width == own->width;
}

const char *dataset_layout_why_unreadable(const struct dataset_layout *stack)
{
    wn_array array;
    const wn_status status = wn_array_from_cd(stack->cd, stack->cd_count, &array);
    if (stack->cd_count > WN_CD_VALUES)
        return "the dataset has more parameters than winnow stores";
    if (status == WN_ERR_VERSION)
        return "the parameters were written by a newer version of winnow: update the plugin";
    if (status != WN_OK)
        return "the filter has not completed the parameters: the dataset was made without it, or "
               "does not suit it";
    if (!dataset_layout_holds(stack, &array))
        return "the parameters are those of a dataset of another type or chunk shape";
    return NULL;
}

uint64_t dataset_layout_frames(const struct dataset_layout *stack)
{
    uint64_t frames = 1;
    for (int i = 0; i < stack->rank - 2; i++)
        frames = saturating_product(frames, stack->shape[i]);
    return frames;
}

uint64_t dataset_layout_chunks_along(const struct dataset_layout *stack, int dimension)
{
    const hsize_t length = stack->shape[dimension], chunk = stack->chunk[dimension];
    return length / chunk + (length % chunk != 0);
}

uint64_t dataset_layout_chunks(const struct dataset_layout *stack)
{
    uint64_t chunks = 1;
    for (int i = 0; i < stack->rank; i++)
        chunks = saturating_product(chunks, dataset_layout_chunks_along(stack, i));
    return chunks;
}

bool dataset_layout_cuts_frames(const struct dataset_layout *stack)
{
    const int y = stack->rank - 2, x = stack->rank - 1;
    return stack->rank >= 2 &&
           (stack->chunk[y] < stack->shape[y] || stack->chunk[x] < stack->shape[x]);
}
