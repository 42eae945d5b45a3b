/* callframe.h - call frames of the shapes that are known to be good for an unwinder. */
#ifndef FORMAT_CALLFRAME_H
#define FORMAT_CALLFRAME_H

#include <stdbool.h>

#include "common/base/bytes.h"

/* Are all records of an object file's .eh_frame of these shapes? Where their functions
 * lie is not looked at. */
bool callframe_all_known(Bytes section);

#endif
