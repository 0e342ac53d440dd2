/* The model of parameters, and its stored form: fixed offsets, little-endian, unused bytes 0. */
#include "geometry/model.h"

#include <math.h>
#include <string.h>

#include "common/bytes.h"

enum { FLAG_SOLID_ANGLE = 1, FLAG_POLARISED = 2 };

struct model wn_model_of_params(const wn_params *p)
{
    struct model m = {.kind = wn_params_model(p), .bins = (uint32_t)p->bins};
    if (m.kind == WN_MODEL_TILES)
        return m;
    m.solid_angle = p->solid_angle;
    m.polarised = p->polarised;
    m.centre_x = p->centre_x;
    m.centre_y = p->centre_y;
    m.distance = p->distance;
    m.aspect = p->aspect;
    m.rot1 = p->rot1;
    m.rot2 = p->rot2;
    m.polarisation = p->polarised ? p->polarisation : 0;
    return m;
}

void wn_model_store(const struct model *m, uint8_t b[MODEL_BYTES])
{
    memset(b, 0, MODEL_BYTES);
    b[0] = (uint8_t)m->kind;
    b[1] = (uint8_t)((m->solid_angle ? FLAG_SOLID_ANGLE : 0) | (m->polarised ? FLAG_POLARISED : 0));
    store_u32(b + 4, m->bins);
    store_u32(b + 8, (uint32_t)m->centre_x);
    store_u32(b + 12, (uint32_t)m->centre_y);
    store_u32(b + 16, (uint32_t)m->distance);
    store_u32(b + 20, (uint32_t)m->aspect);
    store_u32(b + 24, (uint32_t)m->rot1);
    store_u32(b + 28, (uint32_t)m->rot2);
    store_u32(b + 32, (uint32_t)m->polarisation);
    store_u64(b + 40, f64_bits(m->radius_min));
    store_u64(b + 48, f64_bits(m->radius_max));
}

/* The fields have the ranges of the parameters, so that wn_params_check() can be used. */
static wn_status check(const struct model *m)
{
    if (m->kind != WN_MODEL_RADIAL && m->kind != WN_MODEL_TILES)
        return WN_ERR_CORRUPT;
    if (m->bins == 0 || m->bins > INT32_MAX)
        return WN_ERR_CORRUPT;
    const wn_params p = {
        .model = m->kind,
        .solid_angle = m->solid_angle,
        .polarised = m->polarised,
        .bins = (int32_t)m->bins,
        .centre_x = m->centre_x,
        .centre_y = m->centre_y,
        .distance = m->distance,
        .aspect = m->aspect,
        .rot1 = m->rot1,
        .rot2 = m->rot2,
        .polarisation = m->polarisation,
    };
    if (wn_params_check(&p, NULL, 0) != WN_OK)
        return WN_ERR_CORRUPT;
    if (m->kind == WN_MODEL_RADIAL &&
        !(m->radius_min >= 0 && m->radius_max > m->radius_min && isfinite(m->radius_max)))
        return WN_ERR_CORRUPT;
    return WN_OK;
}

wn_status wn_model_load(const uint8_t b[MODEL_BYTES], struct model *model)
{
    const struct model m = {
        .kind = (wn_model)b[0],
        .solid_angle = b[1] & FLAG_SOLID_ANGLE,
        .polarised = b[1] & FLAG_POLARISED,
        .bins = load_u32(b + 4),
        .centre_x = (int32_t)load_u32(b + 8),
        .centre_y = (int32_t)load_u32(b + 12),
        .distance = (int32_t)load_u32(b + 16),
        .aspect = (int32_t)load_u32(b + 20),
        .rot1 = (int32_t)load_u32(b + 24),
        .rot2 = (int32_t)load_u32(b + 28),
        .polarisation = (int32_t)load_u32(b + 32),
        .radius_min = f64_from_bits(load_u64(b + 40)),
        .radius_max = f64_from_bits(load_u64(b + 48)),
    };
    wn_status status = check(&m);
    if (status == WN_OK)
        *model = m;
    return status;
}
