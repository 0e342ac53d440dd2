/* h5winnow unpack: restores dense images, for programs that cannot load plugins. h5winnow salvage:
 * the same with what can be recovered of damaged files. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "base/parse_numbers.h"
#include "copy/tree_copy.h"
#include "hdf5/file.h"
#include "hdf5/winnow_filter.h"
#include "input/image_datasets.h"
#include "output/atomic_hdf5.h"
#include "pack/unpack_frames.h"
#include "parallel/pipeline.h"
#include "verbs/verbs.h"

/* clang-format off */
static const char USAGE[] =
    "usage: h5winnow unpack [options] INPUT[::DATASET] OUTPUT\n"
    "       h5winnow salvage [options] INPUT[::DATASET] OUTPUT   the same with --skip-damaged\n"
    "Restores the images that winnow has compressed, and copies everything else unchanged. The\n"
    "winnow plugin is not needed.\n"
    "\n"
    "  --filter FILTER         lossless filter of the output: none (default), gzip,\n"
    "                          bitshuffle-lz4 or blosc-zstd\n"
    "  --noise on|off          restore the background with or without noise; default as stored\n"
    "  --skip-damaged          recover the other frames: damaged ones are listed and set to the\n"
    "                          fill value\n"
    "  --frames A:B:STEP       only these frames, as in Python\n"
    "  --threads N             threads; default one per processor\n"
    "  --force                 replace OUTPUT if it exists\n"
    "  --help                  print this\n";
/* clang-format on */

enum {
    OPTION_FILTER = 1,
    OPTION_NOISE,
    OPTION_SKIP_DAMAGED,
    OPTION_FRAMES,
    OPTION_THREADS,
    OPTION_FORCE,
    OPTION_HELP
};

static const struct option OPTIONS[] = {
    {"filter", required_argument, NULL, OPTION_FILTER},
    {"noise", required_argument, NULL, OPTION_NOISE},
    {"skip-damaged", no_argument, NULL, OPTION_SKIP_DAMAGED},
    {"frames", required_argument, NULL, OPTION_FRAMES},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

/* State of unpacking one file. */
struct unpacking {
    struct frame_unpacker unpacker;
    struct progress progress;
    struct address address;
    hid_t file;
    struct image_list images;
    bool force, help;
};

static bool read_noise(const char *text, wn_noise *noise)
{
    *noise = strcmp(text, "on") == 0 ? WN_NOISE_ON : WN_NOISE_OFF;
    return *noise == WN_NOISE_ON || strcmp(text, "off") == 0;
}

static enum outcome read_option(struct unpacking *u, int option, const char *text)
{
    struct frame_unpacker *unpacker = &u->unpacker;
    bool good = true;
    switch (option) {
    case OPTION_FILTER:
        unpacker->lossless = output_filter_find(text);
        good = unpacker->lossless;
        break;
    case OPTION_NOISE:
        good = read_noise(text, &unpacker->noise);
        break;
    case OPTION_SKIP_DAMAGED:
        unpacker->skip_damaged = true;
        break;
    case OPTION_FRAMES:
        good = frame_range_read(text, &unpacker->range);
        break;
    case OPTION_THREADS:
        good = parse_count(text, 1024, &unpacker->threads);
        break;
    case OPTION_FORCE:
        u->force = true;
        break;
    case OPTION_HELP:
        u->help = true;
        break;
    default:
        return WRONG_USAGE;
    }
    if (!good)
        complain("--%s cannot be '%s'", OPTIONS[option - OPTION_FILTER].name, text);
    return good ? DONE : WRONG_USAGE;
}

static enum outcome read_order(int argc, char **argv, struct unpacking *u)
{
    enum outcome outcome = DONE;
    int option;
    while (outcome == DONE && !u->help &&
           (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
        outcome = read_option(u, option, optarg);
    if (outcome != DONE || u->help)
        return outcome;
    if (argc - optind != 2) {
        complain("an input and an output are needed");
        return WRONG_USAGE;
    }
    if (!output_filter_available(u->unpacker.lossless)) {
        complain("the filter is not installed: it comes with %s; or choose --filter none or gzip",
                 output_filter_package(u->unpacker.lossless));
        return WRONG_USAGE;
    }
    return DONE;
}

static enum outcome unpack_dataset(void *context, hid_t in, const char *in_path, hid_t out,
                                   const char *name, bool *taken)
{
    struct unpacking *u = context;
    struct frame_source source;
    if (!image_list_has(&u->images, in)) /* copied as it is */
        return DONE;
    *taken = true;
    enum outcome outcome = frame_source_open(in, u->address.file, in_path, &source);
    if (outcome != DONE)
        return outcome;
    outcome = unpack_frames(&u->unpacker, &source, out, name);
    frame_source_close(&source);
    return outcome;
}

static enum outcome write_output(struct unpacking *u, const char *name)
{
    struct atomic_hdf5 output;
    const char *inputs[] = {u->address.file};
    const struct tree_options options = {.dataset = unpack_dataset, .context = u, .replaces = name};
    enum outcome outcome = atomic_hdf5_create(name, inputs, 1, u->force, 0, u->file, &output);
    if (outcome != DONE)
        return outcome;
    progress_begin(&u->progress, 0);
    outcome = tree_copy(u->file, u->address.file, output.file, &options);
    progress_end(&u->progress);
    return atomic_hdf5_finish(&output, outcome);
}

static enum outcome unpack_file(struct unpacking *u, const char *name)
{
    enum outcome outcome = file_open(u->address.file, &u->file);
    if (outcome != DONE)
        return outcome;
    outcome = image_list_find_packed(u->file, u->address.file, u->address.object, &u->images);
    if (outcome == DONE)
        outcome = write_output(u, name);
    if (outcome <= FINDING) {
        printf("%s: %" PRIu64 " frames", name, u->unpacker.frames);
        if (u->unpacker.damaged > 0)
            printf(", %" PRIu64 " of them damaged", u->unpacker.damaged);
        putchar('\n');
    }
    image_list_free(&u->images);
    H5Fclose(u->file);
    return outcome;
}

static enum outcome run(int argc, char **argv, bool skip_damaged)
{
    struct unpacking u = {.unpacker = {.lossless = output_filter_find("none"),
                                       .threads = processors(),
                                       .skip_damaged = skip_damaged}};
    u.unpacker.progress = &u.progress;
    enum outcome outcome = read_order(argc, argv, &u);
    if (outcome != DONE)
        return outcome;
    if (u.help) {
        fputs(USAGE, stdout);
        return DONE;
    }
    if (!address_read(argv[optind], &u.address)) {
        complain_memory();
        return IO_FAILURE;
    }
    interrupt_catch();
    outcome =
        winnow_filter_register(u.unpacker.noise) ? unpack_file(&u, argv[optind + 1]) : IO_FAILURE;
    address_free(&u.address);
    return outcome;
}

enum outcome verb_unpack(int argc, char **argv)
{
    return run(argc, argv, false);
}

enum outcome verb_salvage(int argc, char **argv)
{
    return run(argc, argv, true);
}
