/* socket_name.c - names of sockets: the class libraries' form and the kernel's. */
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "loader/library/mono/services/socket.h"

enum { FAMILY_UNIX = 1, FAMILY_IP = 2, FAMILY_IPV6 = 23, HEAD = 2 };

int socket_family(int32_t family)
{
    switch (family) {
    case 0:
        return AF_UNSPEC;
    case FAMILY_UNIX:
        return AF_UNIX;
    case FAMILY_IP:
        return AF_INET;
    case FAMILY_IPV6:
        return AF_INET6;
    default:
        return -1;
    }
}

uint32_t socket_name_write(const SocketName *name, uint8_t out[sizeof(SocketName)])
{
    enum { IP_SIZE = 16, IPV6_SIZE = 28 };
    int family = name->address.ss_family;
    if (name->size < sizeof name->address.ss_family)
        return 0;
    uint32_t n = family == AF_INET    ? IP_SIZE
                 : family == AF_INET6 ? IPV6_SIZE
                                      : (uint32_t)name->size;
    memset(out, 0, n);
    memcpy(out, &name->address, n < name->size ? n : name->size);
    out[0] = family == AF_INET6 ? FAMILY_IPV6 : (uint8_t)family;
    out[1] = 0;
    return n;
}

bool socket_name_read(const uint8_t *bytes, uint32_t n, SocketName *out)
{
    memset(out, 0, sizeof *out);
    if (n < HEAD || n > sizeof out->address)
        return false;
    int family = socket_family(bytes[0] | bytes[1] << 8);
    memcpy(&out->address, bytes, n);
    out->address.ss_family = (sa_family_t)family;
    out->size = family == AF_INET    ? sizeof(struct sockaddr_in)
                : family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                     : (socklen_t)n;
    return family > 0 && (family == AF_UNIX || (socklen_t)n >= out->size);
}
