/* socket.c - System.Net.Sockets.Socket: life, connections, transfer.
 *
 * A handle is a file descriptor, always non-blocking for the kernel. A call that is to
 * block polls the descriptor together with an event of its own, through which
 * cancel_blocking_socket_operation ends it when another thread closes the socket.
 */
#include "loader/library/mono/net/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/base/lock.h"
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

int32_t socket_error(int code)
{
    static const struct {
        int code;
        int32_t winsock;
    } map[] = {
        {0, 0},
        {EINTR, 10004},
        {EACCES, 10013},
        {EPERM, 10013},
        {EFAULT, 10014},
        {EINVAL, 10022},
        {EMFILE, 10024},
        {ENFILE, 10024},
        {EAGAIN, 10035},
        {EINPROGRESS, 10036},
        {EALREADY, 10037},
        {ENOTSOCK, 10038},
        {EBADF, 10038},
        {EDESTADDRREQ, 10039},
        {EMSGSIZE, 10040},
        {EPROTOTYPE, 10041},
        {ENOPROTOOPT, 10042},
        {EPROTONOSUPPORT, 10043},
        {ESOCKTNOSUPPORT, 10044},
        {EOPNOTSUPP, 10045},
        {EPFNOSUPPORT, 10046},
        {EAFNOSUPPORT, 10047},
        {EADDRINUSE, 10048},
        {EADDRNOTAVAIL, 10049},
        {ENETDOWN, 10050},
        {ENETUNREACH, 10051},
        {ENETRESET, 10052},
        {ECONNABORTED, 10053},
        {ECONNRESET, 10054},
        {ENOBUFS, 10055},
        {ENOMEM, 10055},
        {EISCONN, 10056},
        {ENOTCONN, 10057},
        {EPIPE, 10058},
        {ESHUTDOWN, 10058},
        {ETIMEDOUT, 10060},
        {ECONNREFUSED, 10061},
        {EHOSTDOWN, 10064},
        {EHOSTUNREACH, 10065},
    };
    for (size_t i = 0; i < sizeof map / sizeof *map; i++)
        if (map[i].code == code)
            return map[i].winsock;
    return 10022; /* InvalidArgument */
}

/* -- waiting ----------------------------------------------------------------- */

typedef struct Waiter {
    Thread *thread;
    int event;
    struct Waiter *next;
} Waiter;

static Lock waiters_lock = LOCK_INIT(LOCK_LEAF);
static Waiter *waiters;

static void waiter_enter(Waiter *waiter)
{
    lock_acquire(&waiters_lock);
    waiter->next = waiters;
    waiters = waiter;
    lock_release(&waiters_lock);
}

static void waiter_leave(Waiter *waiter)
{
    lock_acquire(&waiters_lock);
    Waiter **link = &waiters;
    while (*link != waiter)
        link = &(*link)->next;
    *link = waiter->next;
    lock_release(&waiters_lock);
    close(waiter->event);
}

/* Waits until the descriptor is ready. ms: -1 for ever. 0, or an errno: EAGAIN when the
 * time is over, EINTR when cancelled. */
static int wait_ready(int64_t handle, short events, int ms)
{
    Waiter waiter = {thread_self(), eventfd(0, EFD_CLOEXEC), NULL};
    if (waiter.event < 0)
        return errno;
    struct pollfd fds[2] = {{(int)handle, events, 0}, {waiter.event, POLLIN, 0}};
    waiter_enter(&waiter);
    int n;
    do
        n = poll(fds, 2, ms);
    while (n < 0 && errno == EINTR);
    int code = n < 0 ? errno : n == 0 ? EAGAIN : fds[1].revents ? EINTR : 0;
    waiter_leave(&waiter);
    return code;
}

static void cancel_blocking(Object *managed)
{
    Thread *thread = thread_of_managed(managed);
    uint64_t one = 1;
    lock_acquire(&waiters_lock);
    for (Waiter *w = waiters; w; w = w->next)
        if (w->thread == thread && write(w->event, &one, sizeof one) < 0)
            log_line(LOG_WARN, "a blocked socket operation could not be cancelled");
    lock_release(&waiters_lock);
}

