/* The HDF5 filter plugin: the functions that HDF5 calls.
 *
 * HDF5 finds the two exported functions through HDF5_PLUGIN_PATH and calls three callbacks:
 * can_apply and set_local when a dataset is created, filter for every chunk that is written or
 * read. An optional filter is called even if can_apply has said no, so each callback decides for
 * itself. */
#include "element_type.h"
#include "environment.h"
#include "h5api.h"
#include "helper_thread.h"
#include "mapcache.h"
#include "parameters.h"
#include "report.h"
#include "winnow.h"

#include <H5PLextern.h>

#define WHY_SIZE 256

/* Searched for in the file by h5winnow doctor: see h5tools/doctor/plugin_library.c. */
static const char version_mark[] __attribute__((used)) = "winnow plugin " WN_VERSION;

/* A result of the filter, in memory that the calling library can take over. */
struct chunk_output {
    void *data;
    size_t capacity;
    size_t used;
};

static const char *advice(wn_status status)
{
    switch (status) {
    case WN_ERR_TRUNCATED:
    case WN_ERR_MAGIC:
    case WN_ERR_CHECKSUM:
    case WN_ERR_CORRUPT:
        return "this chunk is lost, the others can be read";
    case WN_ERR_VERSION:
        return "install a newer winnow";
    case WN_ERR_MEMORY:
        return "read fewer frames at once, or use a machine with more memory";
    default:
        return "h5winnow info shows what the file says";
    }
}

static bool reserve(const struct h5api *api, size_t size, struct chunk_output *result)
{
    result->data = h5api_allocate(api, size);
    result->capacity = size;
    result->used = 0;
    if (!result->data)
        report(api, "filter", "no memory for a chunk of %zu bytes", size);
    return result->data;
}

struct decode_job {
    const wn_array *array;
    const void *chunk;
    size_t size;
    struct chunk_output *result;
};

static wn_status decode_chunk(void *data, int threads)
{
    const struct decode_job *d = data;
    struct mapcache_entry *entry = NULL;
    wn_status status = mapcache_for_decoding(d->chunk, d->size, d->array, &entry);
    if (status == WN_OK)
        status = wn_decode(mapcache_map(entry), d->chunk, d->size, d->array, environment_noise(),
                           threads, d->result->data, d->result->capacity);
    mapcache_release(entry);
    return status;
}

static bool decode(const struct h5api *api, const wn_array *array, const void *chunk, size_t size,
                   struct chunk_output *result)
{
    struct decode_job d = {array, chunk, size, result};
    if (!reserve(api, wn_array_bytes(array), result))
        return false;
    const wn_status status = helper_thread_run(decode_chunk, &d, environment_threads());
    if (status != WN_OK) {
        report(api, "filter", "cannot restore a chunk of %zu bytes: %s; %s", size,
               wn_strerror(status), advice(status));
        h5api_free(api, result->data);
        return false;
    }
    result->used = result->capacity;
    return true;
}

struct encode_job {
    const wn_array *array;
    const wn_params *params;
    const unsigned *cd;
    const void *frames;
    struct chunk_output *result;
};

static wn_status encode_chunk(void *data, int threads)
{
    const struct encode_job *e = data;
    struct mapcache_entry *entry = NULL;
    wn_status status = mapcache_for_encoding(e->params, e->cd, e->array, &entry);
    if (status == WN_OK)
        status = wn_encode(mapcache_map(entry), e->params, e->array, e->frames, threads,
                           e->result->data, e->result->capacity, &e->result->used);
    mapcache_release(entry);
    return status;
}

static bool encode(const struct h5api *api, const wn_array *array, const unsigned *cd,
                   const void *frames, size_t size, struct chunk_output *result)
{
    char why[WHY_SIZE];
    wn_params params;
    struct encode_job e = {array, &params, cd, frames, result};
    if (size != wn_array_bytes(array)) {
        report(api, "filter", "got %zu bytes for a chunk of %zu", size, wn_array_bytes(array));
        return false;
    }
    if (!parameters_fit(cd, WN_CD_VALUES, array, &params, why, sizeof why)) {
        report(api, "filter", "%s", why);
        return false;
    }
    if (!reserve(api, wn_encode_bound(array), result))
        return false;
    const wn_status status = helper_thread_run(encode_chunk, &e, environment_threads());
    if (status != WN_OK) {
        report(api, "filter", "cannot compress a chunk of %zu bytes: %s", size,
               wn_strerror(status));
        h5api_free(api, result->data);
        return false;
    }
    return true;
}

