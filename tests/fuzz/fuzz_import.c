/* fuzz_import.c - any bytes as the body of a method of an assembly whose tokens are
 * good: the importer, and the checker over what it made. The first byte chooses the
 * method. options: -max_len=512 */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/ir/ir.h"
#include "common/metadata/image_private.h"
#include "tests/fuzz/mutant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORLD_INPUTS = 4000, BODY_RVA = 0x70000000, METHODS = 64 };

static Subject subject;
static World *world;
static Assembly *assembly;

/* The world is made anew now and then: it keeps all types. */
static void world_fresh(void)
{
    Err err = ERR_INIT;
    if (world)
        world_close(world);
    world = world_open();
    world_set_library_dir(world, "/usr/lib/mono/4.5");
    Image *image =
        image_open_bytes((Bytes){subject.bytes, subject.size}, subject.name, &err);
    if (!image || !world_load_corlib(world, &err) ||
        !(assembly = world_add_image(world, image, &err)))
        log_fatal("%s", err.text);
    image->sections =
        realloc(image->sections, (image->n_sections + 1) * sizeof *image->sections);
    image->sections[image->n_sections++].bytes = (Bytes){NULL, 0};
}

/* Methods with bodies, spread over the assembly: generic and not. */
static Method *choose(uint8_t number, uint32_t rva)
{
    Err err = ERR_INIT;
    uint32_t n = image_rows(subject.image, TABLE_MethodDef);
    uint32_t rid = n / METHODS * (number % METHODS) + 1;
    while (!image_get(subject.image, TABLE_MethodDef, rid, COL_MethodDef_RVA))
        rid = rid % n + 1;
    Mutation m = {TABLE_MethodDef, rid, COL_MethodDef_RVA, -1, rva};
    mutation_apply(&subject, &m);
    Method *method = assembly_method(assembly, rid, &err);
    return method ? walk_over_canon(method, &err) : NULL;
}

static void import(Method *method)
{
    Arena arena = ARENA_INIT;
    Err err = ERR_INIT, broken = ERR_INIT;
    IrMethod *ir = NULL;
    if (type_load(method->type, LEVEL_READY, &err))
        ir = ir_import(method, &arena, &err);
    if (!ir == (err.kind == ERR_NONE))
        abort();
    if (ir) {
        ir_layout(ir);
        if (!ir_check(ir, &broken))
            log_fatal("%s", broken.text);
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned inputs;
    Err err = ERR_INIT;
    if (size < 2)
        return 0;
    if (!subject.image &&
        !subject_open(&subject, "/usr/lib/mono/4.5/System.Core.dll", &err))
        log_fatal("%s", err.text);
    if (inputs++ % WORLD_INPUTS == 0)
        world_fresh();
    ImageSection *body = &assembly->image->sections[assembly->image->n_sections - 1];
    *body = (ImageSection){BODY_RVA + (data[0] & 0x80 ? 1u : 0), {data + 1, size - 1}};
    Method *method = choose(data[0] & 0x7f, body->rva);
    if (method)
        import(method);
    return 0;
}
