/* Reads the rotation series and its mask, and searches frames with wn_find_dispersion(). */
#include "support/rotation.h"

#include <stdio.h>
#include <stdlib.h>

#include "geometry/map.h"
#include "spots/dispersion.h"
#include "spots/found_list.h"

const char *rotation_path(const char *data, const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/rotation/%s", data, name);
    return path;
}

void rotation_check(wn_status status, const char *what)
{
    if (status == WN_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, wn_strerror(status));
    exit(1);
}

struct rotation rotation_read(const char *data)
{
    const char *file = rotation_path(data, "lyso_a.h5");
    if (!file_exists(file)) {
        printf("skipped: no %s\n", file);
        exit(SKIPPED);
    }
    struct rotation r = {.frames = h5frames_read(file, "/entry/data/data")};
    struct h5frames mask = h5frames_read(file, "/entry/instrument/detector/pixel_mask");
    const uint32_t height = r.frames.array.height, width = r.frames.array.width;
    uint8_t *valid = malloc((size_t)height * width);
    rotation_check(valid ? WN_OK : WN_ERR_MEMORY, "the mask");
    for (size_t i = 0; i < (size_t)height * width; i++)
        valid[i] = ((const uint32_t *)mask.data)[i] == 0;
    h5frames_free(&mask);
    wn_params_init(&r.map_params);
    rotation_check(wn_map_create(&r.map_params, height, width, valid, &r.map), "the map");
    free(valid);
    return r;
}

void rotation_free(struct rotation *r)
{
    wn_map_free(r->map);
    h5frames_free(&r->frames);
}

struct found_list rotation_search(const struct rotation *r, const wn_spot_params *params,
                                  size_t frame)
{
    wn_array one = r->frames.array;
    one.frames = 1;
    const struct wn_finder finder = {.params = *params, .map = r->map};
    const uint8_t *data = (const uint8_t *)r->frames.data + frame * wn_array_bytes(&one);
    const struct pixels pixels = wn_pixels_of_frame(&one, data, r->map->valid, &r->map_params);
    struct found_list list = {0};
    rotation_check(wn_find_dispersion(&finder, &pixels, &list), "finding");
    rotation_check(list.failed ? WN_ERR_MEMORY : WN_OK, "finding");
    return list;
}
