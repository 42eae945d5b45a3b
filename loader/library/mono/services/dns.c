/* dns.c - names and addresses of hosts, from the system's resolver. */
#include "loader/library/mono/services/dns.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/mem.h"

static const void *address_bytes(const struct addrinfo *info)
{
    switch (info->ai_family) {
    case AF_INET:
        return &((const struct sockaddr_in *)info->ai_addr)->sin_addr;
    case AF_INET6:
        return &((const struct sockaddr_in6 *)info->ai_addr)->sin6_addr;
    default:
        return NULL;
    }
}

bool dns_by_name(const char *name, int family, DnsHost *out)
{
    struct addrinfo hints = {.ai_family = family,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_CANONNAME | AI_ADDRCONFIG};
    struct addrinfo *list = NULL;
    char own[DNS_NAME_MOST], text[INET6_ADDRSTRLEN];
    *out = (DnsHost){0};
    if (!*name && dns_own_name(own))
        name = own;
    if (getaddrinfo(name, NULL, &hints, &list) || !list)
        return false;
    out->name = mem_strdup(list->ai_canonname ? list->ai_canonname : name);
    for (const struct addrinfo *i = list; i; i = i->ai_next) {
        const void *bytes = address_bytes(i);
        if (bytes && inet_ntop(i->ai_family, bytes, text, sizeof text))
            *vec_push(&out->addresses) = mem_strdup(text);
    }
    freeaddrinfo(list);
    return true;
}

bool dns_by_address(const char *address, int family, DnsHost *out)
{
    char name[DNS_NAME_MOST];
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *info = NULL;
    *out = (DnsHost){0};
    if (getaddrinfo(address, NULL, &hints, &info))
        return false;
    bool ok = !getnameinfo(info->ai_addr, info->ai_addrlen, name, sizeof name, NULL, 0,
                           NI_NAMEREQD);
    freeaddrinfo(info);
    return ok && dns_by_name(name, family, out);
}

void dns_host_free(DnsHost *host)
{
    for (size_t i = 0; i < host->addresses.n; i++)
        free(host->addresses.at[i]);
    vec_free(&host->addresses);
    free(host->name);
}

bool dns_own_name(char out[DNS_NAME_MOST])
{
    return !gethostname(out, DNS_NAME_MOST);
}
