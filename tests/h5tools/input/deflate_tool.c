/* Restores the frames of a dataset in several threads. Arguments: file, dataset, threads, output.
 * Prints whether they are decoded by winnow itself ("deflate") or not ("other"), then a line for
 * each frame, "good" or why it is not; the output gets the pixels, zero where they are not good.
 * Every frame has memory of its own, as large as it must be and no more, so that the sanitizers see
 * every byte beyond. Exit status: 0, or 1 if there are no frames to try. */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/frame_source.h"
#include "parallel/pipeline.h"

struct inflate_job {
    struct frame_source source;
    uint64_t next;
    FILE *output;
};

static enum outcome read_frame(void *context, void *item, enum supply *supply)
{
    struct inflate_job *job = context;
    if (job->next == job->source.frames) {
        *supply = NO_MORE;
        return DONE;
    }
    return frame_source_fetch(&job->source, job->next++, item);
}

static void restore_frame(void *context, void *item)
{
    const struct inflate_job *job = context;
    fetched_frame_restore(&job->source, item, NULL, WN_NOISE_AS_STORED);
}

static enum outcome write_frame(void *context, void *item)
{
    const struct inflate_job *job = context;
    struct fetched_frame *fetched = item;
    const size_t bytes = job->source.bytes;
    puts(!fetched->problem ? "good" : fetched->problem);
    if (fetched->problem)
        memset(fetched->pixels, 0, bytes);
    const bool written = fwrite(fetched->pixels, 1, bytes, job->output) == bytes;
    fetched_frame_free(fetched);
    *fetched = (struct fetched_frame){0};
    return written ? DONE : IO_FAILURE;
}

static void release(void *item)
{
    fetched_frame_free(item);
}

static enum outcome restore_all(struct inflate_job *job, int threads)
{
    const struct pipeline pipeline = {.read = read_frame,
                                      .work = restore_frame,
                                      .write = write_frame,
                                      .context = job,
                                      .item_size = sizeof(struct fetched_frame),
                                      .release = release};
    puts(job->source.way == WHOLE_DEFLATE ? "deflate" : "other");
    return pipeline_run(&pipeline, threads);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        puts("usage: h5tools_deflate FILE DATASET THREADS OUTPUT");
        return 1;
    }
    struct inflate_job job = {.output = fopen(argv[4], "wb")};
    const hid_t file = H5Fopen(argv[1], H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t dataset = H5Dopen2(file, argv[2], H5P_DEFAULT);
    enum outcome outcome =
        !job.output ? IO_FAILURE : frame_source_open(dataset, argv[1], argv[2], &job.source);
    if (outcome == DONE) {
        outcome = restore_all(&job, atoi(argv[3]));
        frame_source_close(&job.source);
    }
    if (job.output && fclose(job.output) != 0)
        outcome = IO_FAILURE;
    H5Dclose(dataset);
    H5Fclose(file);
    return outcome != DONE;
}
