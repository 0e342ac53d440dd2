/* The spots are found on the pixels before compression. Their frame numbers and rotation angles are
 * those of the output. */
#include "pack/pack_spots.h"

#include <math.h>
#include <string.h>

#include "base/message.h"
#include "spots/table_write.h"

/* Whether spots reach across frames: the sample rotates, and no frame is skipped. */
static bool reaches_across(const struct spot_options *options, const struct pack_choice *choice,
                           const struct image_settings *settings)
{
    return options->reach == REACH_AS_FILE && settings->metadata.scan.rotation &&
           choice->range.step <= 1 && choice->hits_only == 0;
}

/* Sets the rotation angles to those of the frames of the output. */
static void set_angles(const struct pack_choice *choice, struct spot_table *t)
{
    if (choice->hits_only > 0)
        t->phi_start = t->phi_step = NAN;
    if (choice->range.step == 0)
        return;
    t->phi_start += t->phi_step * (double)choice->range.first;
    t->phi_step *= (double)choice->range.step;
}

enum outcome pack_spots_begin(struct pack_spots *s, const struct spot_options *options,
                              const struct pack_choice *choice, hid_t file,
                              const struct address *address, const struct image_settings *settings)
{
    if (spot_table_exists(file, PACK_SPOTS_NAME)) {
        complain("%s: has a table '" PACK_SPOTS_NAME "' already, which the output will have, too: "
                 "pack it without --spots, and then h5winnow spots --in-place --replace",
                 address->file);
        return WRONG_USAGE;
    }
    enum outcome outcome = image_series_find(file, address->file, address->object, &s->series);
    if (outcome == DONE)
        outcome = spot_search_pass_describe(&s->pass, options, address->file, s->series.name,
                                            &s->series.frame, settings);
    if (outcome == DONE)
        outcome = spot_search_pass_begin(&s->pass, settings->map, &settings->request.params,
                                         reaches_across(options, choice, settings), false);
    if (outcome == DONE)
        set_angles(choice, &s->pass.table);
    s->begun = outcome == DONE;
    return outcome;
}

void pack_spots_free(struct pack_spots *s)
{
    spot_search_pass_free(&s->pass);
    image_series_free(&s->series);
}

enum outcome pack_spots_check(const struct pack_spots *s, const char *file, const char *path)
{
    if (s->next < s->series.n && strcmp(s->series.path[s->next], path) == 0)
        return DONE;
    complain(
        "%s::%s: is packed, but is not the next part of the series that is searched for spots: "
        "pack without --spots and --hits-only, and use h5winnow spots",
        file, path);
    return BAD_INPUT;
}

enum outcome pack_spots_write(struct pack_spots *s, hid_t file, const char *file_name)
{
    const struct spot_table *t = &s->pass.table;
    if (t->frames == 0) {
        complain("%s::%s: no frame is left in the output that has spots", t->file, t->dataset);
        return FINDING;
    }
    enum outcome outcome = spot_search_pass_end(&s->pass);
    if (outcome == BAD_INPUT) /* none has a good pixel, but they are packed */
        outcome = FINDING;
    if (outcome > FINDING)
        return outcome;
    return worse(outcome, spot_table_write(file, file_name, PACK_SPOTS_NAME, false, t));
}
