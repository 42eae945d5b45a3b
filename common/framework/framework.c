#include "common/framework/framework.h"

#include <stdlib.h>
#include <time.h>

#include "common/base/log.h"
#include "common/framework/answer.h"
#include "common/framework/hostfxr.h"

/* File systems have the time of this clock. */
static struct timespec coarse_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now;
}

static bool ask(const Question *question, const char *cache, HostProperties *out,
                Err *err)
{
    Err problem = ERR_INIT;
    struct timespec asked = coarse_now();
    if (!hostfxr_ask(question->root, question->app, out, err))
        return false;
    if (cache && !answer_store(cache, question, out, asked, &problem))
        log_line(LOG_INFO, "the host's answer is not kept: %s", problem.text);
    return true;
}

bool framework_find(const char *app, const char *cache, HostProperties *out, Err *err)
{
    char root[HOSTFXR_PATH];
    Question question;
    *out = (HostProperties){0, NULL, NULL};
    if (!hostfxr_find_root(root, err))
        return err_context(err, "%s", app);
    char *real = realpath(app, NULL);
    bool watched = question_open(&question, real ? real : app, root);
    const char *kept = watched ? cache : NULL;
    bool ok =
        (kept && answer_load(kept, &question, out)) || ask(&question, kept, out, err);
    question_close(&question);
    free(real);
    return ok;
}

void world_use_framework(World *world, const HostProperties *properties)
{
    world_set_trusted(world, properties_get(properties, PROPERTY_TRUSTED),
                      properties_get(properties, PROPERTY_APP_PATHS),
                      properties_get(properties, PROPERTY_RESOURCES));
}
