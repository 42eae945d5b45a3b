/* growing.c - see growing.h.
 *
 * Readers take no lock for cells and heaps, so memory never moves under them: what is
 * full is copied to twice the room, the copy is published, and the old one stays until
 * the image is closed. Rows are counted after they are written, bytes of a heap after
 * they are copied. All columns are four bytes wide, so that a cell may be changed by
 * one store.
 *
 * ECMA-335 wants the rows of some tables in an order: the methods of a type in a run,
 * the attributes of a member, too. Calls that build two types in turn give rows in any
 * order, and a token that was handed out stays. So such rows are in groups, each with a
 * key and a run of its own:
 *
 *     lists (Field, MethodDef, Param, Event, Property): a group is a run of the Ptr
 *         table (FieldPtr ...) and its key the parent's rid; the child's row is
 *         wherever it was added. FieldList and its kin are not used.
 *     sorted tables (CustomAttribute, InterfaceImpl ...): a group is a run of the table
 *         itself and its key the column that the table would be sorted by.
 *
 * A group at the end of its table takes one more row there. One with others behind it
 * moves to the end with as much room again; its old rows lose their key, so that nobody
 * who looks through the table finds them twice, and keep the rest for readers who are
 * on their way. Groups are looked up under the lock. */
#include "common/metadata/growing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/arena.h"
#include "common/base/hash.h"
#include "common/base/lock.h"
#include "common/base/map.h"
#include "common/base/mem.h"
#include "common/base/search.h"
#include "common/base/vec.h"
#include "common/metadata/empty.h"
#include "common/metadata/image_private.h"

enum {
    CELL = 4,
    MAX_GROWING_ROWS = 0xffffff, /* what a token can name */
    MAX_HEAP = 0xffffff,         /* what a token of ldstr can name */
    MAX_BLOB_HEAP = 0x1fffffff,
    FIRST_RVA = 0x10000,
    MAX_RVA = 0x7fffffff,
    RVA_ALIGN = 8,
    FIRST_ROOM = 16,
    FIRST_HEAP_ROOM = 1024,
};

typedef struct Group {
    uint32_t key, first, n, room; /* rows from `first`; of `room`, n are used */
} Group;

typedef struct GrowingTable {
    uint32_t room;
    Map groups;
    uint32_t *owners; /* of a child table, by rid - 1: its parent */
    uint32_t owners_room;
} GrowingTable;

typedef struct GrowingHeap {
    size_t room;
    Map known;
} GrowingHeap;

typedef struct KnownRow {
    TableId table;
    uint32_t rid;
    uint32_t cells[IMAGE_COLUMNS];
} KnownRow;

typedef struct KnownBytes {
    Bytes bytes;
    uint32_t offset;
} KnownBytes;

struct Growing {
    Lock lock;
    Arena arena; /* rows, heaps and data, old ones, too */
    GrowingTable tables[TABLE_COUNT];
    GrowingHeap strings, blobs, user_strings;
    Map rows; /* KnownRow, of growing_add_once */
    VEC(ImageSection) data;
    uint32_t next_rva;
};

/* -- rows ---------------------------------------------------------------------- */

static bool is_full(Err *err)
{
    return err_set(err, ERR_ARGUMENT, "a module that is made at run time is full");
}

static uint32_t *cells_of(const ImageTable *table, uint32_t rid)
{
    return (uint32_t *)(table->rows + (size_t)(rid - 1) * table->row_size);
}

static bool rows_make_room(Image *image, TableId id, uint32_t more, Err *err)
{
    struct Growing *g = image->growing;
    ImageTable *table = &image->tables[id];
    uint64_t wanted = (uint64_t)table->n + more, room = g->tables[id].room;
    if (wanted > MAX_GROWING_ROWS)
        return is_full(err);
    if (wanted <= room)
        return true;
    room = 2 * room > FIRST_ROOM ? 2 * room : FIRST_ROOM;
    room = room > wanted ? room : wanted;
    uint8_t *rows = arena_alloc_array(&g->arena, table->row_size, room);
    if (table->n)
        memcpy(rows, table->rows, (size_t)table->n * table->row_size);
    __atomic_store_n(&table->rows, rows, __ATOMIC_RELEASE);
    g->tables[id].room = (uint32_t)room;
    return true;
}

