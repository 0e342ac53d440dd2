/*
 * The handler only sets a flag, which long loops poll. SA_RESETHAND restores the default action, so
 * that a second signal ends a program that hangs.
 */
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t caught;

static void set_caught(int number)
{
    (void)number;
    caught = 1;
}

void interrupt_catch(void)
{
    const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = set_caught, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < 3; i++)
        sigaction(signals[i], &action, NULL);
}

bool interrupted(void)
{
    return caught != 0;
}
