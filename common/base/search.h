/* search.h - binary search in rows that are sorted.
 *
 *     size_t at = search_first(i, 0, n, rows[i].rva < rva);
 *
 * is the first i of [0, n) whose row is not before what is looked for, or n.
 */
#ifndef COMMON_BASE_SEARCH_H
#define COMMON_BASE_SEARCH_H

/* before: an expression of i, true for none but the rows at the start. */
#define search_first(i, first, end, before)                                            \
    ({                                                                                 \
        __typeof__((end) + 0) search_low = (first), search_high = (end);               \
        while (search_low < search_high) {                                             \
            const __typeof__((end) + 0) i =                                            \
                search_low + (search_high - search_low) / 2;                           \
            if (before)                                                                \
                search_low = i + 1;                                                    \
            else                                                                       \
                search_high = i;                                                       \
        }                                                                              \
        search_low;                                                                    \
    })

#endif
