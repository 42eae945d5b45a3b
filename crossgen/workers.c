/* workers.c - the pool: the driver's side and the workers' loop. */
#include "crossgen/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "crossgen/progress.h"
#include "format/fingerprint.h"

enum { BATCH = 200, NAME_SIZE = 64, MAX_RSS_KB = 1 << 20 };

typedef struct Job {
    char name[NAME_SIZE];
    uint32_t set;
    uint32_t n;
    uint32_t items[BATCH];
} Job;

/* What a worker says first, and after each job. */
typedef struct Answer {
    uint64_t rss_kb;
    char failure[400]; /* why nothing can be compiled here; "": all is well */
} Answer;

typedef struct Worker {
    pid_t pid; /* 0: none */
    int fd;
    bool ready; /* it has compiled something */
    Job *job;   /* being compiled */
    double deadline;
} Worker;

volatile sig_atomic_t workers_interrupted;

/* -- The worker's side --------------------------------------------------------- */

static uint64_t peak_kb(void)
{
    struct rusage own, children;
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    return (uint64_t)(own.ru_maxrss > children.ru_maxrss ? own.ru_maxrss
                                                         : children.ru_maxrss);
}

/* Result file: u32 n, { object NUL, u32 used, u32 size, record }*, then for each item
 * u8 compiled, u8 kind, reason NUL, then u32 n, { path of an assembly NUL }*. */
static bool write_result(const Workers *w, const CompileJob *job, const Job *wire,
                         Err *err)
{
    char path[4096];
    Buffer out = BUFFER_INIT;
    const World *world = job->world;
    buffer_u32(&out, (uint32_t)job->units.n);
    for (size_t i = 0; i < job->units.n; i++) {
        const CompiledUnit *unit = &job->units.at[i];
        buffer_cstr(&out, unit->object);
        buffer_u32(&out, unit->used);
        buffer_u32(&out, (uint32_t)unit->record.size);
        buffer_put(&out, unit->record.data, unit->record.size);
    }
    for (size_t i = 0; i < job->n; i++) {
        buffer_u8(&out, job->items[i].compiled);
        buffer_u8(&out, (uint8_t)job->items[i].why);
        buffer_cstr(&out, job->items[i].reason);
    }
    buffer_u32(&out, (uint32_t)world->assemblies.n);
    for (size_t i = 0; i < world->assemblies.n; i++)
        buffer_cstr(&out, world->assemblies.at[i]->image->path);
    snprintf(path, sizeof path, "%s/%s.result", w->dir, wire->name);
    bool ok = file_write(path, buffer_bytes(&out), 0600, err);
    buffer_free(&out);
    return ok;
}

static bool work_on(const Workers *w, const Job *wire, Err *err)
{
    const Options *o = w->options;
    CompileJob job = {.world = w->plan->world,
                      .home = w->plan->home,
                      .isa = cpu_level_name(o->levels[wire->set]),
                      .opt_level = o->opt_level,
                      .inline_limit = o->inline_limit,
                      .dir = w->dir,
                      .name = wire->name,
                      .n = wire->n};
    job.items = mem_array(job.n, sizeof *job.items);
    for (uint32_t i = 0; i < wire->n; i++) {
        const PlanItem *item = &w->plan->items.at[wire->items[i]];
        job.items[i].method = item->method;
        job.items[i].osr = item->osr;
        job.items[i].osr_il = item->osr_il;
    }
    compile_run(&job);
    *err = job.broken;
    bool ok = !err->kind && write_result(w, &job, wire, err);
    for (size_t i = 0; i < job.units.n; i++) {
        free(job.units.at[i].object);
        buffer_free(&job.units.at[i].record);
    }
    vec_free(&job.units);
    free(job.items);
    return ok;
}

/* PATH decides which `as` the compiler runs: nothing of the caller's environment may.
 */
static void clean_environment(const char *dir)
{
    clearenv();
    setenv("PATH", "/usr/bin:/bin", 1);
    setenv("LC_ALL", "C", 1);
    setenv("TMPDIR", dir, 1);
}

