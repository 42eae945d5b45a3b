/* socket_option.c - getting and setting options of sockets. Names are Winsock's
 * numbers; some of them have a meaning on Windows alone and are accepted without
 * effect.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/time.h>

#include "loader/library/mono/services/socket.h"

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

struct SocketOption {
    int32_t level, name;
    int native_level, native_name; /* native_name may be WITHOUT_EFFECT */
};

static const SocketOption options[] = {
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

const SocketOption *socket_option_find(int32_t level, int32_t name)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].level == level && options[i].name == name)
            return &options[i];
    return NULL;
}

bool socket_option_has_effect(const SocketOption *option)
{
    return option->native_name != WITHOUT_EFFECT;
}

bool socket_option_is_ipv6(const SocketOption *option)
{
    return option->level == LEVEL_IPV6;
}

static bool is_timeout(const SocketOption *option)
{
    return option->level == LEVEL_SOCKET &&
           (option->name == NAME_SEND_TIMEOUT || option->name == NAME_RECEIVE_TIMEOUT);
}

bool socket_option_is_linger(const SocketOption *option)
{
    return option->level == LEVEL_SOCKET &&
           (option->name == NAME_LINGER || option->name == NAME_DONT_LINGER);
}

static bool is_fragment(const SocketOption *option)
{
    return option->level == LEVEL_IP && option->name == NAME_DONT_FRAGMENT;
}

static bool is_exclusive(const SocketOption *option)
{
    return option->level == LEVEL_SOCKET && option->name == NAME_EXCLUSIVE_ADDRESS;
}

static bool is_buffer_size(const SocketOption *option)
{
    return option->level == LEVEL_SOCKET &&
           (option->name == NAME_SEND_BUFFER || option->name == NAME_RECEIVE_BUFFER);
}

static bool is_error(const SocketOption *option)
{
    return option->level == LEVEL_SOCKET && option->name == NAME_ERROR;
}

/* -- get --------------------------------------------------------------------- */

typedef union Value {
    int32_t number;
    struct linger linger;
    struct timeval time;
} Value;

static int32_t number_of(const SocketOption *option, const Value *value)
{
    enum { MS = 1000 };
    if (option->name == NAME_MAX_CONNECTIONS)
        return SOMAXCONN;
    if (socket_option_is_linger(option))
        return !value->linger.l_onoff;
    if (is_timeout(option))
        return (int32_t)(value->time.tv_sec * MS + value->time.tv_usec / MS);
    if (is_error(option))
        return socket_error(value->number);
    if (is_fragment(option))
        return value->number == IP_PMTUDISC_DO;
    return is_exclusive(option) ? !value->number : value->number;
}

int socket_option_get(int fd, const SocketOption *option, OptionValue *kind,
                      int32_t *number, struct linger *linger)
{
    Value value = {.time = {0, 0}};
    socklen_t size = sizeof value;
    if (socket_option_has_effect(option) &&
        getsockopt(fd, option->native_level, option->native_name, &value, &size))
        return errno;
    bool is_linger = socket_option_is_linger(option) && option->name == NAME_LINGER;
    *kind = is_linger ? OPTION_LINGER : OPTION_NUMBER;
    *linger = value.linger;
    *number = number_of(option, &value);
    return 0;
}

int socket_option_get_bytes(int fd, const SocketOption *option, void *bytes,
                            socklen_t *size)
{
    int32_t code;
    if (getsockopt(fd, option->native_level, option->native_name, bytes, size))
        return errno;
    if (is_error(option) && *size >= sizeof code) {
        memcpy(&code, bytes, sizeof code);
        code = socket_error(code);
        memcpy(bytes, &code, sizeof code);
    }
    return 0;
}

/* -- set --------------------------------------------------------------------- */

int socket_option_set_bytes(int fd, const SocketOption *option, const void *bytes,
                            size_t size)
{
    return setsockopt(fd, option->native_level, option->native_name, bytes,
                      (socklen_t)size)
               ? errno
               : 0;
}

int socket_option_set_membership(int fd, const SocketOption *option,
                                 const Membership *membership)
{
    if (socket_option_is_ipv6(option)) {
        struct ipv6_mreq request = {0};
        memcpy(&request.ipv6mr_multiaddr, membership->group,
               sizeof request.ipv6mr_multiaddr);
        request.ipv6mr_interface = (unsigned)membership->interface;
        return socket_option_set_bytes(fd, option, &request, sizeof request);
    }
    struct ip_mreqn request = {0};
    if (membership->n_group == 4)
        memcpy(&request.imr_multiaddr, membership->group, 4);
    if (membership->n_local == 4)
        memcpy(&request.imr_address, membership->local, 4);
    request.imr_ifindex = (int)membership->interface;
    return socket_option_set_bytes(fd, option, &request, sizeof request);
}

int socket_option_set_linger(int fd, const SocketOption *option, bool on,
                             int32_t seconds)
{
    struct linger linger = {on, seconds};
    return socket_option_set_bytes(fd, option, &linger, sizeof linger);
}

int socket_option_set(int fd, const SocketOption *option, int32_t number)
{
    enum { MS = 1000, US = 1000000, KERNEL_FACTOR = 2 };
    if (socket_option_is_linger(option))
        return option->name == NAME_LINGER
                   ? EINVAL /* it takes a time, too */
                   : socket_option_set_linger(fd, option, !number, 0);
    if (is_timeout(option)) {
        struct timeval time = {number / MS, number % MS * (US / MS)};
        return socket_option_set_bytes(fd, option, &time, sizeof time);
    }
    if (is_fragment(option))
        number = number ? IP_PMTUDISC_DO : IP_PMTUDISC_DONT;
    else if (is_exclusive(option))
        number = !number;
    else if (is_buffer_size(option))
        number /= KERNEL_FACTOR; /* which it takes for its own needs */
    return socket_option_set_bytes(fd, option, &number, sizeof number);
}
