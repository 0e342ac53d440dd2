#include "helper_thread.h"

#include <threads.h>

typedef struct task {
    ownthread_work work;
    void *what;
    int threads;
    wn_status status;
} task;

static int run(void *argument)
{
    task *t = argument;
    t->status = t->work(t->what, t->threads);
    return 0;
}

wn_status ownthread_run(ownthread_work work, void *what, int threads)
{
    task t = {work, what, threads, WN_OK};
    thrd_t thread;
    if (threads == 1 || thrd_create(&thread, run, &t) != thrd_success)
        return work(what, 1);
    thrd_join(thread, NULL);
    return t.status;
}
