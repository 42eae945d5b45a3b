/* socket_option.c - getting and setting options of System.Net.Sockets.Socket. Names
 * are Winsock's numbers; some of them have a meaning on Windows alone and are accepted
 * without effect.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/time.h>

#include "loader/library/mono/members.h"
#include "loader/library/mono/net/socket.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"

enum { /* SocketOptionLevel and SocketOptionName, those with more than a number */
       LEVEL_SOCKET = 0xffff,
       LEVEL_IP = 0,
       LEVEL_TCP = 6,
       LEVEL_UDP = 17,
       LEVEL_IPV6 = 41,
       NAME_LINGER = 128,
       NAME_DONT_LINGER = ~NAME_LINGER,
       NAME_EXCLUSIVE_ADDRESS = ~4, /* the opposite of the next */
       NAME_REUSE_ADDRESS = 4,
       NAME_SEND_BUFFER = 0x1001,
       NAME_RECEIVE_BUFFER = 0x1002,
       NAME_SEND_TIMEOUT = 0x1005,
       NAME_RECEIVE_TIMEOUT = 0x1006,
       NAME_ERROR = 0x1007,
       NAME_MAX_CONNECTIONS = 0x7fffffff,
       NAME_ADD_MEMBERSHIP = 12,
       NAME_DROP_MEMBERSHIP = 13,
       NAME_DONT_FRAGMENT = 14,
};

enum { WITHOUT_EFFECT = -1 };

typedef struct Option {
    int32_t level, name;
    int native_level, native_name; /* native_name may be WITHOUT_EFFECT */
} Option;

static const Option options[] = {
    {LEVEL_SOCKET, 1, SOL_SOCKET, SO_DEBUG},
    {LEVEL_SOCKET, 2, SOL_SOCKET, SO_ACCEPTCONN},
    {LEVEL_SOCKET, NAME_REUSE_ADDRESS, SOL_SOCKET, SO_REUSEADDR},
    {LEVEL_SOCKET, 8, SOL_SOCKET, SO_KEEPALIVE},
    {LEVEL_SOCKET, 16, SOL_SOCKET, SO_DONTROUTE},
    {LEVEL_SOCKET, 32, SOL_SOCKET, SO_BROADCAST},
    {LEVEL_SOCKET, 64, SOL_SOCKET, WITHOUT_EFFECT}, /* UseLoopback */
    {LEVEL_SOCKET, NAME_LINGER, SOL_SOCKET, SO_LINGER},
    {LEVEL_SOCKET, NAME_DONT_LINGER, SOL_SOCKET, SO_LINGER},
    {LEVEL_SOCKET, NAME_EXCLUSIVE_ADDRESS, SOL_SOCKET, SO_REUSEADDR},
    {LEVEL_SOCKET, 256, SOL_SOCKET, SO_OOBINLINE},
    {LEVEL_SOCKET, NAME_SEND_BUFFER, SOL_SOCKET, SO_SNDBUF},
    {LEVEL_SOCKET, NAME_RECEIVE_BUFFER, SOL_SOCKET, SO_RCVBUF},
    {LEVEL_SOCKET, 0x1003, SOL_SOCKET, SO_SNDLOWAT},
    {LEVEL_SOCKET, 0x1004, SOL_SOCKET, SO_RCVLOWAT},
    {LEVEL_SOCKET, NAME_SEND_TIMEOUT, SOL_SOCKET, SO_SNDTIMEO},
    {LEVEL_SOCKET, NAME_RECEIVE_TIMEOUT, SOL_SOCKET, SO_RCVTIMEO},
    {LEVEL_SOCKET, NAME_ERROR, SOL_SOCKET, SO_ERROR},
    {LEVEL_SOCKET, 0x1008, SOL_SOCKET, SO_TYPE},
    {LEVEL_SOCKET, NAME_MAX_CONNECTIONS, SOL_SOCKET, WITHOUT_EFFECT},
    {LEVEL_IP, 1, IPPROTO_IP, IP_OPTIONS},
    {LEVEL_IP, 2, IPPROTO_IP, IP_HDRINCL},
    {LEVEL_IP, 3, IPPROTO_IP, IP_TOS},
    {LEVEL_IP, 4, IPPROTO_IP, IP_TTL},
    {LEVEL_IP, 9, IPPROTO_IP, IP_MULTICAST_IF},
    {LEVEL_IP, 10, IPPROTO_IP, IP_MULTICAST_TTL},
    {LEVEL_IP, 11, IPPROTO_IP, IP_MULTICAST_LOOP},
    {LEVEL_IP, NAME_ADD_MEMBERSHIP, IPPROTO_IP, IP_ADD_MEMBERSHIP},
    {LEVEL_IP, NAME_DROP_MEMBERSHIP, IPPROTO_IP, IP_DROP_MEMBERSHIP},
    {LEVEL_IP, NAME_DONT_FRAGMENT, IPPROTO_IP, IP_MTU_DISCOVER},
    {LEVEL_IP, 19, IPPROTO_IP, IP_PKTINFO},
    {LEVEL_IPV6, 4, IPPROTO_IPV6, IPV6_UNICAST_HOPS},
    {LEVEL_IPV6, 9, IPPROTO_IPV6, IPV6_MULTICAST_IF},
    {LEVEL_IPV6, 10, IPPROTO_IPV6, IPV6_MULTICAST_HOPS},
    {LEVEL_IPV6, 11, IPPROTO_IPV6, IPV6_MULTICAST_LOOP},
    {LEVEL_IPV6, NAME_ADD_MEMBERSHIP, IPPROTO_IPV6, IPV6_JOIN_GROUP},
    {LEVEL_IPV6, NAME_DROP_MEMBERSHIP, IPPROTO_IPV6, IPV6_LEAVE_GROUP},
    {LEVEL_IPV6, 19, IPPROTO_IPV6, IPV6_RECVPKTINFO},
    {LEVEL_IPV6, 21, IPPROTO_IPV6, IPV6_UNICAST_HOPS},
    {LEVEL_IPV6, 27, IPPROTO_IPV6, IPV6_V6ONLY},
    {LEVEL_TCP, 1, IPPROTO_TCP, TCP_NODELAY},
    {LEVEL_UDP, 1, SOL_SOCKET, SO_NO_CHECK},
};