/* Rows that were written behind the last one; the first of them. */
static uint32_t rows_publish(Image *image, TableId id, uint32_t more)
{
    ImageTable *table = &image->tables[id];
    uint32_t first = table->n + 1;
    __atomic_store_n(&table->n, table->n + more, __ATOMIC_RELEASE);
    return first;
}

static bool cell_encode(TableId id, int column, uint32_t value, uint32_t *raw, Err *err)
{
    *raw = 0;
    return !value || tables_encode(tables_column_kind(id, column), value, raw) ||
           err_set(err, ERR_ARGUMENT, "token %08x names nothing that fits here", value);
}

static bool row_encode(TableId id, const uint32_t *cells, uint32_t *raw, Err *err)
{
    memset(raw, 0, IMAGE_COLUMNS * sizeof *raw);
    for (int i = 0; i < IMAGE_COLUMNS && tables_column_kind(id, i); i++)
        if (!cell_encode(id, i, cells[i], &raw[i], err))
            return false;
    return true;
}

static void row_write(Image *image, TableId id, uint32_t rid, const uint32_t *raw)
{
    ImageTable *table = &image->tables[id];
    uint32_t *at = cells_of(table, rid);
    for (int i = 0; i < table->row_size / CELL; i++)
        __atomic_store_n(&at[i], raw[i], __ATOMIC_RELAXED);
}

static uint32_t row_append(Image *image, TableId id, const uint32_t *raw, Err *err)
{
    if (!rows_make_room(image, id, 1, err))
        return 0;
    row_write(image, id, image->tables[id].n + 1, raw);
    return rows_publish(image, id, 1);
}

/* -- groups -------------------------------------------------------------------- */

/* The column by which rows of a table are found; -1: none. */
static int key_column(TableId id)
{
    if (id == TABLE_PropertyMap)
        return COL_PropertyMap_Parent;
    return id == TABLE_EventMap ? COL_EventMap_Parent : tables_key_column(id);
}

static bool same_key(const void *value, const void *key)
{
    return ((const Group *)value)->key == *(const uint32_t *)key;
}

static Group *group_find(const struct Growing *g, TableId id, uint32_t key)
{
    return map_get(&g->tables[id].groups, hash_mix(key, id), same_key, &key);
}

static Group *group_of(struct Growing *g, TableId id, uint32_t key)
{
    Group *group = group_find(g, id, key);
    if (group)
        return group;
    group = arena_new(&g->arena, Group);
    group->key = key;
    map_put(&g->tables[id].groups, hash_mix(key, id), group);
    return group;
}

/* To the end of its table, with room for as many again. */
static bool group_move(Image *image, TableId id, Group *group, Err *err)
{
    uint32_t room = group->n ? 2 * group->n : 1;
    int column = key_column(id);
    if (!rows_make_room(image, id, room, err))
        return false;
    const ImageTable *table = &image->tables[id];
    if (group->n)
        memcpy(cells_of(table, table->n + 1), cells_of(table, group->first),
               (size_t)group->n * table->row_size);
    uint32_t old = group->first;
    group->first = rows_publish(image, id, room);
    group->room = room;
    for (uint32_t i = 0; column >= 0 && i < group->n; i++)
        __atomic_store_n(&cells_of(table, old + i)[column], 0, __ATOMIC_RELAXED);
    return true;
}

/* The row that it gets is at *rid. */
static bool group_add(Image *image, TableId id, uint32_t key, const uint32_t *raw,
                      uint32_t *rid, Err *err)
{
    Group *group = group_of(image->growing, id, key);
    if (group->n == group->room) {
        bool is_last = group->n && group->first + group->n == image->tables[id].n + 1;
        if (is_last ? !rows_make_room(image, id, 1, err)
                    : !group_move(image, id, group, err))
            return false;
        if (is_last) {
            group->room++;
            row_write(image, id, image->tables[id].n + 1, raw);
            rows_publish(image, id, 1);
        }
    }
    *rid = group->first + group->n++;
    row_write(image, id, *rid, raw);
    return true;
}

