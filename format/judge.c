/* judge.c - which rows of an image the loader would use, before it asks for them. */
#include "format/sidecar_private.h"

SidecarUse sidecar_judge(Sidecar *s, uint32_t row, SidecarMethod *method,
                         Verdict *verdict)
{
    SidecarMethod chosen;
    Err err = ERR_INIT;
    if (!sidecar_method(s, row, method)) {
        *method = (SidecarMethod){.unit = NULL, .row = row};
        verdict_add(verdict, FP_METHOD_SUBJECT, "", "row %u is damaged", row);
        return SIDECAR_REJECTED;
    }
    if (method->unit->set >= s->n_sets || !s->sets[method->unit->set].usable)
        return SIDECAR_UNUSED;
    Method *subject = sidecar_method_subject(method, &err);
    if (!subject) {
        verdict_add(verdict, FP_METHOD_SUBJECT, "", "%s", err.text);
        return SIDECAR_REJECTED;
    }
    if (sidecar_find(s, subject, method->osr_il, &chosen) && chosen.row != row)
        return SIDECAR_UNUSED;
    return sidecar_check(method, verdict) ? SIDECAR_USED : SIDECAR_REJECTED;
}
