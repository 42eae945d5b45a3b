/* The C twin of samples/sieve.cs. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static bool *mark(int n)
{
    bool *composite = calloc(n, sizeof *composite);
    for (int i = 2; (long)i * i < n; i++)
        if (!composite[i])
            for (int j = i * i; j < n; j += i)
                composite[j] = true;
    return composite;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 20000;
    int rounds = argc > 2 ? atoi(argv[2]) : 1;
    int count = 0, last = 0;
    for (int round = 0; round < rounds; round++) {
        bool *composite = mark(n);
        count = 0;
        for (int i = 2; i < n; i++)
            if (!composite[i]) {
                count++;
                last = i;
            }
        free(composite);
    }
    printf("%d primes below %d, the last is %d\n", count, n, last);
    return 0;
}
