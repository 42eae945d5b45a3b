/* normalization.c - System.Text.Normalization. */
#include <stddef.h>

#include "loader/library/mono/services/normalization.h"
#include "loader/library/mono/table.h"
#include "loader/vm/member.h"

static void load_tables(const void **properties, const void **mapped,
                        const void **map_index, const void **starter_index,
                        const void **composite, const void **combining)
{
    const NormalizationTables *tables = normalization_tables();
    *properties = tables->properties;
    *mapped = tables->mapped;
    *map_index = tables->map_index;
    *starter_index = tables->starter_index;
    *composite = tables->composite;
    *combining = tables->classes;
}

const IcallRow icalls_normalization[] = {
    ICALL("load_normalization_resource", NULL, load_tables),
    ICALLS_END,
};
