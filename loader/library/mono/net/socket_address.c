/* socket_address.c - System.Net.SocketAddress and the kernel's addresses.
 *
 * The managed buffer: family (AddressFamily's number, little endian), then for IP the
 * port and the address in network order, at the places of sockaddr_in and
 * sockaddr_in6; for Unix sockets the path. The scope of IPv6 is little endian.
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "loader/library/mono/net/socket.h"

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

Object *socket_address_new(const struct sockaddr_storage *from, socklen_t size)
{
    enum { IP_SIZE = 16, IPV6_SIZE = 28 };
    static Type *type;
    Type *t = socket_known(&type, "System.Net", "SocketAddress");
    int family = from->ss_family;
    if (size < sizeof from->ss_family || !t)
        return NULL;
    uint32_t n = family == AF_INET    ? IP_SIZE
                 : family == AF_INET6 ? IPV6_SIZE
                                      : (uint32_t)size;
    Array *bytes = array_new_of(vm.world->known.u1, n);
    Object *address = bytes ? object_new(t) : NULL;
    if (!address)
        return NULL;
    memcpy(bytes->data, from, n < size ? n : size);
    ARRAY_AT(bytes, uint8_t, 0) = family == AF_INET6 ? FAMILY_IPV6 : (uint8_t)family;
    ARRAY_AT(bytes, uint8_t, 1) = 0;
    FIELD(address, field_of(t, "m_Size"), int32_t) = (int32_t)n;
    FIELD(address, field_of(t, "m_Buffer"), Array *) = bytes;
    FIELD(address, field_of(t, "m_changed"), uint8_t) = 1;
    return address;
}

bool socket_address_read(Object *address, struct sockaddr_storage *out, socklen_t *size)
{
    memset(out, 0, sizeof *out);
    Type *t = object_type(address);
    const Array *bytes = FIELD(address, field_of(t, "m_Buffer"), Array *);
    int32_t n = FIELD(address, field_of(t, "m_Size"), int32_t);
    if (!bytes || n < HEAD || (uint32_t)n > bytes->length || (size_t)n > sizeof *out)
        return false;
    int family = socket_family(bytes->data[0] | bytes->data[1] << 8);
    memcpy(out, bytes->data, (size_t)n);
    out->ss_family = (sa_family_t)family;
    *size = family == AF_INET    ? sizeof(struct sockaddr_in)
            : family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                 : (socklen_t)n;
    return family > 0 && (family == AF_UNIX || (socklen_t)n >= *size);
}

int socket_ip_bytes(Object *ip, uint8_t out[16])
{
    enum { LABELS = 8 };
    if (!ip)
        return 0;
    Type *t = object_type(ip);
    const Array *labels = FIELD(ip, field_of(t, "_numbers"), Array *);
    if (!labels) {
        memcpy(out, &FIELD(ip, field_of(t, "_addressOrScopeId"), uint32_t), 4);
        return 4;
    }
    for (uint32_t i = 0; i < LABELS && i < labels->length; i++) {
        out[2 * i] = (uint8_t)(ARRAY_AT(labels, uint16_t, i) >> 8);
        out[2 * i + 1] = (uint8_t)ARRAY_AT(labels, uint16_t, i);
    }
    return 2 * LABELS;
}
