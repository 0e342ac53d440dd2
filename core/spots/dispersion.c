/* The dispersion test of DIALS (Winter et al., Acta Cryst. D74 (2018) 85), which follows XDS
 * (Kabsch, Acta Cryst. D66 (2010) 125). One pass over the rows: a single-precision pre-test marks
 * the few pixels that may pass, and only these are tested with the exact sums of their windows.
 * Memory: a few rows. */
#include "spots/dispersion.h"

#include "spots/dispersion_extended.h"
#include "spots/dispersion_screen.h"
#include "spots/dispersion_test.h"
#include "spots/found_list.h"

struct dispersion_search {
    const wn_spot_params *params;
    const struct pixels *pixels;
    struct dispersion_screen screen;
    struct windows windows;
    struct found_list *list;
};

static void find_in_run(struct dispersion_search *s, size_t y, size_t first, size_t end)
{
    windows_fill(&s->windows, y, first, end);
    for (size_t x = first; x < end; x++) {
        if (!(s->screen.mark[x] & MARK_OPEN))
            continue;
        const size_t index = y * s->pixels->width + x;
        const double value = value_at(s->pixels, index);
        const struct window w = windows_at(&s->windows, x);
        if (is_dispersed(s->params, w) && is_above_mean(s->params, w, value))
            add_strong(s->list, index, value, w.sum / w.n);
    }
}

static void find_on_frame(struct dispersion_search *s)
{
    for (size_t y = 0; y < s->pixels->height; y++) {
        size_t first, end = 0;
        wn_dispersion_screen_move(&s->screen, y);
        wn_dispersion_screen_test(&s->screen, y);
        while (wn_signal_mask_run(s->screen.mark, s->pixels->width, MARK_OPEN, &first, &end))
            find_in_run(s, y, first, end);
    }
}

static wn_status dispersion_simple(const wn_spot_params *params, const struct pixels *pixels,
                                   struct found_list *list)
{
    const struct window_rule rule = {pixels, (size_t)params->kernel_x, (size_t)params->kernel_y,
                                     NULL};
    struct dispersion_search search = {.params = params, .pixels = pixels, .list = list};
    wn_status status = wn_dispersion_screen_create(params, pixels, &search.screen);
    if (status == WN_OK)
        status = windows_create(&rule, &search.windows);
    if (status == WN_OK)
        find_on_frame(&search);
    windows_free(&search.windows);
    wn_dispersion_screen_free(&search.screen);
    return status;
}

wn_status wn_find_dispersion(const struct wn_finder *finder, const struct pixels *pixels,
                             struct found_list *list)
{
    if (finder->params.method == WN_SPOTS_DISPERSION_EXTENDED)
        return wn_find_dispersion_extended(&finder->params, pixels, list);
    return dispersion_simple(&finder->params, pixels, list);
}
