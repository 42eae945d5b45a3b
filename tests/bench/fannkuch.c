/* The C twin of samples/fannkuch.cs. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int count_flips(const int *perm, int *scratch, int n)
{
    memcpy(scratch, perm, (size_t)n * sizeof *perm);
    int flips = 0;
    for (int first = scratch[0]; first != 0; first = scratch[0]) {
        for (int low = 0, high = first; low < high; low++, high--) {
            int t = scratch[low];
            scratch[low] = scratch[high];
            scratch[high] = t;
        }
        flips++;
    }
    return flips;
}

static bool next(int *perm, int *count, int n)
{
    for (int r = 1; r < n; r++) {
        int first = perm[0];
        for (int i = 0; i < r; i++)
            perm[i] = perm[i + 1];
        perm[r] = first;
        if (++count[r] <= r)
            return true;
        count[r] = 0;
    }
    return false;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 7;
    int *perm = calloc(n, sizeof *perm), *count = calloc(n, sizeof *count);
    int *scratch = calloc(n, sizeof *scratch);
    for (int i = 0; i < n; i++)
        perm[i] = i;
    int max = 0, checksum = 0, index = 0;
    do {
        int flips = count_flips(perm, scratch, n);
        max = flips > max ? flips : max;
        checksum += (index++ & 1) == 0 ? flips : -flips;
    } while (next(perm, count, n));
    printf("%d\nPfannkuchen(%d) = %d\n", checksum, n, max);
    free(perm);
    free(count);
    free(scratch);
    return 0;
}
