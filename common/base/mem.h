/* mem.h - memory of the C heap that its caller can't do without.
 *
 * What a managed program asks for may fail: it gets an exception. What the runtime
 * needs for itself may not: these functions never return NULL. A process may keep a
 * reserve for that case: address space that nobody uses until memory is out, so that a
 * program that has used up all there was can still catch its exception, clean up and
 * end.
 */
#ifndef COMMON_BASE_MEM_H
#define COMMON_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

enum { MEM_EXIT_CODE = 125 }; /* of a process that has no memory left for itself */

void *mem_alloc(size_t size);           /* zeroed */
void *mem_array(size_t n, size_t size); /* zeroed; n and size may be 0 */
void *mem_resize(void *p, size_t n, size_t size);
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t size);

#define mem_new(type) ((type *)mem_alloc(sizeof(type)))

/* Bytes of address space that the process may have; SIZE_MAX: no limit. */
size_t mem_address_space(void);

/* More is wanted than can ever be there: says so and ends the process. */
void mem_end(size_t size) __attribute__((noreturn));
/* Memory is out: gives up the reserve, so that the caller tries again; where there is
 * none, says how many bytes were wanted and ends the process with MEM_EXIT_CODE. */
void mem_short(size_t size);

/* Gives up the reserve, if there is one: what comes after a failure has a little more.
 */
void mem_give_up(void);

/* The kernel maps the pages of a range that a program is about to use, to be read or to
 * be written, all at once: a fault for each costs more than ten times as much. A hint:
 * nothing else changes, and nothing happens on kernels before 5.14. */
void mem_populate(const void *from, size_t size, bool write);
/* The same for the C heap, of which the next allocations are then made. */
void mem_populate_heap(size_t size);

/* Sets aside size bytes, or tries to have them back; false: not now. on_short is called
 * when they are given up, on any thread, and may not allocate. */
bool mem_reserve(size_t size, void (*on_short)(void));
bool mem_has_reserve(void); /* and it was not given up */

#endif
