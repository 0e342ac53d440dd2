/* h5winnow pack: compresses the images of a file, and copies everything else. */
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/json_write.h"
#include "base/message.h"
#include "base/parse_numbers.h"
#include "hdf5/winnow_filter.h"
#include "output/atomic_hdf5.h"
#include "output/copy_file.h"
#include "pack/pack_file.h"
#include "parallel/pipeline.h"
#include "verbs/verbs.h"

/* clang-format off */
static const char USAGE[] =
    "usage: h5winnow pack [options] INPUT[::DATASET] OUTPUT\n"
    "       h5winnow pack [options] INPUT... FOLDER\n"
    "Compresses the images of an HDF5 file (NeXus, Dectris master, or any stack of images) and\n"
    "copies everything else unchanged. Linked data files become part of the output. Geometry and\n"
    "pixel mask are read from the file; options override them. Without a beam centre the background\n"
    "is estimated on tiles. The quality is transparent unless --quality, --keep, --pick,\n"
    "--noise-floor, --background or --compat is given.\n"
    "\n"
    "  --frames A:B:STEP       only these frames, as in Python\n"
    "  --keep-layout           OUTPUT is a new folder with the same files and links; files\n"
    "                          without images are copied byte for byte\n"
    "  --follow                the input is still being written (SWMR): stop when it is complete\n"
    "  --patience SECONDS      with --follow: give up after this time without a new frame;\n"
    "                          default 60\n"
    "  --spots[=METHOD]        find spots in the same pass, with the defaults of h5winnow spots, and\n"
    "                          write a table of them into OUTPUT; default method ring\n"
    "  --hits-only N           leave out frames with fewer than N spots, and write the table; a\n"
    "                          dataset beside the images has the numbers of those kept\n"
    "  --verify                read the output back and compare before it gets its name\n"
    "  --threads N             threads; default one per processor\n"
    "  --force                 replace OUTPUT if it exists, when the new one is complete\n"
    "  --repack                accept images already compressed by winnow, with a second loss\n"
    "  --json                  print the result as JSON\n"
    "  --help                  print this\n"
    "\n";
/* clang-format on */

enum {
    OPTION_FRAMES = 1,
    OPTION_KEEP_LAYOUT,
    OPTION_FOLLOW,
    OPTION_PATIENCE,
    OPTION_SPOTS,
    OPTION_HITS_ONLY,
    OPTION_VERIFY,
    OPTION_THREADS,
    OPTION_FORCE,
    OPTION_REPACK,
    OPTION_JSON,
    OPTION_HELP
};

static const struct option OPTIONS[] = {
    {"frames", required_argument, NULL, OPTION_FRAMES},
    {"keep-layout", no_argument, NULL, OPTION_KEEP_LAYOUT},
    {"follow", no_argument, NULL, OPTION_FOLLOW},
    {"patience", required_argument, NULL, OPTION_PATIENCE},
    {"spots", optional_argument, NULL, OPTION_SPOTS},
    {"hits-only", required_argument, NULL, OPTION_HITS_ONLY},
    {"verify", no_argument, NULL, OPTION_VERIFY},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"repack", no_argument, NULL, OPTION_REPACK},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

/* ---- the command line ---------------------------------------------------------------------- */

static const char *option_name(int option)
{
    int i = 0;
    while (OPTIONS[i].name && OPTIONS[i].val != option)
        i++;
    return OPTIONS[i].name;
}

static enum outcome read_option(struct pack_order *order, int option, const char *text)
{
    bool good = true;
    switch (option) {
    case OPTION_FRAMES:
        good = frame_range_read(text, &order->frames);
        break;
    case OPTION_THREADS:
        good = parse_count(text, 1024, &order->threads);
        break;
    case OPTION_PATIENCE:
        good = parse_real(text, &order->patience) && order->patience > 0;
        break;
    case OPTION_SPOTS:
        order->spots = true;
        return spot_options_default(&order->spot_options, text);
    case OPTION_HITS_ONLY:
        good = parse_count(text, INT_MAX, &order->hits_only);
        break;
    case OPTION_KEEP_LAYOUT:
        order->keep_layout = true;
        break;
    case OPTION_FOLLOW:
        order->follow = true;
        break;
    case OPTION_VERIFY:
        order->verify = true;
        break;
    case OPTION_FORCE:
        order->force = true;
        break;
    case OPTION_REPACK:
        order->repack = true;
        break;
    case OPTION_JSON:
        order->json = true;
        break;
    case OPTION_HELP:
        order->help = true;
        break;
    default:
        return option >= FILTER_OPTION_FIRST ? filter_options_take(&order->request, option, text)
                                             : WRONG_USAGE;
    }
    if (!good)
        complain("--%s cannot be '%s'", option_name(option), text);
    return good ? DONE : WRONG_USAGE;
}

