/* fuzz_attribute.c - any bytes as the blob of an attribute that reflection makes: the
 * first byte chooses the attribute, the rest is what CustomAttribute would have.
 *   options: -detect_leaks=0 -max_len=512 */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "loader/host/startup.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"
#include "loader/reflect/attribute.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
    const char *ns, *name;
    int n_params;
} attributes[] = {
    {"System", "ObsoleteAttribute", 2},
    {"System", "AttributeUsageAttribute", 1},
    {"System", "ObsoleteAttribute", 0},
    {"System.Diagnostics", "DebuggerTypeProxyAttribute", 1},
    {"System.Diagnostics", "DebuggerDisplayAttribute", 1},
    {"System.Runtime.InteropServices", "MarshalAsAttribute", 1},
    {"System.Runtime.InteropServices", "DllImportAttribute", 1},
    {"System.Runtime.CompilerServices", "CompilationRelaxationsAttribute", 1},
    {"System.Runtime.CompilerServices", "DecimalConstantAttribute", 5},
    {"System.Runtime.CompilerServices", "DateTimeConstantAttribute", 1},
    {"System.Security.Permissions", "FileIOPermissionAttribute", 1},
    {"System.Runtime.InteropServices", "ComSourceInterfacesAttribute", 4},
    {"System.Runtime.CompilerServices", "TupleElementNamesAttribute", 1},
};

enum { N_ATTRIBUTES = sizeof attributes / sizeof *attributes };

static Method *ctors[N_ATTRIBUTES];

static void start(void)
{
    Err err = ERR_INIT;
    vm.mode = VM_INTERP;
    vm.no_cache = true;
    if (!vm_start(&err))
        log_fatal("%s", err.text);
    for (int i = 0; i < N_ATTRIBUTES; i++) {
        Type *type = assembly_find_type(vm.world->corlib, attributes[i].ns,
                                        attributes[i].name, &err);
        if (type && type_load(type, LEVEL_READY, &err))
            ctors[i] = type_find_method(type, ".ctor", attributes[i].n_params);
        if (!ctors[i])
            log_fatal("no constructor of %s", attributes[i].name);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!ctors[0])
        start();
    if (!size)
        return 0;
    Method *ctor = ctors[data[0] % N_ATTRIBUTES];
    Object *made = attr_construct(ctor, (Bytes){data + 1, size - 1}, vm.world->corlib);
    if (!made == !exception_pending())
        abort();
    exception_take();
    return 0;
}
