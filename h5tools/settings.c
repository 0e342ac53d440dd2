#include "settings.h"

#include "message.h"

enum outcome settings_make(const struct request *request, hid_t file, const char *file_name,
                           const char *path, uint32_t height, uint32_t width,
                           struct settings *settings)
{
    *settings = (struct settings){.request = *request};
    enum outcome outcome = metadata_read(file, file_name, path, height, width, &settings->metadata);
    if (outcome > FINDING)
        return outcome;
    struct request *own = &settings->request;
    if (settings->metadata.doubt != NULL)
        complain("%s::%s: %s: without --centre the background is estimated on tiles", file_name,
                 path, settings->metadata.doubt);
    else
        request_complete(own, &settings->metadata.placement);
    outcome = request_finish(own);
    if (outcome != DONE) {
        metadata_free(&settings->metadata);
        return outcome;
    }
    const wn_status status =
        wn_map_create(&own->params, height, width, settings->metadata.valid, &settings->map);
    if (status == WN_OK)
        return DONE;
    complain("%s::%s: no map of its rings or tiles can be made: %s", file_name, path,
             wn_strerror(status));
    metadata_free(&settings->metadata);
    return status == WN_ERR_MEMORY ? IO_FAILURE : WRONG_USAGE;
}

void settings_free(struct settings *settings)
{
    wn_map_free(settings->map);
    metadata_free(&settings->metadata);
}

void settings_print(const struct settings *settings, const wn_array *frame, FILE *out)
{
    struct explanation topics[TOPICS];
    const struct metadata *metadata = &settings->metadata;
    explain(&settings->request.params, frame, topics);
    explain_print(topics, settings->request.from, out);
    if (metadata->wavelength > 0)
        fprintf(out, "  %-16s %-42.6g %s\n", "wavelength, A", metadata->wavelength,
                metadata->wavelength_from);
    if (metadata->valid != NULL)
        fprintf(out, "  %-16s %-42zu %s\n", "masked pixels", metadata->masked, metadata->mask_from);
}

void settings_json(const struct settings *settings, const wn_array *frame, struct json *json)
{
    struct explanation topics[TOPICS];
    explain(&settings->request.params, frame, topics);
    explain_json(topics, json);
    if (settings->metadata.valid != NULL)
        json_count(json, "masked_pixels", settings->metadata.masked);
}