static enum outcome read_order(int argc, char **argv, struct pack_order *order)
{
    enum outcome outcome = DONE;
    struct option options[FILTER_OPTIONS_GETOPT_MAX];
    int option;
    filter_options_getopt(OPTIONS, FILTER_OPTIONS_ALL, options);
    *order = (struct pack_order){.threads = processors(), .patience = 60};
    filter_options_init(&order->request);
    spot_options_default(&order->spot_options, NULL);
    while (outcome == DONE && !order->help &&
           (option = getopt_long(argc, argv, "", options, NULL)) != -1)
        outcome = read_option(order, option, optarg);
    if (outcome != DONE || order->help)
        return outcome;
    filter_options_default_quality(&order->request, WN_QUALITY_TRANSPARENT);
    if (order->hits_only > 0) {
        order->spots = true;
        order->spot_options.hits = order->hits_only;
    }
    if (argc - optind < 2) {
        complain("pack needs an input and an output");
        return WRONG_USAGE;
    }
    if (order->follow && (order->frames.step != 0 || order->verify || order->keep_layout)) {
        complain(
            "--follow takes all frames of one file as they come: not with --frames, --verify or "
            "--keep-layout");
        return WRONG_USAGE;
    }
    if (order->keep_layout && (order->frames.step != 0 || order->verify)) {
        complain(
            "--keep-layout takes whole files, whose metadata stay as they are: not with --frames; "
            "and compare with h5winnow check --against instead of --verify");
        return WRONG_USAGE;
    }
    if ((order->spots && order->keep_layout) || (order->hits_only > 0 && order->verify)) {
        complain("--spots and --hits-only are not for --keep-layout, whose files stay as they are, "
                 "and --hits-only leaves nothing that --verify could compare");
        return WRONG_USAGE;
    }
    return DONE;
}

/* ---- the result ---------------------------------------------------------------------------- */

static void report(const struct file_packing *p, const char *name)
{
    const struct pack_tally *t = &p->tally;
    const uint64_t written = t->frames - t->absent;
    printf("%s: %" PRIu64 " frames", name, t->frames);
    if (t->separated < written)
        printf(", %" PRIu64 " of them stored losslessly", written - t->separated);
    if (t->absent > 0)
        printf(", %" PRIu64 " never written", t->absent);
    if (t->left_out > 0)
        printf(", %" PRIu64 " left out for having too few spots", t->left_out);
    printf("\n  %.2f MB of images stored in %.3f MB: ratio %.1f", (double)t->raw_bytes / 1e6,
           (double)t->bytes / 1e6, t->bytes > 0 ? (double)t->raw_bytes / (double)t->bytes : 0.0);
    if (t->read_bytes > 0)
        printf(", %.1f to the input's %.2f MB", (double)t->read_bytes / (double)t->bytes,
               (double)t->read_bytes / 1e6);
    if (t->separated > 0)
        printf("\n  per frame %.0f kept and %.0f flagged pixels",
               (double)t->kept / (double)t->separated, (double)t->flagged / (double)t->separated);
    if (p->order->spots)
        printf("\n  %zu spots, by the method %s", p->spots.pass.table.spots,
               wn_spot_method_name(p->order->spot_options.params.method));
    printf("\n  %.2f s, %.1f frames/s\n", p->seconds, (double)t->frames / p->seconds);
}

static enum outcome report_json(const struct file_packing *p, const char *name)
{
    const struct pack_tally *t = &p->tally;
    struct json json = {.depth = 0};
    json_begin(&json, NULL, '{');
    json_text(&json, "input", p->address.file);
    json_text(&json, "output", name);
    json_count(&json, "frames", t->frames);
    json_count(&json, "frames_separated", t->separated);
    json_count(&json, "frames_absent", t->absent);
    json_count(&json, "frames_left_out", t->left_out);
    if (p->order->spots)
        json_count(&json, "spots", p->spots.pass.table.spots);
    json_count(&json, "raw_bytes", t->raw_bytes);
    json_count(&json, "input_bytes", t->read_bytes);
    json_count(&json, "stored_bytes", t->bytes);
    json_count(&json, "kept_pixels", t->kept);
    json_count(&json, "flagged_pixels", t->flagged);
    json_real(&json, "seconds", p->seconds);
    image_settings_json(&p->settings, &p->frame, &json);
    json_end(&json, '}');
    return json_print(&json, stdout);
}

static enum outcome pack_one(const struct pack_order *order, const char *input, const char *output)
{
    struct file_packing packing;
    enum outcome outcome = pack_file(order, input, output, &packing);
    if (outcome <= FINDING && order->json)
        outcome = worse(outcome, report_json(&packing, output));
    else if (outcome <= FINDING)
        report(&packing, output);
    pack_file_free(&packing);
    return outcome;
}

/* Several inputs become files of the same names in a folder. */
static enum outcome pack_all(const struct pack_order *order, int n, char *const *inputs,
                             const char *folder)
{
    enum outcome outcome = create_folder(folder);
    for (int i = 0; i < n && outcome <= FINDING; i++) {
        const char *slash = strrchr(inputs[i], '/');
        char *name = path_join(folder, !slash ? inputs[i] : slash + 1);
        outcome = !name ? IO_FAILURE : worse(outcome, pack_one(order, inputs[i], name));
        free(name);
    }
    return outcome;
}

enum outcome verb_pack(int argc, char **argv)
{
    struct pack_order order;
    enum outcome outcome = read_order(argc, argv, &order);
    if (outcome != DONE)
        return outcome;
    if (order.help) {
        fputs(USAGE, stdout);
        filter_options_usage(FILTER_OPTIONS_ALL, stdout);
        return DONE;
    }
    interrupt_catch();
    if (!winnow_filter_register(WN_NOISE_AS_STORED))
        return IO_FAILURE;
    const int inputs = argc - optind - 1;
    return inputs == 1 ? pack_one(&order, argv[optind], argv[optind + 1])
                       : pack_all(&order, inputs, argv + optind, argv[argc - 1]);
}
