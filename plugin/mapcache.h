/*
 * mapcache.h - maps of rings or tiles that outlive the call that has computed them.
 *
 * HDF5 hands the filter one chunk at a time and no place to keep anything, and a map costs as much
 * as a frame. So the maps of the last few geometries are kept, for all threads and all HDF5
 * libraries in the process. If the cache cannot be used, a map is computed for the one call.
 */
#ifndef H5ZWINNOW_MAPCACHE_H
#define H5ZWINNOW_MAPCACHE_H

#include "winnow.h"

typedef struct mapcache_entry mapcache_entry;

/* The map for encoding frames of this array with these parameters; `cd` is the complete list that
 * they come from. On WN_OK, *entry must be released. */
wn_status mapcache_for_encoding(const wn_params *params, const uint32_t cd[WN_CD_VALUES],
                                const wn_array *array, mapcache_entry **entry);

/* The map for decoding a chunk. *entry may become NULL: the chunk needs none. */
wn_status mapcache_for_decoding(const void *chunk, size_t chunk_size, const wn_array *array,
                                mapcache_entry **entry);

/* The map of an entry, valid until the entry is released. NULL for NULL. */
const wn_map *mapcache_map(const mapcache_entry *entry);

/* Give an entry back; NULL is allowed. */
void mapcache_release(mapcache_entry *entry);

#endif
