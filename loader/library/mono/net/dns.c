/* dns.c - System.Net.Dns. */
#include <stdlib.h>
#include <sys/socket.h>

#include "loader/library/mono/services/dns.h"
#include "loader/library/mono/table.h"
#include "loader/vm/vm.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"

/* Which addresses are wanted: System.Net.Sockets.Socket.FamilyHint. */
static int family_of_hint(int32_t hint)
{
    enum { HINT_IPV4 = 1, HINT_IPV6 = 2 };
    return hint == HINT_IPV4 ? AF_INET : hint == HINT_IPV6 ? AF_INET6 : AF_UNSPEC;
}

typedef bool Lookup(const char *text, int family, DnsHost *out);

/* Aliases are never known. */
static int32_t look_up(Lookup *lookup, String *key, int32_t hint, String **name,
                       Array **aliases, Array **addresses)
{
    DnsHost host = {0};
    char *text = string_to_utf8(key);
    bool found = text && lookup(text, family_of_hint(hint), &host);
    free(text);
    *name = NULL;
    gc_store(aliases, *addresses = NULL);
    if (!found)
        return false;
    gc_store(name, string_from_utf8(host.name));
    gc_store(aliases, array_new_of(vm.world->known.string, 0));
    gc_store(addresses,
             array_new_of(vm.world->known.string, (uint32_t)host.addresses.n));
    for (uint32_t i = 0; *addresses && i < host.addresses.n; i++)
        array_set(*addresses, i, string_from_utf8(host.addresses.at[i]));
    dns_host_free(&host);
    return true;
}

static int32_t by_name(String *host, String **name, Array **aliases, Array **addresses,
                       int32_t hint)
{
    return look_up(dns_by_name, host, hint, name, aliases, addresses);
}

static int32_t by_address(String *address, String **name, Array **aliases,
                          Array **addresses, int32_t hint)
{
    return look_up(dns_by_address, address, hint, name, aliases, addresses);
}

static int32_t own_name(String **name)
{
    char text[DNS_NAME_MOST];
    bool ok = dns_own_name(text);
    gc_store(name, ok ? string_from_utf8(text) : NULL);
    return ok;
}

const IcallRow icalls_dns[] = {
    ICALL("GetHostByName_internal", NULL, by_name),
    ICALL("GetHostByAddr_internal", NULL, by_address),
    ICALL("GetHostName_internal", NULL, own_name),
    ICALLS_END,
};
