/* r2rinspect.h - what the inspector's commands share. */
#ifndef FORMAT_R2RINSPECT_H
#define FORMAT_R2RINSPECT_H

#include "format/sidecar.h"

enum { INSPECT_OK = 0, INSPECT_NOT = 1, INSPECT_BAD = 2 };

typedef struct Inspect {
    bool json;
    bool verify;          /* --verify: hash everything, count all facts again */
    const char *against;  /* --against HOST.json */
    const char *assembly; /* --assembly FILE: instead of the one beside the image */
    const char *isa;      /* --isa LEVEL: of this native section only */
    char **args;
    int n_args;
} Inspect;

int inspect_show(const Inspect *in);
int inspect_explain(const Inspect *in);
int inspect_methods(const Inspect *in);
int inspect_disasm(const Inspect *in);
int inspect_diff(const Inspect *in);
int inspect_host(const Inspect *in);

/* X.r2r itself, or the sidecar of an assembly. False when it does not fit. */
bool inspect_image_path(char *out, size_t size, const char *arg);
/* Opens without judging; NULL with one line on stderr. */
Sidecar *inspect_open(const char *arg);

/* What the image of an argument is judged for: this host or --against, and its assembly
 * with those that it refers to, found as the loader finds them. */
typedef struct Judged {
    char path[4096];
    HostFacts host;
    json_t *description; /* keeps the texts of --against */
    World *world;
    Assembly *home;   /* NULL: the methods can't be judged */
    Image *image;     /* the assembly, where no class library was found to load it */
    Sidecar *sidecar; /* NULL: malformed or missing */
    Verdict verdict;
    bool verify; /* --verify */
} Judged;

/* False, with one line on stderr: misused. In both cases inspect_judged_close. */
bool inspect_judge(const Inspect *in, const char *arg, Judged *judged);
void inspect_judged_close(Judged *judged);
/* What the loader would do with a row, with reasons; --verify: a row whose image does
 * not say all that the method relies on is rejected, too. */
SidecarUse inspect_judge_row(const Judged *judged, uint32_t row, SidecarMethod *m,
                             Verdict *verdict);
void inspect_print_json(json_t *json); /* takes it over */
/* Exit code 2, with one line on stderr. */
int inspect_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *inspect_features(Arena *arena, uint64_t features);
/* Is the row of the native section that --isa asks for? */
bool inspect_wants(const Inspect *in, const SidecarMethod *method);

#endif
