/*
 * helper_thread.h - several threads in a host that may fork.
 */
#ifndef H5ZWINNOW_HELPER_THREAD_H
#define H5ZWINNOW_HELPER_THREAD_H

#include "winnow.h"

/* Something to be done with so many threads. */
typedef wn_status (*ownthread_work)(void *what, int threads);

/* Do it and return its status: with one thread right here; with more, under a thread of its own
 * that begins and ends with this call. The OpenMP runtime of gcc ties its workers to the thread
 * that asked for them first, and in a child that fork() made of that thread it waits for workers
 * that do not exist, forever; a new thread has none to wait for. If there can be no new thread, it
 * is done with one. */
wn_status ownthread_run(ownthread_work work, void *what, int threads);

#endif