static uint32_t add_locked(Image *image, TableId id, const uint32_t *raw, Err *err)
{
    int column = key_column(id);
    uint32_t rid = 0;
    if (column < 0)
        return row_append(image, id, raw, err);
    return group_add(image, id, raw[column], raw, &rid, err) ? rid : 0;
}

static void owner_set(struct Growing *g, TableId child, uint32_t rid, uint32_t parent)
{
    GrowingTable *table = &g->tables[child];
    if (rid > table->owners_room) {
        uint32_t room = rid < FIRST_ROOM ? FIRST_ROOM : 2 * rid;
        table->owners = mem_resize(table->owners, room, sizeof *table->owners);
        table->owners_room = room;
    }
    table->owners[rid - 1] = parent;
}

/* -- what adds ----------------------------------------------------------------- */

uint32_t growing_add(Image *image, TableId table, const uint32_t *cells, Err *err)
{
    uint32_t raw[IMAGE_COLUMNS];
    if (!row_encode(table, cells, raw, err))
        return 0;
    lock_acquire(&image->growing->lock);
    uint32_t rid = add_locked(image, table, raw, err);
    lock_release(&image->growing->lock);
    return rid;
}

static bool same_row(const void *value, const void *key)
{
    const KnownRow *a = value, *b = key;
    return a->table == b->table && !memcmp(a->cells, b->cells, sizeof a->cells);
}

uint32_t growing_add_once(Image *image, TableId table, const uint32_t *cells, Err *err)
{
    struct Growing *g = image->growing;
    KnownRow key = {.table = table};
    if (!row_encode(table, cells, key.cells, err))
        return 0;
    uint64_t hash = hash_mix(hash_bytes(key.cells, sizeof key.cells), table);
    lock_acquire(&g->lock);
    const KnownRow *known = map_get(&g->rows, hash, same_row, &key);
    uint32_t rid = known ? known->rid : add_locked(image, table, key.cells, err);
    if (!known && rid) {
        key.rid = rid;
        map_put(&g->rows, hash, arena_copy(&g->arena, &key, sizeof key));
    }
    lock_release(&g->lock);
    return rid;
}

uint32_t growing_add_child(Image *image, TableId child, uint32_t parent,
                           const uint32_t *cells, Err *err)
{
    struct Growing *g = image->growing;
    TableId pointers = tables_pointers(child);
    uint32_t raw[IMAGE_COLUMNS], position;
    assert(pointers != child);
    if (!row_encode(child, cells, raw, err))
        return 0;
    lock_acquire(&g->lock);
    uint32_t rid = row_append(image, child, raw, err);
    if (rid) {
        uint32_t pointer[IMAGE_COLUMNS] = {rid};
        owner_set(g, child, rid, parent);
        if (!group_add(image, pointers, parent, pointer, &position, err))
            rid = 0;
    }
    lock_release(&g->lock);
    return rid;
}

bool growing_set(Image *image, TableId table, uint32_t rid, int column, uint32_t value,
                 Err *err)
{
    uint32_t raw;
    assert(column != key_column(table));
    if (!cell_encode(table, column, value, &raw, err))
        return false;
    if (!rid || rid > image_rows(image, table))
        return err_set(err, ERR_ARGUMENT, "there is no row %u of table %02x", rid,
                       table);
    lock_acquire(&image->growing->lock); /* rows are not copied meanwhile */
    uint32_t *at = cells_of(&image->tables[table], rid);
    __atomic_store_n(&at[column], raw, __ATOMIC_RELEASE);
    lock_release(&image->growing->lock);
    return true;
}

/* -- heaps and data ------------------------------------------------------------ */

static bool same_bytes(const void *value, const void *key)
{
    return bytes_equal(((const KnownBytes *)value)->bytes, *(const Bytes *)key);
}

