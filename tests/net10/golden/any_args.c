/* any_args.c - what is made of objects that go as what they are. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The sum of n numbers of `size` bytes; each is one more afterwards. */
int64_t any_numbers(void *p, int n, int size)
{
    int64_t sum = 0;
    for (int i = 0; p && i < n; i++) {
        char *at = (char *)p + (size_t)i * (size_t)size;
        int64_t value = 0;
        memcpy(&value, at, (size_t)size);
        sum += value;
        value++;
        memcpy(at, &value, (size_t)size);
    }
    return p ? sum : -1;
}

int any_length8(const char *text)
{
    return text ? (int)strlen(text) : -1;
}

int any_length16(const uint16_t *text)
{
    int n = 0;
    while (text && text[n])
        n++;
    return text ? n : -1;
}

void any_fill8(char *text)
{
    strcpy(text, "filled \xc3\xa4");
}

void any_fill16(uint16_t *text)
{
    static const uint16_t filled[] = {'f', 0xe4, 0};
    memcpy(text, filled, sizeof filled);
}

struct point {
    int32_t x, y;
    char *name;
};

int any_point(struct point *p)
{
    if (!p)
        return -1;
    int sum = p->x + p->y + (p->name ? (int)strlen(p->name) : 0);
    p->x *= 2;
    p->y *= 2;
    p->name = NULL;
    return sum;
}

struct pair {
    int32_t a;
    double b;
};

double any_pair(struct pair *p)
{
    double sum = p->a + p->b;
    p->a++;
    p->b++;
    return sum;
}
