/* check.h - assertions of invariants that cost time to look at, or stand where every
 * nanosecond counts: builds with CODICIL_CHECKS (debug, san, stress) have them. What is
 * cheap is a plain assert, in all builds. */
#ifndef COMMON_BASE_CHECK_H
#define COMMON_BASE_CHECK_H

#include <assert.h>

#ifdef CODICIL_CHECKS
enum { CHECKS_ON = 1 };
#else
enum { CHECKS_ON = 0 };
#endif

#define check_that(condition) assert(!CHECKS_ON || (condition))

#endif
