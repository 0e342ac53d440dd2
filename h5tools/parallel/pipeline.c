/*
 * A ring buffer of 2 * threads + 1 items between the calling thread, which alone reads and writes,
 * and the workers; one mutex, two condition variables. The caller prefers writing, then reading,
 * and works on items itself only when it can do neither.
 */
#include "parallel/pipeline.h"

#include <stdlib.h>
#include <threads.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/message.h"

/* Pause before asking again for an item that is not there yet. */
#define POLL_INTERVAL_NS 20000000

/* Items `written` to `read` are in the ring; those from `taken` on wait for a worker. The three
 * counters only grow. */
struct item_ring {
    const struct pipeline *pipeline;
    char *items;
    bool *done; /* [size] the worker has finished */
    size_t size;
    size_t written, taken, read;
    bool closed; /* no more items: workers return */
    mtx_t lock;
    cnd_t waiting, finished; /* an item waits for a worker; a worker has finished one */
};

int processors(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > 1024 ? 1024 : (int)n;
}

size_t pipeline_items(int threads)
{
    return 2 * (size_t)threads + 1;
}

static void *item_at(const struct item_ring *ring, size_t number)
{
    return ring->items + number % ring->size * ring->pipeline->item_size;
}

/* Works on the next waiting item, if there is one. The lock is held on entry and on return. */
static bool work_on_next(struct item_ring *ring)
{
    if (ring->taken == ring->read)
        return false;
    const size_t number = ring->taken++;
    mtx_unlock(&ring->lock);
    ring->pipeline->work(ring->pipeline->context, item_at(ring, number));
    mtx_lock(&ring->lock);
    ring->done[number % ring->size] = true;
    cnd_signal(&ring->finished);
    return true;
}

static int worker(void *argument)
{
    struct item_ring *ring = argument;
    mtx_lock(&ring->lock);
    while (!ring->closed) {
        if (!work_on_next(ring))
            cnd_wait(&ring->waiting, &ring->lock);
    }
    mtx_unlock(&ring->lock);
    return 0;
}

/* Steps of the calling thread, entered without the lock. */

static enum outcome write_next(struct item_ring *ring)
{
    const enum outcome outcome =
        ring->pipeline->write(ring->pipeline->context, item_at(ring, ring->written));
    mtx_lock(&ring->lock);
    ring->done[ring->written % ring->size] = false;
    ring->written++;
    mtx_unlock(&ring->lock);
    return outcome;
}

static enum outcome read_next(struct item_ring *ring, enum supply *supply)
{
    *supply = ITEM;
    const enum outcome outcome =
        ring->pipeline->read(ring->pipeline->context, item_at(ring, ring->read), supply);
    if (*supply != ITEM || outcome > FINDING)
        return outcome;
    mtx_lock(&ring->lock);
    ring->read++;
    cnd_signal(&ring->waiting);
    mtx_unlock(&ring->lock);
    return outcome;
}

static void work_or_wait(struct item_ring *ring)
{
    mtx_lock(&ring->lock);
    if (!ring->done[ring->written % ring->size] && !work_on_next(ring))
        cnd_wait(&ring->finished, &ring->lock);
    mtx_unlock(&ring->lock);
}

static bool next_is_done(struct item_ring *ring)
{
    mtx_lock(&ring->lock);
    const bool done = ring->written < ring->read && ring->done[ring->written % ring->size];
    mtx_unlock(&ring->lock);
    return done;
}

/* Writing and reading take precedence over working, so that workers are never starved. */
static enum outcome drive(struct item_ring *ring)
{
    enum outcome worst = DONE;
    enum supply supply = ITEM;
    while (worst <= FINDING && !(supply == NO_MORE && ring->written == ring->read)) {
        const bool room = supply != NO_MORE && ring->read - ring->written < ring->size;
        if (interrupted())
            return INTERRUPTED;
        if (next_is_done(ring)) {
            worst = worse(worst, write_next(ring));
            continue;
        }
        if (room) {
            worst = worse(worst, read_next(ring, &supply));
            if (supply != NOTHING_YET)
                continue;
        }
        if (ring->written < ring->read)
            work_or_wait(ring);
        else
            thrd_sleep(&(struct timespec){.tv_nsec = POLL_INTERVAL_NS}, NULL);
    }
    return worst;
}

/* Starts up to `wanted` workers; returns how many could be started. */
static int start_workers(struct item_ring *ring, thrd_t *workers, int wanted)
{
    int n = 0;
    while (n < wanted && thrd_create(&workers[n], worker, ring) == thrd_success)
        n++;
    return n;
}

static void stop_workers(struct item_ring *ring, thrd_t *workers, int n)
{
    mtx_lock(&ring->lock);
    ring->closed = true;
    cnd_broadcast(&ring->waiting);
    mtx_unlock(&ring->lock);
    for (int i = 0; i < n; i++)
        thrd_join(workers[i], NULL);
}

enum outcome pipeline_run(const struct pipeline *pipeline, int threads)
{
    struct item_ring ring = {.pipeline = pipeline, .size = pipeline_items(threads)};
    thrd_t *workers = malloc((size_t)threads * sizeof *workers);
    ring.items = calloc(ring.size, pipeline->item_size);
    ring.done = calloc(ring.size, sizeof *ring.done);
    enum outcome outcome = IO_FAILURE;
    if (!workers || !ring.items || !ring.done) {
        complain_memory();
    } else {
        mtx_init(&ring.lock, mtx_plain);
        cnd_init(&ring.waiting);
        cnd_init(&ring.finished);
        const int n = start_workers(&ring, workers, threads - 1);
        outcome = drive(&ring);
        stop_workers(&ring, workers, n);
        cnd_destroy(&ring.finished);
        cnd_destroy(&ring.waiting);
        mtx_destroy(&ring.lock);
        for (size_t i = 0; i < ring.size; i++)
            pipeline->release(item_at(&ring, i));
    }
    free(ring.done);
    free(ring.items);
    free(workers);
    return outcome;
}
