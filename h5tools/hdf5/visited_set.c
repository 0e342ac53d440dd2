/*
 * A hash table with open addressing and linear probing, at most half full, that doubles when it
 * grows; hash FNV-1a (Fowler, Noll, Vo). An object is identified by device, inode and its token or
 * address in the file.
 */
#include "hdf5/visited_set.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FIRST_CAPACITY 256
#define NAME_SIZE      4096

/* HDF5 numbers a file anew each time it is opened, so files are identified by device and inode.
 * Compared and hashed as bytes: no padding may be left unset. */
struct object_identity {
    uint64_t device;
    uint64_t inode;
    uint8_t object[16];
};

struct visited_set {
    struct object_identity *slots;
    size_t *number;  /* [capacity] 1 + how many were added before; 0: empty slot */
    size_t capacity; /* a power of 2 */
    size_t count;
    bool incomplete;
};

#if H5_VERSION_GE(1, 12, 0)
static bool object_info(hid_t object, H5O_info_t *info, uint8_t token[16])
{
    if (H5Oget_info(object, info, H5O_INFO_BASIC) < 0)
        return false;
    memcpy(token, &info->token, sizeof info->token);
    return true;
}
#else
static bool object_info(hid_t object, H5O_info_t *info, uint8_t token[16])
{
    if (H5Oget_info(object, info) < 0)
        return false;
    memcpy(token, &info->addr, sizeof info->addr);
    return true;
}
#endif

static bool identify(hid_t object, struct object_identity *identity)
{
    char name[NAME_SIZE];
    struct stat status;
    H5O_info_t info;
    memset(identity, 0, sizeof *identity);
    if (!object_info(object, &info, identity->object))
        return false;
    if (H5Fget_name(object, name, sizeof name) > 0 && stat(name, &status) == 0) {
        identity->device = (uint64_t)status.st_dev;
        identity->inode = (uint64_t)status.st_ino;
    } else {
        identity->device = info.fileno;
        identity->inode = UINT64_MAX;
    }
    return true;
}

/* FNV-1a. */
static size_t hash(const struct object_identity *identity)
{
    const unsigned char *bytes = (const unsigned char *)identity;
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < sizeof *identity; i++)
        h = (h ^ bytes[i]) * 0x100000001b3;
    return (size_t)(h ^ h >> 32);
}

/* The slot where an object is, or where it would be. */
static size_t find(const struct visited_set *v, const struct object_identity *identity)
{
    size_t slot = hash(identity) & (v->capacity - 1);
    while (v->number[slot] > 0 && memcmp(&v->slots[slot], identity, sizeof *identity) != 0)
        slot = (slot + 1) & (v->capacity - 1);
    return slot;
}

static bool allocate(struct visited_set *v, size_t capacity)
{
    *v = (struct visited_set){.slots = malloc(capacity * sizeof *v->slots),
                              .number = calloc(capacity, sizeof *v->number),
                              .capacity = capacity};
    if (v->slots && v->number)
        return true;
    free(v->slots);
    free(v->number);
    return false;
}

static void insert(struct visited_set *v, size_t slot, const struct object_identity *identity,
                   size_t number)
{
    v->slots[slot] = *identity;
    v->number[slot] = number;
    v->count++;
}

static bool grow(struct visited_set *v)
{
    struct visited_set larger;
    if (!allocate(&larger, 2 * v->capacity))
        return false;
    for (size_t i = 0; i < v->capacity; i++)
        if (v->number[i] > 0)
            insert(&larger, find(&larger, &v->slots[i]), &v->slots[i], v->number[i]);
    free(v->slots);
    free(v->number);
    *v = larger;
    return true;
}

struct visited_set *visited_set_new(void)
{
    struct visited_set *v = malloc(sizeof *v);
    if (v && allocate(v, FIRST_CAPACITY))
        return v;
    free(v);
    return NULL;
}

void visited_set_free(struct visited_set *visited)
{
    if (!visited)
        return;
    free(visited->slots);
    free(visited->number);
    free(visited);
}

bool visited_set_add(struct visited_set *visited, hid_t object)
{
    struct object_identity identity;
    if (!identify(object, &identity)) {
        visited->incomplete = true;
        return false;
    }
    size_t slot = find(visited, &identity);
    if (visited->number[slot] > 0)
        return false;
    if (visited->count >= visited->capacity / 2) {
        if (!grow(visited)) {
            visited->incomplete = true;
            return false;
        }
        slot = find(visited, &identity);
    }
    insert(visited, slot, &identity, visited->count + 1);
    return true;
}

bool visited_set_has(const struct visited_set *visited, hid_t object)
{
    return visited_set_number(visited, object) != NOT_VISITED;
}

size_t visited_set_number(const struct visited_set *visited, hid_t object)
{
    struct object_identity identity;
    if (!identify(object, &identity))
        return NOT_VISITED;
    const size_t number = visited->number[find(visited, &identity)];
    return number > 0 ? number - 1 : NOT_VISITED;
}

bool visited_set_incomplete(const struct visited_set *visited)
{
    return visited->incomplete;
}
