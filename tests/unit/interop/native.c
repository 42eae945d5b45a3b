/* native.c - the library that cases.cs calls. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct Point {
    int x, y;
} Point;
typedef struct Vector {
    double a, b, c;
} Vector;
typedef struct Floats {
    float a, b;
} Floats;
typedef struct Record {
    int k;
    const char *name;
    int flag;
    short arr[4];
    char fix[8];
} Record;

Point swap_point(Point p)
{
    return (Point){p.y, p.x};
}
Vector negate(Vector v)
{
    return (Vector){-v.a, -v.b, -v.c};
}
Floats twice(Floats f)
{
    return (Floats){f.a * 2, f.b * 2};
}
int record_sum(Record r)
{
    return r.k + (int)strlen(r.name) + r.flag + r.arr[0] + r.arr[3] +
           (int)strlen(r.fix);
}
void record_change(Record *r)
{
    r->k++;
    r->flag = !r->flag;
    r->arr[1] = 77;
    strcpy(r->fix, "native");
    free((char *)r->name); /* whose memory it is from now on */
    r->name = strdup("static");
}
int is_negative(int x)
{
    return x < 0 ? 0x100 : 0;
}
unsigned char is_negative_byte(int x)
{
    return x < 0;
}
signed char minus_five(void)
{
    return -5;
}
unsigned short all_ones(void)
{
    return 65535;
}
void fill(char *b, int n)
{
    strncpy(b, "filled by native", (size_t)n);
}
void fill_wide(uint16_t *b)
{
    b[0] = 'w';
    b[1] = 'i';
    b[2] = 0;
}
char *greet(const char *s) /* the caller frees it */
{
    char *text = malloc(strlen(s) + 4);
    strcpy(text, "hi ");
    strcat(text, s);
    return text;
}
int sum_lengths(const char **a, int n)
{
    int total = 0;
    for (int i = 0; i < n; i++)
        total += (int)strlen(a[i]);
    return total;
}
void set_all(int *a, double *d, Point *p)
{
    *a = 3;
    *d = 2.5;
    p->x = 8;
    p->y = 9;
}
typedef int Callback(int, const char *);
int call_back(Callback *f)
{
    return f(4, "text");
}
static int own_callback(int a, const char *s)
{
    return a + (int)strlen(s);
}
Callback *get_callback(void)
{
    return own_callback;
}
void *make_handle(void)
{
    return malloc(4);
}
int wide_length(const uint16_t *s)
{
    int n = 0;
    while (s[n])
        n++;
    return n;
}
void increment_all(int *a, int n)
{
    for (int i = 0; i < n; i++)
        a[i]++;
}
// NOLINTNEXTLINE(readability-function-size): passes arguments on the stack
int64_t sum_many(int a, long b, double c, float d, short e, char f, long g, long h,
                 double i, int j)
{
    return a + b + (long)c + (long)d + e + f + g + h + (long)i + j;
}
typedef Point StructCallback(Point, double *);
int call_struct(StructCallback *f)
{
    double d = 1;
    Point r = f((Point){1, 2}, &d);
    return r.x * 10 + r.y + (int)d;
}
