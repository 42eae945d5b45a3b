/* socket.c - System.Net.Sockets.Socket, SocketException. A handle is a file descriptor.
 */
#include "loader/library/mono/net/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/library/mono/io/mono_io.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/vm/thread.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"

enum { IOV_MOST = 64 };

static __thread int32_t last_failure; /* errno would not last */

int32_t socket_report(int code)
{
    int32_t error = socket_error(code);
    if (error)
        last_failure = error;
    return error;
}

static void cancel_blocking(Object *managed)
{
    socket_cancel(thread_of_managed(managed));
}

/* Who waits in a call: this thread, if it may. */
static const void *owner_of(int32_t blocking)
{
    return blocking ? thread_self() : NULL;
}

/* -- life -------------------------------------------------------------------- */

static int64_t socket_open(Object *self, int32_t family, int32_t type, int32_t protocol,
                           int32_t *error)
{
    (void)self;
    static const int types[] = {0,        SOCK_STREAM, SOCK_DGRAM,
                                SOCK_RAW, SOCK_RDM,    SOCK_SEQPACKET};
    int native = socket_family(family), fd = -1, on = 1;
    bool known = type >= 1 && (size_t)type < sizeof types / sizeof *types;
    *error = 0;
    if (native < 0)
        errno = EAFNOSUPPORT;
    else if (!known)
        errno = ESOCKTNOSUPPORT;
    else
        fd = socket(native, types[type] | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (fd < 0)
        *error = socket_report(errno);
    else /* what Windows does by itself */
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return fd;
}

static void socket_close(int64_t handle, int32_t *error)
{
    io_selector_remove((int)handle);
    *error = close((int)handle) ? socket_report(errno) : 0;
}

static void socket_shutdown(int64_t handle, int32_t how, int32_t *error)
{
    *error = shutdown((int)handle, how) ? socket_report(errno) : 0;
}

static void socket_disconnect(int64_t handle, int32_t reuse, int32_t *error)
{
    (void)reuse;
    *error = socket_report(socket_renew((int)handle));
}

static int32_t socket_duplicate(int64_t handle, int32_t process, int64_t *copy,
                                int32_t *error)
{
    (void)process;
    *copy = fcntl((int)handle, F_DUPFD_CLOEXEC, 0);
    *error = *copy < 0 ? mono_io_error(errno) : 0;
    return *copy >= 0;
}

/* The managed socket knows whether it blocks and says so at each call. */
static void socket_set_blocking(int64_t handle, int32_t blocking, int32_t *error)
{
    (void)blocking;
    int flags = fcntl((int)handle, F_GETFL);
    *error = flags < 0 || fcntl((int)handle, F_SETFL, flags | O_NONBLOCK)
                 ? socket_report(errno)
                 : 0;
}

static int32_t socket_available(int64_t handle, int32_t *error)
{
    int n = 0;
    *error = ioctl((int)handle, FIONREAD, &n) ? socket_report(errno) : 0;
    return n;
}

static int32_t supports_port_reuse(int32_t protocol)
{
    (void)protocol;
    return 1;
}

/* -- addresses and connections ----------------------------------------------- */

typedef int NameFunction(int fd, struct sockaddr *name, socklen_t *size);

static Object *address_by(NameFunction *function, int64_t handle, int32_t *error)
{
    SocketName name = {.size = sizeof name.address};
    *error = function((int)handle, (struct sockaddr *)&name.address, &name.size)
                 ? socket_report(errno)
                 : 0;
    return *error ? NULL : socket_address_new(&name);
}

static Object *local_address(int64_t handle, int32_t family, int32_t *error)
{
    (void)family;
    return address_by(getsockname, handle, error);
}

static Object *remote_address(int64_t handle, int32_t family, int32_t *error)
{
    (void)family;
    return address_by(getpeername, handle, error);
}

static void socket_bind(int64_t handle, Object *address, int32_t *error)
{
    SocketName name;
    int code = !socket_address_read(address, &name) ? EAFNOSUPPORT
               : bind((int)handle, (struct sockaddr *)&name.address, name.size) ? errno
                                                                                : 0;
    *error = socket_report(code);
}

static void socket_listen(int64_t handle, int32_t backlog, int32_t *error)
{
    *error = listen((int)handle, backlog) ? socket_report(errno) : 0;
}

static int64_t accept_one(int64_t handle, int32_t *error, int32_t blocking)
{
    int fd;
    *error = socket_report(socket_accept((int)handle, owner_of(blocking), &fd));
    return fd;
}

static void connect_to(int64_t handle, Object *address, int32_t *error,
                       int32_t blocking)
{
    SocketName name;
    *error = socket_report(socket_address_read(address, &name)
                               ? socket_connect((int)handle, &name, owner_of(blocking))
                               : EAFNOSUPPORT);
}

/* -- transfer ---------------------------------------------------------------- */

typedef struct WsaBuf { /* Socket.WSABUF */
    int32_t length;
    void *data;
} WsaBuf;

static int32_t receive(int64_t handle, struct msghdr *message, int32_t flags,
                       int32_t *error, int32_t blocking)
{
    int32_t n;
    *error = socket_report(
        socket_receive((int)handle, message, flags, owner_of(blocking), &n));
    return n;
}

static int32_t send_message(int64_t handle, struct msghdr *message, int32_t flags,
                            int32_t *error, int32_t blocking)
{
    int32_t n;
    *error =
        socket_report(socket_send((int)handle, message, flags, owner_of(blocking), &n));
    return n;
}

static size_t iov_fill(struct iovec *out, const WsaBuf *buffers, int32_t n)
{
    size_t i = 0;
    for (; i < (size_t)n && i < IOV_MOST; i++)
        out[i] = (struct iovec){buffers[i].data, (size_t)buffers[i].length};
    return i;
}

static int32_t receive_bytes(int64_t handle, uint8_t *data, int32_t n, int32_t flags,
                             int32_t *error, int32_t blocking)
{
    struct iovec part = {data, (size_t)n};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return receive(handle, &message, flags, error, blocking);
}

static int32_t receive_buffers(int64_t handle, const WsaBuf *buffers, int32_t n,
                               int32_t flags, int32_t *error, int32_t blocking)
{
    struct iovec parts[IOV_MOST];
    struct msghdr message = {.msg_iov = parts,
                             .msg_iovlen = iov_fill(parts, buffers, n)};
    return receive(handle, &message, flags, error, blocking);
}

/* NOLINTNEXTLINE(readability-function-size): the icall has these parameters */
static int32_t receive_from(int64_t handle, uint8_t *data, int32_t n, int32_t flags,
                            Object **address, int32_t *error, int32_t blocking)
{
    SocketName name;
    struct iovec part = {data, (size_t)n};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_name = &name.address,
                             .msg_namelen = sizeof name.address};
    int32_t got = receive(handle, &message, flags, error, blocking);
    name.size = message.msg_namelen;
    if (!*error)
        gc_store(address, socket_address_new(&name));
    return got;
}

