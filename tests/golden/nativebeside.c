/* nativebeside.c - the smallest native side of a program: see nativebeside.cs. */
typedef int Function(int);

int twice(int n);
int apply(Function *function, int n);

int twice(int n)
{
    return 2 * n;
}

int apply(Function *function, int n)
{
    return function(n) + 1;
}
