/* The child writes to files in memory (memfd), not to pipes: the parent then waits for nothing but
 * the end of the child, whatever other processes inherit its output. The wait polls, every 2 ms. */
#define _GNU_SOURCE
#include "doctor/child_process.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT_MAX  (1 << 20) /* most bytes that the child may write to a file */
#define TICK_NS     2000000
#define TICKS_PER_S 500

static void limit(int resource, rlim_t most)
{
    const struct rlimit both = {most, most};
    setrlimit(resource, &both);
}

static void run_child(probe_work work, void *what, int answer_fd, int said_fd)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, OUTPUT_MAX);
    if (dup2(said_fd, STDOUT_FILENO) < 0 || dup2(said_fd, STDERR_FILENO) < 0)
        _exit(1);
    FILE *answer = fdopen(answer_fd, "w");
    if (!answer)
        _exit(1);
    work(what, answer);
    _exit(fflush(answer) != 0);
}

/* Waits for the end of the child, and kills it after so many seconds. False: it was killed. */
static bool wait_for_child(pid_t child, unsigned seconds, int *status)
{
    const struct timespec tick = {.tv_nsec = TICK_NS};
    for (unsigned long i = 0; i < (unsigned long)seconds * TICKS_PER_S; i++) {
        const pid_t ended = waitpid(child, status, WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR))
            return true;
        nanosleep(&tick, NULL);
    }
    kill(child, SIGKILL);
    waitpid(child, status, 0);
    return false;
}

static void describe_end(int status, struct child_process *probe)
{
    if (WIFSIGNALED(status))
        snprintf(probe->ended, sizeof probe->ended, "dies of signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0 || probe->answer[0] == '\0')
        snprintf(probe->ended, sizeof probe->ended, "ends the program with exit status %d",
                 WEXITSTATUS(status));
}

/* Reads the output of the child, as one line. */
static void read_back(int fd, char *text, size_t size)
{
    const ssize_t length = pread(fd, text, size - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    for (size_t last = strlen(text); last > 0 && text[last - 1] == '\n'; last--)
        text[last - 1] = '\0';
    for (char *p = text; (p = strchr(p, '\n'));)
        *p = ' ';
}

static void run(probe_work work, void *what, unsigned seconds, int answer, int said,
                struct child_process *probe)
{
    int status = 0;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0)
        run_child(work, what, answer, said);
    if (child < 0) {
        snprintf(probe->ended, sizeof probe->ended, "cannot be tried: %s", strerror(errno));
        return;
    }
    const bool in_time = wait_for_child(child, seconds, &status);
    read_back(said, probe->output, sizeof probe->output);
    read_back(answer, probe->answer, sizeof probe->answer);
    if (in_time)
        describe_end(status, probe);
    else
        snprintf(probe->ended, sizeof probe->ended, "is not done after %u s", seconds);
    if (probe->ended[0] != '\0')
        probe->answer[0] = '\0';
}

void child_process_run(probe_work work, void *what, unsigned seconds, struct child_process *probe)
{
    *probe = (struct child_process){.ended = ""};
    const int answer = memfd_create("answer", MFD_CLOEXEC);
    const int said = memfd_create("said", MFD_CLOEXEC);
    if (answer >= 0 && said >= 0)
        run(work, what, seconds, answer, said, probe);
    else
        snprintf(probe->ended, sizeof probe->ended, "cannot be tried: %s", strerror(errno));
    if (answer >= 0)
        close(answer);
    if (said >= 0)
        close(said);
}