static int32_t send_bytes(int64_t handle, uint8_t *data, int32_t n, int32_t flags,
                          int32_t *error, int32_t blocking)
{
    struct iovec part = {data, (size_t)n};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return send_message(handle, &message, flags, error, blocking);
}

static int32_t send_buffers(int64_t handle, const WsaBuf *buffers, int32_t n,
                            int32_t flags, int32_t *error, int32_t blocking)
{
    struct iovec parts[IOV_MOST];
    struct msghdr message = {.msg_iov = parts,
                             .msg_iovlen = iov_fill(parts, buffers, n)};
    return send_message(handle, &message, flags, error, blocking);
}

/* NOLINTNEXTLINE(readability-function-size): the icall has these parameters */
static int32_t send_to(int64_t handle, uint8_t *data, int32_t n, int32_t flags,
                       Object *address, int32_t *error, int32_t blocking)
{
    SocketName name;
    if (!socket_address_read(address, &name)) {
        *error = socket_report(EAFNOSUPPORT);
        return 0;
    }
    struct iovec part = {data, (size_t)n};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_name = &name.address,
                             .msg_namelen = name.size};
    return send_message(handle, &message, flags, error, blocking);
}

static bool send_array(int64_t handle, Array *bytes, int32_t *error)
{
    if (bytes && bytes->length)
        send_bytes(handle, bytes->data, (int32_t)bytes->length, 0, error, true);
    return !*error;
}

/* NOLINTNEXTLINE(readability-function-size): the icall has these parameters */
static int32_t send_file(int64_t handle, String *name, Array *before, Array *after,
                         int32_t flags, int32_t *error, int32_t blocking)
{
    enum { DISCONNECT = 1, ERROR_FILE_NOT_FOUND = 2 };
    (void)blocking;
    char *path = name ? string_to_utf8(name) : NULL;
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    free(path);
    *error = name && fd < 0 ? ERROR_FILE_NOT_FOUND : 0;
    bool ok =
        !*error && send_array(handle, before, error) &&
        (fd < 0 ||
         !(*error = socket_report(socket_send_file((int)handle, fd, thread_self())))) &&
        send_array(handle, after, error);
    if (fd >= 0)
        close(fd);
    if (ok && flags & DISCONNECT)
        socket_disconnect(handle, 0, error);
    return ok;
}

/* -- select, poll, control --------------------------------------------------- */

static int ms_of_us(int32_t us)
{
    enum { US = 1000 };
    return us < 0 ? -1 : (us + US - 1) / US;
}

static int32_t socket_poll(int64_t handle, int32_t mode, int32_t us, int32_t *error)
{
    static const short events[] = {POLLIN, POLLOUT, POLLPRI};
    if (mode < 0 || mode > 2) {
        *error = socket_report(EINVAL);
        return 0;
    }
    int code = socket_wait((int)handle, events[mode], ms_of_us(us), thread_self());
    *error = code == EAGAIN ? 0 : socket_report(code);
    return !code;
}

