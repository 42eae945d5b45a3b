#include "tests/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* run [SUITE]: runs all suites, or the one of that name. CK_FORK=no runs them in this
 * process, for a debugger. */
int main(int argc, char **argv)
{
    SRunner *runner = srunner_create(NULL);
    for (int i = 0; suite_makers[i]; i++)
        srunner_add_suite(runner, suite_makers[i]());
    srunner_run(runner, argc > 1 ? argv[1] : NULL, NULL, CK_NORMAL);
    int run = srunner_ntests_run(runner), failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    printf("%d passed, %d failed\n", run - failed, failed);
    return failed || !run ? EXIT_FAILURE : EXIT_SUCCESS;
}
