/* Rotation matrices by Rodrigues' formula. */
#include "geometry/vector3.h"

#include <math.h>

double vector3_dot(struct vector3 a, struct vector3 b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

struct vector3 vector3_cross(struct vector3 a, struct vector3 b)
{
    return (struct vector3){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

double vector3_length(struct vector3 v)
{
    return sqrt(vector3_dot(v, v));
}

struct vector3 vector3_scaled(struct vector3 v, double factor)
{
    return (struct vector3){v.x * factor, v.y * factor, v.z * factor};
}

struct vector3 vector3_sum(struct vector3 a, struct vector3 b)
{
    return (struct vector3){a.x + b.x, a.y + b.y, a.z + b.z};
}

struct motion motion_identity(void)
{
    return (struct motion){.row = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
}

struct motion motion_rotation(struct vector3 axis, double angle)
{
    const double c = cos(angle), s = sin(angle);
    const struct vector3 a = axis, b = vector3_scaled(axis, 1 - c);
    return (struct motion){.row = {{a.x * b.x + c, a.x * b.y - a.z * s, a.x * b.z + a.y * s},
                                   {a.y * b.x + a.z * s, a.y * b.y + c, a.y * b.z - a.x * s},
                                   {a.z * b.x - a.y * s, a.z * b.y + a.x * s, a.z * b.z + c}}};
}

struct vector3 motion_rotate(const struct motion *motion, struct vector3 v)
{
    return (struct vector3){vector3_dot(motion->row[0], v), vector3_dot(motion->row[1], v),
                            vector3_dot(motion->row[2], v)};
}

struct motion motion_compose(const struct motion *one, const struct motion *other)
{
    struct motion both;
    for (int i = 0; i < 3; i++) {
        const struct vector3 r = other->row[i];
        both.row[i] = vector3_sum(
            vector3_scaled(one->row[0], r.x),
            vector3_sum(vector3_scaled(one->row[1], r.y), vector3_scaled(one->row[2], r.z)));
    }
    both.shift = vector3_sum(motion_rotate(other, one->shift), other->shift);
    return both;
}
