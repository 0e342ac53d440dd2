/* Runs OpenMP code in a thread of its own, since the host program may fork(). */
#ifndef H5ZWINNOW_HELPER_THREAD_H
#define H5ZWINNOW_HELPER_THREAD_H

#include "winnow.h"

/* A job that may use this many threads. */
typedef wn_status (*helper_thread_job)(void *data, int threads);

/* Run a job and return its status: with one thread, in the calling thread; with more, in a new
 * thread that ends with this call. The OpenMP runtime of gcc ties its workers to the thread that
 * first asked for them; in a child process that this thread has forked it would wait forever for
 * workers that do not exist, whereas a new thread has none to wait for. If no thread can be
 * created, the job runs in the calling thread, with one thread. */
wn_status helper_thread_run(helper_thread_job work, void *data, int threads);

#endif