/* Restore or compress one chunk: *buf holds nbytes of data in *buf_size bytes of memory. On failure
 * returns 0 and leaves the buffer unchanged; HDF5 then stores the chunk unfiltered if the filter is
 * optional. An optional filter does the same for a chunk that does not become smaller. */
static size_t filter(unsigned flags, size_t cd_nelmts, const unsigned cd_values[], size_t nbytes,
                     size_t *buf_size, void **buf)
{
    const struct h5api *api = h5api_of_caller(__builtin_return_address(0));
    wn_array array;
    struct chunk_output result = {0};
    const size_t n = cd_values ? cd_nelmts : 0;
    if (n != WN_CD_VALUES || wn_array_from_cd(cd_values, n, &array) != WN_OK) {
        report(api, "filter",
               "the parameters of this dataset are not those of a stack of images, or not those of "
               "this version of winnow: h5winnow info shows them");
        return 0;
    }
    if (flags & H5Z_FLAG_REVERSE) {
        if (!decode(api, &array, *buf, nbytes, &result))
            return 0;
    } else {
        if (!encode(api, &array, cd_values, *buf, nbytes, &result))
            return 0;
        if ((flags & H5Z_FLAG_OPTIONAL) && result.used >= nbytes) {
            h5api_free(api, result.data);
            return 0;
        }
    }
    h5api_free(api, *buf);
    *buf = result.data;
    *buf_size = result.capacity;
    return result.used;
}

/* Whether a dataset with chunks of this type and extent can be compressed with the parameters in
 * its creation property list. No dataset at all (the links of a group): no. */
static htri_t can_apply(hid_t dcpl, hid_t type, hid_t space)
{
    const struct h5api *api = h5api_of_caller(__builtin_return_address(0));
    char why[WHY_SIZE];
    struct parameters list;
    wn_array array;
    wn_params params;
    if (dcpl < 0 || type < 0 || space < 0)
        return 0;
    if (api->problem) {
        report_to_stderr(api->problem);
        return -1;
    }
    if (element_type_array(api, type, space, &array, why, sizeof why) &&
        parameters_read(api, dcpl, &list, why, sizeof why) &&
        parameters_fit(list.cd, list.n, &array, &params, why, sizeof why))
        return 1;
    report(api, "can_apply", "%s", why);
    return 0;
}

/* Complete the parameters with what the filter must know about the dataset. An optional filter on
 * something that is no stack of images does nothing: the list is left incomplete, so that the
 * filter refuses its chunks. Wrong parameters are always an error. */
static herr_t set_local(hid_t dcpl, hid_t type, hid_t space)
{
    const struct h5api *api = h5api_of_caller(__builtin_return_address(0));
    char why[WHY_SIZE];
    struct parameters list;
    wn_array array;
    wn_params params;
    if (dcpl < 0 || type < 0 || space < 0)
        return 0;
    if (api->problem) {
        report_to_stderr(api->problem);
        return -1;
    }
    if (!parameters_read(api, dcpl, &list, why, sizeof why)) {
        report(api, "set_local", "%s", why);
        return -1;
    }
    if (!element_type_array(api, type, space, &array, why, sizeof why)) {
        if ((list.flags & H5Z_FLAG_OPTIONAL) && parameters_store(api, dcpl, &list))
            return 0;
        report(api, "set_local", "%s", why);
        return -1;
    }
    if (!parameters_fit(list.cd, list.n, &array, &params, why, sizeof why)) {
        report(api, "set_local", "%s", why);
        return -1;
    }
    return parameters_complete(api, dcpl, &list, &params, &array) ? 0 : -1;
}

static const H5Z_class2_t filter_class = {
    .version = H5Z_CLASS_T_VERS,
    .id = WN_FILTER_ID,
    .encoder_present = 1,
    .decoder_present = 1,
    .name = WN_FILTER_NAME,
    .can_apply = can_apply,
    .set_local = set_local,
    .filter = filter,
};

H5PL_type_t H5PLget_plugin_type(void)
{
    return H5PL_TYPE_FILTER;
}

const void *H5PLget_plugin_info(void)
{
    return &filter_class;
}
