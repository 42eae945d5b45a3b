/* dns.h - names and addresses of hosts, from the system's resolver. */
#ifndef LOADER_LIBRARY_MONO_SERVICES_DNS_H
#define LOADER_LIBRARY_MONO_SERVICES_DNS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/vec.h"

enum { DNS_NAME_MOST = 1025 };

typedef struct DnsHost {
    char *name;            /* the canonical one; malloc */
    VEC(char *) addresses; /* as text; malloc */
} DnsHost;

/* Addresses of a family: AF_INET, AF_INET6, or AF_UNSPEC for both. The empty name is
 * this host's. False: not found, and *out holds nothing. */
bool dns_by_name(const char *name, int family, DnsHost *out);
/* By an address as text: the host that has its name. */
bool dns_by_address(const char *address, int family, DnsHost *out);
void dns_host_free(DnsHost *host);
bool dns_own_name(char out[DNS_NAME_MOST]);

#endif
