#include "picture_png.h"

#include <png.h>

#include "message.h"
#include "outfile.h"

enum outcome picture_write_png(const struct picture *picture, const char *name, const char *input,
                               bool force)
{
    struct outfile file;
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .format = PNG_FORMAT_RGB,
                       .width = (png_uint_32)picture->width,
                       .height = (png_uint_32)picture->height};
    enum outcome outcome = outfile_create(name, input, force, 0, &file);
    if (outcome != DONE)
        return outcome;
    if (!png_image_write_to_stdio(&image, file.stream, 0, picture->rgb, 0, NULL)) {
        complain("%s: cannot be written (%s): is the disk full?", name, image.message);
        outcome = IO_FAILURE;
    }
    return outfile_finish(&file, outcome);
}