static bool answer_send(int fd, const Err *err)
{
    Answer answer = {.rss_kb = peak_kb()};
    snprintf(answer.failure, sizeof answer.failure, "%.399s",
             err->kind ? err->text : "");
    return send(fd, &answer, sizeof answer, MSG_NOSIGNAL) == (ssize_t)sizeof answer;
}

static void __attribute__((noreturn))
worker_main(const Workers *w, int fd, pid_t driver)
{
    Job job;
    Err err = ERR_INIT;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != driver) /* it died before it was asked for */
        _exit(0);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    clean_environment(w->dir);
    (void)compile_check(w->dir, &err);
    while (answer_send(fd, &err) && !err.kind &&
           recv(fd, &job, sizeof job, 0) == (ssize_t)sizeof job)
        (void)work_on(w, &job, &err);
    _exit(0);
}

/* -- The driver's side: processes ---------------------------------------------- */

static bool worker_start(Workers *w, Worker *worker)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        return false;
    fflush(NULL);
    pid_t driver = getpid(), pid = fork();
    if (pid < 0) {
        close(pair[0]);
        close(pair[1]);
        return false;
    }
    if (!pid) {
        for (unsigned i = 0; i < w->options->jobs; i++)
            if (w->pool[i].pid)
                close(w->pool[i].fd);
        close(pair[0]);
        worker_main(w, pair[1], driver);
    }
    close(pair[1]);
    *worker = (Worker){.pid = pid, .fd = pair[0]};
    return true;
}

/* Ends a worker; returns its wait status. */
static int worker_stop(Worker *worker, bool by_force)
{
    int status = 0;
    if (by_force) {
        kill(-worker->pid, SIGKILL);
        kill(worker->pid, SIGKILL);
    }
    close(worker->fd);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    *worker = (Worker){.pid = 0};
    return status;
}

/* -- Results ------------------------------------------------------------------- */

static void mark_item(Workers *w, uint32_t item, bool compiled, ErrKind why,
                      const char *reason)
{
    PlanItem *plan = &w->plan->items.at[item];
    if (compiled) {
        plan->compiled = !plan->reason;
        return;
    }
    plan->compiled = false;
    plan->why = why;
    if (!plan->reason)
        plan->reason = mem_strdup(*reason ? reason : "not compiled");
}

static void add_read(Workers *w, const char *path)
{
    for (size_t i = 0; i < w->read.n; i++)
        if (!strcmp(w->read.at[i], path))
            return;
    *vec_push(&w->read) = mem_strdup(path);
}

static bool read_result(Workers *w, const Job *job)
{
    char path[4096];
    File file;
    Err err = ERR_INIT;
    snprintf(path, sizeof path, "%s/%s.result", w->dir, job->name);
    if (!file_open(&file, path, false, &err))
        return false;
    Cursor c = cursor_open(file.bytes);
    uint32_t n = cursor_u32(&c);
    for (uint32_t i = 0; i < n && !c.failed; i++) {
        const char *object = cursor_cstr(&c);
        uint32_t used = cursor_u32(&c);
        Bytes record = cursor_bytes(&c, cursor_u32(&c));
        WorkUnit *unit = vec_push(&w->units);
        unit->set = job->set;
        unit->unit = (CompiledUnit){.object = mem_strdup(object), .used = used};
        buffer_put(&unit->unit.record, record.data, record.size);
        unit->name = mem_strdup(file_name(object));
    }
    for (uint32_t i = 0; i < job->n && !c.failed; i++) {
        bool compiled = cursor_u8(&c);
        ErrKind why = (ErrKind)cursor_u8(&c);
        mark_item(w, job->items[i], compiled, why, cursor_cstr(&c));
    }
    n = cursor_u32(&c);
    for (uint32_t i = 0; i < n && !c.failed; i++)
        add_read(w, cursor_cstr(&c));
    file_close(&file);
    unlink(path);
    return !c.failed;
}

