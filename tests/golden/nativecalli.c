/* Functions behind pointers. */
#include <string.h>

typedef struct __attribute__((packed)) {
    unsigned char a;
    int b;
} Packed;
typedef struct {
    long a, b, c;
} Large;

static Packed twice(Packed p)
{
    return (Packed){(unsigned char)(p.a * 2), p.b * 2};
}
static long sum(Large l, int x)
{
    return l.a + l.b + l.c + x;
}
static Large spread(int x)
{
    return (Large){x, x + 1, x + 2};
}
static int length(const char *text)
{
    return (int)strlen(text);
}
static int is_odd(int x)
{
    return x & 1 ? 256 : 0;
}
static signed char negative(void)
{
    return -5;
}

void *get_function(int which)
{
    void *const all[] = {(void *)twice,  (void *)sum,    (void *)spread,
                         (void *)length, (void *)is_odd, (void *)negative};
    return all[which];
}