static const Option *option_find(int32_t level, int32_t name, int32_t *error)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].level == level && options[i].name == name) {
            *error = 0;
            return &options[i];
        }
    *error = socket_error(ENOPROTOOPT);
    return NULL;
}

static bool is_timeout(const Option *option)
{
    return option->level == LEVEL_SOCKET &&
           (option->name == NAME_SEND_TIMEOUT || option->name == NAME_RECEIVE_TIMEOUT);
}

static bool is_linger(const Option *option)
{
    return option->level == LEVEL_SOCKET &&
           (option->name == NAME_LINGER || option->name == NAME_DONT_LINGER);
}

static bool is_fragment(const Option *option)
{
    return option->level == LEVEL_IP && option->name == NAME_DONT_FRAGMENT;
}

static bool is_exclusive(const Option *option)
{
    return option->level == LEVEL_SOCKET && option->name == NAME_EXCLUSIVE_ADDRESS;
}

static bool is_buffer_size(const Option *option)
{
    return option->level == LEVEL_SOCKET &&
           (option->name == NAME_SEND_BUFFER || option->name == NAME_RECEIVE_BUFFER);
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

static Object *number_object(int32_t number)
{
    return object_box(vm.world->known.i4, &number);
}

void socket_get_option(int64_t handle, int32_t level, int32_t name, Object **value,
                       int32_t *error)
{
    enum { MS = 1000 };
    union {
        int32_t number;
        struct linger linger;
        struct timeval time;
    } out = {.time = {0, 0}};
    socklen_t size = sizeof out;
    const Option *option = option_find(level, name, error);
    *value = NULL;
    if (!option)
        return;
    if (option->native_name != WITHOUT_EFFECT &&
        getsockopt((int)handle, option->native_level, option->native_name, &out,
                   &size)) {
        *error = socket_error(errno);
        return;
    }
    if (name == NAME_MAX_CONNECTIONS)
        *value = number_object(SOMAXCONN);
    else if (is_linger(option) && name == NAME_LINGER)
        *value = linger_object(&out.linger);
    else if (is_linger(option))
        *value = number_object(!out.linger.l_onoff);
    else if (is_timeout(option))
        *value = number_object((int32_t)(out.time.tv_sec * MS + out.time.tv_usec / MS));
    else if (level == LEVEL_SOCKET && name == NAME_ERROR)
        *value = number_object(socket_error(out.number));
    else if (is_fragment(option))
        *value = number_object(out.number == IP_PMTUDISC_DO);
    else if (is_exclusive(option))
        *value = number_object(!out.number);
    else
        *value = number_object(out.number);
}

void socket_get_option_bytes(int64_t handle, int32_t level, int32_t name, Array **bytes,
                             int32_t *error)
{
    const Option *option = option_find(level, name, error);
    if (!option || option->native_name == WITHOUT_EFFECT)
        return;
    socklen_t size = (*bytes)->length;
    if (getsockopt((int)handle, option->native_level, option->native_name,
                   (*bytes)->data, &size))
        *error = socket_error(errno);
    else if (level == LEVEL_SOCKET && name == NAME_ERROR && size >= sizeof(int32_t))
        ARRAY_AT(*bytes, int32_t, 0) = socket_error(ARRAY_AT(*bytes, int32_t, 0));
}

/* -- set --------------------------------------------------------------------- */

static int set(int64_t handle, const Option *option, const void *value, size_t size)
{
    return setsockopt((int)handle, option->native_level, option->native_name, value,
                      (socklen_t)size)
               ? socket_error(errno)
               : 0;
}

static int set_membership(int64_t handle, const Option *option, Object *membership)
{
    uint8_t bytes[16];
    if (option->level == LEVEL_IPV6) {
        struct ipv6_mreq request = {0};
        socket_ip_bytes(*field_multicast6_option_group(membership), bytes);
        memcpy(&request.ipv6mr_multiaddr, bytes, sizeof request.ipv6mr_multiaddr);
        request.ipv6mr_interface =
            (unsigned)*field_multicast6_option_interface(membership);
        return set(handle, option, &request, sizeof request);
    }
    struct ip_mreqn request = {0};
    if (socket_ip_bytes(*field_multicast_option_group(membership), bytes) == 4)
        memcpy(&request.imr_multiaddr, bytes, 4);
    if (socket_ip_bytes(*field_multicast_option_local(membership), bytes) == 4)
        memcpy(&request.imr_address, bytes, 4);
    request.imr_ifindex = *field_multicast_option_interface(membership);
    return set(handle, option, &request, sizeof request);
}

static int set_object(int64_t handle, const Option *option, Object *object)
{
    if (!is_linger(option))
        return set_membership(handle, option, object);
    struct linger linger = {*field_linger_option_enabled(object),
                            *field_linger_option_time(object)};
    return set(handle, option, &linger, sizeof linger);
}

static int set_number(int64_t handle, const Option *option, int32_t number)
{
    enum { MS = 1000, US = 1000000, KERNEL_FACTOR = 2 };
    if (is_linger(option)) {
        if (option->name == NAME_LINGER)
            return socket_error(EINVAL); /* it takes a LingerOption */
        struct linger linger = {!number, 0};
        return set(handle, option, &linger, sizeof linger);
    }
    if (is_timeout(option)) {
        struct timeval time = {number / MS, number % MS * (US / MS)};
        return set(handle, option, &time, sizeof time);
    }
    if (is_fragment(option))
        number = number ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT;
    else if (is_exclusive(option))
        number = !number;
    else if (is_buffer_size(option))
        number /= KERNEL_FACTOR; /* which it takes for its own needs */
    return set(handle, option, &number, sizeof number);
}

/* NOLINTNEXTLINE(readability-function-size): the icall has these parameters */
void socket_set_option(int64_t handle, int32_t level, int32_t name, Object *object,
                       Array *bytes, int32_t number, int32_t *error)
{
    const Option *option = option_find(level, name, error);
    if (!option || option->native_name == WITHOUT_EFFECT)
        return;
    if (object)
        *error = set_object(handle, option, object);
    else if (bytes && bytes->length == sizeof number)
        *error = set_number(handle, option, ARRAY_AT(bytes, int32_t, 0));
    else if (bytes)
        *error = set(handle, option, bytes->data, bytes->length);
    else
        *error = set_number(handle, option, number);
}
