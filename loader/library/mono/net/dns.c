/* dns.c - System.Net.Dns: names and addresses from the system's resolver. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "loader/library/mono/table.h"
#include "loader/vm/vm.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"

enum { NAME_MOST = 1025 };

static Array *strings_new(uint32_t n)
{
    return array_new_of(vm.world->known.string, n);
}

/* Which addresses are wanted: System.Net.Sockets.Socket.FamilyHint. */
static int family_of_hint(int32_t hint)
{
    enum { HINT_IPV4 = 1, HINT_IPV6 = 2 };
    return hint == HINT_IPV4 ? AF_INET : hint == HINT_IPV6 ? AF_INET6 : AF_UNSPEC;
}

static String *address_text(const struct addrinfo *info)
{
    char text[INET6_ADDRSTRLEN];
    const void *bytes =
        info->ai_family == AF_INET
            ? (const void *)&((const struct sockaddr_in *)info->ai_addr)->sin_addr
            : (const void *)&((const struct sockaddr_in6 *)info->ai_addr)->sin6_addr;
    return inet_ntop(info->ai_family, bytes, text, sizeof text) ? string_from_utf8(text)
                                                                : NULL;
}

static bool is_ip(const struct addrinfo *info)
{
    return info->ai_family == AF_INET || info->ai_family == AF_INET6;
}

static bool resolve(const char *host, int32_t hint, String **name, Array **aliases,
                    Array **addresses)
{
    struct addrinfo hints = {.ai_family = family_of_hint(hint),
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_CANONNAME | AI_ADDRCONFIG};
    struct addrinfo *list = NULL;
    uint32_t n = 0;
    if (getaddrinfo(host, NULL, &hints, &list) || !list)
        return false;
    for (struct addrinfo *i = list; i; i = i->ai_next)
        n += is_ip(i);
    *name = string_from_utf8(list->ai_canonname ? list->ai_canonname : host);
    *aliases = strings_new(0);
    *addresses = strings_new(n);
    n = 0;
    for (struct addrinfo *i = list; *addresses && i; i = i->ai_next)
        if (is_ip(i))
            ARRAY_AT(*addresses, String *, n++) = address_text(i);
    freeaddrinfo(list);
    return true;
}

static int32_t by_name(String *host, String **name, Array **aliases, Array **addresses,
                       int32_t hint)
{
    char own[NAME_MOST];
    char *text = string_to_utf8(host);
    *name = NULL;
    *aliases = *addresses = NULL;
    if (text && !*text &&
        !gethostname(own, sizeof own)) { /* the empty name: this one */
        free(text);
        text = mem_strdup(own);
    }
    bool ok = text && resolve(text, hint, name, aliases, addresses);
    free(text);
    return ok;
}

static int32_t by_address(String *address, String **name, Array **aliases,
                          Array **addresses, int32_t hint)
{
    char found[NAME_MOST], *text = string_to_utf8(address);
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *info = NULL;
    *name = NULL;
    *aliases = *addresses = NULL;
    bool ok = text && !getaddrinfo(text, NULL, &hints, &info) &&
              !getnameinfo(info->ai_addr, info->ai_addrlen, found, sizeof found, NULL,
                           0, NI_NAMEREQD);
    ok = ok && resolve(found, hint, name, aliases, addresses);
    if (info)
        freeaddrinfo(info);
    free(text);
    return ok;
}

static int32_t own_name(String **name)
{
    char text[NAME_MOST];
    bool ok = !gethostname(text, sizeof text);
    *name = ok ? string_from_utf8(text) : NULL;
    return ok;
}

const IcallRow icalls_dns[] = {
    ICALL("GetHostByName_internal", NULL, by_name),
    ICALL("GetHostByAddr_internal", NULL, by_address),
    ICALL("GetHostName_internal", NULL, own_name),
    ICALLS_END,
};