static int timeout_of(int64_t handle, int option)
{
    enum { MS = 1000 };
    struct timeval time = {0, 0};
    socklen_t size = sizeof time;
    if (getsockopt((int)handle, SOL_SOCKET, option, &time, &size) ||
        (!time.tv_sec && !time.tv_usec))
        return -1;
    return (int)(time.tv_sec * MS + time.tv_usec / MS);
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
    if (native < 0) /* errno: managed code asks for the last error */
        errno = EAFNOSUPPORT;
    else if (!known)
        errno = ESOCKTNOSUPPORT;
    else
        fd = socket(native, types[type] | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (fd < 0)
        *error = socket_error(errno);
    else /* what Windows does by itself */
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return fd;
}

static void socket_close(int64_t handle, int32_t *error)
{
    io_selector_remove((int)handle);
    *error = close((int)handle) ? socket_error(errno) : 0;
}

static void socket_shutdown(int64_t handle, int32_t how, int32_t *error)
{
    *error = shutdown((int)handle, how) ? socket_error(errno) : 0;
}

/* Connected again or to nobody: the descriptor becomes a new socket of its kind. */
static void socket_disconnect(int64_t handle, int32_t reuse, int32_t *error)
{
    (void)reuse;
    int family = 0, type = 0, protocol = 0;
    socklen_t size = sizeof family;
    getsockopt((int)handle, SOL_SOCKET, SO_DOMAIN, &family, &size);
    getsockopt((int)handle, SOL_SOCKET, SO_TYPE, &type, &size);
    getsockopt((int)handle, SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
    shutdown((int)handle, SHUT_RDWR);
    int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    *error = fd < 0 || dup3(fd, (int)handle, O_CLOEXEC) < 0 ? socket_error(errno) : 0;
    if (fd >= 0)
        close(fd);
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
                 ? socket_error(errno)
                 : 0;
}

static int32_t socket_available(int64_t handle, int32_t *error)
{
    int n = 0;
    *error = ioctl((int)handle, FIONREAD, &n) ? socket_error(errno) : 0;
    return n;
}

static int32_t supports_port_reuse(int32_t protocol)
{
    (void)protocol;
    return 1;
}

/* -- addresses and connections ----------------------------------------------- */

static Object *local_address(int64_t handle, int32_t family, int32_t *error)
{
    (void)family;
    struct sockaddr_storage name;
    socklen_t size = sizeof name;
    *error = getsockname((int)handle, (struct sockaddr *)&name, &size)
                 ? socket_error(errno)
                 : 0;
    return *error ? NULL : socket_address_new(&name, size);
}

static Object *remote_address(int64_t handle, int32_t family, int32_t *error)
{
    (void)family;
    struct sockaddr_storage name;
    socklen_t size = sizeof name;
    *error = getpeername((int)handle, (struct sockaddr *)&name, &size)
                 ? socket_error(errno)
                 : 0;
    return *error ? NULL : socket_address_new(&name, size);
}

static void socket_bind(int64_t handle, Object *address, int32_t *error)
{
    struct sockaddr_storage name;
    socklen_t size;
    if (!socket_address_read(address, &name, &size))
        *error = socket_error(EAFNOSUPPORT);
    else
        *error =
            bind((int)handle, (struct sockaddr *)&name, size) ? socket_error(errno) : 0;
}

static void socket_listen(int64_t handle, int32_t backlog, int32_t *error)
{
    *error = listen((int)handle, backlog) ? socket_error(errno) : 0;
}

static int64_t socket_accept(int64_t handle, int32_t *error, int32_t blocking)
{
    for (;;) {
        int fd = accept4((int)handle, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        int code = fd >= 0 ? 0 : errno;
        if (code == EAGAIN && blocking)
            code = wait_ready(handle, POLLIN, -1);
        else if (code != EINTR) {
            *error = socket_error(code);
            return fd;
        }
        if (code && code != EAGAIN) {
            *error = socket_error(code);
            return -1;
        }
    }
}

static int connect_finish(int64_t handle)
{
    int code = wait_ready(handle, POLLOUT, -1);
    socklen_t size = sizeof code;
    if (!code && getsockopt((int)handle, SOL_SOCKET, SO_ERROR, &code, &size))
        code = errno;
    return code;
}

static void socket_connect(int64_t handle, Object *address, int32_t *error,
                           int32_t blocking)
{
    struct sockaddr_storage name;
    socklen_t size;
    if (!socket_address_read(address, &name, &size)) {
        *error = socket_error(EAFNOSUPPORT);
        return;
    }
    int code = connect((int)handle, (struct sockaddr *)&name, size) ? errno : 0;
    if (code == ECONNABORTED) /* so ends what the last address refused */
        code = connect((int)handle, (struct sockaddr *)&name, size) ? errno : 0;
    if ((code == EINPROGRESS || code == EINTR) && blocking)
        code = connect_finish(handle);
    *error = socket_error(code == EINPROGRESS ? EAGAIN : code);
}

/* -- transfer ---------------------------------------------------------------- */

typedef struct WsaBuf { /* Socket.WSABUF */
    int32_t length;
    void *data;
} WsaBuf;

static int flags_of(int32_t flags)
{
    static const int native[] = {MSG_OOB, MSG_PEEK, MSG_DONTROUTE};
    int out = MSG_NOSIGNAL;
    for (int i = 0; i < 3; i++)
        if (flags & 1 << i)
            out |= native[i];
    return out;
}

static int32_t receive(int64_t handle, struct msghdr *message, int32_t flags,
                       int32_t *error, int32_t blocking)
{
    for (int code = 0; !code;) {
        ssize_t n = recvmsg((int)handle, message, flags_of(flags));
        if (n >= 0) {
            *error = 0;
            return (int32_t)n;
        }
        code = errno == EINTR ? 0 : errno;
        if (code == EAGAIN && blocking)
            code = wait_ready(handle, POLLIN, timeout_of(handle, SO_RCVTIMEO));
        *error = socket_error(code);
    }
    return 0;
}

static void iov_advance(struct msghdr *message, size_t n)
{
    while (n && message->msg_iovlen) {
        size_t step = n < message->msg_iov->iov_len ? n : message->msg_iov->iov_len;
        message->msg_iov->iov_base = (char *)message->msg_iov->iov_base + step;
        message->msg_iov->iov_len -= step;
        n -= step;
        if (message->msg_iov->iov_len)
            return;
        message->msg_iov++;
        message->msg_iovlen--;
    }
}

/* A blocking call sends everything. */
static int32_t send_message(int64_t handle, struct msghdr *message, int32_t flags,
                            int32_t *error, int32_t blocking)
{
    size_t left = 0, sent = 0;
    for (size_t i = 0; i < message->msg_iovlen; i++)
        left += message->msg_iov[i].iov_len;
    for (;;) {
        ssize_t n = sendmsg((int)handle, message, flags_of(flags));
        int code = n >= 0 || errno == EINTR ? 0 : errno;
        if (n >= 0) {
            sent += (size_t)n;
            left -= (size_t)n;
            iov_advance(message, (size_t)n);
            if (!left || !blocking)
                break;
        } else if (code == EAGAIN && blocking)
            code = wait_ready(handle, POLLOUT, timeout_of(handle, SO_SNDTIMEO));
        if (code) {
            *error = socket_error(code);
            return 0;
        }
    }
    *error = 0;
    return (int32_t)sent;
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
    struct sockaddr_storage name;
    struct iovec part = {data, (size_t)n};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_name = &name,
                             .msg_namelen = sizeof name};
    int32_t got = receive(handle, &message, flags, error, blocking);
    if (!*error)
        *address = socket_address_new(&name, message.msg_namelen);
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
    struct sockaddr_storage name;
    struct iovec part = {data, (size_t)n};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_name = &name};
    if (!socket_address_read(address, &name, &message.msg_namelen)) {
        *error = socket_error(EAFNOSUPPORT);
        return 0;
    }
    return send_message(handle, &message, flags, error, blocking);
}

static bool send_array(int64_t handle, Array *bytes, int32_t *error)
{
    if (bytes && bytes->length)
        send_bytes(handle, bytes->data, (int32_t)bytes->length, 0, error, true);
    return !*error;
}

static bool send_content(int64_t handle, int fd, int32_t *error)
{
    enum { BLOCK = 65536 };
    uint8_t *block = malloc(BLOCK);
    ssize_t n = block ? 1 : 0;
    while (n > 0 && !*error) {
        do
            n = read(fd, block, BLOCK);
        while (n < 0 && errno == EINTR);
        if (n > 0)
            send_bytes(handle, block, (int32_t)n, 0, error, true);
    }
    free(block);
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
    bool ok = !*error && send_array(handle, before, error) &&
              (fd < 0 || send_content(handle, fd, error)) &&
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
        *error = socket_error(EINVAL);
        return 0;
    }
    int code = wait_ready(handle, events[mode], ms_of_us(us));
    *error = code == EAGAIN ? 0 : socket_error(code);
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
    *error = fds ? 0 : socket_error(ENOMEM);
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
        *error = socket_error(errno);
    Type *elem = object_type(&(*sockets)->object)->elem;
    Array *out = NULL;
    if (count > 0 && (out = array_new_of(elem, count + (int64_t)list)))
        for (uint32_t i = 0; i < n; i++)
            if (fds[i].fd < 0 || fds[i].revents)
                ARRAY_AT(out, Object *, ready++) = ARRAY_AT(*sockets, Object *, i);
    *sockets = out;
    free(fds);
}