/* Appends all of `bytes`, which a reader of *heap takes for an item. */
static bool heap_append(struct Growing *g, GrowingHeap *room, Bytes *heap, Bytes bytes,
                        uint32_t *offset, Err *err)
{
    size_t size = heap->size + bytes.size;
    size_t most = room == &g->user_strings ? MAX_HEAP : MAX_BLOB_HEAP;
    if (bytes.size > most || size > most)
        return is_full(err);
    uint8_t *data = (uint8_t *)heap->data;
    if (size > room->room) {
        size_t wanted = size < FIRST_HEAP_ROOM ? FIRST_HEAP_ROOM : 2 * size;
        data = arena_alloc(&g->arena, wanted);
        if (heap->size)
            memcpy(data, heap->data, heap->size);
        room->room = wanted;
        __atomic_store_n(&heap->data, data, __ATOMIC_RELEASE);
    }
    *offset = (uint32_t)heap->size;
    memcpy(data + heap->size, bytes.data, bytes.size);
    __atomic_store_n(&heap->size, size, __ATOMIC_RELEASE);
    return true;
}

/* Once each. */
static bool heap_add(Image *image, GrowingHeap *room, Bytes *heap, Bytes bytes,
                     uint32_t *offset, Err *err)
{
    struct Growing *g = image->growing;
    uint64_t hash = hash_bytes(bytes.data, bytes.size);
    bool ok = true;
    lock_acquire(&g->lock);
    const KnownBytes *known = map_get(&room->known, hash, same_bytes, &bytes);
    if (known) {
        *offset = known->offset;
    } else if ((ok = heap_append(g, room, heap, bytes, offset, err))) {
        KnownBytes *made = arena_new(&g->arena, KnownBytes);
        *made = (KnownBytes){{heap->data + *offset, bytes.size}, *offset};
        map_put(&room->known, hash, made);
    }
    lock_release(&g->lock);
    return ok;
}

bool growing_string(Image *image, const char *text, uint32_t *offset, Err *err)
{
    *offset = 0;
    return !*text ||
           heap_add(image, &image->growing->strings, &image->strings,
                    (Bytes){(const uint8_t *)text, strlen(text) + 1}, offset, err);
}

bool growing_blob(Image *image, Bytes blob, uint32_t *offset, Err *err)
{
    Buffer item = BUFFER_INIT;
    *offset = 0;
    if (!blob.size)
        return true;
    if (blob.size > MAX_BLOB_HEAP)
        return is_full(err);
    buffer_compressed(&item, (uint32_t)blob.size);
    buffer_put(&item, blob.data, blob.size);
    bool ok = heap_add(image, &image->growing->blobs, &image->blobs,
                       buffer_bytes(&item), offset, err);
    buffer_free(&item);
    return ok;
}

bool growing_user_string(Image *image, Bytes utf16, uint32_t *offset, Err *err)
{
    Buffer item = BUFFER_INIT;
    if (utf16.size > MAX_HEAP)
        return is_full(err);
    buffer_compressed(&item, (uint32_t)utf16.size + 1);
    buffer_put(&item, utf16.data, utf16.size);
    buffer_u8(&item, 0);
    bool ok = heap_add(image, &image->growing->user_strings, &image->user_strings,
                       buffer_bytes(&item), offset, err);
    buffer_free(&item);
    return ok;
}

bool growing_data(Image *image, Bytes bytes, uint32_t *rva, Err *err)
{
    struct Growing *g = image->growing;
    lock_acquire(&g->lock);
    bool ok = bytes.size < MAX_RVA - g->next_rva - RVA_ALIGN || is_full(err);
    if (ok) {
        *rva = g->next_rva;
        void *copy = arena_copy(&g->arena, bytes.data, bytes.size);
        *vec_push(&g->data) = (ImageSection){*rva, {copy, bytes.size}};
        g->next_rva += ((uint32_t)bytes.size + RVA_ALIGN) & -(uint32_t)RVA_ALIGN;
    }
    lock_release(&g->lock);
    return ok;
}

/* -- what reads ---------------------------------------------------------------- */

static bool group_rows(const Image *image, TableId id, uint32_t key, uint32_t *first,
                       uint32_t *end)
{
    struct Growing *g = image->growing;
    *first = *end = 1;
    lock_acquire(&g->lock);
    const Group *group = group_find(g, id, key);
    if (group) {
        *first = group->first;
        *end = group->first + group->n;
    }
    lock_release(&g->lock);
    return group != NULL;
}

