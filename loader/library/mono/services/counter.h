/* counter.h - the performance counters of this process: those that System.Web keeps,
 * no others.
 */
#ifndef LOADER_LIBRARY_MONO_SERVICES_COUNTER_H
#define LOADER_LIBRARY_MONO_SERVICES_COUNTER_H

#include <stdint.h>

typedef struct Counter Counter;

Counter *counter_find(const char *category, const char *name); /* NULL: unknown */
int64_t counter_get(const Counter *counter);
void counter_set(Counter *counter, int64_t value);
int64_t counter_add(Counter *counter, int64_t step); /* gives the sum */

#endif
