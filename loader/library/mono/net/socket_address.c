/* socket_address.c - System.Net.SocketAddress and the kernel's addresses.
 *
 * The managed buffer: family (AddressFamily's number, little endian), then for IP the
 * port and the address in network order, at the places of sockaddr_in and
 * sockaddr_in6; for Unix sockets the path. The scope of IPv6 is little endian.
 */
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "loader/library/mono/members.h"
#include "loader/library/mono/net/socket.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"

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
    int family = from->ss_family;
    if (size < sizeof from->ss_family)
        return NULL;
    uint32_t n = family == AF_INET    ? IP_SIZE
                 : family == AF_INET6 ? IPV6_SIZE
                                      : (uint32_t)size;
    Array *bytes = array_new_of(vm.world->known.u1, n);
    Object *address = bytes ? object_new(known_socket_address()) : NULL;
    if (!address)
        return NULL;
    memcpy(bytes->data, from, n < size ? n : size);
    ARRAY_AT(bytes, uint8_t, 0) = family == AF_INET6 ? FAMILY_IPV6 : (uint8_t)family;
    ARRAY_AT(bytes, uint8_t, 1) = 0;
    *field_socket_address_size(address) = (int32_t)n;
    *field_socket_address_bytes(address) = bytes;
    *field_socket_address_changed(address) = 1;
    return address;
}

bool socket_address_read(Object *address, struct sockaddr_storage *out, socklen_t *size)
{
    memset(out, 0, sizeof *out);
    const Array *bytes = *field_socket_address_bytes(address);
    int32_t n = *field_socket_address_size(address);
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
    const Array *labels = *field_ip_address_numbers(ip);
    if (!labels) {
        memcpy(out, field_ip_address_address(ip), 4);
        return 4;
    }
    for (uint32_t i = 0; i < LABELS && i < labels->length; i++) {
        out[2 * i] = (uint8_t)(ARRAY_AT(labels, uint16_t, i) >> 8);
        out[2 * i + 1] = (uint8_t)ARRAY_AT(labels, uint16_t, i);
    }
    return 2 * LABELS;
}
