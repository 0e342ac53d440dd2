/*
 * Options come first, then the metadata of the file fills in the geometry; the map is made once for
 * all frames.
 */
#include "params/image_settings.h"

#include "base/message.h"

#define WHY_SIZE 256

/* Checks that the parameters suit such frames, which are whole ones wherever their centre is. */
static enum outcome check_fit(const struct filter_options *request, const char *file_name,
                              const char *path, const wn_array *frame)
{
    char why[WHY_SIZE];
    wn_params params = request->params;
    if (params.width == 0 && params.height == 0) {
        params.width = frame->width;
        params.height = frame->height;
    }
    if (wn_params_fit(&params, frame, why, sizeof why) == WN_OK)
        return DONE;
    complain("%s::%s: %s", file_name, path, why);
    return WRONG_USAGE;
}

enum outcome image_settings_make(const struct filter_options *request, hid_t file,
                                 const char *file_name, const char *path, const wn_array *frame,
                                 struct image_settings *settings)
{
    *settings = (struct image_settings){.request = *request};
    enum outcome outcome =
        metadata_read(file, file_name, path, frame->height, frame->width, &settings->metadata);
    if (outcome > FINDING)
        return outcome;
    struct filter_options *own = &settings->request;
    if (settings->metadata.doubt)
        complain("%s::%s: %s: without --centre the background is estimated on tiles", file_name,
                 path, settings->metadata.doubt);
    else
        filter_options_complete(own, &settings->metadata.placement);
    own->type = frame->type;
    outcome = filter_options_finish(own);
    if (outcome == DONE)
        outcome = check_fit(own, file_name, path, frame);
    if (outcome != DONE) {
        metadata_free(&settings->metadata);
        return outcome;
    }
    const wn_status status = wn_map_create(&own->params, frame->height, frame->width,
                                           settings->metadata.valid, &settings->map);
    if (status == WN_OK)
        return DONE;
    complain("%s::%s: no map of its rings or tiles can be made: %s", file_name, path,
             wn_strerror(status));
    metadata_free(&settings->metadata);
    return status == WN_ERR_MEMORY ? IO_FAILURE : WRONG_USAGE;
}

void image_settings_free(struct image_settings *settings)
{
    wn_map_free(settings->map);
    metadata_free(&settings->metadata);
}

void image_settings_print(const struct image_settings *settings, const wn_array *frame, FILE *out)
{
    struct explanation topics[WN_PARAM_ROWS];
    const struct metadata *metadata = &settings->metadata;
    explain(&settings->request.params, frame, topics);
    explain_print(topics, settings->request.from, out);
    if (metadata->wavelength > 0)
        fprintf(out, "  %-16s %-42.6g %s\n", "wavelength, A", metadata->wavelength,
                metadata->wavelength_from);
    if (metadata->valid)
        fprintf(out, "  %-16s %-42zu %s\n", "masked pixels", metadata->masked, metadata->mask_from);
}

void image_settings_json(const struct image_settings *settings, const wn_array *frame,
                         struct json *json)
{
    struct explanation topics[WN_PARAM_ROWS];
    explain(&settings->request.params, frame, topics);
    explain_json(topics, json);
    if (settings->metadata.valid)
        json_count(json, "masked_pixels", settings->metadata.masked);
}
