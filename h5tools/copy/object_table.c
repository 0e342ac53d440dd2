/*
 * An array in the order of addition, and a hash table of its indices with open addressing and
 * linear probing, at most half full; hash FNV-1a (Fowler, Noll, Vo).
 */
#include "copy/object_table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256

struct object_table {
    struct copied_object *objects;
    size_t *slots; /* [2 * capacity] index + 1; 0: free */
    size_t capacity;
    size_t count;
};

static size_t hash(size_t source, const object_token *in)
{
    const unsigned char *bytes = (const unsigned char *)in;
    uint64_t h = 0xcbf29ce484222325 ^ source;
    for (size_t i = 0; i < sizeof *in; i++)
        h = (h ^ bytes[i]) * 0x100000001b3;
    return (size_t)(h ^ h >> 32);
}

/* The slot of an object, or the free slot where it belongs. */
static size_t *find(const struct object_table *copied, size_t source, const object_token *in)
{
    const size_t mask = 2 * copied->capacity - 1;
    size_t slot = hash(source, in) & mask;
    for (;; slot = (slot + 1) & mask) {
        const size_t taken = copied->slots[slot];
        if (taken == 0 || (copied->objects[taken - 1].source == source &&
                           memcmp(&copied->objects[taken - 1].in, in, sizeof *in) == 0))
            return &copied->slots[slot];
    }
}

static bool grow(struct object_table *copied, size_t capacity)
{
    struct copied_object *objects = realloc(copied->objects, capacity * sizeof *objects);
    if (!objects)
        return false;
    copied->objects = objects;
    size_t *slots = calloc(2 * capacity, sizeof *slots);
    if (!slots)
        return false;
    free(copied->slots);
    copied->slots = slots;
    copied->capacity = capacity;
    for (size_t i = 0; i < copied->count; i++)
        *find(copied, objects[i].source, &objects[i].in) = i + 1;
    return true;
}

struct object_table *object_table_new(void)
{
    struct object_table *copied = calloc(1, sizeof *copied);
    if (copied && grow(copied, FIRST_CAPACITY))
        return copied;
    object_table_free(copied);
    return NULL;
}

void object_table_free(struct object_table *copied)
{
    if (!copied)
        return;
    for (size_t i = 0; i < copied->count; i++)
        free(copied->objects[i].name);
    free(copied->objects);
    free(copied->slots);
    free(copied);
}

bool object_table_find(const struct object_table *copied, size_t source, const object_token *in,
                       size_t *index)
{
    const size_t taken = *find(copied, source, in);
    *index = taken - 1;
    return taken != 0;
}

bool object_table_add(struct object_table *copied, const struct copied_object *object,
                      size_t *index)
{
    if (copied->count == copied->capacity && !grow(copied, 2 * copied->capacity))
        return false;
    struct copied_object *added = &copied->objects[copied->count];
    *added = *object;
    added->name = strdup(object->name);
    if (!added->name)
        return false;
    *index = copied->count++;
    *find(copied, added->source, &added->in) = copied->count;
    return true;
}

size_t object_table_count(const struct object_table *copied)
{
    return copied->count;
}

struct copied_object *object_table_at(const struct object_table *copied, size_t index)
{
    return &copied->objects[index];
}

bool object_table_name(struct object_table *copied, size_t index, size_t parent, const char *name)
{
    char *copy = strdup(name);
    if (!copy)
        return false;
    free(copied->objects[index].name);
    copied->objects[index].name = copy;
    copied->objects[index].parent = parent;
    return true;
}

char *object_table_path(const struct object_table *copied, size_t parent, const char *name)
{
    const struct copied_object *objects = copied->objects;
    size_t length = 1 + strlen(name);
    for (size_t i = parent; i != NO_PARENT && objects[i].parent != NO_PARENT; i = objects[i].parent)
        length += 1 + strlen(objects[i].name);
    char *path = malloc(length + 1);
    if (!path)
        return NULL;
    char *end = path + length;
    *end = '\0';
    for (size_t i = parent;; i = objects[i].parent) {
        end -= strlen(name);
        memcpy(end, name, strlen(name));
        *--end = '/';
        if (i == NO_PARENT || objects[i].parent == NO_PARENT)
            return path;
        name = objects[i].name;
    }
}
