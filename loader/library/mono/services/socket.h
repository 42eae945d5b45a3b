/* socket.h - sockets: waiting, transfer, names and options.
 *
 * Functions return 0 or an errno, unless they say otherwise. `owner` tells a call that
 * may block from those of other threads, so that it can be cancelled; NULL: it must not
 * block (EAGAIN).
 */
#ifndef LOADER_LIBRARY_MONO_SERVICES_SOCKET_H
#define LOADER_LIBRARY_MONO_SERVICES_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* -- socket.c ------------------------------------------------------------------ */
int32_t socket_error(int code); /* errno -> SocketError, which are Winsock's numbers */

/* Waits until the descriptor is ready. ms: -1 for ever. EAGAIN: the time is over,
 * EINTR: cancelled. */
int socket_wait(int fd, short events, int ms, const void *owner);
void socket_cancel(const void *owner); /* all that it waits for */
/* SO_RCVTIMEO or SO_SNDTIMEO in ms; -1: none. */
int socket_timeout(int fd, int option);

typedef struct SocketName {
    struct sockaddr_storage address;
    socklen_t size;
} SocketName;

/* Connected again or to nobody: the descriptor becomes a new socket of its kind. */
int socket_renew(int fd);
int socket_accept(int fd, const void *owner, int *accepted); /* -1: none */
int socket_connect(int fd, const SocketName *name, const void *owner);

/* flags are System.Net.Sockets.SocketFlags. A blocking call sends everything. */
int socket_receive(int fd, struct msghdr *message, int32_t flags, const void *owner,
                   int32_t *received);
int socket_send(int fd, struct msghdr *message, int32_t flags, const void *owner,
                int32_t *sent);
int socket_send_file(int fd, int file, const void *owner);
int socket_keep_alive(int fd, bool on, uint32_t idle_ms, uint32_t interval_ms);

/* -- socket_name.c ------------------------------------------------------------- */
/* AddressFamily -> AF_*; -1: unknown. */
int socket_family(int32_t family);
/* The form of System.Net.SocketAddress: the family's number, little endian, then for IP
 * the port and the address in network order, at the places of sockaddr_in and
 * sockaddr_in6; for Unix sockets the path. The scope of IPv6 is little endian. The
 * number of bytes; 0: the kernel gave no name. */
uint32_t socket_name_write(const SocketName *name, uint8_t out[sizeof(SocketName)]);
/* False: not a name of a known family. */
bool socket_name_read(const uint8_t *bytes, uint32_t n, SocketName *out);

/* -- socket_option.c ----------------------------------------------------------- */
typedef struct SocketOption SocketOption;
typedef enum OptionValue { OPTION_NUMBER, OPTION_LINGER } OptionValue;
/* By SocketOptionLevel and SocketOptionName; NULL: there is none. */
const SocketOption *socket_option_find(int32_t level, int32_t name);
bool socket_option_has_effect(const SocketOption *option); /* not on Windows alone */
/* Timeouts are in ms, flags 0 or 1, errors a SocketError. */
int socket_option_get(int fd, const SocketOption *option, OptionValue *kind,
                      int32_t *number, struct linger *linger);
int socket_option_set(int fd, const SocketOption *option, int32_t number);
int socket_option_set_linger(int fd, const SocketOption *option, bool on,
                             int32_t seconds);
bool socket_option_is_linger(const SocketOption *option);
/* As the kernel has them; *size: room, then what was used. */
int socket_option_get_bytes(int fd, const SocketOption *option, void *bytes,
                            socklen_t *size);
int socket_option_set_bytes(int fd, const SocketOption *option, const void *bytes,
                            size_t size);
/* Addresses of 4 or 16 bytes in network order, or none (0). */
typedef struct Membership {
    uint8_t group[16], local[16];
    int n_group, n_local;
    int64_t interface;
} Membership;
int socket_option_set_membership(int fd, const SocketOption *option,
                                 const Membership *membership);
bool socket_option_is_ipv6(const SocketOption *option);

#endif
