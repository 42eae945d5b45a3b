/* delegate.c - System.Delegate; its reflection half is in reflection_invoke.c. */
#include "loader/icall/table.h"
#include "loader/icall/reflection.h"
#include "loader/vm/vm.h"

/* A delegate of the same type for Combine and Remove, which fill its list of delegates.
 */
static Object *alloc_like(Object *delegate)
{
    Object *copy = object_new(object_type(delegate));
    return copy && delegate_setup_multicast(copy) ? copy : NULL;
}

const IcallRow icalls_delegate[] = {
    ICALL("AllocDelegateLike_internal", NULL, alloc_like),
    ICALL("CreateDelegate_internal", NULL, reflection_create_delegate),
    ICALL("GetVirtualMethod_internal", NULL, reflection_delegate_virtual),
    ICALLS_END,
};