void growing_list(const Image *image, TableId child, uint32_t parent, uint32_t *first,
                  uint32_t *end)
{
    group_rows(image, tables_pointers(child), parent, first, end);
}

uint32_t growing_list_owner(const Image *image, TableId child, uint32_t rid)
{
    struct Growing *g = image->growing;
    lock_acquire(&g->lock);
    const GrowingTable *table = &g->tables[child];
    uint32_t owner = rid && rid <= table->owners_room ? table->owners[rid - 1] : 0;
    lock_release(&g->lock);
    return owner;
}

bool growing_find_rows(const Image *image, TableId table, int column, uint32_t raw,
                       uint32_t *first, uint32_t *end)
{
    return column == key_column(table) && group_rows(image, table, raw, first, end);
}

bool growing_has_key(TableId table, int column)
{
    return column == key_column(table);
}

bool growing_rva(const Image *image, uint32_t rva, uint32_t size, Bytes *out)
{
    struct Growing *g = image->growing;
    bool found = false;
    lock_acquire(&g->lock);
    size_t next = search_first(i, 0, g->data.n, g->data.at[i].rva <= rva);
    if (next) {
        const ImageSection *block = &g->data.at[next - 1];
        found = bytes_slice(block->bytes, rva - block->rva, size, out);
        if (found)
            out->size = block->bytes.size - (rva - block->rva);
    }
    lock_release(&g->lock);
    return found;
}

/* -- opening and closing ------------------------------------------------------- */

/* Wide rows in place of the file's. */
static void table_widen(Image *image, TableId id)
{
    ImageTable narrow = image->tables[id], *wide = &image->tables[id];
    Err never = ERR_INIT;
    *wide = (ImageTable){.n = 0};
    for (int i = 0; i < IMAGE_COLUMNS && tables_column_kind(id, i); i++) {
        wide->offset[i] = (uint8_t)(CELL * i);
        wide->width[i] = CELL;
        wide->row_size += CELL;
    }
    for (uint32_t rid = 1; rid <= narrow.n; rid++) {
        uint32_t raw[IMAGE_COLUMNS] = {0};
        for (int i = 0; i < wide->row_size / CELL; i++)
            raw[i] = tables_raw(&narrow, rid, i);
        row_append(image, id, raw, &never);
    }
}

static void heap_start(struct Growing *g, GrowingHeap *room, Bytes *heap)
{
    static const uint8_t nothing[1] = {0};
    Bytes old = heap->size ? *heap : (Bytes){nothing, sizeof nothing};
    Err never = ERR_INIT;
    uint32_t offset;
    *heap = (Bytes){NULL, 0};
    heap_append(g, room, heap, old, &offset, &never);
}

Image *growing_open(const char *name, const uint16_t version[4], Err *err)
{
    Buffer file = BUFFER_INIT;
    image_write_empty(&file, name, version);
    Image *image = image_open_bytes(buffer_bytes(&file), name, err);
    if (!image) {
        buffer_free(&file);
        return NULL;
    }
    struct Growing *g = mem_alloc(sizeof *g);
    lock_init(&g->lock, LOCK_IMAGE);
    g->next_rva = FIRST_RVA;
    image->growing = g;
    for (TableId id = 0; id < TABLE_COUNT; id++)
        table_widen(image, id);
    heap_start(g, &g->strings, &image->strings);
    heap_start(g, &g->blobs, &image->blobs);
    heap_start(g, &g->user_strings, &image->user_strings);
    return image;
}

static void heap_end(GrowingHeap *heap)
{
    map_free(&heap->known);
}

void growing_close(Image *image)
{
    struct Growing *g = image->growing;
    if (!g)
        return;
    for (TableId id = 0; id < TABLE_COUNT; id++) {
        map_free(&g->tables[id].groups);
        free(g->tables[id].owners);
    }
    heap_end(&g->strings);
    heap_end(&g->blobs);
    heap_end(&g->user_strings);
    map_free(&g->rows);
    vec_free(&g->data);
    arena_free(&g->arena);
    lock_destroy(&g->lock);
    free((void *)image->file.bytes.data); /* of growing_open */
    free(g);
}
