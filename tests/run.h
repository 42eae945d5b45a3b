/* The unit tests' runner: every tests/unit/test_X.c exports `Suite *suite_X(void)`; the
 * table of them is generated from the file names. */
#ifndef TESTS_RUN_H
#define TESTS_RUN_H

#include <check.h>

typedef Suite *SuiteMaker(void);

/* Ends with a null pointer. */
extern SuiteMaker *const suite_makers[];

#endif
