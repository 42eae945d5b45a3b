/* rowmutants - assemblies with one cell of a metadata table changed.
 *
 * rowmutants [--rows N] FILE...          walks every mutant in this process: loads its
 *                                        types, imports its bodies; names what ends it
 * rowmutants --write NUMBER FILE OUT     writes the mutant of that number
 * rowmutants --walk FILE...              walks the assemblies as they are */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/log.h"
#include "tests/fuzz/mutant.h"

enum { SECONDS = 10, CHUNK = 500, MAX_FOUND = 40 };

/* Shared with the child that walks: which mutant it is at. */
static int report[2];

static void walk_chunk(const Subject *subject, const Mutations *list, size_t from)
{
    for (size_t i = from; i < list->n && i < from + CHUNK; i++) {
        WalkTotals totals = {0};
        if (write(report[1], &i, sizeof i) != sizeof i)
            _exit(3);
        alarm(SECONDS);
        uint32_t old = mutation_apply(subject, &list->at[i]);
        walk_subject(subject, &totals);
        mutation_undo(subject, &list->at[i], old);
    }
    _exit(0);
}

/* Walks from a mutant on; returns where to go on after what ended the child, if any. */
static size_t walk_from(const Subject *subject, const Mutations *list, size_t from,
                        int *found)
{
    size_t at = from, next;
    int status;
    if (pipe(report))
        log_fatal("no pipe");
    pid_t child = fork();
    if (!child)
        walk_chunk(subject, list, from);
    close(report[1]);
    while (read(report[0], &next, sizeof next) == sizeof next)
        at = next;
    close(report[0]);
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && !WEXITSTATUS(status))
        return from + CHUNK;
    char text[128];
    mutation_print(text, sizeof text, &list->at[at]);
    printf("%s: mutant %zu, %s: %s %d\n", subject->name, at, text,
           WIFSIGNALED(status) ? "signal" : "exit",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    fflush(stdout);
    ++*found;
    return at + 1;
}

static int walk_file(const char *path, uint32_t rows)
{
    Err err = ERR_INIT;
    Subject subject;
    int found = 0;
    if (!subject_open(&subject, path, &err))
        log_fatal("%s", err.text);
    Mutations list = subject_mutations(&subject, rows);
    for (size_t at = 0; at < list.n && found < MAX_FOUND;)
        at = walk_from(&subject, &list, at, &found);
    printf("%s: %zu mutants, %d bad\n", subject.name, list.n, found);
    free(list.at);
    subject_close(&subject);
    return found;
}

static void write_mutant(const char *number, const char *path, const char *out)
{
    Err err = ERR_INIT;
    Subject subject;
    if (!subject_open(&subject, path, &err))
        log_fatal("%s", err.text);
    Mutations list = subject_mutations(&subject, UINT32_MAX);
    size_t at = strtoul(number, NULL, 10) % list.n;
    char text[128];
    mutation_print(text, sizeof text, &list.at[at]);
    mutation_apply(&subject, &list.at[at]);
    FILE *file = fopen(out, "w");
    if (!file || fwrite(subject.bytes, 1, subject.size, file) != subject.size)
        log_fatal("%s: can't be written", out);
    fclose(file);
    printf("%zu of %zu: %s\n", at, list.n, text);
    free(list.at);
    subject_close(&subject);
}

static void walk_plain(const char *path)
{
    Err err = ERR_INIT;
    WalkTotals t = {0};
    World *world = world_open();
    world_set_library_dir(world, "/usr/lib/mono/4.5");
    if (!world_load_corlib(world, &err))
        log_fatal("%s", err.text);
    Assembly *assembly = world_load_file(world, path, &err);
    if (assembly)
        walk_assembly(assembly, &t);
    printf("%s: %u types, %u bad; %u methods, %u not imported %s\n", path, t.types,
           t.bad_types, t.bodies, t.bad_bodies, err.text);
    world_close(world);
}

int main(int argc, char **argv)
{
    uint32_t rows = UINT32_MAX;
    int found = 0, first = 1;
    if (argc == 5 && !strcmp(argv[1], "--write"))
        return write_mutant(argv[2], argv[3], argv[4]), 0;
    bool plain = argc > 1 && !strcmp(argv[1], "--walk");
    if (argc > 2 && !strcmp(argv[1], "--rows")) {
        rows = (uint32_t)strtoul(argv[2], NULL, 10);
        first = 3;
    }
    if (argc <= first + plain || !rows)
        log_fatal("usage: rowmutants [--rows N | --walk] FILE... | --write N FILE OUT");
    for (int i = first + plain; i < argc; i++)
        if (plain)
            walk_plain(argv[i]);
        else
            found += walk_file(argv[i], rows);
    return found != 0;
}