static Job *job_new(const char *name, uint32_t set)
{
    Job *job = mem_alloc(sizeof *job);
    snprintf(job->name, sizeof job->name, "%s", name);
    job->set = set;
    return job;
}

/* A batch that killed its worker: in halves, the first one next; a single method is
 * given up. */
static void retry_job(Workers *w, Job *job, const char *reason)
{
    log_line(LOG_INFO, "batch %s of %u methods: %s", job->name, job->n, reason);
    if (job->n == 1) {
        mark_item(w, job->items[0], false, ERR_UNSUPPORTED, reason);
        w->done++;
        return;
    }
    for (int half = 1; half >= 0; half--) {
        char name[NAME_SIZE];
        uint32_t first = half ? job->n / 2 : 0, end = half ? job->n : job->n / 2;
        snprintf(name, sizeof name, "%.*s%c", NAME_SIZE - 2, job->name,
                 half ? 'y' : 'x');
        Job *part = job_new(name, job->set);
        part->n = end - first;
        memcpy(part->items, job->items + first, part->n * sizeof *part->items);
        *vec_push(&w->queue) = part;
    }
}

static void job_crashed(Workers *w, Worker *worker, bool timed_out)
{
    char reason[100];
    Job *job = worker->job;
    int status = worker_stop(worker, true);
    if (timed_out)
        snprintf(reason, sizeof reason, "the compiler took more than %u s",
                 w->options->timeout);
    else if (WIFSIGNALED(status))
        snprintf(reason, sizeof reason, "the compiler was killed by signal %d (%s)",
                 WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(reason, sizeof reason, "the compiler ended with status %d",
                 WEXITSTATUS(status));
    retry_job(w, job, reason);
    free(job);
}

/* One that ends before it is ready has not met a method yet. */
static void worker_unfit(Workers *w, Worker *worker, const char *said)
{
    int status = worker_stop(worker, true);
    if (*said)
        err_set(&w->failure, ERR_IO, "%s", said);
    else
        err_set(&w->failure, ERR_IO,
                "the compiler does not work here (it ended with %s %d): see that as "
                "(Debian's binutils) is in /usr/bin and runs, and that there is room "
                "in %.200s",
                WIFSIGNALED(status) ? "signal" : "status",
                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), w->dir);
}

static void worker_answered(Workers *w, Worker *worker)
{
    Answer answer = {.failure = ""};
    Job *job = worker->job;
    bool whole = recv(worker->fd, &answer, sizeof answer, 0) == (ssize_t)sizeof answer;
    if (!whole ? !worker->ready : *answer.failure) {
        worker->job = NULL;
        free(job);
        worker_unfit(w, worker, answer.failure);
        return;
    }
    if (whole && !worker->ready) {
        worker->ready = true;
        return;
    }
    if (!whole || !read_result(w, job)) {
        job_crashed(w, worker, false);
        return;
    }
    if (answer.rss_kb * 1024 > w->peak_bytes)
        w->peak_bytes = answer.rss_kb * 1024;
    w->done += job->n;
    free(job);
    worker->job = NULL;
    if (answer.rss_kb > MAX_RSS_KB)
        worker_stop(worker, false);
}

static void worker_late(Workers *w, Worker *worker)
{
    if (worker->ready) {
        job_crashed(w, worker, true);
        return;
    }
    free(worker->job);
    worker->job = NULL;
    worker_unfit(w, worker, "");
}

/* -- The loop ------------------------------------------------------------------ */

/* Units lie in the image by their names: what the profile has comes first, from all
 * waves. */
