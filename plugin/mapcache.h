/* Cache of maps of rings or tiles, shared by all threads and all HDF5 libraries in the process.
 *
 * HDF5 calls the filter for one chunk at a time and keeps no state for it, and computing a map
 * costs as much as a frame. So the maps of the last few geometries are kept. If the cache cannot be
 * used, a map is computed for the one call. */
#ifndef H5ZWINNOW_MAPCACHE_H
#define H5ZWINNOW_MAPCACHE_H

#include "winnow.h"

struct mapcache_entry;

/* The map for encoding frames of this array with these parameters; `cd` is the complete list they
 * come from. On WN_OK, *entry must be released. */
wn_status mapcache_for_encoding(const wn_params *params, const uint32_t cd[WN_CD_VALUES],
                                const wn_array *array, struct mapcache_entry **entry);

/* The map for decoding a chunk. *entry is NULL if the chunk needs none. */
wn_status mapcache_for_decoding(const void *chunk, size_t chunk_size, const wn_array *array,
                                struct mapcache_entry **entry);

/* The map of an entry, valid until the entry is released. NULL for NULL. */
const wn_map *mapcache_map(const struct mapcache_entry *entry);

/* Give an entry back; NULL is allowed. */
void mapcache_release(struct mapcache_entry *entry);

#endif
