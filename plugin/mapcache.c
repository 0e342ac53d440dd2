/* A few slots with least-recently-used replacement, bounded by memory. The lock is held only to
 * borrow entries and to insert one, for some tens of instructions; maps are computed, compared,
 * used and freed without it. Entries are reference counted, so that one in use may be dropped from
 * the cache.
 *
 * A fork() may happen while another thread holds the lock; that thread does not exist in the child.
 * So the lock is the id of the process that holds it, and may be taken from a process other than
 * this one. Whatever the lost thread was doing, each slot holds an entry or nothing; at worst an
 * entry has been counted once too often and is never freed. */
#define _GNU_SOURCE
#include "mapcache.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLOTS      4
#define BUDGET     ((size_t)512 << 20) /* bytes of all maps in the cache */
#define LOCK_TRIES 1000

struct mapcache_entry {
    atomic_uint holders; /* calls that use it, and the cache */
    atomic_ulong used;   /* time of the last use, in ticks of the cache */
    wn_map *map;
    size_t memory;
    bool keyed; /* made for encoding; the key is its parameters */
    uint32_t key[WN_CD_FRAMES];
};

/* What a map is needed for: a list of parameters, or a chunk. */
struct map_request {
    const uint32_t *key;
    const void *chunk;
    size_t chunk_size;
};

static struct {
    atomic_int owner; /* process that holds the lock, 0 if it is free */
    atomic_ulong ticks;
    _Atomic(struct mapcache_entry *) slots[SLOTS];
} cache;

static bool lock(void)
{
    const int me = (int)getpid();
    for (int i = 0; i < LOCK_TRIES; i++) {
        int owner = 0;
        if (atomic_compare_exchange_strong(&cache.owner, &owner, me))
            return true;
        if (owner != me && atomic_compare_exchange_strong(&cache.owner, &owner, me))
            return true;
        sched_yield();
    }
    return false;
}

static void unlock(void)
{
    atomic_store(&cache.owner, 0);
}

static void touch(struct mapcache_entry *entry)
{
    atomic_store(&entry->used, atomic_fetch_add(&cache.ticks, 1) + 1);
}

/* Borrow all entries of the cache, the most recently used first. */
static size_t borrow_all(struct mapcache_entry *entries[SLOTS])
{
    size_t n = 0;
    if (!lock())
        return 0;
    for (size_t i = 0; i < SLOTS; i++) {
        struct mapcache_entry *entry = atomic_load(&cache.slots[i]);
        if (!entry)
            continue;
        atomic_fetch_add(&entry->holders, 1);
        size_t slot = n++;
        for (; slot > 0 && entries[slot - 1]->used < entry->used; slot--)
            entries[slot] = entries[slot - 1];
        entries[slot] = entry;
    }
    unlock();
    return n;
}

static bool serves(const struct mapcache_entry *entry, const struct map_request *request)
{
    if (request->key)
        return entry->keyed && memcmp(entry->key, request->key, sizeof entry->key) == 0;
    return wn_map_fits(entry->map, request->chunk, request->chunk_size);
}

static struct mapcache_entry *find(const struct map_request *request)
{
    struct mapcache_entry *entries[SLOTS];
    struct mapcache_entry *found = NULL;
    const size_t n = borrow_all(entries);
    for (size_t i = 0; i < n; i++) {
        if (!found && serves(entries[i], request)) {
            found = entries[i];
            touch(found);
        } else {
            mapcache_release(entries[i]);
        }
    }
    return found;
}

/* The slot that was used longest ago, or an empty one if `empty` is set; SLOTS if there is none.
 * Call with the lock held. */
static size_t pick_slot(bool empty)
{
    size_t best = SLOTS;
    unsigned long oldest = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        const struct mapcache_entry *entry = atomic_load(&cache.slots[i]);
        if ((!entry) != empty)
            continue;
        const unsigned long used = entry ? atomic_load(&entry->used) : 0;
        if (best == SLOTS || used < oldest) {
            best = i;
            oldest = used;
        }
    }
    return best;
}

/* Bytes of all maps in the cache. Call with the lock held. */
static size_t memory_used(void)
{
    size_t sum = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        const struct mapcache_entry *entry = atomic_load(&cache.slots[i]);
        sum += entry ? entry->memory : 0;
    }
    return sum;
}

/* Put an entry into the cache, replacing those that were used longest ago. */
static void insert(struct mapcache_entry *entry)
{
    struct mapcache_entry *dropped[SLOTS];
    size_t n = 0;
    if (entry->memory > BUDGET || !lock())
        return;
    while (pick_slot(true) == SLOTS || memory_used() > BUDGET - entry->memory)
        dropped[n++] = atomic_exchange(&cache.slots[pick_slot(false)], NULL);
    atomic_fetch_add(&entry->holders, 1);
    atomic_store(&cache.slots[pick_slot(true)], entry);
    unlock();
    while (n > 0)
        mapcache_release(dropped[--n]);
}

/* Make an entry that owns a new map, and insert it into the cache. `key` is NULL for a map made for
 * a chunk. */
static wn_status keep(wn_map *map, const uint32_t *key, struct mapcache_entry **entry)
{
    struct mapcache_entry *made = calloc(1, sizeof *made);
    if (!made) {
        wn_map_free(map);
        return WN_ERR_MEMORY;
    }
    atomic_init(&made->holders, 1);
    made->map = map;
    made->memory = wn_map_memory(map);
    if (key) {
        made->keyed = true;
        memcpy(made->key, key, sizeof made->key);
    }
    touch(made);
    insert(made);
    *entry = made;
    return WN_OK;
}

wn_status mapcache_for_encoding(const wn_params *params, const uint32_t cd[WN_CD_VALUES],
                                const wn_array *array, struct mapcache_entry **entry)
{
    const struct map_request request = {.key = cd};
    wn_map *map;
    *entry = find(&request);
    if (*entry)
        return WN_OK;
    const wn_status status = wn_map_create(params, array->height, array->width, NULL, &map);
    return status == WN_OK ? keep(map, cd, entry) : status;
}

wn_status mapcache_for_decoding(const void *chunk, size_t chunk_size, const wn_array *array,
                                struct mapcache_entry **entry)
{
    const struct map_request request = {.chunk = chunk, .chunk_size = chunk_size};
    wn_map *map;
    *entry = find(&request);
    if (*entry)
        return WN_OK;
    const wn_status status = wn_map_for_chunk(chunk, chunk_size, array, &map);
    return status == WN_OK && map ? keep(map, NULL, entry) : status;
}

const wn_map *mapcache_map(const struct mapcache_entry *entry)
{
    return entry ? entry->map : NULL;
}

void mapcache_release(struct mapcache_entry *entry)
{
    if (!entry || atomic_fetch_sub(&entry->holders, 1) != 1)
        return;
    wn_map_free(entry->map);
    free(entry);
}
