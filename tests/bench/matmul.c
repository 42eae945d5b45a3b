/* The C twin of samples/matmul.cs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double value(int n, double seed, int i, int j)
{
    return seed * (i - j) * (i + j) / n / n;
}

static double **make_jagged(int n, double seed)
{
    double **m = malloc((size_t)n * sizeof *m);
    for (int i = 0; i < n; i++) {
        m[i] = malloc((size_t)n * sizeof **m);
        for (int j = 0; j < n; j++)
            m[i][j] = value(n, seed, i, j);
    }
    return m;
}

static double *make_rectangular(int n, double seed)
{
    double *m = malloc((size_t)n * n * sizeof *m);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            m[i * n + j] = value(n, seed, i, j);
    return m;
}

static double **multiply_jagged(int n, double **a, double **b)
{
    double **c = malloc((size_t)n * sizeof *c);
    for (int i = 0; i < n; i++) {
        double *row = calloc(n, sizeof *row), *left = a[i];
        for (int k = 0; k < n; k++) {
            double factor = left[k];
            const double *right = b[k];
            for (int j = 0; j < n; j++)
                row[j] += factor * right[j];
        }
        c[i] = row;
    }
    return c;
}

static double *multiply_rectangular(int n, const double *a, const double *b)
{
    double *c = calloc((size_t)n * n, sizeof *c);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int k = 0; k < n; k++)
                sum += a[i * n + k] * b[k * n + j];
            c[i * n + j] = sum;
        }
    return c;
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 24;
    const char *kind = argc > 2 ? argv[2] : "both";
    if (strcmp(kind, "rectangular")) {
        double **c = multiply_jagged(n, make_jagged(n, 1.0), make_jagged(n, 2.0));
        double trace = 0;
        for (int i = 0; i < n; i++)
            trace += c[i][i];
        printf("jagged %.6f\n", trace);
    }
    if (strcmp(kind, "jagged")) {
        double *c =
            multiply_rectangular(n, make_rectangular(n, 1.0), make_rectangular(n, 2.0));
        double trace = 0;
        for (int i = 0; i < n; i++)
            trace += c[i * n + i];
        printf("rectangular %.6f\n", trace);
    }
    return 0;
}