static int32_t io_control(int64_t handle, int32_t code, Array *in, Array *out,
                          int32_t *error)
{
    enum { MS = 1000 };
    const uint32_t bytes_ready = 0x4004667f, keep_alive = 0x98000004;
    *error = 0;
    if ((uint32_t)code == bytes_ready && out && out->length >= sizeof(int32_t)) {
        ARRAY_AT(out, int32_t, 0) = socket_available(handle, error);
        return sizeof(int32_t);
    }
    if ((uint32_t)code != keep_alive || !in || in->length < 3 * sizeof(uint32_t)) {
        *error = socket_error(EOPNOTSUPP);
        return -1;
    }
    const uint32_t *values = (const uint32_t *)in->data;
    int on = values[0] != 0, idle = (int)((values[1] + MS - 1) / MS),
        interval = (int)((values[2] + MS - 1) / MS);
    if (setsockopt((int)handle, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) ||
        (on &&
         (setsockopt((int)handle, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle) ||
          setsockopt((int)handle, IPPROTO_TCP, TCP_KEEPINTVL, &interval,
                     sizeof interval))))
        *error = socket_error(errno);
    return *error ? -1 : 0;
}

static int32_t last_error(void)
{
    return socket_error(errno);
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
    ICALL("Accept_internal", NULL, socket_accept),
    ICALL("Connect_internal", NULL, socket_connect),
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
