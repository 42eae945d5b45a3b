/* socket.c - waiting for sockets, and transfer through them.
 *
 * Descriptors are always non-blocking for the kernel. A call that is to block polls its
 * descriptor together with an event of its own, through which socket_cancel ends it
 * when another thread closes the socket.
 */
#include "loader/library/mono/services/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "common/base/log.h"

/* -- errors -------------------------------------------------------------------- */

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
    const void *owner;
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

int socket_wait(int fd, short events, int ms, const void *owner)
{
    Waiter waiter = {owner, eventfd(0, EFD_CLOEXEC), NULL};
    if (waiter.event < 0)
        return errno;
    struct pollfd fds[2] = {{fd, events, 0}, {waiter.event, POLLIN, 0}};
    waiter_enter(&waiter);
    int n;
    do
        n = poll(fds, 2, ms);
    while (n < 0 && errno == EINTR);
    int code = n < 0 ? errno : n == 0 ? EAGAIN : fds[1].revents ? EINTR : 0;
    waiter_leave(&waiter);
    return code;
}

void socket_cancel(const void *owner)
{
    uint64_t one = 1;
    lock_acquire(&waiters_lock);
    for (Waiter *w = waiters; w; w = w->next)
        if (w->owner == owner && write(w->event, &one, sizeof one) < 0)
            log_line(LOG_WARN, "a blocked socket operation could not be cancelled");
    lock_release(&waiters_lock);
}

int socket_timeout(int fd, int option)
{
    enum { MS = 1000 };
    struct timeval time = {0, 0};
    socklen_t size = sizeof time;
    if (getsockopt(fd, SOL_SOCKET, option, &time, &size) ||
        (!time.tv_sec && !time.tv_usec))
        return -1;
    return (int)(time.tv_sec * MS + time.tv_usec / MS);
}

/* -- life ---------------------------------------------------------------------- */

int socket_renew(int fd)
{
    int family = 0, type = 0, protocol = 0;
    socklen_t size = sizeof family;
    getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size);
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size);
    getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
    shutdown(fd, SHUT_RDWR);
    int fresh = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    int code = fresh < 0 || dup3(fresh, fd, O_CLOEXEC) < 0 ? errno : 0;
    if (fresh >= 0)
        close(fresh);
    return code;
}

int socket_accept(int fd, const void *owner, int *accepted)
{
    for (;;) {
        *accepted = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        int code = *accepted >= 0 ? 0 : errno;
        if (code == EAGAIN && owner)
            code = socket_wait(fd, POLLIN, -1, owner);
        else if (code != EINTR)
            return code;
        if (code && code != EAGAIN)
            return code;
    }
}

static int connect_finish(int fd, const void *owner)
{
    int code = socket_wait(fd, POLLOUT, -1, owner);
    socklen_t size = sizeof code;
    if (!code && getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size))
        code = errno;
    return code;
}

int socket_connect(int fd, const SocketName *name, const void *owner)
{
    const struct sockaddr *to = (const struct sockaddr *)&name->address;
    int code = connect(fd, to, name->size) ? errno : 0;
    if (code == ECONNABORTED) /* so ends what the last address refused */
        code = connect(fd, to, name->size) ? errno : 0;
    if ((code == EINPROGRESS || code == EINTR) && owner)
        code = connect_finish(fd, owner);
    return code == EINPROGRESS ? EAGAIN : code;
}

/* -- transfer ------------------------------------------------------------------ */

static int native_flags(int32_t flags)
{
    static const int native[] = {MSG_OOB, MSG_PEEK, MSG_DONTROUTE};
    int out = MSG_NOSIGNAL;
    for (int i = 0; i < 3; i++)
        if (flags & 1 << i)
            out |= native[i];
    return out;
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

int socket_receive(int fd, struct msghdr *message, int32_t flags, const void *owner,
                   int32_t *received)
{
    *received = 0;
    for (int code = 0;;) {
        ssize_t n = recvmsg(fd, message, native_flags(flags));
        if (n >= 0) {
            *received = (int32_t)n;
            return 0;
        }
        code = errno == EINTR ? 0 : errno;
        if (code == EAGAIN && owner)
            code = socket_wait(fd, POLLIN, socket_timeout(fd, SO_RCVTIMEO), owner);
        if (code)
            return code;
    }
}

int socket_send(int fd, struct msghdr *message, int32_t flags, const void *owner,
                int32_t *sent)
{
    size_t left = 0, done = 0;
    *sent = 0;
    for (size_t i = 0; i < message->msg_iovlen; i++)
        left += message->msg_iov[i].iov_len;
    for (;;) {
        ssize_t n = sendmsg(fd, message, native_flags(flags));
        int code = n >= 0 || errno == EINTR ? 0 : errno;
        if (n >= 0) {
            done += (size_t)n;
            left -= (size_t)n;
            iov_advance(message, (size_t)n);
            if (!left || !owner)
                break;
        } else if (code == EAGAIN && owner)
            code = socket_wait(fd, POLLOUT, socket_timeout(fd, SO_SNDTIMEO), owner);
        if (code)
            return code;
    }
    *sent = (int32_t)done;
    return 0;
}

int socket_send_file(int fd, int file, const void *owner)
{
    enum { BLOCK = 65536 };
    uint8_t *block = malloc(BLOCK);
    ssize_t n = block ? 1 : 0;
    int code = 0;
    while (n > 0 && !code) {
        do
            n = read(file, block, BLOCK);
        while (n < 0 && errno == EINTR);
        struct iovec part = {block, n > 0 ? (size_t)n : 0};
        struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
        int32_t sent;
        if (n > 0)
            code = socket_send(fd, &message, 0, owner, &sent);
    }
    free(block);
    return code;
}

/* -- control ------------------------------------------------------------------- */

int socket_keep_alive(int fd, bool on, uint32_t idle_ms, uint32_t interval_ms)
{
    enum { MS = 1000 };
    int enabled = on, idle = (int)((idle_ms + MS - 1) / MS),
        interval = (int)((interval_ms + MS - 1) / MS);
    bool failed =
        setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &enabled, sizeof enabled) ||
        (on &&
         (setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle) ||
          setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval)));
    return failed ? errno : 0;
}
