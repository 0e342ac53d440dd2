/* Resolves symbols with dladdr() and dlsym() and caches them in a table keyed by return address,
 * which only grows: entries are added by compare-and-exchange, so readers need no lock. A library
 * calls the plugin from a handful of addresses, so a linear search is enough. */
#define _GNU_SOURCE
#include "h5api.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(hid_t) == 8, "HDF5 1.10 or newer is needed: hid_t must have 64 bits");
_Static_assert(sizeof(void *) == sizeof(void (*)(void)), "dlsym() must be able to find functions");

#define TABLE_SIZE 64

static const char hidden[] = "the HDF5 library of this program does not export its functions "
                             "(linked statically?), so winnow can only read through it";
static const char old[] = "the HDF5 library of this program is older than 1.10, so winnow can only "
                          "read through it";

static const struct h5api unavailable = {.problem = hidden};

static _Atomic(struct h5api *) table[TABLE_SIZE];

enum symbol_group { CREATION, MEMORY, ERRORS };

static const struct {
    const char *name;
    size_t offset; /* of the pointer in struct h5api */
    enum symbol_group group;
} symbols[] = {
    {"H5get_libversion", offsetof(struct h5api, library_version), CREATION},
    {"H5Tget_class", offsetof(struct h5api, type_class), CREATION},
    {"H5Tget_size", offsetof(struct h5api, type_size), CREATION},
    {"H5Tget_order", offsetof(struct h5api, type_order), CREATION},
    {"H5Tget_precision", offsetof(struct h5api, type_precision), CREATION},
    {"H5Tget_offset", offsetof(struct h5api, type_offset), CREATION},
    {"H5Tget_sign", offsetof(struct h5api, type_sign), CREATION},
    {"H5Tequal", offsetof(struct h5api, type_equal), CREATION},
    {"H5T_IEEE_F32LE_g", offsetof(struct h5api, float32_le), CREATION},
    {"H5T_IEEE_F32BE_g", offsetof(struct h5api, float32_be), CREATION},
    {"H5T_IEEE_F64LE_g", offsetof(struct h5api, float64_le), CREATION},
    {"H5T_IEEE_F64BE_g", offsetof(struct h5api, float64_be), CREATION},
    {"H5Sget_simple_extent_ndims", offsetof(struct h5api, space_rank), CREATION},
    {"H5Sget_simple_extent_dims", offsetof(struct h5api, space_dims), CREATION},
    {"H5Pget_filter2", offsetof(struct h5api, filter_at), CREATION},
    {"H5Pget_filter_by_id2", offsetof(struct h5api, filter_by_id), CREATION},
    {"H5Pmodify_filter", offsetof(struct h5api, filter_modify), CREATION},
    {"H5allocate_memory", offsetof(struct h5api, memory_allocate), MEMORY},
    {"H5free_memory", offsetof(struct h5api, memory_free), MEMORY},
    {"H5Epush2", offsetof(struct h5api, error_push), ERRORS},
    {"H5E_ERR_CLS_g", offsetof(struct h5api, error_class), ERRORS},
    {"H5E_PLINE_g", offsetof(struct h5api, error_major), ERRORS},
    {"H5E_CANTFILTER_g", offsetof(struct h5api, error_minor), ERRORS},
};

#define SYMBOLS (sizeof symbols / sizeof symbols[0])

/* Look up all functions and variables of one group; none of them is set if one is missing. */
static bool resolve(struct h5api *api, void *module, enum symbol_group wanted)
{
    void *found[SYMBOLS] = {NULL};
    for (size_t i = 0; i < SYMBOLS; i++) {
        if (symbols[i].group != wanted)
            continue;
        found[i] = dlsym(module, symbols[i].name);
        if (!found[i])
            return false;
    }
    for (size_t i = 0; i < SYMBOLS; i++) {
        if (symbols[i].group == wanted)
            memcpy((char *)api + symbols[i].offset, &found[i], sizeof found[i]);
    }
    return true;
}

/* A handle on the module that contains `caller`. It is never closed: unloading the module would
 * leave dangling addresses in the table. Where the module cannot be opened by name (a main program,
 * a relative path), the global symbols serve if they are this module's own. */
static bool open_module(const void *caller, void **module)
{
    Dl_info here;
    Dl_info there;
    if (dladdr(caller, &here) == 0)
        return false;
    *module = here.dli_fname ? dlopen(here.dli_fname, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    if (*module)
        return true;
    *module = RTLD_DEFAULT;
    const void *global = dlsym(RTLD_DEFAULT, "H5get_libversion");
    return global && dladdr(global, &there) != 0 && there.dli_fbase == here.dli_fbase;
}

/* Fill `api` for a caller. A library before 1.10 has 32-bit identifiers, so that no function that
 * takes one can be called. */
static void find(struct h5api *api, const void *caller)
{
    void *module;
    *api = unavailable;
    api->caller = caller;
    if (!open_module(caller, &module))
        return;
    resolve(api, module, MEMORY);
    if (!resolve(api, module, CREATION))
        return;
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    if (api->library_version(&major, &minor, &release) < 0 || major < 1 ||
        (major == 1 && minor < 10)) {
        api->problem = old;
        return;
    }
    resolve(api, module, ERRORS);
    api->problem = NULL;
}

/* The entry of a caller; if there is none, NULL and the first free slot (TABLE_SIZE: the table is
 * full). */
static struct h5api *look_up(const void *caller, size_t *slot)
{
    for (size_t i = 0; i < TABLE_SIZE; i++) {
        struct h5api *known = atomic_load(&table[i]);
        if (known && known->caller != caller)
            continue;
        *slot = i;
        return known;
    }
    *slot = TABLE_SIZE;
    return NULL;
}

const struct h5api *h5api_of_caller(const void *caller)
{
    size_t slot;
    const struct h5api *known = look_up(caller, &slot);
    if (known)
        return known;
    struct h5api *mine = slot < TABLE_SIZE ? malloc(sizeof *mine) : NULL;
    if (!mine)
        return &unavailable;
    find(mine, caller);
    for (; slot < TABLE_SIZE; slot++) {
        struct h5api *other = NULL;
        if (atomic_compare_exchange_strong(&table[slot], &other, mine))
            return mine;
        if (other->caller == caller) {
            free(mine);
            return other;
        }
    }
    free(mine);
    return &unavailable;
}

void *h5api_allocate(const struct h5api *api, size_t size)
{
    return api->memory_allocate ? api->memory_allocate(size, 0) : malloc(size);
}

void h5api_free(const struct h5api *api, void *memory)
{
    if (api->memory_free)
        api->memory_free(memory);
    else
        free(memory);
}

void h5api_push(const struct h5api *api, const char *callback, const char *message)
{
    if (api->error_push)
        api->error_push(H5E_DEFAULT, "libh5zwinnow", callback, 0, *api->error_class,
                        *api->error_major, *api->error_minor, "%s", message);
}
