/* The resolution is Bragg's law on the ray through a position of the tilted detector: with a known
 * beam centre the position is counted from there, otherwise from the point of normal incidence
 * (PONI). */
#include "spots/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define UM_PER_MM 1000.0

void spot_table_free(struct spot_table *table)
{
    free(table->file);
    free(table->dataset);
    free(table->valid);
    free(table->frame);
    free(table->spot);
    free(table->spot_frame);
    free(table->d);
    free(table->pixel);
    free(table->setting);
    *table = (struct spot_table){0};
}

/* ---- settings ------------------------------------------------------------------------------ */

static bool add_setting(struct spot_table *table, const struct spot_setting *setting)
{
    struct spot_setting *more =
        realloc(table->setting, (table->settings + 1) * sizeof *table->setting);
    if (!more)
        return false;
    table->setting = more;
    table->setting[table->settings++] = *setting;
    return true;
}

bool spot_table_number(struct spot_table *table, const char *name, double number, const char *units)
{
    struct spot_setting setting = {.number = number};
    snprintf(setting.name, sizeof setting.name, "%s", name);
    snprintf(setting.units, sizeof setting.units, "%s", units);
    return add_setting(table, &setting);
}

bool spot_table_text(struct spot_table *table, const char *name, const char *text)
{
    struct spot_setting setting = {.number = NAN};
    snprintf(setting.name, sizeof setting.name, "%s", name);
    snprintf(setting.text, sizeof setting.text, "%s", text);
    return add_setting(table, &setting);
}

/* ---- resolution ---------------------------------------------------------------------------- */

static bool known(const struct placement *p, enum placement_quantity quantity)
{
    return p->at[quantity].from;
}

static double value_of(const struct placement *p, enum placement_quantity quantity)
{
    return known(p, quantity) ? p->at[quantity].value : 0;
}

/* From the point of normal incidence, mm along the columns and rows of the detector. */
struct plane_offset {
    double y, x;
};

/* The direct beam meets the plane at L tan(rot2) / cos(rot1), -L tan(rot1); a known centre
 * takes precedence over the point of normal incidence. */
static struct plane_offset offset_of(const struct placement *p, double x, double y)
{
    const double height = value_of(p, PIXEL_Y) / UM_PER_MM,
                 width = value_of(p, PIXEL_X) / UM_PER_MM;
    const double distance = value_of(p, DISTANCE);
    const double rot1 = value_of(p, ROT1), rot2 = value_of(p, ROT2);
    if (!known(p, CENTRE_X))
        return (struct plane_offset){(y + 0.5) * height - value_of(p, PONI_Y),
                                     (x + 0.5) * width - value_of(p, PONI_X)};
    return (struct plane_offset){
        (y - value_of(p, CENTRE_Y)) * height + distance * tan(rot2) / cos(rot1),
        (x - value_of(p, CENTRE_X)) * width - distance * tan(rot1),
    };
}

/* Sine of half the angle between the beam and the ray to an offset. */
static double sine_theta(const struct placement *p, struct plane_offset offset)
{
    const double distance = value_of(p, DISTANCE);
    const double rot1 = value_of(p, ROT1), rot2 = value_of(p, ROT2);
    const double across = cos(rot1) * offset.x + sin(rot1) * distance;
    const double forward = cos(rot1) * distance - sin(rot1) * offset.x;
    const double up = cos(rot2) * offset.y - sin(rot2) * forward;
    const double along = sin(rot2) * offset.y + cos(rot2) * forward;
    const double two_theta = atan2(hypot(across, up), along);
    return sin(two_theta / 2);
}

double spot_table_resolution(const struct spot_table *table, double x, double y)
{
    const struct placement *p = &table->placement;
    const bool centre = (known(p, CENTRE_X) && known(p, CENTRE_Y)) ||
                        (!known(p, CENTRE_X) && known(p, PONI_X) && known(p, PONI_Y));
    if (!centre || !known(p, DISTANCE) || !known(p, PIXEL_X) || !known(p, PIXEL_Y) ||
        !(table->wavelength > 0))
        return NAN;
    return table->wavelength / (2 * sine_theta(p, offset_of(p, x, y)));
}
