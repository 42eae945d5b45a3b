/* socket_option.c - getting and setting options of System.Net.Sockets.Socket. */
#include "loader/library/mono/net/socket.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"

#include <errno.h>

#include "loader/library/mono/members.h"

static const SocketOption *option_find(int32_t level, int32_t name, int32_t *error)
{
    const SocketOption *option = socket_option_find(level, name);
    *error = option ? 0 : socket_report(ENOPROTOOPT);
    return option;
}

/* -- get --------------------------------------------------------------------- */

static Object *linger_object(const struct linger *linger)
{
    Object *object = object_new(known_linger_option());
    if (object) {
        *field_linger_option_enabled(object) = linger->l_onoff != 0;
        *field_linger_option_time(object) = linger->l_linger;
    }
    return object;
}

void socket_get_option(int64_t handle, int32_t level, int32_t name, Object **value,
                       int32_t *error)
{
    OptionValue kind;
    int32_t number;
    struct linger linger;
    const SocketOption *option = option_find(level, name, error);
    *value = NULL;
    if (!option)
        return;
    int code = socket_option_get((int)handle, option, &kind, &number, &linger);
    *error = socket_report(code);
    if (!code)
        gc_store(value, kind == OPTION_LINGER
                            ? linger_object(&linger)
                            : object_box(vm.world->known.i4, &number));
}

void socket_get_option_bytes(int64_t handle, int32_t level, int32_t name, Array **bytes,
                             int32_t *error)
{
    const SocketOption *option = option_find(level, name, error);
    if (!option || !socket_option_has_effect(option))
        return;
    socklen_t size = (*bytes)->length;
    *error = socket_report(
        socket_option_get_bytes((int)handle, option, (*bytes)->data, &size));
}

/* -- set --------------------------------------------------------------------- */

static int set_membership(int64_t handle, const SocketOption *option,
                          Object *membership)
{
    Membership m = {.n_group = 0};
    if (socket_option_is_ipv6(option)) {
        m.n_group =
            socket_ip_bytes(*field_multicast6_option_group(membership), m.group);
        m.interface = *field_multicast6_option_interface(membership);
    } else {
        m.n_group = socket_ip_bytes(*field_multicast_option_group(membership), m.group);
        m.n_local = socket_ip_bytes(*field_multicast_option_local(membership), m.local);
        m.interface = *field_multicast_option_interface(membership);
    }
    return socket_option_set_membership((int)handle, option, &m);
}

static int set_object(int64_t handle, const SocketOption *option, Object *object)
{
    if (!socket_option_is_linger(option))
        return set_membership(handle, option, object);
    return socket_option_set_linger((int)handle, option,
                                    *field_linger_option_enabled(object),
                                    *field_linger_option_time(object));
}

/* NOLINTNEXTLINE(readability-function-size): the icall has these parameters */
void socket_set_option(int64_t handle, int32_t level, int32_t name, Object *object,
                       Array *bytes, int32_t number, int32_t *error)
{
    const SocketOption *option = option_find(level, name, error);
    int code;
    if (!option || !socket_option_has_effect(option))
        return;
    if (object)
        code = set_object(handle, option, object);
    else if (bytes && bytes->length != sizeof number)
        code = socket_option_set_bytes((int)handle, option, bytes->data, bytes->length);
    else
        code = socket_option_set((int)handle, option,
                                 bytes ? ARRAY_AT(bytes, int32_t, 0) : number);
    *error = socket_report(code);
}
