/* monitor.c - System.Threading.Monitor. */
#include "loader/vm/monitor.h"

#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"

static bool object_given(Object *object)
{
    return object || exception_argument_null("obj");
}

static void enter(Object *object)
{
    if (object_given(object))
        monitor_enter(object);
}

static void try_enter(Object *object, int32_t ms, uint8_t *taken)
{
    bool got = false;
    if (object_given(object) && monitor_try_enter(object, ms, &got))
        *taken = got;
}

static void leave(Object *object)
{
    if (object_given(object))
        monitor_exit(object);
}

static int32_t is_locked(Object *object)
{
    return object_given(object) && monitor_is_locked(object);
}

static int32_t is_owned(Object *object)
{
    return object_given(object) && monitor_is_owned(object);
}

static void pulse(Object *object)
{
    if (object_given(object))
        monitor_pulse(object);
}

static void pulse_all(Object *object)
{
    if (object_given(object))
        monitor_pulse_all(object);
}

static int32_t wait(Object *object, int32_t ms)
{
    bool signaled = false;
    return object_given(object) && monitor_wait(object, ms, &signaled) && signaled;
}

const IcallRow icalls_monitor[] = {
    ICALL("Enter", NULL, enter),
    ICALL("Exit", NULL, leave),
    ICALL("try_enter_with_atomic_var", NULL, try_enter),
    ICALL("Monitor_test_synchronised", NULL, is_locked),
    ICALL("Monitor_test_owner", NULL, is_owned),
    ICALL("Monitor_pulse", NULL, pulse),
    ICALL("Monitor_pulse_all", NULL, pulse_all),
    ICALL("Monitor_wait", NULL, wait),
    ICALLS_END,
};
