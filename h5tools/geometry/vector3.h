/* Vectors and rigid motions in space. */
#ifndef H5WINNOW_GEOMETRY_VECTOR3_H
#define H5WINNOW_GEOMETRY_VECTOR3_H

#include <stdbool.h>

struct vector3 {
    double x, y, z;
};

/* A rigid motion: a rotation about the origin, then a shift. */
struct motion {
    struct vector3 row[3]; /* of the rotation matrix */
    struct vector3 shift;
};

double vector3_dot(struct vector3 a, struct vector3 b);
struct vector3 vector3_cross(struct vector3 a, struct vector3 b);
double vector3_length(struct vector3 v);
struct vector3 vector3_scaled(struct vector3 v, double factor);
struct vector3 vector3_sum(struct vector3 a, struct vector3 b);

struct motion motion_identity(void);

/* The right-handed rotation by an angle, radian, about a unit vector. */
struct motion motion_rotation(struct vector3 axis, double angle);

/* Applies the rotation alone. */
struct vector3 motion_rotate(const struct motion *motion, struct vector3 v);

/* First `one`, then `other`. */
struct motion motion_compose(const struct motion *one, const struct motion *other);

#endif
