#include "picture_png.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "output.h"

static enum outcome complain_write(const char *name, const char *reason)
{
    complain("%s: cannot be written (%s): is the disk full?", name, reason);
    return IO_FAILURE;
}

static enum outcome write_file(const struct picture *picture, const char *name, FILE *file)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .format = PNG_FORMAT_RGB,
                       .width = (png_uint_32)picture->width,
                       .height = (png_uint_32)picture->height};
    if (!png_image_write_to_stdio(&image, file, 0, picture->rgb, 0, NULL))
        return complain_write(name, image.message);
    if (fflush(file) != 0 || fsync(fileno(file)) != 0)
        return complain_write(name, strerror(errno));
    return DONE;
}

enum outcome picture_write_png(const struct picture *picture, const char *name, const char *input,
                               bool force)
{
    struct output output;
    enum outcome outcome = output_begin(name, &input, 1, force, 0, &output);
    if (outcome != DONE)
        return outcome;
    FILE *file = fopen(output.partial, "wb");
    if (file == NULL) {
        outcome = complain_write(output.partial, strerror(errno));
    } else {
        outcome = write_file(picture, output.partial, file);
        if (fclose(file) != 0 && outcome == DONE)
            outcome = complain_write(output.partial, strerror(errno));
    }
    return output_finish(&output, outcome);
}
