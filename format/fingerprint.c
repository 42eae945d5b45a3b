/* fingerprint.c - facts as bytes, text and JSON, all from fp.def; verdicts. */
#include "format/fingerprint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/hash.h"

const FpRow fp_rows[] = {
#define FP(number, NAME, name, rule, type, text)                                       \
    {FP_##NAME, name, FP_##rule, FP_##type, text, true},
#define FP_REASON(number, NAME, name, text)                                            \
    {FP_##NAME, name, FP_IGNORE, FP_TEXT, text, false},
#include "format/fp.def"
#undef FP
#undef FP_REASON
};
const uint32_t fp_row_count = sizeof fp_rows / sizeof *fp_rows;

const FpRow *fp_row(uint32_t id)
{
    for (uint32_t i = 0; i < fp_row_count; i++)
        if ((uint32_t)fp_rows[i].id == id)
            return &fp_rows[i];
    return NULL;
}

const char *fp_rule_name(FpRule rule)
{
    static const char *const names[] = {"equal", "superset", "absent", "at-least",
                                        "ignore"};
    return names[rule];
}

/* -- Bytes --------------------------------------------------------------------- */

void fp_add_image(FpFacts *facts, const Image *image, bool with_hash)
{
    Bytes content = image->file.bytes;
    FpValue *mvid = &facts->at[FP_ASM_MVID];
    facts->at[FP_ASM_NAME] = (FpValue){.present = true, .text = image->name};
    mvid->present = true;
    memcpy(mvid->mvid, image->mvid, sizeof mvid->mvid);
    facts->at[FP_ASM_SIZE] = (FpValue){.present = true, .number = content.size};
    facts->at[FP_ASM_CONTENT] = (FpValue){.present = true, .number = image->content};
    if (with_hash)
        facts->at[FP_ASM_HASH] = (FpValue){
            .present = true, .number = hash_bytes(content.data, content.size)};
}

void fp_add_library(FpFacts *facts, const Library *library)
{
    facts->at[FP_LIBRARY] = (FpValue){.present = true, .text = library->identity};
}

void fp_write(Buffer *out, const FpFacts *facts)
{
    for (uint32_t i = 0; i < fp_row_count; i++) {
        const FpRow *row = &fp_rows[i];
        const FpValue *value = &facts->at[row->id];
        if (!row->is_fact || !value->present)
            continue;
        uint32_t size = row->type == FP_TEXT   ? (uint32_t)strlen(value->text) + 1
                        : row->type == FP_MVID ? 16
                                               : 8;
        buffer_u16(out, (uint16_t)row->id);
        buffer_u8(out, (uint8_t)row->type);
        buffer_u8(out, row->rule != FP_IGNORE);
        buffer_u32(out, size);
        if (row->type == FP_TEXT)
            buffer_put(out, value->text, size);
        else if (row->type == FP_MVID)
            buffer_put(out, value->mvid, size);
        else
            buffer_u64(out, value->number);
        buffer_align(out, 4);
    }
}

/* Numbers of all types are stored alike. */
static bool same_storage(uint32_t a, FpType b)
{
    bool a_number = a <= FP_FEATURES && a != FP_TEXT && a != FP_MVID;
    return a == b || (a_number && b != FP_TEXT && b != FP_MVID);
}

static bool read_value(const FpRow *row, Bytes bytes, FpValue *value)
{
    value->present = true;
    if (row->type == FP_TEXT) {
        value->text = (const char *)bytes.data;
        return bytes.size && !bytes.data[bytes.size - 1];
    }
    if (row->type == FP_MVID) {
        if (bytes.size == 16)
            memcpy(value->mvid, bytes.data, 16);
        return bytes.size == 16;
    }
    Cursor c = cursor_open(bytes);
    value->number = cursor_u64(&c);
    return bytes.size == 8;
}

bool fp_read(Bytes bytes, FpFacts *facts, uint32_t *unknown)
{
    Cursor c = cursor_open(bytes);
    *unknown = 0;
    while (cursor_left(&c)) {
        uint32_t id = cursor_u16(&c), type = cursor_u8(&c), critical = cursor_u8(&c);
        Bytes value = cursor_bytes(&c, cursor_u32(&c));
        if (cursor_offset(&c) % 4)
            cursor_skip(&c, 4 - cursor_offset(&c) % 4);
        if (c.failed)
            return false;
        const FpRow *row = fp_row(id);
        if (row && row->is_fact) {
            if (!same_storage(type, row->type) || facts->at[id].present ||
                !read_value(row, value, &facts->at[id]))
                return false;
        } else if (critical && !*unknown)
            *unknown = id ? id : UINT32_MAX;
    }
    return true;
}

/* -- Text ---------------------------------------------------------------------- */

static void print_mvid(Buffer *out, const uint8_t *m)
{
    buffer_printf(out, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-", m[3], m[2], m[1],
                  m[0], m[5], m[4], m[7], m[6], m[8], m[9]);
    for (int i = 10; i < 16; i++)
        buffer_printf(out, "%02x", m[i]);
}

void fp_print(Buffer *out, FpId id, const FpValue *value)
{
    const FpRow *row = fp_row(id);
    if (!value->present) {
        buffer_printf(out, "nothing");
        return;
    }
    switch (row->type) {
    case FP_U32:
    case FP_U64:
        buffer_printf(out, "%llu", (unsigned long long)value->number);
        break;
    case FP_HEX:
        buffer_printf(out, "%016llx", (unsigned long long)value->number);
        break;
    case FP_TEXT:
        buffer_printf(out, "%s", value->text);
        break;
    case FP_MVID:
        print_mvid(out, value->mvid);
        break;
    case FP_FEATURES:
        cpu_features_print(out, value->number);
        break;
    }
}

/* -- Verdicts ------------------------------------------------------------------ */

void verdict_free(Verdict *verdict)
{
    vec_free(&verdict->reasons);
    arena_free(&verdict->arena);
    *verdict = (Verdict){.kind = VERDICT_ACCEPTED};
}

const char *verdict_name(const Verdict *verdict)
{
    static const char *const names[] = {"accepted", "rejected", "missing"};
    return names[verdict->kind];
}

static void add_reason(Verdict *verdict, FpId id, const char *wanted, const char *found)
{
    Reason *reason = vec_push(&verdict->reasons);
    reason->row = fp_row(id);
    reason->wanted = arena_strdup(&verdict->arena, wanted);
    reason->found = arena_strdup(&verdict->arena, found);
    const char *text = reason->row->text;
    const char *between = *found ? ": " : "";
    reason->text = *wanted
                       ? arena_printf(&verdict->arena, "%s: wanted %s, found %s%s%s",
                                      reason->row->name, wanted, found, between, text)
                       : arena_printf(&verdict->arena, "%s: %s%s%s", reason->row->name,
                                      found, between, text);
}

void verdict_add(Verdict *verdict, FpId id, const char *wanted, const char *found, ...)
{
    char text[600];
    va_list args;
    va_start(args, found);
    vsnprintf(text, sizeof text, found, args);
    va_end(args);
    add_reason(verdict, id, wanted, text);
}

static bool values_equal(FpType type, const FpValue *a, const FpValue *b)
{
    if (type == FP_TEXT)
        return !strcmp(a->text, b->text);
    if (type == FP_MVID)
        return !memcmp(a->mvid, b->mvid, sizeof a->mvid);
    return a->number == b->number;
}

static bool rule_holds(const FpRow *row, const FpValue *image, const FpValue *host)
{
    switch (row->rule) {
    case FP_EQUAL:
        return values_equal(row->type, image, host);
    case FP_SUPERSET:
        return !(image->number & ~host->number);
    case FP_ABSENT:
        return !(image->number & host->number);
    case FP_AT_LEAST:
        return image->number >= host->number;
    case FP_IGNORE:
        break;
    }
    return true;
}

static void feature_names(Buffer *out, uint64_t features)
{
    const char *separator = "";
    for (int i = 0; i < CPU_FEATURE_COUNT; i++)
        if (features >> i & 1) {
            buffer_printf(out, "%s%s", separator, cpu_feature_name((CpuFeature)i));
            separator = ", ";
        }
}

static void add_mismatch(Verdict *verdict, const FpRow *row, const FpValue *image,
                         const FpValue *host)
{
    Buffer wanted = BUFFER_INIT, found = BUFFER_INIT;
    if (row->rule == FP_AT_LEAST)
        buffer_printf(&wanted, "at most ");
    if (row->rule == FP_ABSENT) {
        buffer_printf(&wanted, "no ");
        feature_names(&wanted, image->number);
    } else
        fp_print(&wanted, row->id, image);
    fp_print(&found, row->id, host);
    if (row->rule == FP_SUPERSET) {
        buffer_printf(&found, " (without ");
        feature_names(&found, image->number & ~host->number);
        buffer_printf(&found, ")");
    }
    buffer_u8(&wanted, 0);
    buffer_u8(&found, 0);
    add_reason(verdict, row->id, (char *)wanted.data, (char *)found.data);
    buffer_free(&wanted);
    buffer_free(&found);
}

bool verdict_check(Verdict *verdict, const FpFacts *image, const FpFacts *host)
{
    bool ok = true;
    for (uint32_t i = 0; i < fp_row_count; i++) {
        const FpRow *row = &fp_rows[i];
        const FpValue *want = &image->at[row->id], *have = &host->at[row->id];
        if (!row->is_fact || !want->present || !have->present ||
            rule_holds(row, want, have))
            continue;
        add_mismatch(verdict, row, want, have);
        ok = false;
    }
    return ok;
}

bool verdict_check_complete(Verdict *verdict, const FpFacts *image, const FpFacts *host)
{
    bool ok = true;
    for (uint32_t i = 0; i < fp_row_count; i++) {
        const FpRow *row = &fp_rows[i];
        if (!row->is_fact || row->rule == FP_IGNORE || row->type == FP_FEATURES ||
            image->at[row->id].present || !host->at[row->id].present)
            continue;
        verdict_add(verdict, FP_FACT_MISSING, "", "%s", row->name);
        ok = false;
    }
    return ok;
}

json_t *text_json(const char *text)
{
    json_t *json = json_string(text);
    Buffer out = BUFFER_INIT;
    if (json)
        return json;
    for (; *text; text++)
        buffer_printf(&out, "%.*s", *text < 0 ? 3 : 1,
                      *text < 0 ? "\xef\xbf\xbd" : text);
    json = json_stringn((const char *)out.data, out.size);
    buffer_free(&out);
    return json;
}

json_t *reason_counts_json(const json_t *skipped)
{
    json_t *counts = json_object();
    const json_t *item;
    size_t i;
    json_array_foreach(skipped, i, item)
    {
        const char *reason = json_string_value(json_object_get(item, "reason"));
        json_int_t before = json_integer_value(json_object_get(counts, reason));
        json_object_set_new(counts, reason, json_integer(before + 1));
    }
    return counts;
}

json_t *reason_json(const Reason *reason)
{
    return json_pack("{ss so so ss ss}", "id", reason->row->name, "wanted",
                     text_json(reason->wanted), "found", text_json(reason->found),
                     "rule",
                     reason->row->is_fact ? fp_rule_name(reason->row->rule) : "none",
                     "text", reason->row->text);
}

json_t *verdict_reasons_json(const Verdict *verdict)
{
    json_t *reasons = json_array();
    for (size_t i = 0; i < verdict->reasons.n; i++)
        json_array_append_new(reasons, reason_json(&verdict->reasons.at[i]));
    return reasons;
}

json_t *verdict_json(const Verdict *verdict)
{
    return json_pack("{ss ss? so}", "verdict", verdict_name(verdict), "isa",
                     verdict->isa, "reasons", verdict_reasons_json(verdict));
}
