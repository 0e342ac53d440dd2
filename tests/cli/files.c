/*
 * cli_files FOLDER: writes the HDF5 files that the tests of h5winnow read, including unusual ones.
 *
 * Chunks are encoded here and written directly, so that no plugin is needed. Every dataset has
 * frames of 64 x 48 pixels, and all of its chunks hold the same ones.
 */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "winnow.h"

#define HEIGHT     48
#define WIDTH      64
#define FRAMES_MAX 4
#define DEPTH      150

static void need(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "cli_files: cannot make %s\n", what);
    H5Eprint2(H5E_DEFAULT, stderr);
    exit(EXIT_FAILURE);
}

struct made_chunk {
    wn_array array;
    uint32_t cd[WN_CD_VALUES];
    size_t size;
    uint8_t bytes[FRAMES_MAX * HEIGHT * WIDTH * sizeof(uint16_t) + 4096];
};

/* Frames of 4 to 7 counts, a flagged column, and `signal` bright pixels. */
static void fill(uint16_t *pixels, uint32_t frames, unsigned signal)
{
    uint32_t random = 1;
    for (uint32_t i = 0; i < frames * HEIGHT * WIDTH; i++) {
        random = random * 1664525u + 1013904223u;
        pixels[i] = (uint16_t)(i % WIDTH == 0 ? UINT16_MAX : 4 + (random >> 30));
    }
    for (uint32_t frame = 0; frame < frames; frame++)
        for (unsigned i = 0; i < signal; i++)
            pixels[frame * HEIGHT * WIDTH + (3 + i) * WIDTH + 5] = 500;
}

static void encode(struct made_chunk *chunk, uint32_t frames, bool noise)
{
    static uint16_t pixels[FRAMES_MAX * HEIGHT * WIDTH];
    wn_params params;
    wn_map *map;
    wn_params_init(&params);
    params.centre_x = 30500;
    params.centre_y = 20250;
    params.pick = 300;
    params.plain_mean = !noise;
    chunk->array = (wn_array){WN_U16, wn_native_big_endian(), frames, HEIGHT, WIDTH};
    fill(pixels, frames, 5);
    wn_params_to_cd(&params, chunk->cd);
    wn_array_to_cd(&chunk->array, chunk->cd);
    need(wn_map_create(&params, HEIGHT, WIDTH, NULL, &map) == WN_OK &&
             wn_encode(map, &params, &chunk->array, pixels, 1, chunk->bytes, sizeof chunk->bytes,
                       &chunk->size) == WN_OK,
         "a chunk");
    wn_map_free(map);
}

static hid_t create_file(const char *name)
{
    const hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    need(file >= 0, name);
    return file;
}

/* The properties of a dataset with chunks like this one. */
static hid_t chunked(const struct made_chunk *chunk, size_t cd_count)
{
    const hsize_t shape[] = {chunk->array.frames, HEIGHT, WIDTH};
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(properties, 3, shape);
    need(H5Pset_filter(properties, WN_FILTER_ID, H5Z_FLAG_OPTIONAL, cd_count, chunk->cd) >= 0,
         "a filter");
    return properties;
}

