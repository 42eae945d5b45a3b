/* socket.h - between the files of System.Net.Sockets.Socket: socket.c (life and
 * transfer), socket_address.c, socket_option.c, io_selector.c. Errors are Winsock's
 * numbers.
 */
#ifndef LOADER_LIBRARY_MONO_NET_SOCKET_H
#define LOADER_LIBRARY_MONO_NET_SOCKET_H

#include "loader/gc/object.h"
#include "loader/library/mono/services/socket.h"

/* -- socket.c ---------------------------------------------------------------- */
/* socket_error, which managed code of this thread may ask for once more. */
int32_t socket_report(int code);

/* -- socket_address.c -------------------------------------------------------- */
/* A System.Net.SocketAddress; NULL: no address, or pending exception. */
Object *socket_address_new(const SocketName *name);
/* False: not an address of a known family. */
bool socket_address_read(Object *address, SocketName *out);
/* The bytes of an IPAddress in network order: 4 or 16 of them. NULL: none, 0. */
int socket_ip_bytes(Object *ip, uint8_t out[16]);

/* -- io_selector.c ------------------------------------------------------------ */
/* Before a descriptor is closed: jobs that wait for it run and find that out. */
void io_selector_remove(int fd);

/* -- socket_option.c --------------------------------------------------------- */
void socket_get_option(int64_t handle, int32_t level, int32_t name, Object **value,
                       int32_t *error);
void socket_get_option_bytes(int64_t handle, int32_t level, int32_t name, Array **bytes,
                             int32_t *error);
void socket_set_option(int64_t handle, int32_t level, int32_t name, Object *object,
                       Array *bytes, int32_t number, int32_t *error);

#endif
