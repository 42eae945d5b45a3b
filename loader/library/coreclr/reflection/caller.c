/* caller.c - who a StackCrawlMark means.
 *
 * A public method of the core assembly puts a mark into a local and passes its address
 * down: "whoever called me", or "whoever called that one". The frames between the mark
 * and this are the core assembly's own, so the caller is the first that is not:
 *
 *     Assembly.GetExecutingAssembly   mark = LookForMyCaller
 *     Program.Main                    <- the first of another assembly
 */
#include "loader/library/coreclr/reflection/caller.h"

#include "loader/reflect/frames.h"
#include "loader/vm/vm.h"

enum { LOOK_FOR_CALLERS_CALLER = 2 };

Method *caller_of_mark(const int32_t *mark)
{
    uint32_t skip = 0;
    Method *method;
    while ((method = reflection_caller(skip)) &&
           method->type->assembly == vm.world->corlib)
        skip++;
    if (method && *mark == LOOK_FOR_CALLERS_CALLER) {
        Method *above = reflection_caller(skip + 1);
        return above ? above : method;
    }
    return method;
}

Assembly *caller_assembly(const int32_t *mark)
{
    Method *method = caller_of_mark(mark);
    return method ? method->type->assembly : vm.entry ? vm.entry : vm.world->corlib;
}