static hid_t create_dataset(hid_t file, const char *name, hsize_t frames, hid_t properties)
{
    const hsize_t shape[] = {frames, HEIGHT, WIDTH};
    const hid_t space = H5Screate_simple(3, shape, NULL);
    const hid_t dataset =
        H5Dcreate2(file, name, H5T_NATIVE_UINT16, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    need(dataset >= 0, name);
    H5Sclose(space);
    H5Pclose(properties);
    return dataset;
}

static void write_chunk(hid_t dataset, hsize_t frame, uint32_t skipped, const void *bytes,
                        size_t size)
{
    const hsize_t offset[] = {frame, 0, 0};
    need(H5Dwrite_chunk(dataset, H5P_DEFAULT, skipped, offset, size, bytes) >= 0, "a chunk");
}

/* A dataset whose chunks are all written. */
static void write_stack(hid_t file, const char *name, hsize_t frames,
                        const struct made_chunk *chunk)
{
    const hid_t dataset = create_dataset(file, name, frames, chunked(chunk, WN_CD_VALUES));
    for (hsize_t frame = 0; frame < frames; frame += chunk->array.frames)
        write_chunk(dataset, frame, 0, chunk->bytes, chunk->size);
    H5Dclose(dataset);
}

/* Seven frames: filtered, skipped, never written, damaged, cut short, no chunk at all, filtered. */
static void write_mixed(const struct made_chunk *chunk)
{
    static uint16_t pixels[HEIGHT * WIDTH];
    static struct made_chunk damaged;
    const hid_t file = create_file("mixed.h5");
    const hid_t dataset = create_dataset(file, "data", 7, chunked(chunk, WN_CD_VALUES));
    damaged = *chunk;
    damaged.bytes[damaged.size / 2] ^= 0x10;
    write_chunk(dataset, 0, 0, chunk->bytes, chunk->size);
    write_chunk(dataset, 1, 1, pixels, sizeof pixels);
    write_chunk(dataset, 3, 0, damaged.bytes, damaged.size);
    write_chunk(dataset, 4, 0, chunk->bytes, chunk->size - 100);
    write_chunk(dataset, 5, 0, "no chunk at all", 15);
    write_chunk(dataset, 6, 0, chunk->bytes, chunk->size);
    H5Dclose(dataset);
    H5Fclose(file);
}

/* Four frames to a chunk, of which the last holds three and two chunks are damaged. */
static void write_several(const struct made_chunk *chunk)
{
    static struct made_chunk damaged;
    const hid_t file = create_file("several.h5");
    const hid_t dataset = create_dataset(file, "data", 15, chunked(chunk, WN_CD_VALUES));
    damaged = *chunk;
    damaged.bytes[40] ^= 1;
    write_chunk(dataset, 0, 0, chunk->bytes, chunk->size);
    write_chunk(dataset, 4, 0, damaged.bytes, damaged.size);
    write_chunk(dataset, 8, 0, chunk->bytes, chunk->size);
    write_chunk(dataset, 12, 0, damaged.bytes, damaged.size);
    H5Dclose(dataset);
    H5Fclose(file);
}

/* Other filters after winnow: one that hides it, and a checksum that does not. */
static void write_behind(const struct made_chunk *chunk)
{
    const hid_t file = create_file("behind.h5");
    const hid_t hidden = chunked(chunk, WN_CD_VALUES), summed = chunked(chunk, WN_CD_VALUES);
    static struct made_chunk longer;
    H5Pset_deflate(hidden, 1);
    H5Pset_fletcher32(summed);
    longer = *chunk;
    const hid_t one = create_dataset(file, "hidden", 1, hidden);
    const hid_t other = create_dataset(file, "summed", 1, summed);
    write_chunk(one, 0, 0, chunk->bytes, chunk->size);
    write_chunk(other, 0, 0, longer.bytes, longer.size + 4);
    H5Dclose(one);
    H5Dclose(other);
    H5Fclose(file);
}

/* Parameters that the filter refuses: not complete, of another shape, of a newer version. */
static void write_refused(const struct made_chunk *chunk)
{
    static struct made_chunk other;
    const hid_t file = create_file("refused.h5");
    const hid_t bare = create_dataset(file, "bare", 1, chunked(chunk, 4));
    write_chunk(bare, 0, 0, chunk->bytes, chunk->size);
    H5Dclose(bare);
    other = *chunk;
    other.cd[WN_CD_HEIGHT]++;
    write_stack(file, "other", 1, &other);
    other = *chunk;
    other.cd[WN_CD_VERSION]++;
    write_stack(file, "newer", 1, &other);
    H5Fclose(file);
}

/* Groups and links that lead back to where they come from, and nowhere. */
static void write_links(const struct made_chunk *chunk)
{
    const hid_t file = create_file("links.h5"), other = create_file("other.h5");
    const hid_t a = H5Gcreate2(file, "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t b = H5Gcreate2(a, "b", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    write_stack(file, "a/b/data", 2, chunk);
    write_stack(other, "data", 1, chunk);
    need(H5Lcreate_hard(file, "/", b, "root", H5P_DEFAULT, H5P_DEFAULT) >= 0 &&
             H5Lcreate_soft("/a/b/data", file, "soft", H5P_DEFAULT, H5P_DEFAULT) >= 0 &&
             H5Lcreate_soft("/not/there", file, "nothing", H5P_DEFAULT, H5P_DEFAULT) >= 0 &&
             H5Lcreate_external("other.h5", "/", file, "other", H5P_DEFAULT, H5P_DEFAULT) >= 0 &&
             H5Lcreate_external("links.h5", "/", other, "back", H5P_DEFAULT, H5P_DEFAULT) >= 0,
         "links");
    H5Gclose(b);
    H5Gclose(a);
    H5Fclose(other);
    H5Fclose(file);
}

static void write_broken_link(const struct made_chunk *chunk)
{
    const hid_t file = create_file("broken.h5");
    write_stack(file, "data_000001", 1, chunk);
    need(H5Lcreate_external("gone.h5", "/data", file, "data_000002", H5P_DEFAULT, H5P_DEFAULT) >= 0,
         "a link");
    H5Fclose(file);
}

static void write_deep(const struct made_chunk *chunk)
{
    const hid_t file = create_file("deep.h5");
    hid_t group = H5Gopen2(file, "/", H5P_DEFAULT);
    for (int i = 0; i < DEPTH; i++) {
        const hid_t inner = H5Gcreate2(group, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        need(inner >= 0, "a group");
        H5Gclose(group);
        group = inner;
    }
    write_stack(group, "data", 1, chunk);
    H5Gclose(group);
    H5Fclose(file);
}

/* More frames than anybody can look for, of which the first or the last is there. */
static void write_huge(const char *name, const struct made_chunk *chunk, bool last)
{
    const hsize_t frames = (hsize_t)1 << 40;
    const hid_t file = create_file(name);
    const hid_t dataset = create_dataset(file, "data", frames, chunked(chunk, WN_CD_VALUES));
    write_chunk(dataset, last ? frames - 1 : 0, 0, chunk->bytes, chunk->size);
    H5Dclose(dataset);
    H5Fclose(file);
}

static void write_virtual(void)
{
    const hsize_t shape[] = {2, HEIGHT, WIDTH};
    const hid_t file = create_file("virtual.h5"), space = H5Screate_simple(3, shape, NULL);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    need(H5Pset_virtual(properties, space, "links.h5", "/a/b/data", space) >= 0, "a mapping");
    H5Dclose(create_dataset(file, "data", 2, properties));
    H5Sclose(space);
    H5Fclose(file);
}

/* Names that would steer a terminal or break JSON. */
static void write_names(const struct made_chunk *chunk)
{
    const hid_t file = create_file("names.h5");
    write_stack(file, "a\033[31m\"b\\c\xff", 1, chunk);
    H5Fclose(file);
}

int main(int argc, char **argv)
{
    static struct made_chunk single, several;
    if (argc != 2 || chdir(argv[1]) != 0) {
        fprintf(stderr, "usage: cli_files FOLDER\n");
        return EXIT_FAILURE;
    }
    encode(&single, 1, true);
    encode(&several, FRAMES_MAX, false);
    write_mixed(&single);
    write_several(&several);
    write_behind(&single);
    write_refused(&single);
    write_links(&single);
    write_broken_link(&single);
    write_deep(&single);
    write_huge("first.h5", &single, false);
    write_huge("last.h5", &single, true);
    write_virtual();
    write_names(&single);
    return EXIT_SUCCESS;
}