static int64_t handle_of(Object *socket)
{
    Object *safe = *field_socket_handle(socket);
    return safe ? (intptr_t)*field_safe_handle_value(safe) : -1;
}

/* Three lists, for reading, writing and errors, a null behind each. *sockets becomes
 * the ready ones in the same form, or null when there is none. */
static void socket_select(Array **sockets, int32_t us, int32_t *error)
{
    static const short events[] = {POLLIN, POLLOUT, POLLPRI};
    uint32_t n = (*sockets)->length, list = 0, ready = 0;
    struct pollfd *fds = mem_array(n + 1, sizeof *fds);
    *error = fds ? 0 : socket_report(ENOMEM);
    for (uint32_t i = 0; fds && i < n; i++) {
        Object *socket = ARRAY_AT(*sockets, Object *, i);
        fds[i].fd = socket ? (int)handle_of(socket) : -1;
        fds[i].events = events[list < 2 ? list : 2];
        list += !socket;
    }
    int count = 0;
    while (fds && (count = poll(fds, n, ms_of_us(us))) < 0 && errno == EINTR)
        ;
    if (count < 0)
        *error = socket_report(errno);
    Type *elem = object_type(&(*sockets)->object)->elem;
    Array *out = NULL;
    if (count > 0 && (out = array_new_of(elem, count + (int64_t)list)))
        for (uint32_t i = 0; i < n; i++)
            if (fds[i].fd < 0 || fds[i].revents)
                array_set(out, ready++, ARRAY_AT(*sockets, Object *, i));
    gc_store(sockets, out);
    free(fds);
}

static int32_t io_control(int64_t handle, int32_t code, Array *in, Array *out,
                          int32_t *error)
{
    const uint32_t bytes_ready = 0x4004667f, keep_alive = 0x98000004;
    *error = 0;
    if ((uint32_t)code == bytes_ready && out && out->length >= sizeof(int32_t)) {
        ARRAY_AT(out, int32_t, 0) = socket_available(handle, error);
        return sizeof(int32_t);
    }
    if ((uint32_t)code != keep_alive || !in || in->length < 3 * sizeof(uint32_t)) {
        *error = socket_report(EOPNOTSUPP);
        return -1;
    }
    const uint32_t *values = (const uint32_t *)in->data;
    *error = socket_report(
        socket_keep_alive((int)handle, values[0] != 0, values[1], values[2]));
    return *error ? -1 : 0;
}

static int32_t last_error(void)
{
    return last_failure;
}

const IcallRow icalls_socket[] = {
    ICALL("Socket_internal", NULL, socket_open),
    ICALL("Close_internal", NULL, socket_close),
    ICALL("Shutdown_internal", NULL, socket_shutdown),
    ICALL("Disconnect_internal", NULL, socket_disconnect),
    ICALL("Duplicate_internal", NULL, socket_duplicate),
    ICALL("Blocking_internal", NULL, socket_set_blocking),
    ICALL("Available_internal", NULL, socket_available),
    ICALL("SupportsPortReuse", NULL, supports_port_reuse),
    ICALL("LocalEndPoint_internal", NULL, local_address),
    ICALL("RemoteEndPoint_internal", NULL, remote_address),
    ICALL("Bind_internal", NULL, socket_bind),
    ICALL("Listen_internal", NULL, socket_listen),
    ICALL("Accept_internal", NULL, accept_one),
    ICALL("Connect_internal", NULL, connect_to),
    ICALL("Receive_internal",
          "(intptr,byte*,int,System.Net.Sockets.SocketFlags,int&,bool)", receive_bytes),
    ICALL("Receive_internal", NULL, receive_buffers),
    ICALL("ReceiveFrom_internal", NULL, receive_from),
    ICALL("Send_internal",
          "(intptr,byte*,int,System.Net.Sockets.SocketFlags,int&,bool)", send_bytes),
    ICALL("Send_internal", NULL, send_buffers),
    ICALL("SendTo_internal", NULL, send_to),
    ICALL("SendFile_internal", NULL, send_file),
    ICALL("Poll_internal", NULL, socket_poll),
    ICALL("Select_internal", NULL, socket_select),
    ICALL("IOControl_internal", NULL, io_control),
    ICALL("GetSocketOption_obj_internal", NULL, socket_get_option),
    ICALL("GetSocketOption_arr_internal", NULL, socket_get_option_bytes),
    ICALL("SetSocketOption_internal", NULL, socket_set_option),
    ICALL("cancel_blocking_socket_operation", NULL, cancel_blocking),
    ICALLS_END,
};

const IcallRow icalls_socket_exception[] = {
    ICALL("WSAGetLastError_internal", NULL, last_error),
    ICALLS_END,
};
