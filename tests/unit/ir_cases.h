/* ir_cases.h - what test_ir.c and test_abi.c share: tests/unit/ir/cases.il, loaded. */
#ifndef TESTS_UNIT_IR_CASES_H
#define TESTS_UNIT_IR_CASES_H

#include "common/types/types.h"

extern World *cases_world;
extern Assembly *cases_assembly;
extern Arena cases_arena;

void cases_setup(void);
void cases_teardown(void);
/* Own method of a type of cases.il; generic ones over __Canon. */
Method *cases_method(const char *type, const char *name);
Method *cases_corlib_method(const char *name_space, const char *type, const char *name,
                            int n_params);

#endif
