/*
 * mapcache.c - see mapcache.h.
 *
 * The lock is held only to borrow entries and to put one in, for some tens of instructions; maps
 * are computed, compared, used and freed without it. Entries are counted references, so that one
 * in use may be dropped from the cache.
 *
 * A fork() may happen while another thread holds the lock; that thread does not exist in the child.
 * So the lock is the id of the process that holds it, and is taken over from a process that is not
 * this one. Whatever the lost thread was doing, each slot holds an entry or nothing; at worst an
 * entry has been counted once too often and is never freed.
 */
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
    bool keyed; /* made for encoding, with these parameters: */
    uint32_t key[WN_CD_FRAMES];
};

/* What a map is wanted for: a list of parameters, or a chunk. */
typedef struct wanted {
    const uint32_t *key;
    const void *chunk;
    size_t chunk_size;
} wanted;

static struct {
    atomic_int owner; /* process that holds the lock, 0 if it is free */
    atomic_ulong ticks;
    _Atomic(mapcache_entry *) slots[SLOTS];
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

static void touch(mapcache_entry *entry)
{
    atomic_store(&entry->used, atomic_fetch_add(&cache.ticks, 1) + 1);
}

/* Borrow everything that is in the cache, the last used first. */
static size_t borrow_all(mapcache_entry *entries[SLOTS])
{
    size_t n = 0;
    if (!lock())
        return 0;
    for (size_t i = 0; i < SLOTS; i++) {
        mapcache_entry *entry = atomic_load(&cache.slots[i]);
        if (!entry)
            continue;
        atomic_fetch_add(&entry->holders, 1);
        size_t place = n++;
        for (; place > 0 && entries[place - 1]->used < entry->used; place--)
            entries[place] = entries[place - 1];
        entries[place] = entry;
    }
    unlock();
    return n;
}

static bool suits(const mapcache_entry *entry, const wanted *want)
{
    if (want->key)
        return entry->keyed && memcmp(entry->key, want->key, sizeof entry->key) == 0;
    return wn_map_fits(entry->map, want->chunk, want->chunk_size);
}

static mapcache_entry *find(const wanted *want)
{
    mapcache_entry *entries[SLOTS];
    mapcache_entry *found = NULL;
    const size_t n = borrow_all(entries);
    for (size_t i = 0; i < n; i++) {
        if (!found && suits(entries[i], want)) {
            found = entries[i];
            touch(found);
        } else {
            mapcache_release(entries[i]);
        }
    }
    return found;
}

/* The slot that was used longest ago, or an empty one if `empty` is set; SLOTS if there is none.
 * With the lock held. */
static size_t pick_slot(bool empty)
{
    size_t best = SLOTS;
    unsigned long oldest = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        const mapcache_entry *entry = atomic_load(&cache.slots[i]);
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

/* Bytes of all maps in the cache, with the lock held. */
static size_t memory_used(void)
{
    size_t sum = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        const mapcache_entry *entry = atomic_load(&cache.slots[i]);
        sum += entry ? entry->memory : 0;
    }
    return sum;
}

/* Put an entry into the cache, in place of those that were used longest ago. */
static void insert(mapcache_entry *entry)
{
    mapcache_entry *dropped[SLOTS];
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

/* Make an entry of a new map, which it owns from now on, and offer it to the cache. `key` is NULL
 * for a map that was made for a chunk. */
static wn_status keep(wn_map *map, const uint32_t *key, mapcache_entry **entry)
{
    mapcache_entry *made = calloc(1, sizeof *made);
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
                                const wn_array *array, mapcache_entry **entry)
{
    const wanted want = {.key = cd};
    wn_map *map;
    *entry = find(&want);
    if (*entry)
        return WN_OK;
    const wn_status status = wn_map_create(params, array->height, array->width, NULL, &map);
    return status == WN_OK ? keep(map, cd, entry) : status;
}

wn_status mapcache_for_decoding(const void *chunk, size_t chunk_size, const wn_array *array,
                                mapcache_entry **entry)
{
    const wanted want = {.chunk = chunk, .chunk_size = chunk_size};
    wn_map *map;
    *entry = find(&want);
    if (*entry)
        return WN_OK;
    const wn_status status = wn_map_for_chunk(chunk, chunk_size, array, &map);
    return status == WN_OK && map ? keep(map, NULL, entry) : status;
}

const wn_map *mapcache_map(const mapcache_entry *entry)
{
    return entry ? entry->map : NULL;
}

void mapcache_release(mapcache_entry *entry)
{
    if (!entry || atomic_fetch_sub(&entry->holders, 1) != 1)
        return;
    wn_map_free(entry->map);
    free(entry);
}
