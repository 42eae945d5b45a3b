/* The C twin of samples/mandelbrot.cs. */
#include <stdio.h>
#include <stdlib.h>

#define LIMIT 50

static int iterations(double cr, double ci)
{
    double zr = 0, zi = 0;
    int i = 0;
    while (i < LIMIT && zr * zr + zi * zi <= 4) {
        double t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        i++;
    }
    return i;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 48;
    long sum = 0;
    for (int y = 0; y < n; y++) {
        for (int x = 0; x < n; x++) {
            int i = iterations(2.0 * x / n - 1.5, 2.0 * y / n - 1.0);
            sum += i;
            if (n <= 64)
                putchar(i == LIMIT ? '#' : i > 8 ? '+' : i > 4 ? '.' : ' ');
        }
        if (n <= 64)
            fputs("|\n", stdout);
    }
    printf("checksum %ld\n", sum);
    return 0;
}