static void add_jobs(Workers *w, uint32_t first, uint32_t end, uint32_t wave)
{
    VEC(Job *) jobs = {0};
    for (uint32_t set = 0; set < w->options->n_levels; set++) {
        uint32_t batch = 0;
        char kind = 0;
        Job *job = NULL;
        for (uint32_t i = first; i < end; i++) {
            const PlanItem *item = &w->plan->items.at[i];
            char name[NAME_SIZE], wanted = item->rank == PROFILE_NONE ? 'w' : 'h';
            if (item->reason)
                continue;
            if (!job || job->n == BATCH || kind != wanted) {
                snprintf(name, sizeof name, "%c%u_b%04u_v%u", wanted, wave, batch++,
                         w->options->levels[set]);
                *vec_push(&jobs) = job = job_new(name, set);
                kind = wanted;
            }
            job->items[job->n++] = i;
        }
    }
    for (size_t i = jobs.n; i--;) { /* the queue is taken from its end */
        *vec_push(&w->queue) = jobs.at[i];
        w->total += jobs.at[i]->n;
    }
    vec_free(&jobs);
}

static bool give_job(Workers *w, Worker *worker)
{
    if (!worker->pid && !worker_start(w, worker))
        return false;
    worker->job = w->queue.at[--w->queue.n];
    worker->deadline = progress_now() + w->options->timeout;
    /* A send that fails shows as the end of the worker. */
    return send(worker->fd, worker->job, sizeof(Job), MSG_NOSIGNAL) >= 0 || true;
}

static void wait_for_workers(Workers *w)
{
    struct pollfd *fds = mem_array(w->options->jobs, sizeof *fds);
    for (unsigned i = 0; i < w->options->jobs; i++)
        fds[i] = (struct pollfd){.fd = w->pool[i].job ? w->pool[i].fd : -1,
                                 .events = POLLIN};
    poll(fds, w->options->jobs, 500);
    for (unsigned i = 0; i < w->options->jobs; i++) {
        Worker *worker = &w->pool[i];
        if (worker->job && fds[i].revents)
            worker_answered(w, worker);
        else if (worker->job && progress_now() > worker->deadline)
            worker_late(w, worker);
    }
    free(fds);
}

static bool any_busy(const Workers *w)
{
    for (unsigned i = 0; i < w->options->jobs; i++)
        if (w->pool[i].job)
            return true;
    return false;
}

void workers_open(Workers *w, const Options *options, Plan *plan, const char *dir)
{
    *w = (Workers){.options = options, .plan = plan, .dir = dir};
    w->pool = mem_array(options->jobs, sizeof *w->pool);
}

static void stop_all(Workers *w, bool by_force)
{
    for (unsigned i = 0; i < w->options->jobs; i++)
        if (w->pool[i].pid) {
            free(w->pool[i].job);
            worker_stop(&w->pool[i], by_force);
        }
}

bool workers_run(Workers *w, uint32_t first, uint32_t end, uint32_t wave, Err *err)
{
    w->done = w->total = 0;
    progress_wave();
    add_jobs(w, first, end, wave);
    while (!workers_interrupted && !w->failure.kind && (w->queue.n || any_busy(w))) {
        for (unsigned i = 0; i < w->options->jobs && w->queue.n; i++)
            if (!w->pool[i].job && !give_job(w, &w->pool[i]))
                return err_set(err, ERR_IO, "no worker process: %s", strerror(errno));
        wait_for_workers(w);
        progress_show(w->done, w->total);
    }
    /* The next wave's items are not in these. */
    stop_all(w, workers_interrupted || w->failure.kind);
    if (w->failure.kind)
        return err_set(err, w->failure.kind, "%s", w->failure.text);
    return !workers_interrupted || err_set(err, ERR_IO, "interrupted");
}

void workers_close(Workers *w)
{
    stop_all(w, true);
    for (size_t i = 0; i < w->units.n; i++) {
        free(w->units.at[i].unit.object);
        buffer_free(&w->units.at[i].unit.record);
        free(w->units.at[i].name);
    }
    for (size_t i = 0; i < w->queue.n; i++)
        free(w->queue.at[i]);
    for (size_t i = 0; i < w->read.n; i++)
        free(w->read.at[i]);
    vec_free(&w->read);
    vec_free(&w->units);
    vec_free(&w->queue);
    free(w->pool);
}
