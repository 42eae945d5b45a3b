/* socket_address.c - System.Net.SocketAddress and IPAddress as C has them. */
#include "loader/library/mono/net/socket.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"

#include <string.h>

#include "loader/library/mono/members.h"

Object *socket_address_new(const SocketName *name)
{
    uint8_t text[sizeof *name];
    uint32_t n = socket_name_write(name, text);
    if (!n)
        return NULL;
    Array *bytes = array_new_of(vm.world->known.u1, n);
    Object *address = bytes ? object_new(known_socket_address()) : NULL;
    if (!address)
        return NULL;
    memcpy(bytes->data, text, n);
    *field_socket_address_size(address) = (int32_t)n;
    field_socket_address_bytes_set(address, bytes);
    *field_socket_address_changed(address) = 1;
    return address;
}

bool socket_address_read(Object *address, SocketName *out)
{
    const Array *bytes = *field_socket_address_bytes(address);
    int32_t n = *field_socket_address_size(address);
    return bytes && n > 0 && (uint32_t)n <= bytes->length &&
           socket_name_read(bytes->data, (uint32_t)n, out);
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
