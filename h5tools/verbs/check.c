/* h5winnow check: verifies every chunk, and compares a file with its original. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/json_write.h"
#include "base/message.h"
#include "base/parse_numbers.h"
#include "hdf5/file.h"
#include "hdf5/winnow_filter.h"
#include "input/image_datasets.h"
#include "inspect/chunk_survey.h"
#include "pack/compare.h"
#include "parallel/pipeline.h"
#include "verbs/verbs.h"

/* clang-format off */
static const char USAGE[] =
    "usage: h5winnow check [options] FILE[::DATASET]\n"
    "Reads every chunk that winnow has compressed, verifies its checksum and reports each damaged\n"
    "one with its dataset, frame and position in the file. Exit status 1 if something is wrong.\n"
    "\n"
    "  --against RAW           also compare with the original file: kept and flagged pixels must\n"
    "                          be equal, mean and variance of the background close\n"
    "  --threads N             threads; default one per processor\n"
    "  --json                  print the result as JSON\n"
    "  --help                  print this\n";
/* clang-format on */

enum { OPTION_AGAINST = 1, OPTION_THREADS, OPTION_JSON, OPTION_HELP };

static const struct option OPTIONS[] = {
    {"against", required_argument, NULL, OPTION_AGAINST},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

struct file_check {
    const char *against;
    int threads;
    bool json, help;
    struct address address;
    hid_t file, original;     /* original: -1 without --against */
    struct image_list images; /* that winnow has compressed */
    struct json out;
};

static enum outcome read_order(int argc, char **argv, struct file_check *c)
{
    int option;
    while (!c->help && (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        if (option == OPTION_AGAINST)
            c->against = optarg;
        else if (option == OPTION_JSON)
            c->json = true;
        else if (option == OPTION_HELP)
            c->help = true;
        else if (option != OPTION_THREADS)
            return WRONG_USAGE;
        else if (!parse_count(optarg, 1024, &c->threads)) {
            complain("--threads cannot be '%s'", optarg);
            return WRONG_USAGE;
        }
    }
    if (!c->help && argc - optind != 1) {
        complain("check needs a file");
        return WRONG_USAGE;
    }
    return DONE;
}

/* ---- one dataset --------------------------------------------------------------------------- */

static void complain_damage(const struct dataset_layout *stack, const struct damage *damage)
{
    if (damage->address == HADDR_UNDEF)
        complain("%s::%s, frame %" PRIu64 ": damaged: %s", stack->file, stack->path, damage->frame,
                 damage->reason);
    else
        complain("%s::%s, frame %" PRIu64 ": the chunk of %zu bytes at byte %" PRIu64
                 " of the file is damaged: %s",
                 stack->file, stack->path, damage->frame, damage->size, (uint64_t)damage->address,
                 damage->reason);
}

/* Reads and verifies all chunks. */
static enum outcome verify(struct file_check *c, const struct dataset_layout *stack)
{
    struct chunk_survey survey;
    enum outcome outcome = chunk_survey_make(stack, &survey);
    for (size_t i = 0; i < survey.damage_count; i++)
        complain_damage(stack, &survey.damages[i]);
    if (survey.damage_count > 0)
        outcome = worse(outcome, FINDING);
    if (c->json) {
        json_count(&c->out, "chunks", survey.stored_chunks);
        json_count(&c->out, "damaged", survey.damage_count);
    } else {
        printf("%s::%s\n  chunks           %" PRIu64 ", %zu damaged\n", stack->file, stack->path,
               survey.stored_chunks, survey.damage_count);
    }
    chunk_survey_free(&survey);
    return outcome;
}

/* Reports what differs more than it may. */
static enum outcome check_comparison(const struct frame_source *packed,
                                     const struct frame_source *original,
                                     const struct comparison *comparison)
{
    const uint64_t wrong = comparison->kept_wrong + comparison->flagged_wrong +
                           comparison->lossless_wrong + comparison->blocks_wrong;
    enum outcome outcome = DONE;
    if (wrong > 0) {
        complain("%s::%s: %" PRIu64 " pixels that must be exact are not as in %s: is that the file "
                 "it was made from?",
                 packed->file, packed->path, wrong, original->file);
        outcome = FINDING;
    }
    for (int i = 0; i < COMPARISON_LEVELS; i++) {
        if (compare_level_is_good(&comparison->level[i]))
            continue;
        complain("%s::%s: the background around %g counts has another mean or variance than in %s, "
                 "by more than 1 %% (3 %% below 0.2 counts): is that the file it was made from?",
                 packed->file, packed->path, comparison->level[i].sum / comparison->level[i].pixels,
                 original->file);
        return FINDING;
    }
    return outcome;
}

static enum outcome compare_datasets(struct file_check *c, hid_t packed, hid_t raw,
                                     const char *path)
{
    struct frame_source one, other;
    struct comparison comparison = {0};
    struct progress progress;
    enum outcome outcome = frame_source_open(packed, c->address.file, path, &one);
    if (outcome != DONE)
        return outcome;
    outcome = frame_source_open(raw, c->against, path, &other);
    if (outcome == DONE) {
        progress_begin(&progress, one.frames);
        outcome = compare_stacks(&one, &other, &(struct frame_range){0}, c->threads, &progress,
                                 &comparison);
        progress_end(&progress);
        if (outcome <= FINDING)
            outcome = worse(outcome, check_comparison(&one, &other, &comparison));
        frame_source_close(&other);
    }
    frame_source_close(&one);
    if (outcome <= FINDING && c->json)
        compare_json(&comparison, &c->out);
    else if (outcome <= FINDING)
        compare_print(&comparison, stdout);
    return outcome;
}

static enum outcome compare(struct file_check *c, hid_t packed, const char *path)
{
    const hid_t raw = H5Dopen2(c->original, path, H5P_DEFAULT);
    if (raw < 0) {
        complain("%s::%s: is not there to compare with", c->against, path);
        return BAD_INPUT;
    }
    const enum outcome outcome = compare_datasets(c, packed, raw, path);
    H5Dclose(raw);
    return outcome;
}

static enum outcome check_dataset(struct file_check *c, hid_t dataset, const char *path)
{
    struct dataset_layout stack;
    enum outcome outcome = dataset_layout_describe(dataset, c->address.file, path, &stack);
    if (outcome != DONE)
        return outcome;
    const char *unreadable = dataset_layout_why_unreadable(&stack);
    if (unreadable) {
        complain("%s::%s: no program can read it: %s", stack.file, stack.path, unreadable);
        return FINDING;
    }
    if (c->json) {
        json_begin(&c->out, NULL, '{');
        json_text(&c->out, "dataset", path);
    }
    outcome = verify(c, &stack);
    if (c->original >= 0 && outcome <= FINDING)
        outcome = worse(outcome, compare(c, dataset, path));
    if (c->json)
        json_end(&c->out, '}');
    return outcome;
}

/* ---- all datasets -------------------------------------------------------------------------- */

static enum outcome check_images(struct file_check *c)
{
    enum outcome outcome =
        image_list_find_packed(c->file, c->address.file, c->address.object, &c->images);
    if (outcome != DONE)
        return outcome;
    if (c->json)
        json_begin(&c->out, NULL, '[');
    for (size_t i = 0; i < c->images.n && outcome <= FINDING; i++) {
        const hid_t dataset = H5Dopen2(c->file, c->images.path[i], H5P_DEFAULT);
        outcome =
            dataset < 0 ? BAD_INPUT : worse(outcome, check_dataset(c, dataset, c->images.path[i]));
        H5Dclose(dataset);
    }
    if (c->json) {
        json_end(&c->out, ']');
        outcome = worse(outcome, json_print(&c->out, stdout));
    }
    image_list_free(&c->images);
    return outcome;
}

static enum outcome check_file(struct file_check *c)
{
    enum outcome outcome = file_open(c->address.file, &c->file);
    if (outcome != DONE)
        return outcome;
    if (c->against)
        outcome = file_open(c->against, &c->original);
    if (outcome == DONE) {
        outcome = check_images(c);
        if (c->against)
            H5Fclose(c->original);
    }
    H5Fclose(c->file);
    return outcome;
}

enum outcome verb_check(int argc, char **argv)
{
    struct file_check c = {.threads = processors(), .original = -1};
    enum outcome outcome = read_order(argc, argv, &c);
    if (outcome != DONE)
        return outcome;
    if (c.help) {
        fputs(USAGE, stdout);
        return DONE;
    }
    if (!address_read(argv[optind], &c.address)) {
        complain_memory();
        return IO_FAILURE;
    }
    interrupt_catch();
    outcome = winnow_filter_register(WN_NOISE_AS_STORED) ? check_file(&c) : IO_FAILURE;
    address_free(&c.address);
    return outcome;
}
