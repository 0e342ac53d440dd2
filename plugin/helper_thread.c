/* Creates and joins one C11 thread for each call. */
#include "helper_thread.h"

#include <threads.h>

struct thread_task {
    helper_thread_job job;
    void *data;
    int threads;
    wn_status status;
};

static int run(void *argument)
{
    struct thread_task *t = argument;
    t->status = t->job(t->data, t->threads);
    return 0;
}

wn_status helper_thread_run(helper_thread_job job, void *data, int threads)
{
    struct thread_task t = {job, data, threads, WN_OK};
    thrd_t thread;
    if (threads == 1 || thrd_create(&thread, run, &t) != thrd_success)
        return job(data, 1);
    thrd_join(thread, NULL);
    return t.status;
}
