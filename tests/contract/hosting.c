/* hosting.c - asks a libcoreclr.so for what it must refuse: hosting LIBRARY. */
#include <dlfcn.h>
#include <stdio.h>

typedef int Initialize(const char *, const char *, int, const char **, const char **,
                       void **, unsigned *);
typedef int SetWriter(void (*)(const char *));
typedef int Shutdown(void *, unsigned, int *);

static int words;

static void write_words(const char *text)
{
    printf("%s\n", text);
    words++;
}

int main(int argc, char **argv)
{
    void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL, *host = NULL;
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
    Initialize *initialize = (Initialize *)dlsym(library, "coreclr_initialize");
    SetWriter *set_writer = (SetWriter *)dlsym(library, "coreclr_set_error_writer");
    Shutdown *shutdown = (Shutdown *)dlsym(library, "coreclr_shutdown_2");
    unsigned domain = 0;
    const char *name = "RUNTIME_IDENTIFIER", *value = "linux-x64";
    if (set_writer(write_words))
        return 3;
    /* No list of assemblies; then no runtime that could end. */
    if (initialize("/x", "d", 1, &name, &value, &host, &domain) >= 0 || words != 1)
        return 4;
    if (shutdown(&host, domain, NULL) >= 0 || words != 2)
        return 5;
    return 0;
}
