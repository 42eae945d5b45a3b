/* net10interop.c - the native side of Net10Interop.cs. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <pthread.h>
#include <stdio.h>
typedef uint16_t c16;
typedef struct {
    int a;
    double b;
} S1;
typedef struct {
    char a;
    S1 s;
    short c[3];
} S2;
typedef struct {
    int32_t flag;
    char name[8];
    c16 c;
} S3;
int sum_array(int *a, int n)
{
    int s = 0;
    for (int i = 0; i < n; i++) {
        s += a[i];
        a[i] *= 2;
    }
    return s;
}
int sum_bools(int *a, int n)
{
    int s = 0;
    for (int i = 0; i < n; i++)
        s += a[i];
    return s;
}
int bool4(int b)
{
    return b;
}
int bool1(signed char b)
{
    return b;
}
int vbool(short b)
{
    return b;
}
int char1(unsigned char c)
{
    return c;
}
int char2(c16 c)
{
    return c;
}
int len8(const char *s)
{
    return s ? (int)strlen(s) : -1;
}
int len16(const c16 *s)
{
    int n = 0;
    if (!s)
        return -1;
    while (s[n])
        n++;
    return n;
}
char *ret8(int n)
{
    if (n < 0)
        return NULL;
    char *p = malloc(16);
    strcpy(p, "h\xc3\xa9llo");
    return p;
}
c16 *ret16(void)
{
    c16 *p = malloc(8);
    p[0] = 'a';
    p[1] = 0xe9;
    p[2] = 0;
    return p;
}
void fill8(char *b, int n)
{
    snprintf(b, n, "filled%d", n);
}
void fill16(c16 *b, int n)
{
    int i;
    for (i = 0; i < n - 1 && i < 5; i++)
        b[i] = 'a' + i;
    b[i] = 0;
}
void ref8(char **s)
{
    free(*s);
    *s = strdup("changed");
}
void out8(char **s)
{
    *s = strdup("given");
}
double s1(S1 s)
{
    return s.a + s.b;
}
S1 s1ret(int a)
{
    S1 s = {a, a * 1.5};
    return s;
}
void s1ref(S1 *s)
{
    s->a++;
    s->b *= 2;
}
double s2(S2 s)
{
    return s.a + s.s.a + s.s.b + s.c[0] + s.c[1] + s.c[2];
}
int s3(S3 *s)
{
    int r = s->flag * 100 + (int)strlen(s->name) * 10 + (s->c != 0);
    s->flag = !s->flag;
    strcpy(s->name, "back");
    s->c = 'z';
    return r;
}
int cb(int (*f)(int, const char *), int n)
{
    return f(n, "cb\xc3\xa9");
}
int cbs(double (*f)(S1, S1 *), int n)
{
    S1 a = {n, 2.5}, b = {3, 4};
    double r = f(a, &b);
    return (int)(r * 10) + b.a;
}
static void *(*kept)(void *);
void keep(void *(*f)(void *))
{
    kept = f;
}
void *kept_call(void *p)
{
    return kept(p);
}
int seterr(int e)
{
    errno = e;
    return e;
}
int hr(int v, int *out)
{
    if (v < 0)
        return v;
    *out = v * 2;
    return 0;
}
int hr0(int v)
{
    return v;
}
static void *th(void *p)
{
    ((void (*)(int))p)(7);
    return NULL;
}
void on_thread(void (*f)(int))
{
    pthread_t t;
    pthread_create(&t, NULL, th, f);
    pthread_join(t, NULL);
}
void *handle(int n)
{
    return n ? malloc(n) : NULL;
}
int handle_id(void *p)
{
    return p ? 1 : 0;
}
void handle_free(void *p)
{
    free(p);
}
void handle_out(void **p)
{
    *p = malloc(4);
}
int strs(char **a, int n)
{
    int s = 0;
    for (int i = 0; i < n; i++)
        s += a[i] ? (int)strlen(a[i]) : 100;
    return s;
}
int add_va(int n, ...)
{
    return n;
}
typedef struct {
    char *s;
    int n;
} S4;
int s4(S4 s)
{
    return s.s ? (int)strlen(s.s) + s.n : s.n;
}
S4 s4ret(void)
{
    S4 s = {strdup("text"), 5};
    return s;
}
int grid(int *a)
{
    return a[0] + a[5] * 10;
}
double dec(void *p)
{
    unsigned char *b = p;
    return b[8];
}
double date(double d)
{
    return d;
}
int guid(unsigned char *g)
{
    return g[0] + g[15];
}
int cls(S1 *p)
{
    if (!p)
        return -1;
    p->a += 5;
    return (int)p->b;
}
int outarr(int **a, int *n)
{
    *n = 3;
    *a = malloc(12);
    for (int i = 0; i < 3; i++)
        (*a)[i] = i + 1;
    return 0;
}
void i128(__int128 *r, __int128 a)
{
    *r = a + 1;
}
int fnptr(int (*f)(int))
{
    return f(20) + 1;
}
int s1arr(S1 *a, int n)
{
    int s = 0;
    for (int i = 0; i < n; i++) {
        s += a[i].a;
        a[i].a = 9;
    }
    return s;
}
long lng(long a)
{
    return a + 1;
}
float fl(float a, double b, int c, float d)
{
    return a + b + c + d;
}
// NOLINTNEXTLINE(readability-function-size): more arguments than registers
int many(int a, int b, int c, int d, int e, int f, int g, signed char h, short i,
         long j)
{
    return a + b + c + d + e + f + g + h + i + (int)j;
}
long bytes8(long n)
{
    return n;
}
int call_byte(unsigned char (*f)(unsigned char), int n)
{
    return f((unsigned char)n);
}
int grow_array(int **a, int *n)
{
    int old = *n, *more = malloc(sizeof(int) * (size_t)(old + 1));
    for (int i = 0; i < old; i++)
        more[i] = (*a)[i] * 10;
    more[old] = -1;
    free(*a);
    *a = more;
    *n = old + 1;
    return old;
}
int texts_wide(c16 **a, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        for (c16 *c = a[i]; c && *c; c++)
            sum += *c;
    return sum;
}
int bytes_of(unsigned char *a, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum = sum * 3 + a[i];
    return sum;
}
